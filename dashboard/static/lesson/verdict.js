// What an answer came to, in words: whether it is right, what is said to it, and the explanation. Never by colour alone.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { compared } from './compare.js';
import { awaited, paragraphs, wereSure } from './words.js';
import { reported } from './reported.js';
import { model } from './writing.js';

/**
 * The verdict's element; its heading takes the focus. `kept` knows which level of a rubric the learner has given; `over`: why the
 * class is over, or "".
 */
export function verdict(step, kept, room = null, over = '') {
  const { answered, kind, ask, source } = step;
  const came = headline(answered, step);
  const missed = answered.uncounted === 'missed';
  const [look, words] = missed ? ['kept', t('You did not vote this time.')] : came;
  const marks = { right: '✓', wrong: '✗', kept: '●' };
  const told = answered.explanation ?? [];
  const sure = wereSure(answered.confidence);
  const level = kept.get('levels') ?? {};
  return h(
    'div',
    { class: `verdict ${look}` },
    h('h4', { tabindex: -1 }, h('span', { class: 'mark', 'aria-hidden': 'true' }, marks[look]), words),
    missed ? h('p', {}, `${t('To your vote before:')} ${came[1]}`) : null,
    kind === 'predict' && sure ? h('p', { class: 'small' }, sure) : null,
    answered.uncounted === 'late' ? h('p', {}, t('Your answer came after the results: it is not counted.')) : null,
    ask.kind === 'compare' ? compared(answered) : null,
    step.held ? h('p', {}, awaited(over)) : null,
    paragraphs(answered.reply),
    answered.best && !told.length
      ? h('p', { class: 'small' }, t('The cheapest design that is known costs {best}.', { best: answered.best }))
      : null,
    answered.report ? reported(answered.report, room) : null,
    answered.model
      ? model(answered, level[step.id] ?? null, (mark) => kept.set('levels', { ...kept.get('levels'), [step.id]: mark }))
      : null,
    told.length ? h('div', { class: 'explained' }, paragraphs(told)) : null,
    source && told.length
      ? h(
          'p',
          { class: 'small' },
          source === 'yours' ? t('The numbers are those of your own run.') : t('The numbers are those of the lesson’s run.'),
        )
      : null,
  );
}

function headline({ right, final }, { kind, ask, held }) {
  if (held) return ['kept', t('Your vote is locked.')];
  if (ask.kind === 'part' && right !== null) return together(right);
  if (right === true) return ['right', kind === 'predict' ? t('Right: so it comes out.') : t('Right.')];
  if (right === false && (final || kind === 'predict')) return ['wrong', t('It comes out otherwise.')];
  if (right === false) return ['wrong', t('Not yet.')];
  if (ask.kind === 'writing') return ['kept', t('Kept. Nobody marks it but you.')];
  return ['kept', kind === 'predict' ? t('Locked.') : t('Kept.')];
}

/** A part is judged as if nearly everybody had it: what one sees oneself may still be otherwise. */
const together = (right) =>
  right ? ['right', t('That works, if nearly all do it.')] : ['wrong', t('Not yet: not even if nearly all do it.')];
