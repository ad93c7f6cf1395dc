// The radar: which misconceptions the class holds, how many hold each and how surely, what has moved, and the scenario that shows
// one false, for everybody at once.
import { h, text } from '../stage/dom.js';
import { plural, t } from '../stage/translate.js';
import { SURE } from '../lesson/words.js';
import { button } from './teach_parts.js';

/** How sure they are who hold it, of those who said: as more than half of them are, or else from the least to the most. */
function sureOf(counts) {
  const said = counts.reduce((sum, one) => sum + one, 0);
  const most = counts.findIndex((one) => 2 * one > said);
  if (most >= 0) return t('mostly “{sure}”', { sure: t(SURE[most]) });
  const [least, surest] = [counts.findIndex(Boolean), counts.findLastIndex(Boolean)];
  return said ? t('between “{least}” and “{most}”', { least: t(SURE[least]), most: t(SURE[surest]) }) : '';
}

export class Radar {
  constructor(line) {
    Object.assign(this, { line, rows: new Map() });
    this.list = h('ol', { class: 'beliefs' });
    this.none = h('p', { class: 'quiet' });
    this.rest = h('p', { class: 'quiet' });
    this.root = h('section', { class: 'card radar', 'aria-labelledby': 'radar' }, h('h2', { id: 'radar' }, t('What they believe')), this.none, this.list, this.rest);
  }

  show({ radar, room, projected }) {
    this.root.hidden = Boolean(projected && room.held); // it says what the class has voted
    const met = radar.filter((one) => one.asked);
    text(this.none, radar.length ? t('Nobody has answered a question yet that shows a belief.') : t('No question of this lesson shows a misconception.'));
    this.none.hidden = met.length > 0;
    const rest = radar.length - met.length;
    text(this.rest, met.length && rest ? plural('{number} more belief has not been asked about yet.', '{number} more beliefs have not been asked about yet.', rest, { number: rest }) : '');
    this.rest.hidden = !this.rest.textContent;
    for (const id of this.rows.keys()) {
      if (met.some((one) => one.id === id)) continue;
      this.rows.get(id).root.remove();
      this.rows.delete(id);
    }
    met.forEach((one, at) => {
      if (!this.rows.has(one.id)) this.rows.set(one.id, this.row(one));
      const row = this.rows.get(one.id);
      // Whoever is about to press a button keeps it where it is.
      if (this.list.children[at] !== row.root && !this.list.contains(document.activeElement)) this.list.insertBefore(row.root, this.list.children[at] ?? null);
      else if (!row.root.isConnected) this.list.append(row.root);
      this.fill(row, one, room);
    });
  }

  row(one) {
    const row = { bar: h('i', {}), held: h('strong', {}), moved: h('span', {}), sure: h('span', {}) };
    row.push = button(t('Show everybody'), () => this.line.do('push', { view: row.one.push.view, query: row.one.push.query }), 'plain', { 'aria-label': t('Show everybody the run that speaks against it: {belief}', { belief: one.belief }) });
    row.root = h(
      'li',
      { 'data-belief': one.id },
      h('p', { class: 'belief', translate: 'no' }, one.belief),
      h('p', { class: 'facts-of' }, h('span', { class: 'track', 'aria-hidden': 'true' }, row.bar), row.held, row.sure, row.moved),
      h('div', { class: 'refuted' }, row.push, h('details', {}, h('summary', {}, t('What a run shows')), h('p', { class: 'quiet', translate: 'no' }, one.shows))),
    );
    return row;
  }

  fill(row, one, room) {
    row.one = one;
    row.bar.setAttribute('style', `width:${((100 * one.holders) / one.asked).toFixed(0)}%`);
    text(row.held, t('{holders} of {asked}', one));
    text(row.sure, sureOf(one.sure));
    text(row.moved, one.before === one.holders ? '' : t('before: {before}', one));
    row.moved.className = one.before > one.holders ? 'fell' : 'rose';
    row.push.hidden = !one.push || room.closed;
  }
}
