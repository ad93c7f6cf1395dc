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
      });
    });
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
  }
}

export const value = (row, name) => (row ? row.piece.series[name][row.k] : null);

/** One entry a node, averaged over the rows: busy in %, waiting, taken a second; and the state at their end. */
export function nodes(rows) {
  if (!rows.length) return [];
  const last = rows[rows.length - 1];
  const table = last.piece.nodes;
  const alike = rows.filter(
    (row) => row.piece.nodes.tier.length === table.tier.length && row.piece.nodes.tier[0] === table.tier[0],
  );
  const span = alike.reduce((sum, row) => sum + row.t - row.start, 0) || 1;
  return table.tier.map((tier, n) => {
    const total = (name, weight) =>
      alike.reduce((sum, row) => sum + row.piece.nodes[name][n][row.k] * (weight ? row.t - row.start : 1), 0);
    return {
      tier,
      index: table.index[n],
      size: table.size ? table.size[n] : 1,
      id: tier === 'database' ? `d${table.index[n]}` : table.size ? tier : `s${table.index[n]}`,
      busy: total('busy', true) / span,
      taken: total('taken', false) / span,
      waiting: total('waiting', true) / span,
      up: table.up[n][last.k] > 0,
      seen: table.seen[n][last.k] > 0,
      part: table.part[n][last.k] > 0,
    };
  });
}
