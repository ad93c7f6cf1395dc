// The teacher's page: without a room the lobby, with one all that a lesson is run from. It asks the room itself; nothing of it is kept
// here, so that a refresh, or another teacher's browser, shows the same.
import { h, text } from '../stage/dom.js';
import { style } from '../stage/frame.js';
import { t } from '../stage/translate.js';
import { link } from './parts.js';
import { ClassTable, inside, summary, votersOf } from './teach_class.js';
import { Join, Recovery } from './teach_join.js';
import { Line, PREPARING, request } from './teach_line.js';
import { Lobby, recovery } from './teach_lobby.js';
import { Members } from './teach_member.js';
import { Notes } from './teach_notes.js';
import { Now } from './teach_now.js';
import { Pace } from './teach_pace.js';
import { arrived, check, recall, remember, Toast } from './teach_parts.js';
import { Radar } from './teach_radar.js';
import { Settings, TakeAway } from './teach_settings.js';
import { Beside, Locks, Push } from './teach_show.js';

const SPEAK_MS = 6000; // what is read out is read out no oftener
const RETRY_MS = 3000;
const STILL_MS = 1500; // what is large only moves once no hand has for so long
const PROJECTED = 'teach:projected';

export function draw(root, data, ask) {
  let page = null;
  let newest = data;
  const begun = style(new URL('./teach.css', import.meta.url).href);
  const show = async (now) => {
    newest = now;
    await begun;
    if (newest !== now) return;
    if (page && page.token === now.room) {
      page.update?.(now);
      return;
    }
    page?.dispose();
    root.replaceChildren();
    page = now.room ? new RoomPage(root, now, ask) : new Lobby(root, now);
    page.token = now.room;
  };
  show(data);
  return show;
}

class RoomPage {
  constructor(root, data, ask) {
    Object.assign(this, { page: root, data, ask, looked: null, told: null, touchedAt: 0, arrived: arrived() });
    this.toast = new Toast();
    this.trouble = h('p', { class: 'notice line-trouble', role: 'alert', hidden: true });
    this.wait = h('p', { class: 'quiet' }, t('One moment …'));
    root.append(this.trouble, this.wait);
    this.begin();
  }

  /** Who this browser is in the room says what stands here. */
  async begin() {
    const { room: token } = this.data;
    const { status, told } = await request(`api/rooms/${encodeURIComponent(token)}`);
    if (!this.page.isConnected || this.gone) return;
    if (status === 200 && told.roles.includes('teacher')) this.build();
    else if (status === 200) this.stranger(told);
    else if (status === 404) this.none(told.problem);
    else {
      this.tell(told.problem);
      setTimeout(() => this.begin(), RETRY_MS);
    }
  }

  none(words) {
    this.tell('');
    this.wait.replaceWith(h('h1', {}, t('There is no such room')), h('p', {}, words || t('It was deleted. Nothing of it is kept.')), h('p', {}, link('teach', 'teach', { class: 'primary' }, t('Your rooms'))));
  }

  stranger({ room }) {
    const again = () => {
      this.page.replaceChildren(this.trouble, this.wait);
      this.begin();
    };
    this.tell('');
    this.wait.replaceWith(
      h('header', {}, h('p', { class: 'kicker' }, t('Room')), h('h1', { translate: 'no' }, room.title), h('p', { class: 'question' }, t('This browser does not teach this room. If it is yours, its recovery code lets you in.'))),
      recovery(again, room.token),
      h('p', { class: 'go' }, h('a', { class: 'plain', href: `room/${room.token}` }, t('I am a student: come in')), link('teach', 'teach', { class: 'plain' }, t('Your rooms'))),
    );
  }

