// Where the traffic comes from: the sliders, or a recording that is uploaded. Knows nothing of how a recording is read.
import { h } from './dom.js';

export class Source {
  constructor(offer, { onSource }) {
    this.root = h('div', { class: 'source', hidden: true });
  }

  restore() {}
  state() { return null; }
  show() {}
}
