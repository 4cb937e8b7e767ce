/* The tab Book: the documents of the tree, which web/book.sh converts, and the source files that
 * they link. */
import {add} from './dom.js';
import {alone, text} from './files.js';

export const title = 'Book';
export const about = 'Read how it works: from one neuron to the program, with the source.';
export const picture = '<path d="M24 14v30M24 14c-5-4-12-4-17-3v28c5-1 12-1 17 4c5-5 12-5 17-4V11c-5-1-12-1-17 3"/>';

const parts = {
  'Learn': {
    softmax: 'Softmax', backprop: 'Backpropagation', distill: 'Distillation',
    exercises: 'Exercises', worksheet: 'Worksheet', teaching: 'Teaching',
  },
  'Use': {
    readme: 'The command line', data: 'Your data', 'fine-tuning': 'Fine-tuning',
    gradcheck: 'Gradient checks', export: 'Export', library: 'The C library', python: 'Python',
  },
  'Look inside': {
    architecture: 'Architecture', numerics: 'Numerics', speed: 'Speed', scale: 'Many machines',
    papers: 'Published results',
  },
};
const reading_order = [
  'src/plain/plain.c', 'src/tensor/tensor.h', 'src/tensor/gemm.c', 'src/layers/linear.c',
  'src/layers/layer.h', 'src/layers/relu.c', 'src/losses/softmax_cross_entropy.c',
  'src/model/model.c', 'src/optim/sgd.c', 'src/train/train.c',
];
const titles = Object.assign({}, ...Object.values(parts));

/* The parts of C that have a colour, as one regular expression each. */
const keywords = ['auto break case const continue default do else enum extern for goto if inline',
  'return sizeof static struct switch typedef union volatile while void bool char short int long',
  'signed unsigned float double real size_t uint8_t uint32_t uint64_t int64_t'].join(' ').replaceAll(' ', '|');
const pieces = new RegExp([
  String.raw`(?<comment>/\*[^]*?\*/|//.*)`,
  String.raw`(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')`,
  String.raw`(?<directive>^[ \t]*#[ \t]*\w+)`, String.raw`(?<keyword>\b(?:${keywords})\b)`,
].join('|'), 'gm');

/* Marks comments, strings and keywords in an element that shows C. */
const mark_c = (code) => {
  const source = code.textContent;
  let at = 0;
  code.replaceChildren();
  for (const found of source.matchAll(pieces)) {
    const [kind] = Object.entries(found.groups).find(([, value]) => value !== undefined);
    code.append(source.slice(at, found.index));
    add(code, 'span', {class: kind}, found[0]);
    at = found.index + found[0].length;
  }
  code.append(source.slice(at));
};

/* Shows a source file with line numbers, which are its sections: "L12". */
const show_source = (box, name, source) => {
  add(box, 'h1', {class: 'path'}, name);
  const pre = add(box, 'pre', {class: 'source', tabindex: 0});
  const numbers = add(pre, 'span', {class: 'lines', 'aria-hidden': 'true'});
  source.replace(/\n$/, '').split('\n').forEach((_, i) =>
    add(numbers, 'span', {id: `at-L${i + 1}`}, String(i + 1)));
  const code = add(pre, 'code', {}, source);
  if (/\.[ch]$/.test(name)) mark_c(code);
};

/* The section of a source file that is meant: "L12" as it stands, or the line that defines a function. */
const section_of = (source, at) => {
  const line = source.split('\n').findIndex((text) => /^\w/.test(text) && !text.endsWith(';') &&
    text.match(/(\w+)\(/g)?.includes(`${at}(`));
  return line < 0 ? at : `L${line + 1}`;
};

export const open = (panel, page) => {
  panel.innerHTML = `
    <nav class="contents" aria-label="Book"></nav>
    <article></article>`;
  const contents = panel.querySelector('.contents'), article = panel.querySelector('article');
  let shown, section; /* the page, and the section that was asked for */

  const list = (parent, entries) => {
    const ul = add(parent, 'ul');
    for (const [name, words] of entries)
      add(add(ul, 'li'), 'a', {href: `#book?page=${name}`, 'data-page': name}, words);
  };
  const folded = add(contents, 'details', {open: ''});
  add(folded, 'summary', {}, 'Chapters');
  for (const [part, chapters] of Object.entries(parts)) {
    add(folded, 'h2', {}, part);
    list(folded, Object.entries(chapters));
  }
  add(folded, 'h2', {}, 'Read the source');
  list(folded, reading_order.map((name) => [name, name.replace('src/', '')]));
  const narrow = matchMedia('(max-width: 59.99rem)');
  const fold = () => { folded.open = !narrow.matches; };
  narrow.addEventListener('change', fold);
  fold();

  const load = async (name) => {
    const source = name.includes('/'), file = source ? `source/${name}` : `book/${name}.html`;
    let problem = `This copy of the page does not contain ${name.length > 100 ? `${name.slice(0, 100)}…` : name}.`;
    const content = !source && !Object.hasOwn(titles, name) ? null : await text(file).catch((error) => {
      problem = `${name} could not be loaded: ${error.message}`;
      return null;
    });
    if (name !== shown) return; /* another page was chosen in the meantime */
    article.replaceChildren();
    if (content === null) {
      add(article, 'h1', {}, 'Not here');
      add(article, 'p', {class: 'lead'}, problem);
    } else if (source) {
      show_source(article, name, content);
    } else {
      article.innerHTML = alone ? content : content.replace(
        /<!--out (\S+?)-->([^]*?)<!--\/out-->/g, '<a href="$1">$2</a>');
      article.querySelectorAll('pre.c code').forEach(mark_c);
    }
  };

  /* Shows the section, unless its reader is there, and says whether there is such a section. */
  const scroll = (same = false) => {
    const source = article.querySelector('.source code');
    const id = section && `at-${source ? section_of(source.textContent, section) : section}`;
    const place = id && article.querySelector(`[id="${CSS.escape(id)}"]`);
    article.querySelector('.here')?.classList.remove('here');
    if (source) place?.classList.add('here');
    if (!same && place) place.scrollIntoView();
    else if (!same) scrollTo(0, 0);
    return Boolean(place);
  };
  /* A link to where the reader was before: the address stays. */
  panel.addEventListener('click', ({target}) => {
    if (target.closest('a')?.getAttribute('href') === location.hash) scroll();
  });

  return async (state) => {
    const name = state.page ?? 'softmax', same = name === shown && state.at === section;
    for (const a of contents.querySelectorAll('a')) {
      if (a.dataset.page === name) a.setAttribute('aria-current', 'page');
      else a.removeAttribute('aria-current');
    }
    section = state.at;
    if (name !== shown) {
      shown = name;
      const inside = panel.contains(document.activeElement);
      await load(name);
      if (narrow.matches) folded.open = false;
      const heading = article.querySelector('h1');
      if (inside && heading && (narrow.matches || !contents.contains(document.activeElement))) { /* its link has gone */
        heading.tabIndex = -1;
        heading.focus({preventScroll: true});
      }
    }
    page.title(titles[name] ?? name.slice(0, 100));
    const there = scroll(same);
    page.keep({page: state.page, at: there ? state.at : undefined});
  };
};
