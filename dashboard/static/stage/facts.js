// What the picture, the notes and the charts are told at an instant, from the store and the controls' values. Pure.
import { whole, withUnit } from './format.js';
import { value } from './store.js';
import { t } from './translate.js';

/** What an algorithm is called where no control names it. */
const ALGORITHMS = {
  round_robin: t('round robin'),
  weighted_round_robin: t('weighted round robin'),
  random: t('random'),
  least_connections: t('least connections'),
  power_of_two: t('power of two'),
  least_latency: t('least latency'),
  client_hash: t('client hash'),
  consistent_hash: t('consistent hash'),
};

/** The controls' values as the boxes and the notes speak of them; `values` hold those that the page does not show too. */
export function factsOf(store, t, values, controls) {
  const row = store.row(t);
  const algorithm = controls.find((spec) => spec.path === 'balancer.algorithm');
  const piece = row?.piece;
  const groups = new Set(piece?.nodes.group?.filter((group) => group >= 0) ?? []);
  return {
    algorithm: algorithm
      ? withUnit(algorithm, values['balancer.algorithm']).toLowerCase()
      : (ALGORITHMS[values['balancer.algorithm']] ?? ''),
    ...clientsOf(values),
    hits: value(row, 'cache_hit_ratio'),
    lag: value(row, 'replication_lag_p95_ms'),
    wanted: value(row, 'wanted'),
    serving: value(row, 'serving'),
    target: values['autoscaler.target_utilisation'],
    scaler: !!values['autoscaler.enabled'],
    vcpus: values['servers.vcpus'],
    colocated: !!values['database.colocated'],
    ...dividedOf(values, groups.size),
    caches: values['cache.nodes'] ?? 1,
    zones: values['network.zones'] ?? 1,
    origin: values['network.origin_region'],
    every: store.every ?? 1,
    cut: new Set(),
    speeds: Object.fromEntries(
      Object.entries(values)
        .filter(([path]) => path.startsWith('servers.speeds.'))
        .map(([path, speed]) => [path.split('.')[2], speed]),
    ),
  };
}

/** How a database of so many groups of nodes is divided: what its nodes are called by. */
export function dividedOf(values, groups) {
  const named = Object.entries(values['traffic.functions'] ?? { '': 1 });
  const functions = values['database.federated'] ? named.filter(([, weight]) => weight > 0).map(([name]) => name) : [''];
  return { replicas: values['database.replicas'] ?? 0, shards: Math.max(1, Math.round(groups / functions.length)), functions };
}

/** How long clients wait and how often they try again: all alike, or from the least to the most where each of a class chose. */
function clientsOf(values) {
  const own = (values['traffic.cohorts'] ?? []).filter((one) => typeof one === 'string').map((one) => one.split('-'));
  const alike = [values['client.timeout_ms'] ?? 'none', values['client.retries'] ?? 0];
  const all = own.length ? own.map(([, timeout, retries]) => [timeout, retries]) : [alike];
  const [timeouts, retries] = [0, 1].map((at) => all.map((one) => (one[at] === 'none' ? Infinity : Number(one[at]))));
  const span = (numbers, said) => [...new Set([Math.min(...numbers), Math.max(...numbers)])].map(said).join('–');
  const time = (ms) => (ms === Infinity ? '∞' : whole(ms));
  return {
    alike: new Set(timeouts).size === 1,
    timeout: Math.min(...timeouts) === Infinity ? null : `${span(timeouts, time)} ms`,
    retries: span(retries, whole),
  };
}

/** What the charts draw at a reading: the rows of the past, the nodes over the trailing window, and when somebody changed something. */
export function viewOf(store, reading, wall, pastS, changes, facts) {
  const { t, nodes } = reading;
  return { t, wall, pastS, row: reading.row, rows: store.between(t - pastS, t), nodes, stores: reading.stores, changes, facts };
}
