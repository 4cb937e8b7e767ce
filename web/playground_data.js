/* Data of one's own in the playground: points set by hand, and a table in a file. */
import {add, onFile, save} from './dom.js';
import {MAX_CLASSES, MAX_POINTS, hand_table} from './playground_state.js';

/* Points by click, touch or keyboard on the plane; changed(points) gets all of them. */
export const createHand = (box, plane, changed) => {
  const EXTENT = {x: [-1.25, 1.25], y: [-1.25, 1.25]};
  const choice = box.querySelector('select'), cross = add(plane, 'i', {class: 'cross', hidden: ''});
  for (let k = 0; k < MAX_CLASSES; k++) add(choice, 'option', {value: k}, String(k));
  let points = [], on = false, at = [0.5, 0.5]; /* of the cross: fractions of the plane, from the top left */

  const set = ([right, down]) => {
    const round = (v) => Number((2.5 * v - 1.25).toFixed(2)) + 0;
    if (points.length < MAX_POINTS)
      changed([...points, {x: round(right), y: round(1 - down), label: Number(choice.value)}]);
  };
  plane.addEventListener('click', (event) => {
    const {left, top, width, height} = plane.getBoundingClientRect();
    if (on) set([(event.clientX - left) / width, (event.clientY - top) / height]);
  });
  const move_cross = () => {
    cross.hidden = !on || document.activeElement !== plane;
    cross.style.left = `${100 * at[0]}%`;
    cross.style.top = `${100 * at[1]}%`;
  };
  for (const type of ['focus', 'blur']) plane.addEventListener(type, move_cross);
  plane.addEventListener('keydown', (event) => {
    const move = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (!on || !(move || event.key === 'Enter')) return;
    event.preventDefault();
    if (move) at = at.map((v, i) => Math.min(1, Math.max(0, v + move[i] * (event.shiftKey ? 0.1 : 0.02))));
    else set(at);
    move_cross();
  });
  box.querySelector('[name=undo]').addEventListener('click', () => changed(points.slice(0, -1)));
  box.querySelector('[name=clear]').addEventListener('click', () => changed([]));
  box.querySelector('[name=save]').addEventListener('click', () => save('points.csv', hand_table(points)));

  return {
    EXTENT,
    show(c) {
      on = c.data === 'hand';
      points = c.hand;
      box.hidden = !on;
      plane.classList.toggle('hand-on', on);
      for (const [key, value] of [['tabindex', '0'], ['role', 'application'], ['aria-describedby', 'hand-keys']])
        if (on) plane.setAttribute(key, value);
        else if (key === 'role') plane.setAttribute(key, 'img');
        else plane.removeAttribute(key);
      move_cross();
    },
  };
};

/* The cells of a table, well enough to list its columns and classes; the C reads it properly. */
const cells_of = (text) => {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/).filter((line) => line.trim());
  const mark = [',', ';', '\t'].find((m) => lines[0]?.includes(m)) ?? ',';
  const cell = new RegExp(`${mark}(?=(?:[^"]*"[^"]*")*[^"]*$)`); /* not inside quotes */
  return lines.map((line) => (line.includes('"') ? line.split(cell) : line.split(mark))
    .map((text) => text.trim().replace(/^"(.*)"$/, '$1').replaceAll('""', '"')));
};

const LARGEST = 20; /* MB of a file: reading more would stall the page */

/* {name, bytes, columns, x, y, label, classes} of a file; throws a sentence if it cannot be shown. */
const read_table = async (file) => {
  const {name} = file;
  if (file.size > 1e6 * LARGEST)
    throw new Error(`${name}: has ${Math.round(file.size / 1e6)} MB; the page takes tables of up to ${LARGEST} MB, the command line larger ones`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.subarray(0, 4096).includes(0))
    throw new Error(`${name}: is not a text file; the page takes tables: .csv, .tsv, .txt or .data`);
  const [columns, ...rows] = cells_of(new TextDecoder().decode(bytes));
  const numeric = (columns ?? []).filter((_, i) => rows.length && rows.every((row) => row[i] !== '' && Number.isFinite(Number(row[i]))));
  const label = columns?.includes('label') ? 'label' : columns?.at(-1), [x, y] = numeric.filter((n) => n !== label);
  if (y === undefined)
    throw new Error(`${name}: has no two columns of numbers, besides "${label ?? 'label'}"; the first line must name the columns`);
  const table = {name: name.replaceAll('/', '-'), bytes, columns, numeric, rows, x, y, label};
  return {...table, classes: classes_of(table)};
};
const classes_of = ({columns, rows, label}) => new Set(rows.map((row) => row[columns.indexOf(label)])).size;

/* A file that is chosen or dropped; changed(table) gets it, with the columns to use. */
export const createTable = ({box, input, drop, say}, changed) => {
  let table = null;
  onFile(input, drop, async (file) => {
    try {
      changed(await read_table(file));
    } catch (error) {
      say(error.message);
    }
  });
  box.addEventListener('change', () => {
    const [x, y, label] = [...box.querySelectorAll('select')].map((select) => select.value);
    changed({...table, x, y, label, classes: classes_of({...table, label})});
  });

  return {
    show(next) {
      table = next;
      box.hidden = !table;
      box.replaceChildren();
      for (const [words, key, names] of table ? [['Across', 'x', table.numeric], ['Up', 'y', table.numeric], ['Label', 'label', table.columns]] : []) {
        const field = add(box, 'label', {class: 'field'}), select = (add(field, 'span', {}, words), add(field, 'select'));
        for (const name of names) add(select, 'option', {value: name}, name);
        select.value = table[key];
      }
    },
  };
};
