// What a machine carries against its vCPUs: the law's curve, the machine of now on it, and what the run answers. The law is the engine's.
import { attribute } from './dom.js';
import { whole } from './format.js';
import { value } from './store.js';
import { plural, t } from './translate.js';

const ROOM = 1.25; // times the curve's peak: the words stand above it
const FAR = 2; // times the peak: a load beyond it leaves the frame, and the curve keeps its shape
const NARROW = 420; // px
const SIZES = [1, 16, 32, 48, 64, 96, 128, 160, 192, 224, 256]; // vCPUs, where the axis has a number; every other one where it is narrow

/** What is drawn at a reading; null where there is no curve. Pure. */
export function capacityOf({ row, rows, pinned }) {
  const curve = row.piece.curves?.capacity;
  if (!curve) return null;
  const law = lawOf(curve);
  const ghost = pinned?.rows.at(-1)?.piece.curves?.capacity ?? null;
  return {
    curve,
    ghost,
    asked: value(row, 'offered_rate'),
    answered: value(row, 'goodput'),
    slower: curve.rate.at(-1) < curve.peak[1] ? curve.peak[0] : null,
    past: rows.filter((one) => settled(one, law)).map((one) => [one.piece.curves.capacity.now[0], value(one, 'goodput')]),
  };
}

/** Where the vertical axis must reach at least. Pure. */
export function reach({ curve, asked, answered }) {
  const peak = curve.peak[1];
  return Math.max(ROOM * peak, answered ?? 0, asked <= FAR * peak ? asked : 0);
}

/** Two curves with these in common are of one law; the size of the machine is no part of it. */
const lawOf = ({ rate, peak }) => [rate[0], ...peak, rate.at(-1)].join();

/** Whether a row tells of one machine of this law only: its trailing window begins after the change. */
function settled({ t: at, piece }, law) {
  const curve = piece.curves?.capacity;
  return curve && lawOf(curve) === law && at >= piece.from_s + piece.window_s;
}

