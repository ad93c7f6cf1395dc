// From people to requests: users × actions a day × peak, and the rate that they come to. Knows nothing of the run.
import { h, text } from './dom.js';
import { fixed, parse, plain, whole } from './format.js';
import { t } from './translate.js';

const DAY_S = 86400;
const USERS = [1e3, 3e3, 1e4, 3e4, 1e5, 1.5e5, 2e5, 2.5e5, 3e5, 4e5, 5e5, 7e5, 1e6, 2e6];
const ROWS = [
  { name: 'users', label: t('Users'), most: 1e8, stops: USERS, help: t('People who use the application on a day.') },
  { name: 'actions', label: t('Actions each, a day'), most: 1e4, stops: [1, 2, 5, 10, 20, 50, 100, 200], help: t('Requests that one of them makes on a day.') },
  { name: 'peak', label: t('Peak ÷ mean'), most: 100, stops: [1, 1.5, 2, 3, 4, 5, 8, 10], help: t('How many times the mean the busiest moment is.') },
];

export class Worksheet {
  constructor({ onRate }) {
    this.onRate = onRate;
    this.values = { users: 1e5, actions: 20, peak: 3 };
    this.inputs = new Map();
    this.sum = h('p', { class: 'sum', 'aria-live': 'polite' });
    this.root = h(
      'div',
      { class: 'group worksheet', role: 'group', 'aria-label': t('People') },
      h('h3', {}, t('People')),
      ROWS.map((row) => this.row(row)),
      this.sum,
    );
    this.tell();
  }

  row({ name, label, most, stops, help }) {
    const id = `worksheet-${name}`;
    const box = h('input', { type: 'text', inputmode: 'decimal', class: 'box', 'aria-label': t('{label}, number', { label }), autocomplete: 'off', size: 6 });
    const range = h('input', { type: 'range', id, min: 0, max: stops.length - 1, step: 1, 'data-worksheet': name });
    const set = (value) => {
      this.values[name] = value;
      this.tell();
      this.onRate(Math.max(1, Math.round(10 * this.rate) / 10));
    };
    range.oninput = () => set(stops[Number(range.value)]);
    const spec = { low: 1, most, whole: name === 'users' };
    const commit = () => {
      const value = parse(spec, box.value);
      if (value !== undefined && box.value !== shown(name, this.values[name])) set(value);
      box.value = shown(name, this.values[name]);
    };
    box.onkeydown = (event) => event.key === 'Enter' && commit();
    box.onblur = commit;
    box.onfocus = () => box.select();
    this.inputs.set(name, { range, box, stops });
    return h('div', { class: 'control slider', title: help }, h('label', { for: id }, label), h('span', { class: 'value' }, box), range);
  }

  get rate() {
    const { users, actions, peak } = this.values;
    return (users * actions * peak) / DAY_S;
  }

  /** The rate was set otherwise: so many people would make it, at these actions and this peak. */
  show(rate) {
    if (Math.abs(rate - this.rate) > Math.max(0.06, 0.005 * rate)) this.values.users = (rate * DAY_S) / (this.values.actions * this.values.peak);
    this.tell();
  }

  tell() {
    for (const [name, { range, box, stops }] of this.inputs) {
      const value = this.values[name];
      const at = stops.reduce((best, one, i) => (Math.abs(one - value) < Math.abs(stops[best] - value) ? i : best), 0);
      if (Number(range.value) !== at) range.value = at;
      range.style.setProperty('--share', `${(100 * at) / (stops.length - 1)}%`);
      range.setAttribute('aria-valuetext', shown(name, value));
      if (document.activeElement !== box) box.value = shown(name, value);
    }
    const { users, actions, peak } = this.values;
    const mean = (users * actions) / DAY_S;
    const told = { users: whole(Number(users.toPrecision(3))), actions, day: whole(DAY_S), mean: digits(mean), peak: plain(peak), rate: digits(this.rate) };
    text(this.sum, t('{users} × {actions} ÷ {day} s = {mean}/s, × {peak} = {rate} requests/s', told));
  }
}

/** What stands in a row's box. */
const shown = (name, value) => (name === 'users' ? whole(Number(value.toPrecision(3))) : plain(Math.round(100 * value) / 100));

const digits = (value) => (value < 10 ? fixed(value, 1) : whole(value));
