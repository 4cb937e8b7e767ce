/* A picture of a network that learns while one looks at it: the plane, coloured by what the model
 * predicts, an epoch after the other. */
import {text} from './files.js';
import {dark, draw_points, grid, paint_classes} from './plane.js';

const NAME = 'configs/tiny/spiral.json';
const CELLS = 90;                 /* the picture has CELLS x CELLS predictions */
const EXTENT = 1.15;              /* it shows -EXTENT .. EXTENT in both directions */
const EPOCHS = 60;                /* after which all points are right */
const INTERVAL = 100;             /* ms per epoch */
const SQUARE = {x: [-EXTENT, EXTENT], y: [-EXTENT, EXTENT]}, CELL_MIDDLES = grid(CELLS, SQUARE);

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
  let training, samples, running = !still.matches;

  const draw = () => {
    paint_classes(cells, CELLS, training.predict(CELL_MIDDLES), 3);
    draw_points(points, samples, SQUARE);
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
