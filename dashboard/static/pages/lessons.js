// The lessons as one path: what each is called, how long it takes, how far one is in it, and which is next.
import { fetchLessons, stateOf } from '../lesson/lessons.js';
import { called } from '../lesson/words.js';
import { h } from '../stage/dom.js';
import { mark, t } from '../stage/translate.js';
import { glyph } from './glyphs.js';
import { head, link } from './parts.js';
import { opener } from './teach_open.js';

const LEVELS = { introductory: mark('introductory'), intermediate: mark('intermediate'), advanced: mark('advanced') };

export function draw(root, data) {
  const path = h('ol', { class: 'path' });
  const count = h('p', { class: 'quiet', role: 'status' });
  const trouble = h('p', { class: 'notice', role: 'alert', hidden: true });
  const teach = (lesson) => opener(root, () => lesson.id, trouble, t('Teach this lesson'), 'teaches', { 'aria-label': `${t('Teach this lesson')}: ${lesson.title}` });
  root.append(
    head(
      t('Lessons'),
      t('Each begins with a question. You predict, then the system runs in front of you and shows what comes of it.'),
    ),
    count,
    trouble,
    data.lessons.length ? path : h('p', {}, t('There are no lessons here yet.')),
    own(data.broken),
  );
  const show = (list) => {
    const done = list.filter((one) => one.finished).length;
    const next = nextOf(list);
    count.textContent = done ? t('{done} of {all} lessons done', { done, all: list.length }) : '';
    count.hidden = !done;
    path.replaceChildren(...list.map((one) => item(one, one === next, data.pages, teach(one))));
  };
  show(data.lessons);
  fetchLessons().then((list) => {
    const known = new Map(list.map((one) => [one.id, one]));
    if (list.length) show(data.lessons.map((one) => known.get(one.id) ?? one));
  });
}

/** The one that was begun, or else the first that is not finished. */
export const nextOf = (list) => list.find((one) => stateOf(one) === 'begun') ?? list.find((one) => !one.finished);

function item(lesson, next, pages, teach) {
  const state = stateOf(lesson);
  const words = { new: t('Start'), begun: t('Go on'), finished: t('Look again') }[state];
  const told = { new: '', begun: t('{done} of {steps} steps done', lesson), finished: t('Done') }[state];
  const page = pages[lesson.concept]?.title ?? lesson.concept;
  const facts = [page, t('{minutes} min', { minutes: lesson.minutes }), t(LEVELS[lesson.level] ?? lesson.level)].join(' · ');
  return h(
    'li',
    {},
    link(
      lesson.concept,
      lesson.address,
      { class: `card step-of ${state}${next ? ' next' : ''}`, 'data-lesson': lesson.id },
      h('span', { class: 'number', 'aria-hidden': 'true' }, state === 'finished' ? '✓' : `${lesson.number}`),
      glyph(lesson.concept),
      h('span', { class: 'what' }, h('strong', {}, called(lesson)), h('span', {}, facts)),
      h(
        'span',
        { class: 'far' },
        told ? h('span', { class: 'chip' }, told) : next ? h('span', { class: 'chip' }, t('Next')) : null,
        bar(lesson),
      ),
      h('span', { class: next ? 'primary' : 'plain', 'aria-hidden': 'true' }, words),
    ),
    teach,
  );
}

function bar({ done, steps, finished }) {
  const share = finished ? 100 : (100 * done) / Math.max(1, steps);
  return h('span', { class: 'gone', 'aria-hidden': 'true' }, h('i', { style: `width:${share.toFixed(0)}%` }));
}

/** Where a teacher's own lessons come in, and what is wrong with those that cannot be played. */
function own(broken) {
  return h(
    'section',
    { class: 'own', 'aria-labelledby': 'own-lessons' },
    h('h2', { id: 'own-lessons' }, t('A lesson of your own')),
    h(
      'p',
      { class: 'quiet' },
      t(
        'A lesson is one file of text, with no programming in it. Those in the folder that LESSONS_FOLDER names stand in this list too, and can be tried at once.',
      ),
    ),
    h('p', { class: 'go' }, link('write_lesson', 'write-lesson', { class: 'plain' }, t('Write a lesson'))),
    broken.length ? h('p', {}, t('These files are no lessons yet:')) : null,
    broken.length
      ? h(
          'ul',
          { class: 'broken-files' },
          broken.map((words) => h('li', {}, words)),
        )
      : null,
  );
}
