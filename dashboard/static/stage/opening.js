// How a stage begins: where its tab left off, with what the address or a file opens, or with the chunk that came with the page.
// And what a tab keeps so that nothing is lost. Works on the stage's parts.
import { Clock, SPEEDS } from './clock.js';
import { clock as clockText } from './format.js';
import { recall, remember } from './memory.js';
import { mark, t } from './translate.js';

const LACKING = mark('It was made with a recording that is not on this server, so the sliders make the traffic. Choose the same file under Traffic, Recording, and it begins anew with it.');
const HEAD_START_S = 4; // simulated time kept ahead of the clock when a page opens

/** The first thing that a stage does. A link opens once in a tab: a refresh goes on with what became of it. */
export function restore(stage, first, opened) {
  const saved = recall(stage.name, stage.page.limits);
  if (stage.page.lesson) {
    resumeLesson(stage, saved);
    return;
  }
  const anew = !saved || (opened && saved.opened !== opened.name);
  if (opened && anew) openRun(stage, opened, first);
  else if (saved) resume(stage, saved, opened);
  else stage.clock = new Clock(headStart(first), 1, !stage.still);
  const sound = first && !first.problem && first.echo === 'first' && first.from_s === 0 && stage.clock.t <= first.to_s;
  if (sound && (anew || (!opened && !saved.changes.length && !saved.pin))) stage.merge(first, false);
  stage.follow();
  if (saved?.experiment && !anew) stage.experiment.run();
}

/** In a lesson: the scene that was played here goes on; without one the stage waits until the lesson says what to play. */
function resumeLesson(stage, saved) {
  if (saved?.scene) {
    stageScene(stage, saved.scene);
    resume(stage, saved, null);
  } else {
    stage.clock = new Clock(0, 1, !stage.still);
    stage.link.held = true;
  }
  stage.follow();
  if (saved?.scene && saved.experiment) stage.experiment.run();
}

/** From now on the stage's system is that of a scene: {name, seed, start, fixed}. */
function stageScene(stage, scene) {
  stage.staged = scene;
  stage.start = { ...stage.start, ...scene.start };
  stage.page = { ...stage.page, fixed: { ...stage.page.fixed, ...scene.fixed } };
  stage.journal.begin(stage.start);
  stage.link.scene = scene.name;
  stage.link.seed = scene.seed;
}

/** A scene of a lesson begins at 0: what happens in it happens whatever is moved; `settings` are the learner's own that they keep. */
export function beginScene(stage, scene, settings = {}) {
  stageScene(stage, scene);
  stage.link.unwishAll();
  const planned = scene.changes.map(([t, change]) => [t, change, { kind: 'planned' }]);
  stage.link.restart([...(Object.keys(settings).length ? [[0, settings, { kind: 'with' }]] : []), ...planned]);
  stage.unpin();
  stage.numbers.base = null;
  stage.experiment.reset();
  stage.clock.setSpeed(1);
  Object.assign(stage.clock, { t: 0, front: 0, last: null, playing: !stage.still });
  stage.forgetFrom(0);
  stage.hush();
  stage.follow();
  stage.screen.urgent = true;
  stage.pump();
  stage.save();
}

const headStart = (first) => Math.max(0, (first?.to_s ?? 0) - HEAD_START_S);

function resume(stage, saved, opened) {
  stage.link.seed = saved.seed;
  stage.link.changes = saved.changes;
  stage.opened = opened?.name ?? saved.opened;
  want(stage, opened);
  stage.clock = new Clock(saved.t, SPEEDS.includes(saved.speed) ? saved.speed : 1, saved.playing && !stage.still);
  stage.clock.front = Math.max(saved.t, saved.front ?? 0);
  stage.pin.restore(saved.pin);
  stage.link.pin = stage.pin.pinned;
  stage.forgetFrom(stage.pin.edge(Math.max(0, saved.t - stage.page.limits.past_s)));
  stage.source?.restore(saved.source);
}

/** A run from a link or a file begins anew, a replay at 0. What is damaged is told, and opens nothing. */
export function openRun(stage, opened, first = null) {
  if (first) stage.opened = opened.name;
  if (opened.reasons.length) {
    stage.clock ??= new Clock(headStart(first), 1, !stage.still);
    const what = first ? t('This link cannot be opened, so the page begins with its own system.') : t('This file cannot be opened.');
    stage.tellPerson(`${what} ${opened.reasons.join(' ')}`);
    return;
  }
  const replay = opened.until_s !== null;
  const planned = opened.begin_s !== undefined; // a situation: what happens in it happens whatever is moved meanwhile
  const begin = opened.begin_s ?? (replay || !first ? 0 : headStart(first));
  stage.clock = new Clock(begin, 1, !stage.still);
  stage.clock.front = Math.max(begin, opened.until_s ?? 0);
  stage.link.seed = opened.seed;
  if (opened.recording) stage.source?.restore(opened.recording);
  want(stage, opened);
  stage.link.restart(planned ? opened.changes.map(([t, change]) => [t, change, { kind: 'planned' }]) : opened.changes);
  stage.pin.clear();
  if (opened.pin) stage.pin.set(opened.pin[0], { ...stage.start, ...opened.pin[1] }, stage.start);
  stage.link.pin = stage.pin.pinned;
  stage.forgetFrom(0);
  stage.numbers.base = null;
  stage.share.open(false);
  stage.screen.urgent = true;
  const told = [];
  if (replay) told.push(t('A run is replayed, up to {time}. Your first move makes it yours from there on.', { time: clockText(opened.until_s) }));
  if (opened.missing) told.push(t(LACKING));
  if (told.length) stage.tellPerson(told.join(' '), !opened.missing);
}

/** Where the recording of a run is not here, its file can be chosen: then the run begins anew as it was. */
function want(stage, opened) {
  const { missing } = opened ?? {};
  const begin = (recording) => {
    stage.hush();
    openRun(stage, { ...opened, ...missing, recording, missing: null });
    stage.follow();
    stage.pump();
    stage.save();
  };
  stage.source?.want(missing ? { token: missing.token, begin } : null);
}

/** Keeps the run, the clock, the pin and what was tried, for this tab. */
export function save(stage) {
  const { seed, changes } = stage.link;
  const { t, speed, playing, front } = stage.clock;
  remember(stage.name, {
    seed,
    changes,
    t,
    speed,
    playing,
    front,
    pin: stage.pin.state(),
    opened: stage.opened,
    source: stage.source?.state(),
    experiment: stage.experiment.tried,
    scene: stage.staged,
  });
}
