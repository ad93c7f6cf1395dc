// The charts: Plotly figures described by the page, filled from the store and kept in place by Plotly.react.
// All that can be seen are drawn in one frame, because they tell of one reading. Knows nothing of what the series mean.
import { drawCapacity } from './capacity.js';
import { attribute, h, icon, text } from './dom.js';
import { ABSENT, fixed, short, whole } from './format.js';
import { drawKnee } from './knee.js';
import { widthOf } from './measure.js';
import { ghostLines, ghostTicks } from './pin.js';
import { value } from './store.js';
import { table } from './tabular.js';
import { t } from './translate.js';
import { nameOf } from './words.js';
import { WorldMap } from './worldmap.js';

const GRID_S = 0.25;
const LABEL_GAP = 15; // px between two labels at the ends of lines
const SHRINK_S = 6; // an axis shrinks only when it has been far too long for so long
const TICK = { type: 'line', line: { width: 2, dash: 'dot' } };
const NICE = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];
const SPECIAL = { knee: drawKnee, capacity: drawCapacity };
let plotly = null;

export function loadPlotly(url) {
  plotly ??= new Promise((done, failed) => {
    if (window.Plotly) {
      done(window.Plotly);
      return;
    }
    document.head.append(h('script', { src: url, onload: () => done(window.Plotly), onerror: failed }));
  });
  return plotly;
}

export class Charts {
  constructor(specs, url, places) {
    this.ready = false;
    this.items = specs.map((spec) => new Item(spec, places));
    this.root = h(
      'div',
      { class: 'charts' },
      this.items.map((item) => item.root),
    );
    this.watch = new IntersectionObserver((entries) =>
      entries.forEach((entry) => {
        const item = this.items.find((one) => one.root === entry.target);
        if (item) item.visible = entry.isIntersecting;
      }),
    );
    this.items.forEach((item) => this.watch.observe(item.root));
    loadPlotly(url).then((lib) => {
      this.lib = lib;
      this.ready = true;
    });
  }

  dispose() {
    this.watch.disconnect();
    this.items.forEach((item) => this.lib?.purge(item.plot));
  }

  /** A step of a lesson shows this one only; null: none, undefined: all. */
  focus(name) {
    for (const item of this.items) item.root.hidden = name !== undefined && item.spec.name !== name;
    this.root.hidden = this.items.every((item) => item.root.hidden);
    attribute(this.root, 'data-one', name !== undefined);
  }

  /** Another time is shown: axes need not wait until they fit. */
  fit() {
    for (const item of this.items) Object.assign(item, { top: 0, drawn: null });
  }

  setColors(colors) {
    this.items.forEach((item) => {
      item.colors = colors;
      item.drawn = null;
    });
  }

  /** Draws those that can be seen and do not show this view yet; `fit` also those whose room has changed. How many it were. */
  show(view, fit) {
    if (!this.ready) return 0;
    const seen = this.items.filter((item) => item.visible && item.colors);
    const due = seen.filter((item) => item.drawn !== view || (fit && item.width !== item.plot.clientWidth));
    for (const item of due) item.draw(this.lib, view);
    return due.length;
  }
}

class Item {
  constructor(spec, places) {
    this.spec = spec;
    this.map = spec.kind === 'map' ? new WorldMap(places) : null;
    this.visible = false;
    this.top = 0;
    this.lowSince = null;
    this.left = 0;
    this.right = 0;
    this.plot = h('div', { class: 'plot', role: 'img', 'data-chart': spec.name, 'aria-label': spec.title }, this.map?.root);
    this.table = h('div', { class: 'data', hidden: true, tabindex: 0, role: 'region', 'aria-label': `${spec.title}: data` });
    this.table.onkeydown = (event) => event.key === 'Escape' && this.flip();
    this.toggle = h(
      'button',
      {
        type: 'button',
        class: 'quiet',
        'aria-expanded': 'false',
        'aria-label': t('{title}: show the data as a table', { title: spec.title }),
        title: t('Show the data'),
        onclick: () => this.flip(),
      },
      icon('table'),
    );
    this.root = h(
      'section',
      { class: `card chart ${spec.kind}${spec.wide ? ' wide' : ''}` },
      h('h2', {}, spec.title, h('small', {}, spec.note), this.toggle),
      this.plot,
      this.table,
    );
    this.sub = this.root.querySelector('small');
  }

