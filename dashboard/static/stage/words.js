// What the boxes of the picture say: names, states, and the numbers of the chosen one. Pure.
import { ABSENT, compact, percent, short, whole } from './format.js';
import { memoryWords } from './machine.js';
import { t } from './translate.js';

const MERGED = {
  working: t('Servers at work'),
  full: t('Servers that are full'),
  down: t('Servers that are down'),
  starting: t('Servers that start'),
  'd-working': t('Databases'),
  'd-full': t('Databases full'),
  'd-down': t('Databases down'),
};
const ZONES = 'ABCDEFGHIJ';

const letter = (index) => String(ZONES[index] ?? index + 1);

export const zoneName = (index) => t('zone {letter}', { letter: letter(index) });

/** What a group of database nodes is called: by its shard and, where each function has its own, by its function. */
export function groupName(group, facts) {
  const { functions, shards } = facts;
  const name = functions.length > 1 ? functions[group % functions.length] : '';
  const shard = shards > 1 ? t('shard {number}', { number: Math.floor(group / functions.length) + 1 }) : '';
  return [name, shard].filter(Boolean).join(' ');
}

/** The name of a node or store; `full` with its group, for places where the group is not in view. */
export function nameOf(node, facts, full = false) {
  if (MERGED[node.id]) return MERGED[node.id];
  if (node.tier === 'cdn') return node.name;
  if (node.tier === 'cache') {
    if (node.size > 1) return t('Cache, {number} nodes', { number: node.size });
    return facts.caches > 1 ? t('Cache node {number}', { number: node.index + 1 }) : t('Cache');
  }
  if (node.tier === 'servers') return t('Server {number}', { number: node.index + 1 });
  const group = groupName(node.group, facts);
  if (node.merged) return capital(group) || t('Database');
  const role = node.primary ? t('Primary') : node.member ? t('Replica {number}', { number: node.member }) : t('Old primary');
  if (!facts.replicas && !group) return t('Database');
  return full && group ? `${capital(group)}, ${role.toLowerCase()}` : !facts.replicas && !full ? t('Database') : role;
}

export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** The state of a server, for a box with this much room: "wide" (there in brief, or not), "tight" or "narrow". */
function server(node, facts, room, brief) {
  if (!node.part) return node.up ? t('leaving') : t('starting');
  if (!node.up) return room !== 'wide' ? t('down') : node.seen ? t('down · not noticed') : t('down · taken out');
  if (!node.seen) return room !== 'wide' ? t('out') : t('up · not yet trusted');
  const busy = `${Math.round(node.busy)} %`;
  const waiting = compact(node.waiting);
  if (room !== 'wide') return busy;
  return brief ? t('{busy} · queue {waiting}', { busy, waiting }) : t('{busy} busy · queue {waiting}', { busy, waiting });
}

function database(node, facts, room, tight) {
  if (!node.part) return t('leaving');
  if (!node.up) return !node.primary && room === 'wide' ? t('down · gets nothing') : t('down');
  const busy = `${Math.round(node.busy)} %`;
  const cut = facts.cut.has(node.id);
  if (cut) return room === 'wide' ? t('{busy} busy · cut off', { busy }) : t('cut off');
  const lag = facts.lag !== null && !node.primary && !node.merged ? t('lag {span}', { span: span(facts.lag) }) : '';
  if (room === 'narrow') return lag || busy;
  if (facts.colocated) return node.waiting ? t('on the same vCPUs · queue {waiting}', { waiting: compact(node.waiting) }) : t('on the same vCPUs');
  if (room === 'tight') return tight ? busy : lag || busy;
  return lag ? `${busy} · ${lag}` : t('{busy} busy', { busy });
}

/** Milliseconds in little room. */
export const span = (ms) => (ms >= 1000 ? `${short(ms / 1000)} s` : `${short(ms)} ms`);

function group(number, busy, box) {
  if (box.compact) return `${busy} %`; // beside its name
  if (box.w < 120) return t('{busy} % busy', { busy });
  return box.w < 150 ? t('{number} · {busy} % busy', { number, busy }) : t('{number} nodes · {busy} % busy', { number, busy });
}

