// What a lesson plays on the stage: begins a scene when another one is due, and tells what the learner's own run is.
import { fold, instant, isPlanned, until } from '../stage/history.js';
import { beginScene } from '../stage/opening.js';

/** Whether these are the same scene, as it is played from its begin. */
const same = (a, b) =>
  !!a && a.name === b.name && a.seed === b.seed && JSON.stringify([a.start, a.changes]) === JSON.stringify([b.start, b.changes]);

/** Begins the scene, unless it is being played; `anew` begins it in any case. */
export function play(stage, scene, anew = false) {
  if (!scene || (!anew && same(stage.staged, scene))) return;
  beginScene(stage, scene, scene.keeps && !anew ? settings(stage, scene) : {});
}

/** What the learner has set and a scene that keeps it does not say otherwise. */
function settings(stage, scene) {
  const moves = until(stage.link.changes, stage.clock.t).filter((entry) => !isPlanned(entry));
  const own = fold({}, moves).values;
  const before = stage.staged?.start ?? stage.start;
  const named = (path) => (scene.named ? scene.named.includes(path) : scene.start[path] !== before[path]);
  return Object.fromEntries(Object.entries(own).filter(([path, value]) => !named(path) && value !== scene.start[path]));
}

/** The learner's own run as it stands, in the form of the stage's asks. */
export function runOf(stage) {
  const { link, clock, pin } = stage;
  return {
    scene: link.scene,
    seed: link.seed,
    changes: link.changes.map(([t, change]) => [t, change]),
    t_s: instant(clock.t),
    values: stage.values ?? stage.start,
    pin: pin.pinned ? [pin.pinned.at, { ...pin.pinned.values, ...pin.pinned.traffic }] : null,
  };
}
