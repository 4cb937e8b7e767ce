/* node tests/web/engine.mjs
 *
 * Compares the engine with the program ($ONEHOT, or build/default/onehot): the same output, the
 * same messages, the same models. */

import {execFileSync, spawnSync} from 'node:child_process';
import {copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {unpackPNG} from '../../web/png.js';
import {check, finish, give, loadEngine, read, readText} from './node.mjs';

const onehot = process.env.ONEHOT ?? 'build/default/onehot';
const options = {encoding: 'utf8', maxBuffer: 2 ** 28, env: {LC_ALL: 'C'}};
const out = (...args) => execFileSync(onehot, args, options);
const run = (...args) => spawnSync(onehot, args, options);
const scratch = 'build/web/test';
rmSync(scratch, {recursive: true, force: true});
mkdirSync(scratch, {recursive: true});

const engine = await loadEngine();
check('the best kernel is simd128', engine.selftest() === 'simd128');

/* The message of the error that `work` throws. */
const refusal = (work) => {
  try {
    work();
    return 'nothing was refused';
  } catch (error) {
    return error.message;
  }
};

/* The checksum of PNG (annex D). */
const crc32 = (bytes) => ~bytes.reduce((crc, byte) => {
  crc ^= byte;
  for (let k = 0; k < 8; k++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
}, ~0) >>> 0;

const same = (a, b) => a.length === b.length && a.every((x, i) => Object.is(x, b[i]));

/* ---- configs ---- */

const messages = readText('tests/messages.txt');
let bad = 0;
for (const name of readdirSync('tests/bad_config').filter((file) => file.endsWith('.json'))) {
  const path = `tests/bad_config/${name}`;
  const message = refusal(() => engine.check(read(path), path));
  const expected = `[every_bad_config_is_refused_with_its_own_message ${name}]\n  ${message}\n`;
  check(`${path} is refused in the program's words`, messages.includes(expected), message);
  bad++;
}
check('there are bad configs', bad > 50);

/* Values that JSON writes in many ways come back in messages. */
const odd = ['-0.1234567890123456789', '1e400', '-1e21', '1E+2', '-0', '0.1e-6', '[1, [2, {"a": null}]]',
  '{"b": "\\u00e4\\ud83d\\ude00\\t\\"x\\/"}', '"\\ud83d"', '"a\\x"', 'tru', 'true', '01', '1.', '.5', '--1',
  '"open', '[1 2]', '{"a" 1}', '{"a": 1,}', '[', '"\\u12"', '\ufeff1', '\u0001', '"\u0001"'];
for (const value of odd) {
  const path = `${scratch}/odd.json`, text = `{\n  "seed": ${value}\n}`;
  writeFileSync(path, text);
  check(`a seed of ${value} is refused in the program's words`,
    refusal(() => engine.check(text, path)) === run('train', path).stderr.trim());
}
check('the schema is that of the program',
  JSON.stringify(engine.schema()) === JSON.stringify(JSON.parse(out('schema'))));
check('a config is completed',
  engine.check(readText('configs/tiny/xor.json')).optimizer.momentum === 0);
check('escapes become the characters that they stand for', engine.check(
  '{"name": "\\u00e4\\ud83d\\ude00\\u20ac", "data": {"path": "d"}, "model": [{"type": "relu"}]}').name ===
  'ä😀€');
check('a path that does not exist is reported',
  /^none.csv: /.test(refusal(() => engine.train({data: {path: 'none.csv'}, model: [{type: 'linear', units: 2}]}))));

/* ---- softmax ---- */

for (const [logits, T] of [[[2, 1, 0.1], 1], [[1000, 1001, 1002], 1], [[-1, 2, 0.5, 3], 0.25]]) {
  const args = ['softmax', ...logits.map(String), '--temperature', String(T), '--label', '1'];
  check(`softmax ${logits} prints the same`, engine.command(args).out === out(...args));
  const s = engine.softmax({logits, temperature: T, target: 1});
  const {loss, classes} = JSON.parse(out(...args, '--json'));
  check(`softmax ${logits} has the same loss`, Math.fround(loss) === s.loss, `${s.loss}`);
  for (const [key, name] of [['p', 'p'], ['log_p', 'logP'], ['p_minus_y', 'pMinusY'],
    ['shifted', 'shifted'], ['exp', 'exp'], ['naive_p', 'naiveP'], ['scaled', 'scaled']])
    check(`softmax ${logits} has the same ${key}`, same([...s[name]],
      classes.map((c) => c[key] === null ? s.naiveP[classes.indexOf(c)] : Math.fround(c[key]))));
}
check('an undefined softmax is refused',
  refusal(() => engine.softmax({logits: [NaN, 1]})) === 'the softmax of these logits is undefined');

check('a temperature of 0 is refused', refusal(() => engine.softmax({logits: [1], temperature: 0}))
  === 'softmax: the temperature must be > 0, got 0');

/* ---- explain ---- */

const three = 'configs/tiny/three.json';
check('explain prints the same JSON',
  engine.command(['explain', three, '--json'], {[three]: readText(three)}).out ===
  out('explain', three, '--json'));
check('explain prints the same text',
  engine.command(['explain', three, '--batch', '2']).out === out('explain', three, '--batch', '2'));
out('explain', three, '--html', `${scratch}/page.html`);
engine.command(['explain', three, '--html', `${scratch}/page.html`]);
engine.try('engine_get', `${scratch}/page.html`);
check('explain writes the same page', engine.resultText() === readText(`${scratch}/page.html`));
check('a command that the page lacks is refused', engine.command(['train']).status === 2);

/* The numbers that an explained step computes are those that the step then computes, at any time:
 * with a schedule, state in the optimizer, dropout and clipping. */
const config = {
  seed: 3,
  data: {path: 'toy:spiral:train=90', validation: 12},
  model: [{type: 'linear', units: 8}, {type: 'tanh'}, {type: 'dropout', rate: 0.3},
    {type: 'linear', units: 3}],
  optimizer: {type: 'adamw', learning_rate: 0.02},
  schedule: {type: 'cosine', warmup: 0.1},
  train: {epochs: 4, batch_size: 16, clip_norm: 0.5},
};
const training = engine.train(config);
for (const steps of [0, 1, 3, 3]) {
  if (steps) training.advance(steps);
  const batch = training.batch(), {stages} = training.explain({count: batch.count});
  const state = training.state();
  check('a batch has the samples of the next step',
    batch.count === (state.steps === state.stepsPerEpoch - 1 ? 78 % 16 : 16));
  const {layers} = training.describe(), copy = engine.train(config);
  copy.advance(training.state().step + 1);
  const theta = copy.theta(), quantities = stages.flatMap(({quantities: q}) => q);
  const {offset, rows, cols} = layers[3].params[0];
  check('the gradients of a batch are those that explain shows',
    same([...batch.gradients.slice(offset, offset + rows * cols)],
      quantities.find(({name}) => name === 'dW3').values.map(Math.fround)));
  const explained = quantities.find(({name}) => name === "W3'").values;
  check(`explain at step ${training.state().step} shows what the next step computes`,
    same(explained.map(Math.fround), [...theta.slice(offset, offset + rows * cols)]));
  copy.close();
}

/* ---- training ---- */

/* Trains a config with the program, and returns what its run directory has. */
const native = (settings, name) => {
  writeFileSync(`${scratch}/${name}.json`, JSON.stringify(settings));
  out('train', `${scratch}/${name}.json`, '--quiet', `output=${scratch}/${name}`);
  return {model: read(`${scratch}/${name}/model.safetensors`),
    metrics: readText(`${scratch}/${name}/metrics.csv`),
    result: JSON.parse(readText(`${scratch}/${name}/result.json`))};
};

const expected = native(config, 'spiral');
const grid = Float32Array.from({length: 40}, (_, i) => Math.sin(i));
while (training.advance(1).more) {
  training.predict(grid);
  training.activations(grid, 1);
  training.batch();
  training.evaluate('validation');
}
check('questions between steps change no bit', same(training.bytes(), expected.model));
check('the hash is that of the program', training.hash().model === expected.result.model_sha256 &&
  training.hash().weights === expected.result.weights_sha256);
check('metrics.csv is that of the program', training.metrics() === expected.metrics);
const test = training.evaluate('test');
check('the test figures are those of the program',
  test.loss === expected.result.test_loss && test.errors === expected.result.test_errors);
check('a finished training can be explained', training.explain().stages.length > 0);

const edited = engine.train(config);
edited.setTheta(edited.theta().map((x, i) => i < 8 ? x + 0.5 : x));
check('parameters can be set, and explained',
  edited.explain().stages.flatMap(({quantities}) => quantities).find(({name}) => name === 'W0')
    .values.every((x, i) => Math.fround(x) === edited.theta()[i]));
edited.setTheta(new Float32Array(edited.theta().length));
check('a model of zeros knows nothing',
  edited.predict(Float32Array.of(1, 2)).every((p) => p === Math.fround(1 / 3)));
check('the wrong number of parameters is refused',
  refusal(() => edited.setTheta([1])) === 'the model has 51 parameters, got 1');
check('a parameter that is not finite is refused', refusal(() =>
  edited.setTheta(edited.theta().fill(NaN))) === 'parameter 0 is not finite');
check('samples of a wrong size are refused',
  refusal(() => training.predict(Float32Array.of(1, 2, 3))) ===
  'samples of 2 numbers are needed, got 3');

const stopping = engine.train({...config, early_stopping: {monitor: 'loss', patience: 1},
  train: {epochs: 30, batch_size: 16}, optimizer: {type: 'sgd', learning_rate: 2}});
while (stopping.epoch().more);
check('early stopping ends the training with the best model, which can be explained',
  stopping.state().epochs < 30 && stopping.state().bestEpoch > 0 &&
  stopping.explain().stages.length > 0);

const loaded = engine.load(expected.model);
check('a model file predicts what the training predicts',
  same(loaded.predict(grid), training.predict(grid)));
check('a model file has its names', loaded.describe().classes.length === 3);
check('a damaged model file is refused', refusal(() => engine.load(expected.model.slice(0, 300)))
  === 'model.safetensors: is not a safetensors file');

const samples = training.samples('train');
check('the samples are those of the training set', samples.labels.length === 78 &&
  samples.values.length === 156 && !samples.indices.includes(-1));

/* A table: its text columns become one-hot, its missing cells the mean. */
const table = ['size,colour,label'];
for (let i = 0; i < 60; i++)
  table.push(`${i % 7 ? (i * 37 % 19) / 4 : ''},${['red', 'green', 'blue'][i % 3]},${i % 2 ? 'yes' : 'no'}`);
writeFileSync(`${scratch}/table.csv`, table.join('\n'));
engine.write(`${scratch}/table.csv`, table.join('\n'));
const onTable = {data: {path: `${scratch}/table.csv`, missing: 'mean'},
  model: [{type: 'linear', units: 2}], optimizer: {type: 'sgd', learning_rate: 0.1},
  train: {epochs: 3, batch_size: 8}};
const fromTable = engine.train(onTable);
while (fromTable.epoch().more);
check('a table gives the model that the program trains',
  same(fromTable.bytes(), native(onTable, 'table').model));
await engine.writeImage(`${scratch}/table.csv.gz`, gzipSync(table.join('\n')));
const unpacked = engine.train({...onTable, data: {...onTable.data, path: `${scratch}/table.csv.gz`}});
check('a gzipped table is the same table', unpacked.describe().digest === fromTable.describe().digest);
check('a damaged table is refused in the program\'s words', (() => {
  const broken = `${table.join('\n')}\n1,red\n`;
  writeFileSync(`${scratch}/broken.csv`, broken);
  engine.write(`${scratch}/broken.csv`, broken);
  const settings = {...onTable, data: {path: `${scratch}/broken.csv`, missing: 'mean'}};
  writeFileSync(`${scratch}/broken.json`, JSON.stringify(settings));
  const message = refusal(() => engine.train(settings, `${scratch}/broken.json`));
  return message === run('train', `${scratch}/broken.json`).stderr.trim();
})());

/* ---- images ---- */

await give(engine, 'tests/data/mnist-small');
const digits = engine.train(readText('tests/small-teacher.json'), 'tests/small-teacher.json');
const {pixels, labels} = digits.samples('test');
check('images are read', pixels.length === 784 * labels.length && digits.describe().height === 28);
check('an image of twice the size is halved', same(
  engine.fit(Uint8Array.from({length: 16}, (_, i) => 10 * (2 * (i >> 3) + (i % 4 >> 1))), 4, 4, 2, 2),
  [0, 10, 20, 30]));
check('a JPEG is refused', /JPEG/.test(refusal(() => {
  engine.write('photos/train/cat/a.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0));
  engine.write('photos/train/dog/b.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0));
  engine.train({data: {path: 'photos'}, model: [{type: 'linear', units: 2}]});
})));

/* Folders of images, with files that do not count. */
for (const [name, from] of [['a/1', 'seven'], ['a/2', 'blank'], ['b/1', 'seven'], ['b/2', 'seven']]) {
  mkdirSync(`${scratch}/photos/train/${name[0]}`, {recursive: true});
  copyFileSync(`tests/data/${from}.png`, `${scratch}/photos/train/${name}.png`);
}
writeFileSync(`${scratch}/photos/train/.hidden`, 'x');
writeFileSync(`${scratch}/photos/train/a/.hidden.png`, 'x');
await give(engine, `${scratch}/photos`);
const photos = {data: {path: `${scratch}/photos`, size: [28, 28]},
  model: [{type: 'linear', units: 2}], train: {epochs: 1, batch_size: 2}};
const fromPhotos = engine.train(photos);
while (fromPhotos.epoch().more);
check('folders of images give the model that the program trains',
  same(fromPhotos.bytes(), native(photos, 'photos-run').model));

/* The pages' images are PNG files whose compression differs. */
const image = /data:image\/png;base64,([A-Za-z0-9+/]*={0,2})/g;
out('explain', 'tests/small-teacher.json', '--html', `${scratch}/page.html`);
const theirs = readText(`${scratch}/page.html`), ours = digits.explainPage();
const images = (page) => [...page.matchAll(image)].map(([, text]) => Buffer.from(text, 'base64'));
check('a page about images differs only in their compression',
  ours.replace(image, '') === theirs.replace(image, '') && images(ours).length > 0);
for (const [i, bytes] of images(ours).entries()) {
  check('an image of a page is that of the program',
    same((await unpackPNG(bytes)).pixels, (await unpackPNG(images(theirs)[i])).pixels));
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const end = at + 8 + bytes.readUInt32BE(at);
    check('its checksums are right', crc32(bytes.subarray(at + 4, end)) === bytes.readUInt32BE(end));
  }
}

/* ---- gradcheck ---- */

const right = engine.gradcheck(readText(three)), wrong =
  engine.gradcheck(readText(three), {sabotage: 'transposed'});
const verdicts = ({gradients}) => gradients.flatMap(({tensors}) => tensors.map((t) => t.verdict));
check('gradcheck passes a correct model', right.status === 0 && right.passed);
check('gradcheck finds a planted bug', wrong.status === 1 && !wrong.passed &&
  /^config.json: \d+ of \d+ checks/.test(wrong.error), wrong.error);
check('gradcheck gives the verdicts of the program', same(verdicts(right),
  verdicts(JSON.parse(out('gradcheck', three, '--json')))) && same(verdicts(wrong),
  verdicts(JSON.parse(run('gradcheck', three, '--json', '--sabotage', 'transposed').stdout))));
check('the bugs are those of the program', JSON.stringify(engine.sabotages()) ===
  JSON.stringify(JSON.parse(out('gradcheck', '--sabotage', 'list', '--json'))));
const {sabotage: planted} = engine.gradcheck(readText(three), {sabotage: 'random'});
const {line} = engine.sabotages().find(({name}) => name === planted) ?? {};
check('the bug planted at random is that of the program', run('gradcheck', three, '--sabotage', 'random', '--reveal').stdout
  .includes(`sabotaged: ${planted}: ${line}\n`), `${planted}: ${line}`);
check('an unknown bug is refused', /--sabotage does not know "x"/.test(
  refusal(() => engine.gradcheck(readText(three), {sabotage: 'x'}))));

/* ---- memory ---- */

const size = () => engine.instance.exports.memory.buffer.byteLength;
for (let i = 0; i < 20; i++) engine.train(readText(three), three).close();
const before = size();
for (let i = 0; i < 300; i++) {
  const t = engine.train(readText(three), three);
  t.advance(3);
  t.explain();
  t.close();
  refusal(() => engine.check('{"data": 1}'));
}
check('closed trainings leave no memory behind', size() === before, `${size() - before} bytes`);

finish();
