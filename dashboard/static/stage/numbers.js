// The sentence and the strip of numbers: exact values of one reading; a change since the last move of a control is told beneath.
import { attribute, h, text } from './dom.js';
import { ABSENT, fixed, percent, short, whole } from './format.js';
import { against } from './pin.js';
import { value } from './store.js';
import { t } from './translate.js';

const CAUSES = [
  ['timeout', t('mostly timed out')],
  ['refused', t('mostly refused')],
  ['failed', t('mostly failed')],
  ['unavailable', t('mostly unavailable')],
];
const SPOKEN_S = 6; // a screen reader is not interrupted more often

const TILES = [
  { name: 'latency_p50_ms', label: t('p50 latency'), unit: 'ms', show: short, hint: t('half are faster'), worse: 1, key: true },
  { name: 'latency_p95_ms', label: t('p95 latency'), unit: 'ms', show: short, hint: t('1 in 20 is slower'), worse: 1, key: true },
  { name: 'latency_p99_ms', label: t('p99 latency'), unit: 'ms', show: short, hint: t('1 in 100 is slower'), worse: 1, key: true },
  { name: 'errors', label: t('Errors'), unit: '%', show: (v) => percent(v), worse: 1, scale: 100 },
  { name: 'load_imbalance', label: t('Busiest ÷ mean'), unit: '×', show: (v) => (v === null ? ABSENT : fixed(v, 2)) },
  { name: 'goodput', label: t('Goodput'), unit: '/s', show: whole, worse: -1 },
];

/** The fifth number is the page's own. */
const OWN = {
  load_imbalance: TILES[4],
  server_utilisation: { name: 'server_utilisation', label: t('Servers busy'), unit: '%', show: (v) => percent(v, 0), hint: t('of their vCPUs') },
  database_utilisation: { name: 'database_utilisation', label: t('Database busy'), unit: '%', show: (v) => percent(v, 0), hint: t('the busiest node') },
  cache_hit_ratio: { name: 'cache_hit_ratio', label: t('Cache hits'), unit: '%', show: (v) => percent(v, 0), hint: t('of look-ups'), absent: t('no look-ups') },
  cdn_offload: { name: 'cdn_offload', label: t('Kept off the origin'), unit: '%', show: (v) => percent(v, 0), hint: t('of attempts'), absent: t('no CDN') },
  stale_read_ratio: { name: 'stale_read_ratio', label: t('Stale reads'), unit: '%', show: (v) => percent(v), hint: t('of database reads'), absent: t('no replicas') },
  attempts_per_request: { name: 'attempts_per_request', label: t('Attempts'), unit: '', show: (v) => (v === null ? ABSENT : fixed(v, 2)), hint: t('per request') },
  cost_per_hour: { name: 'cost_per_hour', label: t('Cost'), unit: '$/h', show: (v) => (v === null ? ABSENT : v < 100 ? fixed(v, 2) : whole(v)), hint: t('all tiers and traffic') },
};

function made(tile) {
  const number = h('span', { class: 'big' }, ABSENT);
  const unit = h('span', { class: 'unit' }, tile.unit);
  const note = h('dd', { class: 'note' }, '');
  const root = h('div', { class: `tile${tile.key ? ' key' : ''}`, 'data-name': tile.name }, h('dt', {}, tile.label), h('dd', {}, number, ' ', unit), note);
  return { ...tile, number, note, root };
}

export class Numbers {
  constructor(own = 'load_imbalance') {
    const tiles = [...TILES.slice(0, 4), OWN[own], TILES[5]];
    this.tiles = tiles.map(made);
    this.root = h(
      'dl',
      { class: 'card numbers', 'aria-label': t('Numbers of the last second') },
      this.tiles.map((tile) => tile.root),
    );
    this.base = null;
  }

