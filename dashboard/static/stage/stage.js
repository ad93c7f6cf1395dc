// The stage: one live page. Puts the parts together, owns the frame loop, and keeps everything through Streamlit's repeated calls.
import { Asks } from './asks.js';
import { build } from './build.js';
import { readColors, watchTheme } from './colors.js';
import { connected, keepAsking, lineState, LOST, watchConnection } from './connection.js';
import { attribute, text } from './dom.js';
import { falls, stands, told } from './going.js';
import { fold, instant, isPlanned, until } from './history.js';
import { Journal } from './journal.js';
import { key } from './keys.js';
import { Link } from './link.js';
import { nameOf } from './memory.js';
import { openRun, restore, save } from './opening.js';
import { note } from './progress.js';
import { roomHere } from '../room/here.js';
import { reducedMotion } from './settings.js';
import { Store } from './store.js';
import { mark, t } from './translate.js';

const SLOW = 0.5; // below this speed single requests are followed, so the picture needs all of them
const STAGES = new WeakMap();
const BEGUN = {
  changes: mark('A new run began: the last one had reached its limit of changes. The controls stay as they are.'),
  time: mark('A new run began: the last one had reached its limit of time. The controls stay as they are.'),
};

/** What a stage begins with, of what Streamlit brings: compressed. Browsers that cannot undo that ask for it once more. */
export async function unpacked(bytes) {
  if (!window.DecompressionStream) return told(location.href);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
}

/** Called by Streamlit for every new data; the first call for an element makes the stage. */
export function mount(component, data) {
  const { parentElement: host } = component;
  if (!STAGES.has(host)) put(host, data);
  const stage = STAGES.get(host);
  // Streamlit knows only the stage that it made itself.
  stage.go = stage.asks.path === data.asks ? (view) => component.setTriggerValue('go', { view }) : null;
  stage.theme();
  return () => {
    // Streamlit cleans up superseded calls while the element lives on.
    if (host.isConnected) return;
    STAGES.get(host)?.dispose();
    STAGES.delete(host);
  };
}

/** A stage in an element, in the place of the one that is there. */
function put(host, data) {
  STAGES.get(host)?.save();
  STAGES.get(host)?.dispose();
  const stage = new Stage(host, data);
  STAGES.set(host, stage);
  stage.put = (next) => put(host, next);
  stands(stage.put, data.asks);
}

class Stage {
  constructor(host, { page, asks, chunk, opened }) {
    this.page = page;
    this.host = host;
    this.name = nameOf(page.name);
    this.concept = page.name.split('.')[0]; // A page in a situation has the situation's name behind its own.
    this.still = reducedMotion();
    this.veiled = false; // a lesson waits for a prediction: nothing that could tell the outcome is moved
    this.staged = null; // the scene of a lesson that is played, or null
    this.locks = []; // paths of controls that nobody may move in the room of this tab
    this.start = Object.fromEntries(page.controls.map((spec) => [spec.path, spec.value]));
    this.store = new Store();
    this.link = new Link({
      limits: page.limits,
      send: (ask) => this.asks.send(ask),
      onChunk: (chunk, changed) => this.merge(chunk, changed),
      onProblem: (chunk, dirty) => this.problem(chunk, dirty),
      onFree: () => this.pump(),
      onNewRun: (values, bound) => {
        this.again(values);
        this.tellPerson(t(BEGUN[bound]));
      },
    });
    this.asks = new Asks(asks, { onAnswer: (told) => this.receive(told), onLost: (id) => this.link.lost(id) });
    this.journal = new Journal(this);
    build(this);
    restore(this, chunk, opened);
    this.frame = this.frame.bind(this);
    this.keys = (event) => key(this, event);
    this.hide = () => {
      this.save();
      const wall = performance.now() / 1000;
      if (document.hidden) this.clock.leave(wall);
      else {
        this.clock.back(wall, this.page.limits.run_s - 120);
        this.loop();
      }
    };
    document.addEventListener('keydown', this.keys);
    document.addEventListener('visibilitychange', this.hide);
    window.addEventListener('pagehide', this.hide);
    this.top = new IntersectionObserver((entries) => {
      document.documentElement.dataset.scrolled = !entries.at(-1).isIntersecting;
    });
    this.top.observe(this.kicker);
    this.unwatch = watchTheme(() => this.theme());
    this.unwatchLine = watchConnection(keepAsking(this.link, () => this.save()));
    this.loop();
    note(this.concept, 'opened');
    if (roomHere()) import('../room/bar.js').then((bar) => bar.show());
  }

