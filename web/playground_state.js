/* The state of the playground: what its address holds, and the config that it means. */
import {numbers} from './dom.js';

/* The shapes of src/data/synthetic.c, with their defaults; without classes there are two. */
export const shapes = {
  spiral: {name: 'Spiral', classes: 3, noise: '0.03'},
  moons: {name: 'Moons', noise: '0.1'},
  circles: {name: 'Circles', classes: 2, noise: '0.05'},
  xor: {name: 'Exclusive or', noise: '0.1'},
  blobs: {name: 'Blobs', classes: 3, noise: '0.25'},
};
export const activations = {relu: 'ReLU', tanh: 'tanh', sigmoid: 'sigmoid', linear: 'none'};
export const losses = {
  softmax: ['softmax cross-entropy', {type: 'softmax_cross_entropy'}],
  smoothed: ['the same, smoothed by 0.1', {type: 'softmax_cross_entropy', label_smoothing: 0.1}],
  nll: ['log-softmax, then NLL', {type: 'negative_log_likelihood'}],
  sigmoid: ['sigmoid cross-entropy', {type: 'sigmoid_cross_entropy'}],
};
export const optimizers = {
  sgd: ['SGD', {type: 'sgd'}],
  momentum: ['SGD, momentum 0.9', {type: 'sgd', momentum: 0.9}],
  nesterov: ['Nesterov, momentum 0.9', {type: 'sgd', momentum: 0.9, nesterov: true}],
  adamw: ['AdamW', {type: 'adamw'}],
};
export const MAX_LAYERS = 5;
export const MAX_CLASSES = 8;
export const MAX_POINTS = 200;

/* The numbers that are typed. */
export const typed = numbers({
  units: [1, 32, true], noise: [0, 10], points: [0, 999999999, true], rate: [1e-9, 1000],
  batch: [1, 10000, true], epochs: [1, 100000, true], seed: [0, 999999999, true],
});

const fallback = {
  data: 'spiral', points: '0', net: 'tanh:8,tanh:8', loss: 'softmax', opt: 'momentum', rate: '0.05',
  batch: '20', epochs: '200', seed: '42',
};

/* "tanh:8,relu:4" as [['tanh', 8], ['relu', 4]]; "none" is []. null if it is neither. */
const parse_net = (text = '') => {
  const layers = text === 'none' ? [] : text.split(',').map((layer) => layer.split(':'));
  const right = layers.length <= MAX_LAYERS && layers.every(([kind, units, ...rest]) =>
    Object.hasOwn(activations, kind) && typed.is_number('units', units) && rest.length === 0);
  return right ? layers.map(([kind, units]) => [kind, Number(units)]) : null;
};

/* "0.5,-0.2,1/..." as [{x, y, label}], points that were set by hand. */
const parse_points = (text = '') => text.split('/').map((point) => point.split(',').map(Number))
  .filter(([x, y, k, ...rest]) => Math.abs(x) <= 2 && Math.abs(y) <= 2 && Number.isInteger(k) &&
    k >= 0 && k < MAX_CLASSES && rest.length === 0)
  .slice(0, MAX_POINTS).map(([x, y, label]) => ({x, y, label}));

/* Whatever an address contains becomes a valid state: wrong values become defaults. `file` says
 * whether a file has been dropped, which an address cannot hold. */
export const from_address = (a, file = false) => {
  const one_of = (key, choices) => Object.hasOwn(choices, a[key] ?? '') ? a[key] : fallback[key];
  const number = (key, other = fallback[key]) => typed.is_number(key, a[key]) ? String(Number(a[key])) : other;
  const data = a.data === 'hand' || (a.data === 'file' && file) ? a.data : one_of('data', shapes);
  const shape = shapes[data] ?? {}, classes = Number(a.classes);
  return {
    data,
    classes: !shape.classes ? 2
      : /^\d$/.test(a.classes ?? '') && classes >= 2 && classes <= MAX_CLASSES ? classes : shape.classes,
    noise: number('noise', shape.noise ?? '0'),
    points: number('points'),
    hand: parse_points(a.hand),
    net: parse_net(a.net) ?? parse_net(fallback.net),
    loss: one_of('loss', losses),
    opt: one_of('opt', optimizers),
    rate: number('rate'),
    batch: number('batch'),
    epochs: number('epochs'),
    seed: number('seed'),
  };
};

const net_text = (net) => net.map((layer) => layer.join(':')).join() || 'none';
export const hand_text = (hand) => hand.map(({x, y, label}) => [x, y, label].join()).join('/');

export const to_address = (c) => ({...c, hand: hand_text(c.hand), net: net_text(c.net)});

/* What the address of this state leaves out. */
export const usual = ({data}) =>
  ({...fallback, classes: shapes[data]?.classes ?? 2, noise: shapes[data]?.noise ?? '0', hand: ''});

/* The table of the points that were set by hand, for data.path. */
export const hand_table = (hand) =>
  `x,y,label\n${hand.map(({x, y, label}) => `${x},${y},${label}\n`).join('')}`;

const toy = (c) => {
  const shape = shapes[c.data], parts = [`toy:${c.data}`];
  if (shape.classes && c.classes !== shape.classes) parts.push(`classes=${c.classes}`);
  if (c.noise !== shape.noise) parts.push(`noise=${c.noise}`);
  if (c.points !== fallback.points) parts.push(`seed=${c.points}`);
  return {path: parts.join(':')};
};

/* What `./train` reads. `table` is {name, x, y, label, classes}, the file that was dropped. */
export const config = (c, table) => {
  const classes = c.data === 'file' ? table.classes
    : c.data === 'hand' ? new Set(c.hand.map((p) => p.label)).size : c.classes;
  const data = c.data === 'file'
    ? {path: table.name, label: table.label, columns: [table.x, table.y], scaling: 'standardize'}
    : c.data === 'hand' ? {path: 'points.csv', test_share: 0} : toy(c);
  const hidden = c.net.flatMap(([kind, units]) =>
    [{type: 'linear', units}, ...kind === 'linear' ? [] : [{type: kind}]]);
  return {
    name: 'playground',
    seed: Number(c.seed),
    data,
    model: [...hidden, {type: 'linear', units: Math.max(classes, 2)},
      ...c.loss === 'nll' ? [{type: 'log_softmax'}] : []],
    loss: losses[c.loss][1],
    optimizer: {...optimizers[c.opt][1], learning_rate: Number(c.rate)},
    train: {epochs: Number(c.epochs), batch_size: Number(c.batch)},
  };
};
