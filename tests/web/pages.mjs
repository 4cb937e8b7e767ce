/* node tests/web/pages.mjs [FOLDER]
 *
 * Uses build/web/onehot.html from its file in headless Chromium: drags, steps and reads its numbers
 * by mouse, touch and keyboard, at 360, 768 and 1280 pixels, in light and dark; compares the
 * numbers with those of `onehot softmax`; and trains in the playground, and compares the hash with
 * that of `onehot train`. ONEHOT is the command. Screenshots go to FOLDER. */

import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {Page} from './chromium.mjs';
import {check, finish, readText} from './node.mjs';
import {user} from './user.mjs';

const onehot = process.env.ONEHOT ?? 'build/default/onehot';
const [folder] = process.argv.slice(2);
const file = 'build/web/onehot.html', site = 'build/web/site';
const page = await Page.open(`file://${process.cwd()}/${file}`);
const evaluate = (expression) => page.evaluate(expression);
const {pause, until, address, go, emulate, drag, swipe, click, press, type} = user(page);

/* ---- the numbers ---- */

const logits = async () => (await address()).match(/z=([^&]*)/)[1].split(',').map(Number);
const table = () => evaluate(`(() => {
  const rows = [...document.querySelectorAll('.softmax .numbers tr')];
  const [titles, ...body] = rows.map((r) => [...r.cells].map((c) => c.querySelector('input')?.value ?? c.textContent));
  return {titles, body};
})()`);
const loss = async () => Number(await evaluate("document.querySelector('.loss output').textContent"));

/* What `onehot softmax` prints, by the titles of its columns. */
const command = (...args) => {
  const [titles, ...rows] = execFileSync(onehot, ['softmax', ...args], {encoding: 'utf8'}).split('\n')
    .slice(0, args.filter((a) => !a.startsWith('--')).length + 1).map((line) => line.trim().split(/  +/));
  return Object.fromEntries(titles.map((t, i) => [t, rows.map((r) => r[i])]));
};
const agrees = async (name, ...args) => {
  const {titles, body} = await table(), wanted = command(...args);
  const K = body.length - 1, wrong = [];
  for (const [title, column] of Object.entries(wanted)) {
    const at = titles.map((t) => t.replaceAll('−', '-').replace('(z - max)/T', 'z/T - max')).indexOf(title);
    for (let j = 0; j < K; j++)
      if (body[j][at] !== column[j]) wrong.push(`${title} of class ${j} is ${body[j][at]}, not ${column[j]}`);
  }
  check(`${name}: the numbers are those of onehot softmax`, wrong.length === 0, wrong.join('; '));
};

/* ---- by mouse, touch and keyboard ---- */

const near = (a, b, tolerance) => Math.abs(a - b) <= tolerance;

const use = async (width, scheme) => {
  const where = `${width} px, ${scheme}`;
  const move = width < 600 ? swipe : drag;
  await emulate(width, scheme);
  await go('#softmax?z=2,1,0.1&label=1');
  await agrees(where, '2', '1', '0.1', '--label=1');

  await move('.logits .class:nth-child(3) .column', 0.51, 0.9); /* the axis is -5 .. 5 */
  let z = await logits();
  check(`${where}: a drag sets the logit`, near(z[2], 4, 0.11) && z[0] === 2 && z[1] === 1, z);
  await agrees(`${where}, dragged`, '2', '1', String(z[2]), '--label=1');

  const before = await loss(), p = (await table()).body.map((r) => Number(r[4])), y = [0, 1, 0];
  await click('[name=step]');
  const after = await logits();
  check(`${where}: a step moves the logits along y - p`, after.every((v, j) => near(v, z[j] - (p[j] - y[j]), 2e-4)), after);
  check(`${where}: a step lowers the loss`, await loss() < before, await loss());
  await click('[name=ten]');
  check(`${where}: the losses are drawn`, await evaluate("document.querySelectorAll('.losses circle').length === 1"));

  await go('#softmax?z=2,1,0.1');
  await evaluate("document.querySelector('.logits .column').focus()");
  await press('ArrowUp', 3);
  await press('ArrowDown');
  await press('PageUp');
  z = await logits();
  check(`${where}: arrow keys change the logit`, near(z[0], 3.2, 1e-6), z);
  await press('End');
  check(`${where}: End is the top of the axis`, (await logits())[0] === 5, await address());
  await press('Home');
  check(`${where}: Home is its bottom`, (await logits())[0] === -5, await address());
  await press('Tab');
  check(`${where}: Tab goes to the next logit`, await evaluate("document.activeElement.ariaLabel") === 'logit of class 1');

  await evaluate("document.querySelector('[name=slider]').focus()");
  await press('Home');
  check(`${where}: the slider's left end is T = 0`, /\bT=0(&|$)/.test(await address()), await address());
  await agrees(`${where}, T = 0`, '--temperature=1e-300', '--', '-5', '1', '0.1');
  await press('End');
  check(`${where}: its right end is infinity`, (await address()).includes('T=inf'), await address());

  await go('#softmax?z=0,0,0&y=0.6,0.3,0.1');
  await move('.chances .class:nth-child(1) .column', 0.6, 0.2);
  const soft = (await address()).match(/y=([^&]*)/)[1].split(',').map(Number);
  check(`${where}: a soft target is dragged, and sums to 1`,
    near(soft[0], 0.2, 0.02) && near(soft[0] + soft[1] + soft[2], 1, 1e-3) && near(soft[1], 3 * soft[2], 1e-3), soft);
};

