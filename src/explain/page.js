/* Draws the step, which the page contains as JSON, and steps through it. data-q="NAME:INDEX" marks
 * a number, and data-at is the stage in which it appears. */
const {stages: steps, digits} = data;

/* As printf's %g, which the formulas use. */
const general = (x, digits) => {
  if (x === null || x === 0) return x === null ? 'nan' : '0';
  const [mantissa, exponent] = x.toExponential(digits - 1).split('e'), size = Math.abs(exponent);
  return exponent >= -4 && exponent < digits ? String(Number(x.toPrecision(digits)))
    : `${Number(mantissa)}e${exponent < 0 ? '-' : '+'}${String(size).padStart(2, '0')}`;
};

/* "sample 3, class “7”"; of many samples, the first few. */
const sample_text = ({sample, labels = [], ...one}) => {
  const names = 'class' in one ? [one.class] : labels, what = 'class' in one ? 'class' : names.length > 1 ? 'labels' : 'label';
  return `${sample}, ${names.length ? `${what} ${names.map((name) => `“${name}”`).join(', ')}` : 'no label'}`;
};
const many = data.samples.length;
find('.samples').append((many > 1 ? `${many} samples: ` : 'sample ') + data.samples.slice(0, 8).map(sample_text).join('; ') + (many > 8 ? '; …' : ''));

const quantities = new Map();
steps.forEach((step, at) => {
  for (const q of step.quantities)
    quantities.set(q.name, Object.assign(q, {at, size: q.shape[0] * q.shape[1]}));
});

/* "z0[0,1]"; indices that have only one value are omitted */
const element = (q, i) => {
  const [rows, cols] = q.shape;
  const index = [...rows > 1 ? [Math.floor(i / cols)] : [], ...cols > 1 ? [i % cols] : []];
  return q.name + (index.length ? `[${index}]` : '');
};

/* ---- the stages ---- */

/* A number to point at and to go to. */
const number = (parent, tag, q, i, text) => add(
  parent, tag, {tabindex: 0, 'data-q': `${q.name}:${i}`, 'data-name': element(q, i)}, text);

/* A formula's texts between its elements, and the elements: name, index, text, in turn. */
const split = (formula) => formula.split(/\{(.*?):(\d+) (.*?)\}/);

/* "z0[1] = 0.1 + 0.5 * 1.2 = 0.7" */
const sum = (box, formula) => {
  const parts = split(formula), last = parts.length - 4, name = parts[0].split(' ', 1)[0];
  const p = add(box, 'p', {class: 'sum', 'data-def': `${parts[last]}:${parts[last + 1]}`});
  add(p, 'b', {}, name);
  p.append(parts[0].slice(name.length));
  for (let k = 1; k < last; k += 4) {
    add(p, 'span', {'data-q': `${parts[k]}:${parts[k + 1]}`}, parts[k + 2]);
    p.append(parts[k + 3]);
  }
  number(p, 'span', quantities.get(parts[last]), parts[last + 1], parts[last + 2]);
};

const matrix = (box, q) => {
  const table = add(add(box, 'div', {class: 'scroll'}), 'table', {class: 'numbers'});
  let row;
  q.values.forEach((value, i) => {
    if (i % q.shape[1] === 0) row = add(table, 'tr', {});
    number(row, 'td', q, i, general(value, digits));
  });
};

const show_quantity = (article, q) => {
  const box = add(article, 'div', {class: 'quantity', 'data-words': q.words || ''});
  const heading = add(box, 'p', {class: 'formula'}, q.formula || q.name + ' ');
  const shape = Math.min(...q.shape) > 1 ? q.shape.join(' × ') + ': ' : '';
  if (!q.formula) add(heading, 'small', {}, shape + q.words);
  const full = q.formulas.length === q.size;
  if (q.summary) add(box, 'p', {class: 'note'}, q.summary);
  else if (!full) matrix(box, q);
  if (q.image) {
    const figure = add(box, 'figure', {class: 'picture'});
    add(figure, 'img', {class: q.grey ? 'grey' : 'signed', alt: q.name, src: q.image});
    add(figure, 'figcaption', {}, q.name + ('unit' in q ? ', of unit ' + q.unit : ''));
  }
  if (q.formula && !full) add(box, 'p', {class: 'note'}, 'The largest:');
  for (const formula of q.formulas) sum(box, formula);
};

