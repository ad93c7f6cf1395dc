// The stage: one live page. Puts the parts together, owns the frame loop, and keeps everything through Streamlit's repeated calls.
import { Charts } from './charts.js';
import { Clock, SPEEDS } from './clock.js';
import { readColors, watchTheme } from './colors.js';
import { Controls } from './controls.js';
import { attribute, h, text } from './dom.js';
import { Faults } from './faults.js';
import { users, whole, withUnit } from './format.js';
import { Link } from './link.js';
import { Numbers, Sentence } from './numbers.js';
import { Scene } from './scene.js';
import { Source } from './source.js';
import { Store, nodes, value } from './store.js';
import { Transport } from './transport.js';

const STAGES = new WeakMap();
const BOXES_S = 0.1, NUMBERS_S = 0.25, CHART_S = 0.07, SAVE_S = 1;
const HEAD_START_S = 4; // simulated time kept ahead of the clock when a page opens

/** Called by Streamlit for every new data; the first call for an element makes the stage. */
export function mount(component) {
  const { parentElement: host } = component;
  let stage = STAGES.get(host);
  if (!stage) {
    stage = new Stage(host, component.data.page, component.data.chunk);
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
  constructor(host, page, first) {
    this.page = page;
    this.host = host;
    this.name = `stage:${page.name}`;
    this.still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.start = Object.fromEntries(page.controls.map((spec) => [spec.path, spec.value]));
    this.store = new Store();
    this.link = new Link({
      limits: page.limits, send: (ask) => this.send(ask), onChunk: (chunk, changed) => this.merge(chunk, changed),
      onProblem: (problem, dirty) => this.problem(problem, dirty), onNewRun: (values) => this.again(values),
    });
    this.undone = [];
    this.build();
    this.restore(first);
    this.last = { boxes: -1, numbers: -1, chart: -1, save: -1 };
    this.urgent = false;
    this.frame = this.frame.bind(this);
    this.keys = (event) => this.key(event);
    this.hide = () => { this.save(); this.clock.last = null; if (!document.hidden) this.loop(); };
    document.addEventListener('keydown', this.keys);
    document.addEventListener('visibilitychange', this.hide);
    window.addEventListener('pagehide', this.hide);
    this.top = new IntersectionObserver(([entry]) => { document.documentElement.dataset.scrolled = !entry.isIntersecting; });
    this.top.observe(this.kicker);
    this.unwatch = watchTheme(() => this.theme());
    this.loop();
  }

  build() {
    const { page } = this;
    this.kicker = h('p', { class: 'kicker' }, ' ');
    this.transport = new Transport({
      onPlay: () => this.play(!this.clock.playing), onStep: () => this.step(), onSpeed: (speed) => this.speed(speed),
      onStart: () => this.again({}), onUndo: () => this.undo(),
    });
    this.scene = new Scene({ onSelect: (id) => this.faults.choose(id) });
    this.scene.still = this.still;
    this.sentence = new Sentence();
    this.numbers = new Numbers();
    this.charts = new Charts(page.charts, new URL(page.files.plotly, document.baseURI).href);
    this.controls = new Controls(page.controls, (spec, moved) => this.move({ [spec.path]: moved }, `${spec.label} ${withUnit(spec, moved)}`));
    this.faults = new Faults(page.faults, {
      onFault: (fault, words) => this.move({ inject: fault }, words),
      onSpike: (on) => this.spike(on),
    });
    this.source = page.recordings ? new Source(page.recordings, { onSource: (values, words) => this.move(values, words) }) : null;
    this.notice = h('p', { class: 'notice', role: 'alert', hidden: true });
    const panel = h('div', { class: 'card panel' }, this.controls.first, this.faults.root, this.controls.more);
    if (this.source) panel.querySelector('[data-group="Traffic"] h3').after(this.source.root);
    this.sheet = h('button', { type: 'button', class: 'sheet', 'aria-expanded': 'false', onclick: () => this.openSheet() }, 'Controls ', h('span', { 'aria-hidden': 'true' }, '↑'));
    this.aside = h('aside', { class: 'side', 'aria-label': 'Controls' }, panel);
    this.root = h('div', { class: 'stage', hidden: true },
      h('div', { class: 'story' },
        h('header', {}, this.kicker, h('h1', {}, page.title), h('p', { class: 'question' }, page.question)),
        this.transport.root, this.notice, this.scene.root, this.sentence.root, this.numbers.root, this.charts.root),
      this.aside, this.sheet);
    this.host.append(this.root);
    style(new URL('./stage.css', import.meta.url).href).then(() => { this.root.hidden = false; this.theme(); });
  }

  /** Goes on where this tab left off, or begins with the chunk that came with the page. */
  restore(first) {
    let saved = null;
    try { saved = JSON.parse(sessionStorage.getItem(this.name)); } catch { saved = null; }
    const fits = saved && saved.version === 1 && Array.isArray(saved.changes) && saved.changes.length <= this.page.limits.changes;
    this.labels = new Map(fits ? saved.labels : []);
    if (fits) {
      this.link.seed = saved.seed;
      this.link.changes = saved.changes;
      this.clock = new Clock(saved.t, SPEEDS.includes(saved.speed) ? saved.speed : 1, saved.playing && !this.still);
      this.faults.spiking = saved.spiking ?? null;
      this.store.clear(Math.max(0, saved.t - this.page.limits.past_s));
      this.source?.restore(saved.source);
    } else {
      this.clock = new Clock(Math.max(0, (first?.to_s ?? 0) - HEAD_START_S), 1, !this.still);
    }
    if (first && !first.problem && first.from_s === 0 && !this.link.changes.length && first.echo === 'first' && this.clock.t <= first.to_s) this.store.merge(first);
    this.values = this.fold();
    this.showControls();
  }

  save() {
    const { seed, changes } = this.link;
    const state = { version: 1, seed, changes, t: this.clock.t, speed: this.clock.speed, playing: this.clock.playing, labels: [...this.labels].slice(-50), spiking: this.faults.spiking, source: this.source?.state() };
    try { sessionStorage.setItem(this.name, JSON.stringify(state)); } catch { /* a full or forbidden storage costs only the memory of this tab */ }
  }

  /** The values of all controls after the changes, and who is down. */
  fold() {
    const values = { ...this.start };
    this.downs = new Set();
    this.failing = new Set();
    for (const [, change] of this.link.changes) {
      if (!change.inject) { Object.assign(values, change); continue; }
      const { kind, index } = change.inject;
      if (kind === 'crash') this.downs.add(index);
      if (kind === 'fail_fast') this.failing.add(index);
      if (kind === 'recover') { this.downs.delete(index); this.failing.delete(index); }
    }
    return values;
  }

  showControls() {
    this.controls.show(this.values);
    this.faults.update({ downs: this.downs, failing: this.failing, count: this.values['servers.count'], rate: this.values['traffic.rate'] });
    this.source?.show(this.values);
  }

  /** A person moved something: it takes effect at the clock's instant and is asked for at once. */
  move(values, words, undoable = true) {
    const before = values.inject ? null : Object.fromEntries(Object.keys(values).map((path) => [path, this.values[path] ?? null]));
    const fresh = this.store.row(this.clock.t);
    const length = this.link.changes.length;
    if (!this.movedAt || performance.now() - this.movedAt > 1500) this.numbers.pin(fresh);
    this.movedAt = performance.now();
    this.link.change(this.clock.t, values, performance.now() / 1000);
    if (undoable && this.link.changes.length > length) this.undone.push({ before, fault: values.inject });
    const entry = this.link.changes.at(-1);
    if (entry) this.labels.set(entry[0], words);
    this.values = this.fold();
    this.showControls();
    this.hush();
    this.pump();
    this.save();
  }

  undo() {
    const last = this.undone.pop();
    if (!last) return;
    if (last.before) this.move(last.before, 'undone', false);
    else this.move({ inject: { kind: last.fault.kind === 'recover' ? 'crash' : 'recover', index: last.fault.index } }, 'undone', false);
  }

  spike(on) {
    const rate = this.values['traffic.rate'];
    if (on) { this.faults.spiking = rate; this.move({ 'traffic.rate': Math.min(200000, rate * 3) }, 'Spike × 3'); }
    else { const back = this.faults.spiking; this.faults.spiking = null; this.move({ 'traffic.rate': back ?? rate }, 'spike over'); }
  }

  /** A new run from 0 with the controls as they are; faults are forgotten. */
  again(extra) {
    const settings = { ...this.fold(), ...(extra.inject ? {} : extra) };
    const changed = Object.fromEntries(Object.entries(settings).filter(([path, v]) => v !== this.start[path]));
    this.link.restart(Object.keys(changed).length ? [[0, changed]] : []);
    this.labels.clear();
    this.undone = [];
    this.numbers.base = null;
    this.store.clear(0);
    this.clock.t = 0;
    this.clock.last = null;
    this.values = this.fold();
    this.showControls();
    this.pump();
    this.save();
  }

  problem(words, dirty) {
    if (dirty !== null && this.link.changes.length) {
      // The last change was refused: take it back, so that the run goes on.
      this.link.changes.pop();
      this.undone.pop();
      this.values = this.fold();
      this.showControls();
      this.link.mark(this.clock.t);
    } else this.clock.play(false);
    text(this.notice, words);
    this.notice.hidden = false;
  }

  hush() { this.notice.hidden = true; }

  play(on) { this.clock.play(on); this.save(); }

  step() {
    this.clock.play(false);
    const next = this.store.rows[this.store.index(this.clock.t) + 1];
    this.clock.t = Math.min(this.store.until, next ? next.t : this.clock.t + 0.1 * this.clock.speed);
    this.urgent = true;
  }

  speed(speed) { this.clock.setSpeed(speed); this.save(); }

  key(event) {
    if (event.defaultPrevented || event.altKey) return;
    const typing = event.target.closest?.('input, select, textarea, button, [contenteditable]');
    const box = event.target.matches?.('input[type=text], textarea');
    if ((event.ctrlKey || event.metaKey) && event.key === 'z' && !box) { event.preventDefault(); this.undo(); }
    else if (event.ctrlKey || event.metaKey || typing) return;
    else if (event.key === ' ') { event.preventDefault(); this.play(!this.clock.playing); }
    else if (event.key === '.') this.step();
  }

  openSheet() {
    const open = this.root.classList.toggle('open');
    attribute(this.sheet, 'aria-expanded', open);
    this.sheet.lastChild.textContent = open ? '↓' : '↑';
    if (open) this.scene.root.scrollIntoView({ block: 'start', behavior: this.still ? 'auto' : 'smooth' });
  }

  theme() {
    this.colors = readColors(this.root);
    this.scene.setColors(this.colors);
    this.charts.setColors(this.colors);
    this.urgent = true;
  }

  receive(chunk) { if (chunk) this.link.take(chunk, performance.now() / 1000); }

  merge(chunk, changed) {
    this.store.merge(chunk);
    if (changed) { this.urgent = true; this.soon = performance.now() / 1000 + 0.6; }
    this.root.dataset.version = this.store.version;
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
    if (!this.root.hidden) this.show(wall);
    this.handle = requestAnimationFrame(this.frame);
  }

  show(wall) {
    const { t } = this.clock;
    const { last } = this;
    const due = (name, every) => { if (this.urgent || wall - last[name] >= every) { last[name] = wall; return true; } return false; };
    const moved = this.clock.playing || this.urgent || t !== this.shownAt;
    if (due('boxes', BOXES_S)) {
      const row = this.store.row(t);
      if (row) {
        this.window = row.piece.window_s;
        // Boxes show the last half second, bars and numbers the trailing window.
        this.scene.update(this.store.between(t - 0.5, t).length ? this.store.between(t - 0.5, t) : [row], this.facts(row));
      }
      this.transport.update({ t, ...this.clock, undo: this.undone.length, waiting: this.store.until < t ? 'catching up' : '' });
    }
    if (moved || this.scene.stale) this.drawn = this.scene.draw(this.store, t, this.clock.speed, wall);
    if (moved && due('numbers', wall < (this.soon ?? 0) ? BOXES_S : NUMBERS_S)) {
      const row = this.store.row(t);
      this.numbers.update(row, this.facts(row));
      this.sentence.update(this.store.sentence(t), wall, wall < (this.soon ?? 0) + 2);
      const rate = value(row, 'offered_rate');
      if (row) text(this.kicker, `${whole(Math.round(rate / 10) * 10 || rate)} requests/s · about ${users(rate)} users × 20 a day × peak 3`);
      this.store.forget(t);
    }
    if ((moved || this.clock.playing === false && wall - (this.chartsAt ?? 0) > 1) && due('chart', CHART_S)) {
      this.chartsAt = wall;
      this.charts.next(this.view(t, wall));
    }
    this.source?.at(t, this.values);
    if (due('save', SAVE_S) && moved) this.save();
    this.shownAt = t;
    this.urgent = false;
  }

  view(t, wall) {
    const past = this.page.limits.past_s;
    return {
      t, wall, pastS: past, rows: this.store.between(t - past, t), nodes: nodes(this.store.between(t - (this.window ?? 1), t)),
      changes: this.link.changes.map(([at]) => [at, this.labels.get(at) ?? '']),
    };
  }

  /** What the picture and the notes say beside the numbers. */
  facts(row) {
    const v = this.values;
    const algorithm = this.page.controls.find((spec) => spec.path === 'balancer.algorithm');
    const list = row ? nodes(this.store.between(this.clock.t - (this.window ?? 1), this.clock.t)).filter((node) => node.tier !== 'database') : [];
    const timeout = v['client.timeout_ms'];
    return {
      rate: value(row, 'offered_rate'), algorithm: algorithm ? withUnit(algorithm, v['balancer.algorithm']).toLowerCase() : '',
      timeout: timeout === null || timeout === undefined ? null : `${whole(timeout)} ms`, retries: v['client.retries'], cache: !!v['cache.enabled'],
      hits: row?.piece.series.cache_hit_ratio ? value(row, 'cache_hit_ratio') : null, every: this.store.every ?? 1,
      busiest: list.length ? list.reduce((best, node, i) => (node.taken > list[best].taken ? i : best), 0) : 0,
      speeds: Object.fromEntries(Object.entries(v).filter(([path]) => path.startsWith('servers.speeds.')).map(([path, speed]) => [path.split('.')[2], speed])),
    };
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

/** Resolves when the stage's sheet is there, so that nothing is seen without it. */
function style(url) {
  const known = document.querySelector(`link[href="${url}"]`);
  if (known) return known.sheet ? Promise.resolve() : new Promise((done) => known.addEventListener('load', done, { once: true }));
  return new Promise((done) => document.head.append(h('link', { rel: 'stylesheet', href: url, onload: done, onerror: done })));
}
