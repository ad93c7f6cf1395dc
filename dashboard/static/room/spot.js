// Runs side by side that the teacher shows: a line that says so, and below the bar, for whoever opens it, what spotlight.js draws.
import { attribute, h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';

export class Spot {
  constructor(live) {
    Object.assign(this, { live, shown: null });
    this.button = h('button', { type: 'button', class: 'room-button leading', 'aria-expanded': 'false', 'aria-controls': 'room-spot', onclick: () => this.open(this.panel.hidden) });
    this.line = h('p', { class: 'room-news', hidden: true }, h('span', {}, t('Your teacher shows some runs side by side.')), this.button);
    this.place = h('div', {});
    this.problem = h('p', { role: 'alert', hidden: true });
    this.panel = h('div', { class: 'room-spot', id: 'room-spot', role: 'region', 'aria-label': t('Runs side by side'), tabindex: 0, hidden: true }, this.problem, this.place);
    this.root = h('div', {}, this.line, this.panel);
    // Wherever the focus went meanwhile: the lesson may have taken it to another step.
    this.escape = (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      this.open(false);
      this.button.focus();
    };
    this.open(false);
  }

  /** `room`: as it is told; null where one is out of it. */
  show(room) {
    const lit = room?.spotlight ? JSON.stringify([room.spotlight, room.revision]) : null;
    this.line.hidden = !lit;
    if (lit === this.shown) return;
    this.shown = lit;
    if (!lit) this.open(false);
    else if (!this.panel.hidden) this.load();
  }

  open(on) {
    this.panel.hidden = !on;
    attribute(this.button, 'aria-expanded', on);
    text(this.button, on ? t('Close') : t('Look at them'));
    document[on ? 'addEventListener' : 'removeEventListener']('keydown', this.escape);
    if (on) this.load();
  }

  /** What draws it comes only when it is wanted: a phone on a bad line has more urgent things to load. */
  async load() {
    let problem = '';
    try {
      const { loadSpotlight } = await import('../pages/spotlight.js');
      problem = await loadSpotlight(this.place, document.baseURI, this.live.token);
    } catch {
      problem = t('The server cannot be reached just now.');
    }
    text(this.problem, problem);
    this.problem.hidden = !problem;
  }
}
