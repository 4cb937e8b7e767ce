/* node tests/web/lacks.mjs
 *
 * Opens build/web/onehot.html in a Chromium that lacks something: the page says what, in every tab,
 * and shows nothing in the console. */

import {readFileSync, writeFileSync} from 'node:fs';
import {Page} from './chromium.mjs';
import {check, finish} from './node.mjs';
import {user} from './user.mjs';

const file = 'build/web/onehot.html', computing = ['softmax', 'explain', 'playground', 'digits'];
const newer = 'Chrome and Edge 105, Firefox 121 and Safari 16.4 or newer have that.';
const settled = "document.documentElement.dataset.selftest !== undefined && document.querySelector('.start .check')?.textContent.includes('.')";

const lack = async (what, settings) => {
  const page = await Page.open(`file://${process.cwd()}/${file}`, settings);
  const {until, go} = user(page), sentence = `it lacks ${what}. ${newer}`;
  await until(settled);
  const {selftest, selftestError} = await page.evaluate('({...document.documentElement.dataset})');
  check(`without ${what}, the self-test fails and says so`, selftest === 'failed' && selftestError === sentence, selftestError);
  check(`without ${what}, the start page says so`,
    (await page.evaluate("document.querySelector('.start h1 + .check').textContent")).endsWith(sentence));
  for (const tab of computing) {
    await go(`#${tab}`);
    const words = await page.evaluate(`[...document.querySelector('.tab.${tab}').children].map((e) => e.textContent).join('; ')`);
    check(`without ${what}, ${tab} says so, and shows nothing else`,
      words.endsWith(`; This tab does not work in this browser: ${sentence}`) && words.split(';').length === 2, words);
  }
  check(`without ${what}, the console shows nothing`, page.problems.length === 0, page.problems.join('; '));
  return page;
};

/* A real browser on a processor too old for vectors in WebAssembly; on other processors than
 * Intel's, one that says so. */
const vectors = '128-bit vectors in WebAssembly';
let page = await lack(vectors, process.arch === 'x64' ? {flags: ['--js-flags=--no-enable-sse4-1']}
  : {script: 'WebAssembly.validate = () => false'});
await page.close();
page = await lack(`WebAssembly and ${vectors}`, {script: 'delete globalThis.WebAssembly'});
await page.close();
page = await lack('DecompressionStream', {script: 'delete globalThis.DecompressionStream'});
const {go} = user(page);
await go('#book');
check('without DecompressionStream, the book says so', /loaded: this browser lacks DecompressionStream; a newer one has it$/.test(
  await page.evaluate("document.querySelector('article').textContent")));

/* Scripts that this browser cannot read. */
const broken = 'build/web/test-old.html';
writeFileSync(broken, readFileSync(file, 'utf8').replace(/<script>(?=[^<]*\n)(?![^]*<script>)/, '<script>let 1 = `;\n'));
await page.navigate(`file://${process.cwd()}/${broken}`);
check('a browser that is too old for the scripts is told so', await page.evaluate("document.querySelector('main').textContent") ===
  'This browser is too oldonehot needs Chrome or Edge 105, Firefox 121, Safari 16.4, or a newer one.');
await page.close();
finish();
