// The simulated clock: it plays what the store holds, waits when that ends, and measures the speed it reaches.
// Knows nothing of drawing nor of asking.
export const SPEEDS = [0.02, 0.1, 0.5, 1, 4, 10];

export class Clock {
  constructor(t, speed, playing) {
    Object.assign(this, { t, speed, playing, reached: speed, last: null, waited: 0 });
  }

  /** Advances to the wall time `now` (s), never beyond `until` (simulated s). */
  tick(now, until) {
    const wall = this.last === null ? 0 : Math.min(now - this.last, 0.25);
    this.last = now;
    if (!this.playing || wall <= 0) return;
    const wanted = wall * this.speed;
    const moved = Math.max(0, Math.min(wanted, until - this.t));
    this.t += moved;
    // Smoothed over about a second of wall time.
    const share = Math.min(1, wall);
    this.reached += (moved / wall - this.reached) * share;
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