  build() {
    const { page, data } = this;
    this.line = new Line(page, data.room, 'class', {
      onTold: (told) => this.take(told),
      onTrouble: (words) => this.tell(words),
      onProblem: (words) => this.toast.say(words),
      onEnd: (status) => this.end(status),
    });
    const { line, toast } = this;
    this.join = new Join(page, line);
    this.recovery = new Recovery(data.room, this.join.where);
    this.members = new Members(page, line, toast);
    this.table = new ClassTable({ onMember: (number) => this.members.open(number), approve: (people) => this.members.approve(people) });
    this.pace = new Pace(page, line, (step) => this.look(step));
    this.now = new Now(page, line);
    const radar = new Radar(line);
    const notes = new Notes(this.ask);
    const tools = [new Push(line, data), new Beside(line), new Locks(line), new Settings(page, line, this.join.where, this.recovery, toast), new TakeAway(data.room)];
    this.parts = [this.pace, this.now, notes, this.join, radar, this.members, this.table, ...tools];
    this.title = h('h1', { translate: 'no', tabindex: -1 });
    this.facts = h('p', { class: 'kicker' });
    this.projector = check(t('This page is on a projector'), (on) => this.project(on));
    this.projector.box.checked = recall(PROJECTED) === 'yes';
    this.spoken = h('p', { class: 'sr', role: 'status' });
    const over = t('This room is closed: nobody can come in or answer, and nothing can be shown to the class. You can look at everything and take the answers with you until it is deleted. A later day in its settings opens it again.');
    this.closed = h('p', { class: 'notice calm', hidden: true }, over);
    const waits = t('Until then some steps cannot be opened, and which answer is right may not be known. What students answer waits on their devices. All of it goes on by itself.');
    this.preparing = h('p', { class: 'notice calm', role: 'status', hidden: true }, `${PREPARING} ${waits}`);
    this.first = h('div', { class: 'first' }); // where the way in is until somebody has come
    this.side = h('div', { class: 'side-column' }, radar.root);
    page.onpointermove = page.onkeydown = () => (this.touchedAt = Date.now());
    const wall = h('a', { class: 'primary', href: `wall?room=${data.room}`, target: '_blank', rel: 'noopener' }, t('Open the wall'));
    this.wait.before(
      h('div', { class: 'bar room-head' }, h('header', {}, this.facts, this.title), h('div', { class: 'go' }, this.projector.root, wall, link('teach', 'teach', { class: 'plain' }, t('Your rooms')))),
      this.closed,
      this.preparing,
      this.first,
      this.recovery.root,
      tools[0].standing,
      this.pace.root,
      h('div', { class: 'room-grid' }, h('div', { class: 'main-column' }, this.now.root, notes.root), this.side),
      this.table.root,
      h('div', { class: 'tools' }, [tools.slice(0, 3), tools.slice(3)].map((column) => h('div', { class: 'main-column' }, column.map((tool) => tool.root)))),
      toast.root,
      this.spoken,
    );
    page.dataset.projected = this.projector.box.checked;
    this.hide(true); // until something is known
    line.open();
  }

  take(told) {
    // Whoever asked for help in a room that is closed now waits no more.
    if (told.room.closed) told.people = told.people.map((one) => ({ ...one, help: false }));
    this.told = told;
    if (this.looked && !told.steps.some((one) => one.id === this.looked)) this.looked = null;
    const step = told.room.pacing === 'free' ? null : told.room.step;
    if (step !== this.step) this.looked = null; // the class has gone on, and so does what is looked at
    this.step = step;
    this.draw();
  }

  draw() {
    const { told } = this;
    if (!told) return;
    const { room } = told;
    text(this.title, room.title);
    const people = inside(told.people);
    const facts = [t('Classroom'), room.lesson && t('Lesson {number}', { number: room.lesson.number }), room.closed ? t('closed') : t('{number} here', { number: people.length })];
    text(this.facts, facts.filter(Boolean).join(' · '));
    this.closed.hidden = !room.closed;
    this.preparing.hidden = !told.preparing;
    this.wait.hidden = true;
    this.place(people.length ? this.side : this.first);
    const all = { ...told, looked: this.looked, notes: this.data.notes, projected: this.projector.box.checked };
    this.hide(false);
    for (const part of this.parts) part.show(all);
    if (this.arrived && document.activeElement === document.body) this.title.focus({ preventScroll: true });
    this.arrived = false;
    Object.assign(this.page.dataset, { revision: room.revision, closed: room.closed });
    this.speak(people);
  }

  hide(all) {
    for (const one of this.page.querySelectorAll('.pace, .room-grid, .class, .tools')) one.hidden = all;
  }

  /** Puts the way in there, but not under somebody's hand: everything below it moves too. */
  place(there) {
    const { root } = this.join;
    clearTimeout(this.placing);
    if (root.parentNode === there) return;
    if (root.isConnected && Date.now() - this.touchedAt < STILL_MS) {
      this.placing = setTimeout(() => this.place(there), STILL_MS);
      return;
    }
    const held = root.contains(document.activeElement) ? document.activeElement : null;
    there.prepend(root);
    held?.focus({ preventScroll: true });
  }

  /** The state of the class, read out when it has changed, and not at every answer. */
  speak(people) {
    if (this.speaking) return;
    this.speaking = setTimeout(() => {
      this.speaking = null;
      const vote = this.told.results?.votes.at(-1);
      const said = [vote ? t('{answered} of {all} answered', { answered: vote.answered, all: votersOf(vote, this.told.people) }) : '', summary(inside(this.told.people), this.told.steps)];
      text(this.spoken, said.filter(Boolean).join('. '));
    }, people.length ? SPEAK_MS : 0); // prettier-ignore
  }

  look(step) {
    this.looked = step === this.looked || step === this.step ? null : step;
    this.draw();
  }

  project(on) {
    remember(PROJECTED, on ? 'yes' : null);
    this.page.dataset.projected = on;
    this.toast.clear(); // it may name somebody
    this.draw();
  }

  update(data) {
    this.data = data;
    this.draw();
  }

  tell(words) {
    text(this.trouble, words);
    this.trouble.hidden = !words;
  }

  end(status) {
    if (status === 404) {
      this.page.replaceChildren(h('h1', {}, t('There is no such room')), h('p', {}, t('It was deleted. Nothing of it is kept.')), h('p', {}, link('teach', 'teach', { class: 'primary' }, t('Your rooms'))));
      return;
    }
    this.tell(t('This browser does not teach this room any more.'));
  }

  dispose() {
    this.gone = true;
    this.line?.close();
  }
}
