// The journal: what a person does to the run, move by move, with undo and redo, and the controls as they stand at the clock's instant.
// Reads and writes the link's changes. Knows nothing of drawing.
import { withUnit } from './format.js';
import { fold, instant, redoing, undoing, until } from './history.js';
import { mark, t } from './translate.js';

/** What a fault is called where nobody said what happened. */
const HAPPENED = {
  crash: mark('crash: {target}'),
  slow: mark('slow: {target}'),
  fail_fast: mark('fail fast: {target}'),
  cut_replication: mark('cut replication: {target}'),
  lose_cache_node: mark('lose cache node: {target}'),
  flush_cache: mark('flush cache: {target}'),
  pop_outage: mark('pop outage: {target}'),
  pop_recovery: mark('pop recovery: {target}'),
  recover: mark('recover: {target}'),
  random_crashes: mark('random crashes begin'),
  end_random_crashes: mark('random crashes end'),
  traffic_spike: mark('traffic spike: {target}'),
};
const TARGETS = {
  servers: mark('server {number}'),
  database: mark('database {number}'),
  cache: mark('cache {number}'),
  zone: mark('zone {number}'),
};
const GOES_ON_S = 1; // moves of the same sliders within so long are one move for undo

export class Journal {
  constructor(stage) {
    Object.assign(this, { stage, start: stage.start, known: null, lastMove: null });
    this.names = new Map(stage.page.controls.map((spec) => [spec.path, spec]));
  }

  /** The controls begin as they are in another system. */
  begin(start) {
    Object.assign(this, { start, known: null, lastMove: null });
  }

  /** Reads off the changes what holds at t. Whether anything is another than before. */
  follow(t) {
    const { changes } = this.stage.link;
    const taken = until(changes, t);
    const key = `${taken.length}|${changes.length}|${this.stage.link.version}`;
    if (key === this.known) return false;
    this.known = key;
    this.now = fold(this.start, taken);
    return true;
  }

  /** Marks for the charts and the timeline: [t, words]. */
  marks() {
    return this.stage.link.changes
      .filter(([t, , note]) => t > 0 && !['more', 'with'].includes(note?.kind))
      .map(([t, change, note]) => [t, note?.words || this.words(change), change.inject ? 'broken' : 'moved']);
  }

  /** What a change says, where nobody said it: after a link was opened. */
  words(change) {
    if (change.inject) {
      const { kind, tier = 'servers', index, region } = change.inject;
      return t(HAPPENED[kind], { target: region ?? t(TARGETS[tier], { number: (index ?? 0) + 1 }) });
    }
    const named = Object.entries(change).map(([path, value]) => {
      const spec = this.names.get(path);
      return spec ? `${spec.label} ${withUnit(spec, value)}` : path;
    });
    return named.slice(0, 2).join(', ') + (named.length > 2 ? ' …' : '');
  }

  /** A move at the clock's instant. What was to come after it belongs to another run now. */
  move(moved, words, more = {}) {
    const { clock, link } = this.stage;
    const change = moved.inject ? moved : Object.fromEntries(Object.entries(moved).map(([path, value]) => [path, this.within(path, value)]));
    const wall = performance.now() / 1000;
    const paths = change.inject ? null : Object.keys(change).join();
    const goesOn = paths && this.lastMove?.paths === paths && wall - this.lastMove.wall < GOES_ON_S;
    const last = until(link.changes, clock.t).at(-1)?.[2]?.kind ?? 'move';
    const kind = goesOn && ['move', 'more'].includes(last) ? 'more' : 'move';
    this.lastMove = { paths, wall };
    return link.change(instant(clock.t), change, wall, { kind, words, ...more });
  }

  /** A number within its control's bounds, as the run takes it: people and machines may ask for more than a page plays. */
  within(path, value) {
    const spec = this.names.get(path);
    if (spec?.kind !== 'slider' || typeof value !== 'number') return value;
    return Math.min(spec.most, Math.max(spec.low, value));
  }

  undo() {
    return this.make(undoing(this.now, instant(this.stage.clock.t)));
  }

  redo() {
    return this.make(redoing(this.now));
  }

  make(list) {
    const { clock, link } = this.stage;
    this.lastMove = null;
    for (const [change, note] of list) {
      link.lastChange = null;
      link.change(instant(clock.t), change, 0, note);
    }
    link.lastChange = null;
    return list.length > 0;
  }
}