/* A stage, and its button: with the name of the first quantity that it computes. */
let part, item;
steps.forEach((step, at) => {
  const article = add(find('.stages'), 'article', {class: 'stage ' + step.part});
  const heading = add(article, 'h2', {});
  add(heading, 'small', {}, step.part);
  heading.append(' ' + step.title);
  add(article, 'p', {class: 'source'}, step.source);
  for (const q of step.quantities) show_quantity(article, q);
  if (step.part !== part) {
    part = step.part;
    item = add(find('.stepper ol'), 'li', {class: part});
    add(item, 'span', {}, part);
  }
  const label = step.quantities.find((q) => q.formula) || step.quantities[0];
  add(item, 'button', {'data-go': at, 'aria-label': `${part}: ${step.title}`}, label.name);
});

/* ---- the net as circles and lines, the input on top, for one sample ---- */

/* The connections come from the formulas: one line for each element of the level above that occurs
 * in an element's formula, labelled with the parameter next to it there. */
const UNITS = 6, STEP = 140, RADIUS = 29, NEAR = 88, TOP = 44, LINE = 16, BLOCK = 3 * LINE + 4;

/* The labels of each unit are at a height of their own, from FIRST on, where its lines are apart. */
const FIRST = .41, SPREAD = .40;

/* The levels of circles; and what layers multiply by or add: parameters and dropout masks. */
const forward = steps.filter((step) => step.part === 'forward');
const levels = [...forward.map((step) => step.quantities.at(-1)),
  quantities.get('p'), quantities.get('loss')];
const parameters = new Set(forward.flatMap((step) => step.quantities.slice(0, -1)));
const net = find('.net'), width = Math.max(...levels.map((q) => q.size)) * STEP + 60;
const [lines, labels, circles] = [1, 2, 3].map(() => add(net, 'g', {})); /* the last on top */

const column = (q, i) => width / 2 + (i - (q.size - 1) / 2) * STEP;

/* The height of each level, with room for the labels if the lines from the one above have any. */
const heights = [TOP];
for (let k = 1; k < levels.length; k++) {
  const labelled = steps[levels[k].at].quantities.some(
    (q) => parameters.has(q) && quantities.has('d' + q.name));
  const rows = Math.max(levels[k - 1].size - 1, 1);
  heights.push(heights[k - 1] + (labelled ? 2 * RADIUS + rows * BLOCK / SPREAD : NEAR));
}

/* A number, with the digits that fit. */
const label = (group, x, y, kind, q, i, before = '') => {
  if (!q) return;
  const text = general(q.values[i], Math.min(digits, 3));
  add(group, 'text', {class: 'n ' + kind, x, y, tabindex: 0, 'data-q': `${q.name}:${i}`,
    'data-at': q.at, 'aria-label': `${element(q, i)} = ${text}`}, before + text);
};

/* A parameter (a weight on a line, or a bias), with its gradient and new value below it. */
const parameter = (group, x, y, kind, q, i) => {
  label(group, x, y, kind, q, i, kind === 'b' ? 'b ' : '');
  label(group, x, y + LINE, 'g ' + kind, quantities.get('d' + q.name), i);
  label(group, x, y + 2 * LINE, 'u ' + kind, quantities.get(q.name + "'"), i);
};

const circle = (x, y, q, i) => {
  const gradient = quantities.get('d' + q.name);
  add(circles, 'circle', {cx: x, cy: y, r: RADIUS, 'data-at': q.at});
  label(circles, x, gradient ? y - 3 : y + 5, 'v', q, i);
  label(circles, x, y + 15, 'g v', gradient, i);
  add(circles, 'text', {class: 'name', x: x - RADIUS, y: y - RADIUS + 6}, element(q, i));
  if (q.name === 'p') label(circles, x + RADIUS + 6, y + 5, 'b', quantities.get('y'), i, 'y ');
};

/* The elements that occur in the formula of an element, in order. */
const operands = (q, i) => {
  const parts = split(q.formulas[i] || ''), found = [];
  for (let k = 1; k < parts.length - 4; k += 4)
    found.push({q: quantities.get(parts[k]), i: +parts[k + 1]});
  return found;
};

