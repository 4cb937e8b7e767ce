/* A picture of a network that learns while one looks at it: the plane, coloured by what the model
 * predicts, an epoch after the other. */
import {text} from './files.js';

const NAME = 'configs/tiny/spiral.json';
const CELLS = 90;                 /* the picture has CELLS x CELLS predictions */
const EXTENT = 1.15;              /* it shows -EXTENT .. EXTENT in both directions */
const EPOCHS = 60;                /* after which all points are right */
const INTERVAL = 100;             /* ms per epoch */
const inks = [[0, 114, 178], [213, 94, 0], [0, 158, 115]]; /* of src/report/report.css, .plane */

const grid = Float32Array.from({length: 2 * CELLS * CELLS}, (_, i) => {
  const cell = i >> 1, at = i % 2 === 0 ? cell % CELLS : CELLS - 1 - Math.floor(cell / CELLS);
  return EXTENT * (2 * (at + 0.5) / CELLS - 1);
});

/* Draws the prediction for every cell: the colour of the likeliest class, paler if it is less sure. */
const draw_plane = (context, p, page) => {
  const K = inks.length, image = context.createImageData(CELLS, CELLS);
  for (let cell = 0; cell < CELLS * CELLS; cell++) {
    let best = 0;
    for (let k = 1; k < K; k++) if (p[cell * K + k] > p[cell * K + best]) best = k;
    const sure = 0.55 * (p[cell * K + best] - 1 / K) / (1 - 1 / K) + 0.05;
    for (let c = 0; c < 3; c++)
      image.data[4 * cell + c] = page[c] + sure * (inks[best][c] - page[c]);
    image.data[4 * cell + 3] = 255;
  }
  context.putImageData(image, 0, 0);
};

/* Draws the training points, each class with a shape of its own. */
const draw_points = (context, {values, labels}, size, page) => {
  const place = (v) => size * (v + EXTENT) / (2 * EXTENT), r = size / 130;
  context.strokeStyle = `rgb(${page})`;
  labels.forEach((k, i) => {
    const x = place(values[2 * i]), y = size - place(values[2 * i + 1]);
    context.beginPath();
    if (k === 0) context.arc(x, y, r, 0, 7);
    else if (k === 1) context.rect(x - r, y - r, 2 * r, 2 * r);
    else
      for (const turn of [0, 2.1, 4.2])
        context.lineTo(x + 1.3 * r * Math.sin(turn), y - 1.3 * r * Math.cos(turn));
    context.closePath();
    context.fillStyle = `rgb(${inks[k]})`;
    context.fill();
    context.stroke();
  });
};

/* Fills a <figure>; `visible` says whether it is worth drawing. */
export const learning = async (figure, engine, visible) => {
  figure.innerHTML = `
    <div class="plane"><canvas width="${CELLS}" height="${CELLS}"></canvas><canvas></canvas></div>
    <figcaption><span></span><button type="button">Pause</button></figcaption>`;
  const [cells, points] = figure.querySelectorAll('canvas');
  const words = figure.querySelector('span'), button = figure.querySelector('button');
  figure.querySelector('.plane').setAttribute('role', 'img');
  figure.querySelector('.plane').setAttribute('aria-label',
    'The plane with points on three spiral arms, coloured by the class that the network predicts');
  const config = JSON.parse(await text(NAME)), e = await engine;
  config.train.epochs = EPOCHS;
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let training, samples, running = !still.matches;

  const draw = () => {
    const page = dark.matches ? [21, 24, 27] : [253, 253, 251];
    const size = points.width = points.height = Math.round(points.clientWidth * devicePixelRatio) || 600;
    draw_plane(cells.getContext('2d'), training.predict(grid), page);
    draw_points(points.getContext('2d'), samples, size, page);
    const {epochs} = training.state(), {accuracy} = training.evaluate('train');
    words.textContent = `Epoch ${epochs} of ${EPOCHS}: ${Math.round(100 * accuracy)} % are right`;
  };
  const begin = () => {
    training?.close();
    training = e.train(config, NAME);
    samples = training.samples('train');
  };
  const label = () => {
    button.textContent = running ? 'Pause' : training.state().finished ? 'Again' : 'Continue';
  };
  const tick = () => {
    if (!running) return;
    if (visible()) {
      running = training.epoch().more;
      draw();
      label();
    }
    setTimeout(tick, INTERVAL);
  };
  button.addEventListener('click', () => {
    if (training.state().finished) begin();
    running = !running;
    label();
    tick();
  });
  dark.addEventListener('change', draw);
  still.addEventListener('change', () => {
    running &&= !still.matches;
    label();
  });
  begin();
  if (still.matches) while (training.epoch().more);
  draw();
  label();
  tick();
};
