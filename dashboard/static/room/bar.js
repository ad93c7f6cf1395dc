// The bar of a room: who one is, whether the line stands, what the class does, and the ways to help, to another device and out.
// One a document, whatever page of the app is in it.
import { attribute, h, text } from '../stage/dom.js';
import { style } from '../stage/frame.js';
import { t } from '../stage/translate.js';
import { inRoom, leave, roomHere } from './here.js';
import { live } from './live.js';
import { More } from './more.js';
import { Pause } from './pause.js';
import { Push } from './push.js';
import { Spot } from './spot.js';

const TICK_MS = 1000;
const SOON_S = 10;
const NEWS_MS = 6000;
const LEAVING = ['closed', 'gone', 'out', 'blocked']; // nothing can be done in the room any more
let bar = null;

/** Puts the bar on the page where the tab is in a room; doing it again changes nothing. `light`: the page is for slow networks. */
export async function show(light = false) {
  const room = live();
  if (!room || bar?.live === room) return;
  bar?.dispose();
  bar = new Bar(room, light);
  await style(new URL('./bar.css', import.meta.url).href);
  bar.appear();
}

class Bar {
  constructor(room, light) {
    Object.assign(this, { live: room, light });
    this.line = h('span', { class: 'room-line' }, h('i', { 'aria-hidden': 'true' }), h('span', { class: 'words' }));
    this.name = h('span', { class: 'room-name', translate: 'no' });
    this.what = h('span', { class: 'room-what', 'aria-live': 'polite' });
    this.go = h('a', { class: 'room-button leading', onclick: (event) => this.follow(event) }, t('Go there'));
    this.other = h('span', { class: 'words' });
    this.lead = h('a', { class: 'room-button leading' }, t('Go there'));
    this.moved = h('p', { class: 'room-news', role: 'status', hidden: true }, this.other, this.lead);
    this.time = h('span', { class: 'room-time', role: 'timer', hidden: true });
    this.help = h('button', { type: 'button', class: 'room-button help', onclick: () => this.ask() });
    this.more = new More(room, light);
    this.push = new Push(room, light);
    this.spot = new Spot(room);
    this.pause = new Pause();
    this.news = h('p', { class: 'room-news calm', role: 'status', hidden: true });
    const who = h('div', { class: 'room-who' }, h('div', { class: 'room-me' }, this.line, this.name), this.what);
    this.root = h(
      'section',
      { class: 'room-bar', 'aria-label': t('Your class'), hidden: true },
      h('div', { class: 'room-row' }, who, this.go, this.time, h('span', { class: 'room-ends' }, this.help, this.more.button)),
      this.more.root,
      this.moved,
      this.push.root,
      this.spot.root,
      this.news,
    ); // prettier-ignore
    this.stop = room.on(() => this.paint());
    this.timer = setInterval(() => this.paint(), TICK_MS);
    this.size = new ResizeObserver(() => document.documentElement.style.setProperty('--room-bar', `${this.root.offsetHeight}px`));
  }

  appear() {
    document.body.prepend(this.root);
    document.documentElement.dataset.room = '';
    this.size.observe(this.root);
    this.root.hidden = false;
    this.paint();
  }

  paint() {
    if (roomHere() !== this.live.token) {
      this.dispose();
      return;
    }
    const { room, me, line, ended } = this.live;
    attribute(this.line, 'data-line', line === 'off' ? 'off' : 'on');
    text(this.line.lastChild, line === 'off' ? t('No connection') : line === 'on' ? t('Connected') : t('Connecting'));
    text(this.name, me?.name ?? '');
    const out = ended || !room;
    for (const one of [this.help, this.more.button]) one.hidden = !!out;
    if (out && !this.more.root.hidden) this.more.open(false);
    this.help.disabled = line === 'off';
    attribute(this.help, 'data-on', !!me?.help);
    text(this.help, me?.help ? t('✓ Help is asked for') : t('I need help'));
    const known = ended ? this.over() : room ? this.told(room) : '';
    text(this.what, line === 'off' && !ended ? t('What you answer is kept, and sent when it is back.') : known);
    this.way(room, ended);
    this.clock(room, ended);
    this.pause.show(!!room && !ended && room.pacing === 'paused');
    if (room && !out) this.push.show(room);
    else this.push.root.hidden = true;
    this.spot.show(room && !out ? room : null);
    this.tell();
    this.more.paint();
  }

