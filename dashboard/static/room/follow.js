// Follow: keeps a lesson that is being learnt in a room with its class: goes where the class goes, shows what was voted once
// that is told, and sends whoever is not in the room to its door. What is being written is kept as a draft of its step.
import { live } from './live.js';
import { inRoom, tab } from './here.js';
import { overOf } from './over.js';
import { results } from './results.js';
import { ask } from './wire.js';
import { goTo } from '../stage/going.js';
import { t } from '../stage/translate.js';

const SPREAD_MS = 1000; // what can wait is asked for within so long, so that a class does not ask in one instant
const BUSY_MS = 300;
const AGAIN_MS = 3000; // after a way that did not lead there
const KNOWN_MS = 2000; // so long a lesson waits at first to know where its class is
const TYPING_MS = 1500; // a class that goes on waits so long for the end of a word,
const MOST_TYPING_MS = 5000; // but not for the end of a text
const OVER = ['closed', 'gone', 'blocked'];

export class Follow {
  constructor(learning) {
    this.learning = learning;
    this.live = live(learning.room);
    this.live.lesson = this;
    this.typedAt = 0;
    this.halted = false;
    this.ended = '';
    this.typed = (event) => {
      if (event.target.closest?.('.ask')) this.typedAt = performance.now();
    };
    document.addEventListener('input', this.typed);
    this.seen = () => document.visibilityState === 'visible' && this.stale();
    document.addEventListener('visibilitychange', this.seen);
    this.told = (event) => event.key === learning.kept.waiting && event.newValue === null && this.stale();
    window.addEventListener('storage', this.told); // another tab has had an answer saved
    this.stop = this.live.on(() => this.look());
  }

  /** Resolves once it is known where the class is, or nobody says so. */
  known() {
    const { live } = this;
    if (live.room || live.ended) return null;
    return new Promise((done) => {
      const stop = live.on(() => (live.room || live.ended) && (stop(), done()));
      setTimeout(done, KNOWN_MS);
    });
  }

  /** The first state on screen: of whoever has only just come, where the class is, rather than a step that goes at once. */
  async first(state) {
    const { room, ended } = this.live;
    if (!room || ended || room.pacing !== 'paced' || !room.step || room.lesson?.id !== this.learning.id) return state;
    const at = this.at(room);
    const there = state.step?.id === room.step ? { state } : tab.get('at') === at ? {} : await this.learning.line.act({ action: 'goto', step: room.step });
    if (there.state) tab.set('at', at);
    return there.state ?? state;
  }

  at({ lesson, step, vote }) {
    return `${lesson?.id} ${step} ${vote}`;
  }

  /** Whether the class goes through this lesson together. */
  get together() {
    const { room } = this.live;
    return !!room && !this.over && room.pacing !== 'free' && room.lesson?.id === this.learning.id;
  }

  /** Whether the learner is where the class is. */
  get there() {
    const { room } = this.live;
    return room.step === null || (this.learning.state?.step?.id === room.step && !this.learning.closed);
  }

  /** Why nothing can be done in the room any more, or "". */
  get over() {
    return OVER.includes(this.live.ended) ? this.live.ended : '';
  }

  look() {
    const { learning } = this;
    const { room, ended } = this.live;
    if (ended === 'stranger') return this.toTheDoor();
    if (room) this.halt();
    this.end();
    if (ended === 'closed') this.missed(room);
    if (!room || ended) return;
    if (room.lesson && room.lesson.id !== learning.id) {
      // Whoever was there with the class, and then came here, is not led away again.
      if (learning.stage && room.pacing === 'paced' && tab.get('moved') !== room.lesson.id) this.elsewhere(room);
      return;
    }
    tab.set('moved', learning.id);
    if (!learning.state) return;
    learning.refresh();
    const at = this.at(room);
    if (room.pacing === 'paced' && room.step && tab.get('at') !== at && this.going !== at) this.go(at);
    else this.missed(room);
  }

  /** What this page does not know of its step yet; of a class that has ended, what that saw when the line was away. */
  missed(room) {
    const { learning } = this;
    if (!learning.state || room.lesson?.id !== learning.id || !this.differs(room) || this.asked === room.revision) return;
    this.asked = room.revision;
    learning.reload();
  }

  /** Once the class is over its lesson says so, and asks for nothing; a room may be opened again. */
  end() {
    const { over, learning } = this;
    const key = over && `${over} ${this.live.room?.deletes_s} ${learning.state?.report}`;
    if (key === this.ended) return;
    this.ended = key;
    this.notice?.remove();
    this.notice = over ? overOf(over, this.live, learning) : null;
    if (this.notice) {
      learning.complain(null);
      learning.above(this.notice);
    }
    learning.refresh();
  }

