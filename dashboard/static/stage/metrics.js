// The metrics of a whole run as people read them: name, unit, how many figures, and which way is worse. Pure.
import { ABSENT, fixed, percent, whole } from './format.js';
import { t } from './translate.js';

const absent = (v) => v === null || v === undefined;
export const fine = (v) => (absent(v) ? ABSENT : Math.abs(v) < 100 ? fixed(v, 1) : whole(v));
export const dollars = (v) => (absent(v) ? ABSENT : v < 100 ? fixed(v, 2) : whole(v));
const two = (v) => (absent(v) ? ABSENT : fixed(v, 2));
const share = (label, worse, digits = 1) => ({ label, unit: '%', scale: 100, show: (v) => percent(v, digits), worse });
const time = (label) => ({ label, unit: 'ms', scale: 1, show: fine, worse: 1 });
const count = (label, worse, unit = '') => ({ label, unit, scale: 1, show: whole, worse });

export const METRICS = {
  latency_p50_ms: time(t('p50 latency')),
  latency_p95_ms: time(t('p95 latency')),
  latency_p99_ms: time(t('p99 latency')),
  latency_p999_ms: time(t('p99.9 latency')),
  latency_mean_ms: time(t('Mean latency')),
  error_rate: share(t('Errors'), 1, 2),
  'errors.timeout': { ...share(t('… timed out'), 1, 2), part: true },
  'errors.refused': { ...share(t('… refused'), 1, 2), part: true },
  'errors.failed': { ...share(t('… failed'), 1, 2), part: true },
  'errors.unavailable': { ...share(t('… unavailable'), 1, 2), part: true },
  offered_rate: count(t('Asked for'), 0, '/s'),
  throughput: count(t('Served'), -1, '/s'),
  goodput: count(t('Goodput'), -1, '/s'),
  attempts_per_request: { label: t('Attempts per request'), unit: '×', scale: 1, show: two, worse: 1 },
  load_imbalance: { label: t('Busiest ÷ mean'), unit: '×', scale: 1, show: two, worse: 0 },
  server_utilisation: share(t('Servers busy'), 0),
  database_utilisation: share(t('Database busy'), 0),
  queue_length_mean: { label: t('Waiting in all servers’ queues'), unit: '', scale: 1, show: fine, worse: 1 },
  'latency_by_stage_ms.server_queue': time(t('Wait for a server')),
  'latency_by_stage_ms.database_queue': time(t('Wait for the database')),
  cache_hit_ratio: share(t('Cache hits'), -1),
  cdn_hit_ratio: share(t('CDN hits'), -1),
  cdn_offload: share(t('Answered by the CDN'), -1),
  stale_read_ratio: share(t('Stale reads'), 1, 2),
  read_your_writes_violations: count(t('Own writes not seen'), 1),
  replication_lag_p95_ms: time(t('p95 replica lag')),
  lost_writes: count(t('Writes lost'), 1),
  unavailable_s: { label: t('Nobody to serve'), unit: 's', scale: 1, show: fine, worse: 1 },
  write_unavailable_s: { label: t('No primary'), unit: 's', scale: 1, show: fine, worse: 1 },
  cost_per_hour: { label: t('Cost per hour'), unit: '$', scale: 1, show: dollars, worse: 1, before: true },
  cost_per_million_ok: { label: t('Cost per million good requests'), unit: '$', scale: 1, show: dollars, worse: 1, before: true },
};

const ALWAYS = [
  'latency_p50_ms',
  'latency_p95_ms',
  'latency_p99_ms',
  'error_rate',
  'goodput',
  'load_imbalance',
  'server_utilisation',
  'database_utilisation',
];
const WHERE_THERE_ARE = [
  'errors.timeout',
  'errors.refused',
  'errors.failed',
  'errors.unavailable',
  'cdn_offload',
  'stale_read_ratio',
  'read_your_writes_violations',
  'lost_writes',
  'unavailable_s',
  'write_unavailable_s',
];
const WHERE_KNOWN = ['cache_hit_ratio', 'cdn_hit_ratio', 'replication_lag_p95_ms'];

/** The metrics that an experiment's table shows, in order: some always, some only where they say something. */
export function rowsOf(numbers) {
  return Object.keys(METRICS).filter((name) => {
    const value = numbers[name]?.[0];
    if (ALWAYS.includes(name)) return true;
    if (WHERE_THERE_ARE.includes(name)) return value > 0;
    return WHERE_KNOWN.includes(name) && value !== null && value !== undefined;
  });
}

/** A value with its unit: "78.1 ms", "$ 9.32". */
export function withMetric(name, value) {
  const { unit, show, before } = METRICS[name];
  if (absent(value)) return ABSENT;
  return before ? `${unit} ${show(value)}` : `${show(value)} ${unit}`.trim();
}

/** An arrow and a mood, where the intervals of two runs are apart: then it is hardly chance. */
export function compare(worse, now, then) {
  const apart = now[1] !== null && then[1] !== null && (now[1] > then[2] || now[2] < then[1]);
  if (!apart) return ['', ''];
  const up = now[0] > then[0];
  return [up ? '↑' : '↓', worse === 0 ? '' : up === worse > 0 ? 'bad' : 'good'];
}
