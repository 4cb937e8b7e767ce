/* node tests/web/keyboard.mjs
 *
 * Uses build/web/onehot.html by keyboard alone: Tab reaches every control of every tab once, in the
 * order in which they stand, where it can be seen, and leads out again; then a walk through the page. */

import {Page} from './chromium.mjs';
import {check, finish} from './node.mjs';
import {user} from './user.mjs';

const page = await Page.open(`file://${process.cwd()}/build/web/onehot.html`);
const {until, address, go, press, emulate} = user(page);
const evaluate = (expression) => page.evaluate(expression);
await until("document.querySelector('main').dataset.shown !== undefined");

/* ---- Tab ---- */

/* To where Tab begins: before the first control. */
const begin = () => evaluate(`document.body.tabIndex = -1; document.body.focus({preventScroll: true});
  document.body.removeAttribute('tabindex'); scrollTo(0, 0)`);

/* Numbers the controls that Tab should reach, and returns their names: of radio buttons the chosen one,
 * of the units of a network one. */
const number = () => evaluate(`(() => {
  let n = 0;
  for (const e of document.querySelectorAll('[data-n]')) delete e.dataset.n;
  const all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex]')].filter((e) => e.tabIndex >= 0 &&
    e.checkVisibility({visibilityProperty: true}) && (e.type !== 'radio' || e.checked) && !e.classList.contains('unit'));
  all.push(...[...document.querySelectorAll('.unit')].filter((e) => e.tabIndex >= 0 && e.checkVisibility()));
  return all.map((e) => (e.dataset.n = n++, (e.ariaLabel ?? e.name ?? e.textContent).trim().slice(0, 30) || e.textContent.trim().slice(0, 30)));
})()`);

/* The control with the focus: its number; its place on the page; whether the focus is drawn, and
 * whether it is in sight and nothing covers it. */
const focused = () => evaluate(`(() => {
  const e = document.activeElement;
  if (e === document.body) return null;
  const drawn = e.type === 'radio' ? e.parentElement : e, {left, right, top, bottom} = e.getBoundingClientRect();
  const {outlineStyle, outlineWidth} = getComputedStyle(drawn);
  const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2, y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
  const rects = [...e.getClientRects()], {left: l, top: t, width: w, height: h} = rects.length > 1 ? rects[0] : {left: x, top: y, width: 0, height: 0};
  const hit = document.elementFromPoint(l + w / 2, t + h / 2);
  return {n: Number(e.dataset.n), top: top + scrollY, left, drawn: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0,
    seen: top < innerHeight && bottom > 0 && (hit === e || e.contains(hit) || hit?.contains(e))};
})()`);

const walk = async (name) => {
  const names = await number(), way = [];
  await begin();
  for (;;) {
    await press('Tab');
    const at = await focused();
    if (at === null || (way.length && at.n === way[0].n) || way.length > names.length + 5) break;
    way.push(at);
  }
  const label = (i) => `"${names[i] ?? '?'}"`;
  const reached = new Set(way.map(({n}) => n));
  check(`${name}: Tab reaches every control, once`, way.length === names.length && reached.size === names.length,
    `${names.map((_, i) => i).filter((i) => !reached.has(i)).map(label)} missing; ${way.length} of ${names.length}`);
  check(`${name}: the focus is drawn`, way.every(({drawn}) => drawn), way.filter(({drawn}) => !drawn).map(({n}) => label(n)));
  check(`${name}: the focus is in sight`, way.every(({seen}) => seen), way.filter(({seen}) => !seen).map(({n}) => label(n)));
  const back = [];
  for (;;) {
    await press('Tab', 1, {shift: true});
    const at = await focused();
    if (at === null || back.length > way.length + 5) break;
    back.push(at);
  }
  const order = (list) => list.map(({n}) => n).join();
  check(`${name}: Shift-Tab goes back the same way`, order(back.reverse()) === order(way) || order(back.slice(0, -1)) === order(way) ||
    order(back) === order(way.slice(0, -1)), `${order(back)} not ${order(way)}`);
  check(`${name}: Shift-Tab keeps the focus in sight`, back.every(({seen}) => seen), back.filter(({seen}) => !seen).map(({n}) => label(n)));
  return {way, label};
};

