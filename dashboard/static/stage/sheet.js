// The sheet that holds the controls on a phone: its handle, and the way to the controls for who goes by keyboard.
// Knows nothing of the controls.
import { attribute, h } from './dom.js';
import { t } from './translate.js';

export class Sheet {
  /** `page` is the stage's element, which says whether the sheet is open; `onOpen` is told when it is. */
  constructor({ page, onOpen }) {
    const side = page.querySelector('.side');
    Object.assign(this, { page, side, onOpen });
    this.arrow = h('span', { 'aria-hidden': 'true' }, '↑');
    this.root = h('button', { type: 'button', class: 'sheet', 'aria-expanded': 'false', onclick: () => this.open(!this.isOpen) }, `${t('Controls')} `, this.arrow);
    this.skip = h('button', { type: 'button', class: 'pill skip', onclick: () => this.enter() }, t('Go to the controls'));
    side.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.isOpen) return;
      this.open(false);
      this.root.focus();
    });
    side.before(this.root);
    page.prepend(this.skip);
  }

  get isOpen() {
    return this.page.classList.contains('open');
  }

  open(on) {
    this.page.classList.toggle('open', on);
    attribute(this.root, 'aria-expanded', on);
    this.arrow.textContent = on ? '↓' : '↑';
    if (on) this.onOpen();
  }

  /** Past the story, to the first of the controls. */
  enter() {
    if (this.root.checkVisibility()) this.open(true);
    this.side.querySelector('input, button, select')?.focus();
  }
}
