// What everybody's screen shows: a page or a situation that is pushed, controls that are locked, and the runs of a few side by side.
import { h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { button, check, fold } from './teach_parts.js';
import { called, inside } from './teach_class.js';
import { spotlight } from './teach_spotlight.js';

/** {view, query} of a link into this app; null for any other text. `pages`: [{view, path}]. */
export function read(words, pages, base = document.baseURI) {
  let link;
  try {
    link = new URL(words.trim(), base);
  } catch {
    return null;
  }
  if (!/^https?:$/.test(link.protocol) || !words.trim()) return null;
  const page = pages.find((one) => new URL(one.path, base).pathname === link.pathname);
  return page ? { view: page.view, query: link.search.slice(1) } : null;
}

/** A part with which nothing can be done in a room that is closed. */
function tool(...parts) {
  const box = fold(...parts);
  box.classList.add('only-open');
  return box;
}

export class Push {
  constructor(line, data) {
    Object.assign(this, { line, data });
    this.now = h('p', {});
    this.back = button(t('Take it back'), () => line.do('unpush'), 'primary');
    this.trouble = h('p', { class: 'notice', role: 'alert', hidden: true });
    this.way = h('a', { class: 'plain' }, t('Play the class as the load'));
    this.load = h('div', { class: 'go', hidden: true }, this.way, button(t('Show it'), () => this.together()));
    this.box = h('input', { class: 'box', type: 'text', autocomplete: 'off', spellcheck: 'false', id: 'pushed', placeholder: 'https://' });
    const options = data.situations.map((one, at) => h('option', { value: at }, one.title));
    this.choice = h('select', { class: 'box', id: 'situation' }, options);
    this.standing = h('div', { class: 'notice go pushed-now', role: 'status', hidden: true }, this.now, this.back); // in sight wherever it was shown from
    this.root = tool('push', t('Show everybody a page'), [
      h('p', { class: 'quiet' }, t('Every student’s page goes there; whoever has only the questions gets a button that leads there. They can move everything, and return to their own with one click.')),
      h('form', { class: 'go', onsubmit: (event) => this.paste(event) }, h('label', { class: 'field' }, h('span', {}, t('A link from Share')), this.box), h('button', { type: 'submit', class: 'plain' }, t('Show it'))),
      h('div', { class: 'go' }, h('label', { class: 'field' }, h('span', {}, t('Or a situation')), this.choice), button(t('Show it'), () => this.situation())),
      this.load,
      this.trouble,
    ]);
  }

  show({ room, steps }) {
    const { push } = room;
    this.room = room;
    this.load.hidden = !steps?.some((one) => one.check === 'part'); // a step in which every member owns a part of one system
    if (!this.load.hidden) this.way.href = `${room.lesson.address}&class=${room.token}`;
    text(this.now, push ? t('You show everybody: {title}', { title: push.title }) : '');
    this.standing.hidden = !push;
  }

  paste(event) {
    event.preventDefault();
    const found = read(this.box.value, this.data.pages);
    if (found) return this.send(found);
    return this.complain(t('This is no link into this app. On any of its pages choose Share, and copy one of the two links.'));
  }

  situation() {
    const { view, query } = this.data.situations[this.choice.value];
    return this.send({ view, query });
  }

  /** What all members together make of the system, live. */
  together() {
    const { lesson, token } = this.room;
    return this.send({ view: lesson.concept, query: `lesson=${lesson.id}&class=${token}` });
  }

  async send(page) {
    const { problem } = await this.line.command('push', page);
    this.complain(problem ?? '');
  }

  complain(words) {
    text(this.trouble, words);
    this.trouble.hidden = !words;
  }
}

/** Controls that nobody may move: those that the lesson uses. */
export class Locks {
  constructor(line) {
    Object.assign(this, { line, boxes: new Map(), listed: '' });
    this.list = h('div', { class: 'locks' });
    this.none = h('p', { class: 'quiet' }, t('One moment …'));
    const all = (on) => button(on ? t('Lock those of the lesson') : t('Unlock all'), () => this.send(on ? [...this.boxes.keys()] : []));
    this.root = tool('locks', t('Lock controls'), [
      h('p', { class: 'quiet' }, t('Nobody can move a locked control in this lesson until you unlock it.')),
      h('p', { class: 'go' }, all(true), all(false)),
      this.none,
      this.list,
    ]);
  }

  show({ room, notes }) {
    const controls = notes?.controls ?? [];
    const listed = JSON.stringify(controls);
    if (listed !== this.listed) {
      this.listed = listed;
      this.boxes = new Map(controls.map((one) => [one.path, check(one.label, () => this.send(this.locked()), one.group)]));
      this.list.replaceChildren(...[...this.boxes.values()].map((one) => one.root));
    }
    this.none.hidden = controls.length > 0;
    for (const [path, one] of this.boxes) one.show(room.locks.includes(path));
  }

  locked() {
    return [...this.boxes].filter(([, one]) => one.box.checked).map(([path]) => path);
  }

  send(paths) {
    return this.line.do('locks', { paths });
  }
}

const [LEAST, MOST] = [2, 4];

/** Two to four students whose runs are put side by side; what is drawn of them is the spotlight's. */
export class Beside {
  constructor(line) {
    Object.assign(this, { line, boxes: new Map() });
    this.list = h('div', { class: 'chosen-few' });
    this.words = h('p', { class: 'quiet' });
    this.named = check(t('With their names'), () => {}, t('Without, they are A, B, C and D in an order that nobody can foresee.'));
    this.start = button(t('Put side by side'), () => this.send(), 'primary');
    this.stop = button(t('Take it away'), () => line.do('unspotlight'));
    this.trouble = h('p', { class: 'notice', role: 'alert', hidden: true });
    this.place = h('div', { class: 'spotlight' });
    this.root = tool('spotlight', t('Runs side by side'), [this.words, this.list, this.named.root, h('p', { class: 'go' }, this.start, this.stop), this.trouble, this.place]);
  }

  show({ room, people, steps, projected }) {
    const step = room.pacing === 'free' ? null : steps.find((one) => one.id === room.step);
    const could = step ? inside(people).filter((one) => ['right', 'wrong', 'answered', 'stuck'].includes(one.states[step.id])) : [];
    text(this.words, !step ? t('Go with the class to a step first: it is its runs that are put side by side.') : could.length < LEAST ? t('As soon as two students have answered the step of the class, their runs can be compared here.') : t('Choose two to four students who have answered the step of the class with a run.'));
    const listed = could.map((one) => `${one.number}${called(one, projected)}`).join();
    if (listed !== this.listed) {
      const chosen = new Set(this.chosen());
      this.listed = listed;
      this.boxes = new Map(could.map((one) => [one.number, check(called(one, projected), () => this.count())]));
      for (const [number, one] of this.boxes) one.box.checked = chosen.has(number);
      this.list.replaceChildren(...[...this.boxes.values()].map((one) => one.root));
    }
    this.stop.hidden = !room.spotlight;
    this.named.root.hidden = this.start.hidden = could.length < LEAST;
    this.count();
    spotlight(this.place, room);
  }

  chosen() {
    return [...this.boxes].filter(([, one]) => one.box.checked).map(([number]) => number);
  }

  count() {
    const count = this.chosen().length;
    this.start.disabled = count < LEAST || count > MOST;
  }

  async send() {
    const { problem } = await this.line.command('spotlight', { numbers: this.chosen(), named: this.named.box.checked });
    text(this.trouble, problem ?? '');
    this.trouble.hidden = !problem;
  }
}
