/* A pad to draw a digit on, by mouse, pen, finger or keyboard. */

const SIDE = 280, RADIUS = 10; /* of the pad and of the pen, in pixels */
const MNIST = 28, BOX = 20; /* of a digit's image, and of the digit in it */

/* The ink as MNIST places it: a square in which the longer side of the digit takes 20 of 28 parts,
 * with the centre of its mass in the middle. Scaling it down to 28 x 28 pixels is the engine's
 * work. null without ink. */
export const place = (ink, width) => {
  let left = width, right = -1, top = width, bottom = -1, mass = 0, x = 0, y = 0;
  ink.forEach((v, i) => {
    if (v === 0) return;
    const column = i % width, row = (i - column) / width;
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
    mass += v;
    x += v * (column + 0.5);
    y += v * (row + 0.5);
  });
  if (mass === 0) return null;
  const side = Math.ceil(Math.max(right - left + 1, bottom - top + 1) * MNIST / BOX);
  const across = Math.round(side / 2 - x / mass), down = Math.round(side / 2 - y / mass);
  const pixels = new Uint8Array(side * side);
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) {
      const to = column + across, line = row + down;
      if (to >= 0 && to < side && line >= 0 && line < side)
        pixels[line * side + to] = ink[row * width + column];
    }
  return {pixels, side};
};

/* Draws grey pixels, 0 black to 255 white, and gives the canvas their size. */
export const drawGrey = (canvas, pixels, width, height) => {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  pixels.forEach((v, i) => image.data.set([v, v, v, 255], 4 * i));
  canvas.getContext('2d').putImageData(image, 0, 0);
};

/* Makes the canvas a pad. Returns {ink, side, clear, show}: its pixels, 0 to 255, and their number
 * per side; clear() removes them, show(pixels) replaces them by an image of 28 x 28. changed() is
 * called after each part of a stroke, and after clear. */
export const createPad = (canvas, changed) => {
  const ink = new Uint8Array(SIDE * SIDE), context = canvas.getContext('2d');
  const image = new ImageData(SIDE, SIDE);
  const pen = {x: SIDE / 2, y: SIDE / 4, down: false};
  let last = null;
  canvas.width = canvas.height = SIDE;

  const draw = () => {
    ink.forEach((v, i) => image.data.set([v, v, v, 255], 4 * i));
    context.putImageData(image, 0, 0);
    if (!canvas.matches(':focus-visible')) return;
    context.beginPath();
    context.arc(pen.x, pen.y, RADIUS, 0, 7);
    context.lineWidth = pen.down ? 4 : 2;
    context.strokeStyle = '#f2a15f';
    context.stroke();
  };

  /* A line with round ends, and a soft edge of a pixel. */
  const line = (a, b) => {
    const clamp = (v) => Math.min(Math.max(Math.round(v), 0), SIDE - 1);
    const dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy || 1, reach = RADIUS + 1;
    for (let y = clamp(Math.min(a.y, b.y) - reach); y <= clamp(Math.max(a.y, b.y) + reach); y++)
      for (let x = clamp(Math.min(a.x, b.x) - reach); x <= clamp(Math.max(a.x, b.x) + reach); x++) {
        const at = Math.min(Math.max(((x - a.x) * dx + (y - a.y) * dy) / length, 0), 1);
        const far = Math.hypot(x - a.x - at * dx, y - a.y - at * dy);
        const v = Math.round(255 * Math.min(Math.max(RADIUS + 0.5 - far, 0), 1));
        ink[y * SIDE + x] = Math.max(ink[y * SIDE + x], v);
      }
    draw();
    changed();
  };

  const where = ({clientX, clientY}) => {
    const box = canvas.getBoundingClientRect();
    return {x: (clientX - box.left) * SIDE / box.width, y: (clientY - box.top) * SIDE / box.height};
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = where(event);
    line(last, last);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!last || !canvas.hasPointerCapture(event.pointerId)) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const to = where(part);
      line(last, to);
      last = to;
    }
  });
  canvas.addEventListener('lostpointercapture', () => { last = null; });

  const clear = () => {
    ink.fill(0);
    pen.down = false;
    draw();
    changed();
  };
  canvas.addEventListener('keydown', (event) => {
    const steps = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
    const step = steps[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Delete' || event.key === 'Backspace') clear();
    else if (event.key === ' ') pen.down = !pen.down;
    else if (!step) return;
    event.preventDefault();
    const from = {...pen};
    if (step) {
      pen.x = Math.min(Math.max(pen.x + 10 * step[0], 0), SIDE);
      pen.y = Math.min(Math.max(pen.y + 10 * step[1], 0), SIDE);
    }
    if (pen.down) line(from, pen);
    else draw();
  });
  canvas.addEventListener('focus', draw);
  canvas.addEventListener('blur', draw);
  draw();

  const show = (pixels) => {
    const scale = SIDE / MNIST;
    ink.forEach((_, i) => {
      const x = Math.floor(i % SIDE / scale), y = Math.floor(Math.floor(i / SIDE) / scale);
      ink[i] = pixels[y * MNIST + x];
    });
    draw();
  };
  return {ink, side: SIDE, clear, show};
};
