// A row of tabs and their panes, by the keyboard pattern of the ARIA guide: arrows move, Home and End go to the ends.
import { attribute, h } from './dom.js';

export class Tabs {
  /** `panes`: [[name, title, element]]; `onOpen` is told which pane is seen. */
  constructor(label, panes, { onOpen }) {
    Object.assign(this, { panes, onOpen, name: panes[0][0] });
    this.buttons = panes.map(([name, title, pane]) => {
      pane.id = `pane-${name}`;
      for (const [key, value] of Object.entries({ role: 'tabpanel', 'aria-labelledby': `tab-${name}`, tabindex: '0' }))
        attribute(pane, key, value);
      return h(
        'button',
        { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': `pane-${name}`, onclick: () => this.open(name) },
        title,
      );
    });
    this.list = h(
      'div',
      { class: 'tabs', role: 'tablist', 'aria-label': label, onkeydown: (event) => this.key(event) },
      this.buttons,
    );
    this.root = h(
      'section',
      { class: 'card tabbed' },
      this.list,
      panes.map(([, , pane]) => pane),
    );
    this.paint();
  }

  open(name) {
    this.name = name;
    this.paint();
    this.onOpen(name);
  }

  paint() {
    this.panes.forEach(([name, , pane], i) => {
      const here = name === this.name;
      pane.hidden = !here;
      attribute(this.buttons[i], 'aria-selected', here);
      attribute(this.buttons[i], 'tabindex', here ? 0 : -1);
    });
  }

  key(event) {
    const last = this.panes.length - 1;
    const at = this.panes.findIndex(([name]) => name === this.name);
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.open(this.panes[to][0]);
    this.buttons[to].focus();
  }
}