function store(node, tight) {
  if (!node.up) return t('down');
  if (tight) return node.hits === null ? t('idle') : `${percent(node.hits, 0)} %`;
  const hits = node.hits === null ? t('no look-ups') : t('{share} % hits', { share: percent(node.hits, 0) });
  return node.upCount < node.size ? t('{hits} · {number} down', { hits, number: node.size - node.upCount }) : hits;
}

/** {name, state, busy (of the bar, or null), look} of a node or store in its box. */
export function told(node, facts, box) {
  const room = box.narrow ? 'narrow' : box.compact ? 'tight' : 'wide';
  if (node.tier === 'cache' || node.tier === 'cdn')
    return { name: nameOf(node, facts), state: store(node, box.compact), busy: node.up ? 100 * (node.hits ?? 0) : 0, look: node.up ? 'ok' : 'down' };
  if (node.merged && node.size !== undefined && MERGED[node.id]) {
    const count = whole(node.size);
    const state = node.up ? t('{number} · {busy} % busy', { number: count, busy: Math.round(node.busy) }) : node.part ? t('{number} down', { number: count }) : t('{number} starting', { number: count });
    return { name: MERGED[node.id], state, busy: node.busy };
  }
  const name = node.tier === 'servers' && box.w < 66 ? String(node.index + 1) : nameOf(node, facts);
  if (node.merged) {
    const busy = Math.round(node.busy);
    return { name, state: group(node.size, busy, box), busy: node.busy };
  }
  const state = node.tier === 'servers' ? server(node, facts, room, box.w < 170) : database(node, facts, room, box.tight);
  return { name, state, busy: box.inside ? null : node.up && node.part ? node.busy : 0 };
}

/** The lines of the chosen box. */
export function linesOf(node, facts, tag) {
  if (node.tier === 'cache' || node.tier === 'cdn')
    return [
      [t('Look-ups'), `${whole(node.looks)}/s`],
      [t('Hits'), node.hits === null ? ABSENT : `${percent(node.hits)} %`],
      [t('Holds'), node.tier === 'cdn' ? t('{number} files', { number: whole(node.items) }) : t('{number} items', { number: whole(node.items) })],
      [t('State'), node.up ? t('up') : t('down')],
    ];
  const state = !node.part ? (node.up ? t('leaving') : t('starting')) : node.up ? t('up') : t('down');
  const lines = [
    [t('Takes'), `${whole(node.taken)}/s`],
    ...(tag ? [[t('Speed'), tag]] : []),
    [t('Busy'), node.up ? `${Math.round(node.busy)} %` : ABSENT],
    [t('Waiting'), whole(node.waiting)],
    ...(node.memory ? [[t('Memory'), memoryWords(node.memory)]] : []),
    [t('State'), state],
  ];
  if (node.tier === 'servers') {
    lines.push([t('Believed'), node.seen ? t('healthy') : t('unhealthy')]);
    if (!node.merged) lines.push([t('Zone'), letter(node.index % facts.zones)]);
  } else if (!node.merged) {
    lines.push([t('Role'), node.primary ? t('primary') : t('replica')]);
    if (!node.primary && facts.lag !== null) lines.push([t('Lag, p95 of all'), span(facts.lag)]);
    lines.push([t('Zone'), letter((node.group + node.member) % facts.zones)]);
  }
  return lines;
}

/** The lines of clients, balancer and autoscaler. */
export function linesOfPart(id, facts, rate, servers) {
  if (id === 'client')
    return [
      [t('Ask'), `${whole(rate)}/s`],
      [t('Timeout'), facts.timeout ?? t('none')],
      [t('Retries'), facts.retries ?? 0],
    ];
  if (id === 'scaler')
    return [
      [t('Wants'), whole(facts.wanted)],
      [t('Serving'), whole(facts.serving)],
      [t('Aims for'), t('{busy} % busy', { busy: percent(facts.target, 0) })],
    ];
  const believed = servers.filter((one) => one.seen).reduce((sum, one) => sum + one.size, 0);
  return [
    [t('Algorithm'), facts.algorithm],
    [t('Believes healthy'), t('{number} of {all}', { number: believed, all: servers.reduce((sum, one) => sum + one.size, 0) })],
  ];
}
