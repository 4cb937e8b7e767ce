/* The tab Digits: training on a part of MNIST in a worker, with a pad to draw digits on. */
import {giveData, startWorker} from './boot.js';
import {lineChart} from './chart.js';
import {able, accept, add, copy, grouped, mean, numbers, onFile, percent, save} from './dom.js';
import {createPad, drawGrey, place} from './pad.js';
import {signed} from './plane.js';

export const title = 'Digits';
export const about = 'Train on handwritten digits in a few seconds, then draw one yourself.';
export const picture = `<rect x="7" y="7" width="34" height="34" rx="4"/>
  <path d="M17 17c3-4 13-4 13 2 0 4-5 5-7 5 2 0 8 1 8 6 0 6-11 7-15 2"/>`;

const models = {
  softmax: ['Softmax regression', []],
  mlp: ['MLP, 128 ReLU units', [{type: 'linear', units: 128}, {type: 'relu'}]],
};
const rates = ['0.02', '0.05', '0.1', '0.2', '0.5'];
const fallback = {model: 'mlp', rate: '0.2', epochs: '6', seed: '42'};

/* What `./train` would read; the folder is what make web builds. */
const config = ({model, rate, epochs, seed}, path) => ({
  name: `digits-${model}`,
  seed: Number(seed),
  data: {path, validation: 500},
  model: [...models[model][1], {type: 'linear', units: 10}],
  optimizer: {type: 'sgd', learning_rate: Number(rate)},
  train: {epochs: Number(epochs), batch_size: 32},
});

/* The numbers that are typed. */
const typed = numbers({epochs: [1, 50, true], seed: [0, 999999999, true]});

const from_address = (a) => {
  const number = (name) => typed.is_number(name, a[name]) ? String(Number(a[name])) : fallback[name];
  return {
    model: Object.hasOwn(models, a.model ?? '') ? a.model : fallback.model,
    rate: rates.includes(a.rate) ? a.rate : fallback.rate,
    epochs: number('epochs'),
    seed: number('seed'),
  };
};

const html = `
  <h1>Digits</h1>
  <p class="lead">Train on 4,500 handwritten digits, here, while you watch: 500 more validate each
    epoch, and 2,500 test the model. Then draw one.</p>
  <div class="digits-bench">
    <div>
      <form class="controls">
        <label class="field"><span>Model</span> <select name="model"></select></label>
        <label class="field"><span>Learning rate</span> <select name="rate"></select></label>
        <label class="field"><span>Epochs</span> <input name="epochs" inputmode="numeric" size="4" autocomplete="off"></label>
        <label class="field"><span>Seed</span> <input name="seed" inputmode="numeric" size="9" autocomplete="off"></label>
      </form>
      <div class="actions">
        <button type="button" name="run" class="primary" aria-disabled="true">Train</button>
        <button type="button" name="epoch" aria-disabled="true">One epoch</button>
        <button type="button" name="reset" aria-disabled="true">Start over</button>
      </div>
      <p class="note progress" role="status">Unpacking the digits …</p>
      <figure class="curves"></figure>
    </div>
    <div class="drawing">
      <canvas class="pad" tabindex="0" role="application" aria-label="Pad for a digit"
        aria-describedby="pad-keys"></canvas>
      <div class="actions">
        <button type="button" name="clear">Clear</button>
        <button type="button" name="sample" aria-disabled="true">A test digit</button>
      </div>
      <p class="hint" id="pad-keys">Draw with a mouse, a pen or a finger. By keyboard: the arrow keys move the
        pen, Space lowers and lifts it, Delete clears.</p>
      <div class="answer">
        <figure class="seen"><canvas role="img" aria-label="What the network sees"></canvas>
          <figcaption>what the network sees</figcaption></figure>
        <table class="chances" aria-label="Probabilities"><tbody></tbody></table>
      </div>
    </div>
  </div>
  <section class="pictures">
    <h2></h2>
    <p class="note">Blue pixels count against the unit, red ones for it; white is a weight of 0.</p>
    <ul class="units"></ul>
  </section>
  <section>
    <h2>Mistakes</h2>
    <p class="note wrong"></p>
    <ul class="mistakes"></ul>
  </section>
  <section>
    <h2>The same model elsewhere</h2>
    <p class="note">The command line trains this config to the same SHA-256, bit for bit:
      <code>make web</code> also makes its dataset.</p>
    <pre tabindex="0" aria-label="The config"><code></code></pre>
    <div class="actions">
      <button type="button" name="copy">Copy the config</button>
      <button type="button" name="save" aria-disabled="true">Save model.safetensors</button>
      <button type="button" name="load" aria-disabled="true">Load a model …</button>
      <input type="file" name="file" accept=".safetensors" hidden aria-label="A model file">
    </div>
    <p class="note file" role="status"></p>
  </section>`;

