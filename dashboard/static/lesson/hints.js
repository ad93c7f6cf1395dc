// Hints: one more when it is due, by time or by attempts; those that were shown stay. Knows nothing of what they say.
import { attribute, h, text } from '../stage/dom.js';
import { plural, t } from '../stage/translate.js';
import { paragraphs } from './words.js';

const MINUTE_S = 60;

export class Hints {
  constructor(onHint) {
    this.button = h('button', { type: 'button', class: 'plain hinted', onclick: () => this.due() && onHint() });
    this.list = h('ol', { class: 'hints', 'aria-live': 'polite' });
    this.root = h('div', { class: 'help' }, this.list, this.button);
    this.told = { shown: [], more: 0 };
    this.since = 0;
  }

  show(told) {
    this.told = told ?? { shown: [], more: 0 };
    this.since = performance.now();
    const shown = this.told.shown ?? [];
    if (this.list.childElementCount > shown.length) this.list.replaceChildren();
    for (const words of shown.slice(this.list.childElementCount)) this.list.append(h('li', {}, paragraphs(words)));
    this.list.hidden = !shown.length;
    this.tick();
  }

  /** Seconds until the next one is due; null where time does not bring it. */
  left() {
    const { wait_s: wait } = this.told;
    return wait === null || wait === undefined ? null : Math.max(0, wait - (performance.now() - this.since) / 1000);
  }

  due() {
    const [left, { attempts }] = [this.left(), this.told];
    return left === 0 || attempts === 0 || (left === null && (attempts === null || attempts === undefined));
  }

  tick() {
    const { more, attempts } = this.told;
    this.root.hidden = !more && !this.told.shown?.length;
    this.button.hidden = !more;
    if (!more) return;
    attribute(this.button, 'aria-disabled', !this.due());
    text(this.button, this.words(this.left(), attempts));
  }

  words(left, attempts) {
    if (this.due()) return this.told.shown?.length ? t('Another hint') : t('Hint');
    const tries = attempts ? plural('after one more try', 'after {number} more tries', attempts, { number: attempts }) : '';
    const soon =
      left === null
        ? ''
        : left > 1.5 * MINUTE_S
          ? t('in {minutes} min', { minutes: Math.ceil(left / MINUTE_S) })
          : t('in {seconds} s', { seconds: Math.ceil(left) });
    if (tries && soon) return t('Hint {soon}, or {tries}', { soon, tries });
    return t('Hint {when}', { when: soon || tries });
  }
}
