/* The tab Explain: every number of one training step of a small network, which follows sliders. The
 * step is the one that `onehot explain` prints (Training.explainPage, src/explain). */
import {able, add, general, parse, shortest, sourceLink} from './dom.js';
import {drawStep} from './explain_net.js';

export const title = 'Explain';
export const about = 'Take one training step apart, and move weights to see every number follow.';
export const picture = `<path d="M14 6H8v36h6M34 6h6v36h-6"/><path d="M17 18l8 12M25 18l-8 12M29 21h5M29 27h5"/>`;

const hidden = (units, type) => [{type: 'linear', units}, {type}];
const nets = {
  neuron: {name: 'One layer, two classes', path: 'toy:moons', model: [{type: 'linear', units: 2}]},
  xor: {name: 'Exclusive or, 2 tanh units', path: 'toy:xor:train=4:test=4:noise=0', model: [...hidden(2, 'tanh'), {type: 'linear', units: 2}]},
  relu: {name: 'Exclusive or, 3 ReLU units', path: 'toy:xor:train=4:test=4:noise=0', model: [...hidden(3, 'relu'), {type: 'linear', units: 2}]},
  spiral: {name: 'Spiral, 3 classes', path: 'toy:spiral', model: [...hidden(3, 'sigmoid'), {type: 'linear', units: 3}]},
};

/* That of configs/tiny/xor.json for the net xor. */
const config = ({net, rate}) => ({
  name: net,
  seed: 42,
  data: {path: nets[net].path},
  model: nets[net].model,
  optimizer: {type: 'sgd', learning_rate: rate},
  train: {epochs: 1, batch_size: 4, shuffle: false},
});

const RATES = [0.001, 1000]; /* from the left end of the slider to the right one */

const html = `
  <h1>Explain</h1>
  <p class="lead">One training step on one sample: forward, loss, backward, update. Move a weight or the learning rate, and
    every number follows.</p>
  <form class="controls explain-controls">
    <label class="field"><span>Network</span> <select name="net"></select></label>
    <label class="field"><span>Sample</span> <select name="sample"></select></label>
    <label class="field"><span>Learning rate <output></output></span> <input type="range" name="rate" min="0" max="120" aria-label="Learning rate"></label>
    <div class="actions"><button type="button" name="take" class="primary">Take the step</button>
      <button type="button" name="reset">Initial weights</button></div>
  </form>
  <nav class="explain-stages" aria-label="The stages">
    <button type="button" name="back" aria-label="Back">←</button>
    <p class="where" role="status"></p>
    <button type="button" name="next" aria-label="Next">→</button>
  </nav>
  <div class="explain-bench">
    <div class="scroll" tabindex="0" role="region" aria-label="The network"></div>
    <div>
      <div class="stage"></div>
      <h2>The weights</h2>
      <div class="weights"></div>
    </div>
  </div>`;

