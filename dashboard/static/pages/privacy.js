// Privacy: what is stored, in short, in plain language, and table by table as the database has it.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { head, link } from './parts.js';

export function draw(root, data) {
  root.append(
    head(t('Privacy'), t('What is stored of you here, for how long, and who sees it. It takes five minutes to read.')),
    h(
      'section',
      { class: 'card facts', 'aria-labelledby': 'short' },
      h('h2', { id: 'short' }, t('In short')),
      h('ul', {}, data.short.map((one) => h('li', {}, one))),
      h('p', { class: 'go' }, link('settings', data.settings, { class: 'plain' }, t('What is kept of me, and delete it'))),
    ),
    ...data.sections.map(told),
    h(
      'section',
      { 'aria-labelledby': 'tables' },
      h('h2', { id: 'tables' }, t('All that the database holds')),
      h('p', { class: 'quiet' }, t('Table by table, as the program describes it; nothing is stored that is not named here.')),
      h('div', { class: 'card sections' }, data.tables.map(table)),
    ),
  );
}

const told = ([title, words]) => h('section', { class: 'facts' }, h('h2', {}, title), words.map((one) => h('p', {}, one)));
const fact = (what, words, more = {}) => h('div', {}, h('dt', {}, what), h('dd', more, words));
const code = (words) => h('code', { translate: 'no' }, words);

function table({ name, title, about, until, seen, columns }) {
  const row = ([column, words]) => h('tr', {}, h('th', { scope: 'row' }, code(column)), h('td', {}, words));
  const named = fact(t('Table'), name, { translate: 'no' });
  return h(
    'details',
    { id: `table-${name}` },
    h('summary', {}, h('span', { class: 'held' }, h('strong', {}, title), h('small', {}, until))),
    h(
      'div',
      { class: 'prose' },
      h('dl', { class: 'until' }, fact(t('What for'), about), fact(t('Who sees it'), seen), named),
      h('div', { class: 'wide', tabindex: 0 }, h('table', { class: 'columns-of' }, h('tbody', {}, columns.map(row)))),
    ),
  );
}
