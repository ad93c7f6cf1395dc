// Where the boxes stand and along which curves requests travel: horizontal on a wide card, vertical on a phone. Pure geometry.
const SAMPLES = 28;
const BOX = 58; // px: a box of full height; below TALL its words stand in one row
const TALL = 53;
const LONE = 196; // px: the only server, with its vCPUs in it; so much more where the database stands in it
const HOSTING = 66;
const LEAST = 25;
const LABEL = 17; // px of a frame's label
const LINKS = 24; // more links than this between two columns go through one point

/**
 * `parts`: {servers: [id], pops: [id], caches: [id], groups: [{label, ids}], merged: whether a box stands for several database nodes,
 * balancer, scaler, host: id or null}.
 * Gives {boxes: Map id -> {x, y, w, h, compact, tight, narrow}, frames, width, height, vertical, hub, path(from, to) -> points}.
 */
export function layout(width, height, parts) {
  return width < 560 ? vertical(width, parts) : horizontal(width, height, parts);
}

function horizontal(width, least, parts) {
  const boxes = new Map();
  const frames = [];
  const { servers, pops, caches, groups, host } = parts;
  const data = caches.length + groups.reduce((sum, group) => sum + group.ids.length, 0);
  const framed = groups.filter((group) => group.label).length;
  const fixed = framed * (LABEL + 12) + (caches.length && framed ? 8 : 0);
  const height = Math.max(least, fixed + data * (LEAST + 5) + 36, pops.length * (LEAST + 5) + 110);
  const middle = height / 2;
  const columns = spread(width, pops.length > 0, parts.balancer, data > 1 || framed > 0 || parts.merged, !!host);
  const { pad, side } = columns;
  boxes.set('client', { x: pad, y: middle - BOX / 2, w: side, h: BOX });
  const wide = side + 12;
  if (parts.balancer) boxes.set('balancer', { x: columns.balancer, y: middle - BOX / 2, w: wide, h: BOX });
  if (parts.scaler) boxes.set('scaler', { x: columns.balancer, y: middle + BOX / 2 + 30, w: wide, h: 48 });
  // Points of presence leave the way straight to the origin free.
  const above = Math.ceil(pops.length / 2);
  const roomy = pops.length <= 4;
  const edge = roomy ? 54 : Math.max(LEAST, Math.min(40, (height - 90) / pops.length - 6));
  const step = edge + (roomy ? 18 : 6);
  pops.forEach((id, i) => {
    const up = i < above;
    const y = up ? middle - 30 - (above - i) * step + (step - edge) : middle + 30 + (i - above) * step;
    boxes.set(id, sized({ x: columns.pops, y, w: columns.popsWide, h: edge }));
  });
  if (host) {
    const tall = LONE + HOSTING;
    boxes.set(servers[0], { x: columns.servers, y: middle - tall / 2, w: columns.serversWide, h: tall, lone: true, host: true });
    boxes.set(host, { x: columns.servers + 14, y: middle + tall / 2 - BOX - 14, w: columns.serversWide - 28, h: BOX + 2, inside: true });
  } else {
    const pitch = Math.min(80, (height - 36) / Math.max(servers.length, 1));
    const lone = servers.length === 1 && !parts.balancer;
    const h = lone ? LONE : pitch < 56 ? Math.min(44, pitch - 5) : BOX;
    servers.forEach((id, i) => {
      const y = middle + (i - (servers.length - 1) / 2) * pitch - h / 2;
      boxes.set(id, { x: columns.servers, y, w: columns.serversWide, h, lone, compact: pitch < 56, tight: h < 34 });
    });
    column(boxes, frames, columns, height, parts, data, fixed);
  }
  const plan = { boxes, frames, width, height, vertical: false };
  const busy = servers.length * data > LINKS;
  plan.hub = busy ? [(columns.servers + columns.serversWide + columns.data) / 2, middle] : null;
  plan.path = (from, to) => route(plan, from, to);
  return plan;
}

