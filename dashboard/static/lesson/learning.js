// Learning: the state of a lesson as the server tells it, and what a learner does in it, alone or in a room. How it is shown is
// said by who extends it: take(state), complain(problem), run() and arrive().
import { Line, NO_LINE } from './line.js';
import { StepView } from './step.js';
import { Kept } from './store.js';
import { closing } from './closing.js';

const TICK_MS = 500;
const AGAIN_MS = 4000; // a lesson that could not be loaded is asked for again

export class Learning {
  /** `room`: the token of the room in which it is learnt, or null; `patience`: how long an answer of the server is waited for. */
  constructor(id, { room = null, patience } = {}) {
    Object.assign(this, { id, room, stage: null, state: null, view: null });
    Object.assign(this, { busy: false, answering: false, closed: false, ended: false });
    this.kept = new Kept(id, room);
    this.line = new Line(id, this.kept, {
      room,
      patience,
      onSaved: (state) => this.saved(state),
      onRefused: (problem) => this.refused(problem),
      onWaiting: () => this.waits(),
    });
    this.timer = setInterval(() => this.view?.tick?.(), TICK_MS);
    this.follow = null; // keeps the learner with their class
  }

  /** What one does in a room needs more modules, which are only loaded there. */
  async join() {
    if (!this.room) return;
    const { Follow } = await import('../room/follow.js');
    if (this.ended) return;
    this.follow = new Follow(this);
    await this.follow.known();
  }

  async load() {
    clearTimeout(this.again);
    this.joining ??= this.join();
    const [{ state: stored, problem, status }] = await Promise.all([this.line.load(), this.joining]);
    const state = stored && this.follow ? await this.follow.first(stored) : stored;
    if (this.ended) return;
    if (!state) {
      this.complain(problem);
      this.unloaded?.();
      if (status !== 404 && status !== 403) this.again = setTimeout(() => this.load(), AGAIN_MS);
      return;
    }
    this.take(state, { closed: state.finished || !state.step });
    this.line.flush();
  }

  /** The same state, as the server has it by now. */
  async reload() {
    const { state } = await this.line.load();
    if (state && !this.ended && !this.busy) this.take(state, { closed: this.closed && !this.together });
  }

  /** Shows what the state is about; whether that is something new. */
  put(state, { anew = false } = {}) {
    const before = this.state?.step?.id;
    this.state = state;
    if (this.closed) this.show(closing(state, this));
    else if (anew || this.view?.id !== state.step.id || this.view.vote !== state.step.vote) this.show(new StepView(state, this));
    else this.view.update(state);
    this.follow?.taken();
    return before !== state.step?.id || anew || this.closed;
  }

  /** An action other than an answer; the focus goes to the step that it leads to. */
  async act(action, more = {}) {
    if (this.busy) return null;
    this.setBusy(true);
    const { state, problem } = await this.line.act(action);
    this.setBusy(false);
    if (this.ended) return null;
    if (!state) {
      await this.refused(problem);
      return null;
    }
    if (this.take(state, more) && !more.quiet) this.arrive();
    return state;
  }

  /** The step after this one; after the last one comes the end. */
  async next() {
    if (this.busy) return;
    const last = this.state.steps.at(-1).here;
    await this.act({ action: 'next' }, last ? { closed: true } : {});
  }

  async hint() {
    await this.act({ action: 'hint', step: this.view.id });
  }

  async restart() {
    if (await this.act({ action: 'restart' }, { anew: true })) this.kept.forget();
  }

  answer({ step, answer, confidence }) {
    if (this.busy || this.over || this.kept.pending) return;
    this.answering = true;
    this.setBusy(true);
    this.line.answer({ action: 'answer', step, answer, confidence, vote: this.view.vote, run: this.run() });
  }

  /** The learner's own run, where there is one. */
  run() {
    return null;
  }

  saved(state) {
    this.answering = false;
    this.setBusy(false);
    const here = this.view?.id;
    this.keepDraft(here, null);
    this.take(state, { closed: this.closed });
    if (state.step?.id === here) this.view.toVerdict?.();
  }

  /** The answer was not taken: the server says why, and what it knows counts. */
  async refused(problem) {
    this.answering = false;
    this.setBusy(false);
    if (problem !== NO_LINE) {
      const { state } = await this.line.load();
      if (state && !this.ended) this.take(state, { closed: this.closed });
    }
    this.complain(problem);
  }

  /** Nobody could save the answer yet: it is kept, and says so. */
  waits() {
    this.answering = false;
    this.setBusy(false);
    if (this.state && this.view?.update) this.view.update(this.state);
  }

  setBusy(on) {
    this.busy = on;
    this.view?.busy?.(on);
  }

  /** Whether the class goes through this lesson together. */
  get together() {
    return this.follow?.together ?? false;
  }

  /** Why nothing can be answered any more, or "": a class ends. */
  get over() {
    return this.follow?.over ?? '';
  }

  /** Whether there is no way on before the class goes on. */
  waitsForClass(state = this.state) {
    const reached = state.steps.filter((one) => one.reached);
    return this.together && !!reached.at(-1)?.here;
  }

  /** The answer to a step that is not saved yet, or undefined. */
  waiting(step) {
    const { pending } = this.kept;
    return pending?.step === step && !this.busy ? pending : undefined;
  }

  draft(step) {
    return this.kept.get('drafts')?.[step] ?? null;
  }

  keepDraft(step, draft) {
    this.kept.set('drafts', { ...this.kept.get('drafts'), [step]: draft });
  }

  dispose() {
    this.ended = true;
    clearInterval(this.timer);
    clearTimeout(this.again);
    this.line.dispose();
    this.follow?.dispose();
  }
}
