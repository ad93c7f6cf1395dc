// One step on screen: title, the prediction seen again, prompt, what is asked, what came of it, hints and the way on.
// Knows nothing of the server nor of the stage's scenes; `player` is told what the learner does.
import { attribute, h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { buttonOf, made, ON_RUN } from './asks.js';
import { confidence } from './choice.js';
import { judging } from './goal.js';
import { Hints } from './hints.js';
import { verdict } from './verdict.js';
import { kindOf, paragraphs, predictedWords, titleOf, wereSure } from './words.js';

const BESIDE = ['experiment', 'observe', 'explain', 'discuss', 'text']; // in these a result is held against a prediction
const TOGETHER = t('Your class goes on together: the next step comes by itself.');
const AGAIN = t('The class votes once more. In the vote before, you said:');
const SHOWN = t('Your class has seen the results. What you answer now is for yourself and is not counted.');
const KEPT = t('Not saved yet. Your answer is kept in this browser and is sent as soon as the server can be reached.');

export class StepView {
  constructor(state, player) {
    const { step } = state;
    Object.assign(this, { id: step.id, vote: step.vote, player, stop: null });
    this.ask = step.ask ? made(step.ask, player.stage, player.room) : null;
    this.sure = step.ask?.confidence ? confidence() : null;
    this.heading = h('h3', { tabindex: -1 }, titleOf(step));
    this.problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    this.note = h('p', { class: 'unsaved', role: 'status', hidden: true });
    this.answer = h('button', { type: 'submit', class: 'leading wide', 'data-do': 'answer' });
    this.bar = h('div', { class: 'judging', role: 'progressbar', 'aria-label': t('Judging'), hidden: true });
    this.on = h('button', { type: 'button', class: 'leading wide', 'data-do': 'next', onclick: () => player.next() });
    this.form = this.ask
      ? h(
          'form',
          { class: 'ask', novalidate: true, 'data-ask': step.ask.kind },
          this.ask.root,
          this.sure?.root,
          this.problem,
          this.answer,
          this.bar,
        )
      : null;
    this.before = voted(step);
    this.shown = h('p', { class: 'small', hidden: true }, SHOWN);
    this.said = h('div', { class: 'said-to', 'aria-live': 'polite' });
    this.ours = h('div', { class: 'ours', 'aria-live': 'polite' }); // what the class said, in a room
    this.together = h('p', { class: 'small', hidden: true }, TOGETHER);
    this.hints = new Hints(() => player.hint());
    const kind = step.title ? h('p', { class: 'of-kind' }, kindOf(step)) : null;
    this.root = h(
      'div',
      { class: 'step', 'data-step': step.id, 'data-kind': step.kind },
      h('div', {}, kind, this.heading),
      quoted(step),
      this.before,
      h('div', { class: 'prompt' }, paragraphs(step.prompt)),
      this.shown,
      this.form,
      this.note,
      this.said,
      this.ours,
      this.hints.root,
      this.together,
      this.on,
    );
    this.listen();
    this.restore(step);
    this.update(state);
  }

  listen() {
    if (!this.form) return;
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.submit();
    };
    this.form.addEventListener('input', () => {
      this.complain(null);
      this.player.keepDraft(this.id, { answer: this.ask.draft(), sure: this.sure?.draft() ?? null });
    });
  }

  /** What was answered, or was being written when the page was left. */
  restore({ answered }) {
    if (!this.ask) return;
    const waiting = this.player.waiting(this.id);
    const draft = waiting ? { answer: waiting.answer, sure: waiting.confidence } : this.player.draft(this.id);
    if (answered || draft) this.fill(draft?.answer ?? answered?.answer, draft?.sure ?? answered?.confidence);
  }

  fill(answer, sure) {
    this.ask.fill(answer);
    this.sure?.fill(sure);
  }

  /** Shows what has come of the step meanwhile; what is being written stays. */
  update(state) {
    const { step } = state;
    const { answered } = step;
    this.state = state;
    this.step = step;
    const waiting = !!this.player.waiting(this.id);
    const done = !!answered && answered.right !== false && ['choice', 'number', 'sketch', 'writing'].includes(step.ask?.kind);
    const { over } = this.player;
    this.off = !!answered?.final || waiting || done || !!over;
    if (this.ask) {
      if (answered && this.off) this.fill(answered.answer, answered.confidence); // it may have been given on another device
      this.ask.lock(answered, this.off);
      this.sure?.lock(answered, this.off);
      text(this.answer, buttonOf(step));
      this.answer.hidden = this.off || (!!answered && answered.right !== false && step.ask.kind !== 'part'); // a part may be changed
    }
    const key = JSON.stringify([answered, step.source, step.held, over]);
    if (key !== this.key) {
      this.key = key;
      this.said.replaceChildren(...(answered ? [verdict(step, this.player.kept, this.player.room, over)] : []));
    }
    if (answered) this.before?.remove(); // what the class said vote by vote stands beside the verdict
    else if (this.before) text(this.before.firstChild, over ? t('In the vote before, you said:') : AGAIN);
    this.shown.hidden = !step.shown || !this.ask || !!answered || waiting || !!over;
    this.say(waiting ? KEPT : '');
    this.hints.show(over || answered?.final || (answered && answered.right !== false) ? { ...step.hints, more: 0 } : step.hints);
    const last = state.steps.at(-1)?.here;
    text(this.on, last ? t('Finish') : t('Continue'));
    attribute(this.on, 'class', this.answer.hidden || !this.ask ? 'leading wide' : 'plain wide');
    const through = !this.ask || (!!answered && !waiting);
    const waits = this.player.waitsForClass(state);
    this.on.hidden = !through || waits || !!over;
    this.together.hidden = !through || !waits;
    this.busy(this.player.busy);
    this.tick();
  }

  submit() {
    if (this.off || this.player.busy) return;
    const parts = [this.ask.read(), this.sure?.read() ?? { answer: null }];
    const missing = parts.find((part) => part.problem);
    if (missing) {
      this.complain(missing.problem);
      missing.at?.focus();
      return;
    }
    this.complain(null);
    this.player.answer(
      { step: this.id, answer: parts[0].answer, confidence: parts[1].answer },
      ON_RUN.includes(this.step.ask.kind),
    );
  }

  complain(words) {
    text(this.problem, words ?? '');
    this.problem.hidden = !words;
  }

  /** A line under the answer: that it is not saved yet. */
  say(words) {
    text(this.note, words);
    this.note.hidden = !words;
  }

  /** While something is on its way buttons do nothing, but keep the focus. */
  busy(on) {
    for (const button of [this.answer, this.on, this.hints.button]) button.toggleAttribute('data-busy', on);
    attribute(this.answer, 'aria-disabled', on);
    attribute(this.on, 'aria-disabled', on);
    if (on && this.step.ask?.kind === 'goal' && this.player.answering) this.stop ??= judging(this.answer, this.bar);
    else if (this.stop) {
      this.stop();
      this.stop = null;
      text(this.answer, buttonOf(this.step));
    }
  }

  tick() {
    this.ask?.tick?.();
    this.hints.tick();
  }

  /** The focus goes to what came of the answer. */
  toVerdict() {
    this.said.querySelector('h4')?.focus({ preventScroll: true });
    this.said.scrollIntoView({ block: 'nearest' });
  }
}

/** What one said before the class votes once more. */
function voted({ voted: before }) {
  if (!before) return null;
  const sure = wereSure(before.confidence);
  return h(
    'blockquote',
    { class: 'quoted' },
    h('p', { class: 'small' }),
    h('p', {}, before.said),
    sure ? h('p', { class: 'small' }, sure) : null,
  );
}

/** The last prediction, to be held against what comes. */
function quoted({ prediction, kind }) {
  if (!prediction || !BESIDE.includes(kind)) return null;
  return h(
    'blockquote',
    { class: 'quoted' },
    h('p', { class: 'small' }, predictedWords(prediction.confidence)),
    h('p', {}, prediction.said),
  );
}
