// Latency against utilisation: one point a second of the run so far, the newest one large. Its shape is the run's own.
import { attribute } from './dom.js';
import { percent, whole } from './format.js';
import { value } from './store.js';
import { t } from './translate.js';

const EVERY_S = 1;
const MOST = 400;
const WORST = 40; // times the least latency: what lies above is drawn at the edge

/** Fills the figure and gives the data as a table. `item` keeps the points between calls. */
export function drawKnee(item, figure, view, table) {
  const [past, now] = figure.data;
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
  const words = last[1] === null ? t('nobody was served') : t('{busy} % busy, {latency} ms', { busy: percent(last[0], 0), latency: whole(last[1]) });
  if (last[1] !== null)
    figure.layout.annotations = [
      { x: last[0], y: now.y[0], text: t('{latency} at {busy} %', { latency: `<b>${whole(last[1])} ms</b>`, busy: percent(last[0], 0) }), showarrow: false, font: { size: 12, color: item.colors.ink }, xanchor: last[0] > 0.5 ? 'right' : 'left', xshift: last[0] > 0.5 ? -10 : 10, yanchor: now.y[0] > 0.9 * top ? 'top' : 'bottom', bgcolor: item.colors.card },
    ];
  attribute(item.plot, 'aria-label', t('{title}, {note}: {number} points. Now: {words}.', { title: item.spec.title, note: item.spec.note, number: points.length, words }));
  return () =>
    table(
      item.spec.title,
      [t('busy'), t('mean ms')],
      points.map((point) => [`${percent(point[0], 0)} %`, whole(point[1])]).reverse(),
    );
}
