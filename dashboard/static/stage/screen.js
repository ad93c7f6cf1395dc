// What is on the screen, frame by frame. The picture moves all the time; the strip, the charts, the boxes and the sentence show one
// reading, and change together. What answers a person comes first.
// Reads the stage's parts; changes nothing in the run.
import { attribute, text } from './dom.js';
import { factsOf, viewOf } from './facts.js';
import { rateTold, users, whole } from './format.js';
import { instant, until } from './history.js';
import { readingAt, wording } from './reading.js';
import { value } from './store.js';
import { t } from './translate.js';

const asked = (rate) => t('{rate} requests/s · about {users} users × 20 a day × peak 3', { rate: whole(rate), users: users(rate) });

const BOXES_S = 0.1;
const BOXES_OVER_S = 0.3; // of the viewer's time: boxes and queues are smoothed over it
const READ_S = 1; // a new reading this often,
const WORDING_S = 2; // but one with another wording only so long after the last
const FIT_S = 1; // charts are fitted to their place this often
const SAVE_S = 1;
const SOON_S = 0.6; // for so long after a person's change readings are as quick as the boxes,
const REST = 3; // but between two of them is so many times what drawing one takes: a slow machine drops readings, never moves

export class Screen {
  constructor() {
    Object.assign(this, { last: {}, urgent: false, pending: null, burst: null, soon: 0, shownAt: null, told: null });
    Object.assign(this, { reading: null, view: null, wordsAt: -Infinity, drawingS: 0 });
  }

  frame(stage, wall) {
    const { clock, store } = stage;
    const { t } = clock;
    const row = store.row(t);
    this.answerChange(row, wall);
    const moved = clock.playing || this.urgent || t !== this.shownAt;
    const another = row && moved && this.another(store, t, wall);
    if (another) this.read(stage, t, wall);
    if (row && (this.due('boxes', BOXES_S, wall) || another)) this.boxes(stage, row, t, wall);
    if (this.due('buttons', BOXES_S, wall)) this.buttons(stage, wall);
    if (moved || stage.scene.stale) stage.scene.draw(store, t, clock.speed);
    this.charts(stage, wall);
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
      this.told = { row, values, facts: factsOf(stage.store, t, { ...stage.page.fixed, ...values }, stage.page.controls) };
    }
    return this.told.facts;
  }

  /** The first row after a change is shown at once. */
  answerChange(row, wall) {
    if (!this.pending || !(row?.t > this.pending.from)) return;
    this.burst = this.pending.echo;
    this.pending = null;
    this.soon = wall + SOON_S;
    this.urgent = true;
  }

  /** Queues and states are those of the last moments; how busy a node is and what is asked are the reading's, as everywhere. */
  boxes(stage, row, t, wall) {
    const { clock, store } = stage;
    const lately = store.between(t - BOXES_OVER_S * clock.speed, t);
    const facts = this.facts(stage, row, t);
    const taken = until(stage.link.changes, t);
    stage.scene.broken = stage.faults.fold(taken, t);
    stage.scene.update(lately.length ? lately : [row], facts, this.reading);
    const { followed } = stage.scene.picture;
    stage.scene.ada.update({ moves: store.hers.values(), t, speed: clock.speed, still: stage.still, followed }, wall);
    stage.faults.update(stage.scene.list, stage.scene.stores, facts, taken, t);
  }

  /** The clock's buttons and the timeline; they answer also where nothing is known of the run. */
  buttons(stage, wall) {
    const { clock, store, journal } = stage;
    const waiting = stage.line(wall) || (store.until < clock.t ? t('catching up') : stage.engine);
    const { undo, redo } = journal.now;
    stage.transport.update({ ...clock, undo: undo.at(-1), redo: redo.at(-1), marks: journal.marks(), waiting });
  }

  /** Whether it is time for another reading. */
  another(store, t, wall) {
    if (this.urgent || !this.reading || this.reading.t > t) return true;
    const since = wall - this.last.reading;
    if (wall < this.soon) return since >= Math.max(BOXES_S, (1 + REST) * this.drawingS);
    if (since < READ_S) return false;
    const next = store.sentence(t);
    return !next || wording(next[2]) === wording(this.reading.words) || wall - this.wordsAt >= WORDING_S;
  }

  /** One reading for the sentence, the strip and, in the same frame, all charts that can be seen. */
  read(stage, t, wall) {
    const reading = readingAt(stage.store, t, this.reading);
    if (!reading) return;
    this.last.reading = wall;
    if (!this.reading || wording(this.reading.words) !== wording(reading.words)) this.wordsAt = wall;
    this.reading = reading;
    const { row } = reading;
    stage.numbers.update(reading, this.facts(stage, row, reading.t), stage.pin.row(reading.t));
    stage.pin.tell(reading);
    stage.sentence.update(reading, wall);
    stage.goal?.update(reading);
    const { 'traffic.rate': set, 'traffic.interarrival_cv': cv } = stage.values ?? stage.start;
    text(stage.kicker, asked(rateTold(set, value(row, 'offered_rate'), row.piece.window_s, cv)));
    const past = stage.page.limits.past_s;
    const facts = this.facts(stage, row, reading.t);
    this.view = { ...viewOf(stage.store, reading, wall, past, stage.journal.marks(), facts), pinned: stage.pin.view(reading, past) };
    stage.store.forget(t);
    attribute(stage.root, 'data-reading', reading.t.toFixed(3));
    if (this.burst) stage.root.dataset.numbers = this.burst;
  }

  charts(stage, wall) {
    if (!this.view) return;
    const begin = performance.now();
    if (stage.charts.show(this.view, this.due('fit', FIT_S, wall))) this.drawingS = (performance.now() - begin) / 1000;
    if (this.burst && stage.root.dataset.numbers === this.burst && stage.charts.ready) {
      stage.root.dataset.charts = this.burst;
      this.burst = null;
    }
  }
}
