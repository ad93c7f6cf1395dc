// What is printed: the button, and on the join card which addresses of the computer answer, as this browser sees it.
import { text } from '../stage/dom.js';
import { t } from '../stage/translate.js';

document.getElementById('print').onclick = () => window.print();

for (const state of document.querySelectorAll('[data-address]')) {
  const picture = new Image();
  text(state, t('is being tried'));
  picture.onload = () => text(state, t('✓ answers here'));
  picture.onerror = () => text(state, t('✗ does not answer here'));
  picture.src = `${state.dataset.address}app/static/icon.svg?${Date.now()}`;
}
