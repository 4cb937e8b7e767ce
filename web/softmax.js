/* The tab Softmax: logits to drag, every step from them to probabilities, loss and gradient. */
import {able, accept, add, general, parse, shortest} from './dom.js';
import {lineChart, nice} from './chart.js';
import {slider} from './slider.js';
import {
  MAX_CLASSES, MIN_CLASSES, clamp, distribution, examples, fallback, from_address, is_logit, limit,
  query, rates, redistribute, slider_temperature, temperature_slider, temperature_text, to_address,
  to_logit, usual,
} from './softmax_state.js';

export const title = 'Softmax';
export const about = 'Drag the scores of a classifier. See probabilities, loss and gradient follow.';
export const picture = `<path d="M5 44h38"/><rect x="8" y="24" width="8" height="20"/>
  <rect x="20" y="6" width="8" height="38"/><rect x="32" y="33" width="8" height="11"/>`;

/* The part of the axis to show: around 0, or around the logits if they are far from it. */
const window_of = (z) => {
  const finite = z.filter(Number.isFinite), low = Math.min(...finite), high = Math.max(...finite);
  if (low >= -5 && high <= 5) return {low: -5, high: 5, step: 5};
  const far = low * high > 0 && Math.min(Math.abs(low), Math.abs(high)) > 3 * (high - low) + 5;
  const bottom = far ? low : Math.min(low, 0), top = far ? high : Math.max(high, 0);
  const step = Math.max(2, nice((top - bottom) / 4));
  return {
    low: Math.floor(bottom / step - 0.2) * step, high: Math.ceil(top / step + 0.2) * step, step,
  };
};

/* What onehot softmax says of the naive formula. */
const naive_says = (s) => {
  const over = s.naiveExp.indexOf(Infinity);
  const beyond = "is beyond float32's largest number, 3.4e38, and becomes inf";
  const way_around = `Subtracting the largest logit first changes no p: its exp is 1, and the
    others are smaller.`;
  if (over >= 0)
    return `exp(${general(s.scaled[over], 7)}) ${beyond}; inf/inf is nan. ${way_around}`;
  if (s.naiveSum === Infinity)
    return `The sum ${beyond}; all p become 0. ${way_around}`;
  if (s.naiveSum === 0)
    return `Each exp is below float32's smallest number, 1.4e-45, and becomes 0; 0/0 is nan.
      ${way_around}`;
  const off = Math.max(...s.p.map((p, j) => Math.abs(p - s.naiveP[j])));
  return `It gives the same p here, to within ${general(off, 1)}.`;
};

/* ---- the tab ---- */

