// Pace: the lesson's steps as a path, where the class is on it, how it goes on, and how long a step still lasts.
import { attribute, h, text } from '../stage/dom.js';
import { mark, t } from '../stage/translate.js';
import { kindOf, titleOf } from '../lesson/words.js';
import { inside } from './teach_class.js';
import { button, segments, sure } from './teach_parts.js';

const FREE = 'free';
const PACED = 'paced';
const PAUSED = 'paused';
const TELLS = {
  [FREE]: mark('Everybody goes at their own pace.'),
  [PACED]: mark('Nobody goes beyond the step of the class.'),
  [PAUSED]: mark('Nothing can be answered now; every screen says so.'),
};
/** What becomes of the students when the class goes over to another lesson. */
const LEADS = {
  [FREE]: mark('Nobody is taken out of what they do: every screen says so, and a button leads there.'),
  [PACED]: mark('Every screen goes to its first step within seconds; what is half written is kept.'),
  [PAUSED]: mark('The screens stay paused; together they go there when the class goes on, at their own pace a button leads there.'),
};
const LENGTHS_S = [30, 60, 120, 180, 300, 600];

export class Pace {
  /** `onLook(step id)`: the step whose results are to be seen. */
  constructor(root, line, onLook) {
    Object.assign(this, { page: root, line, onLook, steps: [], cells: [] });
    this.lesson = h('select', { class: 'box', 'aria-label': t('Lesson'), translate: 'no', onchange: () => this.teach(this.lesson.value) });
    this.pacing = segments('pacing', t('How the class goes on'), [[FREE, t('Free')], [PACED, t('Together')], [PAUSED, t('Paused')]], (value) => this.choose(value)); // prettier-ignore
    this.tells = h('p', { class: 'quiet only-open' });
    this.path = h('ol', { class: 'steps-path' });
    this.back = button(t('← Back'), () => this.move(-1));
    this.next = button(t('Next →'), () => this.move(1), 'primary');
    this.here = button(t('Take the class to this step'), () => this.go(this.looked));
    this.place = h('p', { class: 'place' });
    this.clock = new Countdown();
    this.length = h('select', { class: 'box', id: 'time', 'aria-label': t('Time for the step') }, LENGTHS_S.map((s) => h('option', { value: s, selected: s === 60 }, lengthOf(s))));
    this.start = button(t('Start'), () => this.count(Number(this.length.value)), 'plain', { 'aria-label': t('Start the countdown') });
    this.stop = button(t('Stop'), () => this.count(null), 'plain', { 'aria-label': t('Stop the countdown') });
    this.root = h(
      'section',
      { class: 'card pace', 'aria-labelledby': 'pace' },
      h('div', { class: 'bar' }, h('h2', { id: 'pace' }, t('The lesson')), this.lesson),
      this.path,
      h(
        'div',
        { class: 'bar only-open' },
        h('div', { class: 'go' }, this.pacing.root, this.back, this.next, this.here, this.place),
        h('div', { class: 'go timed' }, h('label', { for: 'time' }, t('Time')), this.clock.root, this.length, this.start, this.stop),
      ),
      this.tells,
    );
  }

  show({ room, steps, people, looked }) {
    Object.assign(this, { room, steps, looked, people: inside(people) });
    this.lessons(room);
    this.pacing.show(room.pacing);
    text(this.tells, [t(TELLS[room.pacing]), this.come()].filter(Boolean).join(' '));
    this.draw(steps);
    const at = steps.findIndex((one) => one.id === room.step);
    const together = room.pacing !== FREE && at >= 0;
    this.back.hidden = this.next.hidden = !together;
    this.back.disabled = at <= 0;
    this.next.disabled = at < 0 || at >= steps.length - 1;
    this.here.hidden = !looked || (together && looked === room.step);
    text(this.place, together ? t('Step {place} of {steps}', { place: at + 1, steps: steps.length }) : '');
    this.clock.show(room);
    const counting = room.countdown_s !== null;
    this.stop.hidden = !counting;
    this.start.hidden = this.length.hidden = counting;
    this.lesson.disabled = room.closed;
  }

  /** How many stand at the step of a class that goes together. */
  come() {
    const { room, people } = this;
    if (room.pacing !== PACED || !people.length) return '';
    return t('{here} of {all} are at it.', { here: people.filter((one) => one.here === room.step).length, all: people.length });
  }

  lessons(room) {
    const list = JSON.stringify(room.lessons?.map((one) => [one.id, one.title]));
    if (list !== this.listed) {
      this.listed = list;
      this.lesson.replaceChildren(...(room.lessons ?? []).map((one) => h('option', { value: one.id }, `${one.number} · ${one.title}`)));
    }
    if (document.activeElement !== this.lesson && room.lesson) this.lesson.value = room.lesson.id;
  }

