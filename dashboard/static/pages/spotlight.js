// The spotlight: two to four runs side by side, drawn into any element of any page (teacher, wall, member).
//   drawSpotlight(element, told)   `told` is the answer of GET api/rooms/{token}/spotlight; draws it in place of what was there, and
//                                  hides the element where nothing is side by side. Sizes follow the element's font size.
//   loadSpotlight(element, base, token) → promise: asks for it and draws it; returns the problem in words, or "".
// Colours come from the page's own variables (--ink, --ink2, --card, --line, --edge, --blue, --amber) where it has them.
import { h } from '../stage/dom.js';
import { style } from '../stage/frame.js';
import { short } from '../stage/format.js';
import { t } from '../stage/translate.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDE = 320;
const HIGH = 110;

/** Asks for the room's spotlight and draws it. */
export async function loadSpotlight(element, base, token) {
  try {
    const answer = await fetch(new URL(`api/rooms/${token}/spotlight`, base), { headers: { accept: 'application/json' } });
    const told = await answer.json();
    if (!answer.ok) return told.problem ?? t('This cannot be shown just now.');
    await drawSpotlight(element, told);
    return '';
  } catch {
    return t('The server cannot be reached just now.');
  }
}

/** Draws it in place of what was there. */
export async function drawSpotlight(element, told) {
  element.hidden = !told?.runs?.length;
  if (element.hidden) return element.replaceChildren();
  await style(new URL('spotlight.css', import.meta.url).href); // without './' it does not come with the page: most never draw one
  const title = told.step.title ? t('Side by side: {title}', { title: told.step.title }) : t('Side by side');
  const times = told.runs.map((run) => run.until_s);
  return element.replaceChildren(
    h(
      'section',
      { class: 'spotlight', 'aria-label': title, translate: 'no' },
      h('h2', {}, `${title} · ${told.metric.label}`), // what the charts are of stands on a wall too, where no hint does
      h('p', { class: 'hint' }, t('All began alike. Above each curve: what is different in its run.')),
      h(
        'ul',
        { class: 'runs', 'data-count': told.runs.length },
        told.runs.map((run) => card(run, told.metric, Math.max(...times))),
      ),
    ),
  );
}

function card(run, metric, length) {
  const heading = h('h3', {}, h('span', { class: 'label' }, run.label), run.name ? h('bdi', {}, run.name) : null);
  const settings = h(
    'ul',
    { class: 'settings', 'aria-label': t('What is different in this run') },
    (run.settings.length ? run.settings : [t('The same settings as the others')]).map((words) => h('li', {}, words)),
  );
  if (run.problem) return h('li', { class: 'run' }, heading, settings, h('p', { class: 'problem' }, run.problem));
  const numbers = run.numbers.map((one) => h('div', { 'data-name': one.name }, h('dt', {}, one.label), h('dd', {}, one.text)));
  return h('li', { class: 'run' }, heading, settings, chart(run, metric, length), h('dl', { class: 'numbers' }, numbers));
}

/** The run's curve; all charts have one scale, so that they can be compared by eye. */
function chart(run, metric, length) {
  const x = (time) => ((WIDE * time) / (length || 1)).toFixed(1);
  const y = (value) => (HIGH - (HIGH * value) / (metric.most || 1)).toFixed(1);
  let pen = 'M';
  let path = '';
  run.t.forEach((time, at) => {
    const value = run.y[at];
    if (value === null) pen = 'M';
    else {
      path += `${pen}${x(time)} ${y(value)}`;
      pen = 'L';
    }
  });
  const words = told(run, metric);
  const drawing = draw('svg', { viewBox: `0 -4 ${WIDE} ${HIGH + 8}`, role: 'img', 'aria-label': words, preserveAspectRatio: 'none' });
  for (const at of run.moves) drawing.append(draw('path', { class: 'moved', d: `M${x(at)} 0V${HIGH}` }));
  drawing.append(draw('path', { class: 'axis', d: `M0 ${HIGH}H${WIDE}M0 0H${WIDE}` }), draw('path', { class: 'trace', d: path || 'M0 0' }));
  const scale = h('div', { class: 'scale', 'aria-hidden': 'true' }, h('span', {}, metric.most_said), h('span', {}, '0'));
  const time = h('div', { class: 'time', 'aria-hidden': 'true' }, h('span', {}, '0 s'), h('span', {}, `${short(length)} s`));
  return h('figure', {}, h('div', { class: 'plot' }, scale, drawing), time, h('figcaption', {}, words));
}

/** The curve in words. */
function told(run, metric) {
  if (!run.said) return t('{metric}: nothing to measure.', { metric: metric.label });
  if (run.said.least === run.said.most) return t('{metric}: {last} all the time.', { metric: metric.label, ...run.said });
  return t('{metric}: between {least} and {most}, at the end {last}.', { metric: metric.label, ...run.said });
}

function draw(tag, props) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, value);
  return element;
}