const html = `
  <div class="head">
    <div>
      <h1>Softmax</h1>
      <p class="lead">A classifier gives one number per class, a <em>logit</em>. Softmax turns them
        into probabilities. Drag the bars, or focus one and use the arrow keys.</p>
    </div>
    <label class="example">Example <select><option value="">Choose …</option></select></label>
  </div>
  <div class="bench">
    <div class="plots">
      <figure class="logits">
        <figcaption><b>Logits</b> <span>z</span></figcaption>
        <div class="plot"><div class="axis"></div><div class="columns"></div></div>
      </figure>
      <figure class="chances">
        <figcaption><b>Probabilities</b> <span>in %</span>
          <ul class="legend">
            <li class="p">softmax, sum 1</li>
            <li class="sigmoid">sigmoid per label, sum <output class="sigmoid-sum"></output></li>
            <li class="y">target y</li>
          </ul></figcaption>
        <div class="plot"><div class="axis"></div><div class="columns"></div></div>
      </figure>
    </div>
    <form class="controls">
      <div class="field" role="group" aria-labelledby="classes-name">
        <span id="classes-name">Classes</span>
        <span class="stepper">
          <button type="button" name="fewer" aria-label="One class fewer">−</button>
          <output class="count"></output>
          <button type="button" name="more" aria-label="One class more">+</button>
        </span>
      </div>
      <div class="field" role="group" aria-labelledby="temperature-name">
        <span id="temperature-name">Temperature T</span>
        <input name="T" type="text" size="5" autocomplete="off"
          aria-label="Temperature, a number from 0 to inf">
        <input name="slider" type="range" min="-100" max="100" step="1" aria-label="Temperature">
        <span class="scale" aria-hidden="true"><i>0</i><i>0.1</i><i>1</i><i>10</i><i>∞</i></span>
      </div>
      <fieldset class="field">
        <legend>Target y</legend>
        <span class="choice">
          <label><input type="radio" name="target" value="none">none</label>
          <label><input type="radio" name="target" value="one-hot">one-hot</label>
          <label><input type="radio" name="target" value="smoothed">smoothed</label>
          <label><input type="radio" name="target" value="soft">soft</label>
        </span>
        <label class="when-label">Class <select name="label"></select></label>
        <label class="when-smoothed">Smoothing ε
          <input name="smoothing" type="range" min="0" max="1" step="0.01">
          <output class="epsilon"></output></label>
        <p class="when-soft hint">Drag the line of a class, or focus it and use the arrow keys.</p>
      </fieldset>
      <div class="field when-target result">
        <p class="loss"><span>Loss</span> <output aria-live="polite"></output> <span>nats</span></p>
        <p class="hint"></p>
        <div class="actions">
          <label>Rate <select name="rate"></select></label>
          <button type="button" name="step" class="primary">Step</button>
          <button type="button" name="ten">10 steps</button>
        </div>
        <figure class="losses"></figure>
      </div>
    </form>
  </div>
  <section>
    <h2>Every number</h2>
    <p class="note">In float32, as in training. Type a logit to change it; −inf rules a class out.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Every number, a table that scrolls">
      <table class="numbers"><thead></thead><tbody></tbody><tfoot></tfoot></table>
    </div>
    <p class="note naive"><b>The naive formula</b> exp(z) / sum exp(z). <output></output>
      <a href="#softmax?z=1000,1001,1002">See it fail at 1000, 1001, 1002.</a></p>
  </section>`;

/* The columns of the table: a title, the values, and the digits that are shown. */
const columns = (T, target) => [
  ...(T === 1 ? [] : [['z/T', 'scaled', 7]]),
  [T === 1 ? 'z − max' : '(z − max)/T', 'shifted', 4],
  ['exp', 'exp', 4, 'sum'], ['p', 'p', 4], ['log p', 'logP', 4],
  ...(target ? [['y', 'y', 4], ['p − y', 'pMinusY', 4]] : []),
  ['naive exp', 'naiveExp', 4, 'naiveSum'], ['naive p', 'naiveP', 4], ['sigmoid', 'sigmoid', 4],
];

const reset = (input, text) => {
  input.setCustomValidity('');
  input.value = text;
};