export const open = async (panel, page) => {
  const inside = await page.engine;
  panel.innerHTML = html;
  const find = (s) => panel.querySelector(s), input = find('form').elements;
  const button = (name) => find(`button[name=${name}]`);
  for (const [name, [words]] of Object.entries(models)) add(input.model, 'option', {value: name}, words);
  for (const rate of rates) add(input.rate, 'option', {value: rate}, rate);

  let c = {...fallback};
  let worker, test; /* the engine, and {pixels, labels} of the test samples */
  let training, about; /* the training, and what it describes */
  let settings; /* the c that it was made for */
  let loaded = null; /* {model, about, name}: a model file, which then answers the pad */
  let turn = 0; /* which run of the training may go on: only the newest */
  let running = false, finished = false, losses = [], validation = [], next = 0, raw = null;

  const say = (words) => { find('.progress').textContent = words; };
  const failed = (error) => {
    running = false;
    say(error.message);
    buttons();
  };
  const buttons = () => {
    button('run').textContent = running ? 'Pause' : 'Train';
    able(button('run'), training && !finished);
    able(button('epoch'), training && !finished && !running);
    for (const name of ['reset', 'save']) able(button(name), training);
    for (const name of ['sample', 'load']) able(button(name), test);
  };

  /* ---- the pad ---- */

  let asked = false, asking = false; /* one question at a time, the newest last */
  const answer = async () => {
    asked = true;
    if (asking) return;
    let model;
    asking = true;
    try {
      while (asked) {
        asked = false;
        model = loaded?.model ?? training;
        if (!model) break; /* a new one comes, and then asks */
        const {height, width, classes} = loaded?.about ?? about;
        const drawn = raw ? {pixels: raw, side: 28} : place(pad.ink, pad.side);
        const pixels = drawn ? inside.fit(drawn.pixels, drawn.side, drawn.side, width, height)
          : new Uint8Array(width * height);
        drawGrey(find('.seen canvas'), pixels, width, height);
        show_chances(classes, drawn ? await model.predict(pixels) : null);
      }
    } catch (error) {
      if (model === (loaded?.model ?? training)) find('.file').textContent = error.message;
    }
    asking = false;
  };
  const pad = createPad(find('.pad'), () => {
    raw = null;
    answer();
  });

  const show_chances = (classes, p) => {
    const body = find('.chances tbody'), best = p ? p.indexOf(Math.max(...p)) : -1;
    if (body.children.length !== classes.length) {
      body.replaceChildren();
      for (const name of classes) {
        const row = add(body, 'tr');
        add(row, 'th', {scope: 'row'}, name);
        add(add(row, 'td', {class: 'bar'}), 'i');
        add(row, 'td', {class: 'value'});
      }
    }
    [...body.children].forEach((row, k) => {
      row.classList.toggle('best', k === best);
      row.querySelector('i').style.width = p ? `${100 * p[k]}%` : 0;
      row.querySelector('.value').textContent = p ? percent(p[k]) : '';
    });
  };

  /* ---- weights and mistakes ---- */

  const show_weights = (theta, {layers, height, width, channels, classes}) => {
    const weight = layers[0].params[0], units = find('.units');
    find('.pictures').hidden = layers[0].type !== 'linear' || channels !== 1 || !weight;
    if (find('.pictures').hidden) return;
    const named = layers.length === 1;
    find('.pictures h2').textContent =
      named ? 'The weights of each class' : `The weights of the ${weight.cols} hidden units`;
    units.classList.toggle('named', named);
    if (units.children.length !== weight.cols) {
      units.replaceChildren();
      for (let u = 0; u < weight.cols; u++) {
        const name = named ? classes[u] : `unit ${u}`, item = add(units, 'li');
        add(item, 'canvas', {role: 'img', 'aria-label': `weights of ${name}`, width, height});
        if (named) add(item, 'span', {}, name);
      }
    }
    const values = theta.subarray(weight.offset, weight.offset + weight.rows * weight.cols);
    const largest = values.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-9);
    [...units.children].forEach((item, u) => {
      const image = new ImageData(width, height);
      for (let i = 0; i < width * height; i++)
        image.data.set([...signed(values[i * weight.cols + u] / largest * 2), 255], 4 * i);
      item.firstChild.getContext('2d').putImageData(image, 0, 0);
    });
  };

  const show_mistakes = ({count, errors, wrong, predicted, confidence}, {classes}, name) => {
    const list = find('.mistakes'), SHOWN = 30;
    find('.wrong').textContent = `${name} reads ${grouped(count - errors)} of ${grouped(count)} test digits
      correctly (${percent(1 - errors / count)}). These are its most confident mistakes.`;
    list.replaceChildren();
    const worst = [...wrong].sort((a, b) => confidence[b] - confidence[a]).slice(0, SHOWN);
    for (const i of worst) {
      const item = add(list, 'li'), canvas = add(item, 'canvas', {'aria-hidden': 'true'});
      drawGrey(canvas, test.pixels.subarray(784 * i, 784 * (i + 1)), 28, 28);
      add(item, 'span', {}, `${classes[test.labels[i]]} read as ${classes[predicted[i]]}`);
    }
  };

  const show_curves = () => {
    if (panel.hidden || losses.length === 0) return;
    const series = [{name: 'training', values: losses}];
    let caption = 'Loss in nats, over tens of steps: training (blue)';
    if (validation.length) {
      const values = losses.map((_, i) => validation.find(([at]) => at === i)?.[1] ?? NaN);
      series.push({name: 'validation', values, class: 'second'});
      caption += ', validation (orange)';
    }
    lineChart(find('.curves'), {caption, series, height: 180});
  };

  /* ---- training ---- */

  const show_config = () => {
    find('pre code').textContent = JSON.stringify(config(c, 'build/web/site/digits'), null, 2);
  };

  const show_state = async () => {
    show_curves();
    if (!loaded) show_weights(await training.theta(), about);
    await answer();
  };

  const show_epoch = async () => {
    const rows = (await training.metrics()).trim().split('\n').slice(1);
    validation = rows.map((row) => {
      const [, step, , , , loss] = row.split(',').map(Number);
      return [Math.floor(step / STEPS) - 1, loss];
    });
    if (!loaded) show_mistakes(await training.evaluate('test'), about, 'The model');
  };

  const start_over = async () => {
    const mine = ++turn;
    settings = JSON.stringify(c);
    running = finished = false;
    delete panel.dataset.sha256;
    losses = [];
    validation = [];
    const old = training;
    training = null;
    buttons();
    show_config();
    try {
      await old?.close();
      const made = await worker.train(config(c, 'digits'), 'the config');
      const described = await made.describe();
      if (mine !== turn) {
        await made.close();
        return;
      }
      training = made;
      about = described;
      find('.curves').replaceChildren();
      find('.mistakes').replaceChildren();
      find('.wrong').textContent = 'After the first epoch, the model is tested here.';
      say(`${grouped(about.parameters)} parameters, not trained yet.`);
      buttons();
      await show_state();
    } catch (error) {
      if (mine === turn) failed(error);
    }
  };

  /* Trains until paused, finished, or for an epoch. Each call of the worker takes STEPS steps, a
   * point of the curve; the page draws ten times per second. */
  const STEPS = 10;
  const run = async (one_epoch) => {
    const mine = ++turn, my_training = training, my_losses = losses;
    let drawn = 0, samples = 0, seconds = 0;
    running = true;
    buttons();
    try {
      let {epochs} = await my_training.state();
      for (let more = true; more && running && mine === turn;) {
        const start = performance.now();
        const state = await my_training.advance(STEPS);
        my_losses.push(mean(state.losses));
        if (mine !== turn) return;
        samples = 0.9 * samples + state.losses.length * about.batch;
        seconds = 0.9 * seconds + (performance.now() - start) / 1000;
        more = state.more;
        if (state.epochs > epochs) {
          epochs = state.epochs;
          await show_epoch();
          more &&= !one_epoch;
        }
        if (performance.now() - drawn > 100 || !more) {
          drawn = performance.now();
          const epoch = Math.min(state.epochs + 1, about.epochs);
          say(`Epoch ${epoch} of ${about.epochs}, step ${grouped(state.step)}:
            ${grouped(samples / seconds)} samples per second.`);
          await show_state();
        }
        finished = state.finished;
      }
      running = false;
      if (finished && mine === turn) {
        const {model} = await my_training.hash();
        say(`Trained. The SHA-256 of model.safetensors is ${model}`);
        panel.dataset.sha256 = model;
      }
    } catch (error) {
      if (mine === turn) failed(error);
    }
    buttons();
  };

  /* ---- model files ---- */

  const load = async (file) => {
    const said = find('.file');
    try {
      const model = await worker.load(new Uint8Array(await file.arrayBuffer()), file.name);
      const described = await model.describe();
      if (described.columns.length || described.channels !== 1) {
        await model.close();
        throw new Error(`${file.name}: was not trained on grey images; the pad cannot ask it`);
      }
      await loaded?.model.close();
      loaded = {model, about: described, name: file.name};
      show_weights(await model.theta(), described);
      const {height, width, classes} = described;
      if (height === 28 && width === 28 && classes.length === about.classes.length)
        show_mistakes(await test_model(model, described), described, file.name);
      await answer();
      said.textContent = `${file.name} now answers the pad, until you start over.
        Its SHA-256 is ${described.sha256}`;
    } catch (error) {
      said.textContent = error.message;
    }
    said.scrollIntoView({block: 'nearest'});
  };

  /* As Training.evaluate, for a model that was loaded. */
  const test_model = async (model, {classes}) => {
    const p = await model.predict(test.pixels), K = classes.length, predicted = [], confidence = [];
    test.labels.forEach((_, i) => {
      const row = p.subarray(i * K, (i + 1) * K);
      confidence.push(Math.max(...row));
      predicted.push(row.indexOf(confidence[i]));
    });
    const wrong = predicted.flatMap((k, i) => k === test.labels[i] ? [] : [i]);
    return {count: predicted.length, errors: wrong.length, wrong, predicted, confidence};
  };

  /* ---- controls ---- */

  const set_controls = () => {
    for (const [name, value] of Object.entries(c)) {
      input[name].value = value;
      input[name].setCustomValidity('');
    }
  };
  find('form').addEventListener('submit', (event) => event.preventDefault());
  find('form').addEventListener('change', ({target: {name}}) => {
    const rule = typed.rule(name);
    if (rule && !accept(input[name], typed.is_number(name, input[name].value.trim()), rule)) return;
    const entries = Object.keys(fallback).map((key) => [key, input[key].value.trim()]);
    c = from_address(Object.fromEntries(entries));
    set_controls();
    page.keep(c, fallback);
    start_over();
  });
  button('run').addEventListener('click', () => {
    if (running) {
      running = false;
      buttons();
    } else run(false);
  });
  button('epoch').addEventListener('click', () => run(true));
  button('reset').addEventListener('click', () => {
    loaded?.model.close();
    loaded = null;
    find('.file').textContent = '';
    start_over();
  });
  button('clear').addEventListener('click', () => pad.clear());
  button('sample').addEventListener('click', () => {
    raw = test.pixels.slice(784 * next, 784 * (next + 1));
    next = (next + 1) % test.labels.length;
    pad.show(raw);
    answer();
  });
  button('copy').addEventListener('click', () => copy(find('pre code'), find('.file')));
  button('save').addEventListener('click', async () => save('model.safetensors', await training.bytes()));
  button('load').addEventListener('click', () => find('[name=file]').click());
  onFile(find('[name=file]'), panel, (file) => test && load(file));

  /* The digits arrive in the background; the tab is there at once. */
  const prepare = async () => {
    worker = await startWorker();
    await worker.selftest();
    await giveData(worker, 'digits');
    await start_over();
    test = await training.samples('test');
    buttons();
  };
  const ready = prepare().catch(failed);

  return async (state) => {
    c = from_address(state);
    set_controls();
    page.keep(c, fallback);
    show_config();
    show_curves();
    ready.then(() => {
      if (settings !== JSON.stringify(c)) start_over();
    });
  };
};
