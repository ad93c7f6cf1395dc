// The wall: what a class sees of its room on a projector, from the last row. Nothing can be done with the class here, no name stands
// here but of runs that its teacher puts side by side with their names, and no outcome before its teacher shows it.
import { attribute, h, text } from '../stage/dom.js';
import { style } from '../stage/frame.js';
import { plural, t } from '../stage/translate.js';
import { letter, titleOf } from '../lesson/words.js';
import { link } from './parts.js';
import { picture, Where } from './teach_join.js';
import { Line, PREPARING } from './teach_line.js';
import { Countdown } from './teach_pace.js';
import { button } from './teach_parts.js';
import { given, Results } from './teach_results.js';
import { spotlight } from './teach_spotlight.js';

/** What is tried in turn until all is to be seen at once: closer together, bars beside words without a table, no question. */
const TIGHT = [[], ['close'], ['close', 'beside'], ['close', 'beside', 'unasked']];
/** Once the outcome is shown, how the votes moved is more than the question. */
const TIGHT_AFTER = [[], ['close'], ['close', 'unasked'], ['close', 'beside'], ['close', 'beside', 'unasked']];
const NARROW_PX = 900; // a window so narrow is nobody's wall, and is scrolled

export function draw(root, data) {
  let wall = null;
  const sheets = ['teach', 'wall'].map((name) => style(new URL(`./${name}.css`, import.meta.url).href));
  const show = async (now) => {
    await Promise.all(sheets);
    if (wall?.token === now.room) return;
    wall?.close();
    wall = new Wall(root, now.room);
  };
  show(data);
  return show;
}

class Wall {
  constructor(root, token) {
    Object.assign(this, { token, page: root });
    root.classList.add('wall');
    this.trouble = h('p', { class: 'notice', role: 'status', hidden: true });
    this.title = h('p', { class: 'over-line', translate: 'no' });
    this.full = document.fullscreenEnabled ? button(t('Full screen'), () => this.fill()) : null;
    this.clock = new Countdown();
    this.paused = h('p', { class: 'big-word', hidden: true }, t('Paused'));
    this.pushed = h('p', { class: 'big-word', hidden: true });
    this.heading = h('h1', { translate: 'no' });
    this.prompt = h('div', { class: 'prompt', translate: 'no' });
    this.options = h('ol', { class: 'plain-options', translate: 'no' });
    this.count = h('p', { class: 'count' });
    this.results = new Results({ wall: true });
    this.beside = h('div', { class: 'spotlight' });
    this.way = new Way(token);
    this.step = h('div', { class: 'step-of-class' }, this.heading, this.prompt, this.options, this.results.root, this.beside);
    root.replaceChildren(
      h('div', { class: 'bar wall-head' }, this.title, this.count, this.clock.root, this.full),
      this.trouble,
      this.paused,
      this.pushed,
      h('div', { class: 'wall-body' }, this.step, this.way.root),
    );
    this.body = root.querySelector('.wall-body');
    this.body.hidden = true;
    this.tight = TIGHT;
    this.fits = () => this.fit();
    this.size = new ResizeObserver(() => requestAnimationFrame(this.fits)); // runs that are drawn, a countdown
    for (const one of [root, this.step]) this.size.observe(one);
    window.addEventListener('resize', this.fits);
    this.line = new Line(root, token, 'wall', {
      onTold: (told) => this.show(told),
      onTrouble: (words) => this.tell(words),
      onEnd: (status, words) => this.end(status, words),
    });
    if (token) this.line.open();
    else this.end(404, t('Open the wall from the room that you teach.'));
  }

  close() {
    this.line.close();
    this.size.disconnect();
    window.removeEventListener('resize', this.fits);
  }

  fill() {
    return document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  }

