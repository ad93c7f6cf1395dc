// Where the boxes stand and along which curves requests travel: horizontal on a wide card, vertical on a phone. Pure geometry.
const SAMPLES = 28;

/** {boxes: Map id -> {x, y, w, h, compact}, height, vertical, path(ids) -> {points, length}} */
export function layout(width, height, servers, databases, cache) {
  return width < 560 ? vertical(width, servers, databases, cache) : horizontal(width, height, servers, databases, cache);
}

function horizontal(width, height, servers, databases, cache) {
  const boxes = new Map();
  const middle = height / 2;
  const side = Math.min(128, width * 0.152);
  const pad = Math.max(18, width * 0.035);
  boxes.set('client', { x: pad, y: middle - 29, w: side, h: 58 });
  boxes.set('balancer', { x: width * 0.285, y: middle - 29, w: side, h: 58 });
  const rows = servers.length;
  const pitch = Math.min(80, (height - 36) / Math.max(rows, 1));
  const compact = pitch < 56;
  const h = compact ? Math.min(44, pitch - 5) : 58;
  const w = Math.min(178, width * 0.205);
  const x = width * 0.535;
  servers.forEach((id, i) => boxes.set(id, { x, y: middle + (i - (rows - 1) / 2) * pitch - h / 2, w, h, compact, tight: h < 34 }));
  const right = [...(cache ? ['cache'] : []), ...databases];
  const gap = Math.min(92, (height - 36) / Math.max(right.length, 1));
  right.forEach((id, i) =>
    boxes.set(id, { x: width - pad - side, y: middle + (i - (right.length - 1) / 2) * gap - 29, w: side, h: 58 }),
  );
  return { boxes, width, height, vertical: false, path: (from, to) => curve(boxes.get(from), boxes.get(to), false) };
}

function vertical(width, servers, databases, cache) {
  const boxes = new Map();
  const wide = Math.min(170, width * 0.5);
  const middle = width / 2;
  boxes.set('client', { x: middle - wide / 2, y: 14, w: wide, h: 56 });
  boxes.set('balancer', { x: middle - wide / 2, y: 102, w: wide, h: 56 });
  const columns = servers.length <= 4 ? servers.length : servers.length <= 6 ? 3 : 4;
  const rows = Math.ceil(servers.length / columns);
  const gap = 8;
  const w = (width - 24 - gap * (columns - 1)) / Math.max(columns, 1);
  const h = rows > 2 ? 52 : 56;
  const top = 230;
  const pitch = rows > 1 ? h + 40 : h;
  servers.forEach((id, i) =>
    boxes.set(id, {
      x: 12 + (i % columns) * (w + gap),
      y: top + Math.floor(i / columns) * pitch,
      w,
      h,
      narrow: true,
    }),
  );
  const bottom = top + (rows - 1) * pitch + h + 44;
  const right = [...(cache ? ['cache'] : []), ...databases];
  const each = Math.min(wide, (width - 24 - gap * (right.length - 1)) / right.length);
  right.forEach((id, i) =>
    boxes.set(id, { x: middle + (i - (right.length - 1) / 2) * (each + gap) - each / 2, y: bottom, w: each, h: 56 }),
  );
  return {
    boxes,
    width,
    height: bottom + 56 + 34,
    vertical: true,
    path: (from, to) => curve(boxes.get(from), boxes.get(to), true),
  };
}

/** A smooth curve from the side of one box to the side of another, sampled evenly by length. */
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
