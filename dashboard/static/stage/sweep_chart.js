// The curve of a sweep: the measured points with their 95 % band, theory beside them, the curve before as a ghost.
import { withUnit } from './format.js';
import { widthOf } from './measure.js';
import { METRICS } from './metrics.js';
import { s, scale, sheet, tick, ticks, logTicks } from './svg.js';
import { t } from './translate.js';

const HEIGHT = 270;
const THEORY_ABOVE = 1.5; // times what was measured: so far the scale follows theory

/** The drawing; `now` is the control's value on the page. */
export function drawSweep(width, { spec, metric, curve, ghost, now, label }) {
  const narrow = width < 460;
  const named = spec.kind !== 'slider';
  const drawing = sheet(width, HEIGHT, label);
  const all = [...curve, ...ghost];
  const calm = all.filter((point) => !point.full && point.middle !== null);
  // What is full has no end: where other points are not, they set the scale, and full ones stand at the edge.
  const seen = calm.length > 1 ? calm : all;
  const known = (values) => values.filter((v) => v !== null && v !== undefined);
  const measured = Math.max(...known(seen.flatMap((point) => [point.middle, point.full ? null : point.high])), 1e-9);
  // Theory has no bound where a queue has none: it may leave the frame.
  const most = Math.max(measured, Math.min(THEORY_ABOVE * measured, Math.max(...known(seen.map((point) => point.theory)), 0)));
  const grid = ticks(0, most * 1.06, 5);
  const top = Math.max(grid.at(-1) + (grid[1] ?? 0), most);
  const margin = { left: named ? 62 : 46, right: narrow || named ? 14 : 100, top: 16, bottom: named ? 74 : 44 };
  margin.left = Math.max(margin.left, ...ticks(0, top, 5).map((at) => widthOf(tick(at), '11.5px')));
  const y = scale([0, top], [HEIGHT - margin.bottom, margin.top]);
  const x = place(spec, [...curve, ...ghost], [margin.left + 8, width - margin.right]);
  for (const at of ticks(0, top, 5))
    drawing.append(
      s('line', { x1: margin.left, x2: width - margin.right + 8, y1: y(at), y2: y(at), class: at ? 'grid' : 'axis' }),
      s('text', { x: margin.left - 6, y: y(at) + 4, class: 'note', 'text-anchor': 'end' }, tick(at)),
    );
  drawing.append(s('text', { x: 0, y: 10, class: 'note' }, METRICS[metric].unit));
  drawing.append(...axis(spec, curve, x, HEIGHT - margin.bottom, width - margin.right - margin.left));
  const inside = spec.kind === 'slider' && typeof now === 'number' && x(now) >= margin.left && x(now) <= width - margin.right;
  if (inside)
    drawing.append(
      s('line', { x1: x(now), x2: x(now), y1: margin.top, y2: HEIGHT - margin.bottom, class: 'limit' }),
      s('text', { x: x(now) + 4, y: margin.top + 4, class: 'note' }, t('now')),
    );
  const line = (points, of) =>
    points
      .filter((point) => known([of(point)]).length)
      .map((point, i) => `${i ? 'L' : 'M'}${x(point.value).toFixed(1)},${y(of(point)).toFixed(1)}`)
      .join('');
  const joined = spec.kind === 'slider';
  // A line that goes beyond the scale leaves the frame; it does not turn along its edge.
  const [above, inner] = [margin.top - 6, HEIGHT - margin.bottom - margin.top + 8];
  const framed = s('svg', { x: 0, y: above, width, height: inner, viewBox: `0 ${above} ${width} ${inner}` });
  if (joined)
    framed.append(
      ...(ghost.length ? [s('path', { d: line(ghost, (point) => point.middle), class: 'ghost' })] : []),
      ...bands(curve).map((run) => s('path', { d: band(run, x, y), class: 'band' })),
      s('path', {
        d: line(curve, (point) => point.theory),
        class: `theory${curve.some((point) => point.simpler) ? ' simpler' : ''}`,
      }),
      s('path', { d: line(curve, (point) => point.middle), class: 'curve' }),
    );
  drawing.append(framed, ...curve.flatMap((point) => mark(point, spec, metric, x, y, joined, { top, edge: margin.top })));
  if (!narrow) drawing.append(...ends(curve, x, y, joined, top));
  return drawing;
}

function place(spec, points, [from, to]) {
  if (spec.kind !== 'slider') {
    const names = spec.kind === 'switch' ? [false, true] : spec.choices.map(([name]) => name);
    const step = (to - from) / names.length;
    return (value) => from + step * (names.indexOf(value) + 0.5);
  }
  const values = points.map((point) => point.value);
  const low = Math.min(...values);
  return scale([low, Math.max(...values)], [from, to], spec.scale === 'log' && low > 0);
}

