// The lobby: the rooms that this browser teaches, the way into a new one, and the way back into one from another browser.
import { fetchLessons } from '../lesson/lessons.js';
import { h, text } from '../stage/dom.js';
import { plural, t } from '../stage/translate.js';
import { nextOf } from './lessons.js';
import { head, link } from './parts.js';
import { request } from './teach_line.js';
import { addressOf, Door } from './teach_open.js';
import { arrived, button, follow, recall, remember, sure } from './teach_parts.js';
import { DELETED } from './teach_settings.js';

const TOKEN = /(?:^|room[/=]|claim\/)([A-Za-z0-9_-]{22})(?=$|[?#&/])/;

/** The token of a room in a link to it, or in a token itself; null for anything else. */
export const tokenIn = (words) => words.trim().match(TOKEN)?.[1] ?? null;

export class Lobby {
  constructor(root, data) {
    this.root = root;
    this.rooms = h('section', { 'aria-labelledby': 'rooms' }, h('h2', { id: 'rooms' }, t('Your rooms')), h('p', { class: 'quiet' }, t('One moment …')));
    this.door = new Door(root, data.lessons);
    const deleted = farewell();
    this.titles = new Map(data.lessons.map((one) => [one.id, `${one.number} · ${one.title}`]));
    root.append(
      head(
        t('Teach a class'),
        t('Open a classroom and share its link or its code. Your students need a name and nothing else; you see what they predict, where they are, and who needs you.'),
      ),
      ...(deleted ? [deleted] : []),
      h(
        'section',
        { class: 'card pad', 'aria-labelledby': 'new-room' },
        h('h2', { id: 'new-room' }, t('A new classroom')),
        h('p', { class: 'quiet' }, t('One click opens it, with a link that your students can use at once. The lesson can be changed later.')),
        this.door.root,
      ),
      this.rooms,
      recovery((token) => follow(root, 'teach', addressOf(token))),
    );
    if (arrived()) deleted?.focus();
    this.load();
    fetchLessons().then((list) => this.door.next(nextOf(list)));
  }

  async load() {
    const { status, told } = await request('api/rooms');
    if (status === 200) this.show(told.rooms);
    else {
      const again = button(t('Try again'), () => this.load());
      this.rooms.replaceChildren(this.rooms.firstChild, h('p', { class: 'notice' }, status ? told.problem : t('The server cannot be reached.')), h('p', {}, again));
    }
  }

  show(rooms) {
    const date = (s) => new Date(1000 * s).toLocaleDateString();
    const row = (one) => {
      const facts = [
        plural('{number} student', '{number} students', one.members, { number: one.members }),
        one.closed ? t('closed on {date}', { date: date(one.closes_s) }) : t('open until {date}', { date: date(one.closes_s) }),
      ];
      const lesson = this.titles.get(one.lesson) ?? one.lesson;
      const into = link('teach', addressOf(one.token), { class: 'plain', 'aria-label': `${t('Go in')}: ${one.title}` }, t('Go in'));
      return h('li', { class: 'bar' }, h('div', {}, h('strong', { translate: 'no' }, one.title), h('p', { class: 'quiet' }, h('span', { translate: 'no' }, lesson), ' · ', facts.join(' · '))), into);
    };
    const none = h('p', { class: 'quiet' }, t('None yet. A room that you open stands here, in this browser, until it is deleted.'));
    this.rooms.replaceChildren(this.rooms.firstChild, rooms.length ? h('ul', { class: 'card rows' }, rooms.map(row)) : none, ...(rooms.length ? this.shared() : []));
  }

  /** For a computer that others use, too. */
  shared() {
    return [
      h('p', { class: 'quiet' }, t('Whoever uses this browser teaches these rooms. On a computer that others use, too, stop before you leave.')),
      h('p', { class: 'go' }, button(t('Stop teaching in this browser'), () => this.stop())),
    ];
  }

  async stop() {
    const words = t('This browser teaches none of its rooms any more, and opens no wall. The rooms stay, with all that is in them. You come back into each of them with its link and its recovery code only: have you kept them?');
    if (!(await sure(this.root, t('Stop teaching in this browser?'), words, t('Stop teaching here')))) return;
    const { status, told } = await request('api/rooms/stop', { sure: true });
    if (status === 200) await this.load();
    else this.rooms.append(h('p', { class: 'notice', role: 'alert' }, status ? told.problem : t('The server cannot be reached. Try again in a moment.')));
  }

  dispose() {}
}

/** Says to who has just deleted a room that it is gone, once. */
function farewell() {
  const title = recall(DELETED);
  remember(DELETED, null);
  return title === null ? null : h('p', { class: 'notice calm deleted', role: 'status', tabindex: -1 }, t('“{title}” is deleted, with its students and all their answers.', { title }));
}

/** The way into a room that another browser opened: with its recovery code. `enter` is called with its token. */
export function recovery(enter, token = '') {
  const where = h('input', { class: 'box', type: 'text', autocomplete: 'off', spellcheck: 'false', id: 'where', value: token, readonly: Boolean(token) });
  const code = h('input', { class: 'box', type: 'text', autocomplete: 'off', spellcheck: 'false', autocapitalize: 'characters', id: 'recovery', placeholder: 'ABCD-EFGH-JKMN-PQRS-TUVW' });
  const trouble = h('p', { class: 'notice', role: 'alert', hidden: true });
  const complain = (words) => {
    text(trouble, words);
    trouble.hidden = !words;
  };
  const claim = async (event) => {
    event.preventDefault();
    const found = tokenIn(where.value) ?? (await byCode(where.value));
    if (!found) {
      complain(t('This is no link or code of a room. Copy the link that your students use, or type the short code of eight letters and digits.'));
      return;
    }
    const { status, told } = await request(`api/rooms/${found}/claim`, { secret: code.value });
    if (status === 200) enter(found);
    complain(status === 200 ? '' : status ? told.problem : t('The server cannot be reached. Try again in a moment.'));
  };
  return h(
    'section',
    { class: 'card pad', 'aria-labelledby': 'back' },
    h('h2', { id: 'back' }, t('I have a recovery code')),
    h('p', { class: 'quiet' }, t('It makes this browser a teacher of the room: on another computer, after the cookies are gone, or for a colleague.')),
    h(
      'form',
      { class: 'go', onsubmit: claim },
      h('label', { class: 'field' }, h('span', {}, t('Link or code of the room')), where),
      h('label', { class: 'field' }, h('span', {}, t('Recovery code')), code),
      h('button', { type: 'submit', class: 'plain' }, t('Go in')),
    ),
    trouble,
  );
}

async function byCode(words) {
  const { status, told } = await request('api/rooms/find', { code: words });
  return status === 200 ? told.token : null;
}