  flip() {
    const open = this.table.hidden;
    this.table.hidden = !open;
    this.plot.style.visibility = open ? 'hidden' : '';
    attribute(this.toggle, 'aria-expanded', open);
    if (!open) this.toggle.focus({ preventScroll: true });
    if (this.lastTable) this.table.replaceChildren(this.lastTable());
  }

  draw(lib, view) {
    const width = this.plot.clientWidth,
      height = this.plot.clientHeight;
    if (!width) return;
    this.drawn = view;
    this.width = width;
    if (this.map) {
      this.regions(view);
      if (!this.table.hidden) this.table.replaceChildren(this.lastTable());
      return;
    }
    const figure = paint(structuredClone(this.spec.figure), this.colors);
    Object.assign(figure.layout, { width, height, uirevision: 'kept' });
    if (this.spec.kind === 'nodes') this.nodes(figure, view);
    else if (SPECIAL[this.spec.kind]) this.lastTable = SPECIAL[this.spec.kind](this, figure, view, table);
    else this.time(figure, view, height);
    lib.react(this.plot, figure.data, figure.layout, {
      displayModeBar: false,
      staticPlot: this.spec.kind !== 'time',
      responsive: false,
      doubleClick: false,
    });
    if (!this.table.hidden && this.lastTable) this.table.replaceChildren(this.lastTable());
  }

  time(figure, view, height) {
    const { scale, least_top: least, unit } = this.spec;
    const past = view.pastS;
    const rows = thin(view.rows);
    const x = rows.map((row) => Math.max(-past, row.t - view.t));
    let peak = 0;
    const stack = rows.map(() => 0);
    const ends = [];
    for (const trace of figure.data) {
      trace.x = x;
      trace.y = rows.map((row) => {
        const v = value(row, trace.meta.series);
        return v === null || v === undefined ? null : v * scale;
      });
      trace.hovertemplate = `%{y:.${scale === 100 || !unit || unit === '$' ? 2 : 0}f} ${unit}`;
      const last = trace.y.at(-1);
      if (trace.stackgroup) {
        trace.visible = trace.y.some((v) => v > 0);
        trace.y.forEach((v, i) => {
          stack[i] += v ?? 0;
          peak = Math.max(peak, stack[i]);
        });
        if (trace.y.some((v) => v > 0))
          ends.push({ name: trace.meta.label, at: stack.at(-1) - (last ?? 0) / 2, last, color: trace.line.color });
      } else {
        for (const v of trace.y) if (v !== null && v > peak) peak = v;
        trace.visible = trace.y.some((v) => v !== null);
        if (trace.visible) ends.push({ name: trace.meta.label, at: last, last, color: trace.line.color, bold: trace.line.width > 2 });
      }
    }
    const pinned = ghostLines(figure, rows, view.pinned, scale);
    for (const line of pinned) {
      for (const v of line.y) if (v > peak) peak = v;
      ends.push({ name: t('pinned'), at: line.y.at(-1), last: line.y.at(-1), color: this.colors.ink2 });
    }
    // Between lines with gaps Plotly fills from the last point before a gap to far ones: then there is no band.
    const gaps = figure.data.some((trace) => trace.y.includes(null));
    for (const trace of figure.data) if (gaps && trace.fill === 'tonexty') trace.fill = 'none';
    figure.data.push(...pinned.map((line) => ({ ...line, x, line: { color: this.colors.ink2, width: 1.6, dash: 'dash' } })));
    const top = Math.min(this.spec.most_top ?? Infinity, this.axis(peak, least, view.wall));
    figure.layout.yaxis.range = [0, top];
    figure.layout.yaxis.autorange = false;
    const space = height - figure.layout.margin.t - figure.layout.margin.b;
    const words = (end) => `${end.name} ${unit === '%' ? `${short(end.last)} %` : unit === '$' ? `$${short(end.last)}` : short(end.last)}`;
    this.room(figure.layout, top, ends.map(words));
    const lines = [...figure.data];
    figure.data.push(labels(ends, top, space, this.colors, words));
    figure.layout.annotations = this.changes(figure, view, past);
    if (!ends.length) {
      figure.layout.annotations.push({
        x: 0.5,
        y: 0.5,
        xref: 'paper',
        yref: 'paper',
        text: !rows.length ? '' : this.spec.name === 'errors' ? t('no errors') : t('nothing to show in this system'),
        showarrow: false,
        font: { color: this.colors.ink2, size: 13 },
        bgcolor: this.colors.card,
        borderpad: 4,
      });
    }
    const told = ends.map((end) => `${end.name} ${short(end.last)} ${unit}`).join(', ');
    attribute(this.plot, 'aria-label', t('{title}, {note}. Now: {values}.', { title: this.spec.title, note: this.spec.note, values: told || t('none') }));
    this.lastTable = () =>
      table(
        this.spec.title,
        [t('second'), ...lines.map((trace) => trace.meta.label)],
        x
          .map((at, i) => [fixed(at, 1), ...lines.map((trace) => short(trace.y[i]))])
          .filter((_, i) => i % 4 === x.length % 4)
          .reverse(),
      );
  }

