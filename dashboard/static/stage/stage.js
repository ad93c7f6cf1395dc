// The stage: one live page. Puts the parts together, owns the frame loop, and keeps everything through Streamlit's repeated calls.
import { Charts } from './charts.js';
import { Clock, SPEEDS } from './clock.js';
import { readColors, watchTheme } from './colors.js';
import { Controls } from './controls.js';
import { attribute, h, text } from './dom.js';
import { Experiment } from './experiment.js';
import { Faults } from './faults.js';
import { withUnit } from './format.js';
import { Link } from './link.js';
import { fold, recall, remember } from './memory.js';
import { Numbers, Sentence } from './numbers.js';
import { note } from './progress.js';
import { Scene } from './scene.js';
import { Screen } from './screen.js';
import { reducedMotion } from './settings.js';
import { Source } from './source.js';
import { Store } from './store.js';
import { Transport } from './transport.js';
import { assemble, style } from './frame.js';

const STAGES = new WeakMap();
const HEAD_START_S = 4; // simulated time kept ahead of the clock when a page opens

/** Called by Streamlit for every new data; the first call for an element makes the stage. */
export function mount(component) {
  const { parentElement: host } = component;
  let stage = STAGES.get(host);
  if (!stage) {
    stage = new Stage(host, component.data.page, component.data.chunk, component.data.opened);
    STAGES.set(host, stage);
  }
  stage.send = (ask) => component.setStateValue('ask', ask);
  stage.receive(component.data.chunk);
  stage.theme();
  return () => {
    // Streamlit cleans up superseded calls while the element lives on.
    if (host.isConnected) return;
    STAGES.delete(host);
    stage.dispose();
  };
}

class Stage {
  constructor(host, page, first, opened) {
    this.page = page;
    this.host = host;
    this.name = `stage:${page.name}`;
    this.concept = page.name.split('.')[0]; // A page in a situation has the situation's name behind its own.
    this.still = reducedMotion();
    this.start = Object.fromEntries(page.controls.map((spec) => [spec.path, spec.value]));
    this.store = new Store();
    this.link = new Link({
      limits: page.limits,
      send: (ask) => this.send(ask),
      onChunk: (chunk, changed) => this.merge(chunk, changed),
      onExperiment: (answer) => this.experiment.show(answer),
      onProblem: (chunk, dirty) => this.problem(chunk, dirty),
      onNewRun: (values, bound) => {
        this.again(values);
        this.tellPerson(`A new run began: the last one had reached its limit of ${bound}. The controls stay as they are.`);
      },
    });
    this.undone = [];
    this.build();
    this.restore(first, opened);
    this.frame = this.frame.bind(this);
    this.keys = (event) => this.key(event);
    this.hide = () => {
      this.save();
      this.clock.last = null;
      if (!document.hidden) this.loop();
    };
    document.addEventListener('keydown', this.keys);
    document.addEventListener('visibilitychange', this.hide);
    window.addEventListener('pagehide', this.hide);
    this.top = new IntersectionObserver(([entry]) => {
      document.documentElement.dataset.scrolled = !entry.isIntersecting;
    });
    this.top.observe(this.kicker);
    this.unwatch = watchTheme(() => this.theme());
    this.loop();
    note(this.concept, 'opened');
  }

