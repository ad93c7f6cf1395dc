// A sweep: one control against one metric, a run for every point, asked for one after the other; cancelling is not asking on.
import { attribute, h, text } from './dom.js';
import { ABSENT, number, parse, withUnit } from './format.js';
import { METRICS } from './metrics.js';
import { onWidth } from './svg.js';
import { drawSweep } from './sweep_chart.js';
import { curveOf, firstSweep, sweepable, usualRange, USUAL_POINTS, valuesOf, wordsOf } from './sweep_points.js';
import { dataToggle, table } from './tabular.js';
import { plural, t } from './translate.js';

const OFFERED = Object.keys(METRICS).filter((name) => !METRICS[name].part);

export class SweepCard {
  /** `ask(values, done)` wants one point; `drop()` wants it no more; `values()` are the controls' now. */
  constructor({ controls, declared, ask, drop, values }) {
    Object.assign(this, { controls: sweepable(controls), ask, drop, values, points: [], ghost: [], todo: [], total: 0 });
    const [path, metric] = firstSweep(this.controls, declared);
    const select = (label, options, value, by) => {
      const element = h(
        'select',
        { class: 'which', onchange: by, 'aria-label': label },
        options.map(([name, words]) => h('option', { value: name, selected: name === value }, words)),
      );
      return [h('label', { class: 'field' }, h('span', {}, label), element), element];
    };
    const box = (label) => {
      const element = h('input', { type: 'text', inputmode: 'decimal', class: 'which ends', 'aria-label': label });
      return [h('label', { class: 'field' }, h('span', {}, label), element), element];
    };
    const [control, controlBox] = select(
      t('Move'),
      this.controls.map((spec) => [spec.path, `${spec.label} (${spec.group})`]),
      path,
      () => this.choose(),
    );
    const [against, metricBox] = select(
      t('Against'),
      OFFERED.map((name) => [name, METRICS[name].label]),
      metric,
      () => this.paint(),
    );
    const [from, fromBox] = box(t('From'));
    const [to, toBox] = box(t('To'));
    Object.assign(this, { controlBox, metricBox, fromBox, toBox, ends: [from, to] });
    this.button = h(
      'button',
      { type: 'button', class: 'plain strong', onclick: () => (this.running ? this.cancel() : this.start()) },
      t('Run the sweep'),
    );
    this.progress = h('progress', { max: 1, value: 0, 'aria-label': t('Progress of the sweep'), hidden: true });
    this.status = h('span', { class: 'hint', role: 'status', 'aria-live': 'polite' });
    this.plot = h('div', { class: 'plot sweep' });
    this.words = h('p', { class: 'words' });
    this.data = dataToggle(t('Sweep'), () => this.table());
    this.root = h(
      'div',
      { class: 'pane sweeping', 'data-chart': 'sweep' },
      h('div', { class: 'fields' }, control, against, from, to, this.button, this.data.button),
      h('div', { class: 'progress' }, this.progress, this.status),
      this.words,
      h('div', { class: 'frame' }, this.plot, this.data.place),
    );
    this.stop = onWidth(this.plot, (width) => this.draw(width));
    this.choose();
    text(this.status, t('A run of 100,000 requests or so for every point; all other controls stay as they are.'));
  }

  dispose() {
    this.stop();
  }

  get spec() {
    return this.controls.find((spec) => spec.path === this.controlBox.value) ?? this.controls[0];
  }

  get metric() {
    return this.metricBox.value;
  }

  /** Another control: its own range. */
  choose() {
    if (this.running) this.cancel();
    const [low, high] = usualRange(this.spec, this.values()[this.spec.path]);
    this.ends.forEach((field) => (field.hidden = low === null));
    if (low !== null) [this.fromBox.value, this.toBox.value] = [low, high].map((value) => number(this.spec, value));
    Object.assign(this, { points: [], ghost: [] });
    this.paint();
  }

