/* The frame of the page: one module per tab, and the state of a tab in the address, as in
 * "#softmax?z=2,1,0.1&label=1", so that every state can be linked.
 *
 * A new tab is one module and one row in `tabs`. Its module exports
 *   title, about       its name, and one sentence for the start page
 *   picture            optional: what is inside an <svg viewBox="0 0 48 48">, drawn in lines
 *   open(panel, page)  builds the tab in an empty element, when it is first shown, and returns
 *                      show(state), which sets its controls from an object of texts by key; a
 *                      missing key means its default. Both may be async.
 * and calls page.keep({key: text}, usual) whenever a control has changed, and when it is shown. What
 * is undefined or as usual is left out of the address. */
import {engine} from './boot.js';
import {add, parse} from './dom.js';
import * as start from './start.js';
import * as softmax from './softmax.js';
import * as playground from './playground.js';
import * as explain from './explain.js';
import * as digits from './digits.js';
import * as book from './book.js';

const tabs = {start, softmax, explain, playground, digits, book};

const main = document.querySelector('main');
const opened = {}; /* by name: the panel, show, its state (made), and where its reader left it (top) */

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

/* What the page makes of an address is what it says, up to the way numbers are written and rounded. */
const means = (said, made) => {
  const parts = (text) => String(text ?? '').split(/[,:/]/), [a, b] = [said, made].map(parts);
  const near = (x, y) => Math.abs(x - y) <= 0.005 * Math.abs(y);
  const alike = (x, y) => x === y || parse(x) === parse(y) || near(parse(x), parse(y));
  return alike(said, String(made)) || (a.length === b.length && a.every((part, i) => alike(part, b[i])));
};

/* Tells of parts of the address that the page does not understand: for those, it shows the default. */
const odd = add(main, 'p', {class: 'note odd', role: 'status', hidden: ''});
const short = (text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
const complain = (name, state) => {
  const asked = location.hash.slice(1).split('?')[0], {made = {}} = opened[name];
  const ignored = Object.entries(state).filter(([key, value]) => !Object.hasOwn(made, key) || !means(value, made[key]))
    .map(([key, value]) => short(`${key}=${value}`));
  if (name === 'start' && asked && asked !== 'start') ignored.unshift(short(asked));
  odd.hidden = ignored.length === 0;
  odd.textContent = odd.hidden ? '' : `The page ignores what it does not understand in this address: ${
    ignored.slice(0, 5).join('; ')}${ignored.length > 5 ? ` and ${ignored.length - 5} more` : ''}.`;
};

const links = {};
let waiting, flush = () => {}; /* a change of the address that is not there yet */
let turn = 0; /* which address counts: only the newest */
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
  keep: (state, usual = {}) => {
    const hash = write(name, Object.fromEntries(Object.entries(state).filter(([k, v]) => v !== usual[k])));
    if (JSON.stringify(state) !== JSON.stringify(opened[name].made)) odd.hidden = true;
    opened[name].made = state;
    if (links[name]) links[name].href = hash;
    clearTimeout(waiting);
    const from = location.hash; /* if it is another one by then, it is about to be shown */
    flush = () => {
      clearTimeout(waiting);
      if (!opened[name].panel.hidden && location.hash === from && hash !== from)
        history.replaceState(null, '', hash);
    };
    waiting = setTimeout(flush, 300);
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
    opened[name].broken = true;
    return () => {};
  }
};

/* Shows the tab and the state that the address names. */
const go = async () => {
  const [name, state] = read(location.hash), mine = ++turn;
  const first = !opened[name];
  if (first) {
    const panel = add(main, 'div', {'data-tab': name, class: `tab ${name}`});
    opened[name] = {panel};
    opened[name].show = open(name, panel);
  }
  const before = Object.values(opened).find(({panel}) => !panel.hidden && panel !== opened[name].panel);
  const arrived = before || first;
  if (before) before.top = scrollY;
  if (before?.panel.contains(document.activeElement)) main.focus({preventScroll: true}); /* a link that hides itself */
  for (const {panel} of Object.values(opened)) panel.hidden = panel !== opened[name].panel;
  for (const [other, link] of Object.entries(links)) {
    if (other === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = name === 'start' ? 'onehot' : `${tabs[name].title} - onehot`;
  if (arrived) scrollTo(0, opened[name].top ?? 0); /* where its reader left it */
  odd.hidden = true;
  await (await opened[name].show)(state);
  if (mine !== turn) return;
  if (!opened[name].broken) complain(name, state);
  main.dataset.shown = location.hash; /* for tests/web */
};

/* A button that waits keeps the keyboard's focus (able, dom.js), but does nothing. */
addEventListener('click', (event) => {
  if (event.target.closest('[aria-disabled=true]')) event.stopImmediatePropagation();
}, true);
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
/* A link or a reload leaves an address for Back that has the newest state. */
for (const type of ['click', 'pagehide']) addEventListener(type, () => flush(), true);
addEventListener('hashchange', go);
go();
