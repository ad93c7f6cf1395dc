// One's own part of a system that the class makes together: a client's policy or a server, one value of each. It may be changed as
// often as one likes. `stage` may be null (a page without the run); where there is one, what most of the class would then do takes
// effect in the running system as soon as the answer was taken. `room`: whether one is in a class.
import { attribute, h } from '../stage/dom.js';
import { t } from '../stage/translate.js';

let serial = 0;

export function part({ owns, members, stay, fields }, stage, room = null) {
  const made = fields.map((field) => segments(field));
  const others = { others: members - 1, stay };
  const alone =
    owns === 'server'
      ? t('Alone, {others} simulated servers do as yours does, all but {stay}. In a class everybody has their own.', others)
      : t('Alone, {others} simulated clients do as yours does, all but {stay}. In a class everybody has their own.', others);
  const inClass =
    owns === 'server'
      ? t('On your own page {others} simulated servers do as yours does, all but {stay}. Your teacher plays what all of you chose.', others)
      : t('On your own page {others} simulated clients do as yours does, all but {stay}. Your teacher plays what all of you chose.', others);
  const runs = t('In your run nearly all do so from the moment of your answer on. What queues by then takes a while to go.');
  const note = h('p', { class: 'small', hidden: true }, runs);
  const root = h(
    'div',
    { class: 'part' },
    h('p', { class: 'small' }, room ? inClass : alone),
    made.map((one) => one.root),
    note,
  );
  let known = 0; // the attempt that this page has seen to: what is moved or undone after it stays so
  return {
    root,
    read() {
      const missing = made.find((one) => one.value() === undefined);
      if (missing) return { problem: t('Choose one value of each.'), at: missing.first };
      return { answer: Object.fromEntries(made.map((one) => [one.path, one.value()])) };
    },
    draft: () => Object.fromEntries(made.filter((one) => one.value() !== undefined).map((one) => [one.path, one.value()])),
    fill(kept) {
      for (const one of made) one.fill(kept?.[one.path]);
    },
    lock(answered, off) {
      for (const one of made) one.lock(off);
      note.hidden = !answered || !stage;
      const attempt = answered?.attempt ?? 0;
      if (attempt !== known && answered?.values && stage) follow(stage, answered);
      known = attempt;
    },
  };
}

/** What was answered takes effect in the running system, on whatever device and in whichever run it does not yet. */
function follow(stage, { values, said }) {
  const now = stage.values ?? stage.start;
  const same = Object.entries(values).every(([path, value]) => JSON.stringify(now[path]) === JSON.stringify(value));
  if (!same) stage.move(values, t('The class: {policy}', { policy: said }));
}

/** The values of one field, side by side; at first the one that the scene has. */
function segments({ path, label, choices, value }) {
  const name = `part-${++serial}`;
  const cells = choices.map(([, words], place) => {
    const input = h('input', { type: 'radio', name, value: place, id: `${name}-${place}`, checked: JSON.stringify(choices[place][0]) === JSON.stringify(value) });
    return { input, root: h('span', { class: 'cell' }, input, h('label', { for: input.id }, words)) };
  });
  const root = h('fieldset', { class: 'of-part', 'data-path': path }, h('legend', {}, label), h('div', { class: 'segments' }, cells.map((cell) => cell.root)));
  attribute(root, 'data-count', cells.length);
  return {
    path,
    root,
    first: cells[0].input,
    value: () => choices[cells.findIndex(({ input }) => input.checked)]?.[0],
    fill(kept) {
      const place = choices.findIndex(([one]) => JSON.stringify(one) === JSON.stringify(kept));
      if (place >= 0) cells[place].input.checked = true;
    },
    lock(off) {
      for (const { input } of cells) input.disabled = off;
    },
  };
}
