// What is rarely needed in a room: the code for another device, the other kind of page, and the way out.
import { attribute, h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { inRoom, leave } from './here.js';

export class More {
  constructor(live, light) {
    Object.assign(this, { live, light });
    const opens = { 'aria-expanded': 'false', 'aria-controls': 'room-more', onclick: () => this.open(this.root.hidden) };
    this.button = h('button', { type: 'button', class: 'room-button dots', ...opens }, t('More'));
    this.title = h('p', { class: 'room-title', translate: 'no' });
    this.told = h('div', { class: 'room-told', role: 'status' });
    this.code = h('button', { type: 'button', class: 'room-button', onclick: () => this.resume() }, t('Go on with another device'));
    this.other = h('a', { class: 'room-button' }, light ? t('The whole page') : t('Only the questions (for slow networks)'));
    this.out = h('button', { type: 'button', class: 'room-button', onclick: () => this.sure(true) }, t('Leave the room'));
    this.yes = h('button', { type: 'button', class: 'room-button', onclick: () => this.leave() }, t('Yes, leave'));
    this.no = h('button', { type: 'button', class: 'room-button', onclick: () => this.sure(false) }, t('No, stay'));
    const why = t('Leave? Your answers stay. To come back as yourself, first take a code with “Go on with another device”.');
    const asks = { class: 'room-sure', role: 'group', 'aria-label': t('Leave the room?'), hidden: true };
    this.question = h('div', asks, h('p', {}, why), this.yes, this.no);
    this.root = h(
      'div',
      { class: 'room-more', id: 'room-more', hidden: true },
      this.title,
      h('p', { class: 'room-ways' }, this.code, this.other, this.out),
      this.told,
      this.question,
    ); // prettier-ignore
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      this.open(false);
      this.button.focus();
    });
  }

  open(on) {
    this.root.hidden = !on;
    attribute(this.button, 'aria-expanded', on);
    if (on) this.paint();
  }

  paint() {
    const { room, token } = this.live;
    if (!room) return;
    const { lesson } = room;
    const at = JSON.stringify([lesson?.id, room.step, room.vote]);
    if (at !== this.at) this.open(false); // what the class has gone on to is not covered
    this.at = at;
    if (this.root.hidden) return;
    const called = lesson && (lesson.title === room.title ? t('Lesson {number}', lesson) : t('Lesson {number}: {title}', lesson));
    text(this.title, [room.title, called].filter(Boolean).join(' · '));
    const whole = lesson ? inRoom(lesson.address, token) : '';
    const href = this.light ? whole : new URL(`room/${token}/questions`, document.baseURI).href;
    this.other.hidden = !href;
    if (href) this.other.href = href;
  }

  async resume() {
    const { told, problem, status } = await this.live.do('code');
    if (status === 403 || status === 404) await this.live.refresh(); // one is in the room no more, or there is none
    this.told.replaceChildren(
      ...(told
        ? [
            h('p', {}, t('On the other device open the link of your class or type its code, choose “I was here before”, and type:')),
            h('p', { class: 'room-code', translate: 'no' }, told.resume),
            h('p', { class: 'quiet' }, t('Keep it to yourself. A new one ends this one.')),
          ]
        : [h('p', {}, problem)]),
    );
  }

  sure(on) {
    this.question.hidden = !on;
    this.out.hidden = on;
    (on ? this.no : this.out).focus();
  }

  async leave() {
    const { problem, status } = await this.live.do('leave');
    if (problem && status !== 403) {
      this.told.replaceChildren(h('p', {}, problem));
      return;
    }
    const door = new URL(`room/${this.live.token}`, document.baseURI).href;
    leave();
    this.live.close();
    location.assign(door);
  }
}
