// Small helpers to make elements. Knows nothing of the page.
export function h(tag, props = {}, ...children) {
  const element =
    tag === 'svg' || tag === 'path' ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element[name] = value;
    else if (name === 'class') element.setAttribute('class', value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets the text only when it differs, so that nothing is laid out for nothing. */
export function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

export function attribute(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

const ICONS = {
  play: 'M5 3.5v9l7.5-4.5z',
  pause: 'M4.5 3.5h2.4v9H4.5zM9.1 3.5h2.4v9H9.1z',
  step: 'M3.5 3.5v9l6-4.5zM10.6 3.5h1.9v9h-1.9z',
  start: 'M12.5 3.5v9l-6-4.5zM3.5 3.5h1.9v9H3.5z',
  undo: 'M6.2 3 2.5 6.4l3.7 3.4V7.4h3.1a2.3 2.3 0 0 1 0 4.6H6.5v1.6h2.8a3.9 3.9 0 0 0 0-7.8H6.2z',
  redo: 'M9.8 3l3.7 3.4-3.7 3.4V7.4H6.7a2.3 2.3 0 0 0 0 4.6h2.8v1.6H6.7a3.9 3.9 0 0 1 0-7.8h3.1z',
  clients: 'M8 8a2.6 2.6 0 1 0 0-5.2A2.6 2.6 0 0 0 8 8m-5 5.4c0-2.6 2.2-4.2 5-4.2s5 1.6 5 4.2z',
  balancer: 'M2 7.1h4.2L9.6 3.6H14v1.8h-3.6L7.6 8l2.8 2.6H14v1.8H9.6L6.2 8.9H2z',
  servers: 'M2.5 3h11v4h-11zm0 6h11v4h-11zM4.3 4.4v1.2h1.4V4.4zm0 6v1.2h1.4v-1.2z',
  database:
    'M8 2c3 0 5 .9 5 2.1v7.8C13 13.1 11 14 8 14s-5-.9-5-2.1V4.1C3 2.9 5 2 8 2m0 1.4c-2 0-3.3.4-3.3.8S6 5 8 5s3.3-.4 3.3-.8S10 3.4 8 3.4',
  cache: 'M9.2 1.5 3 9h4l-.9 5.5L13 6.6H8.6z',
  cdn: 'M8 1.8A6.2 6.2 0 1 0 8 14.2 6.2 6.2 0 0 0 8 1.8m0 1.5c.8 0 1.7 1.4 2 3.9H6c.3-2.5 1.2-3.9 2-3.9M3.4 7.2a4.7 4.7 0 0 1 1.9-3c-.4.9-.6 1.9-.7 3zm0 1.6h1.2c.1 1.1.3 2.1.7 3a4.7 4.7 0 0 1-1.9-3m2.6 0h4c-.3 2.5-1.2 3.9-2 3.9s-1.7-1.4-2-3.9m4.7 3c.4-.9.6-1.9.7-3h1.2a4.7 4.7 0 0 1-1.9 3m.7-4.6c-.1-1.1-.3-2.1-.7-3a4.7 4.7 0 0 1 1.9 3z',
  scaler: 'M8 2 3.5 6.5h3v3h3v-3h3zM3.5 11.5h9V13h-9z',
  ada: 'M8 .5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15m0 1.7a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2m0 3.3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5',
  table: 'M2 3h12v10H2zm1.5 3v1.6h3.6V6zm5.1 0v1.6h3.9V6zM3.5 9.1v2.4h3.6V9.1zm5.1 0v2.4h3.9V9.1z',
};

export function icon(name) {
  return h(
    'svg',
    { viewBox: '0 0 16 16', class: 'icon', 'aria-hidden': 'true' },
    h('path', { d: ICONS[name], fill: 'currentColor', 'fill-rule': 'evenodd' }),
  );
}
