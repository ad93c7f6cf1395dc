// The light answer page: the questions of the class's lesson without its simulation, for a phone on a bad line. What is answered
// waits on the device until it is saved, once.
import { h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { ON_RUN } from '../lesson/asks.js';
import { Learning } from '../lesson/learning.js';
import { show as showBar } from './bar.js';
import './follow.js'; // is needed as soon as there is a lesson: comes with the others rather than behind them
import { enter, inRoom, tab } from './here.js';
import { live } from './live.js';

const PATIENCE_MS = 15_000; // an answer without a run is judged at once, so a line that is silent for so long is broken
const main = document.getElementById('main');
const token = enter(main.dataset.room);

class Questions extends Learning {
  constructor(lesson, root) {
    super(lesson.id, { room: token, patience: PATIENCE_MS });
    this.address = inRoom(lesson.address, token);
    this.alone = lesson.address;
    this.title = h('h1', {}, t('Lesson {number}: {title}', lesson));
    this.place = h('p', { class: 'place' });
    this.problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    this.content = h('div', { class: 'content' });
    this.back = h('button', { type: 'button', class: 'link', onclick: () => this.act({ action: 'back' }) }, t('← Back'));
    this.skip = h('button', { type: 'button', class: 'link', onclick: () => this.next() }, t('Skip this step'));
    root.replaceChildren(
      h('div', { class: 'head' }, this.title, this.place),
      h('section', { class: 'card lesson' }, this.problem, this.content, h('div', { class: 'ways' }, this.back, this.skip)),
    );
    this.load();
  }

  take(state, { closed = false, anew = false } = {}) {
    this.closed = closed || !state.step;
    this.complain(null);
    const told = this.without(state);
    const answer = this.put(told, { anew });
    this.foot();
    return answer;
  }

  /** What is answered with a run of one's own is not asked here. */
  without(state) {
    const { step } = state;
    if (!step?.ask || !ON_RUN.includes(step.ask.kind)) return state;
    return { ...state, step: { ...step, ask: null, answered: null, hints: null, needs: true } };
  }

  show(view) {
    this.view = view;
    const needs = this.state.step?.needs && !this.closed;
    const words = t('This step is done with the simulation, on the whole page.');
    const whole = h('p', { class: 'needs' }, `${words} `, h('a', { href: this.address }, t('Open the whole page')));
    this.content.replaceChildren(view.root, ...(needs ? [whole] : []));
  }

  foot() {
    const { steps, step } = this.state;
    const here = steps.findIndex((one) => one.here);
    text(this.place, this.closed ? t('done') : t('step {number} of {all}', { number: here + 1, all: steps.length }));
    this.back.hidden = this.closed || !!this.over || here <= 0;
    this.skip.hidden = this.closed || !!this.over || this.waitsForClass() || !step?.ask || !!step.answered;
  }

  refresh() {
    if (!this.state) return;
    this.view.update?.(this.state);
    this.foot();
  }

  above(notice) {
    this.content.before(notice);
  }

  complain(problem) {
    text(this.problem, problem ?? '');
    this.problem.hidden = !problem;
  }

  arrive() {
    this.view.heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

/** The lesson of the class is on the page; another one takes its place when the class goes over to it together. */
function follow(room) {
  const stage = h('div', { class: 'stage' });
  main.replaceChildren(stage);
  let shown = null;
  room.on(() => {
    if (room.ended === 'stranger') {
      tab.set('out', room.was ? 'yes' : null);
      tab.set('back', location.href);
      location.replace(new URL(`room/${token}`, document.baseURI));
    }
    const lesson = room.room?.lesson;
    const out = room.ended && room.ended !== 'closed'; // what was done in a room that is closed can still be read
    if (out && room.room && !shown) stage.replaceChildren(h('h1', { translate: 'no' }, room.room.title));
    if (!lesson || out || shown?.id === lesson.id) return;
    if (shown && room.room.pacing !== 'paced') return; // nobody is taken out of what they write: the bar says so, and leads there
    shown?.dispose();
    shown = new Questions(lesson, stage);
  });
}

follow(live(token));
showBar(true);
