/* The engine: onehot's C, compiled to WebAssembly, as a class.
 *
 *   const engine = await Engine.load(modules);       modules: see below
 *   engine.write('points.csv', text);                files in memory, which configs name
 *   const t = engine.train({data: {path: 'toy:moons'}, model: [{type: 'linear', units: 2}]});
 *   while (t.advance(10).more) draw(t.state(), t.predict(grid));
 *   t.hash().model                                   as the command line prints it
 *
 * Everything here is synchronous, and so runs in a worker, or in node, or for small work in the
 * page. RemoteEngine (remote.js) has the same methods, but asynchronous, and runs them in a worker.
 *
 * Errors: every method throws an Error whose message is the sentence that the command line prints;
 * `input` is true if the config or the data is wrong (exit status 2), false if the run failed (1).
 * Units: losses are in nats, accuracies are fractions, pixels are 0 to 255. Matrices are
 * Float32Arrays, row by row; a row is a sample. All results are copies: they stay valid. A config
 * is a plain object (or the text or bytes of one) with the keys of `onehot help config`;
 * "data.path" names a synthetic dataset (toy:spiral:classes=4:noise=0.1:seed=2), or a file or a
 * folder that `write` or `writeImage` made. */

import {wasi} from './wasi.js';
import {inflate, isPNG, rawPNG} from './png.js';

export class EngineError extends Error {
  constructor(message, input) {
    super(message);
    this.input = input;
  }
}

/* An instance of a module: its memory, and calls that take strings, bytes and numbers. */
class Instance {
  constructor() {
    this.printed = {1: '', 2: ''};
    const print = (fd, text) => { this.printed[fd] += text; };
    this.imports = {wasi_snapshot_preview1: wasi(() => this.exports.memory, print)};
  }

  /* In a page, older browsers refuse to make an instance synchronously. */
  static async load(module) {
    const made = new Instance();
    return made.start(await WebAssembly.instantiate(module, made.imports));
  }
  static make(module) {
    const made = new Instance();
    return made.start(new WebAssembly.Instance(module, made.imports));
  }

  start({exports}) {
    this.exports = exports;
    exports._initialize();
    return this;
  }

  bytes(at, size) {
    return new Uint8Array(this.exports.memory.buffer, at, size);
  }

  /* Copies a string or an array into the memory, followed by a NUL. */
  place(argument) {
    const data = typeof argument === 'string' ? encode(argument)
      : new Uint8Array(argument.buffer, argument.byteOffset, argument.byteLength);
    const at = this.exports.engine_alloc(data.length); /* has room for a NUL */
    if (!at) throw new EngineError('not enough memory', false);
    const bytes = this.bytes(at, data.length + 1);
    bytes.set(data);
    bytes[data.length] = 0;
    return at;
  }

  /* Calls an exported function; strings and arrays become pointers for the time of the call. */
  call(name, ...args) {
    const placed = [];
    try {
      return this.exports[name](...args.map((argument) => {
        if (typeof argument !== 'string' && !ArrayBuffer.isView(argument)) return argument;
        placed.push(this.place(argument));
        return placed.at(-1);
      }));
    } finally {
      placed.forEach((at) => this.exports.engine_free(at));
    }
  }

  write(path, content) {
    const bytes = typeof content === 'string' ? encode(content) : content;
    const at = this.place(bytes); /* now belongs to the file */
    return this.call('engine_put', path, at, bytes.length);
  }

  run(args) {
    this.printed = {1: '', 2: ''};
    const status = this.call('engine_run', args.map((argument) => argument + '\0').join(''));
    return {status, out: this.printed[1], error: this.printed[2].trim()};
  }
}

/* The steps of engine_softmax (views.c), in its order. */
const SOFTMAX = ['scaled', 'shifted', 'exp', 'p', 'logP', 'pMinusY', 'naiveExp', 'naiveP',
  'sigmoid', 'sigmoidMinusY'];

const encode = (text) => new TextEncoder().encode(text);

/* The bytes of a config. */
const json = (config) => config instanceof Uint8Array ? config
  : encode(typeof config === 'string' ? config : JSON.stringify(config, null, 2));

