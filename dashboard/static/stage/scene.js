// The living picture: boxes as real buttons with their words and bars, over the canvas of what moves.
// Knows nothing of asks or charts.
import { attribute, h, icon, text } from './dom.js';
import { compact, percent, whole } from './format.js';
import { layout } from './layout.js';
import { Picture, stateOf } from './picture.js';
import { nodes as readNodes, value } from './store.js';

const TIER = { client: 'clients', balancer: 'balancer', s: 'servers', d: 'database', c: 'cache' };
const GROUP_NAMES = {
  working: 'Servers at work',
  full: 'Servers that are full',
  down: 'Servers that are down',
  starting: 'Servers that start',
};

export class Scene {
  constructor({ onSelect }) {
    this.picture = new Picture();
    this.boxes = h('div', { class: 'boxes' });
    this.words = h('p', { class: 'sr' });
    this.note = h('p', { class: 'every' });
    this.card = h('div', { class: 'popover', hidden: true, role: 'status' });
    this.root = h(
      'section',
      { class: 'card scene', 'aria-label': 'The system, live' },
      this.picture.canvas,
      this.boxes,
      this.note,
      this.card,
      this.words,
    );
    Object.assign(this, {
      onSelect,
      elements: new Map(),
      key: '',
      selected: null,
      list: [],
    });
    this.observer = new ResizeObserver(() => {
      this.key = '';
      this.stale = true;
    });
    this.observer.observe(this.root);
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.select(null);
    });
  }

  dispose() {
    this.observer.disconnect();
  }

  setColors(colors) {
    this.picture.colors = colors;
    this.stale = true;
  }

  select(id) {
    const before = this.selected;
    this.selected = this.selected === id ? null : id;
    this.card.hidden = this.selected === null;
    this.stale = true;
    if (this.selected) this.onSelect(this.selected);
    else if (before) this.elements.get(before)?.root.focus({ preventScroll: true });
    this.describe();
  }

  /** Lays the boxes out anew when their number or the card's width changed. */
  arrange(list, cache) {
    const width = this.root.clientWidth;
    const servers = list
      .filter((node) => node.tier !== 'database' && (node.size || node.tier === 'working'))
      .map((node) => node.id);
    const databases = list.filter((node) => node.tier === 'database').map((node) => node.id);
    const key = `${width}|${servers}|${databases}|${cache}`;
    if (key === this.key || !width) return;
    this.key = key;
    this.plan = layout(width, 352, servers, databases, cache);
    this.picture.arrange(this.plan);
    this.root.style.height = `${this.plan.height}px`;
    const wanted = new Set(this.plan.boxes.keys());
    for (const [id, element] of this.elements)
      if (!wanted.has(id)) {
        element.root.remove();
        this.elements.delete(id);
      }
    for (const [id, box] of this.plan.boxes) {
      const element = this.elements.get(id) || this.make(id);
      Object.assign(element.root.style, { left: `${box.x}px`, top: `${box.y}px`, width: `${box.w}px`, height: `${box.h}px` });
      element.root.classList.toggle('compact', !!box.compact);
      element.root.classList.toggle('tight', !!box.tight);
      element.root.classList.toggle('narrow', !!box.narrow);
    }
    // The order of the tab key is that of the plan; only what stands in a wrong place is moved, so that focus stays.
    [...this.plan.boxes.keys()].forEach((id, i) => {
      const { root } = this.elements.get(id);
      if (this.boxes.children[i] !== root) this.boxes.insertBefore(root, this.boxes.children[i] ?? null);
    });
    this.stale = true;
  }

  make(id) {
    const tier = TIER[id] || (GROUP_NAMES[id] ? 'servers' : TIER[id[0]]);
    const name = h('span', { class: 'name' });
    const state = h('span', { class: 'state' });
    const tag = h('span', { class: 'tag' });
    const fill = h('span', { class: 'fill' });
    const bar = tier === 'clients' ? null : h('span', { class: 'bar' }, fill);
    const root = h(
      'button',
      { type: 'button', class: `node ${tier}`, 'data-id': id, onclick: () => this.select(id) },
      h('span', { class: 'head' }, icon(tier), name, tag),
      state,
      bar,
    );
    const element = { root, name, state, tag, fill: bar && fill, bar, tier };
    this.elements.set(id, element);
    return element;
  }

  /** Once a tick of about 100 ms: the words and bars in the boxes. */
  update(rows, facts, reading) {
    const told = new Map(reading?.nodes.map((node) => [node.id, node]));
    this.list = readNodes(rows).map((node) => {
      const { busy, taken, full } = told.get(node.id) ?? node;
      return { ...node, busy, taken, waiting: Math.round(node.waiting), full: !!full };
    });
    this.rate = reading ? value(reading.row, 'offered_rate') : null;
    this.facts = facts;
    if (!this.list.length) return;
    const grouped = !!rows[rows.length - 1].piece.nodes.size;
    this.picture.list = this.list;
    this.picture.of = grouped ? rows[rows.length - 1].piece.nodes.of : null;
    this.arrange(this.list, facts.cache);
    if (!this.plan) return;
    this.fill('client', 'Clients', `${whole(this.rate)} ${this.rate < 1e5 ? 'requests/s' : 'req/s'}`, null, 'ok');
    this.fill(
      'balancer',
      'Balancer',
      facts.algorithm,
      this.list.filter((node) => node.tier !== 'database' && node.seen && node.up).length ? null : 0,
      'ok',
    );
    if (facts.cache)
      this.fill(
        'cache',
        'Cache',
        facts.hits === null ? 'no look-ups' : `${percent(facts.hits, 0)} % hits`,
        facts.hits === null ? 0 : facts.hits * 100,
        'ok',
      );
    for (const node of this.list) {
      if (!this.elements.has(node.id)) continue;
      const narrow = this.plan.vertical;
      if (node.tier === 'database') {
        const busy = `${Math.round(node.busy)} % busy`;
        this.fill(node.id, node.index ? `Replica ${node.index}` : 'Database', narrow ? busy : busy, node.busy, stateOf(node));
      } else if (grouped) {
        this.fill(
          node.id,
          GROUP_NAMES[node.tier],
          node.up
            ? `${whole(node.size)} · ${Math.round(node.busy)} % busy`
            : `${whole(node.size)} ${node.part ? 'down' : 'starting'}`,
          node.busy,
          node.tier === 'down' ? 'down' : stateOf(node),
        );
      } else {
        this.fill(
          node.id,
          this.plan.boxes.get(node.id).w < 66 ? String(node.index + 1) : `Server ${node.index + 1}`,
          this.wordsFor(node, narrow),
          node.up && node.part ? node.busy : 0,
          stateOf(node),
          this.tag(node),
        );
      }
    }
    this.describe();
    text(this.note, facts.every > 1 ? `1 mark = ${whole(facts.every)} requests` : '');
  }

  tag(node) {
    const speed = this.facts.speeds[node.index] ?? 1;
    return speed === 1 ? '' : `${Math.round(speed * 100)} %`;
  }

  wordsFor(node, narrow) {
    if (!node.part) return node.up ? 'leaving' : 'starting';
    if (!node.up)
      return narrow || this.plan.boxes.get(node.id).tight ? 'down' : node.seen ? 'down · not noticed' : 'down · taken out';
    if (!node.seen) return narrow || this.plan.boxes.get(node.id).tight ? 'out' : 'up · not yet trusted';
    const busy = `${Math.round(node.busy)} %`;
    if (narrow) return busy;
    if (this.plan.boxes.get(node.id).tight) return busy;
    return `${busy} busy · queue ${compact(node.waiting)}`;
  }

  fill(id, name, state, busy, look, tag = '') {
    const element = this.elements.get(id);
    if (!element) return;
    text(element.name, name);
    text(element.state, state);
    text(element.tag, tag && `${tag} speed`);
    attribute(element.root, 'data-look', look);
    attribute(element.root, 'aria-pressed', this.selected === id);
    attribute(element.root, 'aria-label', `${name}: ${state}${tag && `, ${tag} speed`}`);
    if (element.fill) element.fill.style.transform = `scaleX(${busy === null ? 0 : Math.min(1, busy / 100).toFixed(3)})`;
    if (element.bar) element.bar.hidden = busy === null;
  }

  /** The numbers of the chosen box, and the whole picture in words for those who do not see it. */
  describe() {
    const node = this.list.find((one) => one.id === this.selected);
    const box = this.selected && this.plan?.boxes.get(this.selected);
    if (box) {
      const lines = node
        ? [
            ['Takes', `${whole(node.taken)}/s`],
            ...(this.tag(node) ? [['Speed', this.tag(node)]] : []),
            ['Busy', node.up ? `${Math.round(node.busy)} %` : '–'],
            ['Waiting', whole(node.waiting)],
            ['State', !node.part ? (node.up ? 'leaving' : 'starting') : node.up ? 'up' : 'down'],
            ['Believed', node.seen ? 'healthy' : 'unhealthy'],
          ]
        : this.selected === 'client'
          ? [
              ['Ask', `${whole(this.rate)}/s`],
              ['Timeout', this.facts?.timeout ?? 'none'],
              ['Retries', this.facts?.retries ?? 0],
            ]
          : this.selected === 'balancer'
            ? [
                ['Algorithm', this.facts?.algorithm ?? ''],
                [
                  'Believes healthy',
                  `${this.list.filter((n) => n.tier !== 'database' && n.seen).length} of ${this.list.filter((n) => n.tier !== 'database').length}`,
                ],
              ]
            : [['Hits', this.facts?.hits === null ? '–' : `${percent(this.facts?.hits)} %`]];
      this.card.replaceChildren(
        h('strong', {}, this.elements.get(this.selected).name.textContent),
        h(
          'dl',
          {},
          lines.map(([k, v]) => [h('dt', {}, k), h('dd', {}, String(v))]),
        ),
      );
      const { width, height, vertical } = this.plan;
      const tall = this.card.offsetHeight || 150;
      const beside = box.x + box.w + 194 < width ? box.x + box.w + 8 : box.x - 192;
      const below = box.y + box.h + 8 + tall < height ? box.y + box.h + 8 : box.y - tall - 8;
      const left = vertical ? Math.min(width - 190, Math.max(6, box.x + box.w / 2 - 92)) : beside;
      const top = vertical ? below : Math.min(height - tall - 8, Math.max(8, box.y + box.h / 2 - tall / 2));
      Object.assign(this.card.style, { left: `${left}px`, top: `${top}px` });
    }
    if (!this.facts) return;
    const words = this.list.map(
      (one) =>
        `${one.tier === 'database' ? 'database' : GROUP_NAMES[one.tier] || `server ${one.index + 1}`}: ${one.up ? `${Math.round(one.busy)} % busy, ${whole(one.waiting)} waiting` : 'down'}`,
    );
    text(
      this.words,
      `${whole(this.rate)} requests a second go through the balancer (${this.facts.algorithm}). ${words.join('; ')}.`,
    );
  }

  /** One frame of what moves. Returns how many requests were drawn. */
  draw(store, t, speed) {
    this.stale = false;
    return this.picture.draw(store, t, speed);
  }
}
