// Money: what the run's system costs, line by line, beside the run before, and where the prices come from.
import { h } from './dom.js';
import { ABSENT, short, whole } from './format.js';
import { dollars } from './metrics.js';
import { table } from './tabular.js';

const TIERS = { servers: 'Servers', database: 'Database', cache: 'Cache', balancer: 'Balancer', traffic: 'Traffic', cdn: 'CDN' };
const TOTALS = [
  ['hour', 'per hour'],
  ['month', 'per month of 730 hours'],
  ['million', 'per million good requests'],
];

/** "+ 12 %" against the run before; '' without one. Pure. */
export function change(now, then) {
  if (now === null || then === null || then === undefined || !then) return '';
  const by = Math.round((1000 * (now - then)) / then) / 10;
  if (Math.abs(by) < 0.1) return 'as in the run before';
  return `${by > 0 ? '↑' : '↓'} ${Math.abs(by)} % against the run before`;
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
              name === 'million' && money.million === null ? 'nobody was answered' : change(money[name], then?.[name]),
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
      `${((100 * line.month) / (money.month || 1)).toFixed(0)} %`,
      ...(then ? [before.has(`${line.tier} ${line.unit}`) ? `$ ${dollars(before.get(`${line.tier} ${line.unit}`))}` : ABSENT] : []),
    ]);
    rows.push(['All', '', `$ ${dollars(money.month)}`, '100 %', ...(then ? [`$ ${dollars(then.month)}`] : [])]);
    return table(
      'The bill of a month like this run',
      ['A month like this run', 'amount', 'cost', 'share', ...(then ? ['run before'] : [])],
      rows,
      { class: 'wide' },
    );
  }

  sources(money) {
    return h(
      'details',
      { class: 'sources' },
      h('summary', {}, `List prices in US dollars, last read on ${money.list_date}: where they come from`),
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
