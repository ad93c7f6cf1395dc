// How the parts stand on the page, and the sheet that styles them. Knows nothing of what the parts do.
import { h } from './dom.js';
import { t } from './translate.js';

const ON_THE_WAY_S = 5; // a page that has not come by then is loaded anew

/** The stage's element: the story at the left, the controls at the side. */
export function assemble({ page, beside, kicker, inside, transport, notice, scene, sentence, pin, numbers, charts, experiment, controls, faults, source, worksheet, catalogue, goal }) {
  const panel = h('div', { class: 'card panel' }, worksheet?.root, controls.first, catalogue?.root, faults.root, controls.more);
  if (source) panel.querySelector('[data-group="Traffic"] h3').after(source.root);
  const header = h('header', {}, h('div', { class: 'over' }, kicker, inside), h('h1', {}, page.title), h('p', { class: 'question' }, page.question));
  const parts = [transport, scene, sentence, pin, numbers, goal, charts, experiment].filter(Boolean).map((part) => part.root);
  parts.splice(1, 0, notice);
  return h(
    'div',
    { class: 'stage', hidden: true },
    h('div', { class: 'story' }, header, parts),
    h('div', { class: 'column' }, beside?.root, h('aside', { class: 'side', 'aria-label': t('Controls') }, panel)),
  );
}

/**
 * The way to the page that holds this very system against theory and the other engine. A plain click loads nothing anew; nothing is
 * asked on the way, because Streamlit drops what it was doing for a newer ask.
 */
export function lookInside(stage) {
  const onclick = (event) => {
    stage.save();
    if (!stage.go || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    stage.leaving = true;
    stage.go('look_inside');
    setTimeout(() => link.isConnected && location.assign(link.href), 1000 * ON_THE_WAY_S);
  };
  const link = h('a', { class: 'inside', href: 'look-inside', onclick }, t('Look inside'));
  return link;
}

/** Resolves when the stage's sheet is there, so that nothing is seen without it. */
export function style(url) {
  const known = document.querySelector(`link[href="${url}"]`);
  if (known) return known.sheet ? Promise.resolve() : new Promise((done) => known.addEventListener('load', done, { once: true }));
  return new Promise((done) => document.head.append(h('link', { rel: 'stylesheet', href: url, onload: done, onerror: done })));
}