const states = ['#start', '#softmax?z=2,1,0.1', '#softmax?z=2,1,0.1&label=1&smoothing=0.1', '#softmax?z=0,0,0&y=0.6,0.3,0.1', '#explain?stage=6',
  '#playground', '#playground?data=hand&hand=0,0,1/0,1,0', '#digits', '#book?page=softmax', '#book?page=src/optim/sgd.c'];
for (const width of [1280, 360])
  for (const hash of states) {
    await emulate(width, 'light', 'reduce');
    await page.send('Emulation.setTouchEmulationEnabled', {enabled: false}); /* a narrow window, not a phone */
    await go(hash);
    const tab = hash.slice(1).split('?')[0];
    if (tab === 'digits') await until("document.querySelector('.digits [name=run]').ariaDisabled === 'false'");
    if (tab === 'playground') await until("document.querySelector('.playground [name=sabotage]').length > 10");
    const {way, label} = await walk(`${hash}, ${width} px`);
    if (tab === 'playground' && width === 360)
      check(`${hash}: in one column, the plane comes first`, await evaluate(`document.querySelector('.outcome').getBoundingClientRect().top <
        document.querySelector('.playground .controls').getBoundingClientRect().top`));
    /* In one column, from top to bottom. */
    const up = width === 360 ? way.slice(2).filter((at, i) => at.top < way[i + 1].top - 45) : [];
    check(`${hash}, ${width} px: the order is that of the page`, up.length === 0, up.map(({n}) => label(n)));
  }

/* ---- a walk through the page ---- */

const name_of_focus = "(document.activeElement.ariaLabel ?? document.activeElement.name) || document.activeElement.textContent.slice(0, 40)";
/* Presses Tab until a control has the focus. */
const to = async (name, inside = '') => {
  for (let i = 0; i < 200; i++) {
    if (await evaluate(`document.activeElement !== document.body && (${name_of_focus}).trim().startsWith(${JSON.stringify(name)}) && document.activeElement.matches(${JSON.stringify(inside || '*')})`)) return;
    await press('Tab');
  }
  check(`Tab leads to ${name}`, false);
};
const has_focus = (selector) => evaluate(`document.activeElement === document.querySelector(${JSON.stringify(selector)})`);
const shown = (selector) => evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);

await emulate(1280, 'light', 'reduce');
await go('#start');
await begin();
await press('Tab');
await press('Enter');
check('the first Tab is the way to the content', await has_focus('main'));
await press('Tab');
check('from where Tab leads to its first control', await has_focus('.start figcaption button'));
await press(' ');
await until("document.querySelector('.start figcaption button').textContent === 'Pause'");
await press(' ');
await until("document.querySelector('.start figcaption button').textContent === 'Continue'");
await to('Softmax', '.cards a');
await press('Enter');
await until("location.hash.startsWith('#softmax') && document.querySelector('main').dataset.shown === location.hash");
check('a card leads the focus to its tab', await has_focus('main'), await evaluate(name_of_focus));
await press('Tab');
check('from a card, Tab leads into its tab', await has_focus('.example select'), await evaluate(name_of_focus));

await begin();
await to('One class more');
await press('Enter');
await press(' ');
check('Enter and Space press a button', /z=2,1,0.1,0,0$/.test(await address()), await address());
await press('Enter', 9);
check('a button that has nothing more to do keeps the focus', await has_focus('[name=more]') &&
  (await address()).split('z=')[1].split(',').length === 10, await address());
await to('target');
await press('ArrowRight');
check('arrow keys choose a target', (await address()).includes('label=0'), await address());
await to('step');
await press('Enter', 3);
check('Enter takes steps', await has_focus('[name=step]') && await evaluate("document.querySelectorAll('.softmax .losses circle').length") === 1);

