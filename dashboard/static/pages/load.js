// The class is the load: the card beside a page that plays what the members of a room make together. It asks for the merged system
// whenever the room says that somebody did something, and sets it in the running system. Chooses nothing itself.
import { h, text } from '../stage/dom.js';
import { style } from '../stage/frame.js';
import { plural, t } from '../stage/translate.js';
import { play } from '../lesson/play.js';
import { inRoom } from '../room/here.js';

const APART_MS = 1000; // the room is asked so often at most: some hundred members may choose in one minute
const AGAIN_MS = 4000;

export class Load {
  constructor(stage, root, room) {
    Object.assign(this, { stage, room, ended: false, asking: false, wanted: false });
    this.counts = h('p', { class: 'counts', role: 'status' });
    this.list = h('ol', { class: 'policies' });
    this.problem = h('p', { class: 'problem', role: 'alert', hidden: true });
    this.again = h('button', { type: 'button', class: 'plain wide', hidden: true, onclick: () => this.begin() }, t('Begin again'));
    this.back = h('a', { class: 'link', hidden: true });
    style(new URL('./load.css', import.meta.url).href).then(() => {
      const heading = h('h2', {}, t('The class is the load'));
      root.append(h('div', { class: 'class-load' }, heading, this.counts, this.list, this.problem, this.again, this.back));
    });
    this.ask();
    this.listen();
  }

  listen() {
    this.stream = new EventSource(new URL(`api/rooms/${this.room}/events`, document.baseURI));
    for (const kind of ['class', 'room']) this.stream.addEventListener(kind, () => this.ask());
    this.stream.addEventListener('gone', () => this.stream.close());
    this.stream.onerror = () => {
      if (this.stream.readyState !== EventSource.CLOSED || this.ended) return;
      this.retry = setTimeout(() => this.listen(), AGAIN_MS);
    };
  }

  /** Asks for the class as it is now; what comes meanwhile is asked for afterwards, once. */
  async ask() {
    this.wanted = true;
    if (this.asking) return;
    this.asking = true;
    while (this.wanted && !this.ended) {
      this.wanted = false;
      await this.fetch();
      await new Promise((done) => setTimeout(done, APART_MS));
    }
    this.asking = false;
  }

  async fetch() {
    try {
      const answer = await fetch(new URL(`api/rooms/${this.room}/load`, document.baseURI));
      const told = await answer.json();
      if (this.ended) return;
      if (answer.ok) this.take(told);
      else this.complain(told.problem);
    } catch {
      this.complain(t('The server cannot be reached just now.'));
      this.retry = setTimeout(() => this.ask(), AGAIN_MS);
    }
  }

  take(told) {
    this.lead(told.back);
    if (!told.step) return this.complain(t('In this lesson nothing is made by the class together.'));
    this.complain('');
    this.told = told;
    play(this.stage, told.scene);
    if (this.again.hidden) this.arrange(told.owned);
    this.set();
    const members = plural('One member', '{members} members', told.members, told);
    text(this.counts, plural('{of}, one has chosen.', '{of}, {chosen} have chosen.', told.chosen, { of: members, chosen: told.chosen }));
    const most = Math.max(1, ...told.policies.map((one) => one.count));
    const rows = [...told.policies, ...(told.others ? [{ text: t('others'), count: told.others }] : [])];
    this.list.replaceChildren(...rows.map((one) => row(one, most, one.text === told.mine)));
    this.again.hidden = false;
    return undefined;
  }

  /** The way to the page of whoever looks on. A member whom the teacher sent here has it in the bar of the room. */
  lead(back) {
    const { page } = this.stage;
    const lesson = inRoom(`${location.pathname}?lesson=${encodeURIComponent(page.lesson.id)}`, this.room);
    this.back.href = back === 'lesson' ? lesson : new URL(`${back}?room=${this.room}`, document.baseURI).href;
    text(this.back, { teach: t('To the teacher’s page'), wall: t('Back to the wall'), lesson: t('Back to the lesson') }[back]);
    this.back.hidden = back === 'lesson' && new URLSearchParams(location.search).has('pushed');
  }

  /** What members own is nobody else's to move: it stands behind the rest. */
  arrange(owned) {
    const { controls, page } = this.stage;
    controls.arrange(page.controls.filter((spec) => !spec.more && !owned.includes(spec.path)).map((spec) => spec.path));
  }

  /** What the class is now takes effect at the clock's instant. */
  set() {
    const { values, policies } = this.told;
    const now = this.stage.values ?? this.stage.start;
    if (Object.entries(values).every(([path, value]) => JSON.stringify(now[path]) === JSON.stringify(value))) return;
    this.stage.move(values, t('The class: {count} different policies', { count: policies.length }));
  }

  begin() {
    if (!this.told) return;
    play(this.stage, this.told.scene, true);
    this.set();
  }

  complain(words) {
    text(this.problem, words);
    this.problem.hidden = !words;
  }

  dispose() {
    this.ended = true;
    clearTimeout(this.retry);
    this.stream.close();
  }
}

function row({ text: words, count }, most, mine) {
  const own = mine ? h('span', { class: 'mine' }, ` · ${t('yours')}`) : null;
  const bar = h('i', { 'aria-hidden': 'true' });
  bar.style.setProperty('--part', `${(100 * count) / most}%`);
  return h('li', {}, h('span', { class: 'words' }, words, own), h('span', { class: 'count' }, String(count)), bar);
}
