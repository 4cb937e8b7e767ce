/* The gradient check of the playground, with mistakes to plant: `onehot gradcheck`, in a worker. */
import {startWorker} from './boot.js';
import {able, add, general} from './dom.js';

export const check_html = `
  <section class="gradcheck">
    <h2>Is the gradient right?</h2>
    <p class="note">The check compares each derivative of backpropagation with a quotient of differences, in double
      precision, and asks some more of the training. Plant a mistake into the C, and see which check finds it.
      <a href="#book?page=gradcheck">What each row means</a></p>
    <div class="actions">
      <label>Mistake <select name="sabotage"><option value="">none</option>
        <option value="random">one at random, to find</option></select></label>
      <button type="button" name="check">Check</button>
      <button type="button" name="reveal" hidden>Which one was it?</button>
    </div>
    <p class="note said" role="status"></p>
    <div class="scroll" tabindex="0" role="region" aria-label="The gradients, a table that scrolls" hidden>
      <table class="numbers gradients"></table></div>
    <div class="scroll" tabindex="0" role="region" aria-label="The other checks, a table that scrolls" hidden>
      <table class="numbers sanity"></table></div>
  </section>`;

const marks = {good: '✓ good', fine: '✓ fine', wrong: '✗ wrong'};

const fill = (table, titles, rows) => {
  table.replaceChildren();
  table.parentElement.hidden = false;
  const head = add(add(table, 'thead'), 'tr'), body = add(table, 'tbody');
  for (const title of titles) add(head, 'th', {scope: 'col'}, title);
  for (const [name, ...cells] of rows) {
    const row = add(body, 'tr');
    add(row, 'th', {scope: 'row'}, name);
    for (const cell of cells) add(row, 'td', {class: cell === marks.wrong ? 'broken' : ''}, cell);
  }
};

/* ask() gives {config, files: {path: content}}; the mistake that is chosen is in the address:
 * chosen(name). show(name) chooses one, and returns it, or none if there is no such mistake; clear()
 * removes what the last check found. */
export const createCheck = (box, ask, chosen) => {
  const choice = box.querySelector('select'), said = box.querySelector('.said');
  const button = box.querySelector('[name=check]'), reveal = box.querySelector('[name=reveal]');
  let worker, lines = {}, planted, turn = 0; /* which check counts: only the newest */
  const start = async () => {
    const made = await startWorker();
    for (const {name, line} of await made.sabotages()) {
      lines[name] = line;
      add(choice, 'option', {value: name}, `${name}: ${line}`);
    }
    return made;
  };
  const clear = () => {
    turn++;
    said.textContent = '';
    reveal.hidden = true;
    able(button, true);
    for (const table of box.querySelectorAll('.scroll')) table.hidden = true;
  };
  const check = async () => {
    clear();
    const mine = turn;
    able(button, false);
    said.textContent = 'Checking …';
    try {
      const engine = await worker, {config, files} = ask(), sabotage = choice.value || null;
      for (const [path, content] of Object.entries(files)) await engine.write(path, content);
      const {checks, wrong, gradients, sanity, sabotage: found} = await engine.gradcheck(config, {sabotage});
      if (mine !== turn) return;
      said.textContent = `${wrong} of ${checks} checks are wrong${lines[sabotage] ? `: ${lines[sabotage]}` : ''}.`;
      planted = found;
      reveal.hidden = sabotage !== 'random';
      fill(box.querySelector('.gradients'), ['gradient of', 'after steps', 'tested', 'relative error, at most',
        'backward / differences, median', 'backward', 'differences', 'verdict'],
      gradients.flatMap(({steps, tensors}) => tensors.map((t) => [t.tensor, String(steps), String(t.tested),
        general(t.largest, 2), general(t.ratio), general(t.backward), general(t.differences), marks[t.verdict] ?? t.verdict])));
      fill(box.querySelector('.sanity'), ['check', 'measured', 'wanted', 'verdict'],
        sanity.map((s) => [s.check, s.measured, s.wanted, marks[s.verdict] ?? s.verdict]));
    } catch (error) {
      if (mine === turn) said.textContent = error.message;
    }
    if (mine === turn) able(button, true);
  };
  button.addEventListener('click', check);
  choice.addEventListener('change', () => {
    chosen(choice.value);
    check();
  });
  reveal.addEventListener('click', () => {
    reveal.hidden = true;
    said.append(` It was ${planted}: ${lines[planted]}.`);
  });

  const show = async (name) => {
    await (worker ??= start());
    const known = name === 'random' || Object.hasOwn(lines, name) ? name : '';
    if (choice.value !== known || (known && !said.textContent)) {
      choice.value = known;
      if (known) check();
      else clear();
    }
    return known;
  };
  return {show, clear};
};
