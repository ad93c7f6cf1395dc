// What a class said on one step, as bars with their counts: of each vote, by how sure they were, and how the votes moved. Used by the
// teacher's page and by the wall. Every picture says the same in words and in a table. Knows nothing of who may see it.
import { attribute, h, text } from '../stage/dom.js';
import { plural, t } from '../stage/translate.js';
import { letter, SURE } from '../lesson/words.js';
import { draw } from './parts.js';

const NTH = [t('First vote'), t('Second vote'), t('Third vote'), t('Fourth vote'), t('Fifth vote')];
const nth = (vote) => NTH[vote - 1] ?? t('Vote {number}', { number: vote });
const share = (part, all) => (all ? Math.round((100 * part) / all) : 0);
export const given = (vote) => vote.answered + vote.hands;

/** How many of a vote chose an option, with those who raised a hand. */
const chose = (option) => option.count + option.hands;

/** Fills the place anew where what it tells has changed, and leaves it alone otherwise: somebody may be reading there. */
function fresh(place, told, make) {
  const key = JSON.stringify(told);
  if (place.told === key) return;
  place.told = key;
  place.replaceChildren(...make());
}

export class Results {
  /** `wall`: it is looked at from afar, so there is no table. */
  constructor({ wall = false } = {}) {
    Object.assign(this, { wall, drawn: '', parts: null });
    this.root = h('div', { class: 'results' });
  }

  /** `tells`: whether the right option may be marked. */
  show(results, tells = true) {
    const { kind, votes } = results;
    const shape = JSON.stringify([results.step, kind, votes.length, votes[0]?.options?.map((one) => one.text), Boolean(results.shift)]);
    if (shape !== this.drawn) {
      this.drawn = shape;
      this.parts = kind === 'choice' ? this.choices(results) : kind === 'sketch' ? this.curves() : this.list(kind);
      this.root.replaceChildren(...this.parts.nodes);
    }
    this.parts.fill(results, tells);
  }

  clear() {
    this.drawn = '';
    this.root.replaceChildren();
  }

  choices({ votes }) {
    const rows = votes[0].options.map((option, place) => {
      const bars = votes.map((vote) => new Bar(vote, votes.length > 1));
      const mark = h('span', { class: 'right-mark', hidden: true }, t('✓ right'));
      const root = h(
        'li',
        { class: 'option-of' },
        h('span', { class: 'letter', 'aria-hidden': 'true' }, letter(place)),
        h('div', { class: 'said' }, h('p', {}, h('span', { class: 'sr' }, `${letter(place)}: `), h('span', { translate: 'no' }, option.text), ' ', mark), bars.map((bar) => bar.root)),
      );
      return { root, bars, mark };
    });
    const legend = h('p', { class: 'legend' });
    const shift = h('div', { class: 'shift' });
    const table = h('div', { class: 'wide', tabindex: 0, role: 'group', 'aria-label': t('The counts as a table') });
    const fill = ({ votes: now, shift: moved, vote: last }, tells) => {
      const asked = saidSure(now);
      rows.forEach(({ root, bars, mark }, place) => {
        const right = tells && now[0].options[place].right === true;
        attribute(root, 'data-right', right);
        mark.hidden = !right;
        bars.forEach((bar, at) => bar.show(now[at].options[place], given(now[at]), asked));
      });
      fresh(legend, now, () => legendOf(now));
      fresh(shift, [moved, now, tells], () => (moved ? shiftOf(moved, now, last, tells, this.wall) : []));
      if (!this.wall) fresh(table, now, () => [tableOf(now)]);
    };
    const below = this.wall ? [] : [h('details', { class: 'as-table' }, h('summary', {}, t('As a table')), table)];
    return { nodes: [h('ol', { class: 'options-of' }, rows.map((row) => row.root)), legend, shift, ...below], fill };
  }

