/* The losses of a training, as curves. */
import {lineChart} from './chart.js';
import {mean} from './dom.js';

const MOST = 500; /* points of a curve; more are thinned out */

/* A point per step, or, when they become many, the mean of 2, 4, 8 ... steps. */
export const createCurves = () => {
  let steps = [], part = [], test = [], width = 1;
  return {
    add(losses) {
      for (const loss of losses) {
        part.push(loss);
        if (part.length < width) continue;
        steps.push(mean(part));
        part = [];
      }
      while (steps.length > MOST) {
        const all = steps;
        steps = all.filter((_, i) => i % 2 === 0).map((v, i) => mean([v, all[2 * i + 1] ?? v]));
        test = test.map(([at, loss]) => [at >> 1, loss]);
        width *= 2;
      }
    },
    /* The loss of the test points, now. */
    add_test(loss) {
      test.push([steps.length - 1, loss]);
    },
    draw(figure) {
      if (steps.length === 0) return;
      const series = [{name: 'training', values: steps}], values = steps.map(() => NaN);
      for (const [at, loss] of test) if (at < values.length) values[at] = loss;
      if (test.length) series.push({name: 'test', values, class: 'second'});
      lineChart(figure, {caption: `Loss in nats, over ${width === 1 ? 'steps' : `every ${width} steps`}:
        training (blue)${test.length ? ', test after each epoch (orange)' : ''}`, series, height: 170});
    },
  };
};
