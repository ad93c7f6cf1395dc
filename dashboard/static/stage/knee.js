// Latency against utilisation: one point a second of the run so far, the newest one large. Its shape is the run's own; where a formula
// fits the system, what it expects stands beside it as a line.
import { attribute } from './dom.js';
import { percent, whole } from './format.js';
import { value } from './store.js';
import { t } from './translate.js';

const EVERY_S = 1;
const MOST = 400;
const WORST = 40; // times the least latency: what lies above is drawn at the edge

/** Fills the figure and gives the data as a table. `item` keeps the points between calls. */
export function drawKnee(item, figure, view, table) {
  const [line, past, now] = figure.data;
  const { x, y } = past.meta;
  const seen = (item.knee ??= new Map());
  for (const row of view.rows) {
    const second = Math.floor(row.t / EVERY_S);
    const point = [value(row, x), value(row, y)];
    if (point[0] !== null && point[1] !== null && row.t <= view.t) seen.set(second, point);
  }
  for (const second of seen.keys()) if (second > view.t / EVERY_S || seen.size > MOST) seen.delete(second);
  const points = [...seen.values()];
  const least = Math.min(...points.map((point) => point[1]), Infinity);
  const peak = Math.min(Math.max(...points.map((point) => point[1]), 0), WORST * least);
  const top = item.axis(Number.isFinite(peak) ? peak : 0, item.spec.least_top, view.wall);
  past.x = points.map((point) => point[0]);
  past.y = points.map((point) => Math.min(point[1], 0.985 * top));
  const last = [value(view.row, x), value(view.row, y)];
  now.x = [last[0]];
  now.y = [last[1] === null ? null : Math.min(last[1], 0.985 * top)];
  Object.assign(figure.layout.yaxis, { range: [0, top], autorange: false });
  item.room(figure.layout, top, []);
  const knee = view.row.piece.curves?.knee ?? null;
  Object.assign(line, { x: knee?.busy ?? [], y: knee?.latency_ms ?? [] });
  const words = last[1] === null ? t('nobody was served') : t('{busy} % busy, {latency} ms', { busy: percent(last[0], 0), latency: whole(last[1]) });
  if (last[1] !== null)
    figure.layout.annotations = [
      { x: last[0], y: now.y[0], text: t('{latency} at {busy} %', { latency: `<b>${whole(last[1])} ms</b>`, busy: percent(last[0], 0) }), showarrow: false, font: { size: 12, color: item.colors.ink }, xanchor: last[0] > 0.5 ? 'right' : 'left', xshift: last[0] > 0.5 ? -10 : 10, yanchor: now.y[0] > 0.9 * top ? 'top' : 'bottom', yshift: now.y[0] > 0.9 * top ? 0 : 5, bgcolor: item.colors.card },
    ];
  if (knee) figure.layout.annotations.push(labelOf(knee, top, now.y[0], item.colors));
  const expects = knee ? [expected(knee)] : [];
  attribute(item.plot, 'aria-label', t('{title}, {note}: {number} points. Now: {words}.', { title: item.spec.title, note: item.spec.note, number: points.length, words }));
  return () =>
    table(
      item.spec.title,
      [t('busy'), t('mean ms'), ...expects],
      [
        ...points.map((point) => [`${percent(point[0], 0)} %`, whole(point[1]), ...expects.map(() => '')]).reverse(),
        ...(knee?.busy ?? []).map((busy, i) => [`${percent(busy, 0)} %`, '', whole(knee.latency_ms[i])]),
      ],
    );
}

const expected = (knee) => (knee.patient ? t('expected') : t('expected if nobody gives up'));

/** What the line is, at its left: high where it leaves the frame, lower where the newest point is up there. Pure. */
export function labelOf(knee, top, now, colors) {
  const level = (now > 0.6 * top ? 0.45 : 0.8) * top;
  const i = Math.max(0, knee.latency_ms.findLastIndex((ms) => ms <= level));
  return { x: knee.busy[i], y: level, text: expected(knee), showarrow: false, font: { size: 12, color: colors.ink2 }, xanchor: 'right', xshift: -6, yanchor: 'middle' };
}
