// The class is paused: everything else rests behind a window of its own, with what is written in it and the place of the cursor.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';

export class Pause {
  constructor() {
    const title = h('h2', { id: 'room-paused' }, t('Look to the front'));
    const words = h('p', { id: 'room-paused-why' }, t('Your teacher has paused the class. What you have written is kept.'));
    this.root = h('dialog', { class: 'room-pause', 'aria-labelledby': title.id, 'aria-describedby': words.id }, title, words);
    this.on = false;
    this.root.addEventListener('cancel', (event) => event.preventDefault());
    this.root.addEventListener('close', () => this.on && this.root.showModal());
  }

  show(on) {
    if (on === this.on) return;
    this.on = on;
    if (on) {
      if (!this.root.isConnected) document.body.append(this.root);
      this.root.showModal();
    } else this.root.close();
  }
}