export const open = async (panel, page) => {
  const engine = await page.engine;
  panel.innerHTML = html;
  const find = (s) => panel.querySelector(s), form = find('form'), input = form.elements;
  const example = find('.example select');
  let c = {...fallback}, axis = window_of(c.z), losses = [];

  /* Every step, as `onehot softmax` computes it (engine.js); y is null if there is no target. */
  const compute = (y) =>
    engine.softmax({logits: c.z, temperature: limit(c.temperature), target: y});

  const set_height = (e, property, v) => e.style.setProperty(property, `${(100 * v).toFixed(3)}%`);

  /* ---- the columns, rebuilt when their number changes ---- */

  const set_logit = (j, v) => {
    c.z[j] = v;
    changed();
  };
  /* Numbers that a drag gives are multiples of a hundredth of the axis. */
  const grain = () => (axis.high - axis.low) / 100;
  const round = (v) => {
    const multiple = Number((Math.round(v / grain()) * grain()).toPrecision(7));
    return is_logit(multiple) ? multiple : to_logit(multiple);
  };

  const build_columns = (K) => {
    for (const box of panel.querySelectorAll('.columns')) {
      box.replaceChildren();
      box.style.setProperty('--classes', K);
    }
    for (let j = 0; j < K; j++) {
      const cell = (box) => {
        const e = add(find(`${box} .columns`), 'div', {class: 'class'});
        return add(e, 'div', {class: 'column'});
      };
      const logit = cell('.logits'), chance = cell('.chances');
      for (const name of ['bar', 'arrow', 'handle']) add(logit, 'i', {class: name});
      for (const name of ['p', 'sigmoid', 'y']) add(chance, 'i', {class: name});
      add(logit.parentElement, 'span', {class: 'name'}, String(j));
      add(chance.parentElement, 'span', {class: 'name'}, String(j));
      add(chance.parentElement, 'output', {});
      Object.assign(logit, {
        tabIndex: 0, role: 'slider', ariaOrientation: 'vertical', ariaLabel: `logit of class ${j}`,
      });
      const done = () => {
        axis = window_of(c.z);
        draw();
      };
      slider(logit, {
        set: (v) => set_logit(j, round(axis.low + v * (axis.high - axis.low))), done,
        nudge: (n) => {
          const from = Number.isFinite(c.z[j]) ? c.z[j] : axis.low;
          set_logit(j, Number.isFinite(n) ? round(from + n * grain()) : n < 0 ? axis.low : axis.high);
        },
      });
      const set_y = (v) => {
        if (c.target !== 'soft') return;
        c.y = redistribute(c.y, j, v);
        changed();
      };
      slider(chance, {
        set: (v) => set_y(Math.round(v * 100) / 100), done: () => {},
        nudge: (n) => set_y(clamp(Math.round((c.y[j] + n / 100) * 100) / 100, 0, 1)),
      });
    }
  };

  const draw_axis = (box, marks, place) => {
    box.replaceChildren();
    for (const mark of marks) set_height(add(box, 'span', {}, general(mark, 7)), '--at', place(mark));
  };

  const draw_plots = (s, y) => {
    const labelled = c.target === 'one-hot' || c.target === 'smoothed';
    const K = c.z.length, place = (v) => clamp((v - axis.low) / (axis.high - axis.low), 0, 1);
    if (find('.logits .columns').children.length !== K) build_columns(K);
    const marks = [];
    for (let v = axis.low; v <= axis.high + axis.step / 2; v += axis.step) marks.push(v);
    draw_axis(find('.logits .axis'), marks, place);
    draw_axis(find('.chances .axis'), [0, 50, 100], (v) => v / 100);
    set_height(find('.logits .plot'), '--zero', place(0));
    const logits = panel.querySelectorAll('.logits .column');
    const chances = panel.querySelectorAll('.chances .column');
    const zero = place(0);
    c.z.forEach((z, j) => {
      const at = place(z), column = logits[j], after = place(z - c.rate * gradient(s, j));
      set_height(column, '--from', Math.min(at, zero));
      set_height(column, '--size', Math.abs(at - zero));
      set_height(column, '--at', at);
      column.classList.toggle('masked', z === -Infinity);
      column.classList.toggle('target', labelled && j === c.label);
      const far = Math.abs(after - at) > 1e-3; /* of the axis: less is no arrow */
      column.classList.toggle('up', far && after > at);
      column.classList.toggle('down', far && after < at);
      set_height(column, '--pull-from', Math.min(at, after));
      set_height(column, '--pull', Math.abs(after - at));
      Object.assign(column, {
        ariaValueMin: axis.low, ariaValueMax: axis.high, ariaValueNow: Number.isFinite(z) ? z : axis.low,
        ariaValueText: `${shortest(z)}, probability ${general(100 * s.p[j])} %`,
      });
      const chance = chances[j], soft = c.target === 'soft';
      set_height(chance, '--p', s.p[j]);
      set_height(chance, '--sigmoid', s.sigmoid[j]);
      set_height(chance, '--y', y ? y[j] : 0);
      chance.classList.toggle('has-target', y !== null);
      chance.classList.toggle('soft', soft);
      chance.parentElement.querySelector('output').textContent = (100 * s.p[j]).toFixed(1);
      if (soft)
        Object.assign(chance, {
          tabIndex: 0, role: 'slider', ariaOrientation: 'vertical', ariaLabel: `target of class ${j}, in %`,
          ariaValueMin: 0, ariaValueMax: 100, ariaValueNow: general(100 * y[j]),
        });
      else
        for (const name of chance.getAttributeNames().filter((n) => /^(tabindex|role|aria-)/.test(n)))
          chance.removeAttribute(name);
    });
    find('.sigmoid-sum').textContent = general(s.sigmoid.reduce((sum, v) => sum + v), 3);
  };

  /* dloss/dz_j = (p_j - y_j)/T. At T = 0 there is no step: the loss jumps. */
  const gradient = (s, j) => (c.target !== 'none' && c.temperature > 0 ? s.pMinusY[j] / c.temperature : 0);

  /* ---- the table: its inputs stay, so that one can be typed into ---- */

  const draw_table = (s, y) => {
    const labelled = c.target === 'one-hot' || c.target === 'smoothed';
    const shown = columns(c.temperature, y), body = find('tbody');
    const naive = (key) => (key.startsWith('naive') ? 'naive' : '');
    const head = find('thead'), foot = find('tfoot');
    head.replaceChildren();
    const titles = add(head, 'tr');
    for (const name of ['class', 'z']) add(titles, 'th', {scope: 'col'}, name);
    for (const [name, key] of shown) add(titles, 'th', {scope: 'col', class: naive(key)}, name);
    while (body.rows.length > c.z.length) body.lastElementChild.remove();
    while (body.rows.length < c.z.length) {
      const j = body.rows.length, row = add(body, 'tr');
      add(row, 'th', {scope: 'row'}, String(j));
      const z = add(add(row, 'td'), 'input', {size: 9, autocomplete: 'off', 'aria-label': `logit of class ${j}`});
      z.addEventListener('change', () => {
        const v = parse(z.value), others = c.z.some((x, k) => k !== j && x > -Infinity);
        if (!accept(z, is_logit(v), 'A logit is a number below 3.4e38, or -inf.') ||
            !accept(z, v > -Infinity || others, 'At least one logit must be above -inf.')) return;
        axis = window_of(c.z.map((x, k) => (k === j ? v : x)));
        set_logit(j, v);
        z.value = shortest(v);
      });
    }
    [...body.rows].forEach((row, j) => {
      while (row.cells.length > 2) row.lastElementChild.remove();
      const z = row.querySelector('input');
      if (z !== document.activeElement) reset(z, shortest(c.z[j]));
      row.classList.toggle('target', labelled && j === c.label);
      for (const [, key, digits] of shown) {
        const v = key === 'y' ? y[j] : s[key][j], broken = Number.isNaN(v) || v === Infinity;
        add(row, 'td', {class: `${naive(key)} ${broken ? 'broken' : ''}`}, general(v, digits));
      }
    });
    foot.replaceChildren();
    const sums = add(foot, 'tr');
    add(sums, 'th', {scope: 'row'}, 'sum');
    add(sums, 'td');
    for (const [, key, digits, sum] of shown) {
      const adds = key === 'p' || key === 'sigmoid';
      const v = sum ? s[sum] : adds ? s[key].reduce((a, b) => a + b) : null;
      const cell = add(sums, 'td', {class: `${naive(key)} ${v === Infinity ? 'broken' : ''}`});
      if (v !== null) cell.append(general(v, digits));
    }
    find('.naive output').textContent = naive_says(s);
  };

  const draw_controls = (s, y) => {
    const K = c.z.length;
    find('.count').textContent = K;
    example.value = query(to_address(c));
    if (example.selectedIndex < 0) example.value = ''; /* no example */
    able(input.fewer, K > MIN_CLASSES);
    able(input.more, K < MAX_CLASSES);
    if (input.T !== document.activeElement) reset(input.T, temperature_text(c.temperature));
    input.slider.value = temperature_slider(c.temperature);
    input.slider.ariaValueText = `T = ${general(c.temperature)}`;
    input.target.value = c.target;
    form.dataset.target = c.target;
    if (input.label.length !== K)
      input.label.replaceChildren(...c.z.map((_, j) => new Option(j, j)));
    input.label.value = c.label;
    input.smoothing.value = c.smoothing;
    find('.epsilon').textContent = general(c.smoothing, 3);
    input.rate.value = c.rate;
    panel.classList.toggle('has-target', y !== null);
    if (!y) return;
    find('.loss output').textContent = general(s.loss, 4);
    const steps = c.temperature > 0 && c.temperature < Infinity && Number.isFinite(s.loss);
    for (const name of ['step', 'ten']) able(input[name], steps);
    const name = c.target === 'one-hot' ? `−log p of class ${c.label}` : '−Σ y log p';
    const divided = c.temperature === 1 ? '(p\u00a0−\u00a0y)' : '(p\u00a0−\u00a0y)/T';
    const why_none = c.temperature === 0 ? 'at T = 0, where p jumps'
      : c.temperature === Infinity ? 'at T = ∞, where the gradient is 0' : 'from an infinite loss';
    find('.result .hint').textContent = !steps ? `${name}. There is no step ${why_none}.`
      : `${name}. Its gradient with respect to z is ${divided}.
        The arrows show the step, −rate\u00a0×\u00a0${divided}.`;
    find('.losses').hidden = losses.length < 2;
    if (losses.length > 1)
      lineChart(find('.losses'), {caption: 'Loss after each step', series: [{values: losses}]});
  };

  const draw = () => {
    const y = distribution(c);
    const s = compute(y);
    draw_plots(s, y);
    draw_table(s, y);
    draw_controls(s, y);
    return s;
  };

  /* A control has changed, other than by a step: the old losses say nothing any more. */
  const changed = () => {
    losses = [];
    draw();
    page.keep(to_address(c), usual);
  };

  const step = (times) => {
    let s = draw();
    if (!losses.length) losses = [s.loss];
    for (; times > 0; times--) {
      c.z = c.z.map((z, j) => (z === -Infinity ? z : to_logit(z - c.rate * gradient(s, j))));
      s = compute(distribution(c));
      losses.push(s.loss);
    }
    axis = window_of(c.z);
    draw();
    page.keep(to_address(c), usual);
  };

  /* ---- the controls ---- */

  for (const [group, list] of Object.entries(examples)) {
    const box = add(example, 'optgroup', {label: group});
    for (const [name, state] of Object.entries(list))
      add(box, 'option', {value: query(state)}, name);
  }
  input.rate.append(...rates.map((r) => new Option(r, r)));
  form.addEventListener('submit', (event) => event.preventDefault());

  const show = (state) => {
    c = from_address(state);
    axis = window_of(c.z);
    changed();
  };
  const on = (name, type, act) => input[name].addEventListener(type, act);
  example.addEventListener('change', () => {
    if (example.value) show(Object.fromEntries(new URLSearchParams(example.value)));
  });
  const resize = (z) => {
    c.z = z;
    c.label = Math.min(c.label, z.length - 1);
    if (c.target === 'soft') c.y = z.map(() => 1 / z.length);
    if (z.every((v) => v === -Infinity)) c.z[0] = 0;
    axis = window_of(c.z);
    changed();
  };
  on('fewer', 'click', () => resize(c.z.slice(0, -1)));
  on('more', 'click', () => resize([...c.z, 0]));
  on('slider', 'input', () => {
    c.temperature = slider_temperature(Number(input.slider.value));
    changed();
  });
  on('T', 'change', () => {
    const T = parse(input.T.value);
    if (!accept(input.T, T >= 0, 'A temperature is a number from 0 to inf.')) return;
    c.temperature = T;
    changed();
    input.T.value = temperature_text(T);
  });
  for (const radio of input.target)
    radio.addEventListener('change', () => {
      const y = distribution(c);
      c.target = radio.value;
      if (c.target === 'soft') c.y = y ?? c.z.map(() => 1 / c.z.length);
      changed();
    });
  on('label', 'change', () => {
    c.label = Number(input.label.value);
    changed();
  });
  on('smoothing', 'input', () => {
    c.smoothing = Number(input.smoothing.value);
    changed();
  });
  on('rate', 'change', () => {
    c.rate = Number(input.rate.value);
    changed();
  });
  on('step', 'click', () => step(1));
  on('ten', 'click', () => step(10));
  new ResizeObserver(() => losses.length > 1 && !panel.hidden && draw()).observe(find('.losses'));
  return show;
};
