// The stages of a request: their order in time, their tier's colour, their words; and a bar made of them. Pure but for the drawing.
import { s, scale, sheet, WAITING } from './svg.js';
import { t } from './translate.js';

export const STAGES = {
  failed_attempts: { tier: 'red', label: t('earlier attempts') },
  retry_wait: { tier: 'red', waiting: true, label: t('pauses before retries') },
  network: { tier: 'ink2', label: t('network') },
  cdn: { tier: 'cyan', label: t('CDN') },
  balancer: { tier: 'blue', label: t('balancer') },
  server_queue: { tier: 'green', waiting: true, label: t('in the server’s queue') },
  server_cpu: { tier: 'green', label: t('server CPU') },
  cache: { tier: 'amber', label: t('cache') },
  coalesced_wait: { tier: 'amber', waiting: true, label: t('waiting for another’s fetch') },
  database_queue: { tier: 'violet', waiting: true, label: t('waiting for the database') },
  database_service: { tier: 'violet', label: t('database at work') },
  commit_wait: { tier: 'violet', waiting: true, label: t('waiting for replicas') },
};

/** A request's parts in the order of time, the network's as the way there and the way back: [stage, label, from_us, us]. */
export function inTime(request, label = (stage) => STAGES[stage].label) {
  const parts = [];
  let at = 0;
  const add = (stage, words, us) => {
    if (us > 0) parts.push({ stage, label: words, from: at, us });
    at += us;
  };
  const there = request.there_us;
  for (const stage of Object.keys(STAGES)) {
    const us = request.parts_us[stage] ?? 0;
    if (stage === 'network') add(stage, t('network, the way there'), there);
    else add(stage, label(stage), us);
  }
  add('network', t('network, the way back'), (request.parts_us.network ?? 0) - there);
  return parts;
}

/** A stacked bar; `top` is what its full width stands for. */
export function stack(width, height, parts, top, label) {
  const drawing = sheet(width, height, label);
  drawing.append(stacked(width, height, parts, top));
  return drawing;
}

export function stacked(width, height, parts, top, y = 0) {
  const x = scale([0, top || 1], [0, width]);
  return s(
    'g',
    {},
    parts.map(({ stage, label, from, us }) => {
      const props = { x: x(from), width: Math.max(0.6, x(us) - (x(us) > 3 ? 1.2 : 0)), y, height, rx: Math.min(3, x(us) / 3) };
      return [
        s('rect', { ...props, class: STAGES[stage].tier }, s('title', {}, label)),
        STAGES[stage].waiting ? s('rect', { ...props, fill: WAITING }) : null,
      ];
    }),
  );
}

export const swatch = (stage) =>
  s(
    'svg',
    { viewBox: '0 0 12 12', width: 11, height: 11, class: 'swatch', 'aria-hidden': 'true' },
    s('rect', { width: 12, height: 12, rx: 2.5, class: STAGES[stage].tier }),
    STAGES[stage].waiting ? s('path', { d: 'M1,8 8,1M4,11 11,4', class: 'stripes' }) : null,
  );
