// The tally of a twin run: how many requests the live design has saved and hurt since the pin, as a sum over all chunks. Pure.
const FINE_S = 150; // every count is kept for so long,
const COARSE_S = 10; // and of what is older one in so long
const NEAR = 1e-6;

export class Tally {
  /** `list` is [[t, saved, hurt, both]], cumulative, from the pin on; `every` how many requests one stands for. */
  constructor(list = [], every = 1) {
    Object.assign(this, { list, every });
  }

  /** Takes the counts of a chunk; what it covers is replaced. Where something is missing before it, counting begins anew there. */
  merge({ from_s: from, to_s: to, counts }, pinned) {
    if (!counts) return;
    const at = this.list.findLastIndex(([t]) => t <= from + NEAR);
    const gap = at < 0 || this.list[at][0] < from - NEAR;
    this.list = gap ? [[Math.max(pinned, from), 0, 0, 0]] : this.list.slice(0, at + 1);
    this.every = gap ? counts.every : Math.max(this.every, counts.every);
    let [, saved, hurt, both] = this.list.at(-1);
    counts.saved.forEach((_, k) => {
      saved += counts.saved[k];
      hurt += counts.hurt[k];
      both += counts.both[k];
      const t = Math.round(1000 * Math.min(to, from + (k + 1) * counts.step_s)) / 1000;
      if (t > this.list.at(-1)[0]) this.list.push([t, saved, hurt, both]);
      else this.list[this.list.length - 1] = [this.list.at(-1)[0], saved, hurt, both];
    });
    this.thin();
  }

  /** Old counts need not be as fine: they are only places to go back to. */
  thin() {
    const edge = this.list.at(-1)[0] - FINE_S;
    let kept = -Infinity;
    this.list = this.list.filter(([t], i) => {
      const wanted = i === 0 || t >= edge || t >= kept + COARSE_S;
      if (wanted) kept = t;
      return wanted;
    });
  }

  /** The last counted instant by t: where a chunk must begin so that no request is counted twice; t itself before all counts. */
  edge(t) {
    const found = this.list.findLast(([at]) => at <= t + NEAR);
    return found ? found[0] : t;
  }

  /** The counts by t, or null. */
  at(t) {
    const found = this.list.findLast(([at]) => at <= t + NEAR);
    return found ? { since: this.list[0][0], saved: found[1], hurt: found[2], both: found[3], every: this.every } : null;
  }
}