await go('#explain');
await begin();
await to('Next');
await press('Enter', 20);
check('Enter goes to the last stage, and the focus stays', await has_focus('.explain [name=next]') && (await shown('.explain .where')).startsWith('11 of 11'), await shown('.explain .where'));
await press('ArrowLeft', 3);
check('arrow keys turn the stages', (await shown('.explain .where')).startsWith('8 of 11'), await shown('.explain .where'));
await to('W2[0,0]');
await press('ArrowRight', 2);
check('arrow keys move a weight', /w=([^,]*,){6}0\.2/.test(await address()), await address());

await go('#playground?epochs=3');
await begin();
await to('step');
for (let i = 1; i <= 3; i++) {
  await press('Enter');
  await until(`document.querySelector('.playground .progress').textContent.includes('step ${i}.') && document.querySelector('.playground [name=step]').ariaDisabled === 'false'`);
}
check('One step can be pressed again and again', await has_focus('.playground [name=step]'));
await press('Tab', 1, {shift: true});
await press('Enter');
await until("document.querySelector('.playground').dataset.sha256 !== undefined");
check('the focus stays where a training ends', await has_focus('.playground [name=run]'));
await to('units of hidden layer 0');
await page.send('Input.insertText', {text: '3'});
await press('Tab');
await until("document.querySelector('.playground pre code').textContent.includes('\"units\": 3')");
check('Tab from a number that was typed goes on to the next control',
  await evaluate('document.activeElement.ariaLabel') === 'activation of hidden layer 0', await evaluate(name_of_focus));
await press('ArrowDown');
await until("/sigmoid/.test(document.querySelector('.playground pre code').textContent)");
check('and from a choice, too', await evaluate('document.activeElement.ariaLabel') === 'activation of hidden layer 0', await evaluate(name_of_focus));
await until("document.querySelector('.playground [name=step]').ariaDisabled === 'false'"); /* the new units are there */
await to('input x');
await press('ArrowRight');
await press('Enter');
await until("/layer 0/.test(document.querySelector('.playground .unit-numbers h3')?.textContent)");
check('the unit keeps the focus', await evaluate("document.activeElement.matches('.unit.picked')"));
await to('x', '.unit-numbers button');
await press('Enter');
await until("/^The weight from/.test(document.querySelector('.playground .unit-numbers h3')?.textContent)");
check('the focus goes to the numbers of a weight that was chosen', await has_focus('.playground .unit-numbers h3'), await evaluate(name_of_focus));
await to('check');
await press('Enter');
await until("/checks are wrong/.test(document.querySelector('.playground .said').textContent)");
check('Check keeps the focus', await has_focus('.playground [name=check]'));

await go('#playground?data=hand');
await begin();
await to('The plane');
await press('Enter');
await press('ArrowRight', 5);
await press('Enter');
check('points are set one after the other', /hand=0,0,0\/0.25,0,0/.test(await address()) && await has_focus('.outcome .plane'), await address());

await go('#digits');
await until("document.querySelector('.digits [name=run]').ariaDisabled === 'false'");
await begin();
await to('epoch', 'button');
await press('Enter');
await until("/^The model reads/.test(document.querySelector('.digits .wrong').textContent) && document.querySelector('.digits [name=epoch]').ariaDisabled === 'false'");
check('One epoch keeps the focus', await has_focus('.digits [name=epoch]'));
await to('Pad for a digit');
await press(' ');
await press('ArrowDown', 14);
await until("document.querySelector('.digits .best')");
await to('clear');
await press(' ');
await until("!document.querySelector('.digits .best')");

await emulate(360, 'light', 'reduce');
await go('#book?page=softmax');
await begin();
await to('Chapters');
await press('Enter');
check('the chapters unfold', await evaluate("document.querySelector('.contents details').open"));
await to('Backpropagation');
await press('Enter');
await until("document.querySelector('article h1').textContent.startsWith('Backprop')");
check('a chapter that was chosen has the focus', await has_focus('article h1'), await evaluate(name_of_focus));
await press('Tab');
check('from where Tab leads to its first link', await has_focus('article a'), await evaluate(name_of_focus));

check('the console shows nothing', page.problems.length === 0, page.problems.join('; '));
await page.close();
finish();
