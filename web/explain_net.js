/* The net of one step: circles for what is computed, each weight at its line and each bias at its
 * circle, with its gradient and its new value once the step has come that far. */
import {add, general} from './dom.js';

const STEP = 150, RADIUS = 27, LINE = 15, TOP = 40;

/* The labels of each unit's lines are at a height of their own, from FIRST on, where lines are apart. */
const FIRST = 0.41, SPREAD = 0.4, BLOCK = 3 * LINE + 4;

const short = (q, i) => general(q.values[i] ?? NaN, 3); /* fits into a circle */
const index = (q, i, j) => i * q.shape[1] + j;

/* Draws the step in an element, with the numbers that are known at stage `now`. */
export const drawStep = (box, {stages}, now) => {
  const quantities = new Map();
  stages.forEach((stage, at) => stage.quantities.forEach((q) => quantities.set(q.name, {...q, at})));
  const forward = stages.filter((s) => s.part === 'forward').map((s) => quantities.get(s.quantities.at(-1).name));
  const levels = [...forward, quantities.get('p'), quantities.get('loss')];
  const most = Math.max(...levels.map((q) => q.values.length)), width = most * STEP + 90;
  /* Lines with weights need room for one block of labels per unit above. */
  const heights = [TOP];
  levels.slice(1).forEach((q, k) => {
    const weighted = q.name[0] === 'z' && quantities.has(`W${q.name.slice(1)}`), rows = Math.max(levels[k].values.length - 1, 1);
    heights.push(heights[k] + (weighted ? 2 * RADIUS + rows * BLOCK / SPREAD : 88));
  });
  box.replaceChildren();
  const svg = add(box, 'div').appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'svg'));
  const set = {viewBox: `0 0 ${width} ${heights.at(-1) + 40}`, class: 'explain-net', role: 'img',
    'aria-label': 'The network with its numbers; the stages have them as text', style: `min-width:${Math.min(width, 300)}px;max-width:${width}px`};
  for (const [key, value] of Object.entries(set)) svg.setAttribute(key, value);
  const [lines, circles, labels] = [1, 2, 3].map(() => add(svg, 'g'));
  const x = (q, j) => width / 2 + (j - (q.values.length - 1) / 2) * STEP;

  /* A number of a quantity, if the stage knows it. */
  const number = (name, i, at_x, at_y, kind, before = '') => {
    const q = quantities.get(name);
    if (!q || q.at > now) return;
    add(labels, 'text', {x: at_x, y: at_y, class: `${kind} ${q.at === now ? 'now' : ''}`}, before + short(q, i));
  };
  /* A parameter, which is there from the first stage on, with its gradient and new value. */
  const parameter = (name, i, at_x, at_y, kind) => {
    const q = quantities.get(name);
    add(labels, 'text', {x: at_x, y: at_y, class: `${kind} ${q.at === now ? 'now' : ''}`}, (kind === 'b' ? 'b ' : '') + short(q, i));
    number(`d${name}`, i, at_x, at_y + LINE, `${kind} g`);
    number(`${name}'`, i, at_x, at_y + 2 * LINE, `${kind} u`);
  };

  levels.forEach((q, k) => q.values.forEach((_, j) => {
    const above = levels[k - 1], y = heights[k], L = q.name.slice(1), W = quantities.get(`W${L}`);
    const full = q.name[0] === 'z' && W, softmax = q.name === 'p' || q.name === 'loss';
    for (let i = 0; above && i < above.values.length; i++) {
      if (!full && !softmax && i !== j) continue;
      const [x0, y0, x1, y1] = [x(above, i), heights[k - 1] + RADIUS, x(q, j), y - RADIUS];
      add(lines, 'line', {x1: x0, y1: y0, x2: x1, y2: y1, class: q.at === now ? 'now' : ''});
      const along = above.values.length > 1 ? FIRST + SPREAD * i / (above.values.length - 1) : 0.4;
      if (full) parameter(`W${L}`, index(W, i, j), x0 + (x1 - x0) * along, y0 + (y1 - y0) * along - LINE, 'w');
    }
    add(circles, 'circle', {cx: x(q, j), cy: y, r: RADIUS, class: q.at === now ? 'now' : ''});
    add(labels, 'text', {x: x(q, j) - RADIUS, y: y - RADIUS + 4, class: 'name'}, q.values.length > 1 ? `${q.name}[${j}]` : q.name);
    const gradient = quantities.get(`d${q.name}`)?.at <= now;
    number(q.name, j, x(q, j), y + (gradient ? -2 : 5), 'v');
    number(`d${q.name}`, j, x(q, j), y + 14, 'v g');
    if (full && quantities.has(`b${L}`)) parameter(`b${L}`, j, x(q, j) + RADIUS + 5, y - 6, 'b');
    if (q.name === 'p') number('y', j, x(q, j) + RADIUS + 5, y + 5, 'b', 'y ');
  }));
};
