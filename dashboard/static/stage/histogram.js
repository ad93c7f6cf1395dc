// The histogram of an experiment's latencies: bars on a logarithmic scale, the slowest 1 % marked; choosing a bar opens a real request.
import { attribute, h, text } from './dom.js';
import { percent, short, whole } from './format.js';
import { logTicks, onWidth, s, scale, sheet, tick, WAITING } from './svg.js';
import { dataToggle, table } from './tabular.js';

const HEIGHT = 214;
const MARGIN = { left: 10, right: 12, top: 22, bottom: 30 };
const LOST_WIDTH = 34;

/** How tall each bar is: answers per equal step of the logarithm, so that wide bars do not look fuller. Pure. */
export const densities = (edges, counts) => counts.map((count, i) => count / Math.log(edges[i + 1] / edges[i]));

export class Histogram {
  /** `onOpen` gets the place of a request in the list. */
  constructor({ onOpen }) {
    Object.assign(this, { onOpen, told: null, before: null, bar: 0, open: null });
    this.plot = h('div', { class: 'plot bars', role: 'slider', tabindex: 0, 'aria-label': 'Latency histogram, bar', 'aria-valuemin': 1 });
    this.data = dataToggle('Latency histogram', () => this.table());
    this.legend = h('p', { class: 'hint' });
    this.root = h(
      'section',
      { class: 'card chart', 'data-chart': 'histogram' },
      h('h2', {}, 'Latency histogram', h('small', {}, 'choose a bar for a real request'), this.data.button),
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
    this.places = [...this.told.bars.map((list) => list), ...(this.told.lost.length ? [this.told.lost] : [])];
    attribute(this.plot, 'aria-valuemax', Math.max(1, this.places.length));
    const of = this.told.answered + this.told.unanswered;
    const words = [
      `${whole(this.told.answered)} answers; red: the slowest 1 %.`,
      this.told.unanswered ? `${whole(this.told.unanswered)} (${percent(this.told.unanswered / of, 2)} %) got none.` : '',
      this.told.ada.length > 1 ? '▾ Ada’s.' : '',
      this.before ? 'Dashed: the run before.' : '',
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
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5, Home: -1000, End: 1000 }[event.key];
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
    if (bar >= counts.length) return `no answer: ${whole(unanswered)} requests`;
    return `${tick(edges[bar])} to ${tick(edges[bar + 1])} ms: ${whole(counts[bar])} answers, ${percent(counts[bar] / answered, 2)} %`;
  }

  draw(width) {
    this.width = width;
    if (!this.told) return;
    const { edges_ms: edges, counts, unanswered } = this.told;
    const end = width - MARGIN.right - (unanswered ? LOST_WIDTH + 14 : 0);
    const drawing = sheet(width, HEIGHT, this.summary());
    const base = HEIGHT - MARGIN.bottom;
    if (!edges.length) drawing.append(s('text', { x: width / 2, y: base / 2, class: 'note', 'text-anchor': 'middle' }, 'Nobody was answered.'));
    else {
      const both = [...edges, ...(this.before?.edges_ms ?? [])];
      const [low, high] = [Math.min(...both), Math.max(...both)];
      this.x = scale([low, high], [MARGIN.left, end], true);
      const heights = densities(edges, counts);
      const ghost = this.before ? densities(this.before.edges_ms, this.before.counts) : [];
      const y = scale([0, Math.max(...heights, ...ghost) || 1], [0, base - MARGIN.top]);
      drawing.append(this.bars(heights, y, base), ...this.ghost(ghost, y, base), ...this.axis(low, high, base), ...this.tail(base));
      drawing.append(...this.adas(base));
    }
    this.lostX = unanswered ? width - MARGIN.right - LOST_WIDTH : 0;
    if (unanswered) drawing.append(this.lost(base));
    this.plot.replaceChildren(drawing);
    attribute(this.plot, 'aria-valuenow', this.bar + 1);
    attribute(this.plot, 'aria-valuetext', this.places?.length ? this.words(this.bar) : 'no answers');
  }

  bars(heights, y, base) {
    const { edges_ms: edges } = this.told;
    return s('g', {}, heights.map((height, i) => {
      if (!height) return null;
      const [left, right] = [this.x(edges[i]), this.x(edges[i + 1])];
      const tall = Math.max(1.5, y(height));
      const slow = (edges[i] + edges[i + 1]) / 2 > this.p99;
      const props = { x: left + 0.6, width: Math.max(0.8, right - left - 1.2), y: base - tall, height: tall, rx: 1.5 };
      const chosen = i === this.bar && this.open !== null;
      return [
        s('rect', { ...props, class: slow ? 'slow' : 'usual' }, s('title', {}, this.words(i))),
        chosen ? s('rect', { x: left - 2, width: right - left + 4, y: base - Math.max(12, tall + 3), height: Math.max(14, tall + 5), rx: 3, class: 'chosen' }) : null,
      ];
    })); // prettier-ignore
  }

  ghost(heights, y, base) {
    if (!heights.length) return [];
    const { edges_ms: edges } = this.before;
    const steps = heights.map((height, i) => `H${this.x(edges[i]).toFixed(1)}V${(base - y(height)).toFixed(1)}H${this.x(edges[i + 1]).toFixed(1)}`);
    return [s('path', { d: `M${this.x(edges[0]).toFixed(1)},${base}${steps.join('')}V${base}`, class: 'ghost' })];
  }

  axis(low, high, base) {
    const found = logTicks(low, high, 7);
    return [
      s('line', { x1: MARGIN.left, x2: this.x(high), y1: base + 0.5, y2: base + 0.5, class: 'axis' }),
      ...found.map((at, i) =>
        s('text', { x: this.x(at), y: base + 18, class: 'note', 'text-anchor': 'middle' }, `${tick(at)}${i === found.length - 1 ? ' ms' : ''}`),
      ),
    ];
  }

  /** Where the slowest 1 % begin. */
  tail(base) {
    if (this.p99 === null) return [];
    const at = this.x(this.p99);
    const left = at > this.x(this.told.edges_ms.at(-1)) * 0.8;
    return [
      s('line', { x1: at, x2: at, y1: MARGIN.top - 8, y2: base, class: 'limit' }),
      s('text', { x: at + (left ? -5 : 5), y: MARGIN.top - 1, class: 'note strong', 'text-anchor': left ? 'end' : 'start' }, `p99 ${short(this.p99)} ms`),
    ];
  }

  adas(base) {
    if (this.told.ada.length < 2) return [];
    return this.told.ada
      .map((place) => this.told.requests[place])
      .filter((one) => one.outcome === 'ok')
      .map((one) => this.x(Math.min(one.total_us / 1000, this.told.edges_ms.at(-1))))
      .map((x) => s('path', { d: `M${(x - 4).toFixed(1)},${base - 9}h8l-4,6z`, class: 'ada' }));
  }

  lost(base) {
    const tall = Math.max(12, (base - MARGIN.top) * Math.min(1, this.told.unanswered / (this.told.answered + this.told.unanswered)));
    const props = { x: this.lostX, width: LOST_WIDTH, y: base - tall, height: tall, rx: 2 };
    const chosen = this.bar === this.told.counts.length && this.open !== null;
    return s('g', {}, [
      s('rect', { ...props, class: 'slow' }, s('title', {}, this.words(this.told.counts.length))),
      s('rect', { ...props, fill: WAITING }),
      chosen ? s('rect', { x: this.lostX - 2, width: LOST_WIDTH + 4, y: base - tall - 2, height: tall + 4, rx: 3, class: 'chosen' }) : null,
      s('text', { x: this.lostX + LOST_WIDTH / 2, y: base + 18, class: 'note', 'text-anchor': 'middle' }, 'none'),
    ]);
  }

  summary() {
    const { edges_ms: edges, answered, unanswered } = this.told;
    if (!edges.length) return 'Latency histogram: nobody was answered.';
    return `Latency histogram: ${whole(answered)} answers from ${tick(edges[0])} to ${tick(edges.at(-1))} ms, 1 in 100 slower than ${short(this.p99)} ms; ${whole(unanswered)} without an answer.`;
  }

  table() {
    const { edges_ms: edges, counts, answered } = this.told;
    return table(
      'Latency histogram',
      ['from … to, ms', 'answers', '%'],
      counts.map((count, i) => [`${tick(edges[i])} … ${tick(edges[i + 1])}`, whole(count), percent(count / answered, 2)]),
    );
  }
}
