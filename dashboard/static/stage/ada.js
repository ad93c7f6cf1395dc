// Ada: the ring round the request that is followed, and the line that tells how long the last one took and where it waited.
// Knows the moves that it is given; nothing of the store, the boxes or the run.
import { attribute, h, icon, text } from './dom.js';
import { ABSENT, short, whole } from './format.js';
import { legs, over } from './moves.js';
import { STAGES } from './stages.js';
import { mark, plural, t } from './translate.js';

const SPOKEN_S = 20; // a screen reader hears of another outcome at most this often
const ENDED = [
  mark('{number} ms'),
  mark('gave up after {number} ms'),
  mark('refused after {number} ms'),
  mark('failed after {number} ms'),
  mark('nobody could serve her, {number} ms'),
];
const RADIUS = 7.5;
const TALL = 12; // px of her name with its halo

/** When a request is back in the picture; where nothing moves, when it is over. */
export function home(move, speed, still) {
  if (still) return move.ended;
  return over(move.speed === speed && move.legs ? move.legs : legs(move, speed));
}

/**
 * Of Ada's requests the last that is back at t, of those that were followed to their end if there are any; or null.
 * `view`: {moves, t, speed, still, followed: Set of numbers of requests}.
 */
export function latest({ moves, t, speed, still, followed }) {
  const back = [...moves].filter((move) => move.ada.length > 1 && move.ended <= t && home(move, speed, still) <= t);
  const ours = back.filter((move) => followed.has(requestOf(move)));
  const at = (move) => home(move, speed, still);
  return (ours.length ? ours : back).reduce((last, move) => (last && at(last) > at(move) ? last : move), null);
}

/**
 * Which of her attempts on the screen is ringed: the last one of the request that was followed before, else of the one that set out
 * last. `shown`: [[move, place]]; null if there is none.
 */
export function ringed(shown, before) {
  const newest = shown.reduce((best, [move]) => (best && best.sent >= move.sent ? best : move), null);
  const request = shown.some(([move]) => requestOf(move) === before) ? before : newest && requestOf(newest);
  return shown.reduce((best, one) => (requestOf(one[0]) !== request || best?.[0].id > one[0].id ? best : one), null);
}

/** The number of an attempt's request. */
export const requestOf = (move) => Math.floor(move.id / 64);

/** What is told of a request of hers: who, how long, its longest part, its longest wait, attempts. */
export function told(move) {
  if (!move) return [ABSENT];
  const [user, us, parts, attempts] = move.ada;
  return [
    t('user {number}', { number: whole(user) }),
    t(ENDED[move.outcome], { number: short(us / 1000) }),
    ...parts.map(([stage, part]) => t('{stage} {number} ms', { stage: STAGES[stage].label, number: short(part / 1000) })),
    ...(attempts > 1 ? [plural('{number} attempt', '{number} attempts', attempts, { number: whole(attempts) })] : []),
  ];
}

export class Ada {
  constructor() {
    this.words = h('span', {});
    this.spoken = h('span', { class: 'sr', role: 'status', 'aria-live': 'polite' });
    this.root = h(
      'p',
      { class: 'ada', title: t('One person asks seldom. So whoever sends the request that is followed here is called Ada.') },
      icon('ada'),
      h('span', {}, h('strong', {}, t('Ada')), ' ', this.words),
      this.spoken,
    );
    Object.assign(this, { outcome: 0, spokenAt: -Infinity });
  }

  /** The line for a view as `latest` takes it; another outcome than the last is also read out. */
  update(view, wall) {
    const move = latest(view);
    text(this.words, told(move).join(' · '));
    attribute(this.root, 'data-request', move ? requestOf(move) : '');
    if (!move || move.outcome === this.outcome || wall - this.spokenAt < SPOKEN_S) return;
    Object.assign(this, { outcome: move.outcome, spokenAt: wall });
    text(this.spoken, `${t('Ada')}: ${this.words.textContent}`);
  }
}

/** Where her name stands: above her or beneath; null where a box, which lies over the picture, would cut it. Pure. */
export function nameAt([x, y], half, boxes) {
  const free = (base) => boxes.every((box) => x + half <= box.x || x - half >= box.x + box.w || base <= box.y || base - TALL >= box.y + box.h);
  return [y - 12, y + 20].find((base) => base >= TALL && free(base)) ?? null;
}

/** A ring with her name round a place: in the colour of the words, so that it is none of the outcomes. */
export function ring(c, [x, y], colors, boxes) {
  c.font = '700 11px Inter, sans-serif';
  const name = nameAt([x, y], c.measureText(t('Ada')).width / 2, boxes);
  c.textAlign = 'center';
  c.lineJoin = 'round';
  c.beginPath();
  c.arc(x, y, RADIUS, 0, 2 * Math.PI);
  c.strokeStyle = colors.card;
  c.lineWidth = 5;
  c.stroke();
  if (name !== null) c.strokeText(t('Ada'), x, name);
  c.strokeStyle = colors.ink;
  c.lineWidth = 1.8;
  c.stroke();
  c.fillStyle = colors.ink;
  if (name !== null) c.fillText(t('Ada'), x, name);
}
