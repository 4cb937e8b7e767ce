/* Starts the engine, twice: in the page for small questions, and in a worker for training. */
import {Engine} from './engine.js';
import {bytes, text, worker} from './files.js';
import {remoteEngine} from './remote.js';

const compile = async (name) => WebAssembly.compile(await bytes(name));
const load = async () =>
  ({onehot: await compile('onehot.wasm'), gradcheck: await compile('onehot-f64.wasm')});
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
