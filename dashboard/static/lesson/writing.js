// An answer in the learner's own words, which no machine marks; afterwards a model answer and three levels to judge it by.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { paragraphs } from './words.js';

const MOST_CHARS = 2000; // as many as the server takes (MAX_WRITTEN)
const LEVELS = [t('Weak'), t('Sound'), t('Strong')];
let serial = 0;

export function writing({ parts }) {
  const names = parts?.length ? parts : [t('Your answer')];
  const areas = names.map((name) => {
    const id = `writing-${++serial}`;
    return { id, name, area: h('textarea', { id, rows: names.length > 1 ? 2 : 4, maxlength: MOST_CHARS }) };
  });
  const root = h(
    'div',
    { class: 'writing' },
    areas.map(({ id, name, area }) => h('div', { class: 'field' }, h('label', { for: id }, name), area)),
  );
  const texts = () => areas.map(({ area }) => area.value.trim());
  return {
    root,
    read: () =>
      texts().some(Boolean) ? { answer: texts() } : { problem: t('Write something first: a sentence will do.'), at: areas[0].area },
    draft: () => (areas.some(({ area }) => area.value) ? areas.map(({ area }) => area.value) : null),
    fill(list) {
      areas.forEach(({ area }, place) => {
        area.value = list?.[place] ?? '';
      });
    },
    lock(_answered, off) {
      for (const { area } of areas) area.readOnly = off;
    },
  };
}

/** The model answer, and what the learner says of their own; `marked` is the level they gave it, or null. */
export function model({ model: words, rubric }, marked, onMark) {
  const name = `level-${++serial}`;
  const cells = (rubric ?? []).map((line, level) => {
    const id = `${name}-${level}`;
    const input = h('input', { type: 'radio', name, id, checked: marked === level, onchange: () => onMark(level) });
    return h(
      'label',
      { class: 'option', for: id },
      input,
      h('span', { class: 'words' }, h('strong', {}, `${LEVELS[level] ?? ''}. `), line),
    );
  });
  return h(
    'div',
    { class: 'model' },
    h('h4', {}, t('A model answer')),
    h('div', { class: 'quoted' }, paragraphs(words)),
    cells.length ? h('fieldset', { class: 'options' }, h('legend', {}, t('Hold yours against it: which is yours?')), cells) : null,
  );
}
