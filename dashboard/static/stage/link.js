// The run as a value and the asks about it: one ask in flight, changes at once, the next chunk in time, nothing lost.
// Knows nothing of drawing.
import { instant, isPlanned, until } from './history.js';

const THIN_S = 0.25; // four changes a second at most
const ANSWER_S = 4; // without an answer for so long the ask is sent again,
const SOON_S = 0.4; // a wish that is answered within it goes before a move that finds nothing on its way
const RESTLESS_S = 2.5; // so soon after a move another may come, which throws away what was asked for after its instant
const PATIENCE_S = 32; // and later ones less often: what takes long must not be interrupted for ever

export class Link {
  /** `onFree`: the next ask may go; `later` calls back soon, to draw what was wished for. */
  constructor({ limits, send, onChunk, onProblem, onNewRun, onFree = () => {}, later = setTimeout }) {
    Object.assign(this, { limits, send, onChunk, onProblem, onNewRun, onFree, later: (work) => later(work) });
    this.wishes = new Map(); // questions besides the live run, by their kind
    this.turn = false; // whether a wish comes before the live run
    this.wishTrip = Infinity; // how long (s) the last wish took
    this.seed = 1;
    this.scene = null; // the scene of a lesson in which all is asked; null: the page's own system
    this.changes = [];
    this.pin = null; // {at, values} of a pinned design
    this.edge = (t) => t; // from where on a change at t is asked for
    this.flight = null;
    this.dirty = null;
    this.counter = 0;
    this.answers = 0;
    this.version = 0;
    this.pace = 1;
    this.held = false;
    this.lastChange = null;
    this.finer = null; // from where on the picture needs another sample
    this.tag = Math.random().toString(36).slice(2, 8);
  }

