/* Line charts as SVG. */
import {add, general} from './dom.js';

/* The smallest of 1, 2, 5 times a power of ten that is at least x. */
export const nice = (x) => {
  const power = 10 ** Math.floor(Math.log10(x));
  return power * [1, 2, 5, 10].find((m) => m * power >= x * (1 - 1e-9));
};

/* Multiples of a nice step that contain low..high, about `count` steps apart. */
export const ticks = (low, high, count) => {
  const step = nice((high - low || Math.abs(high) || 1) / count);
  const from = Math.floor(low / step + 1e-9), to = Math.ceil(high / step - 1e-9);
  return Array.from({length: to - from + 1}, (_, i) => Number(((from + i) * step).toPrecision(12)));
};

/* Replaces the content of figure by a chart of series [{name, values, class}], each a line over
 * 0, 1, 2 ... The caption is its text for everyone, and says what the axes are. */
export const lineChart = (figure, {caption, series, height = 120}) => {
  const width = Math.max(figure.clientWidth, 160), left = 44, right = 8, top = 8, bottom = 20;
  const values = series.flatMap((s) => s.values).filter(Number.isFinite);
  const marks = ticks(Math.min(0, ...values), Math.max(...values), 3);
  const last = Math.max(1, ...series.map((s) => s.values.length - 1));
  const x = (i) => left + (i / last) * (width - left - right);
  const y = (v) => top + (marks.at(-1) - v) / (marks.at(-1) - marks[0]) * (height - top - bottom);
  figure.replaceChildren();
  add(figure, 'figcaption', {}, caption);
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  figure.append(svg);
  for (const [key, value] of Object.entries(
    {viewBox: `0 0 ${width} ${height}`, class: 'chart', role: 'img', 'aria-label': caption}))
    svg.setAttribute(key, value);
  for (const mark of marks) {
    add(svg, 'line', {class: 'grid', x1: left, x2: width - right, y1: y(mark), y2: y(mark)});
    add(svg, 'text', {x: left - 8, y: y(mark) + 4, 'text-anchor': 'end'}, general(mark, 6));
  }
  for (const i of ticks(0, last, 4).filter((t) => t <= last && Number.isInteger(t)))
    add(svg, 'text', {x: x(i), y: height - 4, 'text-anchor': 'middle'}, String(i));
  for (const s of series) {
    const points = s.values.map((v, i) => [x(i), y(v)]).filter(([, at]) => Number.isFinite(at));
    const text = points.map((p) => p.map((c) => c.toFixed(1)).join()).join(' ');
    add(svg, 'polyline', {class: `line ${s.class ?? ''}`, points: text});
    if (!points.length) continue;
    const [cx, cy] = points.at(-1);
    add(svg, 'circle', {class: `end ${s.class ?? ''}`, cx, cy, r: 3});
  }
};
