// A table of plain cells, and the button that shows it in the place of a drawing. Knows nothing of what stands in it.
import { attribute, h, icon } from './dom.js';
import { t } from './translate.js';

/** `rows` are lists of cells; the first of each is its heading. */
export function table(caption, head, rows, props = {}) {
  return h(
    'table',
    props,
    caption ? h('caption', { class: 'sr' }, caption) : null,
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        head.map((name) => h('th', { scope: 'col' }, name)),
      ),
    ),
    h(
      'tbody',
      {},
      rows.map((row) =>
        h(
          'tr',
          {},
          row.map((cell, i) => (i ? h('td', {}, cell) : h('th', { scope: 'row' }, cell))),
        ),
      ),
    ),
  );
}

/** A button and the place for the data that it shows; `make` gives the table when it is opened. */
export function dataToggle(title, make) {
  const place = h('div', { class: 'data', hidden: true, tabindex: 0, role: 'region', 'aria-label': t('{title}: data', { title }) });
  const button = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      'aria-expanded': 'false',
      'aria-label': t('{title}: show the data as a table', { title }),
      title: t('Show the data'),
    },
    icon('table'),
  );
  const refresh = () => {
    if (!place.hidden) place.replaceChildren(make());
  };
  button.onclick = () => {
    place.hidden = !place.hidden;
    attribute(button, 'aria-expanded', !place.hidden);
    refresh();
  };
  place.onkeydown = (event) => {
    if (event.key !== 'Escape') return;
    button.click();
    button.focus({ preventScroll: true });
  };
  return { place, button, refresh };
}