/* ---- what every tab needs ---- */

const look = readFileSync('tests/report/look.js', 'utf8').replace('"use strict";', '');
const inspect = async (name, hash) => {
  for (const width of [360, 768, 1280])
    for (const scheme of ['light', 'dark']) {
      const where = `${name}, ${width} px, ${scheme}`;
      await emulate(width, scheme, 'reduce');
      await go(hash);
      const [wide, inner] = await evaluate('[document.documentElement.scrollWidth, innerWidth]');
      check(`${where}: nothing is wider than the window`, wide <= inner, `${wide} > ${inner}`);
      const found = await evaluate(`(() => { ${look}; const found = new Set(); readable(8, found); return [...found]; })()`);
      check(`${where}: text is readable`, found.length === 0, found.slice(0, 3).join('; '));
      if (folder) writeFileSync(`${folder}/${name}-${width}-${scheme}.png`, await page.screenshot());
    }
  const {nodes} = await page.send('Accessibility.getFullAXTree');
  const roles = ['button', 'link', 'slider', 'textbox', 'combobox', 'radio', 'checkbox', 'spinbutton', 'region', 'img', 'image'];
  const unnamed = nodes.filter((n) => !n.ignored && roles.includes(n.role?.value) && !n.name?.value);
  check(`${name}: all controls have names`, unnamed.length === 0, unnamed.map((n) => n.role.value).join());
  const moving = await evaluate(`[...document.querySelectorAll('*')].filter((e) => {
    const {transitionDuration, animationName} = getComputedStyle(e);
    return transitionDuration !== '0s' || animationName !== 'none';
  }).length`);
  check(`${name}: nothing moves if reduced motion is preferred`, moving === 0, moving);
};

await until("document.querySelector('main').dataset.shown !== undefined");
const tabs = await evaluate("[...document.querySelectorAll('header nav a')].map((a) => a.getAttribute('href').slice(1).split('?')[0])");
check('the start page has a card for each tab', await evaluate("document.querySelectorAll('.cards a').length") === tabs.length);

const words = () => evaluate("document.querySelector('.start figcaption span').textContent");
await until("document.querySelector('.start figcaption span')?.textContent.startsWith('Epoch 3 ')");
await click('.start figcaption button');
const paused = await words();
await pause(300);
check('the network on the start page learns, and pauses', /^Epoch \d+ of 60: \d+ % are right$/.test(paused)
  && await words() === paused, `${paused}, then ${await words()}`);
await click('.start figcaption button');
await until(`document.querySelector('.start figcaption span').textContent !== ${JSON.stringify(paused)}`);

for (const [width, scheme] of [[360, 'dark'], [768, 'light'], [1280, 'light']]) await use(width, scheme);
for (const name of ['start', ...tabs]) await inspect(name, `#${name}`);

/* ---- the playground ---- */

