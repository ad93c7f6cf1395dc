// Home: the road from one user to 100,000 requests a second, where this browser has been, and what is next.
import { h } from '../stage/dom.js';
import { journey, progress } from '../stage/progress.js';
import { plural, t } from '../stage/translate.js';
import { fetchLessons, stateOf } from '../lesson/lessons.js';
import { glyph } from './glyphs.js';
import { nextOf } from './lessons.js';
import { draw as shape, head, link } from './parts.js';
import { Door } from './teach_open.js';

const WIDTH = 1000;
const HEIGHT = 240;

export function draw(root, data) {
  const known = progress();
  const state = journey(
    data.stops.filter((stop) => stop.live).map((stop) => stop.path),
    known,
  );
  const door = new Door(root, data.lessons);
  const together = inClass(door);
  const fill = (list) => root.replaceChildren(top(data, state, list), together, road(data, state, list), doors(data), concepts(data, state));
  fill([]);
  fetchLessons().then((list) => {
    if (!list.some((one) => stateOf(one) !== 'new')) return;
    door.next(nextOf(list));
    fill(list);
  });
}

/** The two ways into a class: to teach one, and to come into one. */
function inClass(door) {
  return h(
    'section',
    { class: 'in-class', 'aria-label': t('In class') },
    h('div', { class: 'card way-of' }, h('strong', {}, t('Teach a class')), h('span', { class: 'quiet' }, t('One click, no account. Your students get a link, a code and a QR code.')), door.root, link('teach', 'teach', { class: 'more' }, t('Your rooms'))),
    h('div', { class: 'card way-of' }, h('strong', {}, t('Join a class')), h('span', { class: 'quiet' }, t('With the code that your teacher shows you.')), h('p', { class: 'go' }, h('a', { class: 'plain', href: 'join' }, t('I have a code')))),
  );
}

function top(data, state, lessons) {
  const stop = (path) => data.stops.find((one) => one.path === path);
  const last = stop(state.last);
  const next = stop(state.next);
  const begin = last ?? next;
  const lesson = nextOf(lessons);
  return h(
    'div',
    { class: 'top' },
    data.missing ? h('p', { class: 'notice', role: 'alert' }, t('There is no page “{name}”. This is where all the others begin.', { name: data.missing })) : null,
    head(
      t('Scale it up'),
      t('A small web system runs in front of you, request by request. Let it grow from one user to 100,000 requests a second, and find out what breaks first.'),
    ),
    h(
      'p',
      { class: 'go' },
      lesson ? link(lesson.concept, lesson.address, { class: 'primary' }, (stateOf(lesson) === 'begun' ? goOn : nextOne)(lesson)) : null,
      begin
        ? link(begin.view, begin.path, { class: lesson ? 'plain' : 'primary' }, last ? t('Go on with: {title}', { title: last.title }) : t('Begin: {title}', { title: begin.title }))
        : null,
      last && next && next !== last
        ? link(next.view, next.path, { class: 'plain' }, t('Next: {title}', { title: next.title }))
        : link('lessons', 'lessons', { class: 'plain' }, t('All lessons')),
      state.played.length
        ? h('span', { class: 'quiet' }, t('{played} of {all} played', { played: state.played.length, all: data.stops.length }))
        : null,
    ),
  );
}

// One child, because a button lays its children out one by one and drops the space between them.
const named = (words, title) => h('span', {}, words, ', ', own(title));
const goOn = ({ number, title }) => named(t('Go on: lesson {number}', { number }), title);
const nextOne = ({ number, title }) => named(t('Next: lesson {number}', { number }), title);
/** The title of a lesson is in the lesson's own language. */
const own = (title) => h('span', { translate: 'no' }, title);

/** How high the road is at a share of the way: load grows by a factor from stop to stop. */
const rise = (share) => 24 + 196 * share ** 1.9;