function axis(spec, curve, x, base, room) {
  const named = spec.kind !== 'slider';
  const title = s(
    'text',
    { x: x(curve[0].value) - (named ? 0 : 8), y: base + 38, class: 'note strong' },
    named ? '' : `${spec.label}${spec.unit ? `, ${spec.unit}` : ''}`,
  );
  const [low, high] = [curve[0].value, curve.at(-1).value];
  const factor = spec.unit === '%' ? 100 : 1;
  const at = named
    ? curve.map((point) => point.value)
    : spec.scale === 'log' && low > 0
      ? logTicks(low, high, 7)
      : ticks(low, high, 7);
  return [
    title,
    ...at.map((value) => {
      const words = named ? withUnit(spec, value) : tick(value * factor);
      const props = { x: x(value), y: base + 18, class: 'note', 'text-anchor': 'middle' };
      const tight = named && at.length * 13 > room / 7;
      return tight
        ? s('text', { ...props, 'text-anchor': 'end', transform: `rotate(-24 ${x(value)} ${base + 14})`, y: base + 14 }, words)
        : s('text', props, words);
    }),
  ];
}

/** Runs of neighbouring points that have an interval. */
function bands(curve) {
  const runs = [[]];
  for (const point of curve)
    if (point.low === null) runs.push([]);
    else runs.at(-1).push(point);
  return runs.filter((run) => run.length > 1);
}

const band = (run, x, y) =>
  `M${run.map((point) => `${x(point.value).toFixed(1)},${y(point.high).toFixed(1)}`).join('L')}L${[...run]
    .reverse()
    .map((point) => `${x(point.value).toFixed(1)},${y(Math.max(0, point.low)).toFixed(1)}`)
    .join('L')}Z`;

/** A point, and what it says; one that is full is a square, one beyond the scale an arrow at the edge. */
function mark(point, spec, metric, x, y, joined, { top, edge }) {
  if (point.middle === null) return nobody(x(point.value), y(0), t('{value}: nobody was answered', { value: withUnit(spec, point.value) }));
  const [cx, cy] = [x(point.value), y(point.middle)];
  const title = s('title', {}, told(point, spec, metric));
  if (point.middle > top)
    return [s('path', { d: `M${cx - 6},${edge + 4}h12l-6,-10z`, class: `point${point.full ? ' full' : ''}` }, title)];
  const theory = point.theory !== null && point.theory !== undefined && !joined;
  return [
    point.low !== null && !joined
      ? s('line', { x1: cx, x2: cx, y1: y(Math.max(0, point.low)), y2: y(point.high), class: 'whisker' })
      : null,
    theory ? s('path', { d: `M${cx - 14},${y(point.theory)}h28`, class: 'theory' }) : null,
    point.full
      ? s('rect', { x: cx - 4, y: cy - 4, width: 8, height: 8, class: 'point full' }, title)
      : s('circle', { cx, cy, r: joined ? 3.4 : 5, class: 'point' }, title),
  ].filter(Boolean);
}

/** A cross on the ground: there is no number, because nobody was answered. */
const nobody = (cx, base, words) => [
  s('path', { d: `M${cx - 5},${base - 14}l10,10m0,-10l-10,10`, class: 'nobody' }, s('title', {}, words)),
];

function told(point, spec, metric) {
  const { show, unit, scale: by } = METRICS[metric];
  const interval = point.low === null ? '' : `, 95 % ${show(Math.max(0, point.low) / by)} – ${show(point.high / by)}`;
  return `${withUnit(spec, point.value)}: ${show(point.middle / by)} ${unit}${interval}${point.full ? t(', full') : ''}`;
}

function ends(curve, x, y, joined, top) {
  if (!joined) return [];
  const measured = curve.filter((point) => point.middle !== null && point.middle <= top).at(-1);
  const theory = curve.filter((point) => point.theory !== null && point.theory <= top).at(-1);
  if (!measured) return [];
  const apart = theory && Math.abs(y(theory.theory) - y(measured.middle)) < 14 && theory.value === measured.value ? 14 : 0;
  return [
    s('text', { x: x(measured.value) + 10, y: y(measured.middle) + 4, class: 'note strong' }, t('measured')),
    theory
      ? s(
          'text',
          { x: x(theory.value) + 10, y: y(theory.theory) + 4 + apart, class: 'note' },
          theory.simpler ? t('simpler theory') : t('theory'),
        )
      : null,
  ].filter(Boolean);
}
