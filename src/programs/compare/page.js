/* Draws the comparison, which the page holds as JSON: curves, and sortable tables of settings and
 * runs. Elements that belong to run I have data-run="I"; pointer and focus highlight them. */
'use strict';
const find = (s) => document.querySelector(s);
const {runs} = JSON.parse(find('.data').textContent), columns = Object.keys(runs[0].cells);
for (const run of runs) run.cells = Object.values(run.cells);

/* Appends an element with these attributes to its parent. */
const add = (parent, tag, attributes, ...content) => {
  const space = tag === 'svg' ? 'http://www.w3.org/2000/svg' : parent.namespaceURI;
  const e = document.createElementNS(space, tag);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...content);
  parent.append(e);
  return e;
};
const known = (x) => typeof x === 'number' && isFinite(x);
const percent = (x) => known(x) ? (100 * x).toFixed(2) + ' %' : '–';
const decimals = (x) => known(x) ? x.toFixed(4) : '–';

/* Splits metrics.csv into columns. A last line without a line break is incomplete. */
for (const run of runs) {
  const [names, ...rows] = run.metrics.split('\n').slice(0, -1).map((line) => line.split(','));
  run.curves = {};
  (names || []).forEach((name, k) => {
    run.curves[name] = rows.map((row) => row[k] ? Number(row[k]) : NaN);
  });
  run.length = rows.length;
}
const validated = runs.every((run) => !run.length || known(run.curves.validation_accuracy?.[0]));
const what = validated ? 'validation' : 'training';
for (const run of runs) {
  run.accuracy = run.curves[validated ? 'validation_accuracy' : 'train_accuracy'] || [];
  run.loss = run.curves[validated ? 'validation_loss' : 'train_loss'] || [];
  run.validation = validated ? run.accuracy[(run.best_epoch || run.length) - 1] : NaN;
}

/* Runs that differ only in the seed have the same setting. */
const axes = columns.map((title, k) => k).filter((k) => columns[k] !== 'seed');
const settings = new Map();
for (const run of runs) {
  const key = JSON.stringify(axes.map((k) => run.cells[k]));
  if (!settings.has(key)) settings.set(key, {index: settings.size, runs: []});
  run.setting = settings.get(key);
  run.setting.runs.push(run);
}
const colour = (setting) => `--c: var(--c${setting.index % 7})`;
const dash = (setting) => ['none', '6 4', '2 3', '9 3 2 3'][Math.floor(setting.index / 7) % 4];

/* ---- curves ---- */

const LEFT = 56, RIGHT = 452, TOP = 40, BOTTOM = 226, POINTS = 400;
const charts = [];

/* About five multiples of 1, 2 or 5 times a power of ten that enclose low .. high. */
const ticks_of = (low, high) => {
  const rough = (high - low || Math.abs(high) * 1e-3 || 1) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((k) => k * power >= rough * 0.999);
  const first = Math.floor(low / step + 1e-9), last = Math.max(Math.ceil(high / step - 1e-9), first + 1);
  return Array.from({length: last - first + 1}, (_, i) => Number(((first + i) * step).toPrecision(10)));
};

