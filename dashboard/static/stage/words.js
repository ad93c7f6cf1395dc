// What the boxes of the picture say: names, states, and the numbers of the chosen one. Pure.
import { ABSENT, compact, percent, short, whole } from './format.js';

const MERGED = {
  working: 'Servers at work',
  full: 'Servers that are full',
  down: 'Servers that are down',
  starting: 'Servers that start',
  'd-working': 'Databases',
  'd-full': 'Databases full',
  'd-down': 'Databases down',
};
const ZONES = 'ABCDEFGHIJ';

export const zoneName = (index) => `zone ${ZONES[index] ?? index + 1}`;

/** What a group of database nodes is called: by its shard and, where each function has its own, by its function. */
export function groupName(group, facts) {
  const { functions, shards } = facts;
  const name = functions.length > 1 ? functions[group % functions.length] : '';
  const shard = shards > 1 ? `shard ${Math.floor(group / functions.length) + 1}` : '';
  return [name, shard].filter(Boolean).join(' ');
}

/** The name of a node or store; `full` with its group, for places where the group is not in view. */
export function nameOf(node, facts, full = false) {
  if (MERGED[node.id]) return MERGED[node.id];
  if (node.tier === 'cdn') return node.name;
  if (node.tier === 'cache') {
    if (node.size > 1) return `Cache, ${node.size} nodes`;
    return facts.caches > 1 ? `Cache node ${node.index + 1}` : 'Cache';
  }
  if (node.tier === 'servers') return `Server ${node.index + 1}`;
  const group = groupName(node.group, facts);
  if (node.merged) return capital(group) || 'Database';
  const role = node.primary ? 'Primary' : node.member ? `Replica ${node.member}` : 'Old primary';
  if (!facts.replicas && !group) return 'Database';
  return full && group ? `${capital(group)}, ${role.toLowerCase()}` : !facts.replicas && !full ? 'Database' : role;
}

export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** The state of a server, for a box with this much room: "wide", "tight" or "narrow". */
function server(node, facts, room) {
  if (!node.part) return node.up ? 'leaving' : 'starting';
  if (!node.up) return room !== 'wide' ? 'down' : node.seen ? 'down · not noticed' : 'down · taken out';
  if (!node.seen) return room !== 'wide' ? 'out' : 'up · not yet trusted';
  const busy = `${Math.round(node.busy)} %`;
  return room !== 'wide' ? busy : `${busy} busy · queue ${compact(node.waiting)}`;
}

function database(node, facts, room, tight) {
  if (!node.part) return 'leaving';
  if (!node.up) return node.primary ? 'down' : room === 'wide' ? 'down · gets nothing' : 'down';
  const busy = `${Math.round(node.busy)} %`;
  const cut = facts.cut.has(node.id);
  if (cut) return room === 'wide' ? `${busy} busy · cut off` : 'cut off';
  const lag = facts.lag !== null && !node.primary && !node.merged ? `lag ${span(facts.lag)}` : '';
  if (room === 'narrow') return lag || busy;
  if (facts.colocated) return node.waiting ? `on the same vCPUs · queue ${compact(node.waiting)}` : 'on the same vCPUs';
  if (room === 'tight') return tight ? busy : lag || busy;
  return lag ? `${busy} · ${lag}` : `${busy} busy`;
}

/** Milliseconds in little room. */
export const span = (ms) => (ms >= 1000 ? `${short(ms / 1000)} s` : `${short(ms)} ms`);

function store(node, tight) {
  if (!node.up) return 'down';
  if (tight) return node.hits === null ? 'idle' : `${percent(node.hits, 0)} %`;
  const hits = node.hits === null ? 'no look-ups' : `${percent(node.hits, 0)} % hits`;
  return node.upCount < node.size ? `${hits} · ${node.size - node.upCount} down` : hits;
}

/** {name, state, busy (of the bar, or null), look} of a node or store in its box. */
export function told(node, facts, box) {
  const room = box.narrow ? 'narrow' : box.compact ? 'tight' : 'wide';
  if (node.tier === 'cache' || node.tier === 'cdn')
    return { name: nameOf(node, facts), state: store(node, box.compact), busy: node.up ? 100 * (node.hits ?? 0) : 0, look: node.up ? 'ok' : 'down' };
  if (node.merged && node.size !== undefined && MERGED[node.id]) {
    const count = whole(node.size);
    const state = node.up ? `${count} · ${Math.round(node.busy)} % busy` : `${count} ${node.part ? 'down' : 'starting'}`;
    return { name: MERGED[node.id], state, busy: node.busy };
  }
  const name = node.tier === 'servers' && box.w < 66 ? String(node.index + 1) : nameOf(node, facts);
  if (node.merged) {
    const busy = `${Math.round(node.busy)} %`;
    return { name, state: box.tight ? busy : box.compact ? `${busy} busy` : `${node.size} nodes · ${busy} busy`, busy: node.busy };
  }
  const state = node.tier === 'servers' ? server(node, facts, room) : database(node, facts, room, box.tight);
  return { name, state, busy: box.inside ? null : node.up && node.part ? node.busy : 0 };
}

/** The lines of the chosen box. */
export function linesOf(node, facts, tag) {
  if (node.tier === 'cache' || node.tier === 'cdn')
    return [
      ['Look-ups', `${whole(node.looks)}/s`],
      ['Hits', node.hits === null ? ABSENT : `${percent(node.hits)} %`],
      ['Holds', `${whole(node.items)} ${node.tier === 'cdn' ? 'files' : 'items'}`],
      ['State', node.up ? 'up' : 'down'],
    ];
  const state = !node.part ? (node.up ? 'leaving' : 'starting') : node.up ? 'up' : 'down';
  const lines = [
    ['Takes', `${whole(node.taken)}/s`],
    ...(tag ? [['Speed', tag]] : []),
    ['Busy', node.up ? `${Math.round(node.busy)} %` : ABSENT],
    ['Waiting', whole(node.waiting)],
    ['State', state],
  ];
  if (node.tier === 'servers') {
    lines.push(['Believed', node.seen ? 'healthy' : 'unhealthy']);
    if (!node.merged) lines.push(['Zone', zoneName(node.index % facts.zones).slice(5)]);
  } else if (!node.merged) {
    lines.push(['Role', node.primary ? 'primary' : 'replica']);
    if (!node.primary && facts.lag !== null) lines.push(['Lag, p95 of all', span(facts.lag)]);
    lines.push(['Zone', zoneName((node.group + node.member) % facts.zones).slice(5)]);
  }
  return lines;
}

/** The lines of clients, balancer and autoscaler. */
export function linesOfPart(id, facts, rate, servers) {
  if (id === 'client')
    return [
      ['Ask', `${whole(rate)}/s`],
      ['Timeout', facts.timeout ?? 'none'],
      ['Retries', facts.retries ?? 0],
    ];
  if (id === 'scaler')
    return [
      ['Wants', whole(facts.wanted)],
      ['Serving', whole(facts.serving)],
      ['Aims for', `${percent(facts.target, 0)} % busy`],
    ];
  const believed = servers.filter((one) => one.seen).reduce((sum, one) => sum + one.size, 0);
  return [
    ['Algorithm', facts.algorithm],
    ['Believes healthy', `${believed} of ${servers.reduce((sum, one) => sum + one.size, 0)}`],
  ];
}