  /** While the class is paused its runs stand still. */
  halt() {
    const { room } = this.live;
    const { stage } = this.learning;
    const on = room.pacing === 'paused' && !this.live.ended;
    if (!stage || (on === this.halted && !(on && stage.clock.playing))) return;
    if (on === this.halted) stage.clock.play(false); // a scene that began meanwhile
    else stage.hold(on);
    this.halted = on;
  }

  /** Whether the server tells the step on screen otherwise by now. */
  differs({ step, vote, held, locks }) {
    const { step: mine } = this.learning.state;
    if (!mine) return false;
    const here = mine.id === step;
    return JSON.stringify(locks) !== JSON.stringify(mine.locks) || mine.held !== (here && held) || (here && mine.vote !== vote);
  }

  /** To the step at which the class is, once no word is being typed and nothing else is under way. */
  async go(at = null) {
    clearTimeout(this.later);
    this.going = at;
    const { learning } = this;
    const since = performance.now() - this.typedAt;
    this.wanted ??= performance.now();
    const typing = since < TYPING_MS && performance.now() - this.wanted < MOST_TYPING_MS;
    if (learning.busy || typing) {
      this.later = setTimeout(() => this.go(at), BUSY_MS);
      return;
    }
    this.wanted = null;
    const { room } = this.live;
    if (!room?.step || room.pacing !== 'paced') {
      this.going = null;
      return;
    }
    const held = learning.view?.root.contains(document.activeElement);
    const begun = !!learning.draft(learning.view?.id);
    const writes = !held && !!document.activeElement?.matches('input, textarea, select');
    const again = room.vote > 1 && learning.state?.step?.id === room.step;
    const came = await learning.act({ action: 'goto', step: room.step }, { quiet: writes });
    if (came && at) tab.set('at', at);
    this.going = null;
    if (came) {
      const gone = again ? t('Your class votes once more.') : t('Your class has gone on.');
      this.live.announce(begun ? `${gone} ${t('What you had begun is kept in its step.')}` : gone);
    } else this.again = setTimeout(() => this.look(), AGAIN_MS);
  }

  /** The class is in another lesson. */
  elsewhere(room) {
    tab.set('moved', room.lesson.id);
    setTimeout(() => goTo(inRoom(room.lesson.address, room.token)), Math.random() * SPREAD_MS);
  }

  /** Whoever is not in the room is asked for a name there, and comes back. */
  toTheDoor() {
    if (this.leaving) return; // a second time would break off the first
    this.leaving = true;
    tab.set('back', location.href);
    tab.set('out', this.live.was ? 'yes' : null);
    location.replace(new URL(`room/${this.learning.room}`, document.baseURI));
  }

  /** What the server knows by now, where this page may have missed something. */
  async stale() {
    if (this.learning.busy || this.learning.kept.pending || !this.learning.state) return;
    await this.learning.reload();
  }

  /** A control that goes away is told. */
  tellLocks(locks) {
    const before = this.locks ?? locks;
    this.locks = locks;
    const fresh = this.learning.stage?.page.controls.filter(({ path }) => locks.includes(path) && !before.includes(path)) ?? [];
    if (fresh.length) this.live.announce(t('Your teacher has locked: {names}.', { names: fresh.map(({ label }) => label).join(', ') }));
  }

  /** Another state is shown. */
  taken() {
    const { state, view } = this.learning;
    if (this.live.room || this.over) queueMicrotask(() => this.look());
    const step = state.step;
    if (!view?.ours || !step) return;
    this.tellLocks(step.locks ?? []);
    const over = step.answered && !step.held && (step.shown || step.answered.final || step.answered.right !== false);
    const key = over ? `${step.id} ${step.vote} ${this.live.room?.revision}` : '';
    if (!over) view.ours.replaceChildren();
    if (!over || view.resultsOf === key) return;
    view.resultsOf = key;
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.results(view, step), Math.random() * SPREAD_MS);
  }

  async results(view, step) {
    const { told } = await ask(`${this.live.path}/results?step=${encodeURIComponent(step.id)}`);
    if (!told?.votes || this.learning.view !== view) return;
    const shown = results(told);
    view.ours.replaceChildren(...[shown].filter(Boolean));
  }

  dispose() {
    this.stop();
    for (const timer of [this.later, this.again, this.asking]) clearTimeout(timer);
    document.removeEventListener('input', this.typed);
    document.removeEventListener('visibilitychange', this.seen);
    window.removeEventListener('storage', this.told);
    if (this.live.lesson === this) this.live.lesson = null;
  }
}
