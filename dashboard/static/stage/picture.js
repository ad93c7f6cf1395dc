// What moves in the picture: links, queues and travelling requests, drawn on a canvas behind the boxes.
// Reads the store and the plan that it is given; knows nothing of the boxes themselves.
import { h } from './dom.js';
import { whole } from './format.js';
import { pointAt, way } from './layout.js';
import { legs, over } from './moves.js';


/** How a node is drawn: "ok", "full", "down", or "idle" while it starts or leaves. */
export function stateOf(node) {
  if (!node.part) return 'idle';
  if (!node.up) return 'down';
  if (node.full) return 'full';
  return 'ok';
}

export class Picture {
  constructor() {
    this.canvas = h('canvas', { 'aria-hidden': 'true' });
    Object.assign(this, { ways: new Map(), list: [], of: null, plan: null, colors: null, still: false });
  }

  /** A new plan: where the boxes are. */
  arrange(plan) {
    this.plan = plan;
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
    this.links(c);
    const drawn = this.still ? 0 : this.requests(c, store, t, speed);
    this.queues(c);
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
    const behind = [...this.plan.boxes.keys()].filter((id) => id === 'cache' || (id[0] === 'd' && id !== 'down'));
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
      line('balancer', node.id, !node.seen || !node.part);
      for (const id of behind) line(node.id, id, !node.up || !node.part);
    }
  }

  /** One square a waiting request, stacked before its box, then a number: the same value that the box says. */
  queues(c) {
    const size = 5,
      pitch = 7;
    for (const node of this.list) {
      const box = this.plan.boxes.get(node.id);
      if (!box) continue;
      const count = node.waiting;
      if (!count) continue;
      c.fillStyle = stateOf(node) === 'ok' ? this.colors.queue : this.colors.red;
      const down = this.plan.vertical;
      const deep = down ? Math.max(3, Math.floor((box.w - 6) / pitch)) : box.h > 50 ? 6 : box.h > 34 ? 4 : 2;
      const most = deep * (down ? 3 : box.h > 50 ? 6 : 9);
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
        const label = `+${whole(count - shown)}`;
        const columns = Math.ceil(shown / deep);
        if (node.tier === 'database' && !down) {
          c.textAlign = 'center';
          c.fillText(label, box.x - 13 - ((columns - 1) * pitch) / 2, box.y + box.h / 2 - (deep * pitch) / 2 - 5);
        } else if (down) {
          c.textAlign = 'center';
          c.fillText(label, box.x + box.w / 2, box.y - 12 - columns * pitch);
        } else {
          c.textAlign = 'right';
          c.fillText(label, box.x - 14 - columns * pitch, box.y + box.h / 2 + 4);
        }
      }
    }
  }

  requests(c, store, t, speed) {
    const groups = { asked: [], ok: [], ghost: [], 1: [], 2: [], 3: [] };
    let drawn = 0;
    for (const move of store.moves.values()) {
      if (move.sent > t) continue;
      if (!move.legs || move.speed !== speed) {
        move.legs = legs(move, speed);
        move.speed = speed;
      }
      const leg = move.legs.find((one) => t >= one.from && t < one.to);
      if (!leg) {
        if (t > over(move.legs) + 1 && t > move.ended) store.retire(move);
        continue;
      }
      const server =
        this.of && move.server >= 0 ? ['working', 'full', 'down', 'starting'][this.of[move.server]] : `s${move.server}`;
      if (move.server >= 0 && !this.plan.boxes.has(server)) continue;
      const database = this.plan.boxes.has(`d${Math.max(0, move.db)}`) ? `d${Math.max(0, move.db)}` : 'd0';
      const share = (t - leg.from) / (leg.to - leg.from);
      const gone = move.outcome === 1 && t >= move.ended;
      let at,
        look = gone ? 'ghost' : 'asked';
      const answer = move.outcome <= 0 ? 'ok' : move.outcome === 4 ? 3 : move.outcome;
      if (leg.kind === 'out') at = pointAt(this.way('client', 'balancer', server), share);
      else if (leg.kind === 'to-balancer') at = pointAt(this.way('client', 'balancer'), share);
      else if (leg.kind === 'from-balancer') {
        at = pointAt(this.way('client', 'balancer'), 1 - share);
        look = answer;
      } else if (leg.kind === 'inward') at = pointAt(this.way(server, database), share);
      else if (leg.kind === 'outward') {
        at = pointAt(this.way(server, database), 1 - share);
        look = gone ? 'ghost' : 'ok';
      } else if (leg.kind === 'to-cache' && this.plan.boxes.has('cache')) at = pointAt(this.way(server, 'cache'), share);
      else if (leg.kind === 'from-cache' && this.plan.boxes.has('cache')) {
        at = pointAt(this.way(server, 'cache'), 1 - share);
        look = gone ? 'ghost' : 'ok';
      } else if (leg.kind === 'back') {
        at = pointAt(this.way('client', 'balancer', server), 1 - share);
        look = answer;
      } else if (leg.kind === 'gave-up') {
        const box = this.plan.boxes.get('client');
        const side = Math.abs(Math.sin(move.id * 12.9898) * 43758.5453) % 1;
        at = this.plan.vertical
          ? [box.x + box.w + 10 + 30 * side, box.y + 12 + 34 * share]
          : [box.x + box.w * (0.1 + 0.8 * side), box.y + box.h + 8 + 26 * share];
        look = 1;
      }
      if (!at) continue;
      // A lane of its own: answers travel a little beside the questions.
      const lane =
        leg.kind === 'back' || leg.kind === 'outward' || leg.kind === 'from-cache' || leg.kind === 'from-balancer' ? 3.5 : -1.5;
      groups[look].push(this.plan.vertical ? [at[0] + lane, at[1]] : [at[0], at[1] + lane]);
      drawn++;
    }
    paint(c, groups, this.colors);
    return drawn;
  }
}

/** Colour and shape by outcome: circle, triangle, square, cross; a ring for work that nobody waits for any more. */
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
