// A design to build: its conditions, and once it was judged how each one came out.
import { attribute, h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';

const NEWS_MS = 1000; // how often the button says how long it has been judging

export function goal({ conditions, budget, free }, stage) {
  const lines = [...(conditions ?? []), ...(budget && !(conditions ?? []).includes(budget) ? [budget] : [])];
  const items = lines.map((words) => line(words));
  const names = (free ?? []).map((path) => stage.page.controls.find((spec) => spec.path === path)?.label).filter(Boolean);
  const list = h(
    'ul',
    { class: 'conditions', 'aria-label': t('What the design must do') },
    items.map((one) => one.root),
  );
  const root = h(
    'div',
    { class: 'goals' },
    list,
    names.length
      ? h(
          'p',
          { class: 'small' },
          t('You may change: {names}. Everything else is judged as the scene has it.', { names: names.join(', ') }),
        )
      : null,
  );
  return {
    root,
    read: () => ({ answer: null }),
    draft: () => null,
    fill() {},
    lock(answered) {
      const verdicts = answered?.conditions ?? [];
      if (verdicts.length && verdicts.length !== items.length) {
        items.splice(0, items.length, ...verdicts.map((one) => line(one.text)));
        list.replaceChildren(...items.map((one) => one.root));
      }
      items.forEach((item, place) => item.judge(verdicts[place]));
    },
  };
}

function line(words) {
  const mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
  const found = h('span', { class: 'found' });
  const root = h('li', {}, mark, h('span', {}, h('span', { class: 'words' }, words), found));
  return {
    root,
    judge(verdict) {
      attribute(root, 'data-met', verdict ? String(verdict.met) : '');
      text(mark, verdict ? (verdict.met ? '✓' : '✗') : '');
      text(found, verdict ? [verdict.met ? t('Met.') : t('Not met.'), verdict.by].filter(Boolean).join(' ') : '');
    },
  };
}

/** Says on the button how long the design has been judged; returns how to stop. */
export function judging(button, bar) {
  const began = performance.now();
  const say = () => text(button, t('Judging … {seconds} s', { seconds: Math.round((performance.now() - began) / 1000) }));
  const timer = setInterval(say, NEWS_MS);
  say();
  bar.hidden = false;
  return () => {
    clearInterval(timer);
    bar.hidden = true;
  };
}