const scratch = 'build/web/test';
mkdirSync(scratch, {recursive: true});
const text = (selector) => evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);
/* The hash of the model that the command line trains from the config on the page, in `folder`. */
const command_hash = (config, in_folder = '.') => {
  writeFileSync(`${scratch}/playground.json`, config);
  rmSync(`${scratch}/playground`, {recursive: true, force: true});
  execFileSync(resolve(onehot), ['train', resolve(scratch, 'playground.json'), '--quiet',
    `output=${resolve(scratch, 'playground')}`], {cwd: in_folder});
  return execFileSync('sha256sum', [`${scratch}/playground/model.safetensors`], {encoding: 'utf8'}).split(' ')[0];
};
const trained_hash = async () => {
  await until("document.querySelector('.playground [name=run]').ariaDisabled === 'false'");
  await click('.playground [name=run]');
  await until("document.querySelector('.playground').dataset.sha256 !== undefined");
  return evaluate("document.querySelector('.playground').dataset.sha256");
};
const same_hash = async (name, in_folder) => {
  const [here, there] = [await trained_hash(), command_hash(await text('.playground pre code'), in_folder)];
  check(`${name}: the page trains the model that the command line trains`, here === there, `${here}, not ${there}`);
};

await emulate(1280, 'light');
const state = '#playground?data=blobs&classes=4&noise=0.3&points=2&net=tanh:3,relu:4&loss=smoothed&opt=adamw&rate=0.02&batch=32&epochs=2&seed=7';
await go(state);
check('a state of the playground is its address', await address() === state, await address());
await click('.playground [name=step]');
await until("/step 1[.]/.test(document.querySelector('.playground .progress').textContent) && document.querySelector('.playground [name=epoch]').ariaDisabled === 'false'");
await click('.playground [name=epoch]');
await until("/step 19: .* of the 600 test points are right/.test(document.querySelector('.playground .progress').textContent) && document.querySelector('.playground [name=run]').ariaDisabled === 'false'");
check('the units are drawn', await evaluate("document.querySelectorAll('.playground .unit canvas').length") === 13);
/* The numbers of a step are those of `onehot explain` after the same steps: here, before the first. */
await click('.playground [name=reset]');
await until("/not trained yet/.test(document.querySelector('.playground .progress').textContent)");
await click('.playground [aria-label^="layer 2 unit 1"]');
await until("/^Unit 1 of layer 2/.test(document.querySelector('.playground .unit-numbers h3')?.textContent)");
writeFileSync(`${scratch}/explain.json`, await text('.playground pre code'));
const explained = execFileSync(onehot, ['explain', `${scratch}/explain.json`, '--digits', '4'], {encoding: 'utf8'})
  .replace(/\s+/g, ' ');
