// The timeline: where the clock is in the run so far, with a mark at every move and fault; dragged, tapped or by keyboard it goes there.
// Knows nothing of the run but its length and its marks.
import { attribute, h } from './dom.js';
import { clock } from './format.js';
import { t } from './translate.js';

const place = (at, front, move) =>
  move ? t('{time} of {all}, after: {move}', { time: clock(at), all: clock(front), move }) : t('{time} of {all}', { time: clock(at), all: clock(front) });

const STEP_S = 1;
const FINE_S = 0.1; // with the shift key
const CROWD = 0.008; // marks closer than this share of the line are drawn as one

export class Timeline {
  constructor({ onSeek, onHold }) {
    Object.assign(this, { onSeek, held: false, t: 0, front: 0, list: [] });
    this.range = h('input', {
      type: 'range',
      min: 0,
      max: 1,
      step: 'any',
      value: 0,
      'aria-label': t('Timeline: go to a time of the run'),
      title: t('Go back in time. Arrows: a second; page keys: from mark to mark; Home and End'),
    });
    const hold = (on) => () => {
      if (this.held === on) return;
      this.held = on;
      onHold(on);
    };
    this.range.addEventListener('pointerdown', hold(true));
    for (const name of ['pointerup', 'pointercancel', 'change', 'blur']) this.range.addEventListener(name, hold(false));
    this.range.oninput = () => onSeek(Number(this.range.value));
    this.range.onkeydown = (event) => this.key(event);
    this.marks = h('div', { class: 'marks', 'aria-hidden': 'true' });
    this.root = h('div', { class: 'timeline' }, this.range, this.marks);
  }

  key(event) {
    const to = this.target(event.key, event.shiftKey ? FINE_S : STEP_S);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.t = Math.min(this.front, Math.max(0, to)); // the next key may come before the next look
    this.onSeek(this.t);
  }

  target(key, step) {
    const { t, front, list } = this;
    if (key === 'ArrowLeft' || key === 'ArrowDown') return t - step;
    if (key === 'ArrowRight' || key === 'ArrowUp') return t + step;
    if (key === 'Home') return 0;
    if (key === 'End') return front;
    if (key === 'PageUp') return list.findLast(([at]) => at < t - FINE_S)?.[0] ?? 0;
    if (key === 'PageDown') return list.find(([at]) => at > t + FINE_S)?.[0] ?? front;
    return null;
  }

  /** Shows the clock in a run that has been followed up to `front`. */
  update(t, front, list) {
    Object.assign(this, { t, front, list });
    const { range } = this;
    if (!this.held) {
      range.max = Math.max(front, 0.1);
      range.value = t;
    }
    const max = Number(range.max);
    range.style.setProperty('--share', `${((100 * t) / max).toFixed(2)}%`);
    attribute(range, 'aria-valuetext', place(t, front, this.near()));
    const shown = list.filter(([at], i) => at <= max && !(i && at > 0 && (at - list[i - 1][0]) / max < CROWD && list[i][2] === list[i - 1][2]));
    while (this.marks.children.length > shown.length) this.marks.lastChild.remove();
    while (this.marks.children.length < shown.length) this.marks.append(h('i', {}));
    shown.forEach(([at, , kind], i) => {
      const mark = this.marks.children[i];
      const left = `${((100 * at) / max).toFixed(1)}%`;
      if (mark.style.left !== left) mark.style.left = left;
      attribute(mark, 'class', kind);
    });
  }

  /** The move that is nearest, for who cannot see the marks. */
  near() {
    const last = this.list.findLast(([at]) => at <= this.t + 1e-3);
    return last?.[1] ?? '';
  }
}
