/* The frame of the page: one module per tab, and the state of a tab in the address, as in
 * "#softmax?z=2,1,0.1&label=1", so that every state can be linked.
 *
 * A new tab is one module and one row in `tabs`. Its module exports
 *   title, about       its name, and one sentence for the start page
 *   picture            optional: what is inside an <svg viewBox="0 0 48 48">, drawn in lines
 *   open(panel, page)  builds the tab in an empty element, when it is first shown, and returns
 *                      show(state), which sets its controls from an object of texts by key; a
 *                      missing key means its default. Both may be async.
 * and calls page.keep({key: text}) whenever a control has changed; undefined is left out. */
import {engine} from './boot.js';
import {add} from './dom.js';
import * as start from './start.js';
import * as softmax from './softmax.js';
import * as playground from './playground.js';
import * as explain from './explain.js';
import * as digits from './digits.js';
import * as book from './book.js';

const tabs = {start, softmax, explain, playground, digits, book};

const main = document.querySelector('main');
const opened = {}; /* by name: the panel, show, and where its reader left it (top) */

/* "#softmax?z=2,1" is ['softmax', {z: '2,1'}]. An unknown name is the start page. */
const read = (hash) => {
  const [name, query = ''] = hash.slice(1).split(/\?(.*)/s);
  return [Object.hasOwn(tabs, name) ? name : 'start', Object.fromEntries(new URLSearchParams(query))];
};

const write = (name, state) => {
  const readable = (text) => encodeURIComponent(text).replace(/%2C|%2F|%3A/g, decodeURIComponent);
  const pairs = Object.entries(state).filter(([, value]) => value !== undefined);
  return `#${name}${pairs.length ? '?' : ''}${pairs.map(([k, v]) => `${k}=${readable(v)}`).join('&')}`;
};

const links = {};
let waiting; /* a change of the address */
const nav = document.querySelector('nav');
for (const [name, tab] of Object.entries(tabs))
  if (tab !== start) links[name] = add(nav, 'a', {href: `#${name}`}, tab.title);

const page = (name) => ({
  tabs,
  engine, /* a promise: the C (engine.js), in the page */
  /* Adds to the title of the browser's window. */
  title: (words) => {
    if (!opened[name].panel.hidden) document.title = `${words} - onehot`;
  },
  /* Puts the state into the address; Back still leaves the tab. During a drag it waits: browsers
   * allow about three changes per second. */
  keep: (state) => {
    const hash = write(name, state);
    if (links[name]) links[name].href = hash;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (!opened[name].panel.hidden && hash !== location.hash)
        history.replaceState(null, '', hash);
    }, 300);
  },
});

const open = async (name, panel) => {
  try {
    return await tabs[name].open(panel, page(name));
  } catch (error) {
    panel.replaceChildren();
    add(panel, 'h1', {}, tabs[name].title);
    add(panel, 'p', {class: 'lead', role: 'alert'},
      `This tab does not work in this browser: ${error.message}`);
    return () => {};
  }
};

/* Shows the tab and the state that the address names. */
const go = async () => {
  const [name, state] = read(location.hash);
  const first = !opened[name];
  if (first) {
    const panel = add(main, 'div', {'data-tab': name, class: `tab ${name}`});
    opened[name] = {panel, show: open(name, panel)};
  }
  const before = Object.values(opened).find(({panel}) => !panel.hidden && panel !== opened[name].panel);
  const arrived = before || first;
  if (before) before.top = scrollY;
  for (const {panel} of Object.values(opened)) panel.hidden = panel !== opened[name].panel;
  for (const [other, link] of Object.entries(links)) {
    if (other === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = name === 'start' ? 'onehot' : `${tabs[name].title} - onehot`;
  if (arrived) scrollTo(0, opened[name].top ?? 0); /* where its reader left it */
  await (await opened[name].show)(state);
  main.dataset.shown = location.hash; /* for tests/web */
};

document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
/* A file that is dropped where no tab takes it does not replace the page. */
for (const type of ['dragover', 'drop'])
  addEventListener(type, (event) => {
    if (!event.defaultPrevented && [...event.dataTransfer?.types ?? []].includes('Files')) {
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    }
  });
addEventListener('hashchange', go);
go();
