// The player: holds the lesson's state as the server tells it, and lets the card, the stage and the server know of one another.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { Card } from './card.js';
import { closing } from './closing.js';
import { Line, NO_LINE } from './line.js';
import { Look } from './look.js';
import { play, runOf } from './play.js';
import { StepView } from './step.js';
import { Kept } from './store.js';

const TICK_MS = 500;
const AGAIN_MS = 4000; // a lesson that could not be loaded is asked for again

export class Player {
  constructor(stage, root) {
    const { id } = stage.page.lesson;
    Object.assign(this, { stage, busy: false, answering: false, closed: false, state: null, view: null, ended: false });
    this.kept = new Kept(id);
    this.look = new Look(stage, { opened: !!this.kept.get('opened'), onOpen: (on) => this.kept.set('opened', on) });
    this.line = new Line(id, this.kept, {
      onSaved: (state) => this.saved(state),
      onRefused: (problem) => this.refused(problem),
      onWaiting: () => this.waits(),
    });
    const on = {
      fold: () => this.fold(!this.kept.get('folded')),
      goto: (step) => this.act({ action: 'goto', step }),
      back: () => this.act({ action: 'back' }),
      skip: () => this.next(),
      support: (support) => this.act({ action: 'support', support }),
      restart: () => this.restart(),
    };
    this.card = new Card(root, on, location.pathname);
    this.fold(!!this.kept.get('folded'));
    this.goto = h('button', { type: 'button', class: 'pill skip', onclick: () => this.focus() }, t('Go to the lesson'));
    stage.root.prepend(this.goto);
    this.timer = setInterval(() => this.view?.tick?.(), TICK_MS);
    this.load();
  }

  async load() {
    const { state, problem, status } = await this.line.load();
    if (this.ended) return;
    if (!state) {
      this.card.complain(problem);
      if (!this.stage.staged) this.stage.link.held = false; // the page itself can be played meanwhile
      if (status !== 404) this.again = setTimeout(() => this.load(), AGAIN_MS);
      return;
    }
    this.take(state, { closed: state.finished || !state.step });
    this.line.flush();
  }

  /** Another state of the lesson: card, page and scene follow it. */
  take(state, { closed = false, anew = false } = {}) {
    const before = this.state?.step?.id;
    this.state = state;
    this.closed = closed || !state.step;
    this.card.complain(null);
    this.card.show(state, this.closed);
    this.look.obey(this.closed ? null : state.step);
    play(this.stage, state.scene, anew);
    if (this.closed) this.show(closing(state, () => this.restart()));
    else if (anew || this.view?.id !== state.step.id) this.show(new StepView(state, this));
    else this.view.update(state);
    return before !== state.step?.id || anew || this.closed;
  }

  show(view) {
    this.view = view;
    this.card.content.replaceChildren(view.root);
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
    if (this.take(state, more)) this.arrive();
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
    if (this.busy || this.kept.pending) return;
    this.answering = true;
    this.setBusy(true);
    this.line.answer({ action: 'answer', step, answer, confidence, run: runOf(this.stage) });
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
    this.card.complain(problem);
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

  fold(on) {
    this.kept.set('folded', on);
    this.card.folded(on);
  }

  focus() {
    if (this.kept.get('folded')) this.fold(false);
    this.view?.heading.focus();
  }

  /** The focus is where the new step begins, and that can be seen. */
  arrive() {
    const { root } = this.card;
    this.stage.beside.column.scrollTop = 0;
    this.view.heading.focus({ preventScroll: true });
    const { top } = root.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight / 2)
      root.scrollIntoView({ block: 'start', behavior: this.stage.still ? 'auto' : 'smooth' });
  }

  dispose() {
    this.ended = true;
    clearInterval(this.timer);
    clearTimeout(this.again);
    this.line.dispose();
  }
}
