// What the server keeps of whoever uses this browser: told in a sentence, and deleted once they have said twice that they want it.
import { h } from '../stage/dom.js';
import { forget } from '../stage/progress.js';
import { plural, t } from '../stage/translate.js';
import { link } from './parts.js';

const OURS = /^(lesson|room):/; // so begins what this browser keeps of lessons and rooms
const address = () => new URL('api/forget', document.baseURI);

export function keptOfMe(privacy) {
  const told = h('div', { class: 'told', 'aria-live': 'polite' });
  const buttons = h('p', { class: 'go' });
  const more = h('p', { class: 'quiet' }, link('privacy', privacy, {}, t('What is stored of anybody, and for how long')));
  const section = h('section', { class: 'card setting kept' }, h('h2', {}, t('What is kept of you here')), told, buttons, more);
  look(told, buttons);
  return section;
}

async function look(told, buttons) {
  const { kept, problem } = await asked();
  if (!kept) {
    told.replaceChildren(h('p', { class: 'quiet' }, problem));
    return;
  }
  const words = sentences(kept);
  const said = words.length ? words : [t('Nothing: you have not answered anything, and are in no room.')];
  told.replaceChildren(...said.map((one) => h('p', {}, one)), ...teaches(kept));
  const remover = button(t('Delete what is kept of me here'), 'plain', () => ask(told, buttons, kept));
  buttons.replaceChildren(...(words.length ? [remover] : []));
}

/** What is kept, one sentence a kind. */
function sentences({ answers, lessons, drafts, rooms }) {
  const begun = plural('{number} lesson begun', '{number} lessons begun', lessons, { number: lessons });
  const given = plural('{number} answer', '{number} answers', answers, { number: answers });
  const written = plural('{number} lesson of your own.', '{number} lessons of your own.', drafts, { number: drafts });
  return [
    ...(lessons || answers ? [`${begun}, ${given}.`] : []),
    ...(drafts ? [written] : []),
    ...rooms.map(({ title, name }) => t('In the room {title} you are {name}.', { title, name })),
  ];
}

function teaches({ teaches: count }) {
  if (!count) return [];
  const values = { number: count };
  const own = plural('You teach {number} room: delete it on its page.', 'You teach {number} rooms: delete them on their pages.', count, values);
  return [h('p', { class: 'quiet' }, own, ' ', t('This is left as it is here; “Teach a class” has a button to stop teaching in this browser.'))];
}

function ask(told, buttons, { rooms }) {
  const words = [
    t('Your progress, your answers and the lessons that you are writing are deleted at once. Nobody can bring them back.'),
    ...(rooms.length ? [t('In rooms your name and answers go too, for all your devices; your teacher no longer sees them.')] : []),
    t('Files that a teacher has already exported, and backups of whoever runs this app, are not reached by this.'),
  ];
  told.replaceChildren(...words.map((one) => h('p', {}, one)));
  const sure = button(t('Delete all of it'), 'primary danger', () => remove(told, buttons));
  buttons.replaceChildren(sure, button(t('Keep it'), 'plain', () => look(told, buttons)));
  sure.focus();
}

async function remove(told, buttons) {
  for (const one of buttons.children) one.disabled = true;
  const headers = { 'content-type': 'application/json' };
  const { kept, problem } = await asked({ method: 'POST', headers, body: JSON.stringify({ sure: true }) });
  if (!kept) {
    told.replaceChildren(h('p', { class: 'notice', role: 'alert' }, problem));
    for (const one of buttons.children) one.disabled = false;
    return;
  }
  forget();
  forgetLessons();
  told.replaceChildren(h('p', {}, t('It is deleted. Whatever you do from now on is somebody new’s.')));
  // The page has still the old cookie: only a new one gets a new cookie.
  const anew = button(t('Begin anew'), 'primary', () => window.location.assign(new URL('.', document.baseURI)));
  buttons.replaceChildren(anew);
  anew.focus();
}

/** What this browser itself keeps: answers that are still to be saved, and everything of this tab. */
function forgetLessons() {
  try {
    for (const name of Object.keys(localStorage)) if (OURS.test(name)) localStorage.removeItem(name);
    sessionStorage.clear();
  } catch {
    // Nothing was kept.
  }
}

async function asked(options = {}) {
  try {
    const answer = await fetch(address(), options);
    const body = await answer.json();
    return answer.ok ? { kept: body } : { problem: body.problem };
  } catch {
    return { problem: t('The app cannot be reached just now. Load the page again.') };
  }
}

const button = (words, kind, onclick) => h('button', { type: 'button', class: kind, onclick }, words);