/** Where the columns stand and how wide they are. */
function spread(width, withPops, withBalancer, rows, alone) {
  const pad = Math.max(16, width * (withPops ? 0.022 : 0.035));
  if (withPops) {
    const side = Math.min(126, width * 0.142);
    const dataWide = Math.min(168, width * 0.182);
    return {
      pad,
      side,
      pops: width * 0.19,
      popsWide: width * 0.148,
      balancer: width * 0.375,
      servers: width * 0.58,
      serversWide: width * 0.168,
      data: width - pad - dataWide,
      dataWide,
    };
  }
  const side = Math.min(128, width * 0.152);
  const dataWide = rows ? Math.min(172, width * 0.2) : side;
  const servers = width * (rows ? 0.5 : 0.535);
  return {
    pad: alone ? width * 0.14 : pad,
    side,
    pops: 0,
    popsWide: 0,
    balancer: width * (rows ? 0.265 : 0.285),
    servers: withBalancer ? servers : width * (alone ? 0.5 : 0.4),
    serversWide: withBalancer ? Math.min(178, width * 0.205) : Math.min(300, width * 0.35),
    data: width - pad - dataWide,
    dataWide,
  };
}

/** The column of what keeps data: cache nodes, then the database's nodes by group. */
function column(boxes, frames, columns, height, { caches, groups }, data, fixed) {
  const roomy = data <= 4 && !groups.some((group) => group.label);
  const room = (height - 36 - fixed) / Math.max(data, 1);
  const pitch = roomy ? Math.min(92, room) : Math.min(60, room);
  const h = roomy ? Math.min(BOX, pitch - 8) : Math.min(54, pitch - 5);
  let y = (height - fixed - data * pitch) / 2 + (pitch - h) / 2;
  const put = (id) => {
    boxes.set(id, sized({ x: columns.data, y, w: columns.dataWide, h }));
    y += pitch;
  };
  caches.forEach(put);
  if (caches.length && groups.some((group) => group.label)) y += 8;
  for (const { label, ids } of groups) {
    if (!label) {
      ids.forEach(put);
      continue;
    }
    const top = y;
    y += LABEL + 2;
    ids.forEach(put);
    frames.push({ x: columns.data - 8, y: top, w: columns.dataWide + 16, h: y - top + 1, label });
    y += 10;
  }
}

const sized = (box) => ({ ...box, compact: box.h < TALL, tight: box.h < 34 });

function vertical(width, parts) {
  const boxes = new Map();
  const frames = [];
  const { servers, pops, caches, groups, host } = parts;
  const wide = Math.min(170, width * 0.5);
  const middle = width / 2;
  let y = 14;
  boxes.set('client', { x: middle - wide / 2, y, w: wide, h: 56 });
  y += 56 + 32;
  if (pops.length) y = grid(boxes, pops, width, y, Math.min(pops.length, 3), 54, 10) + 24;
  if (parts.balancer) {
    const shift = parts.scaler ? -wide / 2 - 4 : -wide / 2;
    boxes.set('balancer', { x: middle + shift - (parts.scaler ? 4 : 0), y, w: wide, h: 56 });
    if (parts.scaler) boxes.set('scaler', { x: middle + wide / 2 + shift + 8 + 4, y, w: wide, h: 56 });
    y += 56 + 72;
  } else y += 30;
  if (host) {
    const tall = LONE - 24 + HOSTING;
    boxes.set(servers[0], { x: 30, y, w: width - 60, h: tall, lone: true, host: true });
    boxes.set(host, { x: 46, y: y + tall - 70, w: width - 92, h: 56, inside: true });
    y += tall;
  } else {
    const many = servers.length;
    if (many === 1 && !parts.balancer) {
      boxes.set(servers[0], { x: 30, y, w: width - 60, h: LONE - 24, lone: true });
      y += LONE - 24 + 44;
    } else y = grid(boxes, servers, width, y, many <= 4 ? many : many <= 6 ? 3 : 4, many > 8 ? 52 : 56, 40) + 44;
    if (caches.length) y = grid(boxes, caches, width, y, Math.min(caches.length, 3), 56, 14) + 34;
    for (const { label, ids } of groups) {
      const top = y;
      if (label) y += LABEL + 4;
      y = grid(boxes, ids, width - (label ? 12 : 0), y, Math.min(ids.length, 3), 56, 20, label ? 6 : 0);
      if (label) frames.push({ x: 6, y: top, w: width - 12, h: y - top + 8, label });
      y += label ? 20 : 30;
    }
  }
  const plan = { boxes, frames, width, height: y + (host ? 42 : 8), vertical: true, hub: null };
  plan.path = (from, to) => route(plan, from, to);
  return plan;
}

