// The card of a page that lessons are about, before one is begun: what it is called, how long it takes, and the way into it.
import { h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { fetchLessons, stateOf } from './lessons.js';
import { called } from './words.js';

export class Offer {
  constructor(lessons, root) {
    this.rows = new Map(lessons.filter((one) => one.address).map((one) => [one.id, row(one)]));
    root.replaceChildren(...[...this.rows.values()].map((one) => one.root));
    root.classList.add('offer');
    this.show(lessons.map((one) => ({ ...one, done: 0, finished: false })));
    fetchLessons().then((list) => this.show(list));
  }

  /** The next one is the one to press. */
  show(list) {
    const own = list.filter((one) => this.rows.has(one.id));
    const next = own.find((one) => !one.finished);
    own.forEach((one) => this.rows.get(one.id).show(one, one === next));
  }

  dispose() {}
}

function row(lesson) {
  const told = h('p', { class: 'small' });
  const id = `offered-${lesson.id}`;
  const go = h('a', { class: 'leading', id: `${id}-go`, 'aria-labelledby': `${id}-go ${id}`, href: lesson.address }, t('Start'));
  const root = h(
    'div',
    { class: 'offered', 'data-lesson': lesson.id },
    h('h2', { id }, called(lesson)),
    h('div', { class: 'line' }, told, go),
  );
  const show = (one, next) => {
    go.setAttribute('class', next ? 'leading' : 'plain');
    const state = stateOf(one);
    const long = t('{minutes} min', { minutes: lesson.minutes });
    const far = { new: long, begun: t('{done} of {steps} steps done', one), finished: `✓ ${t('done')}` };
    text(told, far[state]);
    text(go, { new: t('Start'), begun: t('Go on'), finished: t('Look again') }[state]);
  };
  return { root, show };
}
