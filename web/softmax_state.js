/* The state of the tab Softmax: what its controls can be, and how an address writes them. */
import {general, parse, shortest} from './dom.js';

const LARGEST = 3.4e38;

/* Whether a number can be a logit: finite in float32, or -inf, which masks its class. */
export const is_logit = (v) => v === -Infinity || Math.abs(v) <= LARGEST;

/* The nearest logit, in float32. */
export const to_logit = (v) => Math.fround(Math.min(LARGEST, Math.max(-LARGEST, v)));

/* T -> 0 and T -> infinity are limits that softmax reaches exactly, at the ends of what C accepts. */
export const limit = (T) => Math.min(1e300, Math.max(1e-300, T));

/* The numbers of docs/softmax.md and docs/backprop.md. */
const zeros = Array(9).fill(0).join();
export const examples = {
  'From scores to probabilities': {
    'Three classes': {z: '2,1,0.1'},
    'Two classes are a sigmoid': {z: '2,0'},
  },
  'The trap': {
    'exp overflows': {z: '1000,1001,1002'},
    'exp underflows': {z: '-200,-201'},
    'A small p becomes 0': {z: '0,-103,-104'},
    'A masked class': {z: '-1,2,-inf'},
  },
  'Temperature': {
    'Low: T = 0.25': {z: '2,1,0.1', T: '0.25'},
    'High: T = 4': {z: '2,1,0.1', T: '4'},
    'A tie at T = 0': {z: '1,1,0', T: '0'},
  },
  'Loss and gradient': {
    'p - y for three classes': {z: '2,1,0.1', label: '1'},
    'A model that knows nothing': {z: `0,${zeros}`, label: '3'},
    'Certain and wrong': {z: '0,200', label: '0'},
    'A smoothed target, reached': {z: `4.51086,${zeros}`, label: '0', smoothing: '0.1'},
    'A soft target': {z: '0,0,0', y: '0.6,0.3,0.1'},
    'Softmax applied twice': {z: `1,${zeros}`, label: '0'},
    'The sample of the chapter on backpropagation': {z: '2,1,-1', label: '1'},
  },
  'Independent labels': {
    'Two are certain': {z: '10,10,-10'},
    'None is present': {z: '-10,-10,-10'},
  },
  'Attention': {
    'Scores of d = 64': {z: '8,0,-8'},
    'Divided by 8': {z: '8,0,-8', T: '8'},
  },
};

/* ---- the controls, from and to the address ---- */

export const fallback = {
  z: [2, 1, 0.1], temperature: 1, target: 'none', label: 0, smoothing: 0.1, y: [], rate: 1,
};
export const rates = [0.1, 0.3, 1, 3, 10];
export const MIN_CLASSES = 2;
export const MAX_CLASSES = 10;

export const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

/* Whatever an address contains becomes a valid state: wrong values become defaults. */
export const from_address = (a) => {
  const numbers = (text) => (text ?? '').split(',').map(parse);
  let z = numbers(a.z).slice(0, MAX_CLASSES);
  if (z.length < MIN_CLASSES || !z.every(is_logit) || z.every((v) => v === -Infinity)) z = fallback.z;
  const or = (v, valid, other) => (valid(v) ? v : other);
  const c = {...fallback, z: [...z]};
  c.temperature = or(parse(a.T ?? ''), (T) => T >= 0, 1);
  c.label = or(parse(a.label ?? ''), (k) => Number.isInteger(k) && k >= 0 && k < z.length, 0);
  c.smoothing = or(parse(a.smoothing ?? ''), (e) => e >= 0 && e <= 1, fallback.smoothing);
  c.rate = or(parse(a.rate ?? ''), (r) => rates.includes(r), 1);
  const y = numbers(a.y);
  const distribution = y.length === z.length && y.every((v) => v >= 0 && v <= 1) &&
    Math.abs(y.reduce((s, v) => s + v) - 1) < 1e-3;
  c.target = distribution ? 'soft' : a.smoothing ? 'smoothed' : a.label ? 'one-hot' : 'none';
  c.y = distribution ? y : [];
  return c;
};

export const to_address = (c) => ({
  z: c.z.map(shortest).join(),
  T: general(c.temperature, 6),
  label: c.target === 'one-hot' || c.target === 'smoothed' ? c.label : undefined,
  smoothing: c.target === 'smoothed' ? c.smoothing : undefined,
  y: c.target === 'soft' ? c.y.map((v) => general(v, 4)).join() : undefined,
  rate: String(c.rate),
});

/* What an address leaves out. */
export const usual = {T: '1', rate: '1'};

/* A state as one text; the order of its keys is that of to_address. */
export const query = (state) =>
  new URLSearchParams(Object.entries(state).filter(([k, v]) => v !== undefined && v !== usual[k])).toString();

/* The target as a distribution; null if there is none. */
export const distribution = (c) => {
  if (c.target === 'none') return null;
  if (c.target === 'soft') return c.y;
  const e = c.target === 'smoothed' ? c.smoothing : 0, K = c.z.length;
  return c.z.map((_, j) => (j === c.label ? 1 - e : 0) + e / K);
};

/* The temperature's slider is logarithmic: 0.01 to 100, and beyond its ends 0 and infinity. */
const SLIDER = 100;
export const slider_temperature = (s) =>
  (s <= -SLIDER ? 0 : s >= SLIDER ? Infinity : Number((10 ** (s / 50)).toPrecision(2)));
export const temperature_text = (T) => general(T, 6).replace('inf', '∞');
export const temperature_slider = (T) => Math.round(clamp(50 * Math.log10(T), -SLIDER, SLIDER));

/* Sets y_j = v of a distribution; the others share the rest in proportion. */
export const redistribute = (y, j, v) => {
  const rest = 1 - y[j], K = y.length;
  return y.map((old, k) => (k === j ? v : rest > 1e-6 ? old * (1 - v) / rest : (1 - v) / (K - 1)));
};

