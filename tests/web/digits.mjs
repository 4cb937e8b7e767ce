/* node tests/web/digits.mjs [FOLDER]
 *
 * Uses the tab Digits of build/web/onehot.html in headless Chromium: trains, and compares the hash
 * with that of `onehot train` on the same config; draws digits by mouse, touch and keyboard; loads
 * model files. ONEHOT is the command. Screenshots go to FOLDER. */

import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {Page} from './chromium.mjs';
import {check, finish} from './node.mjs';
import {user} from './user.mjs';

const onehot = process.env.ONEHOT ?? 'build/default/onehot', scratch = 'build/web/test';
const [folder] = process.argv.slice(2);
mkdirSync(scratch, {recursive: true});

const page = await Page.open(
  `file://${process.cwd()}/build/web/onehot.html#digits?model=softmax&epochs=1&seed=7`);
const evaluate = (expression) => page.evaluate(expression);
const {pause, until, press, emulate, ...mouse} = user(page);
const click = (selector) => mouse.click(`.digits ${selector}`);
const text = (selector) => evaluate(`document.querySelector('.digits ${selector}').textContent`);
const rect = (selector) => evaluate(`(() => {
  const e = document.querySelector('.digits ${selector}');
  e.scrollIntoView({block: 'center'});
  const {left, top, width, height} = e.getBoundingClientRect();
  return {left, top, width, height};
})()`);
const screenshot = async (name) => {
  if (folder) writeFileSync(`${folder}/digits-${name}.png`, await page.screenshot());
};

/* Points of the pad, as fractions of its sides. */
const draw = async (points, send) => {
  const {left, top, width, height} = await rect('.pad');
  const at = points.map(([x, y]) => ({x: left + x * width, y: top + y * height}));
  await send('begin', at[0]);
  for (const point of at.slice(1)) await send('move', point);
  await send('end', at.at(-1));
};
const by_mouse = (what, at) => page.send('Input.dispatchMouseEvent', {
  type: {begin: 'mousePressed', move: 'mouseMoved', end: 'mouseReleased'}[what], ...at,
  button: 'left', buttons: what === 'end' ? 0 : 1, clickCount: 1});
const by_touch = (what, at) => page.send('Input.dispatchTouchEvent', {
  type: {begin: 'touchStart', move: 'touchMove', end: 'touchEnd'}[what],
  touchPoints: what === 'end' ? [] : [at]});

/* The classes' probabilities in percent, and the sum of the pixels that the network sees. */
const chances = async () => JSON.parse(await evaluate(`JSON.stringify(
  [...document.querySelectorAll('.digits .chances .value')].map((e) => parseFloat(e.textContent)))`));
const seen = () => evaluate(`(() => {
  const canvas = document.querySelector('.digits .seen canvas'), {width, height} = canvas;
  const copy = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true});
  copy.drawImage(canvas, 0, 0);
  const {data} = copy.getImageData(0, 0, width, height);
  let mass = 0, x = 0, y = 0;
  for (let i = 0; i < width * height; i++) {
    mass += data[4 * i];
    x += data[4 * i] * (i % width + 0.5);
    y += data[4 * i] * (Math.floor(i / width) + 0.5);
  }
  return {width, height, mass, x: x / mass, y: y / mass};
})()`);
/* Until the pad is read as this class. */
const reads = (k) => until(
  `document.querySelector('.digits .best') === document.querySelectorAll('.digits .chances tr')[${k}]`);

/* ---- training ---- */

await until("document.querySelector('.digits [name=run]')?.ariaDisabled === 'false'");
check('nothing is trained before it is asked for', /not trained yet/.test(await text('.progress')));
await click('[name=run]');
await until("document.querySelector('.digits').dataset.sha256 !== undefined");
const config = await text('pre code');
writeFileSync(`${scratch}/digits.json`, config);
execFileSync(onehot, ['train', `${scratch}/digits.json`, '--quiet', '--fresh',
  `output=${scratch}/digits`]);
const hash = execFileSync('sha256sum', [`${scratch}/digits/model.safetensors`], {encoding: 'utf8'});
check('the page trains the model that the command line trains from its config',
  hash.startsWith(await evaluate("document.querySelector('.digits').dataset.sha256")), hash);
check('there are pictures of ten classes\' weights',
  await evaluate("document.querySelectorAll('.digits .units canvas').length") === 10);
check('the mistakes are shown',
  await evaluate("document.querySelectorAll('.digits .mistakes canvas').length") === 30 &&
  /reads 2,\d{3} of 2,500/.test(await text('.wrong')), await text('.wrong'));
check('the curve is drawn', await evaluate("document.querySelector('.digits .curves polyline') !== null"));

/* ---- the pad ---- */

const stroke = [[0.3, 0.2], [0.32, 0.4], [0.34, 0.6]]; /* a one, far from the middle */
await draw(stroke, by_mouse); /* a vertical stroke is read as a one */
await reads(1);
const one = await chances(), image = await seen();
check('the probabilities sum to 1', Math.abs(one.reduce((s, v) => s + v) - 100) < 1, one.join());
check('the digit is brought to the middle of 28 x 28 pixels', image.width === 28 &&
  image.height === 28 && Math.abs(image.x - 14) < 1 && Math.abs(image.y - 14) < 1,
  JSON.stringify(image));
await click('[name=clear]');
await until("document.querySelector('.digits .best') === null");
check('a cleared pad asks nothing', (await seen()).mass === 0);

await draw(stroke.map(([x, y]) => [x + 0.2, y + 0.1]), by_touch);
await reads(1);
const alike = (p) => p.every((value, k) => Math.abs(value - one[k]) < 15);
let touched = await chances();
for (let i = 0; i < 100 && !alike(touched); i++) { /* the last part of the stroke may come late */
  await pause(50);
  touched = await chances();
}
check('a finger draws, too, and its place does not matter', alike(touched), touched.join());
await click('[name=clear]');

await evaluate("document.querySelector('.digits .pad').focus()");
await press(' ');
await press('ArrowDown', 14);
await reads(1);
await press('Delete');
await until("document.querySelector('.digits .best') === null");

await click('[name=sample]');
await reads(7); /* the first test digit */

/* ---- model files ---- */

const give = async (path) => {
  const {root} = await page.send('DOM.getDocument');
  const {nodeId} = await page.send('DOM.querySelector',
    {nodeId: root.nodeId, selector: '.digits [name=file]'});
  await page.send('DOM.setFileInputFiles', {nodeId, files: [`${process.cwd()}/${path}`]});
};
await give('tests/data/teacher.safetensors');
await until("/now answers/.test(document.querySelector('.digits .file').textContent)");
check('a model file of the command line answers', /teacher.safetensors reads/.test(await text('.wrong')));
writeFileSync(`${scratch}/bad.safetensors`, 'no model');
await give(`${scratch}/bad.safetensors`);
await until("/not a safetensors file/.test(document.querySelector('.digits .file').textContent)");

/* ---- the page ---- */

for (const [width, scheme] of [[360, 'dark'], [768, 'light'], [1280, 'dark']]) {
  await emulate(width, scheme);
  check(`nothing is wider than the page at ${width} pixels`,
    await evaluate('document.documentElement.scrollWidth <= innerWidth'));
  await screenshot(`${width}-${scheme}`);
}
check('the console shows nothing', page.problems.length === 0, page.problems.join('; '));
await page.close();
finish();
