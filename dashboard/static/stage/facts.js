// What the picture, the notes and the charts are told at an instant, from the store and the controls' values. Pure.
import { whole, withUnit } from './format.js';
import { value } from './store.js';

/** The controls' values as the boxes and the notes speak of them. */
export function factsOf(store, t, values, controls) {
  const row = store.row(t);
  const algorithm = controls.find((spec) => spec.path === 'balancer.algorithm');
  const timeout = values['client.timeout_ms'];
  return {
    algorithm: algorithm ? withUnit(algorithm, values['balancer.algorithm']).toLowerCase() : '',
    timeout: timeout === null || timeout === undefined ? null : `${whole(timeout)} ms`,
    retries: values['client.retries'],
    cache: !!values['cache.enabled'],
    hits: row?.piece.series.cache_hit_ratio ? value(row, 'cache_hit_ratio') : null,
    every: store.every ?? 1,
    speeds: Object.fromEntries(
      Object.entries(values)
        .filter(([path]) => path.startsWith('servers.speeds.'))
        .map(([path, speed]) => [path.split('.')[2], speed]),
    ),
  };
}

/** What the charts draw at a reading: the rows of the past, the nodes over the trailing window, and when somebody changed something. */
export function viewOf(store, reading, wall, pastS, changes) {
  const { t, nodes } = reading;
  return { t, wall, pastS, rows: store.between(t - pastS, t), nodes, changes };
}