  /** A run from a file: it begins anew. */
  open({ opened, problem }) {
    if (opened) openRun(this, opened);
    else this.tellPerson(problem);
  }

  save() {
    save(this);
  }

  /** The controls and faults as they are at the clock's instant: a run that is replayed moves them. */
  follow() {
    if (!this.journal.follow(this.clock.t)) return;
    this.values = this.journal.now.values;
    this.showControls();
  }

  forgetFrom(t) {
    this.store.clear(t);
    this.pin.clearFrom(t);
  }

  showControls() {
    this.controls.show(this.values);
    this.faults.fold(until(this.link.changes, this.clock.t), this.clock.t);
    this.faults.show();
    this.source?.show(this.values);
    this.worksheet?.show(this.values['traffic.rate']);
    this.catalogue?.show(this.values);
  }

  /** A person moved something: it takes effect at the clock's instant and is asked for at once. */
  move(values, words, more) {
    if (this.veiled || this.locked(values)) return this.showControls();
    note(this.concept, 'moved');
    if (!this.movedAt || performance.now() - this.movedAt > 1500) this.numbers.pin(this.screen.reading?.row);
    this.movedAt = performance.now();
    this.journal.move(values, words, more);
    return this.moved(!values.inject);
  }

  /** Whether a teacher has locked one of these controls, which is said then. */
  locked(values) {
    const names = this.page.controls.filter(({ path }) => path in values && this.locks.includes(path)).map(({ label }) => label);
    if (names.length) this.tellPerson(t('Your teacher has locked: {names}.', { names: names.join(', ') }), true);
    return names.length > 0;
  }

  undo() {
    if (!this.veiled && this.journal.undo()) this.moved(true);
  }

  redo() {
    if (!this.veiled && this.journal.redo()) this.moved(true);
  }

  moved(settings) {
    this.clock.front = this.clock.t;
    this.pin.branch(this.clock.t);
    this.follow();
    if (settings) this.experiment.moved();
    this.hush();
    this.pump();
    this.save();
  }

  pinDesign() {
    this.pin.set(this.clock.t, this.values, this.start);
    this.link.pin = this.pin.pinned;
    this.link.mark(instant(this.clock.t));
    this.pump();
    this.save();
  }

  unpin() {
    this.pin.clear();
    this.link.pin = null;
    this.screen.urgent = true;
    this.save();
  }

  /** The clock goes to another time of the run: at once where it is known, else as soon as the server has told. */
  seek(to) {
    const t = Math.min(this.clock.front, Math.max(0, to));
    const { store } = this;
    const first = store.rows[0]?.start ?? store.until;
    if (t < first || t > store.until + this.page.limits.past_s) {
      this.forgetFrom(this.pin.edge(Math.max(0, t - this.page.limits.past_s)));
      this.link.elsewhere();
    } else if (this.clock.speed < SLOW && t < store.until) this.link.resample(instant(t));
    this.clock.t = t;
    this.clock.last = null;
    store.rewind(t);
    this.follow();
    this.screen.urgent = true;
    this.pump();
  }

  /** While the timeline is held the clock stands. */
  hold(on) {
    if (on) this.heldPlaying = this.clock.playing;
    this.clock.play(on ? false : this.heldPlaying);
    if (on) return;
    this.charts.fit();
    this.screen.urgent = true;
    this.save();
  }

  /** A new run from 0 with the controls as they were set; faults are forgotten, but what a situation has planned comes again. */
  again(extra) {
    const { changes } = this.link;
    const planned = changes.filter(isPlanned);
    const moved = until(changes, this.clock.t).filter((entry) => !isPlanned(entry));
    const settings = { ...fold(this.start, moved).values, ...(extra.inject ? {} : extra) };
    const changed = Object.fromEntries(Object.entries(settings).filter(([path, v]) => v !== this.start[path]));
    this.link.restart([...(Object.keys(changed).length ? [[0, changed, { kind: 'with' }]] : []), ...planned]);
    this.numbers.base = null;
    this.pin.branch(0);
    this.forgetFrom(0);
    Object.assign(this.clock, { t: 0, front: 0, last: null });
    this.follow();
    this.screen.urgent = true;
    this.pump();
    this.save();
  }