/* Element i of level k: its circle, and the lines to the elements of its formula. */
const draw = (k, i) => {
  const q = levels[k], above = levels[k - 1], x = column(q, i), y = heights[k], end = y - RADIUS;
  let before = {};
  circle(x, y, q, i);
  for (const operand of operands(q, i)) {
    const from = operand.q === above ? operand : before;
    const x0 = column(above, from.i), y0 = heights[k - 1] + RADIUS;
    if (operand.q === above) {
      add(lines, 'line', {x1: x0, y1: y0, x2: x, y2: end, 'data-at': q.at});
    } else if (parameters.has(operand.q) && from.q === above) {
      const share = above.size > 1 ? FIRST + SPREAD * from.i / (above.size - 1) : .5;
      parameter(labels, x0 + (x - x0) * share, y0 + (end - y0) * share - LINE, 'w', operand.q,
        operand.i);
    } else if (parameters.has(operand.q)) {
      parameter(circles, x + RADIUS + 6, y - LINE / 2, 'b', operand.q, operand.i);
    }
    before = operand;
  }
};
if (levels[0].shape[0] === 1 && levels.every((q) => q.size <= UNITS)) {
  net.setAttribute('viewBox', `0 0 ${width} ${heights.at(-1) + RADIUS + 12}`);
  net.style.maxWidth = width / 15 + 'rem';
  levels.forEach((q, k) => { for (let i = 0; i < q.size; i++) draw(k, i); });
  find('.walk').classList.add('drawn');
} else {
  find('.drawing').remove();
}

/* ---- stepping and pointing ---- */

const stages = all('.stage'), origin = find('.origin');
let now = 0;

/* Shows stage i, from 0. */
const show = (i) => {
  now = Math.max(0, Math.min(stages.length - 1, i));
  stages.forEach((s, k) => s.classList.toggle('now', k === now));
  for (const e of all('[data-at]')) {
    e.classList.toggle('later', e.dataset.at > now);
    e.classList.toggle('now', +e.dataset.at === now);
  }
  for (const b of all('[data-go]')) {
    if (+b.dataset.go === now) b.setAttribute('aria-current', 'step');
    else b.removeAttribute('aria-current');
  }
  for (const b of all('[data-turn]'))
    b.setAttribute('aria-disabled', !stages[now + +b.dataset.turn]);
  history.replaceState(null, '', '#step-' + now);
  point(null);
};

/* Where a number comes from. */
const key = (e) => e && e.dataset.q;
const clear = () => all('.self, .from').forEach((e) => e.classList.remove('self', 'from'));
const point = (e) => {
  clear();
  origin.replaceChildren();
  origin.hidden = !key(e);
  if (!key(e)) return;
  const made = all('[data-def]').find((d) => d.dataset.def === key(e));
  const named = all('[data-name]').find((d) => key(d) === key(e)) || e;
  const line = document.createElement('p');
  if (made) line.append(...made.cloneNode(true).childNodes);
  else {
    const box = named.closest('.quantity'), b = document.createElement('b');
    b.textContent = named.dataset.name || key(e);
    const words = box && box.dataset.words ? ': ' + box.dataset.words : '';
    line.append(b, ' = ' + e.textContent + words);
  }
  const parts = new Set(all('[data-q]', line).map(key));
  all('[tabindex]', line).forEach((x) => x.removeAttribute('tabindex'));
  origin.append(line);
  for (const x of all('[data-q]')) {
    if (key(x) === key(e)) x.classList.add('self');
    else if (parts.has(key(x))) x.classList.add('from');
  }
};
const target = (e) => e.target.closest && e.target.closest('[data-q]');
addEventListener('pointerover', (e) => {
  if (!e.target.closest('.origin') && target(e)) point(target(e));
});
addEventListener('focusin', (e) => target(e) && point(target(e)));

/* Goes to where the number is computed. */
const visit = (e) => {
  const made = all('[data-def]').find((d) => d.dataset.def === key(e)) ||
    all('.stage [data-name]').find((d) => key(d) === key(e));
  if (!made) return;
  show(stages.indexOf(made.closest('.stage')));
  const there = all('[tabindex]', made.closest('.stage')).find((d) => key(d) === key(e));
  if (there) there.focus();
};
addEventListener('click', (e) => {
  const b = e.target.closest('button');
  if (b && b.dataset.turn) show(now + +b.dataset.turn);
  else if (b && b.dataset.go) show(+b.dataset.go);
  else if (target(e)) visit(target(e));
});
addEventListener('keydown', (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey || e.shiftKey) return;
  const turn = {ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: stages.length}[e.key];
  if (turn !== undefined) show(turn);
  else if (e.key === 'Enter' && target(e)) visit(target(e));
  else if (e.key === 'Escape') point(null);
  else return;
  e.preventDefault();
});
show(+(location.hash.match(/^#step-(\d+)$/) || [0, 0])[1]);