  /** What the class does, in few words. */
  told(room) {
    const waits = this.live.me?.status === 'waiting' ? `${t('Your teacher has to approve your name first.')} ` : '';
    if (room.pacing === 'paused') return waits + t('Paused');
    if (room.pacing === 'free' || !room.place) return waits + t('At your own pace');
    return waits + t('Class: step {number} of {all}', { number: room.place, all: room.steps });
  }

  over() {
    const { ended, roles, problem, was } = this.live;
    if (roles.includes('teacher')) return t('You teach this room.');
    if (ended === 'closed') return t('The class has ended.');
    if (ended === 'blocked') return t('Your teacher has blocked you from this room.');
    if (ended === 'gone') return t('This room does not exist any more.');
    if (ended === 'stranger') return was ? t('You are not in this room any more.') : t('You are not in this room yet.');
    return problem;
  }

  /** The way to where the class is, for who is somewhere else. */
  way(room, ended) {
    const { lesson, roles, token } = this.live;
    const teaches = roles.includes('teacher') && ['stranger', 'closed'].includes(ended);
    const open = new URLSearchParams(location.search).get('lesson');
    this.leaves = LEAVING.includes(ended) && !teaches && (ended !== 'closed' || !!lesson || !room.lesson);
    let [href, words, moved] = ['', t('Go there'), false];
    if (teaches) [href, words] = [`teach?room=${token}`, t('To the teacher’s page')];
    else if (ended === 'stranger') [href, words] = [`room/${token}`, t('Come in')];
    else if (ended === 'closed' && !this.leaves) [href, words] = [inRoom(room.lesson.address, token), t('Go to the lesson')];
    else if (this.leaves) [href, words] = ['.', t('Leave the room')];
    else if (room?.lesson && !ended && !this.push.there) {
      const at = lesson ? lesson.learning.id === room.lesson.id : open === room.lesson.id;
      moved = !at && !!(lesson || open);
      if (!at) [href, words] = [inRoom(room.lesson.address, token), room.pacing === 'free' ? t('Go to the lesson') : words];
      else if (lesson?.learning.state && room.pacing === 'paced' && !lesson.there) href = inRoom(room.lesson.address, token);
    }
    this.go.hidden = !href || moved;
    if (href) this.go.href = new URL(href, document.baseURI).href;
    text(this.go, words);
    this.went(moved ? room.lesson : null);
  }

  /** The class has gone over to this lesson, and another one is on the page: whoever is in the middle of it goes when they are ready. */
  went(lesson) {
    this.moved.hidden = !lesson;
    if (!lesson) return;
    this.lead.href = this.light ? new URL(`room/${this.live.token}/questions`, document.baseURI).href : inRoom(lesson.address, this.live.token);
    text(this.other, t('Your class is now in lesson {number}: {title}. What you have done here is kept.', lesson));
  }

  follow(event) {
    const { lesson, room, ended } = this.live;
    if (this.leaves) leave();
    if (ended || !lesson || lesson.learning.id !== room.lesson?.id) return;
    event.preventDefault();
    lesson.go();
  }

  clock(room, ended) {
    const left = this.live.left;
    this.time.hidden = left === null || !!ended;
    if (this.time.hidden) return;
    const whole = Math.max(0, Math.ceil(left));
    text(this.time, left > 0 ? `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}` : t('Time is over'));
    attribute(this.time, 'data-soon', left <= SOON_S);
    const over = left <= 0 ? room.countdown_s : null;
    if (over && this.overAt === undefined) this.overAt = over; // it was over before this page was opened
    if (over && this.overAt !== over) this.live.news = t('Time is over');
    this.overAt = over;
  }

  /** What is new, for some seconds. */
  tell() {
    const { news } = this.live;
    if (news) {
      this.live.news = '';
      text(this.news, news);
      clearTimeout(this.hush);
      this.hush = setTimeout(() => text(this.news, ''), NEWS_MS);
      setTimeout(() => (this.news.hidden = !this.news.textContent), NEWS_MS + 50);
    }
    this.news.hidden = !this.news.textContent;
  }

  async ask() {
    const { problem } = await this.live.do(this.live.me?.help ? 'fine' : 'help');
    if (problem) this.live.announce(problem);
  }

  dispose() {
    this.stop();
    clearInterval(this.timer);
    this.size.disconnect();
    this.pause.show(false);
    this.root.remove();
    delete document.documentElement.dataset.room;
    document.documentElement.style.removeProperty('--room-bar');
    if (bar === this) bar = null;
    if (!roomHere()) this.live.close();
  }
}