export class Engine {
  /* modules: {onehot, gradcheck}, each the bytes of a .wasm file or a WebAssembly.Module; gradcheck
   * may be missing. */
  static async load(modules) {
    const compile = (module) =>
      module instanceof WebAssembly.Module || !module ? module : WebAssembly.compile(module);
    const instance = await Instance.load(await compile(modules.onehot));
    return new Engine(instance, await compile(modules.gradcheck));
  }

  constructor(instance, gradcheck) {
    this.instance = instance;
    this.gradcheckModule = gradcheck;
    this.files = new Map(); /* for gradcheck, which runs in an instance of its own */
  }

  /* Calls a function that returns 0, or -1 with an error (or a pointer, or NULL). */
  try(name, ...args) {
    const result = this.instance.call(name, ...args);
    const message = this.instance.call('engine_message');
    if (message)
      throw new EngineError(this.string(message), this.instance.call('engine_status') === 2);
    return result;
  }

  string(at) {
    const memory = new Uint8Array(this.instance.exports.memory.buffer);
    return new TextDecoder().decode(memory.subarray(at, memory.indexOf(0, at)));
  }

  /* The result of the last call: bytes, text, JSON, or floats. */
  result() {
    const {instance} = this;
    return instance.bytes(instance.call('engine_text'), instance.call('engine_size')).slice();
  }
  resultText() {return new TextDecoder().decode(this.result());}
  resultJSON() {return JSON.parse(this.resultText());}
  resultFloats() {return new Float32Array(this.result().buffer);}

  /* Compares all kernels with the plain loops, bit for bit. Returns the name of the one that is
   * used. Throws if one differs. Call it before anything else. */
  selftest() {
    this.try('engine_start');
    return this.resultText();
  }

  /* ---- files ---- */

  /* Adds a file, or replaces it: a text or a Uint8Array. A config names it by its path; the suffix
   * (.csv, .tsv, .txt, .data, .json, .safetensors) decides how it is read. */
  write(path, content) {
    this.files.set(path, content);
    if (this.instance.write(path, content) !== 0) this.try('engine_get', path);
  }
  /* The same for a PNG file, or for one that is gzipped, which it unpacks. */
  async writeImage(path, bytes) {
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const unpacked = isPNG(bytes) ? rawPNG(bytes) : packed ? inflate(bytes, 'gzip') : bytes;
    this.write(path, await unpacked);
  }
  remove(path) {
    this.files.delete(path);
    this.instance.call('engine_remove', path);
  }

  /* ---- configs ---- */

  /* The config with every key, as an object. */
  check(config, where = 'config.json') {
    const bytes = json(config);
    this.try('engine_check', bytes, bytes.length, where);
    return this.resultJSON();
  }

  /* The JSON Schema (draft 7) of a config: types, ranges, defaults and one line of help for each
   * key. */
  schema() {return JSON.parse(this.command(['schema']).out);}

  /* Runs `onehot schema`, `onehot softmax ...` or `onehot explain ...`. Returns {status, out,
   * error}: the exit status and the texts of standard output and standard error. `files` are
   * written before it. */
  command(args, files = {}) {
    Object.entries(files).forEach(([path, content]) => this.write(path, content));
    return this.instance.run(args);
  }

  /* ---- softmax ---- */

  /* Every step from logits to probabilities, as `onehot softmax` computes them. `target` is a
   * class, or a number per class (0 to 1, sum 1), or absent. Returns Float32Arrays, one number per
   * class: z, scaled (z/T), shifted ((z - max)/T), exp, p, logP, pMinusY, naiveExp, naiveP (without
   * subtracting the maximum), sigmoid, sigmoidMinusY; and numbers: loss, sum, naiveSum, sigmoidLoss
   * (mean over the classes). Without a target, y is all 0. */
  softmax({logits, temperature = 1, target = null}) {
    const n = logits.length, z = Float32Array.from(logits);
    const y = Array.isArray(target) || ArrayBuffer.isView(target) ? Float32Array.from(target)
      : Float32Array.from(logits, (_, j) => j === target ? 1 : 0);
    const wrong = n < 1 || y.length !== n ? `${n} logits do not fit a target of ${y.length} numbers`
      : temperature > 0 && temperature < Infinity ? null
        : `the temperature must be > 0, got ${temperature}`;
    if (wrong) throw new EngineError(`softmax: ${wrong}`, true);
    this.try('engine_softmax', z, y, n, temperature);
    const all = this.resultFloats(), result = {z, y};
    SOFTMAX.forEach((name, i) => { result[name] = all.slice(i * n, (i + 1) * n); });
    [result.loss, result.sum, result.naiveSum, result.sigmoidLoss] = all.slice(10 * n);
    return result;
  }

