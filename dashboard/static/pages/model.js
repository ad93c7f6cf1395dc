// The model's own description, section by section, as it stands beside the code. It is written in English, as the code is.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';

const FIRST_OPEN = 14;

export function draw(root, data) {
  root.append(
    h(
      'section',
      { class: 'model', 'aria-labelledby': 'model' },
      h('h2', { id: 'model' }, t('What is assumed, and what is left out')),
      h('p', { class: 'quiet' }, t('The model in words, from the file that stands beside the code.')),
      h('div', { class: 'card sections', lang: 'en', translate: 'no' }, data.sections.map(section)),
    ),
  );
}

function section({ number, title, blocks }) {
  const open = number === FIRST_OPEN;
  return h('details', { open }, h('summary', {}, h('span', { class: 'number' }, String(number)), title), h('div', { class: 'prose' }, blocks.map(block)));
}

function block(one) {
  if (one.kind === 'heading') return h('h3', {}, runs(one.runs));
  if (one.kind === 'paragraph') return h('p', {}, runs(one.runs));
  if (one.kind === 'list') return h('ul', {}, one.items.map((item) => h('li', {}, runs(item))));
  const cells = (row, tag) => h('tr', {}, row.map((cell) => h(tag, {}, runs(cell))));
  return h('div', { class: 'wide', tabindex: 0 }, h('table', {}, h('thead', {}, cells(one.head, 'th')), h('tbody', {}, one.rows.map((row) => cells(row, 'td')))));
}

const runs = (list) => list.map(([kind, words]) => (kind ? h(kind, {}, words) : words));