  /** Dotted lines where somebody changed something. */
  changes(figure, view, past) {
    const near = view.changes.filter(([t]) => t <= view.t && t > view.t - past && t > 0);
    figure.layout.shapes = near.map(([t]) => ({
      type: 'line',
      x0: t - view.t,
      x1: t - view.t,
      yref: 'paper',
      y0: 0,
      y1: 1,
      line: { color: this.colors.ink2, width: 1, dash: 'dot' },
    }));
    const last = near.at(-1);
    if (!last || this.spec.name !== 'latency') return [];
    const left = last[0] - view.t > -past * 0.45;
    return [
      {
        x: last[0] - view.t,
        y: 1,
        yref: 'paper',
        text: last[1],
        showarrow: false,
        xanchor: left ? 'right' : 'left',
        yanchor: 'top',
        xshift: left ? -4 : 4,
        font: { size: 11, color: this.colors.ink2 },
        bgcolor: this.colors.card,
      },
    ];
  }

  nodes(figure, view) {
    const servers = view.nodes.filter((node) => node.tier === this.spec.tier && node.size > 0);
    const own = this.colors[this.spec.tier === 'database' ? 'violet' : 'green'];
    const word = this.spec.tier === 'database' ? t('queries/s') : t('requests/s');
    const [trace] = figure.data;
    const names = servers.map((node) => STATES[node.id.replace('d-', '')] ?? nameOf(node, view.facts, true).replace(', ', ' '));
    const per = servers.map((node) => node.taken / node.size);
    trace.y = names;
    trace.x = per;
    const full = servers.map((node) => node.part && (!node.up || node.full));
    trace.marker.color = full.map((is) => (is ? this.colors.red : own));
    trace.marker.pattern.shape = full.map((is) => (is ? '/' : ''));
    trace.marker.pattern.fgcolor = this.colors.card;
    const ticks = ghostTicks(servers, view.pinned);
    figure.layout.shapes = ticks.map(([i, x]) => ({ ...TICK, x0: x, x1: x, y0: i - 0.4, y1: i + 0.4, line: { ...TICK.line, color: this.colors.ink } }));
    const top = this.axis(Math.max(...per, ...ticks.map(([, x]) => x), 0), this.spec.least_top, view.wall);
    figure.layout.xaxis.range = [0, top];
    const middle = (names.length - 1) / 2,
      half = Math.max(names.length, 3.2) / 2; // few bars stay slim
    Object.assign(figure.layout.yaxis, { autorange: false, range: [middle + half, middle - half] });
    const size = names.length > 8 ? 11 : 12;
    figure.layout.yaxis.tickfont.size = size;
    const told = (node, i) => {
      if (!node.part) return node.up ? t('leaving') : t('starting');
      if (node.up) return `${whole(per[i])}/s · ${Math.round(node.busy)} %`;
      return per[i] > 0.5 ? t('{number}/s · down', { number: whole(per[i]) }) : t('down');
    };
    const inks = full.map((is) => (is ? this.colors.red : this.colors.ink2));
    const loads = servers.map(told);
    this.room(figure.layout, 0, loads);
    const { margin } = figure.layout;
    margin.l = Math.max(margin.l, ...names.map((name) => widthOf(name, '12px')));
    figure.data.push(texts(names.map(() => top), names, loads, { size, color: inks }));
    attribute(
      this.plot,
      'aria-label',
      `${this.spec.title}. ${servers.map((node, i) => t('{name}: {rate} {unit}, {busy} % busy', { name: names[i], rate: whole(per[i]), unit: word, busy: Math.round(node.busy) })).join('; ')}.`,
    );
    this.lastTable = () =>
      table(
        this.spec.title,
        [t('node'), word, t('busy'), t('mean queue')],
        servers.map((node, i) => [names[i], whole(per[i]), node.up ? `${Math.round(node.busy)} %` : ABSENT, whole(node.waiting)]),
      );
  }

