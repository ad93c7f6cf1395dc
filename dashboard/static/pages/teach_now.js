// The step that the teacher looks at: what it asks, what the class says to it, and what is done with a vote: shown, held again, counted
// by hand. A step that is not the class's is asked for by itself.
import { h, text } from '../stage/dom.js';
import { plural, t } from '../stage/translate.js';
import { kindOf, letter, titleOf } from '../lesson/words.js';
import { PREPARING, request } from './teach_line.js';
import { votersOf } from './teach_class.js';
import { button, check, dialog } from './teach_parts.js';
import { given, Results } from './teach_results.js';
import { Texts } from './teach_texts.js';

export class Now {
  constructor(root, line, complain) {
    Object.assign(this, { page: root, line, complain, asked: '', other: null });
    this.results = new Results();
    this.texts = new Texts();
    this.title = h('h2', { id: 'now' });
    this.chip = h('span', { class: 'state-chip' });
    this.prompt = h('div', { class: 'prompt', translate: 'no' });
    this.count = h('p', { class: 'count' });
    this.none = h('p', { class: 'quiet' });
    this.reveal = button(t('Show results'), () => line.do('reveal', {}, true), 'primary');
    this.again = button(t('Vote again'), () => line.do('vote_again', {}, true));
    this.hands = button(t('Count hands'), () => this.countHands());
    this.hint = h('p', { class: 'quiet' });
    this.load = h('a', { class: 'primary', target: '_blank', rel: 'noopener' }, t('Play the class as the load'));
    this.key = check(t('Mark the right answer here'), () => this.draw());
    this.onWall = check(t('Votes on the wall'), (on) => line.do('settings', { results_hidden: !on }), t('This vote and later ones as they come, without what is right. Students’ own screens wait for the results.'));
    this.cover = h('p', { class: 'cover' }, t('Covered until you show the results, because this page is on a projector.'));
    this.root = h(
      'section',
      { class: 'card now', 'aria-labelledby': 'now' },
      h('div', { class: 'bar' }, this.title, this.chip),
      this.prompt,
      this.count,
      this.none,
      this.cover,
      this.results.root,
      this.texts.root,
      this.hint,
      // What takes the place of a button that goes away is pressed by whoever presses twice: so that one is the last.
      h('div', { class: 'go' }, this.load, this.again, this.hands, this.reveal, this.onWall.root, this.key.root),
    );
  }

  show(told) {
    this.told = told;
    const { room, steps, looked } = told;
    this.id = looked ?? (room.pacing === 'free' ? null : room.step);
    this.step = steps.find((one) => one.id === this.id) ?? null;
    this.own = this.step !== null && this.id === room.step && room.pacing !== 'free';
    if (!this.own && this.step?.check) this.fetch();
    this.ask();
    this.draw();
  }

  /** Of a step at which the class is not. */
  async fetch() {
    const { id } = this;
    const { status, told } = await request(`${this.line.path}/results?step=${encodeURIComponent(id)}`);
    if (id !== this.id || this.own) return;
    this.other = status === 200 ? told : null;
    this.draw();
  }

  /** What the students read there: asked for once a step, for it does not change. */
  async ask() {
    const { room } = this.told;
    const wanted = this.own ? `${room.lesson?.id}.${this.id}` : '';
    if (wanted === this.asked) return;
    this.asked = wanted;
    if (wanted !== this.prompted) this.prompt.replaceChildren();
    this.prompted = wanted;
    if (!wanted) return;
    const { status, told } = await request(`${this.line.path}/wall`);
    if (this.asked !== wanted) return;
    const here = status === 200 && told.step?.id === this.id ? told.step : null;
    if (here) this.prompt.replaceChildren(...(here.prompt ?? [PREPARING]).map((words) => h('p', {}, words)));
    if (!here?.prompt) this.asked = ''; // asked for again with the next news
  }

