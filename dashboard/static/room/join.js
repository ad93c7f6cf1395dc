// The page that asks for a short code, and leads to the room that has it.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { form } from './form.js';
import { ask } from './wire.js';

const GROUP = 4;
const SIGNS = 8;
const main = document.getElementById('main');

/** As it stands on the board: in capitals, with a dash in the middle. */
function written(code) {
  const signs = [...code.toUpperCase().replace(/[^0-9A-Z]/g, '').slice(0, SIGNS)];
  return signs.map((sign, place) => (place === GROUP ? `-${sign}` : sign)).join('');
}

const { root, input } = form(
  {
    label: t('Code of your class'),
    hint: t('Eight letters and digits, as your teacher shows them. Capitals and dashes make no difference.'),
    field: { class: 'box code', autocapitalize: 'characters', maxlength: 24, required: true },
    buttons: [{ words: t('Go on'), look: 'primary' }],
  },
  async (value) => {
    if (!value.trim()) return t('Type the code first.');
    const { told, problem } = await ask('api/rooms/find', { code: value });
    if (told) location.assign(new URL(`room/${told.token}`, document.baseURI));
    return problem;
  },
);
input.value = written(main.dataset.code);
input.onblur = () => (input.value = written(input.value) || input.value);
main.replaceChildren(h('h1', {}, t('Join a class')), root);
if (!input.value) input.focus();