const draw_chart = (title, field, shown) => {
  const values = runs.flatMap((run) => run[field]).filter(known).sort((a, b) => a - b);
  const longest = Math.max(...runs.map((run) => run.length));
  if (!values.length) return;
  /* A run that diverged must not flatten the others. */
  const most = Math.min(values.at(-1), 2 * values[Math.floor(0.95 * (values.length - 1))]);
  const ticks = ticks_of(values[0], most), low = ticks[0], high = ticks.at(-1);
  const x = (i) => longest > 1 ? LEFT + (RIGHT - LEFT) * i / (longest - 1) : (LEFT + RIGHT) / 2;
  const y = (value) => BOTTOM - (BOTTOM - TOP) * (Math.min(value, high) - low) / (high - low);
  const svg = add(find('.charts'), 'svg', {class: 'chart', viewBox: '0 0 460 252', role: 'img',
    'aria-label': `${title} over the epochs, one curve per run`});
  const text = (cls, x, y, anchor, content) => add(svg, 'text', {class: cls, x, y, 'text-anchor': anchor}, content);
  text('title', 0, 16, 'start', title);
  for (const tick of ticks) {
    add(svg, 'line', {class: 'grid', x1: LEFT, x2: RIGHT, y1: y(tick), y2: y(tick)});
    text('tick', LEFT - 8, y(tick) + 4, 'end', field === 'accuracy' ? `${Number((100 * tick).toPrecision(8))} %` : tick);
  }
  text('tick', 40, 246, 'end', 'epoch');
  for (const epoch of new Set([1, ...ticks_of(1, longest).filter((n) => n > longest / 9 && n <= longest && n % 1 === 0)]))
    text('tick', x(epoch - 1), 246, 'middle', epoch);
  runs.forEach((run, k) => {
    let path = '';
    const step = Math.ceil(run.length / POINTS);
    run[field].forEach((value, i) => {
      if (known(value) && (i % step === 0 || i === run.length - 1))
        path += `${path && known(run[field][Math.max(i - step, 0)]) ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    });
    add(svg, 'path', {class: 'line', 'data-run': k, style: colour(run.setting), 'stroke-dasharray': dash(run.setting), d: path && run.length === 1 ? path + 'h.1' : path});
  });
  const value = text('unit', 458, 32, 'end', ''), now = add(svg, 'circle', {class: 'now', r: 4, visibility: 'hidden'});
  /* Shows a run's value after an epoch, or none. */
  charts.push((run, epoch) => {
    const at = run ? run[field][epoch] : NaN;
    value.textContent = known(at) ? `${run.name.slice(-40)}, epoch ${epoch + 1}: ${shown(at)}` : '';
    now.setAttribute('visibility', known(at) ? 'visible' : 'hidden');
    if (!known(at)) return;
    now.setAttribute('style', colour(run.setting));
    now.setAttribute('cx', x(epoch));
    now.setAttribute('cy', y(at));
    svg.append(svg.querySelector('.on'), now);
  });
  svg.addEventListener('pointermove', (e) => {
    const box = svg.getBoundingClientRect(), scale = 460 / box.width;
    const px = (e.clientX - box.left) * scale, py = (e.clientY - box.top) * scale;
    const epoch = Math.max(0, Math.min(longest - 1, Math.round((px - LEFT) / (RIGHT - LEFT) * (longest - 1))));
    let nearest = -1;
    const distance = (k) => Math.abs(y(runs[k][field][epoch]) - py);
    runs.forEach((run, k) => {
      if (known(run[field][epoch]) && (nearest < 0 || distance(k) < distance(nearest))) nearest = k;
    });
    highlight(nearest, epoch);
  });
  svg.addEventListener('pointerleave', () => highlight(pinned));
};

/* ---- highlighting ---- */

let pinned = -1;
const highlight = (k, epoch) => {
  for (const e of document.querySelectorAll('[data-run]')) e.classList.toggle('on', e.dataset.run === String(k));
  document.body.classList.toggle('marked', k >= 0);
  for (const show of charts) show(runs[k], epoch ?? runs[k]?.length - 1);
};
const pin = (k) => {
  pinned = k;
  for (const e of document.querySelectorAll('[aria-pressed]'))
    e.setAttribute('aria-pressed', e.closest('[data-run]').dataset.run === String(k));
  highlight(k);
};
const run_of = (e) => Number(e.target.closest('[data-run]')?.dataset.run ?? pinned);
document.addEventListener('pointerover', (e) => e.target.closest('.chart') || highlight(run_of(e)));
document.addEventListener('focusin', (e) => highlight(run_of(e)));
document.addEventListener('keydown', (e) => e.key === 'Escape' && pin(-1));
document.addEventListener('click', (e) => {
  if (e.target.closest('[aria-pressed]')) pin(run_of(e) === pinned ? -1 : run_of(e));
});

/* ---- tables ---- */

/* Draws a table of rows {run?, cells: [[value, text or function that fills the cell], ...]}. */
const draw_table = (box, heads, rows) => {
  const table = add(box, 'table', {class: 'compared'});
  const top = add(add(table, 'thead', {}), 'tr', {}), body = add(table, 'tbody', {});
  const values = (k) => rows.map((row) => row.cells[k][0]).filter((v) => v !== '' && v != null && !Number.isNaN(v));
  heads.forEach((head, k) => {
    const numeric = values(k).every((v) => isFinite(v)), cls = head.cls || (numeric && k ? 'number' : '');
    rows.forEach((row) => { row.cells[k].cls = cls; });
    const th = add(top, 'th', {scope: 'col', class: cls});
    add(th, 'button', {}, head.title).addEventListener('click', () => {
      const before = th.getAttribute('aria-sort');
      const down = before ? before === 'ascending' : Boolean(head.best_first);
      for (const other of top.children) other.removeAttribute('aria-sort');
      th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const missing = (v) => v === '' || v == null || Number.isNaN(v);
      const order = (a, b) => {
        const [x, y] = [a.cells[k][0], b.cells[k][0]];
        if (missing(x) || missing(y)) return missing(x) - missing(y);
        return (down ? -1 : 1) * (numeric ? x - y : String(x).localeCompare(String(y), 'en', {numeric: true}));
      };
      rows.sort(order).forEach((row) => body.append(row.element));
    });
    head.fill?.(th);
  });
  for (const row of rows) {
    row.element = add(body, 'tr', row.run === undefined ? {} : {'data-run': row.run});
    row.cells.forEach((cell, k) => {
      const e = add(row.element, k ? 'td' : 'th', k ? {class: cell.cls} : {scope: 'row'});
      typeof cell[1] === 'function' ? cell[1](e) : e.append(cell[1] ?? cell[0]);
    });
  }
};
const swatch = (e, setting) => add(
  add(e, 'svg', {class: 'swatch', viewBox: '0 0 26 10', 'aria-hidden': 'true', style: colour(setting)}),
  'path', {d: 'M0 5h26', 'stroke-dasharray': dash(setting)});

const draw_runs = () => {
  const names = new Map(runs.map((run) => [run.run, run.name]));
  const heads = [{title: 'run'}, ...columns.map((title) => ({title})),
    ...validated ? [{title: 'validation accuracy', best_first: true}] : [], {title: 'test accuracy', best_first: true},
    {title: 'test loss'}, {title: 'epochs'}, {title: 'seconds'}, {title: 'weights'}];
  draw_table(find('.runs .scroll'), heads, runs.map((run, k) => ({run: k, cells: [
    [run.name, (e) => {
      swatch(e, run.setting);
      add(e, 'button', {'aria-pressed': false, title: run.run}, run.name);
      if (!run.finished) e.append(' (unfinished)');
    }],
    ...run.cells.map((cell) => [cell, cell || '–']),
    ...validated ? [[run.validation, percent(run.validation)]] : [],
    [run.test_accuracy, percent(run.test_accuracy)], [run.test_loss, decimals(run.test_loss)],
    [run.epochs, run.epochs ?? '–'], [run.seconds, run.seconds?.toFixed(1) ?? '–'],
    [run.weights_sha256, run.same_weights_as ? `= ${names.get(run.same_weights_as)}` : run.weights_sha256?.slice(0, 8) ?? '–'],
  ]})));
};

/* Draws each setting with its runs as dots, by validation accuracy or, without a validation set, by
 * test accuracy. */
const draw_settings = () => {
  const accuracy = (run) => validated ? run.validation : run.test_accuracy;
  const done = [...settings.values()].map((s) => {
    const x = s.runs.filter((run) => run.finished && known(accuracy(run))), n = x.length;
    const mean = x.reduce((sum, run) => sum + accuracy(run), 0) / n;
    const squares = x.reduce((sum, run) => sum + (accuracy(run) - mean) ** 2, 0);
    return {...s, runs: x, mean, deviation: n > 1 ? Math.sqrt(squares / (n - 1)) : NaN};
  }).filter((s) => s.runs.length).sort((a, b) => b.mean - a.mean);
  const all = done.flatMap((s) => s.runs.map(accuracy));
  if (all.length < 2 || axes.length > 6) return;
  const ticks = ticks_of(Math.min(...all), Math.max(...all)), low = ticks[0], high = ticks.at(-1);
  const left = (x) => `left:${(100 * (x - low) / (high - low)).toFixed(2)}%`;
  const dots = (s) => (e) => {
    const strip = add(e, 'div', {role: 'img', 'aria-label': s.runs.map((run) => percent(accuracy(run))).join(', ')});
    add(strip, 'b', {style: left(s.mean)});
    for (const run of s.runs)
      add(strip, 'i', {'data-run': runs.indexOf(run), style: `${left(accuracy(run))};${colour(s)}`, title: `${run.name}: ${percent(accuracy(run))}`});
  };
  const scale = (th) => {
    const strip = add(th, 'div', {'aria-hidden': 'true'});
    for (const x of [low, high]) add(strip, 'span', {style: left(x)}, `${Number((100 * x).toPrecision(8))} %`);
  };
  const heads = [...axes.length ? axes.map((k) => ({title: columns[k]})) : [{title: 'setting'}],
    {title: (validated ? 'validation' : 'test') + ' accuracy', cls: 'strip', best_first: true, fill: scale},
    {title: 'mean', best_first: true}, {title: '±'}, {title: 'runs'}];
  draw_table(find('.settings .scroll'), heads, done.map((s) => {
    const first = axes.length ? axes.map((k) => [s.runs[0].cells[k], s.runs[0].cells[k] || '–']) : [['', 'all']];
    const [value, text] = first[0];
    first[0] = [value, (e) => { swatch(e, s); e.append(text); }];
    return {cells: [...first, [s.mean, dots(s)], [s.mean, percent(s.mean)],
      [s.deviation, known(s.deviation) ? (100 * s.deviation).toFixed(2) : '–'], [s.runs.length]]};
  }));
  find('.settings').hidden = false;
};

draw_chart(`Loss, ${what}`, 'loss', decimals);
draw_chart(`Accuracy, ${what}`, 'accuracy', percent);
find('.curves').hidden = charts.length === 0;
draw_settings();
draw_runs();
