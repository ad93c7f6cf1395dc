// The glossary: filtered while typing, letters to jump to, and an address for every term.
import { h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { head, link } from './parts.js';

/** How well a term fits what is typed: 0 not at all, more for the title, most for its begin. */
export function fit(term, typed) {
  const wanted = plain(typed);
  if (!wanted) return 1;
  const title = plain(term.title);
  if (title.startsWith(wanted)) return 3;
  return title.includes(wanted) ? 2 : plain(term.text).includes(wanted) ? 1 : 0;
}

const plain = (words) => words.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').trim();
const letterOf = (term) => plain(term.title)[0].toUpperCase();

export function draw(root, data) {
  const box = h('input', { type: 'search', class: 'box', id: 'search', autocomplete: 'off', placeholder: t('Search') });
  const count = h('span', { class: 'quiet', 'aria-live': 'polite' });
  const rows = data.terms.map(row);
  const letters = new Map(data.terms.map((term) => [letterOf(term), term.anchor]).reverse());
  const index = h(
    'nav',
    { class: 'letters', 'aria-label': t('Letters') },
    [...letters].sort(([one], [other]) => one.localeCompare(other)).map(([letter, anchor]) => h('a', { href: `#${anchor}`, 'data-anchor': anchor }, letter)),
  );
  const list = h('dl', { class: 'card terms' }, rows);
  const nothing = h('p', { class: 'quiet', hidden: true }, t('No term fits. Try a shorter word.'));
  const filter = () => {
    const fits = data.terms.map((term) => fit(term, box.value));
    rows.forEach((element, place) => (element.hidden = !fits[place]));
    const shown = fits.filter(Boolean).length;
    const order = box.value.trim() ? rows.map((_, place) => place).sort((one, other) => fits[other] - fits[one] || one - other) : rows.keys();
    list.append(...[...order].map((place) => rows[place]));
    text(count, t('{count} terms', { count: shown }));
    nothing.hidden = shown > 0;
    list.hidden = !shown;
  };
  box.oninput = filter;
  index.onclick = (event) => {
    const anchor = event.target.dataset.anchor;
    if (!anchor) return;
    event.preventDefault();
    box.value = '';
    filter();
    window.history.replaceState(window.history.state, '', `#${anchor}`);
    show(root, anchor);
  };
  root.append(
    head(t('Glossary'), t('Every term of the course in two sentences at most, with the page where it can be seen.')),
    h('div', { class: 'find', role: 'search' }, h('label', { for: 'search', class: 'sr' }, t('Search the terms')), box, count),
    index,
    nothing,
    list,
  );
  filter();
  const jump = () => show(root, decodeURIComponent(window.location.hash.slice(1)));
  window.addEventListener('hashchange', jump);
  requestAnimationFrame(() => requestAnimationFrame(jump));
}

function row(term) {
  return h(
    'div',
    { class: 'term', id: term.anchor, tabindex: -1 },
    h('dt', {}, h('a', { href: `#${term.anchor}`, class: 'self' }, term.title)),
    h('dd', {}, term.text, ' ', term.live ? link(term.view, term.path, {}, t('See it: {page}', { page: term.page })) : null),
  );
}

function show(root, anchor) {
  for (const marked of root.querySelectorAll('.term.found')) marked.classList.remove('found');
  const term = anchor && root.querySelector(`.term[id="${CSS.escape(anchor)}"]`);
  if (!term) return;
  term.classList.add('found');
  term.scrollIntoView({ block: 'start' });
  term.focus({ preventScroll: true });
}
