// The page of a claim link: a button that makes this browser a teacher of the room, or its wall. A click, because a program that
// only looks at links must not use one up.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { form } from './form.js';
import { secret } from './secret.js';
import { ask } from './wire.js';

const main = document.getElementById('main');
const token = main.dataset.room;
const problem = h('p', { class: 'notice', role: 'alert', hidden: true });

async function claim(given) {
  const answer = await ask(`api/rooms/${token}/claim`, { secret: given });
  if (!answer.told) return answer.problem;
  const page = answer.told.roles.includes('teacher') ? 'teach' : 'wall';
  location.replace(new URL(`${page}?room=${token}`, document.baseURI));
  return null;
}

async function press(button) {
  button.disabled = true;
  const wrong = await claim(secret);
  button.disabled = false;
  problem.textContent = wrong ?? '';
  problem.hidden = !wrong;
}

const typed = form(
  {
    label: t('Recovery code'),
    hint: t('It was shown when the room was opened.'),
    field: { class: 'box code', autocapitalize: 'characters', maxlength: 40 },
    buttons: [{ words: t('Teach this room'), look: secret ? 'plain' : 'primary' }],
  },
  (code) => (code.trim() ? claim(code) : t('Type the code first.')),
);
const button = h('button', { type: 'button', class: 'primary', onclick: () => press(button) }, t('Use this link in this browser'));
const told = t('Whoever opens this link first, and presses, gets what it gives: the room to teach, or its wall. It works once.');
const without = t('This address has lost its secret: open the link itself again, or type the recovery code.');
main.replaceChildren(
  h('h1', {}, t('Teach a class')),
  ...(secret ? [h('p', {}, told), problem, h('p', {}, button)] : [h('p', {}, without)]),
  secret ? h('details', {}, h('summary', {}, t('I have a recovery code')), typed.root) : typed.root,
);
