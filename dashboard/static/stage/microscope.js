// The microscope: one real request of the experiment, where its time went, part by part, and what became of it.
import { attribute, h, text } from './dom.js';
import { dividedOf } from './facts.js';
import { fixed, whole } from './format.js';
import { inTime, stack, STAGES, swatch } from './stages.js';
import { onWidth } from './svg.js';
import { numerals, plural, t } from './translate.js';
import { nameOf } from './words.js';

const MS = new Intl.NumberFormat(numerals(), { minimumFractionDigits: 3, maximumFractionDigits: 3 });
const OUTCOMES = {
  timeout: t('it gave up'),
  refused: t('it was refused'),
  failed: t('it failed'),
  unavailable: t('nobody could serve it'),
};
const ENDED = { ok: t('ok'), timeout: t('timeout'), refused: t('refused'), failed: t('failed'), unavailable: t('unavailable') };
const PLACES = {
  north_america_east: t('eastern North America'),
  north_america_west: t('western North America'),
  south_america: t('South America'),
  europe_west: t('western Europe'),
  africa_south: t('southern Africa'),
  middle_east: t('the Middle East'),
  india: t('India'),
  asia_southeast: t('south-east Asia'),
  asia_east: t('eastern Asia'),
  oceania: t('Oceania'),
};
const POP = [t('it fetched the file there'), t('found there'), t('it waited there for another’s fetch')];

export const milliseconds = (us) => MS.format(us / 1000);

export class Microscope {
  /** `fixed`: values of the page's system that no control may show. */
  constructor({ onOpen, fixed }) {
    Object.assign(this, { onOpen, fixed, told: null, place: null, before: null, silent: false });
    this.title = h('span', {}, t('One real request'));
    this.sum = h('small', {});
    this.bar = h('div', { class: 'strip-of-parts' });
    this.list = h('dl', { class: 'parts' });
    this.facts = h('p', { class: 'hint' });
    this.status = h('span', { class: 'sr', role: 'status', 'aria-live': 'polite' });
    const button = (words, label, by) => h('button', { type: 'button', class: 'plain', 'aria-label': label, onclick: by }, words);
    this.previous = button(t('← Faster'), t('Next faster request'), () => this.step(-1));
    this.next = button(t('Slower →'), t('Next slower request'), () => this.step(1));
    this.hers = button(t('Ada’s next'), t('Next of Ada’s requests'), () => this.ada());
    this.root = h(
      'section',
      { class: 'card chart microscope', 'data-chart': 'microscope', 'aria-label': t('Request microscope') },
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
    this.divided = dividedOf({ ...this.fixed, ...now.values }, this.told.groups);
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
    text(this.title, followed ? t('One of Ada’s requests') : t('One real request'));
    text(
      this.sum,
      one.outcome === 'ok'
        ? t('{number} ms = its parts', { number: milliseconds(one.total_us) })
        : t('{outcome} after {number} ms', { outcome: OUTCOMES[one.outcome], number: milliseconds(one.total_us) }),
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
        h('dt', {}, t('Sum')),
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
      t('{title}: {number} milliseconds, most of it {part}.', { title: this.title.textContent, number: milliseconds(one.total_us), part: most?.label ?? t('nothing') }),
    );
  }

  drawBar() {
    const width = this.bar.clientWidth;
    if (!this.parts || width < 40) return;
    const total = this.parts.reduce((sum, part) => sum + part.us, 0);
    const words = this.parts.map((part) => `${part.label} ${milliseconds(part.us)} ms`).join(', ');
    this.bar.replaceChildren(stack(width, 22, this.parts, total, t('Its parts in the order of time: {words}.', { words })));
  }

  words(one, stage) {
    const server = t('server {number}', { number: one.server + 1 });
    const place = { tier: 'database', group: one.group, member: one.member, primary: !one.member };
    const node = one.db < 0 ? t('database') : nameOf(place, this.divided, true).toLowerCase();
    const earlier = (one.attempts?.length ?? 1) - 1;
    return (
      {
        server_queue: t('{server}: in the queue', { server }),
        server_cpu: t('{server}: CPU', { server }),
        cache: one.hit === 1 ? t('cache: found') : t('cache: not found'),
        database_queue: t('{node}: waiting', { node }),
        database_service: node,
        cdn: t('point of presence, {place}', { place: PLACES[one.pop] ?? '' }),
        failed_attempts: plural('{number} earlier attempts', '{number} earlier attempts', earlier, { number: earlier }),
      }[stage] ?? STAGES[stage].label
    );
  }

  about(one) {
    const kind = { static: t('A file'), read: t('A read'), write: t('A write') }[one.kind];
    const facts = [
      t('{kind} from {place}, request {number} of the run, sent at {seconds} s.', { kind, place: PLACES[one.region], number: whole(one.request), seconds: fixed(one.at_s, 2) }),
    ];
    if (one.pop !== undefined && one.pop_hit >= 0) facts.push(t('CDN: {words}.', { words: POP[one.pop_hit] ?? '' }));
    if (one.hit !== undefined) facts.push(one.hit === 1 ? t('Cache hit.') : t('Cache miss.'));
    if (this.told.ada.length > 1 && this.told.ada.includes(this.place))
      facts.push(t('Ada is user {number}, of whom the log keeps the most requests.', { number: whole(one.user) }));
    if (one.stale) facts.push(t('What it read was no longer current.'));
    if (one.attempts?.length > 1) {
      const tries = one.attempts.map(
        ([server, outcome, us], i) =>
          `${i + 1}. ${server >= 0 ? t('server {number}', { number: server + 1 }) : t('no server')}, ${ENDED[outcome] ?? outcome}, ${milliseconds(us)} ms`,
      );
      facts.push(t('{number} attempts: {tries}.', { number: one.attempts.length, tries: tries.join('; ') }));
    }
    const then = this.before?.requests.find((other) => other.request === one.request);
    if (then)
      facts.push(
        then.outcome === 'ok'
          ? t('In the run before: {number} ms.', { number: milliseconds(then.total_us) })
          : t('In the run before: {number} ms, without an answer.', { number: milliseconds(then.total_us) }),
      );
    return facts.join(' ');
  }
}
