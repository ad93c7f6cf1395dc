// Buttons that break something: on the chosen server, or on the traffic. Knows nothing of what a fault does.
import { attribute, h, text } from './dom.js';

export class Faults {
  constructor(kinds, { onFault, onSpike }) {
    this.kinds = kinds;
    this.index = 1;
    this.spiking = null;
    this.state = { downs: new Set(), failing: new Set(), count: 1 };
    this.select = h('select', { 'aria-label': 'Which server', class: 'which' });
    this.select.onchange = () => {
      this.index = Number(this.select.value);
      this.show();
    };
    const inject = (kind, words) => onFault({ kind, index: this.index }, words);
    this.crash = h('button', {
      type: 'button',
      class: 'fault',
      'data-fault': 'crash',
      onclick: () => {
        const down = this.state.downs.has(this.index);
        inject(down ? 'recover' : 'crash', `server ${this.index + 1} ${down ? 'recovers' : 'crashes'}`);
      },
    });
    this.failing = h('button', {
      type: 'button',
      class: 'fault',
      'data-fault': 'fail-fast',
      onclick: () => {
        const failing = this.state.failing.has(this.index);
        inject(failing ? 'recover' : 'fail_fast', `server ${this.index + 1} ${failing ? 'is mended' : 'fails fast'}`);
      },
      title: 'The server answers every request at once with an error, and passes its health checks all the same.',
    });
    this.spike = h('button', {
      type: 'button',
      class: 'fault',
      'data-fault': 'spike',
      onclick: () => onSpike(this.spiking === null),
    });
    this.root = h(
      'div',
      { class: 'group', role: 'group', 'aria-label': 'Break something' },
      h('h3', {}, 'Break something', this.select),
      h('div', { class: 'faults' }, this.crash, this.failing, this.spike),
    );
  }

  /** A click on a server's box chooses it here too. */
  choose(id) {
    if (!/^s\d+$/.test(id)) return;
    this.index = Number(id.slice(1));
    this.show();
  }

  update(state) {
    this.state = state;
    this.index = Math.min(this.index, Math.max(0, state.count - 1));
    if (this.select.options.length !== state.count) {
      this.select.replaceChildren(...Array.from({ length: state.count }, (_, i) => h('option', { value: i }, `server ${i + 1}`)));
    }
    this.show();
  }

  show() {
    this.select.value = this.index;
    const down = this.state.downs.has(this.index),
      failing = this.state.failing.has(this.index);
    text(this.crash, `${down ? 'Recover' : 'Crash'} server ${this.index + 1}`);
    attribute(this.crash, 'data-mends', down);
    text(this.failing, failing ? `Mend server ${this.index + 1}` : 'Fail fast');
    attribute(this.failing, 'data-mends', failing);
    this.failing.disabled = down;
    text(this.spike, this.spiking === null ? 'Spike × 3' : 'End the spike');
    attribute(this.spike, 'data-mends', this.spiking !== null);
  }
}
