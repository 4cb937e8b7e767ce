/* The tab Playground: a network that learns to tell points of the plane apart, in a worker. */
import {startWorker} from './boot.js';
import {able, copy, grouped, percent} from './dom.js';
import {dark, draw_points, extent_of, grid, paint_classes} from './plane.js';
import {createCurves} from './playground_curves.js';
import {createNet} from './playground_net.js';
import {check_html, createCheck} from './playground_check.js';
import {createHand, createTable} from './playground_data.js';
import {show_numbers} from './playground_numbers.js';
import {controls, createControls} from './playground_controls.js';
import {config, from_address, hand_table, hand_text, to_address, usual} from './playground_state.js';

export const title = 'Playground';
export const about = 'Build a network, watch it learn to separate points, and click its numbers.';
export const picture = `<circle cx="9" cy="14" r="4"/><circle cx="9" cy="34" r="4"/><circle cx="25" cy="8" r="4"/>
  <circle cx="25" cy="24" r="4"/><circle cx="25" cy="40" r="4"/><circle cx="41" cy="24" r="4"/>
  <path d="M13 13l8-4M13 16l8 6M12 31l9-6M13 35l8 4M29 10l9 11M29 24h8M29 38l9-11"/>`;

const CELLS = 80; /* the plane has CELLS x CELLS predictions */

const html = `
  <h1>Playground</h1>
  <p class="lead">A network learns to tell the colours of points apart. Choose its data, its layers and how it
    learns; then train it, step by step if you like.</p>
  <div class="actions transport">
    <button type="button" name="run" class="primary" aria-disabled="true">Train</button>
    <button type="button" name="step" aria-disabled="true">One step</button>
    <button type="button" name="epoch" aria-disabled="true">One epoch</button>
    <button type="button" name="reset" aria-disabled="true">Start over</button>
    <p class="note progress" role="status">Starting …</p>
  </div>
  <div class="playground-bench">
    ${controls}
    <div class="playground-net">
      <h2>The network</h2>
      <p class="note">Each picture is the plane as the unit sees it: blue where its output is negative, red where it is
        positive. Lines are weights: thick if large, blue and dashed if negative.</p>
      <div class="scroll net-box"></div>
      <div class="unit-numbers" aria-live="polite"><p class="note">Click a unit or a weight to see how its numbers are computed.
        By keyboard: the arrow keys move between units, Enter shows one, and its weights are in its table.</p></div>
    </div>
    <div class="outcome">
      <div class="plane" role="img"><canvas></canvas><canvas></canvas></div>
      <div class="hand" hidden>
        <label>A click sets a point of class <select name="hand-class"></select></label>
        <div class="actions"><button type="button" name="undo">Remove the last</button>
          <button type="button" name="clear">Remove all</button>
          <button type="button" name="save">Save points.csv</button></div>
        <p class="hint" id="hand-keys">By keyboard: the arrow keys move a cross over the plane, Enter sets a point.</p>
      </div>
      <div class="table-choice" hidden></div>
      <p class="hint">Or drop a CSV file here, or <button type="button" name="file" class="link">choose one</button>: it stays on
        your device. <input type="file" name="csv" accept=".csv,.tsv,.txt,.data" hidden aria-label="A CSV file"></p>
      <figure class="curves"></figure>
    </div>
  </div>
  ${check_html}
  <section>
    <h2>The same model elsewhere</h2>
    <p class="note">The command line trains this config to the same SHA-256, bit for bit.</p>
    <pre tabindex="0" aria-label="The config"><code></code></pre>
    <div class="actions"><button type="button" name="copy">Copy as config</button></div>
    <p class="note file" role="status"></p>
  </section>`;

