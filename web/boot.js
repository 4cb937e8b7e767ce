/* Starts the engine, twice: in the page for small questions, and in a worker for training. */
import {Engine} from './engine.js';
import {bytes, text, worker} from './files.js';
import {remoteEngine} from './remote.js';

/* A module with one vector of 128 bits, the smallest that asks for SIMD. */
const VECTOR = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0,
  10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);

/* What this browser lacks, as a sentence; null if it has everything. */
const lacks = () => {
  const missing = [
    ['WebAssembly', typeof WebAssembly === 'object'],
    ['128-bit vectors in WebAssembly', globalThis.WebAssembly?.validate(VECTOR)],
    ['DecompressionStream', typeof DecompressionStream === 'function'],
  ].filter(([, there]) => !there).map(([name]) => name);
  return missing.length === 0 ? null
    : `it lacks ${missing.join(' and ')}. Chrome and Edge 105, Firefox 121 and Safari 16.4 or newer have that.`;
};

const compile = async (name) => WebAssembly.compile(await bytes(name));
const load = async () => {
  if (lacks()) throw new Error(lacks());
  return {onehot: await compile('onehot.wasm'), gradcheck: await compile('onehot-f64.wasm')};
};
const modules = load();

/* The engine in the page (engine.js). */
export const engine = modules.then((m) => Engine.load(m));

/* A new engine in a worker of its own, with the same methods (remote.js). */
export const startWorker = async () => remoteEngine(await worker('worker.js'), await modules);

/* Writes a dataset of the page into an engine: `folder` is "digits", which a config then names. */
export const giveData = async (to, folder) => {
  const about = await text(`${folder}/dataset.json`);
  const {train, test} = JSON.parse(about);
  await to.write(`${folder}/dataset.json`, about);
  for (const part of [train, test]) {
    await to.write(`${folder}/${part.labels}`, await text(`${folder}/${part.labels}`));
    for (const sheet of part.sheets)
      await to.writeImage(`${folder}/${sheet}`, await bytes(`${folder}/${sheet}`));
  }
};

/* Compares the kernels, and trains configs/tiny/xor.json: the attributes of <html> say whether
 * this browser computes what the command line computes. */
const selftest = async () => {
  const root = document.documentElement;
  try {
    const e = await engine;
    root.dataset.kernel = e.selftest();
    const training = e.train(await text('configs/tiny/xor.json'), 'configs/tiny/xor.json');
    training.advance(1e6);
    root.dataset.xorSha256 = training.hash().model;
    training.close();
    root.dataset.selftest = 'passed';
  } catch (error) {
    root.dataset.selftest = 'failed';
    root.dataset.selftestError = error.message;
  }
};

/* Resolves when the self-test is done. */
export const tested = selftest();

/* For the console, and for tests/web. */
globalThis.onehot = {engine, startWorker, giveData, tested};
