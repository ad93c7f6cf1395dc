// A page of explanation as the server reads it from a file: sections to open, with paragraphs, lists, tables and listings.
import { h } from '../stage/dom.js';

/** The sections; the first one is open. */
export function manual(sections) {
  const one = ({ number, title, blocks }, at) =>
    h('details', { open: at === 0 }, h('summary', {}, h('span', { class: 'number' }, String(number)), title), h('div', { class: 'prose' }, blocks.map(block)));
  return h('div', { class: 'card sections', lang: 'en', translate: 'no' }, sections.map(one));
}

function block(one) {
  if (one.kind === 'heading') return h('h3', {}, runs(one.runs));
  if (one.kind === 'paragraph') return h('p', {}, runs(one.runs));
  if (one.kind === 'list') return h('ul', {}, one.items.map((item) => h('li', {}, runs(item))));
  if (one.kind === 'code') return h('pre', { class: 'sample', tabindex: 0 }, one.text);
  const cells = (row, tag) => h('tr', {}, row.map((cell) => h(tag, {}, runs(cell))));
  return h('div', { class: 'wide', tabindex: 0 }, h('table', {}, h('thead', {}, cells(one.head, 'th')), h('tbody', {}, one.rows.map((row) => cells(row, 'td')))));
}

const runs = (list) => list.map(([kind, words]) => (kind ? h(kind, {}, words) : words));
