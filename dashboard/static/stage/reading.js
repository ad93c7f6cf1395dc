// A reading: all that is told of one instant, so that the strip, the charts' labels, the bars and the sentence are one truth. Pure.
import { nodes, stores } from './store.js';

const FULL = 95; // % busy over the trailing window: full from here on,
const ROOM = 88; // and until it has this much room again
const NUMBERS = /\b(no|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b|\d[\d,.]*\d|\d/g;

/** The newest instant up to t of which there are words, and what is told of it; null when nothing is known. */
export function readingAt(store, t, before) {
  const entry = store.sentence(t);
  const row = entry ? store.row(entry[0]) : null;
  if (!row) return null;
  const rows = store.between(row.t - row.piece.window_s, row.t);
  const list = over(rows, entry[3]);
  const servers = list.filter((node) => node.tier !== 'database');
  const full = saturated(list, before?.full);
  list.forEach((node) => Object.assign(node, { full: full.has(node.id) }));
  const busiest = servers.reduce((best, node) => (node.taken > best.taken ? node : best), servers[0])?.index ?? 0;
  return { t: row.t, row, words: entry[2], key: entry[1], nodes: list, stores: stores(rows), full, busiest };
}

/** The nodes over the trailing window, with the means that the words were made of where there are such. */
function over(rows, told) {
  return nodes(rows).map((node, i) =>
    told ? { ...node, busy: told.busy[i], waiting: told.waiting[i], taken: told.taken[i] } : node,
  );
}

/** Which nodes are drawn as full: one state for the outline, the bar and the chart, and it does not flicker at the threshold. */
export function saturated(list, before = new Set()) {
  return new Set(list.filter((node) => node.busy >= (before.has(node.id) ? ROOM : FULL)).map((node) => node.id));
}

/** A sentence without its numbers: two that differ in numbers only have the same wording. */
export const wording = (words) => words.replace(NUMBERS, '#');
