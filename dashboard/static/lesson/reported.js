// The way to the report on the design that was judged last: a page to read, to print, and to give away.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';

export const reported = (address) =>
  h(
    'div',
    { class: 'reported' },
    h('a', { class: 'plain wide', href: address, target: '_blank', rel: 'noopener' }, t('Report on your design')),
    h('a', { class: 'link', href: `${address}?keep=1`, download: '' }, t('Save the report as a file')),
  );
