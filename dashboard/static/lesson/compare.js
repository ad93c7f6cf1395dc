// Two runs of the learner's own that differ in one control: a list of what there is to do, ticked off as it is done.
import { attribute, h, text } from '../stage/dom.js';
import { clock, withUnit } from '../stage/format.js';
import { t } from '../stage/translate.js';

export function compare({ control }, stage) {
  const spec = stage.page.controls.find((one) => one.path === control);
  const follows = (path) => path.startsWith('traffic.') && path !== control; // both designs have the traffic of now
  const then = (path) => ({ ...stage.start, ...stage.pin.pinned.traffic, ...stage.pin.pinned.values })[path];
  const pin = h(
    'button',
    { type: 'button', class: 'plain', onclick: () => stage.pin.pinned || stage.pinDesign() },
    t('Pin this design'),
  );
  const tasks = [task(), task()];
  tasks[0].root.append(pin);
  const root = h(
    'ol',
    { class: 'tasks' },
    tasks.map((one) => one.root),
  );
  const differing = () => {
    if (!stage.pin.pinned) return [];
    const values = stage.values ?? stage.start;
    return stage.page.controls.filter(
      ({ path }) => !follows(path) && JSON.stringify(then(path) ?? null) !== JSON.stringify(values[path] ?? null),
    );
  };
  const told = () => {
    const list = differing();
    if (!list.length)
      return spec ? t('Change one thing: {control}.', { control: spec.label }) : t('Change one thing, and only one.');
    const names = list.map((one) => `${one.label}: ${withUnit(one, then(one.path))} → ${withUnit(one, stage.values[one.path])}`);
    if (list.length > 1) return t('More than one thing is different: {list}. Take one back.', { list: names.join('; ') });
    return spec && spec.path !== list[0].path
      ? t('This lesson asks for another control: {control}.', { control: spec.label })
      : `${names[0]}.`;
  };
  const ready = () => {
    const list = differing();
    return list.length === 1 && (!spec || list[0].path === spec.path);
  };
  const tick = () => {
    const { pinned } = stage.pin;
    tasks[0].show(
      !!pinned,
      pinned ? t('The design of {time} is pinned.', { time: clock(pinned.at) }) : t('Pin the design as it is.'),
    );
    pin.hidden = !!pinned;
    tasks[1].show(ready(), told());
  };
  tick();
  return {
    root,
    read() {
      if (!stage.pin.pinned) return { problem: t('Pin a design first, then change one thing.'), at: pin };
      if (!differing().length) return { problem: t('The pinned design and yours are the same: change one thing.'), at: null };
      return ready() ? { answer: null } : { problem: told(), at: null };
    },
    draft: () => null,
    fill() {},
    lock(_answered, off) {
      pin.disabled = off;
    },
    tick,
  };
}

function task() {
  const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
  const state = h('span', { class: 'sr' });
  const words = h('span', { class: 'words' });
  const root = h('li', {}, mark, h('span', {}, words, ' ', state));
  return {
    root,
    show(done, told) {
      text(words, told);
      text(mark, done ? '✓' : '');
      text(state, done ? t('done') : t('to do'));
      attribute(root, 'data-done', done);
    },
  };
}

/** What both runs came to. */
export function compared({ before, after, label, unit }) {
  if (before === undefined || before === null) return null;
  return h(
    'dl',
    { class: 'two' },
    h('div', {}, h('dt', {}, t('Pinned')), h('dd', {}, `${before}`)),
    h('div', {}, h('dt', {}, t('Yours now')), h('dd', {}, `${after}`)),
    h('p', {}, [label, unit].filter(Boolean).join(', ')),
  );
}
