// The simulated clock: it plays what the store holds, waits when that ends, and measures the speed it reaches.
// Knows nothing of drawing nor of asking.
export const SPEEDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 20];
const AWAY_S = 60; // of the viewer's time that is made up for when they come back

export class Clock {
  constructor(t, speed, playing) {
    Object.assign(this, { t, speed, playing, reached: speed, last: null, front: t, left: null });
  }

  /** Advances to the wall time `now` (s), never beyond `until` (simulated s). */
  tick(now, until) {
    const wall = this.last === null ? 0 : Math.min(now - this.last, 0.25);
    this.last = now;
    if (!this.playing || wall <= 0) return;
    const wanted = wall * this.speed;
    const moved = Math.max(0, Math.min(wanted, until - this.t));
    this.go(this.t + moved);
    // Smoothed over about a second of wall time.
    const share = Math.min(1, wall);
    this.reached += (moved / wall - this.reached) * share;
  }

  go(t) {
    this.t = t;
    this.front = Math.max(this.front, t); // how far the run has been followed
  }

  /** Nobody looks: nothing is drawn or asked, and the time counts. */
  leave(now) {
    this.left ??= now;
  }

  /** Somebody looks again: the run has gone on meanwhile, for a minute at most, so that coming back costs little. */
  back(now, limit) {
    const away = this.left === null ? 0 : Math.min(AWAY_S, now - this.left);
    this.left = null;
    this.last = null;
    if (this.playing) this.go(Math.max(this.t, Math.min(limit, this.t + away * Math.min(this.speed, 1))));
  }

  setSpeed(speed) {
    this.speed = speed;
    this.reached = speed;
  }

  play(on) {
    this.playing = on;
    this.last = null;
    this.reached = this.speed;
  }
}
