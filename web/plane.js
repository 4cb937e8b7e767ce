/* The plane in colours: the class that a model predicts at each place, what a unit computes there,
 * and the samples. */

/* One per class: Okabe and Ito's colours, which colour-blind people can tell apart. The first three
 * are those of src/report/report.css. Points have shapes of their own, too. */
export const inks = [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [230, 159, 0],
  [86, 180, 233], [140, 86, 75], [110, 110, 110]];

/* The colour of the page, on which the plane is drawn. */
export const dark = matchMedia('(prefers-color-scheme: dark)');
const background = () => dark.matches ? [21, 24, 27] : [253, 253, 251];

/* Blue for -1, white for 0, red for 1: ColorBrewer's RdBu, as in reports (src/report/html.c). */
const stops = [[5, 48, 97], [67, 147, 195], [247, 247, 247], [214, 96, 77], [103, 0, 31]];
export const signed = (x) => {
  const at = (Math.min(Math.max(x, -1), 1) + 1) * 2, i = Math.min(Math.floor(at), 3);
  return stops[i].map((c, k) => c + (at - i) * (stops[i + 1][k] - c));
};

/* The middles of cells x cells squares of an extent {x: [low, high], y: [low, high]}, from the top
 * left on, as samples of two numbers. */
export const grid = (cells, {x, y}) => Float32Array.from({length: 2 * cells * cells}, (_, i) => {
  const cell = i >> 1, column = cell % cells, row = cells - 1 - Math.floor(cell / cells);
  const [[low, high], at] = i % 2 === 0 ? [x, column] : [y, row];
  return low + (high - low) * (at + 0.5) / cells;
});

/* A little more than what samples of two numbers cover. */
export const extent_of = (values) => {
  const range = (first) => {
    let low = Infinity, high = -Infinity;
    for (let i = first; i < values.length; i += 2) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    const room = 0.08 * (high - low) || 1;
    return [low - room, high + room];
  };
  return {x: range(0), y: range(1)};
};

/* Sets the size of a canvas, and each pixel to colour(i): red, green, blue, and opacity. */
const paint = (canvas, cells, colour) => {
  if (canvas.width !== cells) canvas.width = canvas.height = cells;
  const image = new ImageData(cells, cells);
  for (let i = 0; i < cells * cells; i++) image.data.set(colour(i), 4 * i);
  canvas.getContext('2d').putImageData(image, 0, 0);
};

/* From the K probabilities of each cell: the colour of the likeliest class, paler if it is less
 * sure: the page shows through. */
export const paint_classes = (canvas, cells, p, K) => {
  paint(canvas, cells, (i) => {
    let best = 0;
    for (let k = 1; k < K; k++) if (p[i * K + k] > p[i * K + best]) best = k;
    const sure = 0.55 * (p[i * K + best] - 1 / K) / (1 - 1 / K) + 0.05;
    return [...inks[best % inks.length], 255 * sure];
  });
};

/* From the activations of each cell, `stride` per cell: unit j, blue to red from -scale to scale. */
export const paint_unit = (canvas, cells, values, stride, j, scale) =>
  paint(canvas, cells, (i) => [...signed(values[i * stride + j] / scale), 255]);

/* The outline of a class's shape around (x, y). */
const outline = (context, k, x, y, r) => {
  const corners = [0, 4, 3, 4, 5, 6, 3, 0][k % 8], turn = [0, 0.785, 0, 0, 0, 0, 3.142, 0][k % 8];
  context.beginPath();
  if (corners === 0) context.arc(x, y, k % 8 === 0 ? r : 0.6 * r, 0, 7);
  for (let i = 0; i < corners; i++) {
    const angle = turn + 2 * Math.PI * i / corners;
    context.lineTo(x + 1.3 * r * Math.sin(angle), y - 1.3 * r * Math.cos(angle));
  }
  context.closePath();
};

const MOST = 4000; /* points that are drawn; of more, every second, third ... */

/* Draws samples {values, labels}, each class with a shape of its own; `ringed` is one to mark. */
export const draw_points = (canvas, {values, labels}, {x: [left, right], y: [bottom, top]}, ringed = -1) => {
  const context = canvas.getContext('2d');
  const size = canvas.width = canvas.height = Math.round(canvas.clientWidth * devicePixelRatio) || 600;
  const r = size / (labels.length > 200 ? 130 : 75);
  context.strokeStyle = `rgb(${background()})`;
  context.lineWidth = size / 600;
  const every = Math.ceil(labels.length / MOST);
  labels.forEach((k, i) => {
    if (i % every !== 0 && i !== ringed) return;
    const x = size * (values[2 * i] - left) / (right - left);
    const y = size * (top - values[2 * i + 1]) / (top - bottom);
    outline(context, k, x, y, r);
    context.fillStyle = `rgb(${inks[k % inks.length]})`;
    context.fill();
    context.stroke();
    if (i !== ringed) return;
    context.save();
    context.beginPath();
    context.arc(x, y, 2.5 * r, 0, 7);
    context.lineWidth = size / 200;
    context.strokeStyle = dark.matches ? '#fff' : '#000';
    context.stroke();
    context.restore();
  });
};
