// The pinned design: its ghost goes on under the very same requests. What is pinned, what its run does, and the words about the two.
// Knows nothing of how a ghost is simulated.
import { attribute, h, text } from './dom.js';
import { clock, short, whole } from './format.js';
import { instant } from './history.js';
import { nodes, Store, value } from './store.js';
import { Tally } from './tally.js';
import { t } from './translate.js';

const PIN = t('Pin design');

const TRAFFIC = 'traffic.'; // the ghost follows the traffic: it is no part of a design

export class Pin {
  constructor({ onPin, onUnpin }) {
    this.button = h('button', { type: 'button', class: 'pill', onclick: () => (this.pinned ? onUnpin() : onPin()) }, PIN);
    this.words = h('span', {});
    this.root = h('p', { class: 'twin', hidden: true }, h('strong', {}, `${t('Against pinned.')} `), this.words);
    this.clear();
  }

  clear() {
    Object.assign(this, { pinned: null, store: new Store(), tally: new Tally() });
    this.show();
  }

  /** Pins these values at t, where they differ from the page's own. */
  set(t, values, start) {
    const kept = Object.entries(values).filter(([path, v]) => v !== start[path]);
    const ofTraffic = ([path]) => path.startsWith(TRAFFIC);
    this.clear();
    this.pinned = {
      at: instant(t),
      values: Object.fromEntries(kept.filter((one) => !ofTraffic(one))),
      traffic: Object.fromEntries(kept.filter(ofTraffic)), // a lesson may ask what another traffic does to the design
    };
    this.store.clear(t);
    this.show();
  }

  /** The run branches, or begins anew, at t: a design that was pinned later is pinned from there on. */
  branch(t) {
    if (!this.pinned || this.pinned.at <= t) return;
    this.pinned.at = instant(t);
    this.tally = new Tally();
  }

  /** The run is known from here on only. */
  clearFrom(t) {
    this.store.clear(t);
  }

  merge(chunk) {
    if (!this.pinned || !chunk.twin) return;
    this.store.merge({ ...chunk.twin, sentences: [], moves: { every: 1, id: [], ada: [] } });
    this.tally.merge(chunk.twin, this.pinned.at);
    this.uncounted = !chunk.twin.counts;
  }

  /** Where a chunk for t must begin so that counting goes on. */
  edge(t) {
    return this.pinned && t > this.pinned.at ? this.tally.edge(t) : t;
  }

  /** The ghost's row at t, or null. */
  row(t) {
    const row = this.pinned && t > this.pinned.at ? this.store.row(t) : null;
    return row && row.t > t - 2 && row.t > this.pinned.at ? row : null;
  }

  /** What the charts draw of it at a reading: rows since the pin, and nodes over the trailing window. */
  view(reading, pastS) {
    const row = this.row(reading.t);
    if (!row) return null;
    const rows = this.store.between(Math.max(this.pinned.at, reading.t - pastS), reading.t);
    return { rows, nodes: nodes(this.store.between(row.t - row.piece.window_s, row.t)) };
  }

  /** The sentence of both runs at a reading. */
  tell(reading) {
    if (!this.pinned) return;
    text(this.words, sentence(this.pinned, this.tally.at(reading.t), this.uncounted));
    const counts = this.tally.at(reading.t);
    attribute(this.root, 'data-saved', counts?.saved ?? '');
    attribute(this.root, 'data-hurt', counts?.hurt ?? '');
  }

  show() {
    const { pinned } = this;
    this.root.hidden = !pinned;
    text(this.button, pinned ? t('Unpin {time}', { time: clock(pinned.at) }) : PIN);
    attribute(this.button, 'aria-pressed', !!pinned);
    this.button.title = pinned
      ? t('Forget the pinned design')
      : t('Keep the design as it is now, and let it go on under the very same requests beside what you change');
  }

  state() {
    return this.pinned ? { ...this.pinned, list: this.tally.list, every: this.tally.every } : null;
  }

  restore(saved) {
    if (!saved || !Number.isFinite(saved.at) || typeof saved.values !== 'object') return;
    this.pinned = { at: saved.at, values: saved.values, traffic: saved.traffic ?? {} };
    this.tally = new Tally(Array.isArray(saved.list) ? saved.list : [], saved.every ?? 1);
    this.show();
  }
}

/** Exact counts, or that they are a sample, in words. */
export function sentence(pinned, counts, uncounted) {
  if (uncounted) return t('These users wait for their answers before they ask again, so the two designs do not get the same requests.');
  if (!counts || !counts.both) return t('The design of {time} goes on under the very same requests. Now change something.', { time: clock(pinned.at) });
  const { saved, hurt, both, every, since } = counts;
  const told = { saved: whole(saved), hurt: whole(hurt), both: whole(both), time: clock(since), every };
  if (every > 1) {
    if (!saved && !hurt) return t('No request saved, none hurt, of about {both} since {time}: each was answered in both designs or in neither (counted from one request in {every}).', told);
    return t('About {saved} requests saved, about {hurt} hurt, of about {both} since {time}: those answered in one design only (counted from one request in {every}).', told);
  }
  if (!saved && !hurt) return t('No request saved, none hurt, of {both} since {time}: each was answered in both designs or in neither.', told);
  return t('{saved} requests saved, {hurt} hurt, of {both} since {time}: those answered in one design only.', told);
}

/** "▲ 26 against pinned" and whether that is good; null where it says nothing. */
export function against(now, then, worse, scale = 1) {
  if (now === null || then === null || now === undefined || then === undefined) return null;
  const by = (now - then) * scale;
  if (Math.abs(by) < Math.max(0.05, 0.01 * Math.abs(then * scale))) return [t('as pinned'), ''];
  const much = Math.abs(by) > 0.1 * Math.abs(then * scale);
  return [t('{arrow} {number} against pinned', { arrow: by > 0 ? '▲' : '▼', number: short(Math.abs(by)) }), much ? (by * worse > 0 ? 'bad' : 'good') : ''];
}

/** The ghost's lines for a chart of these rows: one for each line that stands out, or all causes of trouble together. */
export function ghostLines(figure, rows, pinned, scale) {
  if (!pinned) return [];
  const stacked = figure.data.filter((trace) => trace.stackgroup);
  const bold = figure.data.filter((trace) => !trace.stackgroup && trace.line?.width > 2);
  const sum = (row) => stacked.reduce((all, trace) => all + value(row, trace.meta.series), 0);
  const reads = bold.map((trace) => (row) => value(row, trace.meta.series));
  if (stacked.length) reads.push(sum);
  const ghosts = rows.map((row) => pinned.rows.findLast((ghost) => ghost.t <= row.t + 1e-6) ?? null);
  const lines = reads.map((read) => ghosts.map((ghost) => (ghost ? scaled(read(ghost), scale) : null)));
  return lines
    .filter((y) => y.some((v) => (stacked.length ? v > 0 : v !== null))) // a ghost without a number is none: the chart says that it is empty
    .map((y) => ({ type: 'scatter', mode: 'lines', name: t('pinned'), meta: { label: t('pinned') }, hoverinfo: 'skip', y }));
}

const scaled = (v, scale) => (v === null || v === undefined ? null : v * scale);

/** Where the ghost's bars of these nodes end: [place, requests/s of one]. */
export function ghostTicks(list, pinned) {
  if (!pinned) return [];
  const ghosts = new Map(pinned.nodes.map((node) => [node.id, node]));
  return list
    .map((node, i) => [i, ghosts.get(node.id)])
    .filter(([, ghost]) => ghost?.size > 0)
    .map(([i, ghost]) => [i, ghost.taken / ghost.size]);
}