function road(data, state, lessons) {
  const at = (index) => (index + 0.5) / data.stops.length;
  const points = Array.from({ length: 61 }, (_, i) => `${(WIDTH * i) / 60},${HEIGHT - rise(i / 60)}`);
  const drawing = shape(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true', class: 'curve' },
    shape('polygon', { points: `0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`, class: 'under' }),
    shape('polyline', { points: points.join(' '), class: 'line' }),
  );
  const stops = data.stops.map((stop, index) => {
    const taught = taughtOf(stop, lessons);
    const own = lookOf(stop, state);
    const look = taught?.look ?? (lessons.length && own === 'next' ? 'open' : own);
    const words = [h('span', { class: 'name' }, stop.bottleneck), h('span', { class: 'title' }, stop.title), taught ? h('span', { class: 'chip' }, taught.words) : told(look)];
    const props = { class: `stop ${look}`, style: `--x:${(100 * at(index)).toFixed(2)}%;--y:${rise(at(index)).toFixed(0)}px` };
    const inside = [glyph(stop.view), ...words, h('span', { class: 'dot', 'aria-hidden': 'true' })];
    return h('li', {}, stop.live ? link(stop.view, stop.path, props, inside) : h('div', props, inside));
  });
  return h(
    'section',
    { class: 'card road', 'aria-labelledby': 'road' },
    h('h2', { id: 'road' }, t('The road, by what gets in the way')),
    h('div', { class: 'way' }, drawing, h('ol', { class: 'stops' }, stops), marks(data.marks)),
    h(
      'p',
      { class: 'quiet' },
      t('Requests a second at the peak, for users who do 20 things a day and come three times as often at the peak. The road fixes the order of the bottlenecks; at how many users each one bites depends on the work in a request.'),
    ),
  );
}

/** What the lessons about a stop say of it, once one of all lessons has been begun: done, begun or next; null where they say nothing. */
function taughtOf(stop, lessons) {
  const own = lessons.filter((one) => one.concept === stop.view);
  if (!own.length) return null;
  const done = own.filter((one) => one.finished).length;
  if (done === own.length) return { look: 'played', words: plural('Lesson done', '{number} lessons done', done, { number: done }) };
  const next = nextOf(lessons);
  if (own.includes(next)) return { look: 'here', words: t('Lesson {number} is next', next) };
  return done ? { look: 'open', words: t('{done} of {all} lessons done', { done, all: own.length }) } : null;
}

function lookOf(stop, state) {
  if (!stop.live) return 'later';
  if (stop.path === state.last) return state.played.includes(stop.path) ? 'here played' : 'here';
  if (state.played.includes(stop.path)) return 'played';
  return stop.path === state.next ? 'next' : 'open';
}

function told(look) {
  const words = { played: t('Played'), here: t('You were here'), 'here played': t('You were here'), next: t('Next'), later: t('Still to come') }[look];
  return words ? h('span', { class: 'chip' }, words) : null;
}

function marks(list) {
  const most = Math.log10(list.at(-1).users);
  const items = list.map(({ users, rate }, index) => {
    const side = index === 0 ? 'first' : index === list.length - 1 ? 'last' : '';
    return h(
      'li',
      { class: side, style: `--x:${((100 * Math.log10(users)) / most).toFixed(2)}%` },
      h('strong', {}, users === 1 ? t('1 user') : t('{users} users', { users: people(users) })),
      h('span', {}, t('{rate} requests/s', { rate })),
    );
  });
  return h('ol', { class: 'marks', 'aria-label': t('Users and their requests a second') }, items);
}

const people = (users) => (users >= 1e6 ? t('{count} million', { count: users / 1e6 }) : users.toLocaleString('en'));

function doors(data) {
  const door = (view, title, words) => link(view, view.replace('_', '-'), { class: 'card door' }, h('strong', {}, title), h('span', {}, words));
  return h(
    'nav',
    { class: 'doors', 'aria-label': t('More') },
    door('lessons', t('Lessons'), t('{count} lessons that begin with a question and let the system answer it', { count: data.lessons.length })),
    door('gallery', t('Gallery'), t('{count} situations to open and play with: a ticket sale, a bad deploy, a region gone', { count: data.situations })),
    door('glossary', t('Glossary'), t('{count} terms, each in two sentences and with the page where it can be seen', { count: data.terms })),
    door('look_inside', t('Look inside'), t('The model as readable code, and the proof that what runs is the same to the last bit')),
  );
}

function concepts(data, state) {
  const cards = data.stops
    .filter((stop) => stop.live)
    .map((stop) =>
      h(
        'li',
        {},
        link(
          stop.view,
          stop.path,
          { class: 'card concept' },
          glyph(stop.view),
          h('strong', {}, stop.title),
          h('span', {}, stop.question),
          told(lookOf(stop, state)),
        ),
      ),
    );
  return h('section', { 'aria-labelledby': 'concepts' }, h('h2', { id: 'concepts' }, t('Pick a concept')), h('ul', { class: 'concepts' }, cards));
}
