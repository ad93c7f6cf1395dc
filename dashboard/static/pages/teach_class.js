// The class: every student with every step, live, as shapes with words; who needs somebody comes first. Rows are made once and changed
// where something changed, so that three hundred do not jump, and none moves while somebody points at them.
import { attribute, h, text } from '../stage/dom.js';
import { mark, plural, t } from '../stage/translate.js';
import { titleOf } from '../lesson/words.js';
import { button } from './teach_parts.js';

export const STATES = {
  help: [mark('asks for help'), '?'], stuck: [mark('stuck'), '!'], working: [mark('working on it'), '…'], wrong: [mark('answered, not right'), '×'],
  right: [mark('done, right'), '✓'], missed: [mark('done, predicted otherwise'), '≠'], answered: [mark('done'), '●'], skipped: [mark('skipped'), '–'],
  open: [mark('not started'), ''],
}; // prettier-ignore
const INSIDE = ['present', 'hidden', 'waiting'];
const OUT = { left: mark('left by themselves'), removed: mark('removed'), blocked: mark('blocked') };
const URGENT = ['help', 'stuck', 'wrong', 'working', 'open', 'skipped', 'missed', 'answered', 'right', 'done'];
const ORDERS = { needs: mark('Who needs you first'), name: mark('By name'), joined: mark('As they came'), far: mark('Least done first') };
const FIND_FROM = 12;

export const inside = (people) => people.filter((one) => INSIDE.includes(one.status));

/** How many a vote is of: whoever has answered and left is counted, who left without an answer is not waited for. */
export const votersOf = (vote, people) => inside(people).length + vote.left;

/** What somebody is called on this page: a class that looks at it sees no name. */
export const called = (person, projected) => (projected ? t('Student {number}', { number: person.number }) : person.name);

/** The state of somebody's step. A prediction need not be right. */
function stateAt(person, step) {
  const state = person.states[step?.id] ?? 'open';
  return state === 'wrong' && step.kind === 'predict' ? 'missed' : state;
}

/** What somebody is at: "help", "done" (with all steps), or the state of their step. */
export function standing(person, steps) {
  if (person.help) return 'help';
  const state = stateAt(person, steps.find((one) => one.id === person.here));
  return state !== 'stuck' && person.done >= steps.length && steps.length ? 'done' : state;
}

/** The same person without how their vote comes out. */
function covered(person, step) {
  return ['right', 'wrong'].includes(person.states[step]) ? { ...person, states: { ...person.states, [step]: 'answered' } } : person;
}

/** One line about all of them. */
export function summary(people, steps) {
  if (!people.length) return t('Nobody is here yet.');
  const count = (kind) => people.filter((one) => standing(one, steps) === kind).length;
  const parts = [plural('{number} student', '{number} students', people.length, { number: people.length })];
  const [help, stuck, done, open] = ['help', 'stuck', 'done', 'open'].map(count);
  if (help) parts.push(plural('{number} asks for help', '{number} ask for help', help, { number: help }));
  if (stuck) parts.push(t('{number} stuck', { number: stuck }));
  if (open) parts.push(t('{number} not started', { number: open }));
  if (done) parts.push(t('{number} done with everything', { number: done }));
  return parts.join(' · ');
}

export class ClassTable {
  constructor({ onMember, approve }) {
    Object.assign(this, { onMember, approve, rows: new Map(), named: '', order: 'needs', found: '' });
    this.summary = h('p', { class: 'summary' });
    this.waiting = h('div', { class: 'waiting', hidden: true });
    const options = Object.entries(ORDERS).map(([name, words]) => h('option', { value: name }, t(words)));
    this.sort = h('select', { class: 'box', 'aria-label': t('Order of the students'), onchange: () => this.reorder(this.sort.value) }, options);
    this.find = h('input', { class: 'box', type: 'search', placeholder: t('Find a name'), 'aria-label': t('Find a name'), hidden: true, oninput: () => this.filter() });
    this.head = h('tr', {});
    this.body = h('tbody', {});
    this.table = h('table', { class: 'class-table' }, h('caption', { class: 'sr' }, t('Students and their steps')), h('thead', {}, this.head), this.body);
    this.scroller = h('div', { class: 'scroller', tabindex: 0, role: 'group', 'aria-label': t('Students and their steps') }, this.table);
    this.empty = h('p', { class: 'quiet' }, t('As soon as somebody has come in with a name they stand here, with every step.'));
    this.legend = legend();
    this.out = h('details', { class: 'out' });
    this.root = h(
      'section',
      { class: 'card class', 'aria-labelledby': 'class' },
      h('div', { class: 'bar' }, h('h2', { id: 'class' }, t('The class')), h('div', { class: 'go' }, this.find, this.sort)),
      this.summary,
      this.waiting,
      this.empty,
      this.scroller,
      this.legend,
      this.out,
    );
    this.scroller.addEventListener('pointerleave', () => this.last && this.arrange());
    this.scroller.addEventListener('focusout', () => setTimeout(() => this.last && this.arrange()));
  }

