// Every kind of answer by its name. Each is {root, read() → {answer} or {problem, at}, draft(), fill(kept), lock(answered, off),
// and where time matters tick()}.
import { mark, t } from '../stage/translate.js';
import { choice } from './choice.js';
import { compare } from './compare.js';
import { goal } from './goal.js';
import { number, ownRun } from './number.js';
import { part } from './part.js';
import { Sketch } from './sketch.js';
import { writing } from './writing.js';

const MADE = { choice, number, own_run: ownRun, compare, goal, part, writing, sketch: (ask) => new Sketch(ask) };
const BUTTONS = {
  choice: mark('Answer'),
  number: mark('Check it'),
  own_run: mark('Check it'),
  compare: mark('Compare my two runs'),
  goal: mark('Judge my design'),
  part: mark('Take this part'),
  writing: mark('Show a model answer'),
  sketch: mark('Check my curve'),
};
/** Answers that say how the learner's run is are needed with it. */
export const ON_RUN = ['own_run', 'compare', 'goal'];

/** The fields of an ask. */
export const made = (ask, stage, room) => MADE[ask.kind](ask, stage, room);

/** What the button says: predictions, votes, and answers that one is sure of are locked. */
export function buttonOf(step) {
  if (step.ask.kind === 'part' && step.answered) return t('Change my part');
  if (step.answered && step.answered.right === false) return step.ask.kind === 'goal' ? t('Judge it again') : t('Try again');
  if (step.kind === 'predict' || step.ask.confidence || step.held) return t('Lock it');
  return t(BUTTONS[step.ask.kind]);
}