  /** Numbers that were typed, parts that were chosen, or only how many have answered. */
  list(kind) {
    const list = h('ul', { class: 'numbers-of', 'data-kind': kind });
    const fill = ({ votes }) => {
      const vote = votes.at(-1);
      fresh(list, vote.numbers, () =>
        (vote.numbers ?? []).slice(0, this.wall ? 8 : 24).map((one) =>
          h('li', {}, h('span', { translate: 'no' }, one.text), h('span', { class: 'track', 'aria-hidden': 'true' }, h('i', { style: `width:${share(one.count, given(vote))}%` })), h('span', { class: 'figure' }, `${one.count}`)),
        ),
      ); // prettier-ignore
    };
    return { nodes: [list], fill };
  }

  curves() {
    const place = h('div', { class: 'curves-of' });
    const fill = ({ votes }) => {
      const { curves } = votes.at(-1);
      fresh(place, curves ?? null, () => (curves ? curvesOf(curves, this.wall) : []));
    };
    return { nodes: [place], fill };
  }
}

/** One option in one vote: a bar of as many parts as there are ways to be sure, then hands. */
class Bar {
  constructor(vote, several) {
    this.nth = several ? nth(vote.vote) : '';
    this.parts = [...SURE.map((_, sure) => h('i', { 'data-sure': sure })), h('i', { 'data-sure': 'unsaid' }), h('i', { 'data-sure': 'hands' })];
    this.figure = h('span', { class: 'figure', 'aria-hidden': 'true' });
    this.told = h('span', { class: 'sr' });
    this.root = h('div', { class: 'vote-of' }, several ? h('span', { class: 'nth', 'aria-hidden': 'true' }, this.nth) : null, h('span', { class: 'track', 'aria-hidden': 'true' }, this.parts), this.figure, this.told);
  }

  /** `asked`: whether anybody said how sure they are; where nobody did they were not asked, and nobody has kept it back. */
  show(option, all, asked) {
    const unsaid = option.count - option.sure.reduce((sum, one) => sum + one, 0);
    [...option.sure, unsaid, option.hands].forEach((count, at) => {
      attribute(this.parts[at], 'style', `width:${all ? ((100 * count) / all).toFixed(2) : 0}%`);
      text(this.parts[at], count && all && count / all > 0.045 ? `${count}` : '');
    });
    attribute(this.parts[SURE.length], 'data-sure', asked ? 'unsaid' : 'plain');
    const count = chose(option);
    text(this.figure, t('{count} · {share} %', { count, share: share(count, all) }));
    text(this.told, [this.nth, t('{count} of {all}, {share} %', { count, all, share: share(count, all) }), inWords(option, asked ? unsaid : 0)].filter(Boolean).join(': '));
  }
}

const saidSure = (votes) => votes.some((vote) => vote.options.some((one) => one.sure.some(Boolean)));

function inWords(option, unsaid) {
  const parts = option.sure.map((count, sure) => (count ? `${count} ${t(SURE[sure])}` : '')).filter(Boolean);
  if (unsaid) parts.push(t('{number} did not say how sure', { number: unsaid }));
  if (option.hands) parts.push(plural('{number} hand', '{number} hands', option.hands, { number: option.hands }));
  return parts.join(', ');
}

/** What the parts of the bars mean: only those that there are. */
function legendOf(votes) {
  const options = votes.flatMap((vote) => vote.options);
  const part = (kind, words) => h('span', { class: 'key-of' }, h('i', { 'data-sure': kind, 'aria-hidden': 'true' }), words);
  const said = saidSure(votes);
  const parts = said ? [h('span', {}, t('How sure they are:')), ...SURE.map((words, sure) => part(sure, t(words)))] : [];
  if (said && options.some((one) => one.count > one.sure.reduce((sum, count) => sum + count, 0))) parts.push(part('unsaid', t('did not say')));
  if (options.some((one) => one.hands)) parts.push(part('hands', t('hands counted')));
  return parts;
}

function tableOf(votes) {
  const several = votes.length > 1;
  const heads = [t('Option'), ...(several ? [t('Vote')] : []), ...SURE.map((words) => t(words)), t('Hands'), t('All')];
  const rows = votes[0].options.flatMap((_, place) => votes.map((vote) => {
    const one = vote.options[place];
    return [letter(place), ...(several ? [nth(vote.vote)] : []), ...one.sure, one.hands, `${chose(one)} (${share(chose(one), given(vote))} %)`];
  })); // prettier-ignore
  const cells = (row) => row.map((cell, at) => (at ? h('td', {}, `${cell}`) : h('th', { scope: 'row' }, cell)));
  return h('table', { class: 'counts-of' }, h('thead', {}, h('tr', {}, heads.map((one) => h('th', { scope: 'col' }, one)))), h('tbody', {}, rows.map((row) => h('tr', {}, cells(row)))));
}