  show(told) {
    const { people, steps, room, projected } = told;
    Object.assign(this, { last: told, projected });
    const here = inside(projected && room.held ? people.map((one) => covered(one, room.step)) : people);
    text(this.summary, summary(here, steps));
    this.approvals(here.filter((one) => one.status === 'waiting' && room.approves && !room.closed));
    this.columns(steps, room);
    const gone = new Set(this.rows.keys());
    const fresh = [];
    for (const person of here) {
      gone.delete(person.number);
      let row = this.rows.get(person.number);
      if (!row) {
        row = this.row(person);
        this.rows.set(person.number, row);
        fresh.push(row.root);
      }
      this.fill(row, person, steps);
    }
    for (const number of gone) {
      this.rows.get(number).root.remove();
      this.rows.delete(number);
    }
    this.body.append(...fresh);
    this.arrange();
    this.empty.hidden = here.length > 0;
    this.scroller.hidden = this.legend.hidden = !here.length;
    this.sort.hidden = here.length < 2;
    this.find.hidden = here.length < FIND_FROM;
    this.gone(people.filter((one) => one.status in OUT));
  }

  columns(steps, room) {
    const named = JSON.stringify(steps.map((one) => [one.id, one.title]));
    if (named !== this.named) {
      this.named = named;
      this.rows.forEach((row) => row.root.remove());
      this.rows.clear();
      const step = (one, at) => h('th', { scope: 'col', 'data-step': one.id, title: titleOf(one) }, h('span', { 'aria-hidden': 'true' }, `${at + 1}`), h('span', { class: 'sr' }, `${at + 1} `, titleOf(one)));
      const heads = [[t('Name'), 'who'], [t('Now'), 'at'], [t('Done'), 'far']].map(([words, look]) => h('th', { scope: 'col', class: look }, words));
      this.head.replaceChildren(...heads, ...steps.map(step));
    }
    for (const cell of this.head.querySelectorAll('[data-step]')) attribute(cell, 'data-here', room.pacing !== 'free' && cell.dataset.step === room.step);
  }

  row(person) {
    const row = { cells: new Map(), name: h('span', { translate: 'no' }), chip: h('small', {}), shape: h('span', { class: 'shape', 'aria-hidden': 'true' }), at: h('span', {}), far: h('span', {}), bar: h('i', {}) };
    row.press = h('button', { type: 'button', class: 'name-of', onclick: () => this.onMember(person.number) }, row.name, row.chip);
    row.root = h('tr', { 'data-number': person.number }, h('th', { scope: 'row', class: 'who' }, row.press), h('td', { class: 'at' }, h('div', {}, row.shape, row.at)), h('td', { class: 'far' }, row.far, h('span', { class: 'gone', 'aria-hidden': 'true' }, row.bar)));
    return row;
  }

  fill(row, person, steps) {
    const stand = standing(person, steps);
    const at = steps.findIndex((one) => one.id === person.here);
    const seen = JSON.stringify([person.name, person.status, stand, at, person.done, person.states, this.projected]);
    if (row.seen === seen) return;
    Object.assign(row, { seen, person, stand });
    text(row.name, called(person, this.projected));
    text(row.chip, person.status === 'waiting' ? t('name not shown yet') : person.status === 'hidden' ? t('name hidden') : '');
    attribute(row.root, 'data-stands', stand);
    const shown = stand === 'done' ? 'answered' : stand;
    attribute(row.shape, 'data-state', shown);
    text(row.shape, STATES[shown][1]);
    const words = stand === 'done' ? t('done with everything') : t(STATES[stand][0]);
    text(row.at, at < 0 || stand === 'done' ? words : `${at + 1} · ${words}`);
    text(row.far, `${person.done}/${steps.length}`);
    attribute(row.bar, 'style', `width:${steps.length ? ((100 * person.done) / steps.length).toFixed(0) : 0}%`);
    for (const step of steps) this.cell(row, step, person);
  }