  start() {
    const [from, to] = [this.fromBox, this.toBox].map((box) => parse(this.spec, box.value));
    if (this.spec.kind === 'slider' && (from === undefined || to === undefined || from === to)) {
      text(
        this.status,
        t('From and To: give two numbers between {low} and {most}.', { low: withUnit(this.spec, this.spec.low), most: withUnit(this.spec, this.spec.most) }),
      );
      return;
    }
    if (from !== undefined && this.spec.kind === 'slider')
      [this.fromBox.value, this.toBox.value] = [from, to].map((value) => number(this.spec, value));
    if (this.points.length > 1) this.ghost = this.points;
    this.fixed = { ...this.values() };
    this.todo = valuesOf(this.spec, from, to, USUAL_POINTS);
    Object.assign(this, { points: [], total: this.todo.length, running: true });
    text(this.button, t('Cancel'));
    this.next();
  }

  next() {
    const value = this.todo[0];
    if (value === undefined) {
      this.finish('');
      return;
    }
    this.tell(t('Point {number} of {all} …', { number: this.total - this.todo.length + 1, all: this.total }));
    this.ask({ ...this.fixed, [this.spec.path]: value }, ({ point, problem }) => {
      if (!this.running) return;
      if (problem) {
        this.finish(problem);
        return;
      }
      this.todo.shift();
      this.points.push({ value, answer: point });
      this.paint();
      this.next();
    });
  }

  tell(words) {
    text(this.status, words);
    this.progress.hidden = !this.running;
    this.progress.value = this.total ? 1 - this.todo.length / this.total : 0;
  }

  cancel() {
    this.drop();
    const done = this.points.length;
    this.todo = [];
    this.finish(t('Cancelled after {number} of {all} points.', { number: done, all: this.total }));
  }

  finish(words) {
    this.running = false;
    text(this.button, this.points.length ? t('Run it again') : t('Run the sweep'));
    const simpler = this.points.some(
      (point) => Object.keys(point.answer.simpler).includes(this.metric) && !(this.metric in point.answer.theory),
    )
      ? ` ${t('Dotted: theory of a simpler system; the Theory tab says which.')}`
      : '';
    const short = this.points.some((point) => point.answer.short)
      ? ` ${t('Some points are shorter than a full run of their system.')}`
      : '';
    const all = plural('{number} point, each a run of its own on the same random numbers.', '{number} points, each a run of its own on the same random numbers.', this.points.length, { number: this.points.length });
    this.tell(words || `${all}${simpler}${short}`);
  }

  /** A control was moved: the curve is that of the old values, and says so. */
  moved() {
    if (this.running || !this.points.length) return;
    const values = this.values();
    const others = Object.keys(values).filter((path) => path !== this.spec.path);
    const same = others.every((path) => JSON.stringify(values[path]) === JSON.stringify(this.fixed[path]));
    if (!same) text(this.status, t('Another control has moved since: run it again to see its curve beside this one.'));
    if (this.width) this.draw(this.width);
  }

  paint() {
    if (this.points.length) text(this.words, wordsOf(this.spec, this.metric, curveOf(this.points, this.metric)));
    this.words.hidden = !this.points.length;
    attribute(this.plot, 'data-points', this.points.length);
    this.data.button.disabled = !this.points.length;
    this.data.refresh();
    if (this.width) this.draw(this.width);
  }

  draw(width) {
    this.width = width;
    if (!this.points.length) {
      this.plot.replaceChildren(h('p', { class: 'hint empty' }, t('The curve grows here, point by point.')));
      return;
    }
    const curve = curveOf(this.points, this.metric);
    const ghost = curveOf(this.ghost, this.metric).filter((point) => point.middle !== null);
    const label = wordsOf(this.spec, this.metric, curve);
    this.plot.replaceChildren(
      drawSweep(width, { spec: this.spec, metric: this.metric, curve, ghost, now: this.values()[this.spec.path], label }),
    );
  }

  table() {
    const { show, unit, scale } = METRICS[this.metric];
    const told = (v) => (v === null || v === undefined ? ABSENT : show(v / scale));
    return table(
      t('Sweep'),
      [this.spec.label, `${METRICS[this.metric].label}, ${unit}`, t('95 % interval'), t('theory')],
      curveOf(this.points, this.metric).map((point) => [
        withUnit(this.spec, point.value),
        told(point.middle),
        point.low === null ? ABSENT : `${told(Math.max(0, point.low))} – ${told(point.high)}`,
        `${told(point.theory)}${point.simpler ? ' ~' : ''}`,
      ]),
    );
  }
}
