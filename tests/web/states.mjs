/* node tests/web/states.mjs
 *
 * Opens every state of build/web/onehot.html that the chapters link, in headless Chromium, and
 * compares the address with what the page shows: the values of its controls, and the numbers. */

import {readdirSync} from 'node:fs';
import {Page} from './chromium.mjs';
import {check, finish, readText} from './node.mjs';
import {user} from './user.mjs';

const page = await Page.open(`file://${process.cwd()}/build/web/onehot.html`);
const {until, address, go, emulate} = user(page);
const evaluate = (expression) => page.evaluate(expression);
await until("document.querySelector('main').dataset.shown !== undefined");
await emulate(1280, 'light', 'reduce');

/* What a tab shows, by the keys of its addresses, as a reader sees it: undefined is not there. */
const readers = {
  softmax() {
    const tab = document.querySelector('.tab.softmax'), form = tab.querySelector('form').elements;
    const seen = (e) => e.checkVisibility() ? e.value : undefined;
    const titles = [...tab.querySelectorAll('thead th')].map((th) => th.textContent);
    const column = (title) => [...tab.querySelectorAll('tbody tr')].map((row) =>
      row.querySelector(`:scope > :nth-child(${titles.indexOf(title) + 1})`));
    return {
      z: column('z').map((cell) => cell.firstChild.value).join(),
      T: form.T.value.replace('∞', 'inf'),
      label: seen(form.label),
      smoothing: seen(form.smoothing),
      y: form.target.value === 'soft' ? column('y').map((cell) => cell.textContent).join() : undefined,
      rate: seen(form.rate),
    };
  },
  explain() {
    const tab = document.querySelector('.tab.explain'), form = tab.querySelector('form').elements;
    return {
      net: form.net.value, sample: form.sample.value, rate: tab.querySelector('form output').textContent,
      stage: String(tab.querySelector('.where').textContent.match(/^(\d+) of/)[1] - 1),
      w: [...tab.querySelectorAll('.weights output')].map((e) => e.textContent).join(),
    };
  },
  playground() {
    const tab = document.querySelector('.tab.playground'), form = tab.querySelector('form').elements;
    const names = ['data', 'classes', 'noise', 'points', 'loss', 'opt', 'rate', 'batch', 'epochs', 'seed'];
    return {
      ...Object.fromEntries(names.map((name) => [name, form[name].checkVisibility() ? form[name].value : undefined])),
      net: [...tab.querySelectorAll('.layers li')].map((row) =>
        `${row.querySelector('select').value}:${row.querySelector('input').value}`).join() || 'none',
      mistake: tab.querySelector('[name=sabotage]').value,
    };
  },
  digits() {
    const form = document.querySelector('.tab.digits form').elements;
    return Object.fromEntries(['model', 'rate', 'epochs', 'seed'].map((name) => [name, form[name].value]));
  },
};
const shown = (tab) => evaluate(`(${`function ${readers[tab]}`})()`);

/* ---- what follows from a state: sentences about what is wrong ---- */

const near = (a, b) => Math.abs(a - b) <= 1e-3 * Math.max(Math.abs(b), 1e-3) || Object.is(a, b);
const limit = (text) => Math.min(1e300, Math.max(1e-300, Number(text.replace('inf', 'Infinity'))));

/* The bars and numbers of a state of softmax, computed here once more, in double. */
const softmax_follows = async ({z, T, label, smoothing = 0, y}) => {
  const logits = z.split(',').map((v) => Number(v.replace('inf', 'Infinity'))), K = logits.length;
  const top = Math.max(...logits), e = logits.map((v) => Math.exp((v - top) / limit(T)));
  const p = e.map((v) => v / e.reduce((a, b) => a + b));
  const target = y?.split(',').map(Number) ?? (label === undefined ? null
    : p.map((_, j) => (j === Number(label) ? 1 - smoothing : 0) + smoothing / K));
  const page_has = await evaluate(`(() => {
    const tab = document.querySelector('.tab.softmax'), all = (s, f) => [...tab.querySelectorAll(s)].map(f);
    const titles = all('thead th', (th) => th.textContent), loss = tab.querySelector('.loss output');
    const column = (title) => all('tbody tr', (row) => Number(row.cells[titles.indexOf(title)]?.textContent ?? NaN));
    return {p: column('p'), y: column('y'), loss: loss.checkVisibility() ? loss.textContent : undefined,
      bars: all('.logits .column', (e) => e.ariaValueText.split(',')[0]).join(),
      arrows: all('.logits .arrow', (e) => e.checkVisibility()).filter(Boolean).length};
  })()`);
  const wrong = [];
  if (page_has.bars !== z) wrong.push(`the bars are at ${page_has.bars}`);
  if (!page_has.p.every((v, j) => near(v, p[j]))) wrong.push(`p is ${page_has.p}`);
  if ((target === null) !== (page_has.loss === undefined)) wrong.push(`the loss is ${page_has.loss}`);
  if (target === null) return wrong;
  const logs = logits.map((v) => (v - top) / limit(T) - Math.log(e.reduce((a, b) => a + b)));
  const loss = -logs.reduce((sum, v, j) => sum + (target[j] && target[j] * v), 0);
  if (!near(Number(page_has.loss), loss)) wrong.push(`the loss is ${page_has.loss}, not ${loss}`);
  if (!page_has.y.every((v, j) => near(v, target[j]))) wrong.push(`y is ${page_has.y}`);
  return wrong;
};

/* The config that the tab trains. */
const shown_config = (tab) => evaluate(`JSON.parse(document.querySelector('.${tab} pre code').textContent)`);

