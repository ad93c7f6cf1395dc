// What is told of a lesson file: its problems, each with the way to its line; the file with its lines; and the lesson as it reads, with
// its numbers and keys. Every word of the file is text, never markup.
import { h } from '../stage/dom.js';
import { plural, t } from '../stage/translate.js';

const KINDS = {
  recall: t('Recall'), text: t('Text'), explore: t('Explore'), predict: t('Predict'), experiment: t('Experiment'), observe: t('Observe'),
  explain: t('Explain'), discuss: t('Discuss'), challenge: t('Challenge'), exit: t('Exit ticket'),
}; // prettier-ignore
const SUPPORT = { example: t('only with the worked example'), explore: t('only when exploring first') };

/** A list of problems; a click on one shows its line. */
export function problemList(problems, show) {
  const row = ({ line, field, message }) => {
    const where = [line ? t('Line {line}', { line }) : '', field].filter(Boolean).join(' · ');
    const words = [where ? h('strong', {}, where) : null, h('span', {}, message)];
    return h('li', {}, line ? h('button', { type: 'button', class: 'problem', onclick: () => show(line) }, words) : h('p', { class: 'problem' }, words));
  };
  return h('ol', { class: 'problems' }, problems.map(row));
}

/** The file with numbered lines. */
export class Listing {
  constructor() {
    this.body = h('pre', { class: 'code', tabindex: 0, translate: 'no' });
    this.title = h('span', {});
    this.root = h('details', { class: 'card file' }, h('summary', {}, this.title), h('div', { class: 'listing' }, this.body));
  }

  show(text, name, problems) {
    const bad = new Set(problems.map((one) => one.line));
    this.title.textContent = t('The file {name}', { name });
    this.body.replaceChildren(...text.split('\n').map((line, at) => this.row(line, at + 1, bad)));
  }

  row(line, number, bad) {
    const row = h('span', { class: bad.has(number) ? 'row bad' : 'row', 'data-line': number, tabindex: -1 });
    row.append(line, '\n');
    return row;
  }

  /** Opens the file at a line, and puts the focus there. */
  at(number) {
    this.root.open = true;
    const row = this.body.querySelector(`[data-line="${number}"]`);
    if (!row) return;
    this.body.querySelector('.found')?.classList.remove('found');
    row.classList.add('found');
    row.scrollIntoView({ block: 'center' });
    row.focus({ preventScroll: true });
  }
}

/** The lesson as its writer sees it. */
export function reading(lesson) {
  return [
    h('ol', { class: 'read' }, lesson.steps.map(step)),
    h(
      'details',
      { class: 'card measured' },
      h('summary', {}, plural('{number} value that is measured', '{number} values that are measured', lesson.values.length, { number: lesson.values.length })),
      h('div', { class: 'wide', tabindex: 0 }, table([t('Name'), t('Measured'), t('What it is'), t('Scene')], lesson.values.map((one) => [one.name, one.told, one.what, one.scene]))),
    ),
  ];
}

const paragraphs = (list) => list.map((words) => h('p', {}, words));

function step(one) {
  const about = [KINDS[one.kind] ?? one.kind, one.id, t('plays {scene}', { scene: one.scene }), SUPPORT[one.only]].filter(Boolean);
  const parts = [h('p', { class: 'kicker' }, about.join(' · ')), one.title ? h('h3', {}, one.title) : null, ...paragraphs(one.prompt)];
  if (one.options.length) parts.push(h('ul', { class: 'options' }, one.options.map(option)));
  if (one.key.told) parts.push(h('p', { class: 'answer' }, h('strong', {}, `${t('Key')}: `), one.key.told));
  if (one.key.rows?.length) parts.push(table(null, one.key.rows));
  for (const wrong of one.replies) {
    parts.push(h('div', { class: 'reply' }, h('p', {}, t('If'), ' ', h('code', { translate: 'no' }, wrong.when)), believed(wrong), ...paragraphs(wrong.reply)));
  }
  if (one.hints.length) parts.push(h('details', {}, h('summary', {}, plural('{number} hint', '{number} hints', one.hints.length, { number: one.hints.length })), ...one.hints.flatMap(paragraphs)));
  if (one.explanation.length) parts.push(h('div', { class: 'after' }, h('p', { class: 'kicker' }, t('Once it is answered')), ...paragraphs(one.explanation)));
  return h('li', { class: 'card step', 'data-step': one.id }, parts);
}

const condition = ({ when }) => h('p', { class: 'quiet' }, t('right if'), ' ', h('code', { translate: 'no' }, when));

const believed = ({ belief }) => (belief ? h('p', { class: 'quiet' }, belief) : null);

function option(one) {
  const mark = h('span', { class: 'tick', 'aria-hidden': 'true' }, one.right ? '✓' : '·');
  const words = h('span', {}, one.right ? h('span', { class: 'sr' }, t('right: ')) : null, one.text);
  return h('li', { class: one.right ? 'option right' : 'option' }, mark, h('div', {}, h('p', {}, words), one.when ? condition(one) : null, believed(one), ...one.reply.map((reply) => h('p', { class: 'quiet' }, `“${reply}”`))));
}

function table(head, rows) {
  const cells = (row, tag) => h('tr', {}, row.map((cell) => h(tag, {}, cell)));
  return h('table', {}, head ? h('thead', {}, cells(head, 'th')) : null, h('tbody', {}, rows.map((row) => cells(row, 'td'))));
}
