// The experiment: the system of the controls run at once from empty; its numbers, their intervals, and those of the run before.
// Knows nothing of how it is asked for, nor of what else is read off a run.
import { wordsOf } from './changed.js';
import { attribute, h, text } from './dom.js';
import { ABSENT, short, whole } from './format.js';
import { compare, METRICS, rowsOf } from './metrics.js';
import { t } from './translate.js';

const SLOW_MS = 500; // an answer that takes longer is announced
const REST_MS = 400; // after the last move for so long, a run that was cut to be quick is made whole
const GESTURE_MS = 1500; // moves of a control that are no further apart are one: what was before it stays the run before

export class Experiment {
  /** `ask` wants a run of the controls' values, of the kind "experiment", or "quick" while they are moved; `onShown` is told of every run that is there. */
  constructor({ controls, ask, onShown }) {
    Object.assign(this, { controls, ask, onShown, tried: false, slow: null, rest: null });
    Object.assign(this, { now: null, before: null, last: null, movedAt: -Infinity });
    this.button = h('button', { type: 'button', class: 'plain', onclick: () => this.run() }, t('Run it'));
    this.status = h('span', { class: 'sr', role: 'status', 'aria-live': 'polite' });
    this.body = intro();
    this.root = h(
      'section',
      { class: 'card experiment', 'aria-busy': 'false', 'aria-labelledby': 'experiment-title' },
      h('h2', { id: 'experiment-title' }, t('Experiment'), h('small', {}, t('a whole run at once')), this.button),
      this.body,
      this.status,
    );
  }

  run(kind = 'experiment') {
    clearTimeout(this.rest);
    this.tried = true;
    attribute(this.root, 'aria-busy', 'true');
    this.slow ??= setTimeout(() => text(this.button, t('Running …')), SLOW_MS);
    this.ask(kind);
  }

  /** A control was moved: it runs again, if there has been a run; the run before is that before the gesture. */
  moved() {
    if (!this.tried) return;
    const at = performance.now();
    if (at - this.movedAt > GESTURE_MS) this.last = this.now;
    this.movedAt = at;
    this.run('quick');
  }

  /** As it was before anything was run. */
  reset() {
    clearTimeout(this.rest);
    clearTimeout(this.slow);
    Object.assign(this, { tried: false, slow: null, now: null, before: null, last: null });
    attribute(this.root, 'aria-busy', 'false');
    text(this.button, t('Run it'));
    const body = intro();
    this.body.replaceWith(body);
    this.body = body;
  }

  show({ experiment, quick, problem }, values) {
    attribute(this.root, 'aria-busy', 'false');
    clearTimeout(this.slow);
    this.slow = null;
    text(this.button, t('Run it again'));
    if (problem) {
      this.fill(h('p', { class: 'bad' }, problem));
      return;
    }
    clearTimeout(this.rest);
    if (quick?.more) this.rest = setTimeout(() => this.run(), REST_MS);
    const now = { ...(experiment ?? quick), values };
    if (this.last) this.before = this.last;
    else if (this.now && JSON.stringify(this.now.numbers) !== JSON.stringify(now.numbers)) this.before = this.now;
    this.now = now;
    const words = wordsOf(this.controls, now, this.before);
    this.fill(words ? h('p', { class: 'words' }, words) : null, this.table(), this.notes());
    if (!quick?.more) text(this.status, `${t('Experiment done: p95 latency {number} milliseconds.', { number: short(now.numbers.latency_p95_ms[0]) })} ${words}`);
    this.onShown(now, this.before);
  }

  fill(...children) {
    const body = h('div', { class: 'body' }, children);
    this.body.replaceWith(body);
    this.body = body;
  }

  table() {
    const { now, before } = this;
    const intervals = Object.values(now.numbers).some((one) => one[1] !== null);
    const heads = [t('Number'), t('This run'), intervals ? t('95 % interval') : null, before ? t('Run before') : null].filter(
      (one) => one !== null,
    );
    return h(
      'table',
      {},
      h('caption', { class: 'sr' }, t('The experiment: each number, its 95 % interval, and the run before')),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((head) => h('th', { scope: 'col' }, head)),
        ),
      ),
      h(
        'tbody',
        {},
        rowsOf(now.numbers).map((name) => this.row(name, intervals)),
      ),
    );
  }

  row(name, intervals) {
    const { show, unit, worse, label, part } = METRICS[name];
    const told = this.now.numbers[name];
    const then = this.before?.numbers[name];
    const [arrow, mood] = then ? compare(worse, told, then) : ['', ''];
    const interval = told[1] === null ? ABSENT : `${show(Math.max(0, told[1]))} – ${show(told[2])}`;
    return h(
      'tr',
      { 'data-name': name, class: part ? 'part' : undefined },
      h('th', { scope: 'row' }, label),
      h('td', { 'data-mood': mood }, arrow, ' ', h('strong', {}, show(told[0])), ` ${unit}`),
      intervals ? h('td', {}, interval) : null,
      this.before ? h('td', {}, then ? `${show(then[0])} ${unit}` : ABSENT) : null,
    );
  }

  notes() {
    const { requests, simulated_s: seconds, limits } = this.now;
    const length = t('{requests} requests in {seconds} s of simulated time;', { requests: whole(requests), seconds: short(seconds) });
    const words = t('the first eleventh is left out, because the system begins empty. Faults of the live run are not part of it.');
    return h('p', { class: 'hint' }, [length, words, ...limits].join(' '));
  }
}

const intro = () =>
  h(
    'p',
    { class: 'hint' },
    t(
      'The controls as they are, a new system, 100,000 requests or more in one go: numbers that chance moves little, with their 95 % confidence intervals, single requests, theory and the bill. Move a control afterwards and it runs again, beside the run before.',
    ),
  );