const shown = async () => evaluate("[...document.querySelectorAll('.playground .formulas dd')].map((e) => e.textContent)");
const strange = (lines) => lines.filter((line) => / = .* = /.test(line) && !explained.includes(line));
let lines = await shown();
check('a unit has the formulas of onehot explain', lines.length > 6 && strange(lines).length === 0, strange(lines).join('; '));
await click('.playground .unit-numbers tbody tr:nth-child(2) button');
await until("/^The weight from unit 1 of layer 0/.test(document.querySelector('.playground .unit-numbers h3')?.textContent)");
lines = await shown();
check('and a weight', lines.length === 5 && strange(lines).length === 0, strange(lines).join('; '));
check('and the weights', await evaluate("document.querySelectorAll('.playground .net-inner line').length") === 2 * 3 + 3 * 4 + 4 * 4);
await same_hash('the playground');
for (const settings of ['loss=nll&opt=nesterov', 'loss=sigmoid&data=moons&net=none']) {
  await go(`#playground?epochs=1&${settings}`);
  await same_hash(settings);
}
/* Points by mouse and by keyboard, then the same on the command line, from the file that the page saves. */
await go('#playground?data=hand&net=relu:3&epochs=3&batch=2');
check('points by hand begin with none', (await text('.playground .progress')).startsWith('Click on the plane') && await evaluate(`(() => {
  const cells = document.querySelector('.playground .plane canvas');
  return cells.getContext('2d').getImageData(0, 0, cells.width, cells.height).data.every((v) => v === 0);
})()`));
await drag('.playground .outcome .plane', 0.8, 0.8);
await evaluate("document.querySelector('[name=hand-class]').value = '1'; document.querySelector('.playground .outcome .plane').focus()");
await press('ArrowDown', 5);
await press('Enter');
await press('ArrowRight', 10);
await press('Enter');
check('clicks and keys set points', (await address()).includes('hand=0,0.75,0/0,-0.25,1/0.5,-0.25,1'), await address());
writeFileSync(`${scratch}/points.csv`, 'x,y,label\n0,0.75,0\n0,-0.25,1\n0.5,-0.25,1\n');
await same_hash('points by hand', scratch);
const drop = async (name, content) => {
  writeFileSync(`${scratch}/${name}`, content);
  const {root} = await page.send('DOM.getDocument');
  const {nodeId} = await page.send('DOM.querySelector', {nodeId: root.nodeId, selector: '.playground [name=csv]'});
  await page.send('DOM.setFileInputFiles', {nodeId, files: [resolve(scratch, name)]});
};
await drop('iris.csv', `name,a,b,c,kind\n${Array.from({length: 30}, (_, i) => `n${i},${i},${i % 7},${i * i % 11},${'xyz'[i % 3]}\n`).join('')}`);
await until("/iris.csv/.test(document.querySelector('.playground pre code').textContent)");
await same_hash('a CSV file', scratch);
await drop('bad.csv', 'a,b\n1,x\n');
await until("/bad.csv: has no two columns of numbers/.test(document.querySelector('.playground .progress').textContent)");
await drop('bad.png', '\x89PNG\0');
await until("/bad.png: is not a text file/.test(document.querySelector('.playground .progress').textContent)");
const checked = () => until("/checks are wrong/.test(document.querySelector('.playground .said').textContent)");
await go('#playground?net=relu:4');
await click('.playground [name=check]');
await checked();
check('the gradients are right', /^0 of \d+ checks are wrong/.test(await text('.playground .said')), await text('.playground .said'));
await go('#playground?net=relu:4&mistake=no-mask');
await until("/lets every gradient through/.test(document.querySelector('.playground .said').textContent)");
const found = await evaluate("[...document.querySelectorAll('.playground .gradients .broken')].map((e) => e.parentElement.firstChild.textContent)");
check('a planted mistake is found before its layer, not after it', found.includes('0.weight') && !found.includes('2.weight'), found);
await go('#playground?data=nothing&classes=99&noise=x&net=cube:3&loss=no&opt=no&rate=-1&batch=0&epochs=x&seed=1e9');
check('a wrong state of the playground becomes the default', await address() === '#playground', await address());
await click('.playground [name=add]');
check('a layer is added', (await address()).endsWith('net=tanh:8,tanh:8,tanh:4'), await address());
await type('.playground .layers input', '0');
check('a layer without units is refused, and changes nothing', (await address()).endsWith('net=tanh:8,tanh:8,tanh:4') &&
  await evaluate("document.querySelector('.playground .layers input').validationMessage") ===
  'This must be a whole number from 1 to 32.', await address());
await evaluate(`(() => {
  const e = document.querySelector('.playground [name=opt]');
  e.value = 'sgd';
  e.dispatchEvent(new Event('change', {bubbles: true}));
})()`);
check('and does not count when another control changes', (await address()).endsWith('net=tanh:8,tanh:8,tanh:4&opt=sgd'), await address());
await go('#playground');
await until("document.querySelector('.playground [name=run]').ariaDisabled === 'false'");
check('the units keep their pictures when the window becomes narrower', await evaluate(`(() => {
  const painted = () => [...document.querySelectorAll('.playground .unit canvas')].filter((c) => c.width === 24).length;
  const before = painted(), width = document.querySelector('.net-inner').clientWidth;
  document.querySelector('.net-box').style.width = '250px';
  dispatchEvent(new Event('resize'));
  const narrow = document.querySelector('.net-inner').clientWidth;
  document.querySelector('.net-box').style.width = '';
  dispatchEvent(new Event('resize'));
  return before === 21 && painted() === 21 && narrow < width;
})()`));
await evaluate("document.querySelector('.playground .unit').focus()");
await press('ArrowRight');
await press('ArrowDown');
check('arrow keys move between units', (await evaluate('document.activeElement.ariaLabel')).startsWith('layer 0 unit'));

/* ---- explain ---- */

/* The command's formulas of the first step of configs/tiny/xor.json on sample 1, stage by stage. */
const of_command = execFileSync(onehot, ['explain', 'configs/tiny/xor.json', '--sample', '1', '--digits', '4'], {encoding: 'utf8'})
  .replace(/\s+/g, ' ');
