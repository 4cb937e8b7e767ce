/* What the scripts of all pages share: the numbers in `data`, elements, text, and charts as SVG. */
'use strict';
const find = (selector, e = document) => e.querySelector(selector);
const all = (selector, e = document) => [...e.querySelectorAll(selector)];
const data = JSON.parse(find('.data').textContent);

/* Appends an element with these attributes to its parent. */
const add = (parent, tag, attributes = {}, ...content) => {
  const space = tag === 'svg' ? 'http://www.w3.org/2000/svg' : parent.namespaceURI;
  const e = document.createElementNS(space, tag);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...content);
  parent.append(e);
  return e;
};

/* Markup from a template literal, which escapes every value that is not markup itself. Lists are
 * joined; null, undefined and false are left out. */
class Markup {
  constructor(text) { this.text = text; }
}
const escapes = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};
const markup_of = (value) => value instanceof Markup ? value.text
  : Array.isArray(value) ? value.map(markup_of).join('')
  : value == null || value === false ? '' : String(value).replace(/[&<>"]/g, (c) => escapes[c]);
const html = (parts, ...values) => new Markup(String.raw({raw: parts}, ...values.map(markup_of)));

/* Appends markup, and returns its last element. */
const put = (parent, markup) => {
  parent.insertAdjacentHTML('beforeend', markup.text);
  return parent.lastElementChild;
};

/* ---- numbers as text ---- */

const known = (x) => typeof x === 'number' && isFinite(x);
const count = (n) => n.toLocaleString('en');
const rounded = (x, digits = 5) => String(Number(x.toPrecision(digits)));

/* A fraction in percent, 0 and 100 % only if it is exact. */
const percent = (x) => !known(x) ? '–' : x > 0 && x < 0.00005 ? '< 0.01 %'
  : x < 1 && x > 0.99995 ? '> 99.99 %' : (100 * x).toFixed(2) + ' %';
const decimals = (x) => !known(x) ? '–'
  : x === 0 || (Math.abs(x) >= 1e-3 && Math.abs(x) < 1e4) ? x.toFixed(4) : Math.abs(x) < 1e-4 ? x.toExponential(2) : x.toPrecision(3);

/* The 95 % confidence interval of a fraction of n samples. Source: E. B. Wilson, Probable Inference,
 * the Law of Succession, and Statistical Inference, JASA 22 (1927). */
const wilson = (fraction, n) => {
  const z = 1.959964, scale = 1 + z * z / n, middle = (fraction + z * z / (2 * n)) / scale;
  const half = z / scale * Math.sqrt(fraction * (1 - fraction) / n + (z / (2 * n)) ** 2);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
};
const interval = (fraction, n) => known(fraction) && n > 0
  ? wilson(fraction, n).map((x) => (100 * x).toFixed(1)).join('–') : '';

/* ---- axes: {low, high, ticks, text(tick), at(value): 0 at low, 1 at high} ---- */

/* The smallest of 1, 2, 5 and 10 times a power of ten that is at least x. */
const round_up = (x) => {
  const power = 10 ** Math.floor(Math.log10(x));
  return power * [1, 2, 5, 10].find((k) => k * power >= x * 0.999);
};
const multiples = (step, first, last) =>
  Array.from({length: last - first + 1}, (_, i) => Number(((first + i) * step).toPrecision(10)));

/* Short enough to fit beside an axis. */
const tick_text = (x) => x && (Math.abs(x) < 1e-4 || Math.abs(x) >= 1e5) ? x.toExponential() : rounded(x, 8);
const in_percent = (x) => `${rounded(100 * x, 8)} %`;
const linear = (low, high, {as_percent = false, zero = false} = {}) => {
  const from = zero ? Math.min(low, 0) : low;
  const step = round_up((high - from || Math.abs(high) * 1e-3 || 1) / 5);
  let first = Math.floor(from / step + 1e-9), last = Math.ceil(high / step - 1e-9);
  if (last <= first) last = first + 1;
  if (as_percent && last * step > 1 + 1e-9) [first, last] = [first - 1, last - 1];
  const ticks = multiples(step, first, last);
  return {low: ticks[0], high: ticks.at(-1), ticks, text: as_percent ? in_percent : tick_text,
    at(x) { return (x - this.low) / (this.high - this.low); }};
};

/* Of positive values. */
const logarithmic = (low, high) => {
  const first = Math.floor(Math.log10(low) + 1e-9), last = Math.ceil(Math.log10(high) - 1e-9);
  const every = Math.ceil((last - first) / 6) || 1, factors = last - first > 4 ? [1] : last - first > 2 ? [1, 3] : [1, 2, 5];
  let ticks = [];
  for (let k = first; k <= last; k += every)
    ticks.push(...factors.map((f) => Number((f * 10 ** k).toPrecision(3))));
  const begin = ticks.findLastIndex((x) => x <= low * 1.000001);
  const end = ticks.findIndex((x) => x >= high * 0.999999);
  ticks = ticks.slice(begin, end < 0 ? ticks.length : Math.max(end, begin + 1) + 1);
  return {low: ticks[0], high: Math.max(high, ticks.at(-1)), ticks, text: tick_text,
    at(x) { return Math.log(x / this.low) / Math.log(this.high / this.low); }};
};

/* ---- charts ---- */

/* A frame with axes, in an SVG of 460 units: {svg, x(value), y(value), text}. The title names the
 * vertical axis, and x.name the other. */
const frame = (parent, {title, unit = '', x, y, right = 452, height = 226, label = title}) => {
  const left = 56, top = 44;
  const svg = add(parent, 'svg', {class: 'chart', viewBox: `0 0 460 ${height + 46}`, role: 'img', 'aria-label': label});
  const of = {svg, left, right, top, bottom: height, high: y.high,
    x: (value) => left + (right - left) * x.at(value),
    y: (value) => height - (height - top) * y.at(value),
    text: (cls, x, y, anchor, content, parent = svg) => add(parent, 'text', {class: cls, x: x.toFixed(1), y: y.toFixed(1), 'text-anchor': anchor}, content)};
  const heading = of.text('title', 0, 16, 'start', title);
  if (unit) add(heading, 'tspan', {class: 'unit', dx: 6}, unit);
  for (const tick of y.ticks) {
    add(svg, 'line', {class: 'grid', x1: left, x2: right, y1: of.y(tick), y2: of.y(tick)});
    of.text('tick', left - 8, of.y(tick) + 4, 'end', y.text(tick));
  }
  for (const tick of x.ticks) of.text('tick', of.x(tick), height + 20, 'middle', x.text(tick));
  of.text('tick name', (left + right) / 2, height + 40, 'middle', x.name);
  return of;
};

/* The epochs 1 .. last: the first one and up to about seven round ones. */
const epochs_axis = (last) => {
  const step = last > 1 ? Math.max(1, round_up((last - 1) / 7)) : 1;
  const ticks = multiples(step, 1, Math.floor(last / step)).filter((n) => (n - 1) / (last - 1 || 1) > 0.08);
  return {name: 'epoch', low: 1, high: last, ticks: ticks[0] === 1 ? ticks : [1, ...ticks], text: String,
    at: (x) => last > 1 ? (x - 1) / (last - 1) : 0.5};
};

/* A path through points [x, y]; it is interrupted where y is unknown. A single point is a dot. */
const line = (of, points, attributes) => {
  let path = '', down = false;
  for (const [x, y] of points) {
    if (known(y)) path += `${down ? 'L' : 'M'}${of.x(x).toFixed(1)} ${of.y(y).toFixed(1)}`;
    down = known(y);
  }
  if (points.length === 1 && path) [path, attributes.class] = [`${path}h.1`, `${attributes.class} dot`];
  return add(of.svg, 'path', {...attributes, d: path});
};

/* Lets pointer and arrow keys go through the points of a chart, which `show` marks: the index of
 * one, or -1 for none. `say` puts it into words. */
const slide = (of, xs, show, say) => {
  let now = -1;
  const go = (i) => {
    now = i;
    show(i);
    of.svg.setAttribute('aria-valuenow', Math.max(i, 0));
    of.svg.setAttribute('aria-valuetext', say(Math.max(i, 0)));
  };
  for (const [key, value] of Object.entries({role: 'slider', tabindex: 0, 'aria-valuemin': 0, 'aria-valuemax': xs.length - 1}))
    of.svg.setAttribute(key, value);
  go(-1);
  of.svg.addEventListener('pointermove', (e) => {
    const box = of.svg.getBoundingClientRect(), x = (e.clientX - box.left) * 460 / box.width;
    go(xs.reduce((best, value, i) => Math.abs(of.x(value) - x) < Math.abs(of.x(xs[best]) - x) ? i : best, 0));
  });
  of.svg.addEventListener('pointerleave', () => go(-1));
  of.svg.addEventListener('focus', () => now < 0 && go(xs.length - 1));
  of.svg.addEventListener('blur', () => go(-1));
  of.svg.addEventListener('keydown', (e) => {
    const to = {ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1,
      Home: 0, End: xs.length - 1, PageDown: now - 10, PageUp: now + 10}[e.key];
    if (to === undefined) return;
    e.preventDefault();
    go(Math.max(0, Math.min(xs.length - 1, to)));
  });
};

/* A table that scrolls if it is too wide, and can be focused for that. */
const scroll = (label, table) => html`<div class="scroll" tabindex="0" role="group" aria-label="${label}">${table}</div>`;

/* The values under a chart, for those who cannot point at them. */
const values_table = (parent, heads, rows) => put(parent, html`<details class="values"><summary>Values</summary>
${scroll('values', html`<table class="classes"><thead><tr>${heads.map((s) => html`<th scope="col">${s}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((s) => html`<td>${s}</td>`)}</tr>`)}</tbody></table>`)}</details>`);
