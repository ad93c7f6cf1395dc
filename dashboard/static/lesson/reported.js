// The way to the report on the design that was judged last: a page to read, to print, and to give away.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';

export function reported(address, room = null) {
  const own = room ? `room/${room}/${address}` : address;
  return h(
    'div',
    { class: 'reported' },
    h('a', { class: 'plain wide', href: own, target: '_blank', rel: 'noopener' }, t('Report on your design')),
    h('a', { class: 'link', href: `${own}?keep=1`, download: '' }, t('Save the report as a file')),
  );
}