  /** The path is made anew when the steps change; else only what stands at them. */
  draw(steps) {
    const named = JSON.stringify(steps.map((one) => [one.id, one.title]));
    if (named !== this.named) {
      this.named = named;
      this.cells = steps.map((one, at) => this.cell(one, at));
      this.path.replaceChildren(...this.cells.map((cell) => cell.root));
    }
    const all = this.people;
    for (const cell of this.cells) {
      const done = all.filter((one) => DONE.has(one.states[cell.id])).length;
      const here = all.filter((one) => one.here === cell.id).length;
      const now = this.room.pacing !== FREE && cell.id === this.room.step;
      attribute(cell.button, 'aria-pressed', cell.id === this.looked);
      if (now) attribute(cell.button, 'aria-current', 'step');
      else cell.button.removeAttribute('aria-current');
      attribute(cell.bar, 'style', `width:${all.length ? ((100 * done) / all.length).toFixed(0) : 0}%`);
      text(cell.here, here ? `${here}` : '');
      text(cell.told, t('{done} of {all} done, {here} here', { done, all: all.length, here }) + (now ? `, ${t('the class is here')}` : ''));
      if (now && this.shown !== cell.id) {
        this.shown = cell.id;
        this.path.scrollTo({ left: cell.root.offsetLeft - this.path.clientWidth / 2 + cell.root.offsetWidth / 2 });
      }
    }
  }

  cell(one, at) {
    const cell = { id: one.id, bar: h('i', {}), here: h('span', { class: 'here-count', 'aria-hidden': 'true' }), told: h('span', { class: 'sr' }) };
    cell.button = h(
      'button',
      { type: 'button', class: one.polled ? 'stop-of polled' : 'stop-of', 'data-step': one.id, title: titleOf(one), onclick: () => this.onLook(one.id) },
      h('span', { class: 'round', 'aria-hidden': 'true' }, `${at + 1}`, cell.here),
      h('span', { class: 'kind' }, kindOf(one)),
      h('span', { class: 'titled', translate: 'no' }, titleOf(one)),
      h('span', { class: 'gone', 'aria-hidden': 'true' }, cell.bar),
      cell.told,
    );
    cell.root = h('li', {}, cell.button);
    return cell;
  }

  /** Goes over to another lesson; with a class in the room that is asked first, for a key pressed on the list is enough to choose. */
  async teach(lesson) {
    const title = this.lesson.selectedOptions[0].textContent;
    const words = [t('The class goes over to “{title}”.', { title }), t(LEADS[this.room.pacing]), t('What was answered in this lesson is kept, and you can come back to it.')].join(' ');
    const means = !this.people.length || (await sure(this.page, t('Another lesson?'), words, t('Go over to it'), 'primary'));
    if (means) await this.line.do('lesson', { lesson });
    this.lesson.value = this.room.lesson?.id ?? '';
  }

  choose(pacing) {
    const step = pacing === PACED ? (this.looked ?? this.room.step) : null;
    return this.line.do('pace', step ? { pacing, step } : { pacing });
  }

  go(step) {
    return this.line.do('pace', { pacing: PACED, step });
  }

  move(by) {
    const at = this.steps.findIndex((one) => one.id === this.room.step);
    const to = this.steps[at + by];
    return to ? this.go(to.id) : Promise.resolve();
  }

  count(length_s) {
    const { pacing } = this.room;
    return this.line.do('pace', length_s === null ? { pacing } : { pacing, countdown_s: length_s });
  }
}

const DONE = new Set(['right', 'answered', 'wrong']);

const lengthOf = (s) => (s < 60 ? t('{number} s', { number: s }) : t('{number} min', { number: s / 60 }));

/** How long it still is, by the server's clock. */
export class Countdown {
  constructor() {
    this.root = h('p', { class: 'countdown', role: 'timer', 'aria-live': 'off', hidden: true });
  }

  show(room) {
    this.skew_s = room.skew_s;
    this.until_s = room.countdown_s;
    this.tick();
    if (this.until_s !== null && !this.timer) {
      this.timer = setInterval(() => (this.root.isConnected && this.until_s !== null ? this.tick() : this.rest()), 250);
    }
  }

  rest() {
    clearInterval(this.timer);
    this.timer = null;
    this.tick();
  }

  tick() {
    this.root.hidden = this.until_s === null;
    if (this.until_s === null) return;
    const left = Math.max(0, Math.ceil(this.until_s - Date.now() / 1000 - this.skew_s));
    text(this.root, left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}` : t('Time is over'));
    attribute(this.root, 'data-over', left === 0);
  }
}
