// The end of a lesson: what one can do now, which lesson is next, and beginning anew.
import { h } from '../stage/dom.js';
import { plural, t } from '../stage/translate.js';
import { fetchLessons } from './lessons.js';
import { reported } from './reported.js';

/** {root, heading, update}; `learning`: {room, over, restart()}. */
export function closing({ lesson, steps, finished, report }, learning) {
  const { room } = learning;
  const anew = h('button', { type: 'button', class: 'plain wide', onclick: () => learning.restart() }, t('Begin the lesson anew'));
  const skipped = steps.filter((one) => one.status === 'skipped').length;
  const next = h('p', { class: 'next' });
  const heading = h('h3', { tabindex: -1 }, finished ? t('The lesson is done') : t('The end of the lesson'));
  const root = h(
    'div',
    { class: 'step closing' },
    heading,
    h('p', {}, finished ? t('You can now:') : t('Its exit ticket is not answered yet. It is about this:')),
    h(
      'ul',
      { class: 'met' },
      lesson.objectives.map((words) =>
        h('li', {}, h('span', { class: 'mark', 'aria-hidden': 'true' }, finished ? '✓' : '·'), h('span', {}, words)),
      ),
    ),
    h(
      'p',
      { class: 'small' },
      skipped
        ? plural(
            'One step was skipped: the bars above lead back to it.',
            '{number} steps were skipped: the bars above lead back to them.',
            skipped,
            { number: skipped },
          )
        : t('The bars above lead back to every step.'),
    ),
    next,
    report ? reported(report, room) : null,
    anew,
  );
  fetchLessons().then((list) => {
    const after = following(list, lesson);
    next.replaceChildren(
      after
        ? h('a', { class: 'leading wide', href: after.address }, t('Next: lesson {number}, {title}', after))
        : h('a', { class: 'leading wide', href: 'lessons' }, t('All lessons')),
    );
  });
  const update = () => (anew.hidden = !!learning.over);
  update();
  return { root, heading, update };
}

/** The next one by number that is not finished, or undefined. */
export const following = (list, lesson) =>
  list.filter((one) => one.number > lesson.number && !one.finished).sort((a, b) => a.number - b.number)[0];
