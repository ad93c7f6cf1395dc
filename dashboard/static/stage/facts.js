// What the picture, the notes and the charts are told at an instant, from the store and the controls' values. Pure.
import { whole, withUnit } from './format.js';
import { value } from './store.js';

const LATELY_S = 0.5;

/** The controls' values as the boxes and the notes speak of them, and the rates of the last moments. */
export function factsOf(store, t, values, controls) {
  const row = store.row(t);
  const algorithm = controls.find((spec) => spec.path === 'balancer.algorithm');
  const timeout = values['client.timeout_ms'];
  return {
    rate: asked(store.between(t - LATELY_S, t)),
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

/** Requests that arrived in a second, over these rows. */
export function asked(rows) {
  const span = rows.reduce((sum, row) => sum + row.t - row.start, 0);
  return span ? rows.reduce((sum, row) => sum + row.piece.asked[row.k], 0) / span : null;
}

/** What the charts draw at a reading: the rows of the past, the nodes over the trailing window, and when somebody changed something. */
export function viewOf(store, reading, wall, pastS, changes) {
  const { t, nodes } = reading;
  return { t, wall, pastS, rows: store.between(t - pastS, t), nodes, changes };
}
