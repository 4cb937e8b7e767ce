/* The drawing of a network: its units as pictures of what they compute over the plane, and a line
 * per weight. */
import {add} from './dom.js';
import {grid, paint_unit} from './plane.js';

const CELLS = 24; /* each unit's picture has CELLS x CELLS activations */

/* The columns of the drawing: what a unit is called, which activation it shows (Model.activations),
 * and its linear layer, whose weights lead to it. */
const columns_of = ({layers, columns, classes}) => {
  const linear = layers.flatMap((layer, at) => layer.type === 'linear' ? [at] : []);
  return [
    {names: columns, activation: 0},
    ...linear.map((at, i) => {
      const last = i === linear.length - 1, next = last ? at : linear[i + 1] - 1;
      const outputs = layers[at].out, words = last ? '' : 'unit ';
      const names = Array.from({length: outputs}, (_, j) => last ? classes[j] ?? String(j) : words + j);
      return {names, layer: at, activation: next + 1, params: layers[at].params, last};
    }),
  ];
};

/* Fills an element with a drawing; pick(what) is called with {layer, j} for a unit, {j} for an input
 * and {layer, i, j} for a weight. */
export const createNet = (box, pick) => {
  let columns = [], units = [], edges = [], samples, width_of_box;

  /* Draws the units of this model, as wide as the box. Those of a network of the same shape show
   * their old pictures and weights until draw, so that they do not flicker in a window that is resized. */
  const build = (about, extent) => {
    const [old_units, old_edges] = [units, edges];
    samples = grid(CELLS, extent);
    width_of_box = box.clientWidth;
    columns = columns_of(about);
    const most = Math.max(...columns.map((c) => c.names.length));
    const side = Math.max(18, Math.min(44, Math.floor(400 / most) - 6)), step = side + 8;
    const width = Math.max(box.clientWidth, columns.length * (side + 30)), height = most * step + 24;
    box.replaceChildren();
    const inner = add(box, 'div', {class: 'net-inner', style: `width:${width}px;height:${height}px`});
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    svg.setAttribute('aria-hidden', 'true');
    inner.append(svg);
    const x = (c) => side / 2 + 6 + c * (width - side - 12) / (columns.length - 1);
    const y = (c, j) => 24 + (height - 24) / 2 + (j - (columns[c].names.length - 1) / 2) * step;
    units = [];
    edges = [];
    columns.forEach((column, c) => {
      const kind = c === 0 ? 'input' : column.last ? 'class' : `layer ${column.layer}`;
      const heading = add(inner, 'span', {class: 'net-name'}, c === 0 ? 'inputs' : column.last ? 'logits' : kind);
      heading.style.left = `${Math.min(Math.max(x(c), 26), width - 26)}px`;
      column.names.forEach((name, j) => {
        for (let i = 0; column.params && i < columns[c - 1].names.length; i++) {
          const line = add(svg, 'line',
            {x1: x(c - 1) + side / 2, y1: y(c - 1, i), x2: x(c) - side / 2, y2: y(c, j)});
          edges.push({line, layer: column.layer, i, j, params: column.params});
        }
        const unit = add(inner, 'button', {type: 'button', class: 'unit', tabindex: units.length ? -1 : 0,
          'aria-label': `${kind} ${name}: its numbers`, title: `${kind === 'input' || column.last ? kind : kind + ','} ${name}`});
        Object.assign(unit.style, {left: `${x(c) - side / 2}px`, top: `${y(c, j) - side / 2}px`,
          width: `${side}px`, height: `${side}px`});
        unit.append(old_units[units.length]?.unit.firstChild ?? document.createElement('canvas'));
        unit.addEventListener('click', () => pick({layer: column.layer, j}));
        units.push({unit, c, j});
      });
    });
    edges.forEach(({line}, e) => {
      line.setAttribute('class', old_edges[e]?.line.getAttribute('class') ?? '');
      line.style.strokeWidth = old_edges[e]?.line.style.strokeWidth ?? '';
    });
    svg.addEventListener('click', (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const far = ({line}) => {
        const [x1, y1, x2, y2] = ['x1', 'y1', 'x2', 'y2'].map((k) => line[k].baseVal.value);
        const t = Math.min(1, Math.max(0, ((at.x - x1) * (x2 - x1) + (at.y - y1) * (y2 - y1)) /
          ((x2 - x1) ** 2 + (y2 - y1) ** 2)));
        return Math.hypot(at.x - x1 - t * (x2 - x1), at.y - y1 - t * (y2 - y1));
      };
      const [best] = edges.map((e) => [far(e), e]).sort(([a], [b]) => a - b);
      if (best && best[0] < 8) pick({layer: best[1].layer, i: best[1].i, j: best[1].j});
    });
  };

  /* Arrow keys move between units. */
  box.addEventListener('keydown', (event) => {
    const move = {ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0]}[event.key];
    const now = units.find(({unit}) => unit === document.activeElement);
    if (!move || !now) return;
    event.preventDefault();
    const column = units.filter(({c}) => c === now.c + move[0]);
    const next = column[Math.min(column.length - 1, now.j + move[1])];
    if (!next) return;
    now.unit.tabIndex = -1;
    next.unit.tabIndex = 0;
    next.unit.focus();
  });

  /* Draws the activations and weights of the training as they are now. */
  const draw = async (training, theta) => {
    const mine = columns;
    for (const [c, {activation, names}] of mine.entries()) {
      const values = await training.activations(samples, activation);
      if (mine !== columns) return;
      const scale = values.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-9);
      for (const {unit, j} of units.filter((u) => u.c === c))
        paint_unit(unit.firstChild, CELLS, values, names.length, j, scale);
    }
    const weight = ({params: [w], i, j}) => theta[w.offset + i * w.cols + j];
    const largest = Math.max(1e-9, ...edges.map((e) => Math.abs(weight(e))));
    for (const e of edges) {
      const w = weight(e);
      e.line.setAttribute('class', w < 0 ? 'minus' : 'plus');
      e.line.style.strokeWidth = (0.4 + 4 * Math.abs(w) / largest).toFixed(2);
    }
  };

  /* Marks what has been picked. */
  const mark = (picked) => {
    for (const {unit, c, j} of units)
      unit.classList.toggle('picked', picked !== null && picked.i === undefined &&
        columns[c].layer === picked.layer && j === picked.j);
    for (const e of edges)
      e.line.classList.toggle('picked', picked !== null && e.layer === picked.layer && e.j === picked.j &&
        (picked.i === undefined || e.i === picked.i));
  };

  return {build, draw, mark, columns: () => columns, width: () => width_of_box};
};
