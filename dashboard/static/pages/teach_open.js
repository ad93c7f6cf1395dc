// Opening a room, in one click, from wherever a lesson is chosen: the page of the new room follows.
import { h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { button, follow, remember } from './teach_parts.js';
import { request } from './teach_line.js';

export const OPEN = t('Open a classroom');
/** Where the tab keeps a new room's recovery code until its teacher has it. */
export const recoveryOf = (token) => `room:${token}:recovery`;
export const addressOf = (token) => `teach?room=${encodeURIComponent(token)}`;

/** Opens a room with this lesson and goes there; the problem in words where there is none. */
export async function openRoom(root, lesson) {
  const { status, told } = await request('api/rooms', { lesson });
  if (status !== 200) return status ? told.problem : t('The server cannot be reached, so no room was opened. Try again in a moment.');
  remember(recoveryOf(told.token), told.recovery);
  follow(root, 'teach', addressOf(told.token));
  return '';
}

/** A button that opens a room; what is wrong is told in `trouble`. */
export function opener(root, lessonOf, trouble, words = OPEN, look = 'primary', props = {}) {
  const work = async () => {
    trouble.hidden = true;
    const problem = await openRoom(root, lessonOf());
    text(trouble, problem);
    trouble.hidden = !problem;
  };
  return button(words, work, look, props);
}

/** A lesson to choose and the button: one is chosen already. */
export class Door {
  constructor(root, lessons, props = {}) {
    const option = (one) => h('option', { value: one.id }, `${one.number} · ${one.title}`);
    this.choice = h('select', { class: 'box', 'aria-label': t('Lesson'), translate: 'no', onchange: () => (this.chosen = true) }, lessons.map(option));
    this.trouble = h('p', { class: 'notice', role: 'alert', hidden: true });
    this.root = h('div', { class: 'opens' }, h('p', { class: 'go' }, this.choice, opener(root, () => this.choice.value, this.trouble, OPEN, 'primary', props)), this.trouble);
  }

  /** Chooses the lesson that is next, unless somebody chose one. */
  next(lesson) {
    if (!this.chosen && lesson) this.choice.value = lesson.id;
  }
}