  build() {
    const { page } = this;
    this.screen = new Screen();
    this.kicker = h('p', { class: 'kicker' }, ' ');
    this.transport = new Transport({
      onPlay: () => this.play(!this.clock.playing),
      onStep: () => this.step(),
      onSpeed: (speed) => this.speed(speed),
      onStart: () => this.again({}),
      onUndo: () => this.undo(),
    });
    this.scene = new Scene({ onSelect: (id) => this.faults.choose(id) });
    this.scene.picture.still = this.still;
    this.sentence = new Sentence();
    this.numbers = new Numbers();
    this.charts = new Charts(page.charts, new URL(page.files.plotly, document.baseURI).href);
    this.experiment = new Experiment({ onRun: () => this.link.want({ ...this.values }) });
    this.controls = new Controls(page.controls, (spec, moved) =>
      this.move({ [spec.path]: moved }, `${spec.label} ${withUnit(spec, moved)}`),
    );
    this.faults = new Faults(page.faults, {
      onFault: (fault, words) => this.move({ inject: fault }, words),
      onSpike: (on) => this.spike(on),
    });
    this.source = page.recordings ? new Source(page.recordings, { onSource: (values, words) => this.move(values, words) }) : null;
    this.notice = h('p', { class: 'notice', role: 'alert', hidden: true });
    this.sheet = h(
      'button',
      { type: 'button', class: 'sheet', 'aria-expanded': 'false', onclick: () => this.openSheet() },
      'Controls ',
    );
    this.sheet.append(h('span', { 'aria-hidden': 'true' }, '↑'));
    this.root = assemble(this);
    this.host.append(this.root);
    style(new URL('./stage.css', import.meta.url).href).then(() => {
      this.root.hidden = false;
      this.theme();
    });
  }

  /** Goes on where this tab left off, or begins with the chunk that came with the page. */
  restore(first, opened) {
    const saved = recall(this.name, this.page.limits);
    this.labels = new Map(saved ? saved.labels : []);
    if (saved) {
      this.link.seed = saved.seed;
      this.link.changes = saved.changes;
      this.clock = new Clock(saved.t, SPEEDS.includes(saved.speed) ? saved.speed : 1, saved.playing && !this.still);
      this.faults.spiking = saved.spiking ?? null;
      this.store.clear(Math.max(0, saved.t - this.page.limits.past_s));
      this.source?.restore(saved.source);
    } else {
      if (opened) Object.assign(this.link, { seed: opened.seed, changes: opened.changes });
      this.clock = new Clock(opened?.begin_s ?? Math.max(0, (first?.to_s ?? 0) - HEAD_START_S), 1, !this.still);
    }
    if (
      first &&
      !first.problem &&
      first.from_s === 0 &&
      (!this.link.changes.length || (opened && !saved)) &&
      first.echo === 'first' &&
      this.clock.t <= first.to_s
    )
      this.store.merge(first);
    this.fold();
    this.showControls();
    if (saved?.experiment) this.experiment.run();
  }

  save() {
    const { seed, changes } = this.link;
    const { t, speed, playing } = this.clock;
    remember(this.name, {
      seed,
      changes,
      t,
      speed,
      playing,
      labels: [...this.labels].slice(-50),
      spiking: this.faults.spiking,
      source: this.source?.state(),
      experiment: this.experiment.tried,
    });
  }

  fold() {
    const { values, downs, failing } = fold(this.start, this.link.changes);
    Object.assign(this, { values, downs, failing });
  }

  showControls() {
    this.controls.show(this.values);
    this.faults.update({
      downs: this.downs,
      failing: this.failing,
      count: this.values['servers.count'],
      rate: this.values['traffic.rate'],
    });
    this.source?.show(this.values);
  }

  /** A person moved something: it takes effect at the clock's instant and is asked for at once. */
  move(values, words, undoable = true) {
    const before = values.inject ? null : Object.fromEntries(Object.keys(values).map((path) => [path, this.values[path] ?? null]));
    const length = this.link.changes.length;
    note(this.concept, 'moved');
    if (!this.movedAt || performance.now() - this.movedAt > 1500) this.numbers.pin(this.screen.reading?.row);
    this.movedAt = performance.now();
    this.link.change(this.clock.t, values, performance.now() / 1000);
    if (undoable && this.link.changes.length > length) this.undone.push({ before, fault: values.inject });
    const entry = this.link.changes.at(-1);
    if (entry) this.labels.set(entry[0], words);
    this.fold();
    if (!values.inject) this.experiment.moved();
    this.showControls();
    this.hush();
    this.pump();
    this.save();
  }

  undo() {
    const last = this.undone.pop();
    if (!last) return;
    if (last.before) this.move(last.before, 'undone', false);
    else
      this.move(
        { inject: { kind: last.fault.kind === 'recover' ? 'crash' : 'recover', index: last.fault.index } },
        'undone',
        false,
      );
  }

