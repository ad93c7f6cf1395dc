// Where a sampled request is drawn at an instant. Its real instants decide; a leg too short to be seen is drawn for at least a moment
// of the viewer's time, and what follows is drawn that much later. Pure.
export const LEAST_S = { out: 0.8, inner: 0.36, back: 0.8, gaveUp: 0.9, edge: 0.45, missed: 0.22 };

/** Along which boxes a leg goes, and whether backwards. */
export const WAYS = {
  out: [['client', 'balancer', 'server'], false],
  'to-balancer': [['client', 'balancer'], false],
  'from-balancer': [['client', 'balancer'], true],
  'to-pop': [['client', 'pop'], false],
  'from-pop': [['client', 'pop'], true],
  'on-to-balancer': [['pop', 'balancer'], false],
  'back-to-pop': [['pop', 'balancer'], true],
  onward: [['pop', 'balancer', 'server'], false],
  return: [['pop', 'balancer', 'server'], true],
  inward: [['server', 'database'], false],
  outward: [['server', 'database'], true],
  'to-cache': [['server', 'cache'], false],
  'from-cache': [['server', 'cache'], true],
  back: [['client', 'balancer', 'server'], true],
};
/** Legs that carry an answer's outcome. */
export const ANSWERS = new Set(['from-balancer', 'from-pop', 'back-to-pop', 'return', 'back']);

/** The legs of a request: [{from, to, kind}] in simulated seconds; kinds are those of WAYS, and "gave-up". */
export function legs(move, speed) {
  const least = (name) => LEAST_S[name] * speed;
  const out = [];
  const add = (kind, from, to) => {
    out.push({ kind, from, to });
    return to;
  };
  const edge = move.pop >= 0;
  let at = move.sent;
  if (edge) {
    at = add('to-pop', move.sent, Math.max(Math.min(move.atPop, move.ended), move.sent + least('edge')));
    if (move.popHit !== 0) {
      // Answered there: a hit, an answer that another fetched, or nobody to answer.
      const leave = Math.max(move.popHit < 0 ? at : move.popHit === 2 ? Math.min(move.popWaited, move.ended) : move.popDone, at);
      return finish(move, out, leave, 'from-pop', least('edge'), least);
    }
    at = Math.max(move.popDone, at);
  }
  if (move.server < 0) {
    // Nobody to serve it: to the balancer and back.
    if (move.outcome >= 0) {
      const there = add(edge ? 'on-to-balancer' : 'to-balancer', at, at + least('out') / 2);
      if (edge) {
        const back = add('back-to-pop', there, there + least('back') / 2);
        add('from-pop', back, Math.max(move.ended, back + least('edge')));
      } else add('from-balancer', there, Math.max(move.ended, there + least('back') / 2));
    }
    return out;
  }
  at = add(edge ? 'onward' : 'out', at, Math.max(move.dispatched, at + least('out')));
  const worked = Number.isFinite(move.dbAt);
  if (move.hit >= 0 && Number.isFinite(move.cpuDone)) {
    const each = least(move.hit === 1 ? 'inner' : 'missed');
    const leave = Math.max(move.cpuDone, at);
    at = add('from-cache', add('to-cache', leave, leave + each), leave + 2 * each);
  }
  if (worked && move.hit !== 1) {
    const leave = Math.max(move.cpuDone, at);
    at = add('inward', leave, Math.max(move.dbAt, leave + least('inner')));
    if (Number.isFinite(move.dbDone)) {
      const done = Math.max(move.dbDone, at);
      at = add('outward', done, done + least('inner'));
    }
  }
  const leave = Math.max(Number.isFinite(move.left) ? move.left : move.ended, at);
  if (!edge) return finish(move, out, leave, 'back', least('back'), least);
  if (move.outcome !== 1 && Number.isFinite(leave)) {
    const back = add('return', leave, Math.max(Number.isFinite(move.popFilled) ? move.popFilled : leave, leave + least('back')));
    return finish(move, out, back, 'from-pop', least('edge'), least);
  }
  return finish(move, out, leave, 'from-pop', least('edge'), least);
}

/** The last leg: home with an answer, or the client has left meanwhile. */
function finish(move, out, leave, kind, shortest, least) {
  if (move.outcome === 1) {
    const gaveUp = Math.max(move.ended, move.sent + least('out') / 2);
    out.push({ kind: 'gave-up', from: gaveUp, to: gaveUp + least('gaveUp') });
  } else if (Number.isFinite(move.ended) && Number.isFinite(leave)) {
    out.push({ kind, from: leave, to: Math.max(move.ended, leave + shortest) });
  }
  return out;
}

/** The time at which nothing more of it is drawn. */
export const over = (list) => (list.length ? Math.max(...list.map((leg) => leg.to)) : -Infinity);
