// The words of a lesson that are the player's own: kinds of step, statuses, how sure one is. A lesson's prose is text, never markup.
import { h } from '../stage/dom.js';
import { mark, t } from '../stage/translate.js';

const KINDS = {
  recall: mark('Recall'),
  text: mark('Read'),
  explore: mark('Explore'),
  predict: mark('Predict'),
  experiment: mark('Experiment'),
  observe: mark('Observe'),
  explain: mark('Explain'),
  discuss: mark('Discuss'),
  challenge: mark('Challenge'),
  exit: mark('Exit ticket'),
};
const STATUSES = {
  open: mark('not answered yet'),
  answered: mark('answered'),
  right: mark('answered rightly'),
  skipped: mark('skipped'),
};
export const SURE = [mark('guess'), mark('maybe'), mark('fairly'), mark('certain')];
const PREDICTED = [
  mark('You guessed'),
  mark('You predicted, with a maybe'),
  mark('You predicted, fairly sure'),
  mark('You predicted, certain of it'),
];
const WERE_SURE = [mark('It was a guess.'), mark('You said “maybe”.'), mark('You were fairly sure.'), mark('You were certain.')];

/** By which a class speaks of an option: A is the first. */
export const letter = (place) => String.fromCharCode(65 + place);

/** What a step is called: its title, or what one does in it. */
export const titleOf = (step) => step.title || t(KINDS[step.kind] ?? step.kind);

export const kindOf = (step) => t(KINDS[step.kind] ?? step.kind);

export const statusOf = (status) => t(STATUSES[status] ?? status);

/** What stands above a prediction that is seen again. */
export const predictedWords = (confidence) => (PREDICTED[confidence] ? t(PREDICTED[confidence]) : t('You predicted'));

/** How sure one was of an answer, as a sentence; null where that was not asked. */
export const wereSure = (confidence) => (WERE_SURE[confidence] ? t(WERE_SURE[confidence]) : null);

/** What comes of a vote that the class has not seen the outcome of; `over`: why nothing more comes, as in room/over.js, or "". */
export const awaited = (over) => {
  if (over === 'blocked') return t('You were out of the class before it was shown.');
  return over ? t('The class ended before it was shown.') : t('The class sees together what comes of it.');
};

/** "Lesson 4 · The slow one": the title is the lesson's own, in its own language. */
export const called = ({ number, title }) => [t('Lesson {number}', { number }), ' · ', h('span', { translate: 'no' }, title)];

/** Paragraphs of the server's, each as text. */
export const paragraphs = (list) => (list ?? []).map((one) => h('p', {}, one));