  /* ---- training and models ---- */

  /* A new training of this config: see Training. */
  train(config, where = 'config.json') {
    const bytes = json(config);
    return new Training(this, this.try('session_train', bytes, bytes.length, where));
  }

  /* The model in the bytes of a model.safetensors: see Model. */
  load(bytes, where = 'model.safetensors') {
    return new Model(this, this.try('session_load', bytes, bytes.length, where));
  }

  /* Grey pixels (a Uint8Array), brought to another size as `onehot predict --fit` does: the
   * proportions stay, each new pixel is the mean over its area, and bars have the mean of the
   * border. */
  fit(pixels, width, height, toWidth, toHeight) {
    this.try('engine_fit', pixels, width, height, toWidth, toHeight);
    return this.result();
  }

  /* ---- gradcheck ---- */

  /* `onehot gradcheck CONFIG --json`, in the double build. `sabotage` plants a bug by its name, or
   * 'random' one, which the result names. Returns {status, error, ...the JSON}: status 1 and a
   * sentence if a check is wrong. */
  gradcheck(config, {sabotage = null} = {}) {
    const check = Instance.make(this.gradcheckModule);
    this.files.forEach((content, path) => check.write(path, content));
    check.write('config.json', json(config));
    const {status, out, error} = check.run(['gradcheck', 'config.json', '--json',
      ...sabotage ? ['--sabotage', sabotage, '--reveal'] : []]);
    if (status === 2) throw new EngineError(error, true);
    return {status, error, ...JSON.parse(out)};
  }

  /* The bugs that can be planted, as `onehot gradcheck --sabotage list --json` lists them. */
  sabotages() {
    const check = Instance.make(this.gradcheckModule);
    return JSON.parse(check.run(['gradcheck', '--sabotage', 'list', '--json']).out);
  }
}

/* A trained model. */
export class Model {
  constructor(engine, session) {
    this.engine = engine;
    this.session = session;
  }

  close() {this.engine.instance.call('session_close', this.session);}

  /* { kind, height, width, channels, multiLabel, classes: [names], columns: [names], features,
   * outputs, parameters, loss, layers: [{ type, in, out, frozen, params: [{name, rows, cols,
   * offset}] }] }; of a training also train, validation, test (numbers of samples), batch, epochs,
   * stepsPerEpoch, run, digest, notes. */
  describe() {return this.json('session_describe');}

  /* All parameters in one vector; parameter p of a layer is theta[p.offset + row * p.cols + col], a
   * weight matrix has a row per input. */
  theta() {return this.floats('session_theta');}

  /* The probabilities (count x classes) of samples: a Float32Array of rows, or a Uint8Array of
   * pixels. */
  predict(samples) {return this.activations(samples, -1);}

  /* The outputs of layer - 1 (count x its units), not of a training step: 0 is the scaled input, 1
   * the output of the first layer. */
  activations(samples, layer) {
    const {features, layers} = this.about ??= this.describe(), count = samples.length / features;
    const wrong = layer > layers.length ? `there is no activation ${layer}`
      : Number.isInteger(count) ? null
        : `samples of ${features} numbers are needed, got ${samples.length}`;
    if (wrong) throw new EngineError(wrong, true);
    const pixels = samples instanceof Uint8Array ? 1 : 0;
    this.engine.try('session_predict', this.session, samples, pixels, count, layer);
    return this.engine.resultFloats();
  }

  json(name, ...args) {
    this.engine.try(name, this.session, ...args);
    return this.engine.resultJSON();
  }
  floats(name, ...args) {
    this.engine.try(name, this.session, ...args);
    return this.engine.resultFloats();
  }
}

