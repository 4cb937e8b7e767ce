/* The first page: what this is, and one card per tab. */
import {tested} from './boot.js';
import {add} from './dom.js';
import {learning} from './learning.js';

export const title = 'Start';

export const open = (panel, page) => {
  panel.innerHTML = `
    <div class="hero">
      <div>
        <h1>See how a classifier learns</h1>
        <p class="lead">A network is learning to tell three spiral arms apart, here, in your
          browser. Change its numbers and watch the others follow: weights, gradients, loss,
          probabilities.</p>
        <p class="lead">The C code of the command line computes all of it. There is nothing to
          install, and no data leaves your device.</p>
      </div>
      <figure></figure>
    </div>
    <ul class="cards"></ul>
    <p class="note check" role="status">Checking the arithmetic of this browser …</p>`;
  const cards = panel.querySelector('.cards');
  for (const [name, tab] of Object.entries(page.tabs)) {
    if (tab.title === title) continue;
    const card = add(add(cards, 'li'), 'a', {href: `#${name}`});
    card.innerHTML = `<svg viewBox="0 0 48 48" aria-hidden="true">${tab.picture ?? ''}</svg>`;
    add(card, 'h2', {}, tab.title);
    add(card, 'p', {}, tab.about);
  }
  const figure = panel.querySelector('figure');
  learning(figure, page.engine, () => !panel.hidden && !document.hidden).catch(() => figure.remove());
  tested.then(() => {
    const {selftest, selftestError, xorSha256} = document.documentElement.dataset;
    const check = panel.querySelector('.check');
    if (selftest === 'passed')
      check.innerHTML = `This browser computes the bits that the command line computes: trained here just now, the
        model of configs/tiny/xor.json has the SHA-256 <code>${xorSha256.slice(0, 16)}…</code>`;
    else {
      check.textContent = `This browser does not compute what the command line computes: ${selftestError}`;
      check.classList.add('failed');
      panel.querySelector('.lead').replaceWith(check); /* a picture of a network that learns may be missing */
    }
  });
  return () => {
    if (location.hash) page.keep({});
  };
};