  /** The map of the regions' latencies at the reading. */
  regions(view) {
    const told = view.row.piece.regions;
    const regions = (told?.name ?? []).map((name, i) => ({
      name,
      latency: told.latency_ms[i][view.row.k],
      errors: told.errors[i][view.row.k],
    }));
    this.map.show({ regions, stores: view.stores, origin: view.facts.origin });
    const city = (name) => this.map.marks.get(name).city;
    const words = regions.map((one) => `${city(one.name)} ${one.latency === null ? t('nobody served') : `${whole(one.latency)} ms`}`);
    attribute(this.plot, 'aria-label', t('{title}, {note}. Now: {values}.', { title: this.spec.title, note: this.spec.note, values: words.join(', ') || t('all users are in one region') }));
    this.lastTable = () =>
      table(
        this.spec.title,
        [t('users near'), t('mean ms'), t('errors')],
        regions.map((one) => [city(one.name), whole(one.latency), `${fixed(100 * one.errors, 1)} %`]),
      );
  }

  /** Room for the axis's numbers and for the words at its right end. It only grows: a frame that breathes with them is hard to read. */
  room({ margin }, top, words) {
    this.left = Math.max(this.left, margin.l, widthOf(whole(top), '11px'));
    this.right = Math.max(this.right, margin.r, ...words.map((one) => widthOf(one)));
    Object.assign(margin, { l: this.left, r: this.right });
  }

  /** The end of an axis: grows at once to a round number, shrinks only after a while. */
  axis(peak, least, wall) {
    const wanted = nice(Math.max(peak * 1.08, least));
    if (wanted > this.top || !this.top) {
      this.top = wanted;
      this.lowSince = null;
    } else if (wanted < 0.7 * this.top) {
      this.lowSince ??= wall;
      if (wall - this.lowSince > SHRINK_S) {
        this.top = wanted;
        this.lowSince = null;
      }
    } else this.lowSince = null;
    return this.top;
  }
}

const STATES = { working: t('At work'), full: t('Full'), down: t('Down'), starting: t('Starting') };

function nice(peak) {
  const decade = 10 ** Math.floor(Math.log10(peak));
  return decade * (NICE.find((n) => n * decade >= peak - 1e-9) ?? 10);
}

/** One row for every quarter of a second, and the newest. */
function thin(rows) {
  return rows.filter(
    (row, i) => i === rows.length - 1 || Math.floor(row.t / GRID_S + 1e-6) !== Math.floor(rows[i + 1].t / GRID_S + 1e-6),
  );
}

/** Labels at the ends of lines, moved apart so that none covers another. */
function labels(ends, top, space, colors, words) {
  const placed = ends
    .filter((end) => end.at !== null && end.at !== undefined)
    .map((end) => ({ ...end, y: (Math.min(end.at, top) / top) * space }))
    .sort((a, b) => a.y - b.y);
  for (let i = 1; i < placed.length; i++) placed[i].y = Math.max(placed[i].y, placed[i - 1].y + LABEL_GAP);
  const over = placed.length ? placed.at(-1).y - space + 4 : 0;
  if (over > 0)
    for (let i = placed.length - 1, limit = space - 4; i >= 0; i--, limit -= LABEL_GAP) placed[i].y = Math.min(placed[i].y, limit);
  return texts(
    placed.map(() => 0),
    placed.map((end) => (end.y / space) * top),
    placed.map((end) => (end.bold ? `<b>${words(end)}</b>` : words(end))),
    { size: 12, color: placed.map((end) => (end.bold ? colors.ink : colors.ink2)) },
  );
}

/** A trace of texts that begin at these points: it costs less than as many annotations. */
function texts(x, y, text, font) {
  const shown = { mode: 'text', textposition: 'middle right', cliponaxis: false, hoverinfo: 'skip', showlegend: false };
  return { x, y, text: text.map((words) => `\u2002${words}`), textfont: font, ...shown };
}

/** Puts the theme's colours in the place of their names. */
function paint(node, colors) {
  for (const [key, entry] of Object.entries(node)) {
    if (entry && typeof entry === 'object') paint(entry, colors);
    else if (typeof entry === 'string' && entry in colors.named && /color$/.test(key)) node[key] = colors.named[entry];
  }
  return node;
}
