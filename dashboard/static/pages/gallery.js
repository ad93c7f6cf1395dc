// The gallery: cards, each of which opens a system to which something happens.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { head, link, tierIcon } from './parts.js';

export function draw(root, data) {
  root.append(
    head(t('Gallery'), t('Things that happen to real systems. One click opens the system a moment before; then it happens, and everything can be moved.')),
    h('ul', { class: 'situations' }, data.situations.map(card)),
  );
}

function card(one) {
  const where = one.live ? one.page : t('{page}, still to come', { page: one.page });
  const inside = [
    h('span', { class: 'mark', 'data-tier': one.tier }, tierIcon(one.tier)),
    h('strong', {}, one.title),
    h('span', {}, one.sentence),
    h('small', {}, where),
  ];
  return h(
    'li',
    {},
    one.live
      ? link(one.view, one.href, { class: 'card situation', 'data-situation': one.name }, inside)
      : h('div', { class: 'card situation later' }, inside),
  );
}
