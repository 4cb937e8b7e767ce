/* The numbers of a unit or a weight in the next step, as `onehot explain` shows them. */
import {add, general, sourceLink} from './dom.js';

/* A step's quantities by name. */
export const quantities_of = ({stages}) =>
  new Map(stages.flatMap(({quantities, source}) => quantities.map((q) => [q.name, {...q, source}])));

/* What is computed of unit j of linear layer L, in order; `columns` are those of the drawing. */
const of_unit = (q, {layer: L, j}, {activation, last}) => {
  const a = `a${activation - 1}`;
  const forward = [`b${L}`, `z${L}`, ...q.has(a) && !last ? [a] : [], ...last ? ['p', 'y'] : []];
  const back = [`d${a}`, `dz${L}`, `db${L}`, `vb${L}'`, `mb${L}'`, `b${L}'`];
  return [...forward, ...last ? ['loss'] : [], ...back].filter((name) => q.has(name))
    .map((name) => [name, Math.min(j, q.get(name).values.length - 1)]);
};
const of_weight = (q, {layer: L, i, j}) => [`W${L}`, `dW${L}`, `vW${L}'`, `mW${L}'`, `W${L}'`]
  .filter((name) => q.has(name)).map((name) => [name, i * q.get(name).shape[1] + j]);

/* Fills the panel with the numbers of what is picked; `columns` are the drawing's. Returns the
 * sample that the step takes: its place in the file. */
export const show_numbers = async (panel, training, picked, columns, pick) => {
  const step = await training.explain(), q = quantities_of(step), [{sample, class: label}] = step.samples;
  const at = columns.findIndex((c) => c.layer === picked.layer), column = columns[at];
  const name = (c, j) => columns[c].layer === undefined ? columns[c].names[j]
    : columns[c].last ? `class ${columns[c].names[j]}` : `${columns[c].names[j]} of layer ${columns[c].layer}`;
  const weight = picked.i !== undefined, input = picked.layer === undefined;
  const elements = input ? [['x', picked.j]] : weight ? of_weight(q, picked) : of_unit(q, picked, column);
  const lines = await training.formulas(elements);
  const inside = panel.contains(document.activeElement);
  panel.replaceChildren();
  const heading = add(panel, 'h3', {tabindex: -1}, weight ? `The weight from ${name(at - 1, picked.i)} to ${name(at, picked.j)}`
    : input ? `Input ${name(0, picked.j)}` : name(at, picked.j).replace(/^./, (c) => c.toUpperCase()));
  add(panel, 'p', {class: 'note'}, `In the next step on sample ${sample} alone, of class ${label}: it is ringed in the plane.
    A batch takes the mean over its samples.`);
  const list = add(panel, 'dl', {class: 'formulas'});
  elements.forEach(([key], k) => {
    const {formula, words, source} = q.get(key);
    const title = add(list, 'dt', {}, formula ?? `${key}: ${words.replace('initial values, drawn with the seed', 'as it is now')}`);
    if (formula) sourceLink(add(title, 'span', {class: 'of'}), source);
    const [left, ...right] = lines[k].split(' = ');
    const line = add(list, 'dd');
    add(line, 'b', {}, left);
    line.append(right.length > 1 ? ` = ${right.slice(0, -1).join(' = ')} = ` : ' = ');
    add(line, 'b', {}, right.at(-1));
  });
  if (inside) heading.focus({preventScroll: true}); /* the button of a weight has gone */
  if (!input && !weight) show_weights(panel, q, picked, (i) => name(at - 1, i), pick);
  return sample;
};

/* The table of the weights that lead to a unit. */
const show_weights = (panel, q, {layer: L, j}, name, pick) => {
  const scroll = add(panel, 'div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Its weights, a table that scrolls'});
  const table = add(scroll, 'table', {class: 'numbers'}), head = add(add(table, 'thead'), 'tr'), body = add(table, 'tbody');
  for (const title of ['weight from', `W${L}`, `dW${L}`, `W${L}' after the step`]) add(head, 'th', {scope: 'col'}, title);
  const [rows, cols] = q.get(`W${L}`).shape;
  for (let i = 0; i < rows; i++) {
    const row = add(body, 'tr');
    const button = add(add(row, 'th', {scope: 'row'}), 'button', {type: 'button', class: 'link'}, name(i));
    button.addEventListener('click', () => pick({layer: L, i, j}));
    for (const key of [`W${L}`, `dW${L}`, `W${L}'`]) add(row, 'td', {}, general(q.get(key).values[i * cols + j] ?? NaN));
  }
};