export const open = async (panel, page) => {
  await page.engine;
  panel.innerHTML = html;
  const find = (s) => panel.querySelector(s), button = (name) => find(`button[name=${name}]`);
  const [cells, dots] = panel.querySelectorAll('.outcome canvas');
  let c = from_address({}), table = null; /* the file that was dropped */
  let worker, training, about, samples, extent, middles;
  let settings; /* the state that the training was made for */
  let turn = 0; /* which run of the training may go on: only the newest */
  let running = false, finished = false, curves;

  const say = (words) => { find('.progress').textContent = words; };
  const failed = (error) => {
    running = false;
    say(error.message);
    buttons();
  };
  const buttons = () => {
    button('run').textContent = running ? 'Pause' : 'Train';
    able(button('run'), training && !finished);
    for (const name of ['step', 'epoch']) able(button(name), training && !finished && !running);
    able(button('reset'), training);
  };

  const hint = find('.unit-numbers p');
  let picked = null; /* the unit or weight whose numbers are shown */
  const pick = (what) => {
    picked = what;
    draw();
  };
  const net = createNet(find('.net-box'), pick);

  /* ---- pictures ---- */

  let drawing = false, again = false; /* one drawing at a time, the newest last */
  const draw = async () => {
    again = true;
    if (drawing) return;
    drawing = true;
    try {
      while (again && training) {
        again = false;
        const mine = training;
        const p = await mine.predict(middles), theta = await mine.theta();
        if (mine !== training) continue;
        paint_classes(cells, CELLS, p, about.classes.length);
        await net.draw(mine, theta);
        net.mark(picked);
        const sample = picked && await show_numbers(find('.unit-numbers'), mine, picked, net.columns(), pick);
        draw_points(dots, samples, extent, samples.indices.indexOf(sample));
        if (!panel.hidden) curves.draw(find('.curves'));
      }
    } catch (error) {
      if (training) failed(error);
    }
    drawing = false;
  };
  dark.addEventListener('change', () => draw());
  /* In a window of another width. On phones, scrolling changes the height: the units stay. */
  const redraw = () => {
    if (panel.hidden || !training) return;
    if (net.width() !== find('.net-box').clientWidth) net.build(about, extent);
    return draw();
  };
  addEventListener('resize', redraw);
  /* In one column, the plane comes first; Tab follows the order of the elements. */
  const narrow = matchMedia('(max-width: 47.99rem)');
  const arrange = () => find('.playground-bench')[narrow.matches ? 'prepend' : 'append'](find('.outcome'));
  narrow.addEventListener('change', arrange);
  arrange();

  /* The plane before there is a network. */
  const draw_empty = () => {
    cells.getContext('2d').clearRect(0, 0, cells.width, cells.height);
    draw_points(dots, {values: c.hand.flatMap(({x, y}) => [x, y]), labels: c.hand.map((p) => p.label)}, extent);
    find('.net-box').replaceChildren();
    find('.unit-numbers').replaceChildren();
    find('.curves').replaceChildren();
  };

  const test = async () => {
    const set = about.test ? 'test' : 'train', {loss, accuracy} = await training.evaluate(set);
    if (about.test) curves.add_test(loss);
    return `${percent(accuracy)} of the ${grouped(about[set])} ${about.test ? 'test' : 'training'} points are right`;
  };

  /* ---- training ---- */

  const show_config = () => {
    const text = JSON.stringify(config(c, table), null, 2); /* an object without objects in it: one line */
    find('pre code').textContent = text.replace(/\{[^{}]*\}/g, (object) => object.replace(/\s*\n\s*/g, ' '));
  };
  const own_files = () => c.data === 'hand' ? {'points.csv': hand_table(c.hand)}
    : c.data === 'file' ? {[table.name]: table.bytes} : {};

  const start_over = async () => {
    const mine = ++turn;
    settings = JSON.stringify(c);
    running = finished = false;
    delete panel.dataset.sha256;
    curves = createCurves();
    const old = training;
    training = null;
    buttons();
    show_config();
    hand.show(c);
    files.show(c.data === 'file' ? table : null);
    try {
      await old?.close();
      if (c.data === 'hand' && new Set(c.hand.map((p) => p.label)).size < 2) {
        extent = hand.EXTENT;
        draw_empty();
        say('Click on the plane to set points, of at least two classes.');
        return;
      }
      for (const [path, content] of Object.entries(own_files())) await worker.write(path, content);
      const made = await worker.train(config(c, table), 'the config');
      const described = await made.describe(), points = await made.samples('train');
      if (mine !== turn) {
        await made.close();
        return;
      }
      [training, about, samples] = [made, described, points];
      extent = c.data === 'hand' ? hand.EXTENT : extent_of(samples.values);
      middles = grid(CELLS, extent);
      picked = null;
      find('.unit-numbers').replaceChildren(hint);
      net.build(about, extent);
      find('.curves').replaceChildren();
      const words = `${about.classes.length} classes of ${grouped(about.train)} points`;
      find('.plane').setAttribute('aria-label', `The plane: ${words}, on the classes that the network predicts`);
      say(`${grouped(about.parameters)} parameters, not trained yet.`);
      buttons();
      await draw();
    } catch (error) {
      if (mine === turn) failed(error);
    }
  };

  /* Trains until paused or finished, or for `steps` steps or an epoch. */
  const run = async ({steps = Infinity, epoch = false} = {}) => {
    const mine = ++turn, my_curves = curves;
    running = true;
    buttons();
    try {
      let {epochs, stepsPerEpoch} = await training.state(), words = '';
      for (let more = true, left = steps; more && left > 0 && running && mine === turn;) {
        const start = performance.now();
        const state = await training.advance(Math.min(left, epoch ? stepsPerEpoch : Math.ceil(stepsPerEpoch / 3)), true);
        my_curves.add(state.losses);
        if (mine !== turn) return;
        left -= state.losses.length;
        ({more, finished} = state);
        if (state.epochs > epochs) {
          epochs = state.epochs;
          words = `: ${await test()}`;
          if (mine !== turn) return;
          more &&= !epoch;
        }
        say(`Epoch ${Math.min(state.epochs + 1, about.epochs)} of ${grouped(about.epochs)}, step ${grouped(state.step)}${words}.`);
        await draw();
        await new Promise((resolve) => setTimeout(resolve, 15 - (performance.now() - start)));
      }
      if (finished && mine === turn) {
        const {model} = await training.hash();
        say(`Trained${await test().then((w) => `: ${w}`)}. The SHA-256 of model.safetensors is ${model}`);
        panel.dataset.sha256 = model;
      }
      if (mine === turn) running = false;
    } catch (error) {
      if (mine === turn) failed(error);
    }
    buttons();
  };

  /* ---- controls ---- */

  const keep = () => page.keep({...to_address(c), mistake: planted}, {...usual(c), mistake: ''});

  /* A new state: its texts are those of an address. */
  const set = (texts) => {
    c = from_address(texts, table !== null);
    form.show(c);
    keep();
    check.clear();
    start_over();
  };
  const hand = createHand(find('.hand'), find('.outcome .plane'), (points) => set({...to_address(c), hand: hand_text(points)}));
  const files = createTable({box: find('.table-choice'), input: find('[name=csv]'), drop: panel, say}, (read) => {
    table = read;
    set({...to_address(c), classes: undefined, noise: undefined, data: 'file'});
  });
  button('file').addEventListener('click', () => find('[name=csv]').click());
  const form = createControls(find('form'), (texts) => {
    if (texts.data !== 'file' || table) set({...to_address(c), ...texts});
    else {
      form.show(c);
      find('[name=csv]').click();
    }
  });
  button('run').addEventListener('click', () => {
    if (running) {
      running = false;
      buttons();
    } else run();
  });
  button('step').addEventListener('click', () => run({steps: 1}));
  button('epoch').addEventListener('click', () => run({epoch: true}));
  button('reset').addEventListener('click', () => start_over());
  button('copy').addEventListener('click', () => copy(find('pre code'), find('.file')));

  let planted = '';
  const check = createCheck(find('.gradcheck'), () => ({config: config(c, table), files: own_files()}), (name) => {
    planted = name;
    keep();
  });
  const prepare = async () => {
    worker = await startWorker();
    await worker.selftest();
  };
  const ready = prepare();
  ready.catch(failed);

  return async (state) => {
    c = from_address(state, table !== null);
    planted = /^[a-z-]+$/.test(state.mistake ?? '') ? state.mistake : '';
    form.show(c);
    keep();
    show_config();
    await ready;
    if (settings !== JSON.stringify(c)) check.clear();
    planted = await check.show(planted).catch((error) => {
      failed(error);
      return '';
    });
    keep();
    if (settings !== JSON.stringify(c)) await start_over();
    else await redraw();
  };
};