  /** A step of a lesson shows these only, also such as other pages have; null: all that are the page's own. */
  focus(names) {
    for (const name of names ?? []) {
      if (!OWN[name] || this.tiles.some((tile) => tile.name === name)) continue;
      const tile = { ...made(OWN[name]), foreign: true };
      this.tiles.push(tile);
      this.root.append(tile.root);
    }
    for (const tile of this.tiles) tile.root.hidden = names ? !names.includes(tile.name) : !!tile.foreign;
    const count = this.tiles.filter((tile) => !tile.root.hidden).length;
    this.root.hidden = !count;
    if (names) attribute(this.root, 'data-count', count);
    else this.root.removeAttribute('data-count');
  }

  /** Remembers what stood there before a change. */
  pin(row) {
    this.base = row ? Object.fromEntries(this.tiles.map((tile) => [tile.name, this.of(row, tile.name)])) : null;
  }

  of(row, name) {
    if (name !== 'errors') return value(row, name);
    return CAUSES.reduce((sum, [cause]) => sum + value(row, `errors.${cause}`), 0);
  }

  /** The numbers of a reading; `pinned` is the row of a pinned design's ghost, or null. */
  update(reading, facts, pinned = null) {
    const { row, busiest } = reading;
    for (const tile of this.tiles) {
      const now = this.of(row, tile.name);
      text(tile.number, tile.show(now));
      const beside = pinned && tile.worse ? against(now, this.of(pinned, tile.name), tile.worse, tile.scale) : null;
      const [note, mood] = beside ?? this.note(tile, now, row, { ...facts, busiest });
      text(tile.note, note);
      attribute(tile.root, 'data-mood', mood);
    }
  }

  note(tile, now, row, facts) {
    if (tile.name === 'errors') {
      const [cause, share] = CAUSES.map(([name, label]) => [label, value(row, `errors.${name}`)]).sort((a, b) => b[1] - a[1])[0];
      if (share > 0) return [cause, 'bad'];
      if (!facts.alike) return [t('timeouts differ'), ''];
      return [facts.timeout === null ? t('no timeout set') : t('timeout {time}', { time: facts.timeout }), ''];
    }
    if (tile.name === 'load_imbalance') {
      if (now === null) return [t('nobody takes any'), ''];
      if (facts.serving === 1) return [t('one server'), ''];
      return [now < 1.03 ? t('equal counts') : t('server {number} gets most', { number: facts.busiest + 1 }), ''];
    }
    if (tile.name === 'goodput') {
      const asked = value(row, 'offered_rate');
      if (!asked) return [t('nobody asks'), ''];
      return now > 0.97 * asked ? [t('all of what came'), ''] : [t('of {number} asked', { number: whole(asked) }), 'bad'];
    }
    if (!tile.worse) return [now === null ? (tile.absent ?? '') : tile.hint, ''];
    if (now === null) return [t('nobody was served'), 'bad'];
    const before = this.base?.[tile.name];
    if (before === null || before === undefined) return [tile.hint, ''];
    const by = now - before;
    if (Math.abs(by) < Math.max(1, 0.04 * before)) return [t('hardly changed'), ''];
    return [
      t('{arrow} {number} since then', { arrow: by > 0 ? '↑' : '↓', number: short(Math.abs(by)) }),
      by > 0.1 * before ? 'bad' : by < -0.1 * before ? 'good' : '',
    ];
  }
}

export class Sentence {
  constructor() {
    this.words = h('span', {});
    this.spoken = h('span', { class: 'sr', role: 'status', 'aria-live': 'polite' });
    this.root = h('p', { class: 'said' }, h('strong', {}, `${t('What just happened.')} `), this.words, this.spoken);
    this.spokenAt = -Infinity;
    this.spokenKey = '';
  }

  /** The words of a reading; another situation is also read out. */
  update({ words, key }, wall) {
    text(this.words, words);
    if (key !== this.spokenKey && wall - this.spokenAt >= SPOKEN_S) {
      text(this.spoken, words);
      this.spokenKey = key;
      this.spokenAt = wall;
    }
  }
}
