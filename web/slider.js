/* Bars that are sliders. */

/* Makes a column a slider: dragged with a mouse, a pen or a finger, or moved with the keyboard.
 * set(v) gets a fraction of the column's height. */
export const slider = (column, {set, nudge, done}) => {
  const at = (event) => {
    const box = column.getBoundingClientRect();
    set(Math.min(1, Math.max(0, (box.bottom - event.clientY) / box.height)));
  };
  column.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    column.focus({preventScroll: true});
    column.setPointerCapture(event.pointerId);
    at(event);
  });
  column.addEventListener('pointermove', (event) => {
    if (column.hasPointerCapture(event.pointerId)) at(event);
  });
  column.addEventListener('lostpointercapture', done);
  column.addEventListener('keydown', (event) => {
    const steps = {
      ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10,
      Home: -Infinity, End: Infinity,
    };
    if (!(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    nudge(steps[event.key] * (event.shiftKey ? 10 : 1));
    done();
  });
};
