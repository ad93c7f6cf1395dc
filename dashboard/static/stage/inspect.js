// All that is read off a whole run beneath its numbers: histogram and microscope, and a row of tabs. Puts the cards together.
import { h } from './dom.js';
import { ExportCard } from './exports.js';
import { Experiment } from './experiment.js';
import { style } from './frame.js';
import { Histogram } from './histogram.js';
import { Microscope } from './microscope.js';
import { MoneyCard } from './money.js';
import { hatch } from './svg.js';
import { SweepCard } from './sweep.js';
import { Tabs } from './tabs.js';
import { TailCard } from './tail.js';
import { TheoryCard } from './theory.js';
import { t } from './translate.js';

const DRAWN_WIDTH = 640; // of a drawing that has not been seen yet, when it is saved

export class Inspect {
  /** `link` takes wishes; `values()` are the controls' values now; `charts` the live charts; `colors()` the palette in force. */
  constructor({ page, link, values, charts, colors }) {
    const { controls } = page;
    const open = (place) => {
      this.microscope.open(place);
      this.histogram.mark(place);
    };
    this.experiment = new Experiment({
      controls,
      ask: (kind) => {
        const asked = { ...values() };
        link.wish('experiment', { [kind]: asked }, (answer) => this.experiment.show(answer, asked));
      },
      onShown: (now, before) => this.show(now, before),
    });
    this.histogram = new Histogram({ onOpen: open });
    this.microscope = new Microscope({ onOpen: open, fixed: page.fixed });
    this.tail = new TailCard();
    this.theory = new TheoryCard({ ask: (asked, done) => link.wish('theory', { theory: asked }, done) });
    this.money = new MoneyCard();
    this.sweep = new SweepCard({
      controls,
      declared: page.sweep,
      values,
      ask: (asked, done) => link.wish('point', { point: asked }, done),
      drop: () => link.unwish('point'),
    });
    this.exports = new ExportCard({
      page,
      charts,
      colors,
      ask: (table, asked, done) => link.wish('csv', { csv: asked, table }, done),
      drawings: () => this.drawings(),
      theory: (done) => this.theory.get(done),
      sweep: () => this.sweep.words.textContent,
    });
    this.tabs = new Tabs(
      t('More of this run'),
      [
        ['tail', t('The tail'), this.tail.root],
        ['theory', t('Theory'), this.theory.root],
        ['money', t('Money'), this.money.root],
        ['sweep', t('Sweep'), this.sweep.root],
        ['export', t('Export'), this.exports.root],
      ],
      { onOpen: (name) => this.opened(name) },
    );
    this.below = h(
      'div',
      { class: 'inspect', hidden: true },
      h('div', { class: 'charts' }, this.histogram.root, this.microscope.root),
      this.tabs.root,
    );
    this.root = h('div', { class: 'inspected' }, hatch(), this.experiment.root, this.below);
    style(new URL('./inspect.css', import.meta.url).href);
  }

  get tried() {
    return this.experiment.tried;
  }

  run() {
    this.experiment.run();
  }

  /** Another system is played: what was read off the last one is gone. */
  reset() {
    this.experiment.reset();
    this.below.hidden = true;
  }

  /** A control was moved. */
  moved() {
    this.experiment.moved();
    this.sweep.moved();
  }

  show(now, before) {
    this.below.hidden = false;
    this.histogram.show(now, before);
    this.microscope.show(now, before);
    this.tail.show(now);
    this.theory.show(now);
    this.money.show(now, before);
    this.exports.show(now, before);
  }

  opened(name) {
    this.theory.opened(name === 'theory');
    this.exports.opened(name === 'export');
  }

  /** The drawings of this run that can be saved: [[name, title, svg]]. */
  drawings() {
    const cards = [
      ['histogram', t('Latency histogram'), this.histogram, this.histogram.plot],
      ['tail', t('What the tail is made of'), this.tail, this.tail.plot],
      ['sweep', t('Sweep'), this.sweep, this.sweep.plot],
    ];
    return cards
      .map(([name, title, card, plot]) => {
        if (!card.width) card.draw(DRAWN_WIDTH);
        return [name, title, plot.querySelector('svg.drawing')];
      })
      .filter(([, , drawing]) => drawing);
  }

  dispose() {
    for (const card of [this.histogram, this.microscope, this.tail, this.sweep]) card.dispose();
  }
}