  problem({ problem, lost }, dirty) {
    if (lost === 'recording') {
      this.source?.forget();
      this.again({ 'traffic.recording': null });
    } else if (dirty !== null && this.link.changes.length) {
      // The last change was refused: take it back, so that the run goes on.
      const refused = this.link.lastChange?.entry ?? this.link.changes.at(-1);
      this.link.changes = this.link.changes.filter((entry) => entry !== refused);
      this.link.version++;
      this.follow();
      this.link.mark(this.clock.t);
    } else this.clock.play(false);
    this.tellPerson(problem);
  }

  tellPerson(words, calm = false) {
    text(this.notice, words);
    attribute(this.notice, 'data-calm', calm);
    this.notice.hidden = false;
  }

  hush() {
    this.notice.hidden = true;
  }

  play(on) {
    this.link.held = false;
    this.clock.play(on);
    this.screen.urgent = true;
    this.save();
  }

  step() {
    if (this.veiled) return;
    this.clock.play(false);
    const next = this.store.rows[this.store.index(this.clock.t) + 1];
    this.clock.go(Math.min(this.store.until, next ? next.t : this.clock.t + 0.1 * this.clock.speed));
    this.follow();
    this.screen.urgent = true;
  }

  speed(speed) {
    this.clock.setSpeed(speed);
    if (this.store.rows.length) this.link.resample(instant(this.clock.t));
    this.save();
  }

  theme() {
    const colors = readColors(this.root);
    if (JSON.stringify(colors) === JSON.stringify(this.colors)) return;
    this.colors = colors;
    this.scene.setColors(colors);
    this.charts.setColors(colors);
    this.screen.urgent = true;
  }

  receive(chunk) {
    this.link.take(chunk, performance.now() / 1000);
  }

  merge(chunk, changed) {
    this.store.merge(chunk);
    this.pin.merge(chunk);
    if (!this.clock.playing) this.screen.urgent = true;
    this.engine = chunk.engine === 'plain' ? t('short runs in plain Python while the kernel compiles') : '';
    if (changed) {
      this.screen.pending = { echo: chunk.echo, from: chunk.from_s };
      this.root.dataset.merged = chunk.echo;
    }
    this.pump();
  }

  pump() {
    if (this.leaving || document.hidden) return;
    const { t, speed, playing } = this.clock;
    this.link.pump({ t, until: this.store.until, speed, playing, wall: performance.now() / 1000 });
  }

  /** Says when the server does not answer, and takes it back when it does. */
  line(wall) {
    const state = lineState(this.link.waiting(wall), connected());
    if (state === 'lost') this.tellPerson(LOST);
    else if (this.notice.textContent === LOST) this.hush();
    return state ? t('waiting for the server') : '';
  }

  loop() {
    if (this.handle) cancelAnimationFrame(this.handle);
    this.handle = requestAnimationFrame(this.frame);
  }

  frame() {
    this.handle = null;
    if (!this.host.isConnected) return;
    if (document.hidden) return; // visibilitychange starts it again
    const wall = performance.now() / 1000;
    this.clock.tick(wall, this.store.until);
    this.follow();
    this.pump();
    if (!this.root.hidden) this.screen.frame(this, wall);
    this.handle = requestAnimationFrame(this.frame);
  }

  dispose() {
    falls(this.put);
    if (this.handle) cancelAnimationFrame(this.handle);
    document.removeEventListener('keydown', this.keys);
    document.removeEventListener('visibilitychange', this.hide);
    window.removeEventListener('pagehide', this.hide);
    this.beside?.dispose();
    this.unwatch();
    this.unwatchLine();
    this.asks.close();
    this.share.dispose();
    this.top.disconnect();
    this.scene.dispose();
    this.charts.dispose();
    this.experiment.dispose();
    this.root.remove();
  }
}