  draw() {
    const { room, people, projected } = this.told;
    const results = this.own ? this.told.results : this.other?.step === this.id ? this.other : null;
    const { step } = this;
    const held = this.own && room.held && !room.closed;
    text(this.title, step ? titleOf(step) : t('What the class says'));
    text(this.chip, this.chipOf(results, held));
    this.chip.hidden = !this.chip.textContent;
    const vote = results?.votes.at(-1);
    const all = vote ? votersOf(vote, people) : 0;
    const hands = vote?.hands ? `, ${plural('{number} hand counted', '{number} hands counted', vote.hands, { number: vote.hands })}` : '';
    text(this.count, vote ? t('{answered} of {all} answered', { answered: vote.answered, all }) + hands : '');
    this.count.hidden = !vote;
    const empty = !results || !results.votes.some(given);
    text(this.none, this.emptyWords(results));
    this.none.hidden = !empty;
    const open = held || this.isComing(results);
    const covered = projected && open && !empty && room.results_hidden;
    this.cover.hidden = !covered;
    this.results.root.hidden = covered || !results || (empty && results.kind !== 'choice');
    if (results) this.results.show(results, !open || (this.key.box.checked && !projected));
    else this.results.clear();
    this.texts.show(results, this.told);
    this.reveal.hidden = !held;
    text(this.hint, this.hintOf(results, held, all));
    this.hint.hidden = !this.hint.textContent;
    this.again.hidden = !(this.own && step?.polled) || room.closed;
    this.load.hidden = step?.check !== 'part'; // what its members own together is a system that runs
    if (!this.load.hidden) this.load.href = `${room.lesson.address}&class=${room.token}`;
    this.hands.hidden = !(this.own && results?.kind === 'choice') || room.closed;
    this.key.root.hidden = !(held && vote?.options?.some((one) => one.right)) || projected;
    this.onWall.root.hidden = !held;
    this.onWall.show(!room.results_hidden);
    this.again.disabled = held && !(vote && given(vote)); // nobody has voted yet
  }

  /** Whether the class, which sees this page, has not seen yet what comes of the step that the teacher alone looks at. */
  isComing(results) {
    const { room, projected } = this.told;
    return projected && !room.closed && !this.own && Boolean(this.step?.polled) && !results?.shown;
  }

  chipOf(results, held) {
    if (!this.own) return this.step ? t('only you look at this step') : '';
    if (!this.step?.polled) return kindOf(this.step);
    const vote = results ? results.vote : 1;
    const { room } = this.told;
    if (room.closed) return '';
    if (!held) return t('results are shown');
    if (!room.results_hidden) return t('vote {number} is open, and on the wall', { number: vote });
    return vote > 1 ? t('vote {number} is open, results are held', { number: vote }) : t('vote is open, results are held');
  }

  hintOf(results, held, all) {
    const vote = results?.votes.at(-1);
    if (!this.own || !this.step?.polled || !vote || this.told.room.closed) return '';
    if (!held) return vote.answered < all ? t('The vote is over. What is answered now is kept, and counts in no vote.') : '';
    if (!given(vote) || vote.vote > 1) return '';
    return t('Showing tells which answer is right, on the wall and to all who have answered. To let them talk about their votes first, put those on the wall, then vote again.');
  }

  emptyWords(results) {
    if (!this.step && this.told.room.closed) return t('Choose a step in the path to see what was answered there.');
    if (!this.step) return t('Everybody goes at their own pace. Choose a step in the path to see what was answered there, or go together from it.');
    if (!this.step.check) return t('There is nothing to answer in this step.');
    if (!results) return t('One moment …');
    return this.told.room.closed ? t('Nobody has answered this step.') : t('Nobody has answered yet. Answers appear here as they come.');
  }

  /** Votes of people without a device. */
  countHands() {
    const { results } = this.told;
    const vote = results.votes.at(-1);
    const boxes = vote.options.map((one) => h('input', { class: 'box', type: 'number', min: 0, max: 1000, step: 1, value: one.hands, inputmode: 'numeric' }));
    const trouble = h('p', { class: 'notice', role: 'alert', hidden: true });
    const save = async (close) => {
      const counts = boxes.map((box) => Math.round(Number(box.value) || 0));
      const { problem } = await this.line.command('hands', { step: results.step, vote: vote.vote, counts });
      text(trouble, problem ?? '');
      trouble.hidden = !problem;
      if (!problem) close();
    };
    dialog(this.page, t('Count hands'), (close) => [
      h('p', { class: 'quiet' }, t('For those without a device: ask who is for A, for B, and so on. They count besides the answers that come by themselves.'), ' ', h('a', { href: 'paper-cards', target: '_blank', rel: 'noopener' }, t('Cards to print'))),
      h('div', { class: 'hands' }, vote.options.map((one, place) => h('label', {}, h('span', { class: 'letter' }, letter(place)), h('span', { translate: 'no' }, one.text), boxes[place]))),
      trouble,
      h('p', { class: 'go' }, button(t('Save'), () => save(close), 'primary'), button(t('Cancel'), close)),
    ]);
    boxes[0].select();
  }
}
