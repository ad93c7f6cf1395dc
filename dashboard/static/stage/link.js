// The run as a value and the asks about it: one ask in flight, changes at once, the next chunk in time, nothing lost.
// Knows nothing of drawing.
const THIN_S = 0.25; // four changes a second at most
const ANSWER_S = 4; // without an answer for so long the ask is sent again

export class Link {
  constructor({ limits, send, onChunk, onExperiment, onProblem, onNewRun }) {
    Object.assign(this, { limits, send, onChunk, onExperiment, onProblem, onNewRun });
    this.wish = null;
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

  /** A whole run at once of the system with these values: asked for as soon as the live run leaves room. */
  want(values) {
    this.wish = values;
  }

  /** Sends what is needed, if nothing is on its way. */
  pump({ t, until, speed, playing, wall }) {
    if (this.held && this.dirty === null && this.wish === null) return;
    if (this.flight && wall - this.flight.wall < ANSWER_S) return;
    if (this.flight) {
      this.dirty = this.flight.dirty ?? this.dirty;
      this.wish ??= this.flight.wish;
    }
    this.pace = speed;
    const length = Math.min(30, Math.max(0.1, 4 * speed));
    const reply = Math.min(30, Math.max(0.1, 1.6 * speed)); // short, so that it comes soon
    const lead = Math.min(12, Math.max(0.04, 1.8 * speed));
    if (this.dirty !== null) this.ask(this.dirty, reply, wall, this.dirty);
    else if (this.wish !== null) this.askExperiment(wall);
    else if (until < t + (playing ? lead : 0.001) && t < this.limits.run_s - 60)
      this.ask(until, until < t - 1 ? Math.min(60, t - until + length) : length, wall, null);
    else if (t >= this.limits.run_s - 60) this.onNewRun({}, 'time');
  }

  ask(from, length, wall, dirty) {
    const id = `${this.tag}-${++this.counter}`;
    this.flight = { id, wall, dirty, wish: null };
    this.dirty = null;
    this.send({
      id,
      seed: this.seed,
      changes: this.changes.map((change) => [change[0], change[1]]),
      from_s: from,
      length_s: length,
      pace: this.pace,
    });
  }

  askExperiment(wall) {
    const id = `${this.tag}-${++this.counter}`;
    this.flight = { id, wall, dirty: null, wish: this.wish };
    this.wish = null;
    this.send({ id, seed: this.seed, experiment: this.flight.wish });
  }

  /** Takes an answer; answers to other asks are old news. */
  take(chunk, wall) {
    if (!this.flight || chunk.echo !== this.flight.id) return;
    this.trip = wall - this.flight.wall;
    const { dirty, wish } = this.flight;
    this.flight = null;
    if (wish !== null) {
      this.onExperiment(chunk);
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
    this.wish ??= this.flight?.wish ?? null;
    this.flight = null;
    this.dirty = null;
    this.held = false;
  }
}
