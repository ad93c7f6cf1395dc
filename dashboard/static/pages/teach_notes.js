// The teacher's notes of the room's lesson, as its writer left them. Its prose is text, never markup.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { fold } from './teach_parts.js';

export class Notes {
  /** `ask(lesson id)` asks the server for them. */
  constructor(ask) {
    Object.assign(this, { ask, wanted: '', drawn: '' });
    this.body = h('div', { class: 'notes' }, h('p', { class: 'quiet' }, t('One moment …')));
    const scroller = h('div', { class: 'notes-scroller', tabindex: 0, role: 'group', 'aria-label': t('Notes for the teacher') }, this.body);
    this.root = fold('notes', t('Notes for the teacher'), [scroller], true);
  }

  show({ room, notes }) {
    const lesson = room.lesson?.id ?? '';
    if (lesson && lesson !== this.wanted) {
      this.wanted = lesson;
      this.ask(lesson);
    }
    if (!notes || notes.id !== lesson || this.drawn === lesson) return;
    this.drawn = lesson;
    const own = { translate: 'no' };
    const list = ([title, items]) => [h('h3', {}, title), h('ul', own, items.map((one) => h('li', {}, one)))];
    const plan = (one) => [
      h('summary', {}, t('In {number} minutes', { number: one.minutes })),
      h('ul', own, one.steps.map(([title, minutes]) => h('li', {}, title, ' ', h('small', {}, t('{number} min', { number: minutes }))))),
      one.skip.length ? h('p', { class: 'quiet' }, t('Left out:'), ' ', h('span', own, one.skip.join(', '))) : null,
      one.note ? h('p', { class: 'quiet', ...own }, one.note) : null,
    ];
    this.body.replaceChildren(
      ...notes.purpose.map((words) => h('p', own, words)),
      ...notes.lists.flatMap(list),
      h('h3', {}, t('In pairs')),
      ...notes.pairs.map((words) => h('p', own, words)),
      h('h3', {}, t('Plans')),
      ...notes.plans.map((one) => h('details', {}, plan(one))),
      h('p', { class: 'go' }, h('a', { class: 'plain', href: notes.worksheet, target: '_blank', rel: 'noopener' }, t('Worksheet')), h('a', { class: 'plain', href: room.lesson.address, target: '_blank', rel: 'noopener' }, t('Open the lesson'))),
    );
  }
}
