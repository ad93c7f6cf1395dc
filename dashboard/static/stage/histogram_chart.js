// The drawing of a latency histogram: bars on a logarithmic scale, the slow ones marked, the run before as a ghost. Pure.
import { short } from './format.js';
import { logTicks, s, scale, sheet, tick, WAITING } from './svg.js';
import { t } from './translate.js';

const HEIGHT = 214;
const MARGIN = { left: 10, right: 12, top: 22, bottom: 30 };
const LOST_WIDTH = 34;
const BASE = HEIGHT - MARGIN.bottom;

/** How tall each bar is: answers per equal step of the logarithm, so that wide bars do not look fuller. */
export const densities = (edges, counts) => counts.map((count, i) => count / Math.log(edges[i + 1] / edges[i]));

/** Of all requests of a run: runs of different length stand beside each other. */
const sharesOf = ({ counts, answered, unanswered }) => counts.map((count) => count / (answered + unanswered));

/** {drawing, x, lostX}: where a latency stands, and where the bar of those without an answer begins (0: there is none). */
export function drawHistogram(width, view) {
  const { told, before, label } = view;
  const { edges_ms: edges, unanswered } = told;
  const drawing = sheet(width, HEIGHT, label);
  const lostX = unanswered ? width - MARGIN.right - LOST_WIDTH : 0;
  if (unanswered) drawing.append(lost(view, lostX));
  if (!edges.length) {
    drawing.append(s('text', { x: width / 2, y: BASE / 2, class: 'note', 'text-anchor': 'middle' }, t('Nobody was answered.')));
    return { drawing, x: null, lostX };
  }
  const both = [...edges, ...(before?.edges_ms ?? [])];
  const [low, high] = [Math.min(...both), Math.max(...both)];
  const x = scale([low, high], [MARGIN.left, (lostX || width - MARGIN.right + 14) - 14], true);
  const heights = densities(edges, sharesOf(told));
  const ghosts = before?.edges_ms.length ? densities(before.edges_ms, sharesOf(before)) : [];
  const y = scale([0, Math.max(...heights, ...ghosts) || 1], [0, BASE - MARGIN.top]);
  drawing.append(
    bars(view, heights, x, y),
    ...ghost(before, ghosts, x, y),
    ...axis(low, high, x),
    ...tail(view, x),
    ...adas(told, x),
  );
  return { drawing, x, lostX };
}

function bars({ told, p99, chosen, words }, heights, x, y) {
  const { edges_ms: edges } = told;
  const bar = (height, i) => {
    const [left, right, tall] = [x(edges[i]), x(edges[i + 1]), Math.max(1.5, y(height))];
    const slow = (edges[i] + edges[i + 1]) / 2 > p99;
    const props = { x: left + 0.6, width: Math.max(0.8, right - left - 1.2), y: BASE - tall, height: tall, rx: 1.5 };
    return [
      s('rect', { ...props, class: slow ? 'slow' : 'usual' }, s('title', {}, words(i))),
      i === chosen ? outline(left - 2, right - left + 4, Math.max(12, tall + 3)) : null,
    ];
  };
  return s(
    'g',
    {},
    heights.map((height, i) => (height ? bar(height, i) : null)),
  );
}

const outline = (x, width, tall) => s('rect', { x, width, y: BASE - tall, height: tall + 2, rx: 3, class: 'chosen' });

function ghost(before, heights, x, y) {
  if (!heights.length) return [];
  const { edges_ms: edges } = before;
  const at = (value) => x(value).toFixed(1);
  const steps = heights.map((height, i) => `H${at(edges[i])}V${(BASE - y(height)).toFixed(1)}H${at(edges[i + 1])}`);
  return [s('path', { d: `M${at(edges[0])},${BASE}${steps.join('')}V${BASE}`, class: 'ghost' })];
}

function axis(low, high, x) {
  const found = logTicks(low, high, 7);
  const words = (at, i) => `${tick(at)}${i === found.length - 1 ? ' ms' : ''}`;
  return [
    s('line', { x1: MARGIN.left, x2: x(high), y1: BASE + 0.5, y2: BASE + 0.5, class: 'axis' }),
    ...found.map((at, i) => s('text', { x: x(at), y: BASE + 18, class: 'note', 'text-anchor': 'middle' }, words(at, i))),
  ];
}

/** Where the slowest 1 % begin. */
function tail({ told, p99 }, x) {
  if (p99 === null) return [];
  const at = x(p99);
  const left = at > x(told.edges_ms.at(-1)) * 0.8;
  const props = { x: at + (left ? -5 : 5), y: MARGIN.top - 1, class: 'note strong', 'text-anchor': left ? 'end' : 'start' };
  return [s('line', { x1: at, x2: at, y1: MARGIN.top - 8, y2: BASE, class: 'limit' }), s('text', props, `p99 ${short(p99)} ms`)];
}

function adas({ ada, requests, edges_ms: edges }, x) {
  if (ada.length < 2) return [];
  return ada
    .map((place) => requests[place])
    .filter((one) => one.outcome === 'ok')
    .map((one) => x(Math.min(one.total_us / 1000, edges.at(-1))))
    .map((at) => s('path', { d: `M${(at - 4).toFixed(1)},${BASE - 9}h8l-4,6z`, class: 'ada' }));
}

function lost({ told, chosen, words }, x) {
  const { answered, unanswered, counts } = told;
  const tall = Math.max(12, ((BASE - MARGIN.top) * unanswered) / (answered + unanswered));
  const props = { x, width: LOST_WIDTH, y: BASE - tall, height: tall, rx: 2 };
  return s('g', {}, [
    s('rect', { ...props, class: 'slow' }, s('title', {}, words(counts.length))),
    s('rect', { ...props, fill: WAITING }),
    chosen === counts.length ? outline(x - 2, LOST_WIDTH + 4, tall + 2) : null,
    s('text', { x: x + LOST_WIDTH / 2, y: BASE + 18, class: 'note', 'text-anchor': 'middle' }, t('none')),
  ]);
}
