// The living picture: boxes as real buttons, links, queues and travelling requests on a canvas behind them.
// Reads the store; knows nothing of asks or charts.
import { attribute, h, icon, text } from './dom.js';
import { compact, percent, whole } from './format.js';
import { layout, pointAt, way } from './layout.js';
import { legs, over } from './moves.js';
import { nodes as readNodes } from './store.js';

const TIER = { client: 'clients', balancer: 'balancer', s: 'servers', d: 'database', c: 'cache' };
const FULL = 95;
const EASE_S = 0.2;
const GROUP_NAMES = { working: 'Servers at work', full: 'Servers that are full', down: 'Servers that are down' };

export class Scene {
  constructor({ onSelect, onFault }) {
    this.canvas = h('canvas', { 'aria-hidden': 'true' });
    this.boxes = h('div', { class: 'boxes' });
    this.words = h('p', { class: 'sr' });
    this.note = h('p', { class: 'every' });
    this.card = h('div', { class: 'popover', hidden: true, role: 'status' });
    this.root = h('section', { class: 'card scene', 'aria-label': 'The system, live' }, this.canvas, this.boxes, this.note, this.card, this.words);
    Object.assign(this, { onSelect, onFault, elements: new Map(), smooth: new Map(), key: '', still: false, selected: null, list: [] });
    this.observer = new ResizeObserver(() => { this.key = ''; this.stale = true; });
    this.observer.observe(this.root);
    this.root.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.select(null); });
  }

  dispose() { this.observer.disconnect(); }

  setColors(colors) { this.colors = colors; this.stale = true; }

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
    const servers = list.filter((node) => node.tier !== 'database' && !(node.tier === 'down' && !node.size) && !(node.tier === 'full' && !node.size)).map((node) => node.id);
    const databases = list.filter((node) => node.tier === 'database').map((node) => node.id);
    const key = `${width}|${servers}|${databases}|${cache}`;
    if (key === this.key || !width) return;
    this.key = key;
    this.plan = layout(width, 352, servers, databases, cache);
    this.ways = new Map();
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    this.ratio = ratio;
    Object.assign(this.canvas, { width: Math.round(width * ratio), height: Math.round(this.plan.height * ratio) });
    this.root.style.height = `${this.plan.height}px`;
    const wanted = new Set(this.plan.boxes.keys());
    for (const [id, element] of this.elements) if (!wanted.has(id)) { element.root.remove(); this.elements.delete(id); }
    for (const [id, box] of this.plan.boxes) {
      const element = this.elements.get(id) || this.make(id);
      Object.assign(element.root.style, { left: `${box.x}px`, top: `${box.y}px`, width: `${box.w}px`, height: `${box.h}px` });
      element.root.classList.toggle('compact', !!box.compact);
      element.root.classList.toggle('tight', !!box.tight);
      element.root.classList.toggle('narrow', !!box.narrow);
    }
    for (const id of this.plan.boxes.keys()) this.boxes.append(this.elements.get(id).root);
    this.stale = true;
  }

  make(id) {
    const tier = TIER[id] || (GROUP_NAMES[id] ? 'servers' : TIER[id[0]]);
    const name = h('span', { class: 'name' });
    const state = h('span', { class: 'state' });
    const tag = h('span', { class: 'tag' });
    const fill = h('span', { class: 'fill' });
    const bar = tier === 'clients' ? null : h('span', { class: 'bar' }, fill);
    const root = h('button', { type: 'button', class: `node ${tier}`, 'data-id': id, onclick: () => this.select(id) }, h('span', { class: 'head' }, icon(tier), name, tag), state, bar);
    const element = { root, name, state, tag, fill: bar && fill, bar, tier };
    this.elements.set(id, element);
    return element;
  }

  /** Once a tick of about 100 ms: the words and bars in the boxes. */
  update(rows, facts) {
    this.list = readNodes(rows);
    this.facts = facts;
    if (!this.list.length) return;
    const grouped = !!rows[rows.length - 1].piece.nodes.size;
    this.of = grouped ? rows[rows.length - 1].piece.nodes.of : null;
    this.arrange(this.list, facts.cache);
    if (!this.plan) return;
    this.fill('client', 'Clients', `${whole(facts.rate)} requests/s`, null, 'ok');
    this.fill('balancer', 'Balancer', facts.algorithm, this.list.filter((node) => node.tier !== 'database' && node.seen && node.up).length ? null : 0, 'ok');
    if (facts.cache) this.fill('cache', 'Cache', facts.hits === null ? 'no look-ups' : `${percent(facts.hits, 0)} % hits`, facts.hits === null ? 0 : facts.hits * 100, 'ok');
    for (const node of this.list) {
      if (!this.elements.has(node.id)) continue;
      const narrow = this.plan.vertical;
      if (node.tier === 'database') {
        const busy = `${Math.round(node.busy)} % busy`;
        this.fill(node.id, node.index ? `Replica ${node.index}` : 'Database', narrow ? busy : busy, node.busy, stateOf(node));
      } else if (grouped) {
        this.fill(node.id, GROUP_NAMES[node.tier], node.up ? `${whole(node.size)} · ${Math.round(node.busy)} % busy` : `${whole(node.size)} down`, node.busy, node.tier === 'down' ? 'down' : stateOf(node));
      } else {
        this.fill(node.id, this.plan.boxes.get(node.id).w < 66 ? String(node.index + 1) : `Server ${node.index + 1}`, this.wordsFor(node, narrow), node.up ? node.busy : 0, stateOf(node), this.tag(node));
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
    if (!node.up) return narrow || this.plan.boxes.get(node.id).tight ? 'down' : node.seen ? 'down · not noticed' : 'down · taken out';
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
        ? [['Takes', `${whole(node.taken)}/s`], ...(this.tag(node) ? [['Speed', this.tag(node)]] : []), ['Busy', node.up ? `${Math.round(node.busy)} %` : '–'], ['Waiting', whole(node.waiting)], ['State', node.up ? 'up' : 'down'], ['Believed', node.seen ? 'healthy' : 'unhealthy']]
        : this.selected === 'client' ? [['Ask', `${whole(this.facts?.rate)}/s`], ['Timeout', this.facts?.timeout ?? 'none'], ['Retries', this.facts?.retries ?? 0]]
          : this.selected === 'balancer' ? [['Algorithm', this.facts?.algorithm ?? ''], ['Believes healthy', `${this.list.filter((n) => n.tier !== 'database' && n.seen).length} of ${this.list.filter((n) => n.tier !== 'database').length}`]]
            : [['Hits', this.facts?.hits === null ? '–' : `${percent(this.facts?.hits)} %`]];
      this.card.replaceChildren(h('strong', {}, this.elements.get(this.selected).name.textContent), h('dl', {}, lines.map(([k, v]) => [h('dt', {}, k), h('dd', {}, String(v))])));
      const { width, height, vertical } = this.plan;
      const tall = this.card.offsetHeight || 150;
      const beside = box.x + box.w + 194 < width ? box.x + box.w + 8 : box.x - 192;
      const below = box.y + box.h + 8 + tall < height ? box.y + box.h + 8 : box.y - tall - 8;
      const left = vertical ? Math.min(width - 190, Math.max(6, box.x + box.w / 2 - 92)) : beside;
      const top = vertical ? below : Math.min(height - tall - 8, Math.max(8, box.y + box.h / 2 - tall / 2));
      Object.assign(this.card.style, { left: `${left}px`, top: `${top}px` });
    }
    if (!this.facts) return;
    const words = this.list.map((one) => `${one.tier === 'database' ? 'database' : GROUP_NAMES[one.tier] || `server ${one.index + 1}`}: ${one.up ? `${Math.round(one.busy)} % busy, ${whole(one.waiting)} waiting` : 'down'}`);
    text(this.words, `${whole(this.facts.rate)} requests a second go through the balancer (${this.facts.algorithm}). ${words.join('; ')}.`);
  }

  /** One frame: links, queues and requests at time t. Returns how many requests were drawn. */
  draw(store, t, speed, wall) {
    const ready = this.plan && this.colors;
    if (!ready) return 0;
    const c = this.canvas.getContext('2d');
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    c.clearRect(0, 0, this.plan.width, this.plan.height);
    this.links(c);
    const drawn = this.still ? 0 : this.requests(c, store, t, speed);
    this.queues(c, wall);
    this.stale = false;
    return drawn;
  }

  way(...ids) {
    const key = ids.join('>');
    if (!this.ways.has(key)) {
      const curves = ids.slice(1).map((to, i) => this.plan.path(ids[i], to));
      this.ways.set(key, way(...curves));
    }
    return this.ways.get(key);
  }

  links(c) {
    const servers = this.list.filter((node) => node.tier !== 'database' && this.plan.boxes.has(node.id));
    const behind = [...this.plan.boxes.keys()].filter((id) => id === 'cache' || id[0] === 'd' && id !== 'down');
    const line = (from, to, out) => {
      const points = this.way(from, to).points;
      c.beginPath();
      points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
      c.setLineDash(out ? [3, 5] : []);
      c.strokeStyle = this.colors.link;
      c.lineWidth = 1.25;
      c.stroke();
      c.setLineDash([]);
    };
    line('client', 'balancer', false);
    for (const node of servers) {
      line('balancer', node.id, !node.seen);
      for (const id of behind) line(node.id, id, !node.up);
    }
  }

  /** One square a waiting request, stacked before its box, then a number. */
  queues(c, wall) {
    const size = 5, pitch = 7;
    const share = this.lastWall === undefined ? 1 : Math.min(1, (wall - this.lastWall) / EASE_S);
    this.lastWall = wall;
    for (const node of this.list) {
      const box = this.plan.boxes.get(node.id);
      if (!box) continue;
      const before = this.smooth.get(node.id) ?? node.waiting;
      const eased = Math.abs(node.waiting - before) < 0.5 ? node.waiting : before + (node.waiting - before) * share;
      this.smooth.set(node.id, eased);
      const count = Math.round(eased);
      if (!count) continue;
      c.fillStyle = stateOf(node) === 'ok' ? this.colors.queue : this.colors.red;
      const down = this.plan.vertical;
      const deep = down ? Math.max(3, Math.floor((box.w - 6) / pitch)) : box.h > 50 ? 6 : box.h > 34 ? 4 : 2;
      const most = deep * (down ? 3 : box.h > 50 ? 6 : 9);
      const shown = Math.min(count, most);
      for (let i = 0; i < shown; i++) {
        const row = i % deep, column = Math.floor(i / deep);
        const inRow = Math.min(deep, shown - column * deep);
        const across = (row - (inRow - 1) / 2) * pitch;
        const x = down ? box.x + box.w / 2 + across : box.x - 13 - column * pitch;
        const y = down ? box.y - 11 - column * pitch : box.y + box.h / 2 + across;
        c.fillRect(x - size / 2, y - size / 2, size, size);
      }
      if (count > shown) {
        c.font = '600 11px Inter, sans-serif';
        c.fillStyle = this.colors.red;
        const label = `+${whole(count - shown)}`;
        const columns = Math.ceil(shown / deep);
        if (node.tier === 'database' && !down) { c.textAlign = 'center'; c.fillText(label, box.x - 13 - ((columns - 1) * pitch) / 2, box.y + box.h / 2 - (deep * pitch) / 2 - 5); }
        else if (down) { c.textAlign = 'center'; c.fillText(label, box.x + box.w / 2, box.y - 12 - columns * pitch); }
        else { c.textAlign = 'right'; c.fillText(label, box.x - 14 - columns * pitch, box.y + box.h / 2 + 4); }
      }
    }
  }

  requests(c, store, t, speed) {
    const groups = { asked: [], ok: [], ghost: [], 1: [], 2: [], 3: [] };
    let drawn = 0;
    for (const move of store.moves.values()) {
      if (move.sent > t) continue;
      if (!move.legs || move.speed !== speed) { move.legs = legs(move, speed); move.speed = speed; }
      const leg = move.legs.find((one) => t >= one.from && t < one.to);
      if (!leg) {
        if (t > over(move.legs) + 1 && t > move.ended) store.moves.delete(move.id);
        continue;
      }
      const server = this.of && move.server >= 0 ? ['working', 'full', 'down'][this.of[move.server]] : `s${move.server}`;
      if (move.server >= 0 && !this.plan.boxes.has(server)) continue;
      const database = this.plan.boxes.has(`d${Math.max(0, move.db)}`) ? `d${Math.max(0, move.db)}` : 'd0';
      const share = (t - leg.from) / (leg.to - leg.from);
      const gone = move.outcome === 1 && t >= move.ended;
      let at, look = gone ? 'ghost' : 'asked';
      const answer = move.outcome <= 0 ? 'ok' : move.outcome === 4 ? 3 : move.outcome;
      if (leg.kind === 'out') at = pointAt(this.way('client', 'balancer', server), share);
      else if (leg.kind === 'to-balancer') at = pointAt(this.way('client', 'balancer'), share);
      else if (leg.kind === 'from-balancer') { at = pointAt(this.way('client', 'balancer'), 1 - share); look = answer; }
      else if (leg.kind === 'inward') at = pointAt(this.way(server, database), share);
      else if (leg.kind === 'outward') { at = pointAt(this.way(server, database), 1 - share); look = gone ? 'ghost' : 'ok'; }
      else if (leg.kind === 'to-cache' && this.plan.boxes.has('cache')) at = pointAt(this.way(server, 'cache'), share);
      else if (leg.kind === 'from-cache' && this.plan.boxes.has('cache')) { at = pointAt(this.way(server, 'cache'), 1 - share); look = gone ? 'ghost' : 'ok'; }
      else if (leg.kind === 'back') { at = pointAt(this.way('client', 'balancer', server), 1 - share); look = answer; }
      else if (leg.kind === 'gave-up') {
        const box = this.plan.boxes.get('client');
        const side = Math.abs(Math.sin(move.id * 12.9898) * 43758.5453) % 1;
        at = this.plan.vertical ? [box.x + box.w + 10 + 30 * side, box.y + 12 + 34 * share] : [box.x + box.w * (0.1 + 0.8 * side), box.y + box.h + 8 + 26 * share];
        look = 1;
      }
      if (!at) continue;
      // A lane of its own: answers travel a little beside the questions.
      const lane = leg.kind === 'back' || leg.kind === 'outward' || leg.kind === 'from-cache' || leg.kind === 'from-balancer' ? 3.5 : -1.5;
      groups[look].push(this.plan.vertical ? [at[0] + lane, at[1]] : [at[0], at[1] + lane]);
      drawn++;
    }
    paint(c, groups, this.colors);
    return drawn;
  }
}

