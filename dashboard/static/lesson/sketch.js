// A curve to draw: every point is a slider, moved by keys or by drawing across; afterwards the simulated curve stands beside it.
// Knows nothing of what the curve is about.
import { attribute, h } from '../stage/dom.js';
import { compact, fixed, plain, short } from '../stage/format.js';
import { s, ticks } from '../stage/svg.js';
import { plural, t } from '../stage/translate.js';

const [WIDTH, HEIGHT] = [290, 218];
const ROOM = { left: 36, before: 12, right: 14, top: 14, bottom: 24 };
const LABEL_PX = 7; // of a figure, so that two labels never meet
const STEPS = { ArrowUp: 0.02, ArrowRight: 0.02, ArrowDown: -0.02, ArrowLeft: -0.02, PageUp: 0.1, PageDown: -0.1 };
const HOLD = 8; // of the drawing's units: so near to where it began the pen moves that point up and down
const BEGIN = 0.5; // where a point that is not drawn yet waits, in parts of the axis

export class Sketch {
  constructor({ points, label, measure, most }) {
    Object.assign(this, { points, label, measure, most, heights: points.map(() => null), simulated: null, off: false, last: null });
    this.handles = points.map((x, place) => this.handle(x, place));
    this.drawn = s('polyline', { class: 'drawn' });
    this.curve = s('g', { class: 'simulated' });
    this.tags = s('g', { class: 'tags', 'aria-hidden': 'true' });
    this.svg = s(
      'svg',
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        class: 'sketch',
        role: 'group',
        'aria-label': t('{measure} against {label}: draw a curve', { measure, label }),
      },
      this.axes(),
      this.curve,
      this.drawn,
      this.handles.map((one) => one.root),
      this.tags,
    );
    this.svg.addEventListener('pointerdown', (event) => this.press(event));
    this.svg.addEventListener('pointermove', (event) => this.drag(event));
    for (const end of ['pointerup', 'pointercancel']) this.svg.addEventListener(end, () => this.lift());
    this.svg.addEventListener('touchmove', (event) => this.off || event.preventDefault(), { passive: false });
    this.said = h(
      'p',
      { class: 'small' },
      t('Draw across the field, or go from point to point with Tab and move each with the arrow keys.'),
    );
    this.table = h('details', { class: 'table', hidden: true });
    this.root = h(
      'div',
      { class: 'drawn-here' },
      h('p', { class: 'axis' }, measure),
      this.svg,
      h('p', { class: 'axis below' }, label),
      this.said,
      this.table,
    );
    this.paint();
  }

  x(place) {
    if (place < 0) return -Infinity;
    const [first, last] = [this.points[0], this.points.at(-1)];
    return (
      ROOM.left + ROOM.before + ((this.points[place] - first) / (last - first)) * (WIDTH - ROOM.left - ROOM.before - ROOM.right)
    );
  }

  y(value) {
    return HEIGHT - ROOM.bottom - (Math.min(value, this.most) / this.most) * (HEIGHT - ROOM.top - ROOM.bottom);
  }

  axes() {
    const lines = ticks(0, this.most, 4).map((value) => [
      s('line', { x1: ROOM.left, x2: WIDTH - ROOM.right, y1: this.y(value), y2: this.y(value), class: 'grid' }),
      s('text', { x: ROOM.left - 6, y: this.y(value) + 4, 'text-anchor': 'end' }, written(value)),
    ]);
    let taken = -Infinity;
    const names = this.points.map((value, place) => {
      const words = written(value);
      const half = (words.length * LABEL_PX) / 2;
      if (this.x(place) - half < taken) return null;
      taken = this.x(place) + half + 4;
      return s('text', { x: this.x(place), y: HEIGHT - 6, 'text-anchor': 'middle' }, words);
    });
    return s('g', { class: 'axes', 'aria-hidden': 'true' }, lines, names);
  }

  handle(value, place) {
    const dot = s('circle', { r: 6.5, class: 'dot' });
    const half = (WIDTH - ROOM.left - ROOM.before - ROOM.right) / (this.points.length - 1) / 2;
    const area = s('rect', { x: -half, width: 2 * half, y: 0, height: HEIGHT, class: 'area' });
    const root = s(
      'g',
      {
        role: 'slider',
        tabindex: 0,
        'data-place': place,
        'aria-label': `${this.label} ${written(value)}`,
        'aria-valuemin': 0,
        'aria-valuemax': this.most,
        'aria-orientation': 'vertical',
        transform: `translate(${this.x(place)} 0)`,
      },
      area,
      s('circle', { r: 11, class: 'ring' }),
      dot,
    );
    root.addEventListener('keydown', (event) => this.key(event, place));
    return { root, dots: root.querySelectorAll('circle') };
  }

  key(event, place) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const now = this.heights[place] ?? BEGIN * this.most;
    const to =
      event.key === 'Home' ? 0 : event.key === 'End' ? this.most : event.key in STEPS ? now + STEPS[event.key] * this.most : null;
    if (to === null) return;
    event.preventDefault();
    this.set(place, to);
    this.paint();
    this.moved();
  }

  /** The place in the drawing's own units. */
  at(event) {
    const box = this.svg.getBoundingClientRect();
    const [x, y] = [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
    return { x, value: ((HEIGHT - ROOM.bottom - y) / (HEIGHT - ROOM.top - ROOM.bottom)) * this.most };
  }

  nearest(x) {
    return this.points.reduce(
      (best, _value, place) => (Math.abs(this.x(place) - x) < Math.abs(this.x(best) - x) ? place : best),
      0,
    );
  }

  press(event) {
    if (this.off || event.button) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    this.last = this.at(event);
    const place = this.nearest(this.last.x);
    this.set(place, this.last.value);
    this.held = place;
    this.handles[place].root.focus({ preventScroll: true });
    this.paint();
    this.moved();
  }

  /** Every point that the pen has passed since the last look is where the pen went by. */
  drag(event) {
    if (!this.last) return;
    const [from, to] = [this.last, this.at(event)];
    this.points.forEach((_value, place) => {
      const x = this.x(place);
      if (x < Math.min(from.x, to.x) || x > Math.max(from.x, to.x) || from.x === to.x) return;
      this.set(place, from.value + ((x - from.x) / (to.x - from.x)) * (to.value - from.value));
    });
    if (Math.abs(to.x - this.x(this.held)) < HOLD) this.set(this.held, to.value);
    else this.held = -1; // the pen has left the point that it began at: now only what it passes is moved
    this.last = to;
    this.paint();
    this.moved();
  }

  /** Where the pen stops short of a point that is not drawn yet, that one is meant too. */
  lift() {
    const { last } = this;
    this.last = null;
    if (!last || this.heights[this.nearest(last.x)] !== null) return;
    this.set(this.nearest(last.x), last.value);
    this.paint();
    this.moved();
  }

  set(place, value) {
    if (this.off) return;
    this.heights[place] = Number(Math.min(this.most, Math.max(0, value)).toPrecision(3));
  }

  /** Says that something was drawn, so that it is kept. */
  moved() {
    this.root.dispatchEvent(new Event('input', { bubbles: true }));
  }

  paint() {
    this.handles.forEach(({ root, dots }, place) => {
      const height = this.heights[place];
      const y = this.y(height ?? BEGIN * this.most);
      for (const dot of dots) dot.setAttribute('cy', y);
      attribute(root, 'data-drawn', height !== null);
      attribute(root, 'aria-valuenow', height ?? BEGIN * this.most);
      attribute(root, 'aria-valuetext', height === null ? t('not drawn yet') : this.told(height, place));
      attribute(root, 'aria-disabled', this.off);
    });
    this.drawn.setAttribute('points', this.line(this.heights));
    this.curve.replaceChildren();
    this.tags.replaceChildren();
    if (!this.simulated) return;
    const squares = this.simulated.map((value, place) =>
      value === null ? null : s('rect', { x: this.x(place) - 4, y: this.y(value) - 4, width: 8, height: 8 }),
    );
    this.curve.append(s('polyline', { points: this.line(this.simulated) }), ...squares.filter(Boolean));
    this.tag();
  }

  line(heights) {
    return heights
      .map((value, place) => (value === null ? null : `${this.x(place)},${this.y(value)}`))
      .filter(Boolean)
      .join(' ');
  }

  /** What a height is in words, with the simulated one where it is known. */
  told(height, place) {
    const value = this.simulated?.[place];
    return value === undefined || value === null
      ? short(height)
      : t('drawn {drawn}, simulated {simulated}', { drawn: short(height), simulated: short(value) });
  }

  /** The two names, where their curves are furthest apart. */
  tag() {
    const gap = (place) =>
      this.simulated[place] === null ? -1 : Math.abs(this.y(this.heights[place] ?? 0) - this.y(this.simulated[place]));
    const place = this.points.reduce((best, _value, one) => (gap(one) >= gap(best) ? one : best), 0);
    if (this.simulated[place] === null) return;
    const [drawn, simulated] = [this.y(this.heights[place] ?? 0), this.y(this.simulated[place])];
    const above = drawn < simulated;
    const anchor = place > this.points.length / 2 ? 'end' : place ? 'middle' : 'start';
    const name = (words, y, up, look) =>
      s(
        'text',
        {
          x: this.x(place),
          y: Math.max(10, Math.min(HEIGHT - ROOM.bottom - 4, up ? y - 12 : y + 20)),
          'text-anchor': anchor,
          class: look,
        },
        words,
      );
    this.tags.append(name(t('yours'), drawn, above, 'yours'), name(t('simulated'), simulated, !above, 'theirs'));
  }

  read() {
    const missing = this.heights.filter((height) => height === null).length;
    if (!missing) return { answer: [...this.heights] };
    const at = this.handles[this.heights.indexOf(null)].root;
    return {
      problem: plural('One point is not drawn yet.', '{number} points are not drawn yet.', missing, { number: missing }),
      at,
    };
  }

  draft() {
    return this.heights.some((height) => height !== null) ? this.heights : null;
  }

  fill(list) {
    if (!Array.isArray(list) || list.length !== this.points.length) return;
    this.heights = list.map((value) => (Number.isFinite(value) ? value : null));
    this.paint();
  }

  lock(answered, off) {
    this.off = off;
    this.simulated = answered?.simulated?.length ? answered.simulated : null; // none is told while an answer is still open
    attribute(this.svg, 'data-off', off);
    this.said.hidden = off;
    this.paint();
    this.table.hidden = !this.simulated;
    if (this.simulated) this.table.replaceChildren(h('summary', {}, t('As a table')), this.rows());
  }

  rows() {
    const head = [this.label, t('yours'), t('simulated')].map((words) => h('th', { scope: 'col' }, words));
    const lines = this.points.map((value, place) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, written(value)),
        h('td', {}, short(this.heights[place])),
        h('td', {}, short(this.simulated[place])),
      ),
    );
    return h('table', {}, h('caption', {}, this.measure), h('thead', {}, h('tr', {}, head)), h('tbody', {}, lines));
  }
}

/** A number beside an axis: short, but never rounded to another one. */
function written(value) {
  if (Math.abs(value) >= 1000) return value % 100 ? short(value) : compact(value).replace(/[.,]0k$/, 'k');
  return Number.isInteger(value) ? plain(value) : fixed(value, 2).replace(/0$/, '');
}
