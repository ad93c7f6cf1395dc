// The card of a lesson: its head with one bar a step, and at its foot the way back and the lesson's options. Decides nothing.
import { attribute, h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { statusOf, titleOf } from './words.js';

const SUPPORT = { example: t('Show me an example first'), explore: t('Let me explore first') };

const BAR_PX = 24; // so wide at least that it can be hit

export class Card {
  /** `on`: {fold, goto, back, skip, support, restart}. */
  constructor(root, on, page) {
    Object.assign(this, { root, on });
    this.title = h('h2', { id: 'lesson-title' });
    this.place = h('span', { class: 'place' });
    this.fold = h('button', { type: 'button', class: 'fold', 'aria-controls': 'lesson-body', onclick: () => on.fold() });
    this.bars = h('ol', { class: 'trail', 'aria-label': t('Steps of the lesson') });
    this.problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    this.content = h('div', { class: 'content' });
    this.back = h('button', { type: 'button', class: 'link', hidden: true, onclick: () => on.back() }, t('← Back'));
    this.skip = h('button', { type: 'button', class: 'link', hidden: true, onclick: () => on.skip() }, t('Skip this step'));
    this.more = options(on, page);
    this.foot = h('footer', {}, h('div', { class: 'ways' }, this.back, this.skip), this.more.root);
    this.body = h('div', { class: 'body', id: 'lesson-body' }, this.problem, this.content, this.foot);
    this.watch = new ResizeObserver(() => this.spread());
    this.watch.observe(this.bars);
    root.replaceChildren(h('div', { class: 'head' }, this.title, this.place, this.fold), this.bars, this.body);
    attribute(root, 'aria-labelledby', 'lesson-title');
    root.removeAttribute('aria-label');
  }

  /**
   * The head and the foot for a state; `closing`: whether the closing words are shown instead of a step, `waits`: whether the class
   * goes on together, so that nobody skips; `over`: whether it has ended, so that nobody goes anywhere.
   */
  show({ lesson, steps, step }, closing, waits = false, over = false) {
    text(this.title, t('Lesson {number}', { number: lesson.number }));
    this.title.title = lesson.title;
    const here = steps.findIndex((one) => one.here);
    text(this.place, closing ? t('done') : t('step {number} of {all}', { number: here + 1, all: steps.length }));
    this.paintBars(steps, closing, over);
    this.back.hidden = closing || over || here <= 0;
    this.skip.hidden = closing || over || waits || !step?.ask || !!step.answered;
    this.foot.hidden = over;
    this.more.show(lesson.support);
  }

  /** As many rows of bars as are needed, all about as long. */
  spread() {
    const all = this.bars.childElementCount;
    const most = Math.max(1, Math.floor(this.bars.clientWidth / BAR_PX));
    this.bars.style.setProperty('--bars', Math.ceil(all / Math.ceil(all / most)) || 1);
  }

  paintBars(steps, closing, over) {
    const key = JSON.stringify([steps, closing, over]);
    if (key === this.key) return;
    this.key = key;
    const held = [...this.bars.children].findIndex((one) => one.contains(document.activeElement));
    this.bars.replaceChildren(...steps.map((one, place) => this.bar(one, place, closing, over)));
    this.spread();
    if (held >= 0) this.bars.children[held]?.querySelector('button')?.focus({ preventScroll: true });
  }

  bar(step, place, closing, over) {
    const here = step.here && !closing;
    const number = place + 1;
    const words = step.reached
      ? t('Step {number}: {title}, {status}', { number, title: titleOf(step), status: statusOf(step.status) })
      : t('Step {number}, not reached yet', { number });
    const look = { class: 'leg', 'data-status': step.reached ? step.status : 'ahead', 'data-here': String(here), title: words };
    const shape = h('i', { 'aria-hidden': 'true' });
    if (!step.reached || over) return h('li', {}, h('span', look, shape, h('span', { class: 'sr' }, words)));
    const button = h('button', { type: 'button', ...look, 'aria-label': words, onclick: () => this.on.goto(step.id) }, shape);
    if (here) attribute(button, 'aria-current', 'step');
    return h('li', {}, button);
  }

  folded(on) {
    this.body.hidden = on;
    attribute(this.fold, 'aria-expanded', !on);
    attribute(this.fold, 'aria-label', on ? t('Unfold the lesson') : t('Fold the lesson'));
    this.fold.title = on ? t('Unfold the lesson') : t('Fold the lesson');
  }

  complain(words) {
    text(this.problem, words ?? '');
    this.problem.hidden = !words;
  }
}

/** How much is shown beforehand, and beginning anew, which asks first. */
function options(on, page) {
  const inputs = Object.entries(SUPPORT).map(([name, words]) => {
    const input = h('input', {
      type: 'radio',
      name: 'lesson-support',
      id: `support-${name}`,
      value: name,
      onchange: () => on.support(name),
    });
    return { name, input, cell: h('label', { class: 'option', for: input.id }, input, h('span', { class: 'words' }, words)) };
  });
  const anew = h('button', { type: 'button', class: 'plain', onclick: () => ask(true) }, t('Begin the lesson anew'));
  const yes = h(
    'button',
    { type: 'button', class: 'plain', onclick: () => (ask(false), on.restart()) },
    t('Yes, from the first step'),
  );
  const no = h('button', { type: 'button', class: 'plain', onclick: () => ask(false) }, t('No, go on'));
  const question = h(
    'div',
    { class: 'sureness', role: 'group', 'aria-label': t('Begin anew?'), hidden: true },
    h('p', { class: 'small' }, t('Begin anew? What you have answered so far is kept as an earlier attempt.')),
    yes,
    no,
  );
  const ask = (open) => {
    question.hidden = !open;
    anew.hidden = open;
    (open ? no : anew).focus({ preventScroll: true });
  };
  const leave = h('a', { class: 'link', href: page }, t('Leave the lesson and play freely'));
  const root = h(
    'details',
    { class: 'choices' },
    h('summary', {}, t('Options')),
    h(
      'fieldset',
      { class: 'options' },
      h('legend', {}, t('How would you like to begin a subject?')),
      inputs.map((one) => one.cell),
    ),
    anew,
    question,
    leave,
  );
  const show = (support) => {
    for (const { name, input } of inputs) input.checked = name === support;
  };
  return { root, show };
}
