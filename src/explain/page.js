/* Stepping and pointing. Without a script the page shows the whole step, one stage below the other,
 * as on paper. */
'use strict';
const all = (s, e = document) => [...e.querySelectorAll(s)];
const stages = all('.stage'), origin = document.querySelector('.origin');
let now = 0;

/* which stage, 0 .. */
const show = (i) => {
  now = Math.max(0, Math.min(stages.length - 1, i));
  stages.forEach((s, k) => s.classList.toggle('now', k === now));
  for (const e of all('[data-at]')) {
    e.classList.toggle('later', e.dataset.at > now);
    e.classList.toggle('now', +e.dataset.at === now);
  }
  for (const b of all('[data-go]')) {
    if (+b.dataset.go === now) b.setAttribute('aria-current', 'step');
    else b.removeAttribute('aria-current');
  }
  for (const b of all('[data-turn]'))
    b.setAttribute('aria-disabled', !stages[now + +b.dataset.turn]);
  history.replaceState(null, '', '#step-' + now);
  point(null);
};

/* where a number comes from */
const key = (e) => e && e.dataset.q;
const clear = () => all('.self, .from').forEach((e) => e.classList.remove('self', 'from'));
const point = (e) => {
  clear();
  origin.replaceChildren();
  origin.hidden = !key(e);
  if (!key(e)) return;
  const made = all('[data-def]').find((d) => d.dataset.def === key(e));
  const named = all('[data-name]').find((d) => key(d) === key(e)) || e;
  const line = document.createElement('p');
  if (made) line.append(...made.cloneNode(true).childNodes);
  else {
    const box = named.closest('.quantity'), b = document.createElement('b');
    b.textContent = named.dataset.name || key(e);
    const words = box && box.dataset.words ? ': ' + box.dataset.words : '';
    line.append(b, ' = ' + e.textContent + words);
  }
  const parts = new Set(all('[data-q]', line).map(key));
  all('[tabindex]', line).forEach((x) => x.removeAttribute('tabindex'));
  origin.append(line);
  for (const x of all('[data-q]')) {
    if (key(x) === key(e)) x.classList.add('self');
    else if (parts.has(key(x))) x.classList.add('from');
  }
};
const number = (e) => e.target.closest && e.target.closest('[data-q]');
addEventListener('pointerover', (e) => {
  if (!e.target.closest('.origin') && number(e)) point(number(e));
});
addEventListener('focusin', (e) => number(e) && point(number(e)));

/* to where it is computed */
const visit = (e) => {
  const made = all('[data-def]').find((d) => d.dataset.def === key(e)) ||
    all('.stage [data-name]').find((d) => key(d) === key(e));
  if (!made) return;
  show(stages.indexOf(made.closest('.stage')));
  const there = all('[tabindex]', made.closest('.stage')).find((d) => key(d) === key(e));
  if (there) there.focus();
};
addEventListener('click', (e) => {
  const b = e.target.closest('button');
  if (b && b.dataset.turn) show(now + +b.dataset.turn);
  else if (b && b.dataset.go) show(+b.dataset.go);
  else if (number(e)) visit(number(e));
});
addEventListener('keydown', (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey || e.shiftKey) return;
  const turn = {ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: stages.length}[e.key];
  if (turn !== undefined) show(turn);
  else if (e.key === 'Enter' && number(e)) visit(number(e));
  else if (e.key === 'Escape') point(null);
  else return;
  e.preventDefault();
});
document.body.classList.add('stepping');
document.querySelector('.stepper').hidden = false;
show(+(location.hash.match(/^#step-(\d+)$/) || [0, 0])[1]);