export const open = async (panel, page) => {
  const engine = await page.engine;
  panel.innerHTML = html;
  const find = (s) => panel.querySelector(s), input = find('form').elements, button = (name) => find(`[name=${name}]`);
  for (const [value, {name}] of Object.entries(nets)) add(input.net, 'option', {value}, name);
  let c = {net: 'xor', sample: 1, rate: 0.5, stage: 0, theta: null};
  let training, made_for, about, step, initial;

  const keep = () => page.keep({
    net: c.net, sample: String(c.sample), rate: general(c.rate, 3), stage: String(c.stage),
    w: c.theta?.map(shortest).join(),
  }, {net: 'xor', sample: '1', rate: '0.5', stage: '0'});

  /* "W0[1,0]" and so on, in the order of theta. */
  const names = () => about.layers.flatMap(({params}, layer) => params.flatMap(({name, rows, cols}) =>
    Array.from({length: rows * cols}, (_, i) => name === 'weight' ? `W${layer}[${Math.floor(i / cols)},${i % cols}]` : `b${layer}[${i}]`)));

  const build = () => {
    const key = JSON.stringify([c.net, c.rate]);
    if (made_for !== key) {
      training?.close();
      training = engine.train(config(c));
      made_for = key;
      about = training.describe();
      initial = [...training.theta()];
      const {labels} = training.samples('train');
      input.sample.replaceChildren();
      labels.slice(0, 12).forEach((k, i) => add(input.sample, 'option', {value: i}, `${i}, of class ${about.classes[k]}`));
    }
    if (c.theta?.length !== initial.length) c.theta = null;
    c.sample = Math.min(c.sample, input.sample.length - 1);
    training.setTheta(c.theta ?? initial);
    const page_of_step = new DOMParser().parseFromString(training.explainPage({sample: c.sample}), 'text/html');
    step = JSON.parse(page_of_step.querySelector('.data').textContent);
  };

  const draw_weights = () => {
    const box = find('.weights'), all = names();
    if (box.dataset.names !== all.join()) {
      box.dataset.names = all.join();
      box.replaceChildren();
      all.forEach((name, i) => {
        const label = add(box, 'label', {class: 'field'}), words = add(label, 'span', {}, `${name} `);
        add(words, 'output');
        const slider = add(label, 'input', {type: 'range', min: -4, max: 4, step: 0.05, 'aria-label': name});
        slider.addEventListener('input', () => {
          c.theta = [...c.theta ?? initial];
          c.theta[i] = Number(slider.value);
          show();
        });
      });
    }
    [...box.children].forEach((label, i) => {
      const value = (c.theta ?? initial)[i], slider = label.querySelector('input');
      label.querySelector('output').textContent = general(value, 4);
      if (slider !== document.activeElement || Math.abs(slider.value - value) > 0.05) slider.value = value;
    });
  };

  /* The formula's texts, without the marks of its elements: "{W0:1 0.5}" is 0.5. */
  const plain = (formula) => formula.replace(/\{.*?:\d+ (.*?)\}/g, '$1');
  const draw_stage = () => {
    const {part, title: name, source, quantities} = step.stages[c.stage], box = find('.stage');
    find('.where').textContent = `${c.stage + 1} of ${step.stages.length}: ${part}, ${name}`;
    box.replaceChildren();
    add(box, 'h2', {}, `${part[0].toUpperCase()}${part.slice(1)}: ${name}`);
    sourceLink(add(box, 'p', {class: 'hint'}), source);
    const list = add(box, 'dl', {class: 'formulas'});
    for (const q of quantities) {
      add(list, 'dt', {}, q.formula ?? `${q.name}: ${q.words}`);
      if (!q.formulas.length) add(list, 'dd', {}, `${q.name} = ${q.values.map((v) => general(v ?? NaN)).join(', ')}`);
      for (const formula of q.formulas) add(list, 'dd', {}, plain(formula));
    }
    able(button('back'), c.stage > 0);
    able(button('next'), c.stage < step.stages.length - 1);
  };

  const show = () => {
    build();
    c.stage = Math.min(c.stage, step.stages.length - 1);
    input.net.value = c.net;
    input.sample.value = c.sample;
    input.rate.value = 120 * Math.log(c.rate / RATES[0]) / Math.log(RATES[1] / RATES[0]);
    find('form output').textContent = input.rate.ariaValueText = general(c.rate, 3);
    drawStep(find('.scroll'), step, c.stage);
    draw_stage();
    draw_weights();
    keep();
  };

  find('form').addEventListener('submit', (event) => event.preventDefault());
  input.net.addEventListener('change', () => {
    c = {...c, net: input.net.value, theta: null, stage: 0};
    show();
  });
  input.sample.addEventListener('change', () => {
    c.sample = Number(input.sample.value);
    show();
  });
  input.rate.addEventListener('input', () => {
    c.rate = Number((RATES[0] * (RATES[1] / RATES[0]) ** (input.rate.value / 120)).toPrecision(2));
    show();
  });
  const turn = (by) => {
    c.stage = Math.min(step.stages.length - 1, Math.max(0, c.stage + by));
    show();
  };
  button('back').addEventListener('click', () => turn(-1));
  button('next').addEventListener('click', () => turn(1));
  find('.explain-stages').addEventListener('keydown', ({key}) => {
    if (key === 'ArrowLeft') turn(-1);
    if (key === 'ArrowRight') turn(1);
  });
  /* The new values are those of the step that is shown, on this sample alone. */
  button('take').addEventListener('click', () => {
    const q = new Map(training.explain({sample: c.sample}).stages.flatMap((s) => s.quantities.map((x) => [x.name, x.values])));
    c.theta = about.layers.flatMap(({params}, layer) =>
      params.flatMap(({name}) => q.get(`${name === 'weight' ? 'W' : 'b'}${layer}'`)));
    show();
  });
  button('reset').addEventListener('click', () => {
    c.theta = null;
    show();
  });

  return (a) => {
    const whole = (text, other) => /^\d{1,2}$/.test(text ?? '') ? Number(text) : other;
    const rate = parse(a.rate ?? ''), w = (a.w ?? '').split(',').map(parse);
    c = {net: Object.hasOwn(nets, a.net ?? '') ? a.net : 'xor', sample: whole(a.sample, 1), stage: whole(a.stage, 0),
      rate: rate >= RATES[0] && rate <= RATES[1] ? rate : 0.5, theta: w.every((v) => Math.abs(v) <= 1e6) ? w : null};
    show();
  };
};
