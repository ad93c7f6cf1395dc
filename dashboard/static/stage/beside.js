// Beside: the place of the lesson's card, at the top of the side column and on a phone before the clock and the picture. Brings the
// card when the page is in a lesson, or that of the class which the page plays, or an offer where there are lessons about the page.
// Knows nothing of what a lesson is.
import { h } from './dom.js';
import { t } from './translate.js';

const NARROW = '(max-width: 900px)';
const brought = {
  player: () => import('../lesson/player.js'),
  offer: () => import('../lesson/offer.js'),
  load: () => import('../pages/load.js'),
};

export class Beside {
  constructor(stage) {
    this.stage = stage;
    this.root = h('section', { class: 'card lesson', 'aria-label': t('Lesson') });
    this.narrow = window.matchMedia(NARROW);
    this.move = () => this.put();
    this.left = false;
    const { lesson } = stage.page;
    const room = lesson && new URLSearchParams(location.search).get('class'); // then the page plays what the class makes together
    brought[room ? 'load' : lesson ? 'player' : 'offer']().then((module) => {
      if (this.left) return;
      if (room) this.card = new module.Load(stage, this.root, room);
      else this.card = lesson ? new module.Player(stage, this.root) : new module.Offer(stage.page.lessons, this.root);
    });
  }

  /** The page stands: from now on the card is where there is room for it. */
  settle() {
    this.narrow.addEventListener('change', this.move);
    this.column = this.root.parentElement;
    this.put();
  }

  /** The order on the page is the order of the keys, so the card is moved rather than only shown elsewhere. */
  put() {
    const held = this.root.contains(document.activeElement) ? document.activeElement : null;
    const { page, transport, numbers } = this.stage;
    if (this.narrow.matches && page.lesson) transport.root.before(this.root);
    else if (this.narrow.matches)
      numbers.root.after(this.root); // an offer does not stand before what one came for
    else this.column.prepend(this.root);
    held?.focus({ preventScroll: true });
  }

  dispose() {
    this.left = true;
    this.narrow.removeEventListener('change', this.move);
    this.card?.dispose();
  }
}