function stateOf(node) {
  if (!node.up) return 'down';
  if (node.busy >= FULL) return 'full';
  return 'ok';
}

/** Colour and shape by outcome: circle, triangle, square, cross; a ring for work that nobody waits for any more. */
function paint(c, groups, colors) {
  const circle = (list, radius) => { c.beginPath(); for (const [x, y] of list) { c.moveTo(x + radius, y); c.arc(x, y, radius, 0, 2 * Math.PI); } };
  c.fillStyle = colors.blue; circle(groups.asked, 3.2); c.fill();
  c.fillStyle = colors.ok; circle(groups.ok, 2.6); c.fill();
  c.strokeStyle = colors.ink2; c.lineWidth = 1.2; circle(groups.ghost, 2.6); c.stroke();
  c.fillStyle = colors.red;
  c.beginPath();
  for (const [x, y] of groups[1]) { c.moveTo(x, y - 4.6); c.lineTo(x + 4.4, y + 3.2); c.lineTo(x - 4.4, y + 3.2); c.closePath(); }
  for (const [x, y] of groups[2]) c.rect(x - 3.4, y - 3.4, 6.8, 6.8);
  c.fill();
  c.strokeStyle = colors.red; c.lineWidth = 2.2; c.beginPath();
  for (const [x, y] of groups[3]) { c.moveTo(x - 3.4, y - 3.4); c.lineTo(x + 3.4, y + 3.4); c.moveTo(x + 3.4, y - 3.4); c.lineTo(x - 3.4, y + 3.4); }
  c.stroke();
}
