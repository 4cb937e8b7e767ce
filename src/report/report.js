/* Draws report.html. */
const {evaluation: test, config, result, classes, epochs = []} = data;
const layers = config.model, multi_label = Boolean(test?.micro);
const main = find('main'), header = find('header');
const section = (title, content, cls = '') => put(main, html`<section class="${cls}">${title && html`<h2>${title}</h2>`}${content}</section>`);

/* ---- the title ---- */

const plural = (n, word) => `${count(n)} ${word}${n === 1 ? '' : 's'}`;

/* Whose epoch the model is, and whether training stopped early. */
const epoch_sentence = () => {
  const {monitor, patience} = config.early_stopping, last = epochs.at(-1)?.epoch;
  if (!last || !known(epochs[0].validation_loss)) return '';
  const what = monitor === 'none'
    ? `The model is that of the last epoch, ${last}; validation loss was lowest after epoch ${data.lowest_loss_epoch}.`
    : `The model is that of epoch ${data.model_epoch}, with the ${monitor === 'accuracy' ? 'highest validation accuracy' : 'lowest validation loss'}.`;
  return what + (monitor !== 'none' && last < config.train.epochs
    ? ` Training stopped early, after epoch ${last} of ${config.train.epochs}: its patience is ${plural(patience, 'epoch')} without improvement.` : '');
};
if (test) put(find('h1 strong'), html` <small>${interval(test.accuracy, test.samples)} %</small>`);
if (test) find('.says').append(' The range beside the accuracy is its 95 % confidence interval (Wilson).');
if (epoch_sentence()) put(header, html`<p class="says">${epoch_sentence()}</p>`);
const facts = [
  ...test ? [[`${test.split} loss`, `${decimals(test.loss)} nats`]] : [],
  ['layers', [count(data.inputs), ...layers.map((l) => l.units ? `${l.type} ${count(l.units)}` : l.type)].join(' → ')],
  ['parameters', count(data.parameters)], ['epochs', `${epochs.at(-1)?.epoch ?? 0} of ${config.train.epochs}`],
  ['batch size', config.train.batch_size], ['seed', config.seed]];
