// What a class said on a step, small, beside one's own verdict: bars, whose whole length is all answers, with their counts, which
// stand there as text too. Decides nothing about who may see it.
import { h } from '../stage/dom.js';
import { short } from '../stage/format.js';
import { plural, t } from '../stage/translate.js';

const MOST_NUMBERS = 8;

/** `mine`: the place of the option that one voted for, where there are any. */
export function results({ kind, votes, mine }) {
  const last = votes.at(-1);
  const before = votes.length > 1 ? votes.at(-2) : null;
  const all = given(last);
  const body = kind === 'choice' ? choices(last, before, mine) : kind === 'sketch' ? curves(last) : numbers(last);
  if (!all || !body) return null;
  return h(
    'section',
    { class: 'class-said', 'aria-label': t('What your class said') },
    h('h4', {}, t('Your class')),
    h('p', { class: 'small' }, plural('One answer.', '{number} answers.', all, { number: all })),
    body,
    before ? h('p', { class: 'small' }, t('The thin bar is the vote before.')) : null,
  );
}

const given = (vote) => vote.answered + vote.hands;

function choices(last, before, mine) {
  const { options } = last;
  if (!options) return null;
  const count = (one) => one.count + one.hands;
  const bars = (vote, option, more) => bar(count(option) / (given(vote) || 1), more);
  const rows = options.map((option, place) => {
    const earlier = before?.options?.[place];
    const number = count(option);
    const told = earlier ? t('{before} → {number}', { before: count(earlier), number }) : String(number);
    const spoken = earlier
      ? t('{number}, in the vote before {before}', { before: count(earlier), number })
      : plural('one of your class', '{number} of your class', number, { number });
    return h(
      'li',
      { 'data-right': option.right === null ? null : String(option.right) },
      h('span', {}, option.right ? `✓ ${option.text}` : option.text, place === mine ? own() : null),
      h('span', { class: 'count' }, h('span', { 'aria-hidden': 'true' }, told), h('span', { class: 'sr' }, spoken)),
      bars(last, option),
      earlier ? bars(before, earlier, 'earlier') : null,
    );
  });
  return h('ul', {}, rows);
}

const own = () => h('span', { class: 'mine' }, ` · ${t('yours')}`);

function numbers(last) {
  const list = last.numbers;
  if (!list?.length) return null;
  const shown = list.slice(0, MOST_NUMBERS);
  const rest = list.slice(MOST_NUMBERS).reduce((sum, one) => sum + one.count, 0);
  const row = (words, count) => h('li', {}, h('span', {}, words), h('span', { class: 'count' }, String(count)), bar(count / given(last)));
  return h('ul', {}, shown.map((one) => row(one.text, one.count)), rest ? row(t('others'), rest) : null);
}

function curves({ curves: found }) {
  if (!found) return null;
  const head = [t('at'), t('half of the class drew'), t('the middle')].map((words) => h('th', { scope: 'col' }, words));
  const rows = found.points.map((x, place) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, short(x)),
      h('td', {}, t('{low} to {high}', { low: short(found.low[place]), high: short(found.high[place]) })),
      h('td', {}, short(found.mid[place])),
    ),
  );
  return h('div', { class: 'table' }, h('table', {}, h('thead', {}, h('tr', {}, head)), h('tbody', {}, rows)));
}

function bar(part, more = '') {
  const fill = h('i', {});
  fill.style.width = `${Math.round(100 * part)}%`;
  return h('span', { class: `said-bar ${more}`.trim(), 'aria-hidden': 'true' }, fill);
}