const SETS = {train: 0, test: 1, validation: 2};

/* A training. Between two calls it can stop forever, be asked anything, or go on: the result is the
 * same. */
export class Training extends Model {
  /* Takes up to `steps` steps, or fewer to the end of the epoch if `epoch`. Returns state(), with
   * `more`: false at the end of the training. */
  advance(steps = 1, epoch = false) {
    const more = this.engine.try('session_advance', this.session, steps, epoch ? 1 : 0) === 1;
    return {...this.state(), more};
  }

  /* Replaces all parameters, in the order of theta(); the training goes on from them. */
  setTheta(theta) {
    this.engine.try('session_set_theta', this.session, Float32Array.from(theta), theta.length);
  }

  /* The rest of an epoch, with its validation. */
  epoch() {return this.advance(2 ** 31 - 1, true);}

  /* { epochs (complete), steps (in the next one), stepsPerEpoch, step, finished, learningRate,
   * seconds, bestEpoch, losses: of the steps of the last advance } */
  state() {return this.json('session_state');}

  /* metrics.csv so far: one row per epoch. */
  metrics() {
    this.engine.try('session_metrics', this.session);
    return this.engine.resultText();
  }

  /* Takes the batch of the next step through the model, without a step. { count, gradients,
   * probabilities, targets, losses, activations: [], deltas: [] }; activations[0] is the batch
   * itself. */
  batch() {
    const count = this.engine.try('session_batch', this.session);
    const numbers = (what, i) => this.floats('session_numbers', what, i);
    const places = Array.from({length: this.describe().layers.length + 1}, (_, i) => i);
    return {
      count,
      gradients: numbers(0, 0),
      probabilities: numbers(3, 0),
      targets: numbers(4, 0),
      losses: numbers(5, 0),
      activations: places.map((i) => numbers(1, i)),
      deltas: places.map((i) => numbers(2, i)),
    };
  }

  /* The samples of a set, 'train', 'test' or 'validation': { values (Float32Array) or pixels
   * (Uint8Array), indices (in their file), labels }. */
  samples(set = 'train') {
    this.engine.try('session_samples', this.session, SETS[set]);
    const bytes = this.engine.result(), {columns} = this.describe();
    this.engine.try('session_labels', this.session, SETS[set]);
    const pairs = new Int32Array(this.engine.result().buffer);
    return {
      ...columns.length ? {values: new Float32Array(bytes.buffer)} : {pixels: bytes},
      indices: pairs.filter((_, i) => i % 2 === 0),
      labels: pairs.filter((_, i) => i % 2 === 1),
    };
  }

  /* {count, errors, loss, accuracy, predicted: [], confidence: [], wrong: [positions]}, in the
   * order of samples(). */
  evaluate(set = 'test') {return this.json('session_evaluate', SETS[set]);}

  /* The bytes of model.safetensors, and their hashes as the command line prints them: {model,
   * weights}. */
  bytes() {
    this.engine.try('session_bytes', this.session);
    return this.engine.result();
  }
  hash() {
    this.engine.try('session_bytes', this.session);
    this.engine.instance.call('session_hashes');
    return this.engine.resultJSON();
  }

  /* Every number of the next step, as `onehot explain --json` has them for the first one: of
   * `count` samples, from index `sample` on (null: those whose turn it is). */
  explain({sample = null, count = 1} = {}) {
    return this.json('session_explain', sample ?? -1, count, 0, 4, '');
  }

  /* Of these elements, [name, index] in the order of rows, how each is computed, as text: "z0[1] =
   * 0.1 + 0.5 * 1.2 = 0.7". */
  formulas(elements, {sample = null, count = 1, digits = 4} = {}) {
    const wanted = elements.map(([name, i]) => `${name}:${i} `).join('');
    return wanted ? this.json('session_explain', sample ?? -1, count, 0, digits, wanted) : [];
  }

  /* The step as a page of HTML, with that many digits. */
  explainPage({sample = null, count = 1, digits = 4} = {}) {
    this.engine.try('session_explain', this.session, sample ?? -1, count, 1, digits, '');
    return this.engine.resultText();
  }
}
