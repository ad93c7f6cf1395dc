// What moves in the picture: links, queues and travelling requests, drawn on a canvas behind the boxes.
// Reads the store and the plan that it is given; knows nothing of the boxes themselves.
import { requestOf, ring, ringed } from './ada.js';
import { attribute, h } from './dom.js';
import { compact } from './format.js';
import { pointAt, way } from './layout.js';
import { ANSWERS, WAYS, legs, over } from './moves.js';

/** How a node is drawn: "ok", "full", "down", or "idle" while it starts or leaves. */
export function stateOf(node) {
  if (!node.part) return 'idle';
  if (!node.up) return 'down';
  if (node.full) return 'full';
  return 'ok';
}

const AWAY = 12; // px between a box and the mark of one who waits there

export class Picture {
  constructor() {
    this.canvas = h('canvas', { 'aria-hidden': 'true' });
    Object.assign(this, { ways: new Map(), list: [], stores: [], of: {}, cut: new Set(), plan: null, colors: null, still: false, ada: null });
    this.followed = new Set(); // the requests of Ada's that were ringed
  }

  /** A new plan: where the boxes are. */
  arrange(plan) {
    this.plan = plan;
    this.boxes = [...plan.boxes.values()];
    this.ways = new Map();
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    Object.assign(this.canvas, { width: Math.round(plan.width * this.ratio), height: Math.round(plan.height * this.ratio) });
  }

