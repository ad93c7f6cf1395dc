// What a teacher does with one student: their name, whether they may stay, and where they are. What is severe asks first; what can be
// taken back is.
import { h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { titleOf } from '../lesson/words.js';
import { called, standing, STATES } from './teach_class.js';
import { button, dialog, sure } from './teach_parts.js';

const minutesSince = (s, now_s) => Math.max(0, Math.round((now_s - s) / 60));

export class Members {
  constructor(root, line, toast) {
    Object.assign(this, { page: root, line, toast });
  }

  show(told) {
    this.told = told;
  }

  do(person, action, more = {}) {
    return this.line.command('member', { number: person.number, do: action, ...more });
  }

  /** All these names may be seen. */
  async approve(people) {
    const numbers = people.map((one) => one.number);
    const { problem } = await this.line.command('member', { numbers, do: 'approve' });
    if (problem) this.toast.say(problem);
  }

  open(number) {
    const { people, steps, room } = this.told;
    const person = people.find((one) => one.number === number);
    if (!person) return;
    const trouble = h('p', { class: 'notice', role: 'alert', hidden: true });
    const act = (words, action, after, look) => button(words, () => this.acted(person, action, after, trouble), look);
    dialog(this.page, this.called(person), (close) => [
      h('p', { class: 'quiet' }, this.where(person, steps, room)),
      trouble,
      room.closed ? h('p', { class: 'quiet' }, t('The room is closed.')) : this.actions(person, act, close, trouble),
      h('p', { class: 'go' }, button(t('Close'), close)),
    ]);
  }

  called(person) {
    return called(person, this.told.projected);
  }

  where(person, steps, room) {
    const at = steps.findIndex((one) => one.id === person.here);
    const stand = standing(person, steps);
    const words = stand === 'done' ? t('done with everything') : t(STATES[stand][0]);
    const parts = [at < 0 ? t('has not begun') : `${at + 1} · ${titleOf(steps[at])}: ${words}`];
    parts.push(t('{done} of {all} steps done', { done: person.done, all: steps.length }));
    const ago = minutesSince(person.seen_s, room.now_s);
    parts.push(ago ? t('last did something {number} min ago', { number: ago }) : t('did something just now'));
    return parts.join(' · ');
  }

  actions(person, act, close, trouble) {
    const ask = async (title, words, yes) => {
      close();
      return sure(this.page, title, words, yes);
    };
    const name = this.called(person);
    if (person.status === 'removed' || person.status === 'blocked') {
      return h('p', { class: 'go' }, act(t('Let them come back'), 'restore', { close, says: t('{name} may come back.', { name }) }));
    }
    const shown = person.status !== 'present';
    return [
      this.told.projected ? h('p', { class: 'quiet' }, t('Names are neither shown nor changed while this page is on a projector.')) : this.renaming(person, close, trouble),
      h(
        'p',
        { class: 'go' },
        shown
          ? act(t('Show the name'), person.status === 'waiting' ? 'approve' : 'show', { close, says: t('The name of {name} is shown.', { name }) })
          : act(t('Hide the name'), 'hide', { close, undo: 'show', says: t('The name of {name} is hidden from the others.', { name }) }),
        person.help ? act(t('Helped'), 'helped', { close, says: t('{name} has been helped.', { name }) }) : null,
      ),
      h(
        'p',
        { class: 'go' },
        act(t('Remove'), 'remove', { first: () => ask(t('Remove {name}?', { name }), t('They leave the room now. With the link or the code they may come in again, as somebody new. Their answers are kept for the export, but not counted.'), t('Remove')), undo: 'restore', says: t('{name} was removed.', { name }) }, 'plain danger'),
        act(t('Block'), 'block', { first: () => ask(t('Block {name}?', { name }), t('They leave the room now and cannot come in again with this browser. Their answers are kept for the export, but not counted.'), t('Block')), undo: 'restore', says: t('{name} was blocked.', { name }) }, 'plain danger'),
      ),
    ];
  }

  renaming(person, close, trouble) {
    const box = h('input', { class: 'box', type: 'text', maxlength: 80, value: person.name, id: 'new-name', autocomplete: 'off' });
    const save = async (event) => {
      event.preventDefault();
      const before = person.name;
      const { problem } = await this.do(person, 'rename', { name: box.value });
      text(trouble, problem ?? '');
      trouble.hidden = !problem;
      if (problem) return;
      close();
      this.toast.say(t('{before} is now called {name}.', { before, name: box.value.trim() }), () => this.do(person, 'rename', { name: before }));
    };
    return h('form', { class: 'go', onsubmit: save }, h('label', { class: 'field' }, h('span', {}, t('Name')), box), h('button', { type: 'submit', class: 'plain' }, t('Rename')));
  }

  async acted(person, action, { close, first, undo, says }, trouble) {
    if (first && !(await first())) return;
    const { problem } = await this.do(person, action);
    if (problem) {
      if (trouble.isConnected) {
        text(trouble, problem);
        trouble.hidden = false;
      } else this.toast.say(problem);
      return;
    }
    close?.();
    this.toast.say(says, undo && (() => this.do(person, undo)));
  }
}