put(header, html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`);
if (result.warnings?.length) put(header, html`<div class="warnings">${result.warnings.map((text) => html`<p>${text}</p>`)}</div>`);

/* ---- training ---- */

/* Curves over the epochs, each with its values and, on the axis of the first, marks: a ring
 * or a square around a value. */
const curves = (parent, {title, unit, lines, as_percent, zero, marks = []}) => {
  const drawn = lines.map(([name, key]) => ({name, values: epochs.map((row) => row[key])}))
    .filter((l) => l.values.some(known));
  const values = [...drawn.flatMap((l) => l.values), ...marks.map((m) => m.value)].filter(known);
  if (!values.length) return;
  const figure = add(parent, 'figure'), canvas = add(figure, 'div');
  const low = Math.min(...values), high = Math.max(...values), shown = as_percent ? percent : decimals;
  const words = (i) => `epoch ${epochs[i].epoch}: ` + drawn.filter((l) => known(l.values[i])).map((l) => `${l.name} ${shown(l.values[i])}`).join(', ');
  const draw = (log) => {
    canvas.replaceChildren();
    const of = frame(canvas, {title, unit: [unit, log && 'log scale'].filter(Boolean).join(', '), right: 372, x: epochs_axis(epochs.at(-1).epoch),
      y: log ? logarithmic(low, high) : linear(low, high, {as_percent, zero}), label: `${title} over the epochs`});
    drawn.forEach((l, k) => {
      line(of, l.values.map((y, i) => [epochs[i].epoch, y]), {class: `line l${k}`});
      of.text(`name n${k}`, 386, 56 + 44 * k, 'start', l.name);
      if (known(l.values.at(-1))) of.text(`name n${k}`, 386, 71 + 44 * k, 'start', shown(l.values.at(-1)));
    });
    for (const {kind, epoch, value, k, says} of marks) {
      const x = of.x(epoch), y = of.y(value);
      const e = kind === 'ring' ? add(of.svg, 'circle', {class: `ring l${k}`, cx: x, cy: y, r: 5})
        : add(of.svg, 'rect', {class: `square l${k}`, x: x - 4.5, y: y - 4.5, width: 9, height: 9});
      add(e, 'title', {}, says);
    }
    const cursor = add(of.svg, 'g', {class: 'cursor'});
    slide(of, epochs.map((row) => row.epoch), (i) => {
      cursor.replaceChildren();
      if (i < 0) return;
      const x = of.x(epochs[i].epoch);
      add(cursor, 'line', {x1: x, x2: x, y1: of.top, y2: of.bottom});
      const text = of.text('value', 458, 34, 'end', `epoch ${epochs[i].epoch}`, cursor);
      drawn.forEach((l, k) => {
        if (!known(l.values[i])) return;
        add(cursor, 'circle', {class: `d${k}`, cx: x, cy: of.y(l.values[i]), r: 3.5});
        add(text, 'tspan', {class: `n${k}`, dx: 10}, `${l.name} ${shown(l.values[i])}`);
      });
    }, words);
  };
  const can = !as_percent && low > 0, log = can && unit === 'nats' && high > 10 * low; /* a schedule keeps its shape */
  if (can) {
    const box = put(figure, html`<label class="choice"><input type="checkbox"> log scale</label>`).firstElementChild;
    box.checked = log;
    box.addEventListener('change', () => draw(box.checked));
  }
  draw(log);
  values_table(figure, ['epoch', ...drawn.map((l) => l.name)], epochs.map((row, i) => [row.epoch, ...drawn.map((l) => shown(l.values[i]))]));
};

const draw_training = () => {
  if (!epochs.length) return;
  const {monitor} = config.early_stopping, rates = epochs.map((row) => row.learning_rate);
  const row_of = (epoch) => epochs.find((row) => row.epoch === epoch);
  const lowest = row_of(data.lowest_loss_epoch), model = row_of(data.model_epoch);
  const validated = known(epochs[0].validation_loss), constant = rates.every((x) => x === rates[0]);
  const box = find('.charts', section('Training', html`<div class="two charts"></div>`));
  curves(box, {title: 'Loss', unit: 'nats', zero: true, lines: [[data.objective ? 'objective' : 'training', 'train_loss'], ['validation', 'validation_loss']], marks: [
    ...validated ? [{kind: 'ring', k: 1, epoch: lowest.epoch, value: lowest.validation_loss, says: `the lowest validation loss: ${decimals(lowest.validation_loss)}`}] : [],
    ...data.objective && known(data.train_loss) ? [{kind: 'square', k: 0, epoch: model.epoch, value: data.train_loss, says: `training set, measured like validation: ${decimals(data.train_loss)}`}] : []]});
  curves(box, {title: 'Accuracy', unit: '', as_percent: true, lines: [['training', 'train_accuracy'], ['validation', 'validation_accuracy']],
    marks: monitor === 'accuracy' && validated ? [{kind: 'ring', k: 1, epoch: model.epoch, value: model.validation_accuracy, says: `the highest validation accuracy: ${percent(model.validation_accuracy)}`}] : []});
  if (!constant) curves(box, {title: 'Learning rate', unit: '', zero: true, lines: [['rate', 'learning_rate']]});
  put(box.parentNode, html`<p class="note">${validated && `Validation loss is lowest after epoch ${lowest.epoch} (the ring): ${decimals(lowest.validation_loss)}. `}
${constant && `The learning rate is ${rounded(rates[0], 4)} throughout. `}
${data.objective && `The objective, which training minimises, is the loss with ${data.objective}: it cannot be compared with validation loss. The square can: it is the loss of this model (epoch ${model.epoch}) on its training set, ${decimals(data.train_loss)}. `}
Training figures are measured during an epoch, while the model changes${validated && '; validation figures, at its end'}. Point at a chart, or focus it and press ← and →, to read its values.</p>`);
};

/* ---- the decision boundary ---- */

const marks = ['m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z', 'm-2.7-2.7h5.4v5.4h-5.4z', 'm0-3.6l3.6 6.3h-7.2z', 'm0-3.6l3.6 3.6l-3.6 3.6l-3.6-3.6z'];
const draw_plane = ({columns, low, high, image, points}) => {
  const box = section('Decision boundary', html`<p class="lead">The colour shows the predicted class, paler where the model is less confident. The marks are training samples, in the colours of their true classes.</p>`);
  const axis = (c) => {
    const step = round_up((high[c] - low[c]) / 6);
    return {name: columns[c], low: low[c], high: high[c], ticks: multiples(step, Math.ceil(low[c] / step), Math.floor(high[c] / step)),
      text: (x) => rounded(x), at: (x) => (x - low[c]) / (high[c] - low[c])};
  };
  const of = frame(box, {title: columns[1], x: axis(0), y: axis(1), right: 350, height: 338, label: 'The predicted classes in the plane, and the training samples'});
  of.svg.classList.add('plane');
  for (const e of all('.grid', of.svg)) e.remove();
  add(of.svg, 'image', {class: 'inked', x: of.left, y: of.top, width: of.right - of.left, height: of.bottom - of.top, preserveAspectRatio: 'none', href: image});
  const group = add(of.svg, 'g', {class: 'inked marks'});
  for (const k of new Set(points.map((p) => p[2])))
    add(group, 'path', {class: `k${k % 10}`, d: points.filter((p) => p[2] === k).map(([x, y]) => `M${of.x(x).toFixed(1)} ${of.y(y).toFixed(1)}${marks[k % 4]}`).join('')});
  classes.slice(0, 15).forEach((name, k) => {
    const rest = k === 14 && classes.length > 15;
    if (!rest) add(of.svg, 'path', {class: `inked k${k % 10}`, d: `M364 ${54 + 20 * k}${marks[k % 4]}`});
    add(of.text('name', 374, 58 + 20 * k, 'start', rest ? '…' : name), 'title', {}, name);
  });
};

/* ---- classes ---- */

const HALF_CLASSES = 11, SHORT_NAME = 3;

/* Neither dark nor white digits are readable on a medium blue, so it is not used. Mistakes are rare,
 * so their colour is the square root of their fraction, relative to the worst. */
const matrix_cell = (worst) => (n, c, k) => {
  const samples = test.classes[c].count, part = samples ? n / samples : 0, deep = c === k && part > 0.6;
  const ink = deep ? 0.9 + 0.25 * (part - 0.6) : c === k ? 0.8 * part : Math.sqrt(part / worst);
  const what = c === k ? `${classes[c]} recognised` : `${classes[c]} predicted as ${classes[k]}`;
  return n === 0 ? html`<td class="${c === k ? 'hit' : 'none'}">${c === k ? 0 : '·'}</td>`
    : html`<td class="${c === k ? 'hit' : 'miss'}${deep ? ' deep' : ''}" style="--a:${ink.toFixed(3)}" title="${what}: ${percent(part)} of its ${count(samples)}">${n}</td>`;
};

const confusion = (tall) => {
  const worst = Math.max(0, ...test.confusion.flatMap((row, c) => row.map((n, k) => k !== c && test.classes[c].count ? n / test.classes[c].count : 0)));
  const cell = matrix_cell(worst);
  return html`<div><h2>Confusion matrix</h2>
${scroll('confusion matrix', html`<table class="matrix${tall && ' tall'}">
<thead><tr><td colspan="2"></td><th class="axis" colspan="${classes.length}">predicted class</th></tr>
<tr><td colspan="2"></td>${classes.map((name) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>${test.confusion.map((row, c) => html`<tr>${c === 0 && html`<th class="axis side" rowspan="${classes.length}"><span>actual class</span></th>`}<th scope="row">${classes[c]}</th>${row.map((n, k) => cell(n, c, k))}</tr>`)}</tbody></table>`)}
<p class="note">Blue: the fraction of the class that is predicted correctly. Orange: mistakes${worst > 0 && `, the strongest ${percent(worst)} of the class`}.</p></div>`;
};

const draw_classes = () => {
  const tall = classes.some((name) => [...name].length > SHORT_NAME);
  const beside = classes.length <= HALF_CLASSES && !tall && !multi_label;
  section('', html`${test.confusion && confusion(tall)}
<div><h2>${multi_label ? 'Per label' : 'Per class'}</h2>
${scroll('figures per class', html`<table class="classes">
<thead><tr><th scope="col">${multi_label ? 'label' : 'class'}</th><th scope="col">samples</th><th scope="col">precision</th><th scope="col">recall</th><th scope="col">F1</th>${!multi_label && html`<th class="confused" scope="col">most confused with</th>`}</tr></thead>
<tbody>${test.classes.map((c) => html`<tr><th scope="row">${c.name}</th><td>${count(c.count)}</td><td>${percent(c.precision)}</td><td>${percent(c.recall)}<small>${interval(c.recall, c.count)}</small></td><td>${percent(c.f1)}</td>${!multi_label && html`<td class="confused">${c.times && html`${c.confused_with} <span>${c.times}×</span>`}</td>`}</tr>`)}</tbody></table>`)}
<p class="note">${multi_label
    ? `A label is predicted if its probability is at least ${rounded(test.threshold, 2)}. Precision: the fraction of its predictions that are correct. Recall: the fraction of the samples with this label for which it is predicted.`
    : 'Precision: the fraction of the samples predicted as this class that belong to it. Recall: the fraction of this class that is predicted as such.'}
 Below it is its 95 % confidence interval (Wilson). F1: the harmonic mean of precision and recall.</p></div>`, beside ? 'two' : 'above');
};

/* ---- thresholds, confidence ---- */

const hundred = (name) => ({...linear(0, 1, {as_percent: true}), name});

const draw_thresholds = (points) => {
  const {positive} = test, negative = classes[0], chance = test.classes[1].count / test.samples;
  const best = points.find((p) => p.threshold === test.best_f1_threshold), three = (x) => rounded(x, 3);
  const box = section(`Precision and recall of ${positive}, by threshold`, html`<p class="lead">The model predicts <b>${positive}</b> where its probability reaches a threshold, by default 0.5. F1 is highest at ${three(best.threshold)}: ${percent(test.best_f1)}, with a precision of ${percent(best.precision)} and a recall of ${percent(best.recall)}. ROC AUC: ${test.roc_auc.toFixed(4)}, the fraction of pairs of a <b>${positive}</b> and a <b>${negative}</b> sample in which the first has the higher probability.</p>`);
  const figure = add(box, 'figure'), of = frame(figure, {title: 'Precision', x: hundred('recall'), y: hundred(), right: 440, label: 'Precision by recall'});
  const at = (p) => [of.x(p.recall), of.y(p.precision)], [left, right] = [of.x(0), of.x(1)].map((x) => x.toFixed(1));
  add(of.svg, 'path', {class: 'line diagonal', d: `M${left} ${of.y(chance).toFixed(1)}H${right}`});
  /* Between two thresholds, the lower one's precision holds, as in scikit-learn, so that no point of
   * the curve is better than what some threshold achieves. */
  add(of.svg, 'path', {class: 'line l0', d: points.map((p, i) => ((x, y) => i ? `V${y}H${x}` : `M${x} ${y}`)(...at(p).map((v) => v.toFixed(1)))).join('')});
  const cursor = add(of.svg, 'g');
  let last;
  for (const threshold of [best.threshold, 0.1, 0.25, 0.5, 0.75, 0.9]) {
    const p = !last ? best : points.findLast((q) => q.threshold >= threshold);
    const apart = (q, dx, dy) => Math.abs(at(p)[0] - at(q)[0]) > dx || Math.abs(at(p)[1] - at(q)[1]) > dy;
    if (!p || (last && !(apart(last, 36, 20) && apart(best, 100, 12)))) continue;
    const [x, y] = at(p);
    const e = add(of.svg, 'circle', {class: last ? 'dot d0' : 'ring l1', cx: x, cy: y, r: last ? 3.5 : 5});
    add(e, 'title', {}, `threshold ${three(threshold)}: precision ${percent(p.precision)}, recall ${percent(p.recall)}`);
    of.text(last ? 'tick' : 'name n1', x - 8, y + 17, 'end', (last ? '' : 'best F1: ') + three(threshold));
    last = p;
  }
  const words = (p) => `threshold ${three(p.threshold)}: precision ${percent(p.precision)}, recall ${percent(p.recall)}`;
  slide(of, points.map((p) => p.recall), (i) => {
    cursor.replaceChildren();
    if (i < 0) return;
    const [x, y] = at(points[i]);
    add(cursor, 'circle', {class: 'd0', cx: x, cy: y, r: 3.5});
    of.text('value', 458, 34, 'end', words(points[i]), cursor);
  }, (i) => words(points[i]));
  const every = Math.ceil(points.length / 20);
  values_table(figure, ['threshold', 'precision', 'recall'], points.filter((p, i) => p === best || i % every === 0 || i === points.length - 1).map((p) => [three(p.threshold), percent(p.precision), percent(p.recall)]));
  put(box, html`<p class="note">The numbers along the curve are thresholds. The dashed line is chance: ${percent(chance)} of the ${test.split} samples are ${positive}. <code>onehot evaluate</code> and <code>predict</code> accept a <code>--threshold</code>; one chosen on these samples looks better than it is, so choose it with <code>--split validation</code>.</p>`);
};

/* Each bar is as high as the accuracy; then the gap between accuracy and confidence, and the count
 * below it, on alternating lines so that neighbouring counts have room. */
const draw_reliability = () => {
  const box = section('How reliable the probabilities are', html`<p class="lead">The model’s confidence, the probability of the class that it predicts, is ${percent(test.confidence)} on average; its accuracy is ${percent(test.accuracy)}. The expected calibration error, the gap between the two averaged over the bins, weighted by samples, is ${percent(test.expected_calibration_error)}.</p>`);
  const figure = add(box, 'figure'), of = frame(figure, {title: 'Accuracy', x: hundred('confidence'), y: hundred(), right: 440, label: 'Reliability diagram: accuracy by confidence'});
  of.svg.setAttribute('viewBox', '0 0 460 312');
  const rect = (cls, bin, from, to, parent) => add(parent, 'rect', {class: cls, x: of.x(bin.above + 0.0027), width: of.x(bin.to - 0.0027) - of.x(bin.above), y: of.y(to), height: of.y(from) - of.y(to)});
  const bins = test.bins.map((bin, b) => ({...bin, b})).filter((bin) => bin.count);
  of.text('tick', 0, 284, 'start', 'samples');
  for (const bin of bins) {
    const g = add(of.svg, 'g');
    add(g, 'title', {}, `${plural(bin.count, 'sample')}, mean confidence ${percent(bin.confidence)}, accuracy ${percent(bin.accuracy)}`);
    rect('d0', bin, 0, bin.accuracy, g);
    rect('gap', bin, Math.min(bin.accuracy, bin.confidence), Math.max(bin.accuracy, bin.confidence), g);
    of.text('tick', of.x((bin.above + bin.to) / 2), bin.b % 2 ? 302 : 284, 'middle', count(bin.count));
  }
  line(of, [[0, 0], [1, 1]], {class: 'line diagonal'});
  values_table(figure, ['bin', 'samples', 'confidence', 'accuracy'], bins.map((bin) => [`${(100 * bin.above).toFixed(0)}–${(100 * bin.to).toFixed(0)}`, count(bin.count), percent(bin.confidence), html`${percent(bin.accuracy)}<small>${interval(bin.accuracy, bin.count)}</small>`]));
  put(box, html`<p class="note">Each bar shows the accuracy on the samples with that confidence. On the dashed line, confidence and accuracy are equal. Orange: overconfident. Mixed colour: underconfident.</p>`);
};

/* ---- samples and weights ---- */

const names_of = (classes) => [].concat(classes).join(', ') || 'nothing';
/* "folder/cat/1.png", "iris.csv:17" or "test sample 16" */
const origin = (m) => m.file ? m.file + (m.line ? `:${m.line}` : '') : `${m.split} sample ${m.index}`;
const card = (m) => html`<figure>
${m.image ? html`<img alt="${names_of(m.actual)}" src="${m.image}">` : html`<dl>${m.values.map((v) => html`<dt>${v.name}</dt><dd>${rounded(v.value, 4)}</dd>`)}${m.more && html`<dt>…</dt>`}</dl>`}
<figcaption><b class="right">${names_of(m.actual)}</b> taken for <b class="wrong">${names_of(m.predicted)}</b>
<table>${m.bars.map((bar) => html`<tr class="${bar.actual ? 'right' : bar.predicted ? 'wrong' : ''}"><th scope="row">${bar.class}</th><td class="bar"><i style="width:${(100 * bar.probability).toFixed(1)}%"></i></td><td>${percent(bar.probability)}</td></tr>`)}</table>
<small>${origin(m)}, loss ${m.loss.toFixed(2)}</small></figcaption></figure>`;

const draw_mistakes = (mistakes) => section('The worst mistakes', html`<p class="lead">The mistakes with the highest loss, where the right answer got the lowest probability: ${mistakes.length} of ${count(test.errors)}. The bars are the model’s probabilities, <b class="right">blue</b> ${multi_label ? 'for the labels of the sample' : 'for the right class'}.</p>
<div class="cards">${mistakes.map(card)}</div>`);

const draw_weights = ({units, max, images}) => {
  const named = layers.length === 1, what = named ? 'class' : 'unit';
  section('What the first layer looks for', html`<p class="lead">The weights of ${images.length} of ${named ? `the ${units} classes` : `its ${units} units`}, one per pixel: ink on <b class="red">red</b> counts for the ${what}, on <b class="right">blue</b> against it.</p>
<p class="scale"><span>−${rounded(max, 2)}</span><i class="signed"></i><span>+${rounded(max, 2)}</span></p>
<div class="units">${images.map((image, k) => html`<figure><img class="signed" alt="weights" src="${image}"><figcaption>${named ? classes[k] : k}</figcaption></figure>`)}</div>`, 'weights');
};

/* ---- config and provenance ---- */

/* JSON for people: a list of plain values, or an object in a list, on one line. */
const write_json = (value, indent = '', flat = false) => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const list = Array.isArray(value), inner = indent + '  ';
  const line = flat || (list && value.every((x) => typeof x !== 'object'));
  const items = Object.entries(value).map(([key, x]) => (list ? '' : `${JSON.stringify(key)}: `) + write_json(x, inner, line || list));
  const [open, close] = list ? '[]' : '{}';
  return line || !items.length ? open + items.join(', ') + close : `${open}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${close}`;
};

/* Every text and number in result.json: a later version may add some. */
const flatten = (value, name = '') => typeof value === 'object' && value !== null && !Array.isArray(value)
  ? Object.entries(value).flatMap(([key, x]) => flatten(x, name ? `${name}.${key}` : key))
  : typeof value === 'string' || known(value) ? [[name, value]] : [];

const draw_provenance = () => section('', html`<div><h2>Config</h2>
<pre>${write_json(config)}</pre></div>
<div><h2>Provenance</h2>
<dl class="proof">${flatten(result).map(([name, value]) => html`<div${String(value).length >= 40 && html` class="hash"`}><dt>${name}</dt><dd>${known(value) ? Number(value.toPrecision(6)) : value}</dd></div>`)}</dl>
<p class="note">The same config and data give the same model and metrics, bit for bit, on any machine: <code>./train config.json</code> repeats the run.</p></div>`, 'two');

draw_training();
if (data.augmented) section('What training sees', html`<p class="lead">Training samples as they are, and below them, as distorted in epochs 1 to 3.</p>
<img class="sheet" alt="training samples, distorted" src="${data.augmented}">`);
if (data.plane) draw_plane(data.plane);
if (test) {
  draw_classes();
  if (data.thresholds) draw_thresholds(data.thresholds);
  if (data.mistakes.length) draw_mistakes(data.mistakes);
  if (test.bins) draw_reliability();
}
if (data.weights) draw_weights(data.weights);
draw_provenance();
