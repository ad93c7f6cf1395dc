// What a list of changes comes to at an instant: the controls' values, what is broken, and what can be undone and redone. Pure.
//
// An undo is a change like any other: at the present instant it gives the earlier values back. What was seen stays true, the run
// stays a value that a link can replay, and the learner sees how the system recovers from the move. Going back in time is what the
// timeline is for. So undo and redo are read off the list itself: a refresh or a rewind loses nothing of them.
//
// An entry is [t_s, values or {inject: fault}, note]; note.kind is "move" (also when there is none), "more" (goes on with the move
// before it), "undo", "redo", "with" (part of the undo or redo before it, or what a run begins with: at 0 also when there is none),
// or "planned" (happens whatever is moved meanwhile); note.words say it.
import { t } from './translate.js';

const BREAKS = new Set(['crash', 'fail_fast', 'slow', 'lose_cache_node', 'cut_replication', 'pop_outage', 'random_crashes']);
const MENDS = { pop_outage: 'pop_recovery', random_crashes: 'end_random_crashes' };
const MENDING = new Set(['recover', 'pop_recovery', 'end_random_crashes']);

/** Time as the run knows it: whole milliseconds. */
export const instant = (t) => Math.round(t * 1000) / 1000;

/** Whether an entry happens whatever is moved meanwhile. */
export const isPlanned = ([, , note]) => note?.kind === 'planned';

/** The changes that have taken effect by t. */
export const until = (changes, t) => changes.filter(([at]) => at <= instant(t));

const tierOf = ({ kind, tier }) => tier ?? (kind === 'lose_cache_node' ? 'cache' : 'servers');

/** What the fault is about: a node, a zone, a region. */
const target = (fault) => [tierOf(fault), fault.index ?? '', fault.shard ?? '', fault.region ?? ''].join('|');

/** What mends a fault. */
const mend = (fault) => ({
  kind: MENDS[fault.kind] ?? 'recover',
  ...(fault.kind === 'lose_cache_node' ? { tier: 'cache' } : {}),
  ...Object.fromEntries(Object.entries(fault).filter(([name]) => ['tier', 'index', 'shard', 'region'].includes(name))),
});

/** {values, broken, undo, redo}: the state after these changes, which all count. */
export function fold(start, changes) {
  const state = { values: { ...start }, broken: new Map(), undo: [], redo: [] };
  for (const entry of changes) apply(state, entry);
  return state;
}

function apply(state, [at, change, note = {}]) {
  const { kind = at > 0 ? 'move' : 'with' } = note;
  const move = change.inject ? fault(state, change.inject, at) : slide(state, change);
  move.words = note.words ?? '';
  if (kind === 'undo') pass(state.undo, state.redo);
  else if (kind === 'redo') pass(state.redo, state.undo);
  else if (kind === 'more' && state.undo.at(-1)?.after && move.after) {
    const group = state.undo.at(-1);
    group.before = { ...move.before, ...group.before };
    Object.assign(group.after, move.after);
    group.words = move.words;
  } else if (kind !== 'with' && kind !== 'planned') {
    if (move.after || move.back) state.undo.push(move);
    state.redo = [];
  }
}

function pass(from, to) {
  if (from.length) to.push(from.pop());
}

function slide(state, change) {
  const before = Object.fromEntries(Object.keys(change).map((path) => [path, state.values[path] ?? null]));
  Object.assign(state.values, change);
  return { before, after: { ...change } };
}

/** A fault can be undone where something mends it: what a cache forgot stays forgotten. */
function fault(state, injected, at) {
  if (injected.kind === 'traffic_spike') return { fault: injected, back: [], until: at + injected.for_s };
  const key = target(injected);
  const was = state.broken.get(key);
  if (BREAKS.has(injected.kind)) {
    state.broken.set(key, injected);
    return { fault: injected, back: [mend(injected), ...(was ? [was] : [])] };
  }
  if (MENDING.has(injected.kind) && was) {
    state.broken.delete(key);
    return { fault: injected, back: [was] };
  }
  return { fault: injected, back: null };
}

/** The changes, all of the instant t, that take the last move back: [] if there is none. */
export function undoing({ undo }, t) {
  const move = undo.at(-1);
  if (!move) return [];
  const back = move.until ? [endOfSpike(move, t)] : move.back;
  const list = move.after ? [move.before] : back.map((inject) => ({ inject }));
  return noted(list, 'undo', undone(move.words));
}

const undone = (move) => t('undone: {move}', { move });

/** A spike that is on ends when another takes it back for the rest of its time; one that is over leaves nothing to take back. */
function endOfSpike({ fault: { factor }, until: end }, t) {
  const left = Math.round((end - t) * 1000) / 1000;
  return { kind: 'traffic_spike', factor: left > 0 ? 1 / factor : 1, for_s: Math.max(0.001, left) };
}

/** The changes that make the last move again that was taken back. */
export function redoing({ redo }) {
  const move = redo.at(-1);
  if (!move) return [];
  return noted([move.after ?? { inject: move.fault }], 'redo', move.words);
}

const noted = (list, kind, words) => list.map((change, i) => [change, { kind: i ? 'with' : kind, words }]);
