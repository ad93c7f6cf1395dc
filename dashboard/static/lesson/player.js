// The player: a lesson beside a live page; lets the card, the stage and the server know of one another.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { roomHere } from '../room/here.js';
import { Card } from './card.js';
import { Learning } from './learning.js';
import { Look } from './look.js';
import { play, runOf } from './play.js';

export class Player extends Learning {
  constructor(stage, root) {
    super(stage.page.lesson.id, { room: roomHere() });
    this.stage = stage;
    this.look = new Look(stage, { opened: !!this.kept.get('opened'), onOpen: (on) => this.kept.set('opened', on) });
    const on = {
      fold: () => this.fold(!this.kept.get('folded')),
      goto: (step) => this.act({ action: 'goto', step }),
      back: () => this.act({ action: 'back' }),
      skip: () => this.next(),
      support: (support) => this.act({ action: 'support', support }),
      restart: () => this.restart(),
    };
    this.card = new Card(root, on, location.pathname);
    this.alone = `${location.pathname}?lesson=${encodeURIComponent(this.id)}`;
    this.fold(!!this.kept.get('folded'));
    this.goto = h('button', { type: 'button', class: 'pill skip', onclick: () => this.focus() }, t('Go to the lesson'));
    stage.root.prepend(this.goto);
    this.load();
  }

  unloaded() {
    if (!this.stage.staged) this.stage.link.held = false; // the page itself can be played meanwhile
  }

  /** Another state of the lesson: card, page and scene follow it. */
  take(state, { closed = false, anew = false } = {}) {
    this.closed = closed || !state.step;
    this.card.complain(null);
    this.card.show(state, this.closed, this.waitsForClass(state), !!this.over);
    this.look.obey(this.closed ? null : state.step, this.over);
    play(this.stage, state.scene, anew);
    return this.put(state, { anew });
  }

  complain(problem) {
    this.card.complain(problem);
  }

  /** The class goes on, or may go on freely, or is over: what depends on that is shown anew. */
  refresh() {
    if (!this.state) return;
    this.card.show(this.state, this.closed, this.waitsForClass(), !!this.over);
    this.look.tell(this.over);
    this.view.update?.(this.state);
  }

  run() {
    return runOf(this.stage);
  }

  show(view) {
    this.view = view;
    this.card.content.replaceChildren(view.root);
  }

  /** Something that stands above whatever the lesson shows. */
  above(notice) {
    this.card.content.before(notice);
  }

  fold(on) {
    this.kept.set('folded', on);
    this.card.folded(on);
  }

  focus() {
    if (this.kept.get('folded')) this.fold(false);
    this.view?.heading.focus();
  }

  /** The focus is where the new step begins, and that can be seen. */
  arrive() {
    const { root } = this.card;
    this.stage.beside.column.scrollTop = 0;
    this.view.heading.focus({ preventScroll: true });
    const { top } = root.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight / 2)
      root.scrollIntoView({ block: 'start', behavior: this.stage.still ? 'auto' : 'smooth' });
  }
}
