/* node tests/web/golden.mjs [CONFIG ...]
 *
 * Trains the small configs of tests/golden.json (or these) in WebAssembly, and compares the hashes
 * of their model files. */

import {check, finish, give, loadEngine, readText} from './node.mjs';

const golden = JSON.parse(readText('tests/golden.json'));
const small = Object.keys(golden).filter((config) => /^(tests|configs\/tiny)\//.test(config));
const configs = process.argv.length > 2 ? process.argv.slice(2) : small;

for (const config of configs) {
  const engine = await loadEngine();
  engine.selftest();
  const text = readText(config), {data, loss} = JSON.parse(text);
  if (!data.path.startsWith('toy:')) await give(engine, data.path);
  if (loss?.teacher) await give(engine, loss.teacher);
  const start = performance.now(), training = engine.train(text, config);
  while (training.epoch().more);
  const {model} = training.hash();
  check(`${config} has its golden hash`, model === golden[config], `got ${model}`);
  const seconds = (performance.now() - start) / 1000;
  console.log(`${config}  ${model.slice(0, 8)}  ${seconds.toFixed(1)} s`);
}
finish();