  cell(row, step, person) {
    const asks = person.help && person.here === step.id;
    const state = asks ? 'help' : stateAt(person, step);
    let cell = row.cells.get(step.id);
    if (!cell) {
      cell = { shape: h('span', { class: 'shape', role: 'img' }) };
      row.cells.set(step.id, cell);
      row.root.append(h('td', { class: 'one' }, cell.shape));
    }
    if (cell.state === state) return;
    cell.state = state;
    attribute(cell.shape, 'data-state', state);
    attribute(cell.shape, 'aria-label', t(STATES[state][0]));
    text(cell.shape, STATES[state][1]);
  }

  reorder(order) {
    this.order = order;
    this.arrange(true);
  }

  /** Puts the rows in order, but not under somebody's hand. */
  arrange(asked = false) {
    if (!asked && (this.scroller.matches(':hover') || this.scroller.contains(document.activeElement)) && this.arranged) {
      return;
    }
    this.arranged = this.rows.size > 0;
    const rows = [...this.rows.values()].sort(this.before());
    rows.forEach((row, at) => {
      if (this.body.children[at] !== row.root) this.body.insertBefore(row.root, this.body.children[at] ?? null);
    });
    this.filter();
  }

  before() {
    const joined = (one, other) => one.person.number - other.person.number;
    const name = (one, other) => one.name.textContent.localeCompare(other.name.textContent, undefined, { numeric: true }); // as it is shown
    const needs = (one, other) => URGENT.indexOf(one.stand) - URGENT.indexOf(other.stand) || name(one, other);
    const far = (one, other) => one.person.done - other.person.done || name(one, other);
    return { needs, name, joined, far }[this.order];
  }

  filter() {
    const wanted = this.find.value.trim().toLowerCase();
    for (const row of this.rows.values()) row.root.hidden = Boolean(wanted) && !row.name.textContent.toLowerCase().includes(wanted);
  }

  /** Names that are not shown to others before the teacher has seen them. */
  approvals(people) {
    const known = people.map((person) => ({ person, name: called(person, this.projected) }));
    const key = known.map((one) => `${one.person.number}${one.name}`).join();
    this.waiting.hidden = !people.length;
    if (key === this.asked) return;
    this.asked = key;
    if (!people.length) return;
    const words = plural('{number} name waits for you', '{number} names wait for you', people.length, { number: people.length });
    const one = ({ person, name }) => h('li', {}, h('span', { translate: 'no' }, name), button(t('Show it'), () => this.approve([person]), 'plain', { 'aria-label': `${t('Show it')}: ${name}` }), this.more(person, name));
    this.waiting.replaceChildren(
      h('div', { class: 'bar' }, h('strong', {}, words), people.length > 1 ? button(t('Show all'), () => this.approve(people)) : null),
      h('ul', {}, known.map(one)),
    );
  }

  more(person, name) {
    return button(t('More …'), () => this.onMember(person.number), 'plain', { 'aria-label': `${t('More …')} ${name}` });
  }

  /** Those who are in the room no more; who left by themselves comes back by themselves. */
  gone(people) {
    const known = people.map((person) => ({ person, name: called(person, this.projected) }));
    const key = known.map((one) => `${one.person.number}${one.person.status}${one.name}`).join();
    this.out.hidden = !people.length;
    if (key === this.kept) return;
    this.kept = key;
    const one = ({ person, name }) => h('li', {}, h('span', { translate: 'no' }, name), ' ', h('small', {}, t(OUT[person.status])), person.status === 'left' ? null : this.more(person, name));
    this.out.replaceChildren(h('summary', {}, plural('{number} not in the room any more', '{number} not in the room any more', people.length, { number: people.length })), h('ul', {}, known.map(one)));
  }
}

/** What the shapes mean. */
function legend() {
  const part = ([state, [words, sign]]) => h('span', { class: 'key-of' }, h('span', { class: 'shape', 'data-state': state, 'aria-hidden': 'true' }, sign), t(words));
  return h('p', { class: 'legend' }, Object.entries(STATES).map(part));
}
