// The histogram of an experiment's latencies, the slowest 1 % marked; choosing a bar opens a real request.
import { attribute, h, text } from './dom.js';
import { percent, short, whole } from './format.js';
import { drawHistogram } from './histogram_chart.js';
import { onWidth, tick } from './svg.js';
import { dataToggle, table } from './tabular.js';
import { t } from './translate.js';

export class Histogram {
  /** `onOpen` gets the place of a request in the list. */
  constructor({ onOpen }) {
    Object.assign(this, { onOpen, told: null, before: null, bar: 0, open: null });
    this.plot = h('div', {
      class: 'plot bars',
      role: 'slider',
      tabindex: 0,
      'aria-label': t('Latency histogram, bar'),
      'aria-valuemin': 1,
      'aria-describedby': 'histogram-legend',
    });
    this.data = dataToggle(t('Latency histogram'), () => this.table());
    this.legend = h('p', { class: 'hint', id: 'histogram-legend' });
    this.root = h(
      'section',
      { class: 'card chart', 'data-chart': 'histogram' },
      h('h2', {}, t('Latency histogram'), h('small', {}, t('choose a bar for a real request')), this.data.button),
      this.plot,
      this.legend,
      this.data.place,
    );
    this.plot.onclick = (event) => this.at(event);
    this.plot.onkeydown = (event) => this.key(event);
    this.stop = onWidth(this.plot, (width) => this.draw(width));
  }

  dispose() {
    this.stop();
  }

  show(now, before) {
    Object.assign(this, { told: now.histogram, p99: now.numbers.latency_p99_ms[0], before: before?.histogram ?? null });
    this.places = [...this.told.bars, ...(this.told.unanswered ? [this.told.lost] : [])];
    attribute(this.plot, 'aria-valuemax', Math.max(1, this.places.length));
    const of = this.told.answered + this.told.unanswered;
    const words = [
      t('{number} answers; red: the slowest 1 %.', { number: whole(this.told.answered) }),
      this.told.unanswered ? t('{number} ({share} %) got none.', { number: whole(this.told.unanswered), share: percent(this.told.unanswered / of, 2) }) : '',
      this.told.ada.length > 1 && this.told.ada.some((place) => this.told.requests[place].outcome === 'ok') ? t('▾ Ada’s.') : '',
      this.before ? t('Dashed: the run before.') : '',
    ];
    text(this.legend, words.filter(Boolean).join(' '));
    this.data.refresh();
    if (this.width) this.draw(this.width);
  }

  /** The request that is looked at, by its place in the list: its bar is outlined. */
  mark(place) {
    this.open = place;
    const bar = this.places.findIndex((list) => list.includes(place));
    if (bar >= 0) this.bar = bar;
    if (this.width) this.draw(this.width);
  }

  at(event) {
    const box = this.plot.getBoundingClientRect();
    const x = event.clientX - box.left;
    if (this.lostX && x >= this.lostX - 6) this.choose(this.places.length - 1, 1);
    else if (this.x) this.choose(this.barAt(x), 1);
  }

  barAt(x) {
    const { edges_ms: edges } = this.told;
    const found = edges.findIndex((edge) => this.x(edge) > x);
    return found < 0 ? edges.length - 2 : Math.max(0, found - 1);
  }

  key(event) {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5, Home: -1000, End: 1000 }[
      event.key
    ];
    if (!by || !this.places?.length) return;
    event.preventDefault();
    this.choose(Math.min(this.places.length - 1, Math.max(0, this.bar + by)), Math.sign(by));
  }

  /** Opens a request of the bar; an empty bar passes on to the next one in the direction. */
  choose(bar, way) {
    let at = bar;
    while (at >= 0 && at < this.places.length && !this.places[at].length) at += way;
    if (!this.places[at]?.length) return;
    const list = this.places[at];
    const turn = at === this.bar ? (list.indexOf(this.open) + 1) % list.length : Math.floor(list.length / 2);
    this.bar = at;
    this.onOpen(list[turn]);
  }

  words(bar) {
    const { edges_ms: edges, counts, answered, unanswered } = this.told;
    if (bar >= counts.length) return t('no answer: {number} requests', { number: whole(unanswered) });
    const range = { low: tick(edges[bar]), high: tick(edges[bar + 1]) };
    return t('{low} to {high} ms: {number} answers, {share} %', { ...range, number: whole(counts[bar]), share: percent(counts[bar] / answered, 2) });
  }

  draw(width) {
    this.width = width;
    if (!this.told) return;
    const { told, p99, before, bar, open } = this;
    const view = { told, p99, before, chosen: open === null ? -1 : bar, words: (at) => this.words(at), label: this.summary() };
    const { drawing, x, lostX } = drawHistogram(width, view);
    Object.assign(this, { x, lostX });
    this.plot.replaceChildren(drawing);
    attribute(this.plot, 'aria-valuenow', bar + 1);
    attribute(this.plot, 'aria-valuetext', this.places?.length ? this.words(bar) : t('no answers'));
  }

  summary() {
    const { edges_ms: edges, answered, unanswered } = this.told;
    if (!edges.length) return t('Latency histogram: nobody was answered.');
    return t('Latency histogram: {answered} answers from {low} to {high} ms, 1 in 100 slower than {slow} ms; {unanswered} without an answer.', {
      answered: whole(answered),
      low: tick(edges[0]),
      high: tick(edges.at(-1)),
      slow: short(this.p99),
      unanswered: whole(unanswered),
    });
  }

  table() {
    const { edges_ms: edges, counts, answered } = this.told;
    return table(
      t('Latency histogram'),
      [t('from … to, ms'), t('answers'), '%'],
      counts.map((count, i) => [`${tick(edges[i])} … ${tick(edges[i + 1])}`, whole(count), percent(count / answered, 2)]),
    );
  }
}
