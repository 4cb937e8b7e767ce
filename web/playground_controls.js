/* The controls of the playground: its form, and the state that it shows. */
import {able, accept, add} from './dom.js';
import {MAX_CLASSES, MAX_LAYERS, activations, losses, optimizers, shapes, typed} from './playground_state.js';

export const controls = `
  <form class="controls">
    <label class="field"><span>Data</span> <select name="data"></select></label>
    <label class="field if-classes"><span>Classes</span> <select name="classes"></select></label>
    <label class="field if-toy"><span>Noise</span> <input name="noise" inputmode="decimal" size="6" autocomplete="off"></label>
    <label class="field if-toy"><span>Seed of the points</span> <input name="points" inputmode="numeric" size="6" autocomplete="off"></label>
    <fieldset class="field layers"><legend>Hidden layers</legend><ol></ol>
      <button type="button" name="add">Add a layer</button></fieldset>
    <label class="field wide"><span>Loss</span> <select name="loss"></select></label>
    <label class="field wide"><span>Optimizer</span> <select name="opt"></select></label>
    <label class="field"><span>Learning rate</span> <input name="rate" inputmode="decimal" size="6" autocomplete="off"></label>
    <label class="field"><span>Batch size</span> <input name="batch" inputmode="numeric" size="6" autocomplete="off"></label>
    <label class="field"><span>Epochs</span> <input name="epochs" inputmode="numeric" size="6" autocomplete="off"></label>
    <label class="field"><span>Seed</span> <input name="seed" inputmode="numeric" size="9" autocomplete="off"></label>
  </form>`;

const FIELDS = ['data', 'classes', 'noise', 'points', 'loss', 'opt', 'rate', 'batch', 'epochs', 'seed'];

/* changed(texts) gets what an address would hold (playground_state.js). */
export const createControls = (form, changed) => {
  const input = form.elements, list = form.querySelector('ol');
  const options = (name, choices) => {
    for (const [value, words] of choices) add(input[name], 'option', {value}, words);
  };
  options('data', [...Object.entries(shapes).map(([k, {name}]) => [k, name]), ['hand', 'Points set by hand'], ['file', 'A CSV file …']]);
  options('classes', Array.from({length: MAX_CLASSES - 1}, (_, i) => [i + 2, i + 2]));
  options('loss', Object.entries(losses).map(([k, [words]]) => [k, words]));
  options('opt', Object.entries(optimizers).map(([k, [words]]) => [k, words]));

  let shown; /* the state; what is refused in a control is not read, but remains what it was */
  const layers = () => [...list.children].map((row, i) => {
    const units = row.querySelector('input');
    return [row.querySelector('select').value, units.validity.valid ? units.value.trim() : shown.net[i][1]];
  });
  const read = (net = layers()) => ({
    ...Object.fromEntries(FIELDS.map((name) =>
      [name, input[name].validity.valid ? input[name].value.trim().replace(',', '.') : shown[name]])),
    net: net.map((layer) => layer.join(':')).join() || 'none',
  });
  const add_row = (i) => {
    const item = add(list, 'li');
    add(item, 'input', {size: 3, inputmode: 'numeric', autocomplete: 'off', 'aria-label': `units of hidden layer ${i}`});
    const select = add(item, 'select', {'aria-label': `activation of hidden layer ${i}`});
    for (const [value, words] of Object.entries(activations)) add(select, 'option', {value}, words);
    add(item, 'button', {type: 'button', 'aria-label': `Remove hidden layer ${i}`}, '−');
  };
  const set = (control, value) => {
    control.value = value;
    control.setCustomValidity('');
  };

  /* Rows stay, so that one of them keeps the keyboard's focus. */
  const show = (c) => {
    shown = c;
    for (const name of FIELDS) set(input[name], c[name]);
    while (list.children.length > c.net.length) list.lastElementChild.remove();
    while (list.children.length < c.net.length) add_row(list.children.length);
    c.net.forEach(([kind, units], i) => {
      set(list.children[i].querySelector('input'), units);
      set(list.children[i].querySelector('select'), kind);
    });
    able(input.add, c.net.length < MAX_LAYERS);
    form.querySelector('.if-classes').hidden = !shapes[c.data]?.classes;
    for (const e of form.querySelectorAll('.if-toy')) e.hidden = !shapes[c.data];
  };

  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', ({target}) => {
    const texts = read(), kind = target.name || 'units'; /* the inputs of layers have no name */
    const text = texts[kind] ?? target.value.trim();
    if (target.tagName === 'INPUT' && !accept(target, typed.is_number(kind, text), typed.rule(kind))) return;
    if (target.name === 'data') texts.classes = texts.noise = undefined; /* the shape's defaults */
    changed(texts);
  });
  form.addEventListener('click', ({target}) => {
    const button = target.closest('button');
    if (!button) return;
    const net = layers(), at = [...list.children].indexOf(button.closest('li'));
    if (button.name === 'add') net.push(['tanh', 4]);
    else net.splice(at, 1);
    changed(read(net));
    input.add.focus();
  });
  return {show};
};
