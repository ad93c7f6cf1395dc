// An answer that is a number with a unit, also one that is read off the learner's own run.
import { attribute, h, text } from '../stage/dom.js';
import { clock } from '../stage/format.js';
import { t } from '../stage/translate.js';

const WRITTEN = /^[-+−]?[\d.,'\s\u00a0\u202f]*\d[\d.,'\s\u00a0\u202f]*%?$/;
let serial = 0;

export function number({ unit }) {
  const id = `number-${++serial}`;
  const box = h('input', {
    type: 'text',
    inputmode: 'decimal',
    id,
    class: 'entry',
    autocomplete: 'off',
    spellcheck: 'false',
    maxlength: 24,
  });
  const root = h(
    'div',
    { class: 'field' },
    h('label', { for: id }, t('Your answer')),
    h('span', { class: 'entered' }, box, unit ? h('span', { class: 'unit', id: `${id}-unit` }, unit) : null),
  );
  if (unit) attribute(box, 'aria-describedby', `${id}-unit`);
  return {
    root,
    read() {
      const written = box.value.trim();
      return WRITTEN.test(written) ? { answer: written } : { problem: t('Write a number.'), at: box };
    },
    draft: () => box.value || null,
    fill(value) {
      box.value = value ?? '';
    },
    lock(_answered, off) {
      box.readOnly = off;
    },
  };
}

/** Before there is anything to read off the run, it says how long that takes. */
export function ownRun(ask, stage) {
  const field = number(ask);
  const told = h('p', { class: 'wait small', hidden: true });
  field.root.append(told);
  const early = () =>
    stage.clock.t < (ask.from_s ?? 0)
      ? t('Let your run go on to {time} first; it is at {now}.', { time: clock(ask.from_s), now: clock(stage.clock.t) })
      : '';
  return {
    ...field,
    read: () => (early() ? { problem: early(), at: field.root.querySelector('input') } : field.read()),
    tick() {
      const words = early();
      text(told, words);
      told.hidden = !words;
    },
  };
}