  /** One frame: links, queues and requests at time t. Returns how many requests were drawn. */
  draw(store, t, speed) {
    const ready = this.plan && this.colors;
    if (!ready) return 0;
    const c = this.canvas.getContext('2d');
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    c.clearRect(0, 0, this.plan.width, this.plan.height);
    this.frames(c);
    this.links(c);
    const drawn = this.still ? 0 : this.requests(c, store, t, speed);
    this.queues(c);
    if (this.ada) ring(c, this.ada[1], this.colors, this.boxes);
    attribute(this.canvas, 'data-ada', this.ada ? requestOf(this.ada[0]) : '');
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

  has(id) {
    return this.plan.boxes.has(id);
  }

  /** A quiet frame round the nodes of a shard. */
  frames(c) {
    c.font = '500 11px Inter, sans-serif';
    c.textAlign = 'left';
    for (const { x, y, w, h: tall, label } of this.plan.frames) {
      c.strokeStyle = this.colors.link;
      c.lineWidth = 1;
      c.beginPath();
      c.roundRect(x, y, w, tall, 8);
      c.stroke();
      c.fillStyle = this.colors.ink2;
      c.fillText(label, x + 9, y + 14);
    }
  }

  links(c) {
    const servers = this.list.filter((node) => node.tier === 'servers' && this.has(node.id));
    const data = [
      ...this.stores.filter((one) => one.tier === 'cache'),
      ...this.list.filter((one) => one.tier === 'database' && !this.plan.boxes.get(one.id)?.inside),
    ].filter((one) => this.has(one.id));
    const line = (from, to, out) => {
      this.trace(c, this.way(from, to).points, out ? [3, 5] : []);
    };
    const first = this.has('balancer') ? 'balancer' : servers[0]?.id;
    if (!first) return;
    line('client', first, false);
    for (const pop of this.stores) {
      if (pop.tier !== 'cdn' || !this.has(pop.id)) continue;
      line('client', pop.id, !pop.up);
      line(pop.id, first, !pop.up);
    }
    const hub = this.plan.hub;
    for (const node of servers) {
      if (first === 'balancer') line('balancer', node.id, !node.seen || !node.part);
      if (hub) continue;
      for (const one of data) line(node.id, one.id, !node.up || !node.part || !one.up);
    }
    if (hub && data.length) {
      const half = (id, from) => this.way(id, from).points;
      for (const node of servers) this.trace(c, half(node.id, data[0].id).slice(0, 29), !node.up || !node.part ? [3, 5] : []);
      for (const one of data) this.trace(c, half(servers[0].id, one.id).slice(29), one.up ? [] : [3, 5]);
    }
    this.replication(c);
  }

  trace(c, points, dash) {
    c.beginPath();
    points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
    c.setLineDash(dash);
    c.strokeStyle = this.colors.link;
    c.lineWidth = 1.25;
    c.stroke();
    c.setLineDash([]);
  }

  /** From each primary to its replicas, at the far side; interrupted where replication is cut. */
  replication(c) {
    if (this.plan.vertical) return;
    const nodes = this.list.filter((node) => node.tier === 'database' && !node.merged && this.has(node.id));
    for (const node of nodes) {
      const primary = nodes.find((one) => one.group === node.group && one.primary);
      if (!primary || primary === node) continue;
      const a = this.plan.boxes.get(primary.id),
        b = this.plan.boxes.get(node.id);
      const x = a.x + a.w,
        bend = x + 9;
      const from = a.y + a.h / 2,
        to = b.y + b.h / 2;
      const cut = this.cut.has(node.id);
      c.beginPath();
      c.moveTo(x, from);
      c.bezierCurveTo(bend, from, bend, from, bend, from + Math.sign(to - from) * 8);
      c.lineTo(bend, to - Math.sign(to - from) * 8);
      c.bezierCurveTo(bend, to, bend, to, x + 2, to);
      c.setLineDash(cut || !node.up || !primary.up ? [2, 5] : []);
      c.strokeStyle = cut ? this.colors.red : this.colors.violet;
      c.lineWidth = 1.25;
      c.stroke();
      c.setLineDash([]);
    }
  }

  /** The room (px) before a box: boxes cover what is drawn beneath them. */
  before(box) {
    return box.x - Math.max(0, ...this.boxes.map((one) => one.x + one.w).filter((edge) => edge <= box.x));
  }

  /** One square a waiting request, stacked before its box, then a number: the same value that the box says. */
  queues(c) {
    const size = 5,
      pitch = 7;
    for (const node of this.list) {
      const box = this.plan.boxes.get(node.id);
      if (!box || box.inside) continue;
      const count = node.waiting;
      if (!count) continue;
      c.fillStyle = stateOf(node) === 'ok' ? this.colors.queue : this.colors.red;
      const down = this.plan.vertical;
      const deep = down ? Math.max(3, Math.floor((box.w - 6) / pitch)) : box.lone ? Math.floor(box.h / pitch) : box.h > 50 ? 6 : box.h > 34 ? 4 : 2;
      const room = down ? Infinity : this.before(box);
      const wide = down ? (node.tier === 'database' ? 2 : 3) : box.lone ? 12 : box.h > 50 ? 6 : node.tier === 'database' ? 4 : 9;
      const most = deep * Math.min(wide, Math.floor((room - 10) / pitch));
      const shown = Math.min(count, most);
      for (let i = 0; i < shown; i++) {
        const row = i % deep,
          column = Math.floor(i / deep);
        const inRow = Math.min(deep, shown - column * deep);
        const across = (row - (inRow - 1) / 2) * pitch;
        const x = down ? box.x + box.w / 2 + across : box.x - 13 - column * pitch;
        const y = down ? box.y - 11 - column * pitch : box.y + box.h / 2 + across;
        c.fillRect(x - size / 2, y - size / 2, size, size);
      }
      if (count > shown) {
        c.font = '600 11px Inter, sans-serif';
        c.fillStyle = this.colors.red;
        const beside = down && box.w > 80; // the way goes down its middle
        c.textAlign = beside ? 'right' : 'center';
        const label = `+${compact(count - shown)}`;
        const columns = Math.ceil(shown / deep);
        const middle = Math.min(13 + ((columns - 1) * pitch) / 2, room / 2);
        if (down) c.fillText(label, box.x + box.w / (beside ? 1 : 2), box.y - 12 - columns * pitch);
        else c.fillText(label, box.x - middle, box.y + box.h / 2 - (deep * pitch) / 2 - (box.h > 50 ? 5 : 2));
      }
    }
  }

  /** The box that stands for a word of a way in this request's case; null where there is none. */
  place(word, move) {
    if (word === 'client' || word === 'balancer') return word;
    let id = null;
    if (word === 'server' && move.server >= 0) id = this.of.s?.[move.server] ?? `s${move.server}`;
    else if (word === 'database') {
      id = this.of.d?.[move.db] ?? `d${Math.max(0, move.db)}`;
      if (!this.has(id)) id = 'd0';
    } else if (word === 'cache') id = this.of.c?.[move.cache] ?? `c${Math.max(0, move.cache)}`;
    else if (word === 'pop') id = `p${move.pop}`;
    return id && this.has(id) ? id : null;
  }

  /** Where on its way a request is on a leg, some px from its end; null where a box of it is not shown. */
  along(move, leg, share, before = 0) {
    const [words, backwards] = WAYS[leg.kind];
    let ids = words.map((word) => this.place(word, move));
    if (!this.has('balancer')) {
      ids = ids.filter((id) => id !== 'balancer');
      if (ids.length < 2) ids.push(this.list[0]?.id);
    }
    if (ids.includes(null) || ids.includes(undefined)) return null;
    const line = this.way(...ids);
    const there = share - before / line.length;
    return pointAt(line, backwards ? 1 - there : there);
  }

  requests(c, store, t, speed) {
    const groups = { asked: [], write: [], ok: [], ghost: [], 1: [], 2: [], 3: [] };
    const hers = [];
    let drawn = 0;
    for (const move of store.moves.values()) {
      if (move.sent > t) continue;
      if (!move.legs || move.speed !== speed) {
        move.legs = legs(move, speed);
        move.speed = speed;
      }
      // Who gives up is seen to, also where the work goes on: that leg is the last.
      const leg = move.legs.findLast((one) => t >= one.from && t < one.to);
      if (!leg) {
        if (move.ada && t < over(move.legs)) hers.push([move, this.waiting(move, t)]);
        if (t > over(move.legs) + 1 && t > move.ended) store.retire(move);
        continue;
      }
      const share = (t - leg.from) / (leg.to - leg.from);
      const gone = move.outcome === 1 && t >= move.ended;
      let at = null,
        look = gone ? 'ghost' : move.write ? 'write' : 'asked';
      const answer = move.outcome <= 0 ? 'ok' : move.outcome === 4 ? 3 : move.outcome;
      if (leg.kind === 'gave-up') {
        const box = this.plan.boxes.get('client');
        const side = Math.abs(Math.sin(move.id * 12.9898) * 43758.5453) % 1;
        at = this.plan.vertical
          ? [box.x + box.w + 10 + 30 * side, box.y + 12 + 34 * share]
          : [box.x + box.w * (0.1 + 0.8 * side), box.y + box.h + 8 + 26 * share];
        look = 1;
      } else at = this.along(move, leg, share);
      if (!at) continue;
      const backwards = leg.kind !== 'gave-up' && WAYS[leg.kind][1];
      if (ANSWERS.has(leg.kind)) look = answer;
      else if (backwards && leg.kind !== 'gave-up') look = gone ? 'ghost' : 'ok';
      // A lane of its own: answers travel a little beside the questions.
      const lane = backwards ? 3.5 : -1.5;
      groups[look].push(this.plan.vertical ? [at[0] + lane, at[1]] : [at[0], at[1] + lane]);
      if (move.ada && !(gone && leg.kind !== 'gave-up')) hers.push([move, groups[look].at(-1)]);
      drawn++;
    }
    paint(c, groups, this.colors);
    this.ada = ringed(hers.filter(([, at]) => at), this.ada && requestOf(this.ada[0]));
    if (this.ada) this.followed.add(requestOf(this.ada[0]));
    return drawn;
  }

  /** Where a request waits or is served: before the box that it has come to. */
  waiting(move, t) {
    const leg = move.legs.findLast((one) => one.to <= t);
    const gone = move.outcome === 1 && t >= move.ended;
    return leg && !gone ? this.along(move, leg, 1, AWAY) : null;
  }
}

/** Colour and shape by outcome: circle, triangle, square, cross; a diamond for a write, a ring for work that nobody waits for. */
function paint(c, groups, colors) {
  const circle = (list, radius) => {
    c.beginPath();
    for (const [x, y] of list) {
      c.moveTo(x + radius, y);
      c.arc(x, y, radius, 0, 2 * Math.PI);
    }
  };
  c.fillStyle = colors.blue;
  circle(groups.asked, 3.2);
  for (const [x, y] of groups.write) {
    c.moveTo(x, y - 4.4);
    c.lineTo(x + 4.4, y);
    c.lineTo(x, y + 4.4);
    c.lineTo(x - 4.4, y);
    c.closePath();
  }
  c.fill();
  c.fillStyle = colors.ok;
  circle(groups.ok, 2.6);
  c.fill();
  c.strokeStyle = colors.ink2;
  c.lineWidth = 1.2;
  circle(groups.ghost, 2.6);
  c.stroke();
  c.fillStyle = colors.red;
  c.beginPath();
  for (const [x, y] of groups[1]) {
    c.moveTo(x, y - 4.6);
    c.lineTo(x + 4.4, y + 3.2);
    c.lineTo(x - 4.4, y + 3.2);
    c.closePath();
  }
  for (const [x, y] of groups[2]) c.rect(x - 3.4, y - 3.4, 6.8, 6.8);
  c.fill();
  c.strokeStyle = colors.red;
  c.lineWidth = 2.2;
  c.beginPath();
  for (const [x, y] of groups[3]) {
    c.moveTo(x - 3.4, y - 3.4);
    c.lineTo(x + 3.4, y + 3.4);
    c.moveTo(x + 3.4, y - 3.4);
    c.lineTo(x - 3.4, y + 3.4);
  }
  c.stroke();
}
