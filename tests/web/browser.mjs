/* node tests/web/browser.mjs
 *
 * Opens build/web/onehot.html from its file in headless Chromium: the self-test passes, and the
 * small configs of tests/golden.json give their hashes in the page's worker. */

import {readFileSync, readdirSync, statSync} from 'node:fs';
import {Page} from './chromium.mjs';
import {check, finish, readText} from './node.mjs';

const golden = JSON.parse(readText('tests/golden.json'));
const page = await Page.open(`file://${process.cwd()}/build/web/onehot.html`);

await page.evaluate('onehot.tested');
const {selftest, xorSha256, selftestError} =
  await page.evaluate('({...document.documentElement.dataset})');
check('the self-test passes', selftest === 'passed', selftestError);
check('the page trains xor to its hash', xorSha256 === golden['configs/tiny/xor.json'], xorSha256);

/* The files of a folder, or one file, in base64. */
const files = (path) => !statSync(path).isDirectory()
  ? {[path]: readFileSync(path).toString('base64')}
  : Object.assign({}, ...readdirSync(path).map((name) => files(`${path}/${name}`)));

const train = async (files, config, name) => {
  const engine = await onehot.startWorker();
  await engine.selftest();
  for (const [path, content] of Object.entries(files))
    await engine.writeImage(path, Uint8Array.from(atob(content), (c) => c.charCodeAt(0)));
  const training = await engine.train(config, name);
  while ((await training.epoch()).more);
  return (await training.hash()).model;
};

for (const config of Object.keys(golden).filter((c) => /^(tests|configs\/tiny)\//.test(c))) {
  const text = readText(config), {data, loss} = JSON.parse(text);
  const needed = {...data.path.startsWith('toy:') ? {} : files(data.path),
    ...loss?.teacher ? files(loss.teacher) : {}};
  const model = await page.evaluate(`(${train})(${[needed, text, config].map((x) => JSON.stringify(x))})`);
  check(`${config} has its golden hash in the page`, model === golden[config], `got ${model}`);
}

check('the console shows nothing', page.problems.length === 0, page.problems.join('; '));
await page.close();
finish();