  spike(on) {
    const rate = this.values['traffic.rate'];
    if (on) {
      this.faults.spiking = rate;
      this.move({ 'traffic.rate': Math.min(200000, rate * 3) }, 'Spike × 3');
    } else {
      const back = this.faults.spiking;
      this.faults.spiking = null;
      this.move({ 'traffic.rate': back ?? rate }, 'spike over');
    }
  }

  /** A new run from 0 with the controls as they are; faults are forgotten. */
  again(extra) {
    const settings = { ...this.values, ...(extra.inject ? {} : extra) };
    const changed = Object.fromEntries(Object.entries(settings).filter(([path, v]) => v !== this.start[path]));
    this.link.restart(Object.keys(changed).length ? [[0, changed]] : []);
    this.labels.clear();
    this.undone = [];
    this.numbers.base = null;
    this.store.clear(0);
    this.clock.t = 0;
    this.clock.last = null;
    this.fold();
    this.showControls();
    this.pump();
    this.save();
  }

  problem({ problem, lost }, dirty) {
    if (lost === 'recording') {
      this.source?.forget();
      this.again({ 'traffic.recording': null });
    } else if (dirty !== null && this.link.changes.length) {
      // The last change was refused: take it back, so that the run goes on.
      this.link.changes.pop();
      this.undone.pop();
      this.fold();
      this.showControls();
      this.link.mark(this.clock.t);
    } else this.clock.play(false);
    this.tellPerson(problem);
  }

  tellPerson(words) {
    text(this.notice, words);
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
    this.clock.play(false);
    const next = this.store.rows[this.store.index(this.clock.t) + 1];
    this.clock.t = Math.min(this.store.until, next ? next.t : this.clock.t + 0.1 * this.clock.speed);
    this.screen.urgent = true;
  }

  speed(speed) {
    this.clock.setSpeed(speed);
    this.save();
  }

  key(event) {
    if (event.defaultPrevented || event.altKey) return;
    const typing = event.target.closest?.('input, select, textarea, button, [contenteditable]');
    const box = event.target.matches?.('input[type=text], textarea');
    if ((event.ctrlKey || event.metaKey) && event.key === 'z' && !box) {
      event.preventDefault();
      this.undo();
    } else if (event.ctrlKey || event.metaKey || typing) return;
    else if (event.key === ' ') {
      event.preventDefault();
      this.play(!this.clock.playing);
    } else if (event.key === '.') this.step();
  }

  openSheet() {
    const open = this.root.classList.toggle('open');
    attribute(this.sheet, 'aria-expanded', open);
    this.sheet.lastChild.textContent = open ? '↓' : '↑';
    if (open) this.scene.root.scrollIntoView({ block: 'start', behavior: this.still ? 'auto' : 'smooth' });
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
    if (chunk) this.link.take(chunk, performance.now() / 1000);
  }

  merge(chunk, changed) {
    this.store.merge(chunk);
    this.engine = chunk.engine === 'plain' ? 'short runs in plain Python while the kernel compiles' : '';
    if (changed) {
      this.screen.pending = { echo: chunk.echo, from: chunk.from_s };
      this.root.dataset.merged = chunk.echo;
    }
    this.pump();
  }

  pump() {
    if (!this.send || document.hidden) return;
    const { t, speed, playing } = this.clock;
    this.link.pump({ t, until: this.store.until, speed, playing, wall: performance.now() / 1000 });
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
    this.pump();
    if (!this.root.hidden) this.screen.frame(this, wall);
    this.handle = requestAnimationFrame(this.frame);
  }

  dispose() {
    if (this.handle) cancelAnimationFrame(this.handle);
    document.removeEventListener('keydown', this.keys);
    document.removeEventListener('visibilitychange', this.hide);
    window.removeEventListener('pagehide', this.hide);
    this.unwatch();
    this.top.disconnect();
    this.scene.dispose();
    this.charts.dispose();
    this.root.remove();
  }
}