  show({ room, counts, results, step }) {
    this.body.hidden = false;
    text(this.title, [room.title, room.place && !room.closed ? t('Step {place} of {steps}', { place: room.place, steps: room.steps }) : ''].filter(Boolean).join(' · '));
    this.clock.show(room);
    this.paused.hidden = room.pacing !== 'paused' || room.closed;
    text(this.pushed, room.push ? t('On your screen: {title}', { title: room.push.title }) : '');
    this.pushed.hidden = !room.push;
    // What is not voted on is never shown by a word of the teacher: its answers stay away as long as results are hidden.
    const open = results && !results.hidden && (step.polled || !room.results_hidden);
    const shown = open && drawn(results);
    const hands = results?.votes?.at(-1).hands ?? 0;
    const answered = counts.answered + hands;
    this.step.hidden = !step || room.closed;
    this.question(step, shown);
    this.results.root.hidden = !shown;
    if (shown) this.results.show(results, !room.held);
    else this.results.clear();
    const asks = step && !room.closed && (step.check || results);
    const raised = hands && plural('{number} hand counted', '{number} hands counted', hands, { number: hands });
    const typed = counts.of && t('{answered} of {all} answered', { answered: counts.answered, all: counts.of });
    text(this.count, asks ? [typed, raised].filter(Boolean).join(', ') : '');
    const moved = shown && !room.held && results.shift?.flat().some(Boolean);
    this.tight = moved ? TIGHT_AFTER : TIGHT;
    spotlight(this.beside, room);
    this.way.show(room, counts, room.closed ? 'closed' : !step || !(answered || shown) ? 'large' : 'small');
    attribute(this.page, 'data-way', this.way.size);
    attribute(this.page, 'data-counts', Boolean(shown));
    attribute(this.page, 'data-revision', room.revision);
    this.fit();
  }

  /** Nobody scrolls a wall: takes away as little as must be for the way in to be seen too. */
  fit() {
    for (const tight of innerWidth > NARROW_PX ? this.tight : [[]]) {
      attribute(this.page, 'data-tight', tight.join(' '));
      if (this.page.scrollHeight <= parseFloat(getComputedStyle(this.page).minHeight)) return;
    }
  }

  question(step, shown) {
    const key = JSON.stringify([step?.id, step?.prompt, shown]);
    if (!step || key === this.asked) return;
    this.asked = key;
    text(this.heading, titleOf(step));
    // Beside what they said the question itself, which is what a prompt ends with.
    this.prompt.replaceChildren(...(step.prompt ?? [PREPARING]).slice(shown ? -1 : 0).map((words) => h('p', {}, words)));
    this.options.replaceChildren(...(shown ? [] : step.options).map((words, place) => h('li', {}, h('span', { class: 'letter', 'aria-hidden': 'true' }, letter(place)), h('span', {}, words))));
    this.options.hidden = shown || !step.options.length;
  }

  tell(words) {
    text(this.trouble, words);
    this.trouble.hidden = !words;
  }

  end(status, words) {
    const told = status === 404 ? words || t('There is no such room any more.') : t('This browser may not show this room’s wall. In the settings of the room its teacher can make a link for a projector.');
    this.page.replaceChildren(h('h1', {}, t('Wall')), h('p', { class: 'big-word' }, told), h('p', {}, link('teach', 'teach', { class: 'plain' }, t('Teach a class'))));
  }
}

/** Whether there is a picture of what they said: of what is written, built or played none is drawn. */
function drawn({ kind, votes }) {
  const last = votes.at(-1);
  return kind === 'choice' ? votes.some(given) : Boolean(last.numbers?.length || last.curves);
}

/** The way into the room: large while nobody has answered, small from then on. */
class Way {
  constructor(token) {
    this.at = new Where(token, () => this.placed());
    this.code = h('p', { class: 'code-large', translate: 'no' });
    this.where = h('p', {});
    this.link = h('p', { class: 'whole-link', translate: 'no' });
    this.here = h('p', { class: 'here' });
    this.words = h('p', { class: 'big-word' });
    this.picture = picture(this.at);
    this.root = h('div', { class: 'way-in' }, this.words, h('div', {}, this.where, this.code, this.link), this.picture, this.here);
    this.placed();
  }

  /** Where they come in is known. */
  placed() {
    if (!this.root) return;
    text(this.link, this.at.link.replace(/^https?:\/\//, ''));
    attribute(this.picture, 'src', this.at.picture);
    if (this.room) this.told();
  }

  told() {
    text(this.where, this.room.code ? t('Come in at {address} with', { address: this.at.short }) : t('Come in with the link'));
  }

  show(room, counts, size) {
    Object.assign(this, { room, size });
    attribute(this.root, 'data-size', size);
    text(this.words, size === 'closed' ? t('This room is closed. Thank you for today.') : '');
    this.told();
    text(this.code, room.code ?? '');
    text(this.here, size === 'large' ? (counts.present ? plural('{number} is here', '{number} are here', counts.present, { number: counts.present }) : t('Nobody is here yet')) : '');
    this.code.hidden = size === 'closed' || !room.code;
    this.where.hidden = size === 'closed';
    this.link.hidden = size !== 'large' && !(size === 'small' && !room.code);
    attribute(this.picture, 'data-size', size);
  }
}