/** Fills the figure and gives the data as a table. */
export function drawCapacity(item, figure, view, table) {
  const { spec, colors } = item;
  const told = capacityOf(view);
  if (!told) return nothing(item, figure, table);
  const { curve, ghost, asked, answered, slower, past } = told;
  const [ideal, pinned, line, before, machine, now] = figure.data;
  const top = item.axis(reach(told), spec.least_top, view.wall);
  const [most, one] = [curve.vcpus.at(-1), curve.rate[0]];
  const [vcpus, carries] = curve.now;
  Object.assign(ideal, { x: [1, most], y: [one, one * most] });
  Object.assign(line, { x: curve.vcpus, y: curve.rate });
  Object.assign(pinned, { x: ghost?.vcpus ?? [], y: ghost?.rate ?? [] });
  Object.assign(before, { x: past.map((point) => point[0]), y: past.map((point) => point[1]) });
  Object.assign(machine, { x: [vcpus], y: [carries] });
  Object.assign(now, { x: [vcpus], y: [answered] });
  const narrow = item.width < NARROW;
  Object.assign(figure.layout.yaxis, { range: [0, top], autorange: false });
  Object.assign(figure.layout.xaxis, { range: [-0.01 * most, 1.01 * most], tickvals: SIZES.filter((n, i) => n <= most && !(narrow && i % 2)) });
  const rule = (more, width = 1.2) => ({ type: 'line', layer: 'below', ...more, line: { color: colors.ink2, width, dash: 'dot' } });
  figure.layout.shapes = [
    rule({ xref: 'paper', x0: 0, x1: 1, y0: asked, y1: asked }, 1.6),
    ...(slower ? [rule({ x0: slower, x1: slower, y0: 0, y1: top })] : []),
    ...(ghost ? [rule({ x0: ghost.now[0], x1: ghost.now[0], y0: 0, y1: ghost.now[1] })] : []),
  ];
  const words = (text, at, more, color = colors.ink2) => ({ ...at, text, showarrow: false, font: { size: 12, color }, bgcolor: colors.card, borderpad: 1, ...more });
  // Under the curve: right of the point where it is steep, below it where it is flat.
  const [left, flat] = [vcpus > 0.5 * most, 3 * vcpus > curve.peak[0]];
  const beside = { xanchor: left ? 'right' : 'left', xshift: left ? -14 : 14, yanchor: flat ? 'top' : 'middle', yshift: flat ? -6 : 0 };
  const far = asked > top;
  const under = far || (narrow && asked > 0.85 * top); // above the line there is no room for words
  const high = { yanchor: 'top', yshift: narrow && under ? -36 : -18 };
  const load = `${t('asked {rate}', { rate: whole(asked) })}${far ? ' ↑' : ''}`;
  const answers = `● ${t('answered {rate}', { rate: whole(answered) })}`;
  item.room(figure.layout, top, narrow ? [] : [load, answers]);
  if (narrow) figure.layout.margin.r = 16;
  const margin = narrow ? { xanchor: 'right', yanchor: under ? 'top' : 'bottom' } : { xanchor: 'left', xshift: 6, yanchor: under ? 'top' : 'middle' };
  const loadAt = { xref: 'paper', x: 1, y: far ? top : asked };
  figure.layout.annotations = [
    words(plural('<b>{number} vCPU</b> carries {rate}/s', '<b>{number} vCPUs</b> carry {rate}/s', vcpus, { number: vcpus, rate: whole(carries) }), { x: vcpus, y: carries }, beside, colors.ink),
    words(load, loadAt, { ...margin, yshift: under ? 0 : narrow ? 16 : 8 }),
    words(answers, loadAt, { ...margin, yshift: under ? -17 : narrow ? 0 : -9 }, colors.blue),
    words(t('ideal'), { x: Math.min(most, top / one), y: top }, { xanchor: 'left', xshift: 4, yanchor: 'top' }),
    ...(slower
      ? [words(narrow ? t('slower beyond {number}', { number: slower }) : slowing(slower), ...(narrow ? [{ xref: 'paper', x: 1, y: top }, { xanchor: 'right', ...high }] : [{ x: slower, y: top }, { xanchor: slower > 0.5 * most ? 'right' : 'left', xshift: slower > 0.5 * most ? -5 : 5, ...high }]))]
      : []),
    ...(ghost ? [words(t('pinned'), { x: ghost.now[0], y: 0 }, { xanchor: 'left', xshift: 3, yanchor: 'bottom' })] : []),
  ];
  attribute(
    item.plot,
    'aria-label',
    [
      `${spec.title}, ${spec.note}.`,
      plural('Now: {number} vCPU carries {rate} requests/s; {asked}/s are asked and {answered}/s answered.', 'Now: {number} vCPUs carry {rate} requests/s; {asked}/s are asked and {answered}/s answered.', vcpus, { number: vcpus, rate: whole(carries), asked: whole(asked), answered: whole(answered) }),
      slower ? `${slowing(slower)}.` : '',
    ].join(' ').trim(),
  );
  return () =>
    table(
      spec.title,
      [t('vCPUs'), t('carry, requests/s'), t('ideal'), t('answered now')],
      curve.vcpus.map((n, i) => [whole(n), whole(curve.rate[i]), whole(one * n), n === vcpus ? whole(answered) : '']),
    );
}

const slowing = (number) => plural('More than {number} vCPU makes it slower', 'More than {number} vCPUs make it slower', number, { number });

/** A system without a curve: several servers, or requests that take no computing. */
function nothing(item, figure, table) {
  const words = t('nothing to show in this system');
  for (const trace of figure.data) Object.assign(trace, { x: [], y: [] });
  figure.layout.annotations = [{ x: 0.5, y: 0.5, xref: 'paper', yref: 'paper', text: words, showarrow: false, font: { color: item.colors.ink2, size: 13 } }];
  attribute(item.plot, 'aria-label', `${item.spec.title}, ${item.spec.note}: ${words}.`);
  return () => table(item.spec.title, [t('vCPUs'), t('carry, requests/s')], []);
}