/** {stayed, moved, gained, lost}: gained and lost are those who came to, or left, the right option; null where it is not told. */
export function movedOf(shift, options, tells) {
  const all = shift.flat().reduce((sum, one) => sum + one, 0);
  const stayed = shift.reduce((sum, row, place) => sum + row[place], 0);
  const right = tells ? options.findIndex((one) => one.right === true) : -1;
  const gained = right < 0 ? null : shift.reduce((sum, row, place) => sum + (place === right ? 0 : row[right]), 0);
  const lost = right < 0 ? null : shift[right].reduce((sum, one, place) => sum + (place === right ? 0 : one), 0);
  return { all, stayed, moved: all - stayed, gained, lost };
}

function shiftOf(shift, votes, last, tells, wall) {
  const { options } = votes[0];
  const { all, stayed, moved, gained, lost } = movedOf(shift, options, tells);
  if (!all) return [];
  const words = [t('Of {all} who voted both times {moved} changed their mind, {stayed} stayed.', { all, moved, stayed })];
  if (gained !== null) words.push(t('{gained} came to the right answer, {lost} left it.', { gained, lost }));
  const most = Math.max(1, ...shift.flat());
  const cell = (count, row, column) =>
    h('td', { class: row === column ? 'stayed' : null, style: count ? `--share:${share(count, most)}%` : null }, count ? `${count}` : '·');
  const table = h(
    'table',
    { class: 'shift-of' },
    h('caption', {}, t('From the first vote (rows) to the {last} (columns)', { last: nth(last).toLowerCase() })),
    h('thead', {}, h('tr', {}, h('td', {}), options.map((_, place) => h('th', { scope: 'col' }, letter(place))))),
    h('tbody', {}, shift.map((row, from) => h('tr', {}, h('th', { scope: 'row' }, letter(from)), row.map((count, to) => cell(count, from, to))))),
  );
  return [h('p', { class: 'moved' }, words.join(' ')), wall && options.length > 5 ? null : table].filter(Boolean);
}

const [WIDTH, HEIGHT] = [520, 200];

/** The middle of what the class drew, and the half of it around the middle. */
function curvesOf({ points, low, mid, high }, wall) {
  const most = Math.max(...high, ...mid) || 1;
  const x = (at) => (points.length > 1 ? (WIDTH * at) / (points.length - 1) : WIDTH / 2);
  const y = (value) => HEIGHT - 4 - ((HEIGHT - 12) * value) / most;
  const along = (values) => values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
  const number = (value) => value.toLocaleString('en', { maximumSignificantDigits: 3 });
  const picture = draw(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'drawn-curves', 'aria-hidden': 'true', preserveAspectRatio: 'none' },
    draw('polygon', { points: [...along(high), ...along(low).reverse()].join(' '), class: 'half' }),
    draw('polyline', { points: along(mid).join(' '), class: 'middle' }),
  );
  const ends = h('p', { class: 'ends', 'aria-hidden': 'true' }, points.map((point) => h('span', {}, number(point))));
  const words = h('p', { class: 'quiet' }, t('The line is the middle of what they drew, the band the half around it; the top is {most}.', { most: number(most) }));
  const row = (name, values) => h('tr', {}, h('th', { scope: 'row' }, name), values.map((value) => h('td', {}, number(value))));
  const table = h('table', { class: wall ? 'sr' : 'counts-of' }, h('tbody', {}, row(t('At'), points), row(t('Upper quarter'), high), row(t('Middle'), mid), row(t('Lower quarter'), low)));
  const shown = wall ? table : h('details', { class: 'as-table' }, h('summary', {}, t('As a table')), h('div', { class: 'wide', tabindex: 0, role: 'group', 'aria-label': t('The curves as a table') }, table));
  return [picture, ends, words, shown];
}
