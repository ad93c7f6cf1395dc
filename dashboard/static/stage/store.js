// What the browser knows of the run: rows and moves, past and a little of the future. Merging a chunk replaces what it covers.
// Knows nothing of where chunks come from nor of how they are drawn.
const KEEP_S = 125; // the last minute is instant to go back to, and its charts reach back a minute more
const REACH_S = 60; // a request may be drawn for so long after its end: at high speed its way is drawn slower than it was

export class Store {
  constructor() {
    this.clear(0);
  }

  clear(from) {
    this.rows = [];
    this.moves = new Map();
    this.gone = new Map(); // those that are over, in case the clock goes back
    this.hers = new Map(); // Ada's, of both
    this.sentences = [];
    this.from = from;
    this.until = from;
    this.version = 0;
  }

  merge(chunk) {
    const from = chunk.from_s;
    const cut = this.rows.findIndex((row) => row.t > from + 1e-6);
    if (cut >= 0) this.rows.length = cut;
    for (const piece of chunk.pieces) {
      const count = piece.series.offered_rate.length;
      for (let k = 0; k < count; k++) {
        const t = k === count - 1 ? piece.to_s : piece.from_s + (k + 1) * piece.step_s;
        this.rows.push({ t, start: piece.from_s + k * piece.step_s, piece, k });
      }
    }
    this.sentences = this.sentences.filter(([t]) => t <= from + 1e-6).concat(chunk.sentences);
    this.mergeMoves(chunk);
    this.until = chunk.to_s;
    this.version++;
  }

  /** Nothing more of it is drawn. */
  retire(move) {
    this.moves.delete(move.id);
    this.gone.set(move.id, move);
  }

  /** The clock went back to t: what was under way then is drawn again. */
  rewind(t) {
    for (const [id, move] of this.gone) {
      if (move.sent <= t && t > move.ended + REACH_S) continue;
      this.gone.delete(id);
      this.moves.set(id, move);
    }
  }

  mergeMoves(chunk) {
    const { moves, from_s: from } = chunk;
    const at = (value) => (value === null ? Infinity : from + value / 1e6);
    const fresh = new Set(moves.id);
    const hers = new Map(moves.ada.map(([id, ...told]) => [id, told]));
    for (const [id, move] of this.gone) if (fresh.has(id) || move.sent >= from || !(move.ended <= from)) this.gone.delete(id);
    // A request whose end the new chunk decides, and that it does not hold, is no longer in the sample.
    for (const [id, move] of this.moves) if (!fresh.has(id) && (move.sent >= from || !(move.ended <= from))) this.moves.delete(id);
    moves.id.forEach((id, i) => {
      const known = this.moves.get(id);
      this.moves.set(id, {
        id,
        every: moves.every,
        server: moves.server[i],
        db: moves.db[i],
        hit: moves.hit[i],
        outcome: moves.outcome[i],
        write: moves.kind?.[i] === 2,
        cache: moves.cache ? moves.cache[i] : -1,
        pop: moves.pop ? moves.pop[i] : -1,
        popHit: moves.pop ? moves.pop_hit[i] : -1,
        atPop: moves.pop ? at(moves.at_pop[i]) : Infinity,
        popDone: moves.pop ? at(moves.pop_done[i]) : Infinity,
        popWaited: moves.pop ? at(moves.pop_waited[i]) : Infinity,
        popFilled: moves.pop ? at(moves.pop_filled[i]) : Infinity,
        sent: at(moves.sent[i]),
        dispatched: at(moves.dispatched[i]),
        cpuDone: at(moves.cpu_done[i]),
        dbAt: at(moves.db_at[i]),
        dbDone: at(moves.db_done[i]),
        left: at(moves.left[i]),
        ended: at(moves.ended[i]),
        legs: null,
        speed: 0,
        born: known ? known.born : performance.now(),
        ada: hers.get(id) ?? null,
      });
    });
    const followed = [...this.hers.keys(), ...hers.keys()].map((id) => [id, this.moves.get(id) ?? this.gone.get(id)]);
    this.hers = new Map(followed.filter(([, move]) => move?.ada));
    this.every = moves.every;
  }

  /** The last row that ended by t, or null. */
  row(t) {
    const i = this.index(t);
    return i < 0 ? null : this.rows[i];
  }

  index(t) {
    let low = 0,
      high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].t <= t + 1e-6) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Rows that ended in (from, to]. */
  between(from, to) {
    return this.rows.slice(this.index(from) + 1, this.index(to) + 1);
  }

  sentence(t) {
    return this.sentences.findLast(([at]) => at <= t + 1e-6) ?? null;
  }

  forget(t) {
    const past = this.index(t - KEEP_S);
    if (past > 50) this.rows.splice(0, past);
    while (this.sentences.length > 1 && this.sentences[1][0] < t - KEEP_S) this.sentences.shift();
    for (const [id, move] of this.gone) if (move.ended < t - KEEP_S) this.gone.delete(id);
    for (const [id, move] of this.hers) if (move.ended < t - KEEP_S) this.hers.delete(id);
  }
}

export const value = (row, name) => row?.piece.series[name]?.[row.k] ?? null;

/** A column's value in a row; one value stands for all rows. */
const at = (column, k) => (column.length === 1 ? column[0] : column[k]);

/** The rows that tell of the same boxes as the last one. */
function alike(rows, part) {
  const last = rows.at(-1);
  const key = (piece) => (piece[`${part}Key`] ??= piece[part]?.id.join() ?? '');
  return rows.filter((row) => row.piece === last.piece || key(row.piece) === key(last.piece));
}

/** One entry a node, averaged over the rows: busy in %, waiting, taken a second; and the state at their end. */
export function nodes(rows) {
  if (!rows.length) return [];
  const last = rows.at(-1);
  const table = last.piece.nodes;
  const same = alike(rows, 'nodes');
  const span = same.reduce((sum, row) => sum + row.t - row.start, 0) || 1;
  return table.id.map((id, n) => {
    const total = (name, weight) =>
      same.reduce((sum, row) => sum + at(row.piece.nodes[name][n], row.k) * (weight ? row.t - row.start : 1), 0);
    return {
      id,
      tier: table.tier[n],
      index: table.index[n],
      group: table.group[n],
      member: table.member[n],
      size: table.size ? table.size[n] : 1,
      merged: !!table.size && !/^[sd]\d+$/.test(id),
      busy: total('busy', true) / span,
      taken: total('taken', false) / span,
      waiting: total('waiting', true) / span,
      up: at(table.up[n], last.k) > 0,
      seen: at(table.seen[n], last.k) > 0,
      part: at(table.part[n], last.k) > 0,
      primary: at(table.primary[n], last.k) > 0,
    };
  });
}

/** One entry a cache node and a point of presence: look-ups a second, hit ratio (null without look-ups) over the rows, items held. */
export function stores(rows) {
  const last = rows.at(-1);
  const table = last?.piece.stores;
  if (!table) return [];
  const same = alike(rows, 'stores').filter((row) => row.piece.stores);
  const span = same.reduce((sum, row) => sum + row.t - row.start, 0) || 1;
  return table.id.map((id, n) => {
    const total = (name) => same.reduce((sum, row) => sum + row.piece.stores[name][n][row.k], 0);
    const looks = total('looks');
    const up = at(table.up[n], last.k);
    return {
      id,
      tier: table.tier[n],
      index: table.index[n],
      name: table.name[n],
      region: table.region[n] || undefined,
      size: table.size[n],
      looks: looks / span,
      hits: looks ? total('hits') / looks : null,
      items: table.items[n][last.k],
      upCount: up,
      up: up > 0,
    };
  });
}
