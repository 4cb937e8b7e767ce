/* Draws the page of compare and sweep: curves, a table of settings, and a table of runs. */
const {runs} = data, columns = Object.keys(runs[0].cells);
for (const run of runs) run.cells = Object.values(run.cells);

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

const POINTS = 400; /* per curve */
const charts = [];

const draw_chart = (title, field, shown) => {
  const values = runs.flatMap((run) => run[field]).filter(known).sort((a, b) => a - b);
  const longest = Math.max(...runs.map((run) => run.length)), as_percent = field === 'accuracy';
  if (!values.length) return;
  /* A run that diverged must not flatten the others. */
  const most = Math.min(values.at(-1), 2 * values[Math.floor(0.95 * (values.length - 1))]);
  const log = !as_percent && values[0] > 0 && most > 10 * values[0];
  const of = frame(find('.charts'), {title, unit: log ? 'nats, log scale' : as_percent ? '' : 'nats', x: epochs_axis(longest),
    y: log ? logarithmic(values[0], most) : linear(values[0], most, {as_percent}), label: `${title} over the epochs, one curve per run`});
  const y = (value) => Math.max(of.y(value), of.top);
  runs.forEach((run, k) => {
    const step = Math.ceil(run.length / POINTS);
    const points = run[field].map((value, i) => [i + 1, known(value) ? Math.min(value, of.high) : value]);
    line(of, points.filter((p, i) => i % step === 0 || i === run.length - 1), {class: 'line', 'data-run': k, style: colour(run.setting), 'stroke-dasharray': dash(run.setting)});
  });
  const value = of.text('value', 458, 34, 'end', ''), now = add(of.svg, 'circle', {class: 'now', r: 4, visibility: 'hidden'});
  /* Shows a run's value after an epoch, or none. */
  charts.push((run, epoch) => {
    const at = run ? run[field][epoch] : NaN;
    value.textContent = known(at) ? `${run.name.slice(-40)}, epoch ${epoch + 1}: ${shown(at)}` : '';
    now.setAttribute('visibility', known(at) ? 'visible' : 'hidden');
    if (!known(at)) return;
    now.setAttribute('style', colour(run.setting));
    now.setAttribute('cx', of.x(epoch + 1));
    now.setAttribute('cy', y(at));
    of.svg.append(find('.on', of.svg), now);
  });
  of.svg.addEventListener('pointermove', (e) => {
    const box = of.svg.getBoundingClientRect(), scale = 460 / box.width;
    const px = (e.clientX - box.left) * scale, py = (e.clientY - box.top) * scale;
    const epoch = Math.max(0, Math.min(longest - 1, Math.round((px - of.left) / (of.right - of.left) * (longest - 1))));
    let nearest = -1;
    const distance = (k) => Math.abs(y(runs[k][field][epoch]) - py);
    runs.forEach((run, k) => {
      if (known(run[field][epoch]) && (nearest < 0 || distance(k) < distance(nearest))) nearest = k;
    });
    highlight(nearest, epoch);
  });
  of.svg.addEventListener('pointerleave', () => highlight(pinned));
};

/* ---- highlighting ---- */

let pinned = -1, now = {k: -1};
const highlight = (k, epoch = runs[k]?.length - 1) => {
  const run = runs[k];
  now = {k, epoch};
  for (const e of all('[data-run]')) e.classList.toggle('on', e.dataset.run === String(k));
  document.body.classList.toggle('marked', k >= 0);
  for (const show of charts) show(run, epoch);
  find('.said').textContent = run?.length ? `${run.name}, epoch ${epoch + 1}: loss ${decimals(run.loss[epoch])}, accuracy ${percent(run.accuracy[epoch])}` : '';
};
const pin = (k) => {
  pinned = k;
  for (const e of all('[aria-pressed]'))
    e.setAttribute('aria-pressed', e.closest('[data-run]').dataset.run === String(k));
  highlight(k);
};
const run_of = (e) => Number(e.target.closest('[data-run]')?.dataset.run ?? pinned);
document.addEventListener('pointerover', (e) => e.target.closest('.chart') || highlight(run_of(e)));
document.addEventListener('focusin', (e) => highlight(run_of(e)));
document.addEventListener('keydown', (e) => {
  const step = {ArrowLeft: -1, ArrowRight: 1}[e.key], last = runs[now.k]?.length - 1;
  if (e.key === 'Escape') pin(-1);
  if (!step || !(last >= 0)) return;
  e.preventDefault();
  highlight(now.k, Math.max(0, Math.min(last, now.epoch + step)));
});
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
  const values = done.flatMap((s) => s.runs.map(accuracy));
  if (values.length < 2 || axes.length > 6) return;
  const scale = linear(Math.min(...values), Math.max(...values), {as_percent: true});
  const left = (x) => `left:${(100 * scale.at(x)).toFixed(2)}%`;
  const dots = (s) => (e) => {
    const strip = add(e, 'div', {role: 'img', 'aria-label': s.runs.map((run) => percent(accuracy(run))).join(', ')});
    add(strip, 'b', {style: left(s.mean)});
    for (const run of s.runs)
      add(strip, 'i', {'data-run': runs.indexOf(run), style: `${left(accuracy(run))};${colour(s)}`, title: `${run.name}: ${percent(accuracy(run))}`});
  };
  const ends = (th) => {
    const strip = add(th, 'div', {'aria-hidden': 'true'});
    for (const x of [scale.low, scale.high]) add(strip, 'span', {style: left(x)}, scale.text(x));
  };
  const heads = [...axes.length ? axes.map((k) => ({title: columns[k]})) : [{title: 'setting'}],
    {title: (validated ? 'validation' : 'test') + ' accuracy', cls: 'strip', best_first: true, fill: ends},
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
