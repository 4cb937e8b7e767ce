/* node tests/web/addresses.mjs
 *
 * Opens build/web/onehot.html at addresses with nonsense in them; reloads it while it trains; goes
 * back and forward; uses it in two tabs of the browser at once. */

import {Page} from './chromium.mjs';
import {check, finish} from './node.mjs';
import {user} from './user.mjs';

const url = `file://${process.cwd()}/build/web/onehot.html`;
const page = await Page.open(url);
const {pause, until, address, go, click, press} = user(page);
const evaluate = (expression) => page.evaluate(expression);
await until("document.querySelector('main').dataset.shown !== undefined");
const text = (selector, on = page) => on.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent`);
const complaint = () => evaluate("(() => { const e = document.querySelector('.odd'); return e.hidden ? '' : e.textContent; })()");

/* ---- nonsense ---- */

const long = 'x'.repeat(100000), ones = Array(30000).fill('1').join();
const nonsense = {
  start: ['x=1', long],
  softmax: ['z=abc,1', 'z=', 'z=,,', 'z=1', 'z=NaN,NaN', 'z=1e999,1', 'z=1e39,1', 'z=-inf,-inf', `z=${ones}`, 'z=1,2;3',
    'T=-1', 'T=NaN', 'T=', 'T=abc', 'label=99', 'label=-1', 'label=1.5', 'label=1e400', 'label=1&smoothing=7',
    'label=1&smoothing=NaN', 'y=2,2', 'y=NaN,NaN,NaN', 'y=0.5,0.5', 'rate=7', 'rate=Infinity', 'foo=1', `${long}=1`,
    `z=${long}`, '%', '%E0%A4%A', 'z=%ED%A0%80,1', '__proto__=1', 'constructor=1', '&&&==', 'z=1,2?z=3'],
  explain: ['net=no', 'net=__proto__', 'sample=99', 'sample=-1', 'rate=0', 'rate=1e9', 'rate=x', 'stage=99', 'stage=z', 'stage=1e1',
    'w=1,2', 'w=a,b', `w=${ones}`, 'w=1e999,1,1,1,1,1,1,1,1,1,1,1', `net=${long}`, 'toString=1'],
  playground: ['data=nothing', 'data=__proto__', 'data=file', 'classes=99', 'data=moons&classes=4', 'classes=NaN', 'noise=x', 'noise=-1',
    'noise=1e9', 'points=-5', 'net=cube:3', 'net=tanh:0', 'net=tanh:33', 'net=tanh', 'net=tanh:1e1', `net=${Array(9999).fill('relu:4').join()}`,
    'loss=no', 'loss=constructor', 'opt=no', 'rate=-1', 'rate=1e400', 'rate=0', 'batch=0', 'batch=1e9', 'epochs=x', 'epochs=99999999999999999999',
    'seed=1e9', 'seed=-1', 'mistake=none-such', 'mistake=toString', `mistake=${long}`, 'data=hand&hand=9,9,1', 'data=hand&hand=a/b/c',
    'data=hand&hand=0,0,99/0,1,0', `data=hand&hand=${Array(9999).fill('0,0,1').join('/')}`, 'x=1&y=2&z=3&a=4&b=5&c=6&d=7'],
  digits: ['model=cnn', 'model=__proto__', 'rate=9', 'rate=NaN', 'epochs=0', 'epochs=1e9', 'epochs=51', 'seed=x', 'seed=99999999999', long],
  book: ['page=softmax&at=nowhere', 'page=softmax&at=%22%5D', `page=softmax&at=${long}`, 'page=src/optim/sgd.c&at=L99999', 'chapter=1'],
};
for (const [tab, queries] of Object.entries(nonsense))
  for (const query of queries) {
    const hash = `#${tab}?${query}`, name = hash.length > 80 ? `${hash.slice(0, 80)}…` : hash;
    await go(hash);
    const said = await complaint();
    check(`${name}: the page says what it ignores`, said.length < 400 &&
      /^The page ignores what it does not understand in this address: .+\.$/s.test(said), said);
    if (tab === 'start') await until("location.hash === '#start'"); /* it has no link in the header */
    await pause(50); /* Chromium ignores too many changes per second */
    const valid = await address();
    check(`${name} becomes a valid address`, valid.length < 3000 && !/x{1000}|nan/i.test(valid), valid.slice(0, 100));
    const {words, title} = await evaluate(`({words: document.querySelector('.tab.${tab}').innerText, title: document.title})`);
    check(`${name} shows no leftovers`, !/undefined|\bNaN\b|\[object|null/.test(words.replace(/toString|NULL/g, '')) || tab === 'book',
      words.match(/.{0,30}(undefined|NaN|\[object|null).{0,30}/)?.[0]);
    check(`${name} has a short title`, title.length < 200, title.length);
    await go(valid);
    check(`${name}: the valid address is understood`, await complaint() === '' && await address() === valid, await complaint());
  }

/* What is valid, in another way to write it or with the default, is no nonsense. */
for (const hash of ['#softmax?z=2.0,1.00,-INF&T=1&rate=1&label=2', '#softmax?z=1/2,1&z=0.333333333333,2', '#softmax?T=∞&z=1,2',
  '#softmax?z=1e3,1e-3&T=1e-400', '#explain?net=xor&sample=1&rate=0.5&stage=0', '#playground?data=spiral&classes=3&noise=0.030&batch=20&net=tanh:08,tanh:8&mistake=',
  '#playground?data=hand&hand=0.50,0,1/0,-.5,0', '#digits?model=mlp&epochs=06', '#book', '#book?page=softmax&at=calibration', '#start', '#', '']) {
  await go(hash);
  check(`${hash} is understood`, await complaint() === '', await complaint());
}
await go('#sofmax?z=1,2');
check('an unknown tab is the start page, which says so', await evaluate("!document.querySelector('.start').hidden") &&
  (await complaint()).includes('sofmax'), await complaint());
await go('#softmax?foo=1');
check('an unknown key is named', (await complaint()).endsWith(': foo=1.'), await complaint());
await click('[name=more]');
check('the sentence goes when the state changes', await complaint() === '');
for (const hash of ['#book?page=../../secret', '#book?page=__proto__', '#book?page=constructor', '#book?page=src/none.c', `#book?page=${long}`, '#book?page=']) {
  await go(hash);
  check(`${hash.slice(0, 60)} is not here`, await text('article h1') === 'Not here' && (await text('article')).length < 200, await text('article p'));
}

/* ---- back, forward, reload ---- */

const history_to = async (by, name) => {
  await evaluate(`history.go(${by})`);
  await until(`!document.querySelector('.tab.${name}').hidden && document.querySelector('main').dataset.shown === location.hash`);
};
const follow = async (name) => { /* by mouse, as a reader does */
  await click(`header a[href^="#${name}"]`);
  await until(`!document.querySelector('.tab.${name}').hidden && document.querySelector('main').dataset.shown === location.hash`);
};
await go('#softmax?z=2,1,0.1');
await evaluate("document.querySelector('.logits .column').focus()");
await press('ArrowUp'); /* and at once, before the address has followed: */
await follow('playground');
await click('.playground [name=add]');
await follow('explain');
await click('.explain [name=next]');
await follow('digits');
await history_to(-1, 'explain');
check('Back shows the stage that was left', await address() === '#explain?stage=1' && (await text('.explain .where')).startsWith('2 of'), await address());
await history_to(-1, 'playground');
check('Back shows the network that was left', (await address()).endsWith('net=tanh:8,tanh:8,tanh:4') &&
  await evaluate("document.querySelectorAll('.layers li').length") === 3, await address());
await history_to(-1, 'softmax');
check('Back shows the logits that were left', await address() === '#softmax?z=2.1,1,0.1' &&
  await evaluate("document.querySelector('.softmax tbody input').value") === '2.1', await address());
await history_to(2, 'explain');
check('Forward, too', await address() === '#explain?stage=1' && await evaluate('location.hash') === '#explain?stage=1', await address());

/* A reload in the middle of a training: the state is that of the address, and it trains. */
for (const [tab, hash, config] of [['playground', '#playground?net=relu:8&epochs=500&seed=7', '"epochs": 500'],
  ['digits', '#digits?epochs=9&seed=7', '"epochs": 9']]) {
  await go(hash);
  for (const time of ['at once', 'later']) {
    await until(`document.querySelector('.${tab} [name=run]').ariaDisabled === 'false'`);
    await click(`.${tab} [name=run]`);
    await until(`/^Epoch/.test(document.querySelector('.${tab} .progress').textContent)`);
    if (time === 'later') await pause(500);
    await page.send('Page.reload');
    await until(`document.querySelector('.${tab} [name=run]')?.ariaDisabled === 'false' && /not trained yet/.test(document.querySelector('.${tab} .progress').textContent)`);
    check(`${tab}, reloaded ${time}, has its state`, await address() === hash && await evaluate('location.hash') === hash &&
      (await text(`.${tab} pre code`)).includes(config), await address());
  }
  await click(`.${tab} [name=run]`);
  await until(`/^Epoch/.test(document.querySelector('.${tab} .progress').textContent)`);
  await go('#softmax'); /* and away while it trains */
  await pause(200);
}

/* Controls that change faster than the worker answers. */
await go('#digits');
await until("document.querySelector('.digits [name=run]').ariaDisabled === 'false'");
await evaluate(`for (let i = 0; i < 20; i++) {
  document.querySelector('.digits [name=reset]').ariaDisabled = 'false';
  document.querySelector('.digits [name=reset]').click();
  document.querySelector('.digits [name=run]').ariaDisabled = 'false';
  document.querySelector('.digits [name=sample]').click();
}`);
await until("/not trained yet/.test(document.querySelector('.digits .progress').textContent) && document.querySelector('.digits .best')");
check('starting over many times leaves no error', await text('.digits .file') === '', await text('.digits .file'));
await go('#playground');
await evaluate("for (let i = 0; i < 20; i++) location.hash = `#playground?seed=${i}`");
await until("document.querySelector('main').dataset.shown === '#playground?seed=19' && /not trained yet/.test(document.querySelector('.playground .progress').textContent)");
check('of many addresses in a row, the last is shown', (await text('.playground pre code')).includes('"seed": 19'), await address());

/* ---- two tabs at once ---- */

const other = await page.another(`${url}#playground?net=relu:4&epochs=5`), there = user(other);
await go('#playground?net=relu:4&epochs=5');
const hash_in = async (on, u) => {
  await u.until("document.querySelector('.playground [name=run]')?.ariaDisabled === 'false'");
  await on.evaluate("document.querySelector('.playground [name=run]').click()");
  await u.until("document.querySelector('.playground').dataset.sha256 !== undefined");
  return on.evaluate("document.querySelector('.playground').dataset.sha256");
};
const [one, two] = await Promise.all([hash_in(page, {until}), hash_in(other, there)]);
check('two tabs that train at once train the same model', /^[0-9a-f]{64}$/.test(one) && one === two, `${one} ${two}`);
await there.go('#softmax?z=5,1');
check('a state of one is not that of the other', await address() === '#playground?net=relu:4&epochs=5', await address());

for (const p of [page, other]) check('the console shows nothing', p.problems.length === 0, p.problems.join('; '));
await page.close();
finish();
