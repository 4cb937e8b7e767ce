/* What all tabs share: building elements, and writing numbers as the C does. */

/* Appends an element, with attributes, to its parent. */
export const add = (parent, tag, attributes = {}, ...content) => {
  const e = document.createElementNS(parent.namespaceURI, tag);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...content);
  parent.append(e);
  return e;
};

/* Appends "src/layers/linear.c: gradient, backward", with a link to each of these functions in the book. */
export const sourceLink = (parent, source) => {
  const [file, names] = source.split(': ');
  parent.append(`${file}: `);
  names.split(', ').forEach((name, i) => {
    if (i > 0) parent.append(', ');
    add(parent, 'a', {href: `#book?page=${file}&at=${name}`}, name);
  });
};

/* Lets a button work or wait. While it waits, it keeps the keyboard's focus, which `disabled` would
 * take away. */
export const able = (button, works) => button.setAttribute('aria-disabled', !works);

/* Copies a config, and says so in `said`; or selects it, where the browser does not let pages copy. */
export const copy = async (code, said) => {
  try {
    await navigator.clipboard.writeText(code.textContent);
    said.textContent = 'Copied.';
  } catch {
    getSelection().selectAllChildren(code);
    said.textContent = 'This browser does not let the page copy; the config is selected.';
  }
};

/* A file that is chosen with `input` or dropped on `drop`: take(file). */
export const onFile = (input, drop, take) => {
  input.addEventListener('change', () => {
    if (input.files[0]) take(input.files[0]);
    input.value = '';
  });
  const over = (event, inside) => {
    if (![...event.dataTransfer?.types ?? []].includes('Files')) return;
    event.preventDefault();
    drop.classList.toggle('dropping', inside);
  };
  drop.addEventListener('dragover', (event) => over(event, true));
  drop.addEventListener('dragleave', (event) => over(event, false));
  drop.addEventListener('drop', (event) => {
    over(event, false);
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
};

/* Saves bytes or text as a file of that name. */
export const save = (name, content) => {
  const url = URL.createObjectURL(new Blob([content]));
  const link = add(document.body, 'a', {href: url, download: name, hidden: ''});
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
};

/* Whether what was typed is valid; else its input says in one sentence what is. */
export const accept = (input, valid, sentence) => {
  input.setCustomValidity(valid ? '' : sentence);
  if (!valid) input.reportValidity();
  return valid;
};

/* What holds for numbers that are typed, by name: from, to, and whether they are whole. is_number(name,
 * text); rule(name) says in a sentence what such a number must be, undefined for another name. */
export const numbers = (ranges) => ({
  is_number: (name, text = '') => {
    const [low, high, whole] = ranges[name], v = Number(text);
    return (whole ? /^\d{1,9}$/ : /^(?=.*\d)\d*\.?\d*(e-?\d)?$/).test(text) && v >= low && v <= high;
  },
  rule: (name) => ranges[name] &&
    `This must be a ${ranges[name][2] ? 'whole ' : ''}number from ${ranges[name][0]} to ${ranges[name][1]}.`,
});

export const mean = (list) => list.reduce((s, v) => s + v, 0) / list.length;
export const percent = (fraction) => `${(100 * fraction).toFixed(1)} %`;
export const grouped = (n) => Math.round(n).toLocaleString('en-US'); /* 1,234,567 */

/* As printf's %.*g: the shorter of both notations, without trailing zeros. Never -0 or -nan. */
export const general = (x, digits = 4) => {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x < 0 ? '-inf' : 'inf';
  const [mantissa, exponent] = (x + 0).toExponential(digits - 1).split('e').map(Number);
  if (exponent >= -4 && exponent < digits) return String(Number(x.toPrecision(digits)) + 0);
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${size}`;
};

/* The shortest decimal number that is the same float32. */
export const shortest = (x) => {
  if (!Number.isFinite(x)) return general(x);
  let digits = 1;
  while (digits < 9 && Math.fround(x.toPrecision(digits)) !== Math.fround(x)) digits++;
  return String(Number(x.toPrecision(digits)) + 0).replace('e+', 'e');
};

/* A number that a person typed: "inf", "-inf", "∞" and a comma for the point count; else NaN. */
export const parse = (text) => {
  const t = text.trim().replace(',', '.').replace('−', '-').replace('∞', 'inf').toLowerCase();
  if (/^[+-]?inf(inity)?$/.test(t)) return t[0] === '-' ? -Infinity : Infinity;
  return t === '' ? NaN : Number(t);
};