/** Boxes in rows of so many; gives where the last row ends. */
function grid(boxes, ids, width, top, columns, h, between, left = 0) {
  const gap = 8;
  const most = ids.length === 1 ? Math.min(170, width * 0.5) : Infinity;
  const w = Math.min(most, (width - 24 - gap * (columns - 1)) / Math.max(columns, 1));
  const start = left + (width - columns * w - gap * (columns - 1)) / 2;
  ids.forEach((id, i) => {
    const y = top + Math.floor(i / columns) * (h + between);
    boxes.set(id, { x: start + (i % columns) * (w + gap), y, w, h, narrow: true });
  });
  return top + (Math.ceil(ids.length / columns) - 1) * (h + between) + h;
}

/** A curve between two boxes; through the hub where so many would cross. */
function route(plan, from, to) {
  const a = plan.boxes.get(from),
    b = plan.boxes.get(to);
  if (plan.hub && /^s|^working|^full|^down|^starting/.test(from) && from !== 'scaler') {
    const [x, y] = plan.hub;
    const point = { x, y, w: 0, h: 0 };
    return [...curve(a, point, plan.vertical), ...curve(point, b, plan.vertical)];
  }
  return curve(a, b, plan.vertical);
}

/** A smooth curve from the side of one box to the side of another, sampled evenly. */
function curve(a, b, down) {
  const p0 = down ? [a.x + a.w / 2, a.y + a.h] : [a.x + a.w, a.y + a.h / 2];
  const p3 = down ? [b.x + b.w / 2, b.y] : [b.x, b.y + b.h / 2];
  const bend = down ? (p3[1] - p0[1]) * 0.5 : (p3[0] - p0[0]) * 0.5;
  const p1 = down ? [p0[0], p0[1] + bend] : [p0[0] + bend, p0[1]];
  const p2 = down ? [p3[0], p3[1] - bend] : [p3[0] - bend, p3[1]];
  const raw = [];
  for (let i = 0; i <= SAMPLES; i++) {
    const t = i / SAMPLES,
      u = 1 - t;
    raw.push([0, 1].map((d) => u * u * u * p0[d] + 3 * u * u * t * p1[d] + 3 * u * t * t * p2[d] + t * t * t * p3[d]));
  }
  return raw;
}

/** Several curves as one way, with a point for every share of its length. */
export function way(...curves) {
  const points = curves.flat();
  const lengths = [0];
  for (let i = 1; i < points.length; i++)
    lengths.push(lengths[i - 1] + Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]));
  return { points, lengths, length: lengths[lengths.length - 1] };
}

export function pointAt(line, share) {
  const want = Math.min(1, Math.max(0, share)) * line.length;
  let low = 0,
    high = line.lengths.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (line.lengths[middle] <= want) low = middle;
    else high = middle;
  }
  const span = line.lengths[high] - line.lengths[low] || 1;
  const part = (want - line.lengths[low]) / span;
  const [x0, y0] = line.points[low],
    [x1, y1] = line.points[high];
  return [x0 + (x1 - x0) * part, y0 + (y1 - y0) * part];
}
