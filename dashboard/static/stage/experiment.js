// The experiment: the system of the controls run at once from empty; its numbers, their intervals, and those of the run before.
// Knows nothing of how it is asked for.
import { attribute, h, text } from './dom.js';
import { ABSENT, percent, short, whole } from './format.js';

const SETTLED_MS = 400; // after the last move of a control it runs again
const CAUSES = ['timeout', 'refused', 'failed', 'unavailable'];
const fine = (v) => (v === null ? ABSENT : v < 100 ? v.toFixed(1) : whole(v));
const ROWS = [
  { name: 'latency_p50_ms', label: 'p50 latency', unit: 'ms', show: fine, worse: 1 },
  { name: 'latency_p95_ms', label: 'p95 latency', unit: 'ms', show: fine, worse: 1 },
  { name: 'latency_p99_ms', label: 'p99 latency', unit: 'ms', show: fine, worse: 1 },
  { name: 'error_rate', label: 'Errors', unit: '%', show: (v) => percent(v, 2), worse: 1 },
  { name: 'goodput', label: 'Goodput', unit: '/s', show: whole, worse: -1 },
  { name: 'load_imbalance', label: 'Busiest ÷ mean', unit: '×', show: (v) => (v === null ? ABSENT : v.toFixed(2)), worse: 0 },
  { name: 'server_utilisation', label: 'Servers busy', unit: '%', show: (v) => percent(v), worse: 0 },
  { name: 'database_utilisation', label: 'Database busy', unit: '%', show: (v) => percent(v), worse: 0 },
];

export class Experiment {
  constructor({ onRun }) {
    Object.assign(this, { onRun, tried: false, now: null, before: null, timer: null });
    this.button = h('button', { type: 'button', class: 'plain', onclick: () => this.run() }, 'Run it');
    this.status = h('span', { class: 'sr', role: 'status', 'aria-live': 'polite' });
    this.body = h(
      'p',
      { class: 'hint' },
      'The controls as they are, a new system, 100,000 requests or more in one go: numbers that chance moves little, with their ' +
        '95 % confidence intervals. Move a control afterwards and it runs again, beside the run before.',
    );
    this.root = h(
      'section',
      { class: 'card experiment', 'aria-busy': 'false' },
      h('h2', {}, 'Experiment', h('small', {}, 'a whole run at once'), this.button),
      this.body,
      this.status,
    );
  }

  run() {
    clearTimeout(this.timer);
    this.tried = true;
    attribute(this.root, 'aria-busy', 'true');
    this.button.disabled = true;
    this.onRun();
  }

  /** A control was moved: once it has settled the experiment runs again, if there has been one. */
  moved() {
    if (!this.tried) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), SETTLED_MS);
  }

  show({ experiment, problem }) {
    attribute(this.root, 'aria-busy', 'false');
    this.button.disabled = false;
    text(this.button, 'Run it again');
    if (problem) {
      this.fill(h('p', { class: 'bad' }, problem));
      return;
    }
    if (JSON.stringify(experiment) !== JSON.stringify(this.now)) {
      this.before = this.now;
      this.now = experiment;
    }
    this.fill(this.table(), this.notes());
    text(this.status, `Experiment done: p95 latency ${short(this.now.numbers.latency_p95_ms[0])} milliseconds.`);
  }

  fill(...children) {
    const body = h('div', { class: 'body' }, children);
    this.body.replaceWith(body);
    this.body = body;
  }

  table() {
    const { now, before } = this;
    const rows = [...ROWS];
    const causes = CAUSES.filter((cause) => now.numbers[`errors.${cause}`][0] > 0);
    rows.splice(4, 0, ...causes.map((cause) => ({ ...ROWS[3], name: `errors.${cause}`, label: `… ${cause}`, part: true })));
    const intervals = Object.values(now.numbers).some((one) => one[1] !== null);
    return h(
      'table',
      {},
      h('caption', { class: 'sr' }, 'The experiment: each number, its 95 % interval, and the run before'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, ''),
          h('th', { scope: 'col' }, 'This run'),
          intervals ? h('th', { scope: 'col' }, '95 % interval') : null,
          before ? h('th', { scope: 'col' }, 'Run before') : null,
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) => {
          const told = now.numbers[row.name];
          const then = before?.numbers[row.name];
          const [arrow, mood] = before ? compare(row, told, then) : ['', ''];
          return h(
            'tr',
            { 'data-name': row.name, class: row.part ? 'part' : undefined },
            h('th', { scope: 'row' }, row.label),
            h('td', { 'data-mood': mood }, arrow, ' ', h('strong', {}, row.show(told[0])), ` ${row.unit}`),
            intervals ? h('td', {}, told[1] === null ? ABSENT : range(row, told)) : null,
            before ? h('td', {}, `${row.show(then[0])} ${row.unit}`) : null,
          );
        }),
      ),
    );
  }

  notes() {
    const { requests, simulated_s: seconds, limits } = this.now;
    const length = `${whole(requests)} requests in ${short(seconds)} s of simulated time;`;
    const words = 'the first tenth is left out, because the system begins empty. Faults of the live run are not part of it.';
    return h('p', { class: 'hint' }, [length, words, ...limits].join(' '));
  }
}

const range = (row, [, low, high]) => `${row.show(Math.max(0, low))} – ${row.show(high)}`;

/** An arrow, and whether that is good, where the intervals of this run and the one before are apart: then it is hardly chance. */
function compare(row, now, then) {
  const apart = now[1] !== null && then[1] !== null && (now[1] > then[2] || now[2] < then[1]);
  if (!apart) return ['', ''];
  const up = now[0] > then[0];
  return [up ? '↑' : '↓', row.worse === 0 ? '' : up === row.worse > 0 ? 'bad' : 'good'];
}
