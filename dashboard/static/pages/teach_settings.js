// What a room is set to, who else may teach it or look at it, what can be taken away from it, and how it ends.
import { h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { request } from './teach_line.js';
import { button, check, Copied, dialog, fold, follow, remember, segments, sure } from './teach_parts.js';

/** Where the tab keeps the title of a room that it has just deleted, for the lobby to say so. */
export const DELETED = 'teach:deleted';
const EXPORTS = [
  ['long', t('Answers, one a line (CSV)'), ''],
  ['wide', t('Students, one a line (CSV)'), ''],
  ['objectives', t('Objectives (CSV)'), t('attempted, met, tries, and a link that replays the run')],
  ['moodle', t('Grades for Moodle'), t('of each lesson 0 to 100: how many of the steps that check an objective were right')],
  ['canvas', t('Grades for Canvas'), t('the same')],
  ['archive', t('Everything (JSON)'), ''],
];

/** A date as a date box has it, in the teacher's own time. */
const dateOf = (s) => {
  const date = new Date(1000 * s);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((one) => String(one).padStart(2, '0')).join('-');
};

export class Settings {
  constructor(root, line, where, recovery, toast) {
    Object.assign(this, { page: root, line, where, recovery, toast });
    const set = (fields) => this.set(fields);
    this.title = h('input', { class: 'box', type: 'text', maxlength: 80, id: 'room-title', autocomplete: 'off' });
    this.approves = check(t('I approve names'), (on) => set({ approves: on }), t('A name is shown to others once you have seen it.'));
    this.hides = check(t('Hide results until I show them'), (on) => set({ results_hidden: on }), t('Without, the wall shows what the class answers as it comes; in a vote not which answer is right.'));
    this.support = segments('support', t('How they begin'), [['example', t('Worked example first')], ['explore', t('Explore first')]], (value) => set({ support: value })); // prettier-ignore
    this.closes = h('input', { class: 'box', type: 'date', id: 'closes' });
    this.deletes = h('p', { class: 'quiet' });
    this.trouble = h('p', { class: 'notice', role: 'alert', hidden: true });
    this.links = h('div', { class: 'claims off-projector' });
    this.end = button(t('End the room'), () => this.finish(), 'plain danger');
    const field = (words, box, submit) => h('form', { class: 'go', onsubmit: submit }, h('label', { class: 'field' }, h('span', {}, words), box), h('button', { type: 'submit', class: 'plain' }, t('Save')));
    this.root = fold('settings', t('Settings of the room'), [
      field(t('Title'), this.title, (event) => this.saved(event, { title: this.title.value }, this.title)),
      h('div', { class: 'only-open' }, this.approves.root, this.hides.root),
      h('div', { class: 'field only-open' }, h('span', {}, t('Support for those who begin')), this.support.root),
      field(t('Open until the end of'), this.closes, (event) => this.saved(event, { closes_s: new Date(`${this.closes.value}T23:59:59`).getTime() / 1000 }, this.closes, t('Choose a day from today on, at most 200 days after the room was opened.'))),
      this.deletes,
      this.trouble,
      h('h3', {}, t('Others')),
      h('p', { class: 'quiet on-projector' }, t('Links and codes for others are not shown while this page is on a projector.')),
      h('p', { class: 'go off-projector' }, this.claim('teacher', t('Link for a second teacher')), this.claim('wall', t('Link for a projector')), button(t('New recovery code'), () => this.renew())),
      this.links,
      h('p', { class: 'quiet off-projector' }, t('Somebody has access who should not, or a computer of others knows yours? End it for all but this browser.')),
      h('p', { class: 'go off-projector' }, button(t('End all other access'), () => this.alone(), 'plain danger')),
      h('h3', {}, t('The end')),
      h('p', { class: 'go' }, this.end, button(t('Delete everything'), () => this.erase(), 'plain danger')),
    ]);
  }

  show(told) {
    const { room, links } = told;
    Object.assign(this, { told, room });
    if (this.made && !links.includes(this.made)) this.give(null, h('p', { class: 'quiet' }, t('The link has been used, or its hour is over.')));
    const fill = (box, value) => document.activeElement !== box && box.dataset.changed !== 'true' && (box.value = value);
    fill(this.title, room.title);
    fill(this.closes, dateOf(room.closes_s));
    this.closes.min = dateOf(room.now_s);
    this.approves.show(room.approves);
    this.hides.show(room.results_hidden);
    this.support.show(room.support);
    const date = new Date(1000 * room.deletes_s).toLocaleDateString();
    text(this.deletes, room.closed ? t('On {date} all of it is deleted. A later day opens the room again.', { date }) : t('After that the room is closed, and on {date} all of it is deleted.', { date }));
    this.end.hidden = room.closed;
  }

  /** `allowed`: what to say where the value is not taken. */
  async set(fields, allowed = '') {
    const { problem } = await this.line.command('settings', fields);
    text(this.trouble, problem ? allowed || problem : '');
    this.trouble.hidden = !problem;
    if (problem) this.show(this.told);
    return !problem;
  }

  async saved(event, fields, box, allowed) {
    event.preventDefault();
    const done = await this.set(fields, allowed);
    if (done) this.toast.say(t('Saved'));
    box.blur();
  }

  /** A link that makes another browser a teacher or a wall, once. */
  claim(kind, words) {
    const tells = kind === 'wall' ? t('Opens the wall on another computer; nothing can be done with it. Good once, for an hour.') : t('Makes one other browser a teacher of this room. Good once, for an hour.');
    return button(words, async () => {
      const { secret, made_s: made, problem } = await this.line.command('key', { kind }, true);
      if (problem) this.toast.say(problem);
      else this.give(made, h('p', { class: 'quiet' }, tells), new Copied(words, this.where.at(`claim/${this.line.token}#${secret}`), t('Copy link'), true).root);
    });
  }

  /** Shows a link until it was used, or what became of it. */
  give(made, ...parts) {
    this.made = made;
    this.links.replaceChildren(...parts);
  }

  async renew() {
    const means = await sure(this.page, t('A new recovery code'), t('The one that you have now is no longer good.'), t('Make a new code'));
    if (!means) return;
    const { recovery, problem } = await this.line.command('recovery', {}, true);
    if (problem) this.toast.say(problem);
    else this.recovery.give(recovery);
  }

  /** Nobody but this browser: others are out first; then it gets a key that nobody can have noted, and shows it, which ends the old one. */
  async alone() {
    const words = t('Other teachers, projectors, open links and the recovery code are no longer good. You get a new code; students stay. Open the wall on a projector again with a new link.');
    if (!(await sure(this.page, t('End all other access?'), words, t('End it')))) return;
    const access = async (fields) => (await request(`api/rooms/${this.line.token}/access`, fields)).told;
    let [told, problem] = [await access({ do: 'end' }), ''];
    if (!told.problem) ({ problem = '' } = await access({ do: 'renew' }));
    if (!told.problem && !problem) told = await access({ do: 'end' });
    if (told.recovery) this.recovery.give(told.recovery);
    this.toast.say(told.problem ?? (problem || t('Only this browser teaches the room now.')));
  }

  async finish() {
    const words = t('Nobody can come in or answer any more. You can still look at everything and take the answers with you, until all is deleted in thirty days. A later day under “Open until the end of” opens the room again.');
    if (await sure(this.page, t('End the room?'), words, t('End it'))) await this.line.do('end');
  }

  /** Everything goes, for good: the title is typed, so that nothing goes by mistake. */
  erase() {
    const box = h('input', { class: 'box', type: 'text', id: 'typed-title', autocomplete: 'off' });
    const trouble = h('p', { class: 'notice', role: 'alert', hidden: true });
    const go = async (event, close) => {
      event.preventDefault();
      const { problem } = await this.line.command('delete', { title: box.value }, true);
      text(trouble, problem ?? '');
      trouble.hidden = !problem;
      if (problem) return;
      close();
      this.line.close();
      remember(DELETED, this.room.title);
      follow(this.page, 'teach', 'teach');
    };
    dialog(this.page, t('Delete everything'), (close) => [
      h('p', {}, t('The room, its students and all their answers are deleted now, for good. Take the files with you before, if you need them.')),
      h('form', { onsubmit: (event) => go(event, close) }, h('label', { class: 'field' }, h('span', {}, t('Type the title of the room:'), ' ', h('b', { translate: 'no' }, this.room.title)), box), trouble, h('p', { class: 'go' }, h('button', { type: 'submit', class: 'primary danger' }, t('Delete everything')), button(t('Cancel'), close))),
    ]);
    box.focus();
  }
}

/** Files of what the class did. */
export class TakeAway {
  constructor(token) {
    this.numbers = check(t('With numbers instead of names'), () => this.name());
    this.links = EXPORTS.map(([kind, words, hint]) => [kind, h('a', { class: 'plain', download: true }, words), hint]);
    this.token = token;
    this.root = fold('export', t('Take the answers with you'), [
      this.numbers.root,
      h('ul', { class: 'exports' }, this.links.map(([, link, hint]) => h('li', {}, link, hint ? h('small', {}, hint) : null))),
      h('p', { class: 'quiet' }, t('The files are made when you ask for them, and go nowhere else.')),
    ]);
    this.name();
  }

  name() {
    for (const [kind, link] of this.links) link.href = `api/rooms/${this.token}/export/${kind}${this.numbers.box.checked ? '?who=numbers' : ''}`;
  }

  show() {}
}
