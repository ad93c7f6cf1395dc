// The door of a room: asks for a name, and leads to the lesson; whoever is in already goes there at once.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { form } from './form.js';
import { enter, inRoom, tab } from './here.js';
import { ask, away } from './wire.js';

const AGAIN_MS = 3000;
const SLOW_MS = 4000; // this page is a 200th of the whole one: where it takes so long, that one takes minutes
const main = document.getElementById('main');
const token = main.dataset.room;
const path = `api/rooms/${token}`;
const LIGHT = `room:${token}:light`;

/** Whether the line is so slow that the whole page would take too long. */
const slow = () => {
  const { saveData, effectiveType = '4g' } = navigator.connection ?? {};
  return !!saveData || effectiveType !== '4g' || performance.now() > SLOW_MS;
};

/** Whether this browser wants the questions only: kept for the next time that it comes. */
const light = {
  get() {
    try {
      return localStorage.getItem(LIGHT) === 'yes';
    } catch {
      return false;
    }
  },
  set(on) {
    try {
      if (on) localStorage.setItem(LIGHT, 'yes');
      else localStorage.removeItem(LIGHT);
    } catch {
      // A forbidden storage costs only the memory.
    }
  },
};

const say = (...parts) => main.replaceChildren(...parts);
const notice = (words) => h('p', { class: 'notice', role: 'alert' }, words);

/** To the lesson, or to the page from which one was sent here. */
function goIn(room) {
  enter(token);
  const back = tab.get('back');
  tab.set('back', null);
  if (back) location.replace(back);
  else if (light.get() || !room.lesson) location.replace(new URL(`room/${token}/questions`, document.baseURI));
  else location.replace(inRoom(room.lesson.address, token));
}

async function open() {
  const { told, problem, status } = await ask(path);
  if (!told) {
    say(h('h1', {}, t('Join a class')), notice(problem), h('p', {}, h('a', { class: 'plain', href: 'join' }, t('Type a code'))));
    if (away(status)) setTimeout(open, AGAIN_MS);
    return;
  }
  const { room, me, roles } = told;
  if (me && roles.some((one) => one === 'student' || one === 'waiting') && !room.closed) goIn(room);
  else show(room, roles);
}

function show(room, roles) {
  const head = [h('p', { class: 'kicker' }, t('Join a class')), h('h1', { translate: 'no' }, room.title)];
  const { lesson } = room;
  const called = lesson?.title === room.title; // a room without a title of its own has its lesson's
  if (lesson) head.push(h('p', { class: 'quiet' }, called ? t('Lesson {number}', lesson) : t('Lesson {number}: {title}', lesson)));
  if (roles.includes('teacher')) head.push(taught());
  if (roles.includes('out')) return say(...head, notice(t('Your teacher has blocked you from this room.')));
  if (room.closed) return say(...head, notice(t('This room is closed. What you have done is kept until it is deleted.')));
  if (tab.get('out') === 'yes') {
    tab.set('out', null);
    head.push(notice(t('You are not in this room any more: you left it, or your teacher took you out. You may come in again.')));
  }
  const ways = [
    { words: t('Come in'), look: 'primary' },
    { words: t('Only the questions (for slow networks)'), look: 'plain', name: 'light' },
  ];
  if (slow()) {
    ways.reverse();
    [ways[0].look, ways[1].look] = ['primary', 'plain'];
    ways[1].words = t('The whole page');
  }
  const { root, input } = form(
    {
      label: t('Your name'),
      hint: room.approves
        ? t('Your class sees it once your teacher has let it in. No account, no e-mail.')
        : t('As your class knows you. No account, no e-mail.'),
      field: { maxlength: 60, autocapitalize: 'words', required: true },
      buttons: ways,
    },
    async (name, button) => {
      const answer = await ask(`${path}/join`, { name });
      if (!answer.told) return answer.problem;
      light.set(button === 'light');
      if (button === 'light' || tab.get('back')?.endsWith('/questions')) tab.set('back', null); // the page that was chosen
      tab.set('at', null); // a new member has been nowhere with the class
      goIn(answer.told.room);
      return null;
    },
  );
  say(...head, root, again());
  input.focus();
  comeAlready();
}

/** What the questions need comes while a name is typed: on a far line it would take longer than all else. It is kept by its address. */
function comeAlready() {
  for (const file of main.dataset.later.split(' ')) fetch(file, { priority: 'low' }).catch(() => {});
}

/** Whoever was here on another device has a code. */
function again() {
  const { root } = form(
    {
      label: t('Code for another device'),
      hint: t('On the device on which you came in: “More”, then “Go on with another device”.'),
      field: { class: 'box code', autocapitalize: 'characters', maxlength: 24 },
      buttons: [{ words: t('Go on as myself'), look: 'plain' }],
    },
    async (code) => {
      const answer = await ask(`${path}/resume`, { code });
      if (answer.told) goIn(answer.told.room);
      return answer.problem;
    },
  );
  return h('details', {}, h('summary', {}, t('I was here before')), root);
}

function taught() {
  const page = h('a', { class: 'plain', href: `teach?room=${token}` }, t('To the teacher’s page'));
  const words = t('You teach this room. To see what your students see, come in with a name.');
  return h('div', { class: 'told' }, h('p', {}, words), h('p', {}, page));
}

open();
