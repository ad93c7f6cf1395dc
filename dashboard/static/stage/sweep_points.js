// The points of a sweep: at which values of a control a run is made, and what a curve of them shows. Pure.
import { withUnit } from './format.js';
import { METRICS } from './metrics.js';
import { t } from './translate.js';

export const MOST_POINTS = 24;
export const USUAL_POINTS = 11;
const MANY = 0.05; // share of requests without an answer that is worth a word
const PREFERRED = [
  ['servers.count', 'latency_p95_ms'],
  ['traffic.rate', 'latency_p95_ms'],
  ['servers.vcpus', 'throughput'],
  ['cache.ttl_s', 'cache_hit_ratio'],
  ['database.replicas', 'latency_p95_ms'],
];

/** Which controls can be swept: those that are a number, a choice or a switch. */
export const sweepable = (controls) =>
  controls.filter(({ kind, path }) => ['slider', 'choice', 'switch'].includes(kind) && path !== 'traffic.recording_speed');

/** The control and the metric of a page's first sweep: what it declares, else what suits its controls. */
export function firstSweep(controls, declared) {
  const has = (path) => controls.some((spec) => spec.path === path);
  if (declared?.[0] && has(declared[0]) && METRICS[declared[1]]) return declared;
  return PREFERRED.find(([path]) => has(path)) ?? [sweepable(controls)[0]?.path, 'latency_p95_ms'];
}

/** Values from one to the other, equal steps on the control's scale, rounded to what it takes, none twice. */
export function valuesOf(spec, from, to, most = USUAL_POINTS) {
  if (spec.kind === 'choice') return spec.choices.map(([name]) => name);
  if (spec.kind === 'switch') return [false, true];
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const count = Math.min(MOST_POINTS, Math.max(2, most));
  const log = spec.scale === 'log' && low > 0;
  const round = (v) => (spec.whole ? Math.round(v) : Number(v.toPrecision(v >= 100 ? 3 : 2)));
  const found = [];
  for (let i = 0; i < count; i++) {
    const share = i / (count - 1);
    const exact = log ? low * (high / low) ** share : low + (high - low) * share;
    const value = i === 0 ? low : i === count - 1 ? high : Math.min(high, Math.max(low, round(exact)));
    if (!found.includes(value)) found.push(value);
  }
  return found;
}

/** From where to where a sweep goes at first: round the value that is set, within the slider. */
export function usualRange(spec, value) {
  if (spec.kind !== 'slider') return [null, null];
  if (typeof value !== 'number') return [spec.low, spec.high];
  const low = spec.scale === 'log' || value > spec.low * 8 ? value / 4 : spec.low;
  const high = Math.max(value * 2.5, spec.low + (spec.high - spec.low) / 8);
  const round = (v) => (spec.whole ? Math.round(v) : Number(v.toPrecision(2)));
  return [Math.max(spec.low, round(low)), Math.min(spec.high, round(high))];
}

/** What a curve draws of the points of a metric: value, interval, theory, each in the metric's own scale. */
export function curveOf(points, metric) {
  const { scale } = METRICS[metric];
  const scaled = (v) => (v === null || v === undefined ? null : v * scale);
  return points.map(({ value, answer }) => {
    const [middle, low, high] = answer.numbers[metric] ?? [null, null, null];
    return {
      value,
      middle: scaled(middle),
      low: scaled(low),
      high: scaled(high),
      theory: scaled(answer.theory[metric] ?? answer.simpler[metric]),
      simpler: answer.theory[metric] === undefined && answer.simpler[metric] !== undefined,
      full: answer.full,
      errors: answer.numbers.error_rate[0],
    };
  });
}

/** The curve in words: its ends, its best point, where something is full, where many got no answer. */
export function wordsOf(spec, metric, curve) {
  const known = curve.filter((point) => point.middle !== null);
  if (!known.length) return t('Nobody was answered at any point.');
  const { label, unit, show, scale, worse } = METRICS[metric];
  const told = (point) => t('{number} at {value}', { number: `${show(point.middle / scale)} ${unit}`, value: withUnit(spec, point.value) });
  const best = worse === 0 ? null : known.reduce((a, b) => ((b.middle - a.middle) * worse < 0 ? b : a));
  const ends = spec.kind === 'slider' ? `${told(known[0])}, ${told(known.at(-1))}` : '';
  const words = [`${label}: ${[ends, best ? t('best {words}', { words: told(best) }) : ''].filter(Boolean).join('; ') || known.map(told).join(', ')}.`];
  const where = (points) => points.map((point) => withUnit(spec, point.value)).join(', ');
  const [lost, full] = [curve.filter((point) => point.errors > MANY), known.filter((point) => point.full)];
  if (lost.length) words.push(t('More than 1 in 20 got no answer at {values}: latencies there are those of the others.', { values: where(lost) }));
  if (full.length)
    words.push(t('Something is full all the time at {values}: there the numbers depend on the length of the run.', { values: where(full) }));
  return words.join(' ');
}
