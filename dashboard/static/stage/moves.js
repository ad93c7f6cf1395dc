// Where a sampled request is drawn at an instant. Its real instants decide; a leg too short to be seen is drawn for at least a moment
// of the viewer's time, and what follows is drawn that much later. Pure.
export const LEAST_S = { out: 0.8, inner: 0.36, back: 0.8, gaveUp: 0.9 };

/** The legs of a request: [{from, to, kind, ...}] in simulated seconds, kind "out", "inward", "outward", "back", "gave-up". */
export function legs(move, speed) {
  const least = (name) => LEAST_S[name] * speed;
  const out = [];
  const timedOut = move.outcome === 1;
  let at = Math.max(Math.min(move.dispatched, move.server < 0 ? move.ended : Infinity), move.sent + least('out'));
  if (move.server < 0) {
    // Nobody to serve it: to the balancer and back.
    at = move.sent + least('out') / 2;
    if (move.outcome >= 0) {
      out.push({ kind: 'to-balancer', from: move.sent, to: at });
      out.push({ kind: 'from-balancer', from: at, to: Math.max(move.ended, at + least('back') / 2) });
    }
    return out;
  }
  out.push({ kind: 'out', from: move.sent, to: at });
  const worked = Number.isFinite(move.dbAt);
  if (worked && move.hit !== 1) {
    const leave = Math.max(move.cpuDone, at);
    at = Math.max(move.dbAt, leave + least('inner'));
    out.push({ kind: 'inward', from: leave, to: at });
    if (Number.isFinite(move.dbDone)) {
      const done = Math.max(move.dbDone, at);
      out.push({ kind: 'outward', from: done, to: done + least('inner') });
      at = done + least('inner');
    }
  } else if (move.hit === 1 && Number.isFinite(move.cpuDone)) {
    const leave = Math.max(move.cpuDone, at);
    out.push({ kind: 'to-cache', from: leave, to: leave + least('inner') });
    out.push({ kind: 'from-cache', from: leave + least('inner'), to: leave + 2 * least('inner') });
    at = leave + 2 * least('inner');
  }
  if (timedOut) {
    const gaveUp = Math.max(move.ended, move.sent + least('out') / 2);
    out.push({ kind: 'gave-up', from: gaveUp, to: gaveUp + least('gaveUp') });
  } else if (Number.isFinite(move.ended)) {
    const leave = Math.max(Number.isFinite(move.left) ? move.left : move.ended, at);
    out.push({ kind: 'back', from: leave, to: Math.max(move.ended, leave + least('back')) });
  }
  return out;
}

/** The time at which nothing more of it is drawn. */
export const over = (list) => (list.length ? Math.max(...list.map((leg) => leg.to)) : -Infinity);
