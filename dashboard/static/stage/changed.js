// What changed against the run before, in words: which controls were moved, and what came of it. Pure.
import { withUnit } from './format.js';
import { compare, METRICS, withMetric } from './metrics.js';
import { t } from './translate.js';

const TOLD = [
  'latency_p95_ms',
  'latency_p99_ms',
  'error_rate',
  'goodput',
  'cache_hit_ratio',
  'cdn_hit_ratio',
  'stale_read_ratio',
  'lost_writes',
];

/** "Algorithm: round robin → least connections." */
export function movesOf(controls, values, before) {
  return controls
    .filter((spec) => JSON.stringify(values[spec.path] ?? null) !== JSON.stringify(before[spec.path] ?? null))
    .map((spec) => `${spec.label}: ${withUnit(spec, before[spec.path] ?? null)} → ${withUnit(spec, values[spec.path] ?? null)}`);
}

/** What moved by more than chance, each as "p95 latency fell from 120 ms to 58.1 ms". */
export function effectsOf(now, before) {
  return TOLD.filter((name) => now[name] && before[name] && now[name][0] !== null && before[name][0] !== null)
    .filter((name) => compare(METRICS[name].worse, now[name], before[name])[0])
    .map((name) => {
      const [value, then] = [now[name][0], before[name][0]];
      const told = { metric: METRICS[name].label, before: withMetric(name, then), now: withMetric(name, value) };
      return value > then ? t('{metric} rose from {before} to {now}', told) : t('{metric} fell from {before} to {now}', told);
    });
}

/** One sentence or two; '' without a run before. */
export function wordsOf(controls, now, before) {
  if (!before) return '';
  const moves = movesOf(controls, now.values, before.values);
  const effects = effectsOf(now.numbers, before.numbers);
  const first = moves.length ? `${moves.join('; ')}.` : t('The controls are as in the run before.');
  if (effects.length) return `${first} ${effects.join('; ')}.`;
  const sure =
    Object.values(now.numbers).some((one) => one[1] !== null) && Object.values(before.numbers).some((one) => one[1] !== null);
  return sure
    ? `${first} ${t('No percentile, error ratio or goodput moved by more than chance.')}`
    : `${first} ${t('Without intervals for both runs, nobody can tell what is chance.')}`;
}
