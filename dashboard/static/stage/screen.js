// What is on the screen, frame by frame: each part is brought up to date at its own pace, and what answers a person comes first.
// Reads the stage's parts; changes nothing in the run.
import { text } from './dom.js';
import { factsOf, viewOf } from './facts.js';
import { users, whole } from './format.js';
import { value } from './store.js';

const BOXES_S = 0.1;
const NUMBERS_S = 0.25;
const CHART_S = 0.45; // each visible chart once in this time
const SAVE_S = 1;
const SOON_S = 0.6; // for so long after a change the numbers are as quick as the boxes

export class Screen {
  constructor() {
    Object.assign(this, { last: {}, urgent: false, pending: null, burst: null, soon: 0, shownAt: null, chartsAt: 0, told: null });
  }

  frame(stage, wall) {
    const { clock, store } = stage;
    const { t } = clock;
    const row = store.row(t);
    this.answerChange(row, wall, stage.charts.visible);
    const moved = clock.playing || this.urgent || t !== this.shownAt;
    if (row && this.due('boxes', BOXES_S, wall)) this.boxes(stage, row, t);
    if (moved || stage.scene.stale) stage.scene.draw(store, t, clock.speed, wall);
    if (row && moved && this.due('numbers', wall < this.soon ? BOXES_S : NUMBERS_S, wall)) this.numbers(stage, row, t, wall);
    this.chart(stage, moved, t, wall);
    stage.source?.at(t, stage.values);
    if (moved && this.due('save', SAVE_S, wall)) stage.save();
    this.shownAt = t;
    this.urgent = false;
  }

  due(name, every, wall) {
    if (!this.urgent && wall - (this.last[name] ?? -1) < every) return false;
    this.last[name] = wall;
    return true;
  }

  facts(stage, row, t) {
    const { values } = stage;
    if (this.told?.row !== row || this.told.values !== values) {
      this.told = { row, values, facts: factsOf(stage.store, t, values, stage.page.controls) };
    }
    return this.told.facts;
  }

  /** The first row after a change is shown at once: numbers in this frame, then a chart a frame. */
  answerChange(row, wall, charts) {
    if (!this.pending || !(row?.t > this.pending.from)) return;
    this.burst = { echo: this.pending.echo, charts };
    this.pending = null;
    this.soon = wall + SOON_S;
    this.urgent = true;
  }

  /** Boxes show the last half second; numbers and charts the trailing window. */
  boxes(stage, row, t) {
    const { clock, store } = stage;
    const lately = store.between(t - 0.5, t);
    stage.scene.update(lately.length ? lately : [row], this.facts(stage, row, t));
    const waiting = store.until < t ? 'catching up' : stage.engine;
    stage.transport.update({ ...clock, undo: stage.undone.length, waiting });
  }

  numbers(stage, row, t, wall) {
    stage.numbers.update(row, this.facts(stage, row, t));
    stage.sentence.update(stage.store.sentence(t), wall, wall < this.soon + 2);
    const rate = value(row, 'offered_rate');
    const shown = Math.round(rate / 10) * 10 || rate;
    text(stage.kicker, `${whole(shown)} requests/s · about ${users(rate)} users × 20 a day × peak 3`);
    stage.store.forget(t);
    if (this.burst) stage.root.dataset.numbers = this.burst.echo;
  }

  chart(stage, moved, t, wall) {
    const settling = !stage.clock.playing && wall - this.chartsAt > 1;
    const every = CHART_S / Math.max(1, stage.charts.visible);
    if (!this.burst && !((moved || settling) && this.due('chart', every, wall))) return;
    this.chartsAt = wall;
    const changes = stage.link.changes.map(([at]) => [at, stage.labels.get(at) ?? '']);
    stage.charts.next(viewOf(stage.store, t, wall, stage.page.limits.past_s, changes));
    if (this.burst && --this.burst.charts <= 0) {
      stage.root.dataset.charts = this.burst.echo;
      this.burst = null;
    }
  }
}
