// The run as a value and the asks about it: one ask in flight, changes at once, the next chunk in time, nothing lost.
// Knows nothing of drawing.
const THIN_S = 0.25; // four changes a second at most
const ANSWER_S = 4; // without an answer for so long the ask is sent again

export class Link {
  constructor({ limits, send, onChunk, onProblem, onNewRun }) {
    Object.assign(this, { limits, send, onChunk, onProblem, onNewRun });
    this.wishes = new Map();
    this.lived = false;
    this.seed = 1;
    this.changes = [];
    this.flight = null;
    this.dirty = null;
    this.counter = 0;
    this.pace = 1;
    this.held = false;
    this.lastChange = null;
    this.tag = Math.random().toString(36).slice(2, 8);
  }

  /** A change takes effect now; a slider's moves within a quarter of a second are one change with the last value. */
  change(t, values, wall) {
    const at = Math.round(t * 1000) / 1000;
    const last = this.lastChange;
    const same =
      last && !values.inject && !last.entry[1].inject && Object.keys(values).join() === Object.keys(last.entry[1]).join();
    if (same && wall - last.wall < THIN_S && last.entry === this.changes.at(-1)) {
      last.entry[1] = values;
      this.mark(last.entry[0]);
    } else {
      if (this.changes.length >= this.limits.changes) return this.onNewRun(values, 'changes');
      const entry = [Math.max(at, this.changes.length ? this.changes.at(-1)[0] : 0), values];
      this.changes.push(entry);
      this.lastChange = { entry, wall };
      this.mark(entry[0]);
    }
    return undefined;
  }

  mark(t) {
    this.dirty = this.dirty === null ? t : Math.min(this.dirty, t);
  }

  /** Something besides the live run: of each kind the last wish counts; its answer goes to `done`. */
  wish(kind, body, done) {
    this.wishes.delete(kind);
    this.wishes.set(kind, { kind, body, done });
  }

  /** It is no longer wanted; an answer that is on its way is nobody's. */
  unwish(kind) {
    this.wishes.delete(kind);
    if (this.flight?.wish?.kind === kind) this.flight.wish.gone = true;
  }

  /** Sends what is needed, if nothing is on its way: the live run and what is wished besides take turns. */
  pump({ t, until, speed, playing, wall }) {
    if (this.flight && wall - this.flight.wall < ANSWER_S) return;
    if (this.flight) this.again();
    const [wish] = this.wishes.values();
    if (this.held && this.dirty === null && !wish) return;
    this.pace = speed;
    const length = Math.min(30, Math.max(0.1, 4 * speed));
    const reply = Math.min(30, Math.max(0.1, 1.6 * speed)); // short, so that it comes soon
    const lead = Math.min(12, Math.max(0.04, 1.8 * speed));
    const ahead = !this.held && until < t + (playing ? lead : 0.001) && t < this.limits.run_s - 60;
    if (wish && (this.lived || (this.dirty === null && !ahead))) this.askWish(wish, wall);
    else if (this.dirty !== null) this.ask(this.dirty, reply, wall, this.dirty);
    else if (ahead) this.ask(until, until < t - 1 ? Math.min(60, t - until + length) : length, wall, null);
    else if (t >= this.limits.run_s - 60) this.onNewRun({}, 'time');
  }

  /** What is on its way got lost, or is no longer wanted as it was: it is asked for again, unless a newer wish took its place. */
  again() {
    const { dirty, wish } = this.flight;
    this.dirty = dirty ?? this.dirty;
    if (wish && !wish.gone && !this.wishes.has(wish.kind)) this.wishes.set(wish.kind, wish);
    this.flight = null;
  }

  ask(from, length, wall, dirty) {
    const id = `${this.tag}-${++this.counter}`;
    this.flight = { id, wall, dirty, wish: null };
    this.dirty = null;
    this.lived = true;
    this.send({
      id,
      seed: this.seed,
      changes: this.changes.map((change) => [change[0], change[1]]),
      from_s: from,
      length_s: length,
      pace: this.pace,
    });
  }

  askWish(wish, wall) {
    const id = `${this.tag}-${++this.counter}`;
    this.flight = { id, wall, dirty: null, wish };
    this.wishes.delete(wish.kind);
    this.lived = false;
    this.send({ id, seed: this.seed, ...wish.body });
  }

  /** Takes an answer; answers to other asks are old news. */
  take(chunk, wall) {
    if (!this.flight || chunk.echo !== this.flight.id) return;
    this.trip = wall - this.flight.wall;
    const { dirty, wish } = this.flight;
    this.flight = null;
    if (wish !== null) {
      if (!wish.gone) wish.done(chunk);
      return;
    }
    // After a problem that no change of the person's brought, asking waits for the next thing that they do.
    this.held = !!chunk.problem && dirty === null;
    if (chunk.problem) this.onProblem(chunk, dirty);
    else this.onChunk(chunk, dirty !== null);
  }

  restart(changes) {
    this.changes = changes;
    this.lastChange = null;
    if (this.flight) this.again();
    this.dirty = null;
    this.held = false;
  }
}