  /** A change takes effect now; a slider's moves within a quarter of a second are one change with the last value. */
  change(t, values, wall, note) {
    const past = until(this.changes, t);
    const planned = this.changes.slice(past.length).filter(isPlanned);
    const last = this.lastChange;
    const same =
      last && !values.inject && !last.entry[1].inject && Object.keys(values).join() === Object.keys(last.entry[1]).join();
    if (same && wall - last.wall < THIN_S && last.entry === past.at(-1)) {
      last.entry[1] = values;
      if (note) last.entry[2] = { ...note, kind: last.entry[2].kind };
      this.changes = [...past, ...planned];
      this.mark(last.entry[0]);
    } else {
      if (past.length + planned.length >= this.limits.changes) return this.onNewRun(values, 'changes');
      const entry = [instant(t), values, ...(note ? [note] : [])];
      this.changes = [...past, entry, ...planned];
      this.lastChange = { entry, wall };
      this.mark(entry[0]);
    }
    this.version++;
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

  /** Nothing that was wished for is wanted any more. */
  unwishAll() {
    this.wishes.clear();
    if (this.flight?.wish) this.flight.wish.gone = true;
  }

  /** The pace is another, so the picture needs more, or fewer, of the requests from t on; the numbers stay. */
  resample(t) {
    this.finer = t;
  }

  /** Sends what is needed, if nothing is on its way: the live run and what is wished besides take turns. */
  pump({ t, until: known, speed, playing, wall }) {
    const patience = Math.min(PATIENCE_S, ANSWER_S * 2 ** (this.flight?.tries ?? 0));
    if (this.flight && wall - this.flight.wall < patience) return;
    this.tries = this.flight ? (this.flight.tries ?? 0) + 1 : 0;
    if (this.flight) this.lose();
    const [wish] = this.wishes.values();
    if (this.held && this.dirty === null && this.finer === null && !wish) return;
    this.pace = speed;
    const ends = t >= this.limits.run_s - 60;
    const restless = this.lastChange !== null && wall - this.lastChange.wall < RESTLESS_S;
    const stretch = this.stretch(t, ends ? Infinity : known, speed, playing, restless);
    if (wish && (this.turn || !stretch)) this.askWish(wish, wall);
    else if (stretch) this.ask(stretch, wall);
    else if (ends) this.onNewRun({}, 'time');
  }

  /** What must be asked of the live run: {from, length, dirty}; null where enough is known. */
  stretch(t, known, speed, playing, restless) {
    const length = Math.min(30, Math.max(0.1, (restless ? 2 : 4) * speed));
    const reply = Math.min(30, Math.max(0.1, 1.6 * speed)); // short, so that it comes soon
    const lead = Math.min(20, Math.max(0.04, 1.2 * speed)); // less than a reply: while a slider is dragged there are replies only
    const { dirty, finer } = this;
    if (dirty !== null) return { from: dirty, length: reply + Math.max(0, t - dirty), dirty };
    if (finer !== null) return { from: Math.min(finer, known), length: length + Math.max(0, t - finer), dirty: null };
    if (this.held || known >= t + (playing ? lead : 0.001)) return null;
    return { from: known, length: known < t - 1 ? Math.min(60, t - known + length) : length, dirty: null };
  }

  /** What is on its way got lost, or is no longer wanted as it was: it is asked for again, unless a newer wish took its place. */
  lose() {
    const { dirty, wish } = this.flight;
    this.dirty = dirty ?? this.dirty;
    if (wish && !wish.gone && !this.wishes.has(wish.kind)) this.wishes.set(wish.kind, wish);
    this.flight = null;
  }

  ask({ from: wanted, length, dirty }, wall) {
    const { pin } = this;
    const from = this.edge(wanted);
    Object.assign(this, { dirty: null, finer: null, turn: dirty !== null || this.wishTrip < SOON_S });
    this.post({ dirty, wish: null }, wall, {
      changes: this.changes.map((change) => [change[0], change[1]]),
      from_s: from,
      length_s: Math.min(60, length + wanted - from),
      pace: this.pace,
      ...(pin ? { pin: [pin.at, pin.values] } : {}),
    });
  }

  askWish(wish, wall) {
    this.wishes.delete(wish.kind);
    this.turn = false;
    this.post({ dirty: null, wish }, wall, wish.body);
  }

  post(flight, wall, body) {
    const id = `${this.tag}-${++this.counter}`;
    this.flight = { id, wall, tries: this.tries, ...flight };
    this.send({ id, seed: this.seed, ...(this.scene ? { scene: this.scene } : {}), ...body });
  }

  /** How long (s) the person has been waiting for an answer that has not come. */
  waiting(wall) {
    return this.flight && Number.isFinite(this.flight.wall) ? wall - this.flight.wall + (this.flight.tries ? ANSWER_S * (2 ** this.flight.tries - 1) : 0) : 0;
  }

  /** The line is there again: what was on its way is asked for at once. */
  again() {
    if (this.flight) Object.assign(this.flight, { wall: -Infinity, tries: 0 });
  }

  /** No answer came to this ask: it goes again with the next look. */
  lost(id) {
    if (this.flight?.id === id) this.flight.wall = -Infinity;
  }

  /** Takes an answer; answers to other asks are old news. */
  take(chunk, wall) {
    if (!this.flight || chunk.echo !== this.flight.id) return;
    this.answers++;
    this.trip = wall - this.flight.wall;
    const { dirty, wish, stale } = this.flight;
    this.flight = null;
    if (wish) {
      this.wishTrip = this.trip;
      this.onFree();
      // Streamlit sends the next ask a moment after it was given to it; drawing now would hold it up.
      this.later(() => wish.gone || wish.done(chunk));
      return;
    }
    if (stale) return;
    // After a problem that no change of the person's brought, asking waits for the next thing that they do.
    this.held = !!chunk.problem && dirty === null;
    if (chunk.problem) this.onProblem(chunk, dirty);
    else this.onChunk(chunk, dirty !== null);
  }

  /** The clock went to where nothing is known: what is on its way is about another time. */
  elsewhere() {
    this.finer = null;
    if (this.flight && this.flight.wish === null) Object.assign(this.flight, { stale: true, dirty: null });
    this.dirty = null;
    this.held = false;
  }

  restart(changes) {
    this.changes = changes;
    this.version++;
    this.lastChange = null;
    if (this.flight) this.lose();
    this.finer = null;
    this.dirty = null;
    this.held = false;
  }
}
