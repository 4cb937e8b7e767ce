/* node tests/web/print.mjs
 *
 * Prints build/web/onehot.html on A4, every tab and every chapter, in a dark browser: nothing is cut
 * off, nothing is dark, and text is readable. */

import {readFileSync, readdirSync} from 'node:fs';
import {Page} from './chromium.mjs';
import {check, finish} from './node.mjs';
import {user} from './user.mjs';

const page = await Page.open(`file://${process.cwd()}/build/web/onehot.html`);
const {until, go} = user(page);
const evaluate = (expression) => page.evaluate(expression);
await until("document.querySelector('main').dataset.shown !== undefined");

const WIDTH = 717; /* of A4, between Chromium's margins */
await page.send('Emulation.setDeviceMetricsOverride', {width: WIDTH, height: 1046, deviceScaleFactor: 1, mobile: false});
await page.send('Emulation.setEmulatedMedia', {media: 'print', features: [{name: 'prefers-color-scheme', value: 'dark'}]});

const look = readFileSync('tests/report/look.js', 'utf8').replace('"use strict";', '');
const chapters = readdirSync('build/web/site/book').map((f) => `#book?page=${f.replace('.html', '')}`);
for (const hash of ['#start', '#softmax?z=2,1,0.1,5,6,7,8,9,3,2&label=1&T=2', '#explain?stage=10', '#playground', '#playground?net=relu:4&mistake=no-mask', '#digits',
  ...chapters, '#book?page=src/optim/sgd.c', '#book?page=src/tensor/gemm.c', '#book?page=src/layers/linear.c']) {
  await go(hash);
  if (hash.includes('mistake')) await until("/checks are wrong/.test(document.querySelector('.playground .said').textContent)");
  const {wide, cut, header, dark, rows} = await evaluate(`(() => {
    const shown = [...document.querySelectorAll('main *')].filter((e) => e.checkVisibility());
    const words = (e) => '<' + e.tagName + ' ' + e.className + '> ' + e.textContent.trim().slice(0, 30);
    return {
      wide: document.documentElement.scrollWidth,
      /* What reaches beyond the paper, or scrolls, which paper cannot. */
      cut: shown.filter((e) => !e.closest('math, select, canvas, svg') && (e.getBoundingClientRect().right > ${WIDTH} + 1 ||
        (e.scrollWidth > e.clientWidth + 1 && /auto|scroll|hidden/.test(getComputedStyle(e).overflowX)))).map(words),
      header: document.querySelector('header').checkVisibility(),
      dark: shown.filter((e) => { const [r, g, b, a = 1] = getComputedStyle(e).backgroundColor.match(/[\\d.]+/g).map(Number);
        return a > 0.5 && r + g + b < 450 && e.textContent.trim(); }).map(words),
      rows: shown.filter((e) => e.tagName === 'CANVAS' && e.closest('.plane')).map((e) => {
        const copy = new OffscreenCanvas(e.width, e.height).getContext('2d', {willReadFrequently: true});
        copy.drawImage(e, 0, 0);
        const {data} = copy.getImageData(0, 0, e.width, e.height);
        return data.some((v, i) => i % 4 === 3 && v > 204) && e === e.parentElement.firstChild;
      }),
    };
  })()`);
  check(`${hash} on paper: nothing is cut off`, wide <= WIDTH && cut.length === 0, `${wide}; ${cut.slice(0, 3)}`);
  check(`${hash} on paper: no links to other tabs, which nobody can click`, !header);
  check(`${hash} on paper: nothing is dark`, dark.length === 0 && !rows.includes(true), `${dark.slice(0, 3)} ${rows}`);
  const found = await evaluate(`(() => { ${look}; const found = new Set(); readable(8, found); return [...found]; })()`);
  check(`${hash} on paper: text is readable`, found.length === 0, found.slice(0, 3).join('; '));
}
await go('#softmax?z=2,1,0.1&label=1');
check('the bars are printed', await evaluate(`['.logits .bar', '.column .p', '.column .sigmoid'].every((s) =>
  getComputedStyle(document.querySelector(s)).getPropertyValue('-webkit-print-color-adjust') === 'exact')`));

check('the console shows nothing', page.problems.length === 0, page.problems.join('; '));
await page.close();
finish();
