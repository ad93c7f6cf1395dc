// The living picture: boxes as real buttons with their words and bars, over the canvas of what moves.
// Knows nothing of asks or charts.
import { Ada } from './ada.js';
import { attribute, h, icon, text } from './dom.js';
import { ABSENT, whole } from './format.js';
import { layout } from './layout.js';
import { Machine, memoryOf } from './machine.js';
import { Picture, stateOf } from './picture.js';
import { nodes as readNodes, stores as readStores, value } from './store.js';
import { dataToggle, table } from './tabular.js';
import { t } from './translate.js';
import { groupName, capital, linesOf, linesOfPart, nameOf, told } from './words.js';

const TIER = { client: 'clients', balancer: 'balancer', scaler: 'scaler' };
const NAMES = { client: t('Clients'), balancer: t('Balancer'), scaler: t('Autoscaler') };
const HEIGHT = 352;

export class Scene {
  constructor({ onSelect }) {
    this.picture = new Picture();
    this.boxes = h('div', { class: 'boxes' });
    this.words = h('p', { class: 'sr' });
    this.note = h('p', { class: 'every' });
    this.ada = new Ada();
    this.card = h('div', { class: 'popover', hidden: true, role: 'status' });
    this.data = dataToggle(t('The system'), () => this.table());
    this.root = h(
      'section',
      { class: 'card scene', 'aria-label': t('The system, live') },
      this.picture.canvas,
      this.boxes,
      h('div', { class: 'foot' }, this.ada.root, this.note),
      this.card,
      this.words,
      this.data.button,
      this.data.place,
    );
    Object.assign(this, { onSelect, elements: new Map(), key: '', selected: null, list: [], stores: [], broken: new Map() });
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

  /** What there is to be laid out; merged states that nobody is in are left out. */
  parts(facts) {
    const some = (tier) => this.list.some((node) => node.tier === tier && node.size);
    const there = this.list.filter((node) => node.size || (/working$/.test(node.id) && !some(node.tier)));
    const servers = there.filter((node) => node.tier === 'servers').map((node) => node.id);
    const databases = there.filter((node) => node.tier === 'database');
    const groups = new Map();
    for (const node of databases) {
      const group = node.merged ? -1 : node.group;
      groups.set(group, [...(groups.get(group) ?? []), node]);
    }
    const framed = groups.size > 1 && databases.length > groups.size;
    const several = groups.size > 1;
    return {
      servers,
      pops: this.stores.filter((one) => one.tier === 'cdn').map((one) => one.id),
      caches: this.stores.filter((one) => one.tier === 'cache').map((one) => one.id),
      groups: [...groups].map(([group, nodes]) => ({
        label: framed ? capital(groupName(group, facts)) : '',
        // The primary of the moment stands first.
        ids: nodes.sort((a, b) => b.primary - a.primary || a.member - b.member).map((node) => node.id),
      })),
      merged: databases.some((node) => node.merged),
      alone: several && !framed,
      balancer: servers.length > 1 || facts.scaler || this.list[0]?.merged,
      scaler: facts.scaler,
      host: facts.colocated && servers.length === 1 && databases.length === 1 ? databases[0].id : null,
    };
  }

  /** Lays the boxes out anew when their number or the card's width changed. */
  arrange(facts) {
    const width = this.root.clientWidth;
    const parts = this.parts(facts);
    this.named = parts.alone;
    const key = `${width}|${JSON.stringify(parts)}`;
    if (key === this.key || !width) return;
    this.key = key;
    this.plan = layout(width, HEIGHT, parts);
    this.picture.arrange(this.plan);
    this.root.style.height = `calc(${this.plan.height}px + var(--foot))`;
    for (const [id, element] of this.elements)
      if (!this.plan.boxes.has(id)) {
        element.root.remove();
        this.elements.delete(id);
        if (this.selected === id) this.select(null);
      }
    for (const [id, box] of this.plan.boxes) {
      const element = this.elements.get(id) || this.make(id);
      Object.assign(element.root.style, { left: `${box.x}px`, top: `${box.y}px`, width: `${box.w}px`, height: `${box.h}px` });
      for (const look of ['compact', 'tight', 'narrow', 'lone', 'host', 'inside']) element.root.classList.toggle(look, !!box[look]);
    }
    // The order of the tab key is that of the plan; only what stands in a wrong place is moved, so that focus stays.
    [...this.plan.boxes.keys()].forEach((id, i) => {
      const { root } = this.elements.get(id);
      if (this.boxes.children[i] !== root) this.boxes.insertBefore(root, this.boxes.children[i] ?? null);
    });
    this.stale = true;
  }

  tier(id) {
    return TIER[id] ?? [...this.list, ...this.stores].find((one) => one.id === id)?.tier ?? 'servers';
  }

  make(id) {
    const tier = this.tier(id);
    const name = h('span', { class: 'name' });
    const state = h('span', { class: 'state' });
    const tag = h('span', { class: 'tag' });
    const fill = h('span', { class: 'fill' });
    const bar = tier === 'clients' || tier === 'scaler' ? null : h('span', { class: 'bar' }, fill);
    const root = h(
      'button',
      { type: 'button', class: `node ${tier}`, 'data-id': id, onclick: () => this.select(id) },
      h('span', { class: 'head' }, icon(tier), name, tag),
      state,
      bar,
    );
    const machine = tier === 'servers' ? new Machine() : null;
    if (machine) root.append(machine.root);
    const element = { root, name, state, tag, fill: bar && fill, bar, tier, machine };
    this.elements.set(id, element);
    return element;
  }

  /** Once a tick of about 100 ms: the words and bars in the boxes. */
  update(rows, facts, reading) {
    const spoken = new Map(reading?.nodes.map((node) => [node.id, node]));
    const smooth = new Map(reading?.stores?.map((one) => [one.id, one]));
    this.list = readNodes(rows).map((node) => {
      const { busy, taken, full } = spoken.get(node.id) ?? node;
      return { ...node, busy, taken, waiting: Math.round(node.waiting), full: !!full };
    });
    this.stores = readStores(rows).map((one) => {
      const { looks, hits } = smooth.get(one.id) ?? one;
      return { ...one, looks, hits };
    });
    if (this.list.length) this.list[0].memory = memoryOf(rows);
    this.rate = reading ? value(reading.row, 'offered_rate') : null;
    if (!this.list.length) return;
    facts.cut = new Set(this.list.filter((node) => this.broken.get(brokenKey(node))?.has('cut')).map((node) => node.id));
    this.facts = facts;
    const { nodes, stores } = rows[rows.length - 1].piece;
    Object.assign(this.picture, {
      list: this.list,
      stores: this.stores,
      of: { ...nodes.of, c: stores?.of },
      cut: facts.cut,
    });
    this.arrange(facts);
    if (!this.plan) return;
    this.fill('client', NAMES.client, `${whole(this.rate)} ${this.rate < (this.plan.boxes.get('client').w > 126 ? 1e4 : 1e3) ? t('requests/s') : t('req/s')}`, null, 'ok');
    const seen = this.list.some((node) => node.tier === 'servers' && node.seen && node.up);
    this.fill('balancer', NAMES.balancer, facts.algorithm, seen ? null : 0, 'ok');
    this.fill('scaler', NAMES.scaler, this.scaling(facts), null, 'ok');
    for (const node of [...this.list, ...this.stores]) {
      const box = this.plan.boxes.get(node.id);
      if (!box || !this.elements.has(node.id)) continue;
      const { name, state, busy, look } = told(node, facts, box);
      const grouped = this.named && node.tier === 'database' && !node.merged;
      const shown = look ?? (node.id === 'down' || node.id === 'd-down' ? 'down' : stateOf(node));
      if (box.lone) this.elements.get(node.id).machine.show(facts.vcpus, node.up ? node.busy : 0, node.memory);
      this.fill(node.id, grouped ? capital(groupName(node.group, facts)) : name, state, busy, shown, this.tag(node));
    }
    this.describe();
    if (reading !== this.tabled) this.data.refresh();
    this.tabled = reading;
    text(this.note, facts.every > 1 ? t('1 mark = {number} requests', { number: whole(facts.every) }) : '');
  }

  scaling({ wanted, serving }) {
    return t('{serving} of {wanted} up', { serving: whole(serving), wanted: whole(wanted) });
  }

  tag(node) {
    if (node.tier !== 'servers' || node.merged) return '';
    const speed = this.facts.speeds[node.index] ?? 1;
    const slowed = this.broken.get(brokenKey(node))?.get('slow');
    const all = slowed ? slowed.factor * speed : speed;
    return all === 1 ? '' : `${Math.round(all * 100)} %`;
  }

  fill(id, name, state, busy, look, tag = '') {
    const element = this.elements.get(id);
    if (!element) return;
    text(element.name, name);
    text(element.state, state);
    const speed = tag && t('{percent} speed', { percent: tag });
    text(element.tag, speed);
    attribute(element.root, 'data-look', look);
    attribute(element.root, 'aria-pressed', this.selected === id);
    attribute(element.root, 'aria-label', `${name}: ${state}${tag && `, ${speed}`}`);
    if (element.fill) element.fill.style.transform = `scaleX(${busy === null ? 0 : Math.min(1, busy / 100).toFixed(3)})`;
    if (element.bar) element.bar.hidden = busy === null;
  }

  /** The numbers of the chosen box, and the whole picture in words for those who do not see it. */
  describe() {
    if (!this.facts) return;
    const servers = this.list.filter((one) => one.tier === 'servers');
    const all = [...this.list, ...this.stores];
    const node = all.find((one) => one.id === this.selected);
    const box = this.selected && this.plan?.boxes.get(this.selected);
    if (box) {
      const lines = node ? linesOf(node, this.facts, this.tag(node)) : linesOfPart(this.selected, this.facts, this.rate, servers);
      this.card.replaceChildren(
        h('strong', {}, node ? nameOf(node, this.facts, true) : NAMES[this.selected]),
        h(
          'dl',
          {},
          lines.map(([k, v]) => [h('dt', {}, k), h('dd', {}, String(v))]),
        ),
      );
      this.place(box);
    }
    const words = all
      .filter((one) => one.size)
      .map((one) => {
        const name = one.tier === 'cdn' ? one.name : nameOf(one, this.facts, true).toLowerCase();
        if (!one.up) return t('{name}: down', { name });
        if (one.busy === undefined) return `${name}: ${one.hits === null ? t('no look-ups') : t('{share} % hits', { share: Math.round(100 * one.hits) })}`;
        return t('{name}: {busy} % busy, {waiting} waiting', { name, busy: Math.round(one.busy), waiting: whole(one.waiting) });
      });
    const [rate, nodes] = [whole(this.rate), words.join('; ')];
    const through = this.plan?.boxes.has('balancer')
      ? t('{rate} requests a second go through the balancer ({algorithm}). {nodes}.', { rate, algorithm: this.facts.algorithm, nodes })
      : t('{rate} requests a second go to one server. {nodes}.', { rate, nodes });
    text(this.words, through);
  }

  /** Every part that is drawn and what its box says: for those who do not see the picture, or want its numbers beside each other. */
  table() {
    const parts = [...this.list, ...this.stores].filter((one) => one.size);
    const row = (one) => [
      nameOf(one, this.facts, true),
      one.up ? t('up') : t('down'),
      one.busy === undefined ? ABSENT : `${Math.round(one.busy)} %`,
      one.busy === undefined ? ABSENT : whole(one.waiting),
      one.busy === undefined && one.hits !== null ? `${Math.round(100 * one.hits)} %` : ABSENT,
    ];
    return table(t('The system, live'), [t('part'), t('state'), t('busy'), t('waiting'), t('hits')], this.facts ? parts.map(row) : []);
  }

  place(box) {
    const { width, height, vertical } = this.plan;
    const tall = this.card.offsetHeight || 150;
    const beside = box.x + box.w + 194 < width ? box.x + box.w + 8 : box.x - 192;
    const below = box.y + box.h + 8 + tall < height ? box.y + box.h + 8 : box.y - tall - 8;
    const left = vertical ? Math.min(width - 190, Math.max(6, box.x + box.w / 2 - 92)) : beside;
    const top = vertical ? below : Math.min(height - tall - 8, Math.max(8, box.y + box.h / 2 - tall / 2));
    Object.assign(this.card.style, { left: `${left}px`, top: `${top}px` });
  }

  /** One frame of what moves. Returns how many requests were drawn. */
  draw(store, t, speed) {
    this.stale = false;
    return this.picture.draw(store, t, speed);
  }
}

/** The name under which a node's faults are kept. */
export const brokenKey = (node) => (node.tier === 'database' ? `database:${node.group}:${node.member}` : `${node.tier}:${node.region ?? node.index}`);
