// Drawings: small SVG charts of our own, that can be saved as they are seen. Knows nothing of what they show.
import { ABSENT, plain, short } from './format.js';

const SPACE = 'http://www.w3.org/2000/svg';
const KEPT = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-size',
  'font-weight',
  'text-anchor',
  'fill-opacity',
];

export function s(tag, props = {}, ...children) {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** The begin of a drawing: its size and its text alternative. */
export function sheet(width, height, label) {
  return s('svg', { viewBox: `0 0 ${width} ${height}`, width, height, class: 'drawing', role: 'img', 'aria-label': label });
}

export const WAITING = 'url(#stage-waiting)';

/** The hatch that says "waiting" or "no answer" besides the colour: one for all drawings of a page. */
export function hatch() {
  const stripe = s('rect', { width: 2.5, height: 6, class: 'hatch' });
  const turned = { id: 'stage-waiting', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' };
  return s(
    'svg',
    { width: 0, height: 0, class: 'hatches drawing', 'aria-hidden': 'true' },
    s('defs', {}, s('pattern', turned, stripe)),
  );
}

/** Where a value stands between two ends, on a linear or a logarithmic scale. */
export function scale([low, high], [from, to], log = false) {
  const of = log ? Math.log : (v) => v;
  const span = of(high) - of(low) || 1;
  return (value) => from + ((of(value) - of(low)) / span) * (to - from);
}

/** Round numbers from low to high, about `most` of them. */
export function ticks(low, high, most = 5) {
  if (!(high > low)) return [low];
  const rough = (high - low) / most;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((n) => n * decade >= rough) * decade;
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high * (1 + 1e-9) + 1e-12; at += step)
    found.push(Number(at.toPrecision(12)));
  return found;
}

/** Round numbers for a logarithmic axis, no more than `most`. */
export function logTicks(low, high, most = 6) {
  for (const steps of [[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1]]) {
    const found = [];
    for (let decade = 10 ** Math.floor(Math.log10(low)); decade <= high; decade *= 10)
      for (const step of steps)
        if (step * decade >= low && step * decade <= high) found.push(Number((step * decade).toPrecision(6)));
    if (found.length && found.length <= most) return found;
    if (steps.length === 1) return found.length ? found.filter((_, i) => i % Math.ceil(found.length / most) === 0) : [low];
  }
  return [low];
}

/** A number on an axis: as few digits as it has. */
export function tick(value) {
  if (value === null) return ABSENT;
  if (value >= 1000) return short(value);
  return plain(Number(value.toPrecision(3)));
}

/** Calls back with the width whenever it has changed; returns how to stop. */
export function onWidth(element, draw) {
  let width = 0;
  const watch = new ResizeObserver(() => {
    const now = Math.round(element.clientWidth);
    if (now === width || now < 40) return;
    width = now;
    draw(width);
  });
  watch.observe(element);
  return () => watch.disconnect();
}

/** The drawing as a file of its own: with its colours, its typeface and its ground. */
export function asText(drawing, ground) {
  const copy = drawing.cloneNode(true);
  const all = [drawing, ...drawing.querySelectorAll('*')];
  const pattern = document.querySelector(WAITING.slice(4, -1));
  if (pattern && drawing.outerHTML.includes(WAITING)) {
    copy.append(s('defs', {}, pattern.cloneNode(true)));
    all.push(...[0, 0].map(() => pattern), pattern.firstChild);
  }
  [copy, ...copy.querySelectorAll('*')].forEach((element, i) => {
    const style = getComputedStyle(all[i]);
    for (const name of KEPT) {
      const value = style.getPropertyValue(name);
      if (value) element.setAttribute(name, value.replace(/^url\("?[^#]*(#[^")]+)"?\)$/, 'url($1)'));
    }
    element.removeAttribute('class');
    element.removeAttribute('style');
  });
  copy.setAttribute('xmlns', SPACE);
  copy.setAttribute('font-family', 'Inter, system-ui, sans-serif');
  copy.prepend(s('rect', { width: '100%', height: '100%', fill: ground }));
  return new XMLSerializer().serializeToString(copy);
}