const playground_follows = async (state) => {
  const {data, model, loss, optimizer, train, seed} = await shown_config('playground');
  const hidden = state.net === 'none' ? [] : state.net.split(',').map((layer) => layer.split(':'));
  const classes = Number(state.classes ?? 2), wrong = [];
  const layers = [...hidden.flatMap(([kind, units]) => [`linear ${units}`, ...kind === 'linear' ? [] : [kind]]), `linear ${classes}`];
  const drawn = await evaluate("document.querySelectorAll('.playground .unit').length");
  const parts = {
    'the data': [data.path.split(':')[1], state.data],
    'the layers': [model.map(({type, units}) => units ? `${type} ${units}` : type).join(), layers.join()],
    'the loss': [loss.type, 'softmax_cross_entropy'], 'the optimizer': [optimizer.momentum, 0.9],
    'the rate': [optimizer.learning_rate, Number(state.rate)], 'the batch': [train.batch_size, Number(state.batch)],
    'the epochs': [train.epochs, Number(state.epochs)], 'the seed': [seed, Number(state.seed)],
    'the number of units drawn': [drawn, 2 + hidden.reduce((sum, [, units]) => sum + Number(units), 0) + classes],
  };
  for (const [what, [is, wanted]] of Object.entries(parts))
    if (is !== wanted) wrong.push(`${what}: ${is}, not ${wanted}`);
  if (state.mistake) {
    await until("/checks are wrong/.test(document.querySelector('.playground .said').textContent)");
    const found = await evaluate("document.querySelectorAll('.playground .gradients .broken').length");
    if (found === 0) wrong.push('the check does not find the mistake');
  }
  return wrong;
};

const digits_follows = async (state) => {
  const {model, optimizer, train, seed} = await shown_config('digits');
  const is = [model.length > 1 ? 'mlp' : 'softmax', optimizer.learning_rate, train.epochs, seed].join();
  return is === Object.values(state).join() ? [] : [`the config has ${is}`];
};

/* The weights in the drawing are those of the sliders; a stage is the one that its heading names. */
const explain_follows = async ({w, stage}) => {
  const {weights, heading} = await evaluate(`(() => {
    const tab = document.querySelector('.tab.explain');
    return {weights: [...tab.querySelectorAll('.explain-net :is(.w,.b):not(.g,.u)')].map((e) => e.textContent.replace(/^b /, '')),
      heading: tab.querySelector('.stage h2').textContent};
  })()`);
  const sorted = (list) => list.map(Number).filter(Number.isFinite).sort((a, b) => a - b);
  const drawn = sorted(weights), wanted = sorted(w.split(','));
  return drawn.length === wanted.length && drawn.every((v, i) => Math.abs(v - wanted[i]) <= 0.006 * Math.abs(v)) ? []
    : [`the drawing has the weights ${drawn} at stage ${stage}, ${heading}`];
};

const follows = {softmax: softmax_follows, playground: playground_follows, digits: digits_follows, explain: explain_follows};

/* ---- the links of the chapters ---- */

const links = (text) => [...text.matchAll(/build\/web\/onehot\.html(#[^)\s]*)/g)].map((m) => m[1]);
for (const chapter of ['softmax', 'backprop'])
  for (const section of readText(`docs/${chapter}.md`).split(/^## /m).slice(1).filter((s) => !s.startsWith('Sources')))
    check(`${chapter}.md: "${section.split('\n')[0]}" links a state of the page`, links(section).length > 0);

const linked = new Set(readdirSync('docs').filter((f) => f.endsWith('.md')).flatMap((f) => links(readText(`docs/${f}`))));
check('the chapters link states', linked.size > 40, linked.size);
for (const hash of linked) {
  const [tab, query = ''] = hash.slice(1).split('?'), wanted = Object.fromEntries(new URLSearchParams(query));
  if (!(tab in readers)) {
    check(`the chapters' ${hash} is a tab`, false);
    continue;
  }
  /* What the address does not mention is the default: of the same data and network. */
  const kept = ['data', 'net'].filter((key) => key in wanted && (tab === 'explain' || key === 'data'));
  await go(`#${tab}?${kept.map((key) => `${key}=${wanted[key]}`).join('&')}`);
  const usual = await shown(tab);
  await go(hash);
  const state = await shown(tab);
  const learns = tab === 'softmax' && (wanted.label ?? wanted.y) !== undefined;
  const expected = {...usual, ...learns ? {rate: '1'} : {}, ...wanted}; /* with a target, there is a rate */
  const wrong = Object.keys(expected).filter((key) => state[key] !== expected[key])
    .map((key) => `${key} is ${state[key]}, not ${expected[key]}`);
  check(`${hash}: the controls show this state`, wrong.length === 0, wrong.join('; '));
  check(`${hash} stays the address`, await address() === hash || query === '', await address());
  const amiss = await follows[tab](state);
  check(`${hash}: the page shows what follows`, amiss.length === 0, amiss.join('; '));
}

/* What the words of a link say, where the controls do not show it. */
const formulas = "[...document.querySelectorAll('.explain .formulas dd')].map((e) => e.textContent)";
for (const [hash, words, expression] of [
  ['#explain?stage=7', 'the gradient goes back through the tanh',
    "/^Backward: .*tanh$/.test(document.querySelector('.explain .stage h2').textContent)"],
  ['#explain?stage=8&w=0,0,0,0,0,0,0,0,0,0,0,0', 'the first layer has no gradient',
    `${formulas}.filter((f) => f.startsWith('d')).length === 6 && ${formulas}.every((f) => !f.startsWith('d') || / = 0$/.test(f))`],
]) {
  await go(hash);
  check(`${hash}: ${words}`, linked.has(hash) && await evaluate(expression));
}

check('the console shows nothing', page.problems.length === 0, page.problems.join('; '));
await page.close();
finish();
