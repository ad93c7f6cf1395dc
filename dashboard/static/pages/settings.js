// Settings: theme, motion and language, kept in this browser, and what it remembers of the journey.
import { h } from '../stage/dom.js';
import { forget, progress } from '../stage/progress.js';
import { motion, setMotion, setTheme, theme } from '../stage/settings.js';
import { choose, language, t } from '../stage/translate.js';
import { keptOfMe } from './forgetting.js';
import { head } from './parts.js';

export function draw(root, data) {
  const again = () => window.location.reload();
  const paths = data.paths.map((path) => new URL(path, document.baseURI).pathname);
  root.append(
    head(t('Settings'), t('They are kept in this browser and count for every page.')),
    choice('theme', t('Appearance'), theme(), [['System', t('As the system')], ['Light', t('Light')], ['Dark', t('Dark')]], (value) => {
      setTheme(value, paths);
      again();
    }),
    choice(
      'motion', t('Motion'), motion(), [['system', t('As the system')], ['reduced', t('Reduced')], ['full', t('Full')]], setMotion,
      t('With reduced motion a page begins paused, and its picture is a still with counts.'),
    ),
    choice('language', t('Language'), language(), data.languages, (value) => {
      choose(value);
      again();
    }),
    memory(),
    keptOfMe(data.privacy),
  ); // prettier-ignore
}

function choice(name, title, chosen, options, onChoose, hint = '') {
  const cells = options.map(([value, label]) => {
    const input = h('input', { type: 'radio', name, value, id: `${name}-${value}` });
    input.checked = value === chosen;
    input.onchange = () => onChoose(value);
    return h('span', { class: 'cell' }, input, h('label', { for: `${name}-${value}` }, label));
  });
  return h(
    'section',
    { class: 'card setting' },
    h('h2', { id: `${name}-title` }, title),
    h('div', { class: 'segments', role: 'radiogroup', 'aria-labelledby': `${name}-title` }, cells),
    hint ? h('p', { class: 'quiet' }, hint) : null,
  );
}

function memory() {
  const said = h('p', { class: 'quiet', 'aria-live': 'polite' }, t('Which pages you opened and played on, and nothing else. It never leaves this browser.'));
  const button = h('button', { type: 'button', class: 'plain' }, t('Forget it'));
  button.disabled = !Object.keys(progress()).length;
  button.onclick = () => {
    forget();
    button.disabled = true;
    said.textContent = t('Forgotten.');
  };
  return h('section', { class: 'card setting' }, h('h2', {}, t('What is remembered')), said, h('p', {}, button));
}
