// What students wrote at a step, for their teacher alone: plain text, the newest first. Whoever is reading keeps their place.
import { h } from '../stage/dom.js';
import { plural, t } from '../stage/translate.js';
import { called } from './teach_class.js';

export class Texts {
  constructor() {
    this.rows = new Map();
    this.list = h('ol', { class: 'texts-of' });
    this.rest = h('p', { class: 'quiet' });
    this.root = h('div', { class: 'scroller texts', tabindex: 0, role: 'group', 'aria-label': t('What they wrote') }, this.list, this.rest);
  }

  /** `results` of a step, or null; nothing is shown of one at which nothing is written. */
  show(results, { people, projected }) {
    const texts = results?.texts ?? [];
    const person = new Map(people.map((one) => [one.number, one]));
    this.root.hidden = !texts.length;
    const rows = new Map();
    texts.forEach((one, at) => {
      const name = called(person.get(one.number) ?? { number: one.number }, projected || !person.has(one.number));
      const key = JSON.stringify([results.step, name, one.given, results.headings]);
      const row = this.rows.get(key) ?? written(name, one.given, results.headings);
      rows.set(key, row);
      if (this.list.children[at] !== row) this.list.insertBefore(row, this.list.children[at] ?? null);
    });
    for (const [key, row] of this.rows) if (!rows.has(key)) row.remove();
    this.rows = rows;
    const rest = (results?.votes.at(-1).answered ?? 0) - texts.length;
    this.rest.textContent = rest > 0 && texts.length ? plural('{number} older text is under “Take the answers with you”.', '{number} older texts are under “Take the answers with you”.', rest, { number: rest }) : '';
    this.rest.hidden = !this.rest.textContent;
  }
}

/** One student's text; each part under its heading where there is more than one. */
function written(name, given, headings) {
  const part = (words, at) => [headings[at] ? h('h4', { translate: 'no' }, headings[at]) : null, h('p', { translate: 'no' }, words)];
  return h('li', {}, h('h3', { translate: 'no' }, name), given.map((words, at) => (words.trim() ? part(words.trim(), at) : null)));
}
