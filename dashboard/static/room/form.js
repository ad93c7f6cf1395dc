// A form of one field: asks, says what is wrong with what was typed, and sends once at a time. Knows nothing of what is asked.
import { attribute, h, text } from '../stage/dom.js';

let serial = 0;

/**
 * `field`: attributes of the input, with `label` and `hint`; `buttons`: [{words, look, name}]; onSend(value, name of the button) gives
 * the problem, or nothing when all is well.
 */
export function form({ label, hint = '', field, buttons }, onSend) {
  const id = `field-${++serial}`;
  const input = h('input', { id, type: 'text', class: 'box', autocomplete: 'off', spellcheck: 'false', ...field });
  const told = hint ? h('p', { class: 'quiet', id: `${id}-hint` }, hint) : null;
  const problem = h('p', { class: 'notice', role: 'alert', id: `${id}-problem`, hidden: true });
  attribute(input, 'aria-describedby', `${id}-problem ${told ? told.id : ''}`.trim());
  const made = buttons.map(({ words, look, name }) => h('button', { type: 'submit', class: look, value: name ?? '' }, words));
  const root = h('form', { novalidate: true }, h('label', { for: id }, label), input, told, problem, h('div', { class: 'go' }, made));
  let busy = false;
  root.onsubmit = async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    for (const one of made) one.toggleAttribute('data-busy', true);
    const wrong = await onSend(input.value, event.submitter?.value ?? '');
    busy = false;
    for (const one of made) one.toggleAttribute('data-busy', false);
    text(problem, wrong ?? '');
    problem.hidden = !wrong;
    attribute(input, 'aria-invalid', !!wrong);
    if (wrong) input.focus();
  };
  return { root, input };
}