const formulas = () => evaluate("[...document.querySelectorAll('.explain .formulas dd')].map((e) => e.textContent).filter((t) => / = .* = /.test(t))");
await go('#explain');
const stages = Number((await text('.explain .where')).match(/of (\d+)/)[1]), seen = [];
for (let i = 1; i < stages; i++) {
  await click('.explain [name=next]');
  seen.push(...await formulas());
}
check('the formulas are those of onehot explain', seen.length > 20 && seen.every((f) => of_command.includes(f)), seen.filter((f) => !of_command.includes(f)).join('; '));
await until(`location.hash === '#explain?stage=${stages - 1}'`);
const net_loss = () => evaluate("Number([...document.querySelectorAll('.explain-net text')].at(-1).textContent)");
const before_step = await net_loss();
await click('.explain [name=take]');
check('the step lowers the loss of its sample', await net_loss() < before_step, await net_loss());
await click('.explain [name=reset]');
await evaluate("document.querySelector('.explain .weights input').focus()");
await press('ArrowRight');
check('a weight follows its slider', (await address()).includes('w=-0.5,0.13'), await address());
check('and so do the numbers', await net_loss() !== before_step);
for (const hash of ['#explain?net=spiral&stage=3&rate=2', '#explain?net=relu&sample=2', '#explain?net=neuron']) {
  await go(hash);
  const [name, query] = hash.split('?'), shown_state = await address();
  check(`${hash} is shown`, shown_state.startsWith(name) && query.split('&').every((q) => shown_state.includes(q)), shown_state);
}
await go('#explain?net=no&sample=99&rate=x&stage=z&w=1,2');
check('a wrong state of explain becomes a valid one', await address() === '#explain?sample=3', await address());

/* ---- addresses ---- */

await emulate(1280, 'light');
await go('#softmax?z=1000,1001,1002');
await agrees('the trap', '1000', '1001', '1002');
await go('#softmax?z=-1,2,-inf&T=4');
await agrees('a masked class', '--temperature=4', '--', '-1', '2', '-inf');
await type('.numbers tbody tr:nth-child(1) input', '-3.25');
check('a typed logit is in the address', (await address()).startsWith('#softmax?z=-3.25,2,-inf'), await address());
await type('.numbers tbody tr:nth-child(1) input', 'three');
check('what is no number changes nothing', (await address()).startsWith('#softmax?z=-3.25,2,-inf'), await address());
check('and is refused in one sentence', (await evaluate("document.querySelector('.numbers tbody input').validationMessage")) ===
  'A logit is a number below 3.4e38, or -inf.');
await until("location.hash.startsWith('#softmax?z=-3.25,2,-inf')");
await go('#softmax?z=abc,1&T=-1&label=99&y=2,2&rate=7');
check('a wrong state becomes the default', await address() === '#softmax?z=2,1,0.1&label=0', await address());

const examples = await evaluate("[...document.querySelectorAll('.example option')].map((o) => o.value).filter(Boolean)");
for (const value of examples) {
  await evaluate(`(() => { const e = document.querySelector('.example select'); e.value = ${JSON.stringify(value)}; e.dispatchEvent(new Event('change')); })()`);
  check(`the example ${value} stays chosen`, await evaluate("document.querySelector('.example select').value") === value, await address());
}

await go('#book');
const listed = await evaluate("[...document.querySelectorAll('.contents a')].map((a) => a.dataset.page)");
await go('#softmax?z=3e38,-3e38,0&T=1e-30&label=1');
await click('[name=ten]');
await drag('.logits .column', 0.5, 1);
const largest = await logits();
check('logits stay within float32', largest[0] > 3.39e38 && largest.every((v) => Math.abs(v) <= 3.4e38), largest);

const broken = new Set(readdirSync(`${site}/book`).map((f) => f.replace('.html', '')).filter((f) => !listed.includes(f))
  .map((f) => `${f} is not in the contents`));
