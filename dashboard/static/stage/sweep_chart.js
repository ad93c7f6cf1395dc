// The curve of a sweep: the measured points with their 95 % band, theory beside them, the curve before as a ghost.
import { withUnit } from './format.js';
import { METRICS } from './metrics.js';
import { s, scale, sheet, tick, ticks, logTicks } from './svg.js';

const HEIGHT = 270;

/** The drawing; `now` is the control's value on the page. */
export function drawSweep(width, { spec, metric, curve, ghost, now, label }) {
  const narrow = width < 460;
  const margin = { left: 46, right: narrow ? 14 : 76, top: 16, bottom: 44 };
  const drawing = sheet(width, HEIGHT, label);
  const all = [...curve, ...ghost];
  const tops = all.flatMap((point) => [point.middle, point.full ? null : point.high, point.theory]).filter((v) => v !== null && v !== undefined);
  const grid = ticks(0, Math.max(...tops, 1e-9) * 1.06, 5);
  const top = Math.max(grid.at(-1) + (grid[1] ?? 0), ...tops);
  const y = scale([0, top], [HEIGHT - margin.bottom, margin.top]);
  const x = place(spec, [...curve, ...ghost], [margin.left + 8, width - margin.right]);
  for (const at of ticks(0, top, 5))
    drawing.append(
      s('line', { x1: margin.left, x2: width - margin.right + 8, y1: y(at), y2: y(at), class: at ? 'grid' : 'axis' }),
      s('text', { x: margin.left - 6, y: y(at) + 4, class: 'note', 'text-anchor': 'end' }, tick(at)),
    );
  drawing.append(s('text', { x: 0, y: 10, class: 'note' }, METRICS[metric].unit));
  drawing.append(...axis(spec, curve, x, HEIGHT - margin.bottom, width - margin.right - margin.left));
  if (!spec.choices?.length && spec.kind === 'slider' && typeof now === 'number' && x(now) >= margin.left && x(now) <= width - margin.right)
    drawing.append(
      s('line', { x1: x(now), x2: x(now), y1: margin.top, y2: HEIGHT - margin.bottom, class: 'limit' }),
      s('text', { x: x(now) + 4, y: margin.top + 4, class: 'note' }, 'now'),
    );
  const line = (points, of) => points.filter((point) => of(point) !== null && of(point) !== undefined).map((point, i) => `${i ? 'L' : 'M'}${x(point.value).toFixed(1)},${y(of(point)).toFixed(1)}`).join('');
  const joined = spec.kind === 'slider';
  if (ghost.length && joined) drawing.append(s('path', { d: line(ghost, (point) => point.middle), class: 'ghost' }));
  if (joined) drawing.append(...bands(curve).map((run) => s('path', { d: band(run, x, y), class: 'band' })));
  if (joined) drawing.append(s('path', { d: line(curve, (point) => point.theory), class: 'theory' }), s('path', { d: line(curve, (point) => point.middle), class: 'curve' }));
  drawing.append(...curve.flatMap((point) => mark(point, spec, metric, x, y, joined)));
  if (!narrow) drawing.append(...ends(curve, x, y, joined));
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
  const title = s('text', { x: x(curve[0].value) - (named ? 0 : 8), y: base + 38, class: 'note strong' }, named ? '' : `${spec.label}${spec.unit ? `, ${spec.unit}` : ''}`);
  const [low, high] = [curve[0].value, curve.at(-1).value];
  const factor = spec.unit === '%' ? 100 : 1;
  const at = named ? curve.map((point) => point.value) : spec.scale === 'log' && low > 0 ? logTicks(low, high, 7) : ticks(low, high, 7);
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
  `M${run.map((point) => `${x(point.value).toFixed(1)},${y(point.high).toFixed(1)}`).join('L')}L${[...run].reverse().map((point) => `${x(point.value).toFixed(1)},${y(Math.max(0, point.low)).toFixed(1)}`).join('L')}Z`;

function mark(point, spec, metric, x, y, joined) {
  if (point.middle === null) return [];
  const at = { cx: x(point.value), cy: y(point.middle) };
  const { show, unit, scale: by } = METRICS[metric];
  const words = `${withUnit(spec, point.value)}: ${show(point.middle / by)} ${unit}${point.low === null ? '' : `, 95 % ${show(Math.max(0, point.low) / by)} – ${show(point.high / by)}`}${point.full ? ', full' : ''}`;
  return [
    point.low !== null && !joined ? s('line', { x1: at.cx, x2: at.cx, y1: y(Math.max(0, point.low)), y2: y(point.high), class: 'whisker' }) : null,
    point.theory !== null && point.theory !== undefined && !joined ? s('path', { d: `M${at.cx - 14},${y(point.theory)}h28`, class: 'theory' }) : null,
    point.full
      ? s('rect', { x: at.cx - 4, y: at.cy - 4, width: 8, height: 8, class: 'point full' }, s('title', {}, words))
      : s('circle', { ...at, r: joined ? 3.4 : 5, class: 'point' }, s('title', {}, words)),
  ].filter(Boolean);
}

function ends(curve, x, y, joined) {
  if (!joined) return [];
  const measured = curve.filter((point) => point.middle !== null).at(-1);
  const theory = curve.filter((point) => point.theory !== null && point.theory !== undefined).at(-1);
  if (!measured) return [];
  const apart = theory && Math.abs(y(theory.theory) - y(measured.middle)) < 14 && theory.value === measured.value ? 14 : 0;
  return [
    s('text', { x: x(measured.value) + 10, y: y(measured.middle) + 4, class: 'note strong' }, 'measured'),
    theory ? s('text', { x: x(theory.value) + 10, y: y(theory.theory) + 4 + apart, class: 'note' }, 'theory') : null,
  ].filter(Boolean);
}
