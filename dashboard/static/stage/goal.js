// The goal of a challenge: each limit beside what the running system does now, and whether it meets it. Judges a reading, not the run.
import { attribute, h, text } from './dom.js';
import { ABSENT, percent, whole } from './format.js';
import { value } from './store.js';
import { t } from './translate.js';

const FULL = 90; // % busy: what is so full makes others wait
const CAUSES = { 'errors.timeout': t('timed out'), 'errors.refused': t('refused'), 'errors.failed': t('failed'), 'errors.unavailable': t('unavailable') };
const NEAR = 0.97; // Poisson traffic of the wanted rate is now and then a little below it

export class Goal {
  constructor({ title, limits, best }) {
    this.limits = limits;
    this.rows = [
      { name: 'offered_rate', label: t('Requests'), limit: t('about {number}/s', { number: whole(limits.rate) }), show: (v) => `${whole(v)}/s`, met: (v) => v >= NEAR * limits.rate },
      { name: 'latency_p95_ms', label: t('p95 latency'), limit: `≤ ${whole(limits.latency_p95_ms)} ms`, show: (v) => `${whole(v)} ms`, met: (v) => v <= limits.latency_p95_ms },
      { name: 'errors', label: t('Errors'), limit: `≤ ${percent(limits.error_rate)} %`, show: (v) => `${percent(v, 2)} %`, met: (v) => v <= limits.error_rate },
      { name: 'cost_per_hour', label: t('Cost'), limit: `≤ $${whole(limits.cost_per_hour)}/h`, show: (v) => `$${whole(v)}/h`, met: (v) => v <= limits.cost_per_hour },
    ].map((row) => {
      const now = h('strong', {}, ABSENT);
      const mark = h('span', { class: 'mark' });
      const root = h('li', {}, h('span', {}, row.label), now, h('small', {}, row.limit), mark);
      return { ...row, now, mark, root };
    });
    this.verdict = h('p', { class: 'verdict', role: 'status' });
    this.hint = h('p', { class: 'hint' });
    this.root = h(
      'section',
      { class: 'card goal', 'aria-label': t('The goal') },
      h('h2', {}, t('The goal'), h('small', {}, title)),
      h('ul', {}, this.rows.map((row) => row.root)),
      this.verdict,
      this.hint,
      known(best),
    );
  }

  update({ row, nodes }) {
    const told = (name) => (name === 'errors' ? Object.keys(CAUSES).reduce((sum, cause) => sum + value(row, cause), 0) : value(row, name));
    const failing = new Set();
    let met = 0;
    for (const one of this.rows) {
      const now = told(one.name);
      const ok = now !== null && one.met(now);
      met += ok;
      if (!ok) failing.add(one.name);
      text(one.now, now === null ? ABSENT : one.show(now));
      text(one.mark, ok ? t('met') : t('not met'));
      attribute(one.root, 'data-met', ok);
    }
    text(this.verdict, met === this.rows.length ? t('The running system meets all four now.') : t('The running system meets {number} of four now.', { number: met }));
    text(this.hint, limits(failing, row, nodes));
  }
}

/** What limits the running system now, in a sentence; empty where all limits are met. Pure. */
export function limits(failing, row, nodes) {
  if (!failing.size) return '';
  const [servers, database] = ['servers', 'database'].map((tier) => Math.round(Math.max(0, ...nodes.filter((node) => node.tier === tier && node.size).map((node) => node.busy))));
  if (Math.max(servers, database) >= FULL)
    return database > servers
      ? t('What limits it now: the database, {busy} % busy where it is fullest.', { busy: database })
      : t('What limits it now: the servers, {busy} % busy where they are fullest.', { busy: servers });
  const busy = { servers, database };
  if (failing.has('errors')) {
    const worst = Object.keys(CAUSES).reduce((a, b) => (value(row, b) > value(row, a) ? b : a));
    return t('No tier is full (servers {servers} %, database {database} % busy). Most of the errors: {cause}.', { ...busy, cause: CAUSES[worst] });
  }
  if (failing.has('latency_p95_ms')) return t('No tier is full (servers {servers} %, database {database} % busy). The run’s tail says where the time goes.', busy);
  if (failing.has('offered_rate')) return t('Nothing limits it yet: servers {servers} %, database {database} % busy where they are fullest. More may ask.', busy);
  return t('Only the cost: servers {servers} %, database {database} % busy where they are fullest. What idles is paid for too.', busy);
}

/** The best design that is known, folded away: it gives the answer away. */
function known(best) {
  const lines = best.choices.map(({ tier, field, value: set }) => h('li', { translate: 'no' }, `${tier}: ${field.replaceAll('_', ' ')} ${typeof set === 'number' ? whole(set) : set ? t('on') : t('off')}`));
  return h(
    'details',
    { class: 'more' },
    h('summary', {}, t('The best known design')),
    h(
      'p',
      { class: 'hint' },
      t('${cost}/h at a p95 of {latency} ms, found on {date} by a search through {number} designs, at prices of {prices}.', {
        cost: whole(best.cost_per_hour),
        latency: whole(best.latency_p95_ms),
        date: best.date,
        number: whole(best.designs_count),
        prices: best.prices_date,
      }),
    ),
    h('ul', { class: 'hint' }, lines),
  );
}
