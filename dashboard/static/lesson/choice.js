// An answer to choose, as cards; and how sure one is. Knows nothing of what is right.
import { attribute, h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { letter, SURE } from './words.js';

let serial = 0;

/** {root, read, draft, fill, lock}: what every kind of answer is. `room`: whether one is in a class, which speaks of A, B, C and D. */
export function choice({ options }, _stage = null, room = null) {
  const name = `answer-${++serial}`;
  const cells = options.map((words, place) => {
    const input = h('input', { type: 'radio', name, value: place, id: `${name}-${place}` });
    const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
    const named = room ? h('span', { class: 'by-letter', 'aria-hidden': 'true' }, letter(place)) : null;
    const spoken = room ? h('span', { class: 'sr' }, `${letter(place)}: `) : null;
    const root = h('label', { class: 'option', for: input.id }, input, named, h('span', { class: 'words' }, spoken, words), mark);
    return { input, mark, root };
  });
  const chosen = () => cells.findIndex(({ input }) => input.checked);
  const root = h(
    'fieldset',
    { class: 'options' },
    h('legend', { class: 'sr' }, t('Your answer')),
    cells.map((cell) => cell.root),
  );
  return {
    root,
    read: () => (chosen() < 0 ? { problem: t('Choose one of the answers.'), at: cells[0].input } : { answer: chosen() }),
    draft: () => (chosen() < 0 ? null : chosen()),
    fill(place) {
      if (cells[place]) cells[place].input.checked = true;
    },
    lock(answered, off) {
      cells.forEach(({ input, mark, root: cell }, place) => {
        const given = answered && answered.answer === place && input.checked;
        input.disabled = off;
        attribute(cell, 'data-right', given ? String(answered.right) : '');
        mark.textContent = !given || answered.right === null ? '' : answered.right ? '✓' : '✗';
      });
    },
  };
}

/** Four degrees of being sure. */
export function confidence() {
  const name = `sure-${++serial}`;
  const inputs = SURE.map((word, place) => {
    const input = h('input', { type: 'radio', name, value: place, id: `${name}-${place}` });
    return { input, cell: h('span', { class: 'cell' }, input, h('label', { for: input.id }, t(word))) };
  });
  const chosen = () => inputs.findIndex(({ input }) => input.checked);
  const root = h(
    'fieldset',
    { class: 'sure' },
    h('legend', {}, t('How sure are you?')),
    h(
      'div',
      { class: 'segments four' },
      inputs.map((one) => one.cell),
    ),
  );
  return {
    root,
    read: () => (chosen() < 0 ? { problem: t('Say how sure you are.'), at: inputs[0].input } : { answer: chosen() }),
    draft: () => (chosen() < 0 ? null : chosen()),
    fill(place) {
      if (inputs[place]) inputs[place].input.checked = true;
    },
    lock(_answered, off) {
      for (const { input } of inputs) input.disabled = off;
    },
  };
}
