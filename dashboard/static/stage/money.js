// Money: what the run's system costs, line by line, beside the run before, and where the prices come from.
import { h } from './dom.js';
import { ABSENT, fixed, plain, short, whole } from './format.js';
import { dollars } from './metrics.js';
import { table } from './tabular.js';
import { t } from './translate.js';

const TIERS = { servers: t('Servers'), database: t('Database'), cache: t('Cache'), balancer: t('Balancer'), traffic: t('Traffic'), cdn: t('CDN') };
const TOTALS = [
  ['hour', t('per hour')],
  ['month', t('per month of 730 hours')],
  ['million', t('per million good requests')],
];

/** "+ 12 %" against the run before; '' without one. Pure. */
export function change(now, then) {
  if (now === null || then === null || then === undefined || !then) return '';
  const by = Math.round((1000 * (now - then)) / then) / 10;
  if (Math.abs(by) < 0.1) return t('as in the run before');
  return t('{arrow} {number} % against the run before', { arrow: by > 0 ? '↑' : '↓', number: plain(Math.abs(by)) });
}

export class MoneyCard {
  constructor() {
    this.root = h('div', { class: 'pane money', 'data-chart': 'money' });
  }

  show(now, before) {
    const { money } = now;
    const then = before?.money;
    this.root.replaceChildren(
      h(
        'dl',
        { class: 'totals' },
        TOTALS.map(([name, label]) =>
          h(
            'div',
            { 'data-name': name },
            h('dt', {}, label),
            h('dd', { class: 'big' }, h('span', { class: 'unit' }, '$ '), dollars(money[name])),
            h(
              'dd',
              { class: 'note' },
              name === 'million' && money.million === null ? t('nobody was answered') : change(money[name], then?.[name]),
            ),
          ),
        ),
      ),
      this.lines(money, then),
      this.sources(money),
    );
  }

  lines(money, then) {
    const before = new Map((then?.lines ?? []).map((line) => [`${line.tier} ${line.unit}`, line.month]));
    const rows = money.lines.map((line) => [
      h('span', {}, h('strong', {}, `${TIERS[line.tier]}. `), line.item),
      `${line.amount < 100 ? short(line.amount) : whole(line.amount)} ${line.unit}`,
      `$ ${dollars(line.month)}`,
      `${fixed((100 * line.month) / (money.month || 1), 0)} %`,
      ...(then ? [before.has(`${line.tier} ${line.unit}`) ? `$ ${dollars(before.get(`${line.tier} ${line.unit}`))}` : ABSENT] : []),
    ]);
    rows.push([t('All'), '', `$ ${dollars(money.month)}`, '100 %', ...(then ? [`$ ${dollars(then.month)}`] : [])]);
    return table(
      t('The bill of a month like this run'),
      [t('A month like this run'), t('amount'), t('cost'), t('share'), ...(then ? [t('run before')] : [])],
      rows,
      { class: 'wide' },
    );
  }

  sources(money) {
    return h(
      'details',
      { class: 'sources' },
      h('summary', {}, t('List prices in US dollars, last read on {date}: where they come from', { date: money.list_date })),
      h(
        'ul',
        {},
        money.sources.map(([tier, words, date]) =>
          h('li', {}, h('strong', {}, `${TIERS[tier]}. `), words, date ? ` (${date})` : '', '.'),
        ),
      ),
      h('p', { class: 'hint' }, money.assumed),
    );
  }
}