for (const chapter of readdirSync(`${site}/book`)) {
  const html = readText(`${site}/book/${chapter}`);
  check(`${chapter} has a title`, /<h1 /.test(html));
  for (const [, target, , at] of html.matchAll(/href="#book\?page=([^"&]*)(&amp;at=([^"]*))?"/g)) {
    const path = `${site}/${target.includes('/') || target.includes('.') ? `source/${target}` : `book/${target}.html`}`;
    const line = target.includes('.') && at?.match(/^L(\d+)$/)?.[1], there = existsSync(path) && readText(path);
    if (!there || (line ? Number(line) > there.split('\n').length : at && !there.includes(`id="at-${at}"`))) broken.add(`${chapter}: ${target} ${at ?? ''}`);
  }
}
check('links between chapters lead somewhere', broken.size === 0, [...broken].join('; '));
const tex = (chapter) => [...readText(`${site}/book/${chapter}.html`)
  .matchAll(/<math[^]*?<annotation encoding="application\/x-tex">([^]*?)<\/annotation>/g)].map((m) => m[1].replace(/ |&amp;/g, ''));
for (const [chapter, formula] of [
  ['softmax', 'p_{j}=\\frac{e^{z_{j}}}{\\sum_{k}e^{z_{k}}}'],
  ['softmax', '\\frac{\\partial\\text{loss}}{\\partialz_{j}}=p_{j}-y_{j}'],
  ['softmax', 'p_{i}/p_{j}=e^{z_{i}-z_{j}}'],
  ['backprop', 'dW=x^{T}\\,dz\\quaddW_{ij}=\\sum_{n}x_{ni}\\,dz_{nj}'],
]) check(`${chapter} has the formula ${formula}`, tex(chapter).some((t) => t.includes(formula)));
check('commands are no formulas', readText(`${site}/book/softmax.html`).includes('<code>./train configs/attention.json'));
await go('#book?page=src/layers/linear.c');
check('a source file is shown', (await evaluate("document.querySelector('.source code').textContent")) === readText('src/layers/linear.c'));
/* Where a source file is opened: its line, and whether that is in sight. */
const place = () => evaluate(`(() => {
  const here = document.querySelector('.lines .here'), {top} = here?.getBoundingClientRect() ?? {};
  const lines = document.querySelector('.source code').textContent.split('\\n');
  return {line: lines[here?.textContent - 1], seen: top >= 0 && top < innerHeight};
})()`);
let quotations = 0;
for (const chapter of ['softmax', 'backprop'])
  for (const [, name, line, code] of readText(`${site}/book/${chapter}.html`)
    .matchAll(/<div class="quotation">\s*<a\s+href="#book\?page=([^"&]*)(?:&amp;at=L(\d+))?">[^]*?<pre[^>]*><code>([^\n<]*)/g)) {
    const quoted = code.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');
    check(`${chapter}: the quotation of ${name} links its line`, readText(name).split('\n')[line - 1] === quoted, quoted);
    quotations++;
  }
check('there are quotations', quotations > 20, quotations);
await go('#book?page=src/optim/sgd.c&at=L61');
check('a file is opened at a line', (await place()).seen && (await place()).line === readText('src/optim/sgd.c').split('\n')[60], (await place()).line);
await go('#explain?stage=10');
await click('.explain .stage a');
await until("document.querySelector('main').dataset.shown.startsWith('#book')");
check('a stage of explain links its function', (await place()).seen && / step\(/.test((await place()).line), (await place()).line);
for (let stage = 0; stage < stages; stage++) {
  await go(`#explain?stage=${stage}`);
  for (const link of await evaluate("[...document.querySelectorAll('.explain .stage a')].map((a) => a.getAttribute('href'))")) {
    await go(link);
    check(`${link} is a function`, (await place()).line?.includes(`${link.split('at=')[1]}(`), (await place()).line);
  }
}

await go('#book?page=softmax&at=calibration');
const top = () => evaluate("Math.round(document.querySelector('#at-calibration').getBoundingClientRect().top)");
check('a section is scrolled to', Math.abs(await top()) < 100, await top());
await go('#softmax');
await go('#book?page=softmax&at=calibration');
check('a reader comes back to the same place', Math.abs(await top()) < 100, await top());
for (const hash of ['#start', ...tabs.map((name) => `#${name}`), '#playground?mistake=sign', ...listed.map((name) => `#book?page=${name}`)]) {
  await go(hash);
  const out = await evaluate(`[...document.querySelectorAll('[href], [src], [action]')].map((e) => e.getAttribute('href') ?? e.getAttribute('src') ??
    e.getAttribute('action')).filter((target) => !/^(#|data:|blob:)/.test(target))`);
  check(`${hash}: the single file has no link out`, out.length === 0, out);
}
const requests = page.requests.filter((url) => !/^(blob|data):/.test(url) && !url.startsWith(`file://${process.cwd()}/${file}`));
check('it loads nothing', page.requests.length > 0 && requests.length === 0, requests);
check('it is smaller than 5 MB', readFileSync(file).length < 5e6);
await emulate(1280, 'light', 'reduce');
await go('#start');
await page.send('Page.reload');
await until("document.querySelector('.start figcaption span')?.textContent === 'Epoch 60 of 60: 100 % are right'");
check('the console shows nothing', page.problems.length === 0, page.problems.join('; '));
await page.close();
finish();
