// The spotlight: the runs of two to four students side by side, on the teacher's page and on the wall: what each did otherwise, what
// came of it in numbers, and its course on axes that are the same for all. What is told is the server's.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { draw } from './parts.js';
import { request } from './teach_line.js';

const [WIDTH, HEIGHT] = [320, 110];
const AGAIN_MS = 3000;

/** Draws in `place` what the room's spotlight shows; nothing where there is none. */
export async function spotlight(place, room) {
  const key = JSON.stringify(room.spotlight);
  if (place.dataset.shows === key) return;
  place.dataset.shows = key;
  place.hidden = !room.spotlight;
  place.replaceChildren(...(room.spotlight ? [h('p', { class: 'quiet' }, t('The runs are played again …'))] : []));
  while (room.spotlight && place.dataset.shows === key && place.isConnected) {
    const { status, told } = await request(`api/rooms/${room.token}/spotlight`);
    if (place.dataset.shows !== key) return;
    if (status === 200) {
      place.replaceChildren(...drawn(told));
      return;
    }
    place.replaceChildren(h('p', { class: 'quiet' }, told.problem ?? ''));
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

function drawn({ step, metric, runs }) {
  if (!step) return [];
  const until_s = Math.max(...runs.map((one) => one.until_s));
  return [
    h('p', { class: 'beside-what' }, h('span', { translate: 'no' }, step.title ?? ''), ' ', t('{metric}, the same axes for all: up to {most} and {seconds} s', { metric: metric.label, most: metric.most_said, seconds: Math.round(until_s) })),
    h('ol', { class: 'beside-runs' }, runs.map((one) => run(one, metric.most || 1, until_s || 1))),
  ];
}

function run(one, most, until_s) {
  const title = h('h3', {}, h('span', { class: 'letter' }, one.label), one.name ? h('span', { translate: 'no' }, one.name) : null);
  if (one.problem) return h('li', {}, title, h('p', {}, one.problem));
  return h(
    'li',
    {},
    title,
    course(one, most, until_s),
    h('dl', { class: 'beside-numbers' }, one.numbers.map((number) => h('div', {}, h('dt', {}, number.label), h('dd', {}, number.text)))),
    one.settings.length ? h('ul', { class: 'beside-settings' }, one.settings.map((words) => h('li', {}, words))) : h('p', { class: 'quiet' }, t('with the same settings')),
  );
}

/** The course of the run; where there is no value the line is broken. Its numbers stand below it in words. */
function course({ t: times, y, moves }, most, until_s) {
  const x = (at_s) => ((WIDTH * at_s) / until_s).toFixed(1);
  const pieces = [[]];
  y.forEach((value, at) => {
    if (value === null) pieces.push([]);
    else pieces.at(-1).push(`${x(times[at])},${(HEIGHT - 2 - ((HEIGHT - 8) * value) / most).toFixed(1)}`);
  });
  const lines = pieces.filter((piece) => piece.length > 1).map((piece) => draw('polyline', { points: piece.join(' '), class: 'middle' }));
  const marks = moves.map((at_s) => draw('line', { x1: x(at_s), x2: x(at_s), y1: 0, y2: HEIGHT, class: 'move' }));
  return draw('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'drawn-curves', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, ...marks, ...lines);
}
