// Small parts that several pages draw: their head, links within the app, icons of the tiers. Knows nothing of any one page.
import { h, icon } from '../stage/dom.js';

const SVG = 'http://www.w3.org/2000/svg';
const GLOBE =
  'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13m0 1.3c.8 0 1.9 1.7 2.1 4.5H5.9C6.1 4.5 7.2 2.8 8 2.800M4.6 7.300H2.900a5.2 5.2 0 0 1 2.6-4c-.5 1-.8 2.4-.9 4m0 1.400c.1 1.6.4 3 .9 4a5.2 5.2 0 0 1-2.6-4zm1.3 0h4.200c-.2 2.8-1.3 4.5-2.1 4.500s-1.9-1.7-2.1-4.500m5.5 0h1.700a5.2 5.2 0 0 1-2.6 4c.5-1 .8-2.4.9-4m0-1.400c-.1-1.6-.4-3-.9-4a5.2 5.2 0 0 1 2.6 4z';

export function head(title, question, kicker = '') {
  return h('header', {}, kicker ? h('p', { class: 'kicker' }, kicker) : null, h('h1', {}, title), h('p', { class: 'question' }, question));
}

/** An element of a drawing. */
export function draw(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

/** A link to a page of the app: an ordinary one, which a plain click follows without loading everything anew. */
export const link = (view, href, props, ...children) => h('a', { href, 'data-view': view, ...props }, ...children);

/** A tier's icon; the CDN, which the stage draws otherwise, has a globe. */
export function tierIcon(tier) {
  if (tier !== 'cdn') return icon(tier);
  return draw('svg', { viewBox: '0 0 16 16', class: 'icon', 'aria-hidden': 'true' }, draw('path', { d: GLOBE, fill: 'currentColor', 'fill-rule': 'evenodd' }));
}
