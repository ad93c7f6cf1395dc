// The microscope: one real request of the experiment, where its time went, part by part, and what became of it.
import { attribute, h, text } from './dom.js';
import { whole } from './format.js';
import { inTime, stack, STAGES, swatch } from './stages.js';
import { onWidth } from './svg.js';

const MS = new Intl.NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 3 });
const OUTCOMES = {
  timeout: 'it gave up',
  refused: 'it was refused',
  failed: 'it failed',
  unavailable: 'nobody could serve it',
};
const PLACES = {
  north_america_east: 'eastern North America',
  north_america_west: 'western North America',
  south_america: 'South America',
  europe_west: 'western Europe',
  africa_south: 'southern Africa',
  middle_east: 'the Middle East',
  india: 'India',
  asia_southeast: 'south-east Asia',
  asia_east: 'eastern Asia',
  oceania: 'Oceania',
};
const POP = ['it fetched the file there', 'found there', 'it waited there for another’s fetch'];

export const milliseconds = (us) => MS.format(us / 1000);

export class Microscope {
  constructor({ onOpen }) {
    Object.assign(this, { onOpen, told: null, place: null, before: null, silent: false });
    this.title = h('span', {}, 'One real request');
    this.sum = h('small', {});
    this.bar = h('div', { class: 'strip-of-parts' });
    this.list = h('dl', { class: 'parts' });
    this.facts = h('p', { class: 'hint' });
    this.status = h('span', { class: 'sr', role: 'status', 'aria-live': 'polite' });
    const button = (words, label, by) => h('button', { type: 'button', class: 'plain', 'aria-label': label, onclick: by }, words);
    this.previous = button('← Faster', 'Next faster request', () => this.step(-1));
    this.next = button('Slower →', 'Next slower request', () => this.step(1));
    this.hers = button('Ada’s next', 'Next of Ada’s requests', () => this.ada());
    this.root = h(
      'section',
      { class: 'card chart microscope', 'data-chart': 'microscope', 'aria-label': 'Request microscope' },
      h('h2', {}, this.title, this.sum),
      this.bar,
      this.list,
      this.facts,
      h('div', { class: 'turn' }, this.previous, this.next, this.hers),
      this.status,
    );
    this.stop = onWidth(this.bar, () => {
      this.root.style.minHeight = '';
      this.drawBar();
    });
  }

  dispose() {
    this.stop();
  }

  /** A run is there: the request that was looked at if it is in it too, else Ada's slowest, else one of the slowest. */
  show(now, before) {
    const looked = this.told && this.place !== null ? this.told.requests[this.place]?.request : null;
    this.told = now.histogram;
    this.before = before?.histogram ?? null;
    const { requests, ada } = this.told;
    const same = looked === null ? -1 : requests.findIndex((one) => one.request === looked);
    const answered = ada.filter((place) => requests[place].outcome === 'ok');
    const place = same >= 0 ? same : (answered.at(-1) ?? requests.length - 1);
    this.root.hidden = !requests.length;
    // A new run is told by the experiment; a request is read out when somebody opens it.
    this.silent = true;
    if (requests.length) this.onOpen(place);
    this.silent = false;
  }

  step(by) {
    const place = this.place + by;
    if (this.told.requests[place]) this.onOpen(place);
  }

  ada() {
    const { ada } = this.told;
    this.onOpen(ada[(ada.indexOf(this.place) + 1) % ada.length]);
  }

  open(place) {
    this.place = place;
    const one = this.told.requests[place];
    const followed = this.told.ada.length > 1 && this.told.ada.includes(place);
    text(this.title, followed ? 'One of Ada’s requests' : 'One real request');
    text(
      this.sum,
      one.outcome === 'ok'
        ? `${milliseconds(one.total_us)} ms = its parts`
        : `${OUTCOMES[one.outcome]} after ${milliseconds(one.total_us)} ms`,
    );
    this.parts = inTime(one, (stage) => this.words(one, stage));
    this.drawBar();
    this.list.replaceChildren(
      ...this.parts.map((part) =>
        h('div', {}, h('dt', {}, swatch(part.stage), part.label), h('dd', {}, `${milliseconds(part.us)} ms`)),
      ),
      h(
        'div',
        { class: 'sum' },
        h('dt', {}, 'Sum'),
        h('dd', {}, `${milliseconds(this.parts.reduce((sum, part) => sum + part.us, 0))} ms`),
      ),
    );
    text(this.facts, this.about(one));
    this.previous.disabled = place === 0;
    this.next.disabled = place === this.told.requests.length - 1;
    this.hers.hidden = this.told.ada.length < 2;
    attribute(this.root, 'data-request', one.request);
    // What is beneath does not jump while one goes from request to request.
    this.root.style.minHeight = `${Math.max(parseFloat(this.root.style.minHeight) || 0, this.root.offsetHeight)}px`;
    if (this.silent) return;
    const most = [...this.parts].sort((a, b) => b.us - a.us)[0];
    text(
      this.status,
      `${this.title.textContent}: ${milliseconds(one.total_us)} milliseconds, most of it ${most?.label ?? 'nothing'}.`,
    );
  }

  drawBar() {
    const width = this.bar.clientWidth;
    if (!this.parts || width < 40) return;
    const total = this.parts.reduce((sum, part) => sum + part.us, 0);
    const words = this.parts.map((part) => `${part.label} ${milliseconds(part.us)} ms`).join(', ');
    this.bar.replaceChildren(stack(width, 22, this.parts, total, `Its parts in the order of time: ${words}.`));
  }

  words(one, stage) {
    const server = `server ${one.server + 1}`;
    const node = `database ${one.db > 0 ? `node ${one.db + 1}` : ''}`.trim();
    return (
      {
        server_queue: `${server}: in the queue`,
        server_cpu: `${server}: CPU`,
        cache: one.hit === 1 ? 'cache: found' : 'cache: not found',
        database_queue: `${node}: waiting`,
        database_service: node,
        cdn: `point of presence, ${PLACES[one.pop] ?? ''}`,
        failed_attempts: `${(one.attempts?.length ?? 1) - 1} earlier attempts`,
      }[stage] ?? STAGES[stage].label
    );
  }

  about(one) {
    const kind = { static: 'A file', read: 'A read', write: 'A write' }[one.kind];
    const facts = [
      `${kind} from ${PLACES[one.region]}, request ${whole(one.request)} of the run, sent at ${one.at_s.toFixed(2)} s.`,
    ];
    if (one.pop !== undefined && one.pop_hit >= 0) facts.push(`CDN: ${POP[one.pop_hit] ?? ''}.`);
    if (one.hit !== undefined) facts.push(one.hit === 1 ? 'Cache hit.' : 'Cache miss.');
    if (this.told.ada.length > 1 && this.told.ada.includes(this.place))
      facts.push(`Ada is user ${whole(one.user)}, of whom the log keeps the most requests.`);
    if (one.stale) facts.push('What it read was no longer current.');
    if (one.attempts?.length > 1) {
      const tries = one.attempts.map(
        ([server, outcome, us], i) =>
          `${i + 1}. ${server >= 0 ? `server ${server + 1}` : 'no server'}, ${outcome}, ${milliseconds(us)} ms`,
      );
      facts.push(`${one.attempts.length} attempts: ${tries.join('; ')}.`);
    }
    const then = this.before?.requests.find((other) => other.request === one.request);
    if (then)
      facts.push(`In the run before: ${milliseconds(then.total_us)} ms${then.outcome === 'ok' ? '' : ', without an answer'}.`);
    return facts.join(' ');
  }
}
