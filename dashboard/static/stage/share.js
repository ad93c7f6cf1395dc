// Sharing: two links in a small panel, one for the system and one for the run, and runs as files. Knows nothing of what a link says:
// the server writes and reads them.
import { attribute, h, text } from './dom.js';
import { whole } from './format.js';
import { plural, t } from './translate.js';

const MAX_FILE_BYTES = 200_000;

export class Share {
  constructor({ name, onAsk, onFile }) {
    Object.assign(this, { name, onAsk, onFile });
    this.button = h(
      'button',
      { type: 'button', class: 'pill', 'aria-expanded': 'false', 'aria-haspopup': 'dialog', onclick: () => this.open(this.panel.hidden) },
      t('Share'),
    );
    this.system = row(t('This system'), t('Opens the page with this system, running from the start.'));
    this.run = row(t('This run'), '');
    this.save = h('button', { type: 'button', class: 'plain', onclick: () => this.download() }, t('Save as a file'));
    this.load = h('button', { type: 'button', class: 'plain', onclick: () => this.choose() }, t('Open a file'));
    this.recorded = h(
      'p',
      { class: 'hint', hidden: true },
      t('The traffic is a recording. Its file does not travel with a link or a saved run: where this server no longer has it, whoever opens them chooses the same file again, and until then the sliders make the traffic.'),
    );
    this.status = h('p', { class: 'status', role: 'status' }, '');
    this.panel = h(
      'div',
      { class: 'card share', role: 'dialog', 'aria-label': t('Share'), tabindex: -1, hidden: true },
      this.system.root,
      this.run.root,
      this.recorded,
      h('div', { class: 'files' }, this.save, this.load),
      this.status,
    );
    for (const one of [this.system, this.run]) one.copy.onclick = () => this.copy(one);
    this.panel.onkeydown = (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.open(false);
      this.button.focus();
    };
    this.outside = (event) => {
      if (!this.panel.hidden && !this.panel.contains(event.target) && !this.button.contains(event.target)) this.open(false);
    };
    document.addEventListener('pointerdown', this.outside);
    this.root = h('span', { class: 'sharing' }, this.button, this.panel);
  }

  dispose() {
    document.removeEventListener('pointerdown', this.outside);
  }

  open(on) {
    this.panel.hidden = !on;
    attribute(this.button, 'aria-expanded', on);
    if (!on) return;
    text(this.status, '');
    for (const one of [this.system, this.run]) one.box.value = t('One moment …');
    this.onAsk();
    this.panel.focus({ preventScroll: true });
  }

  /** Shows the links that the server wrote. */
  show({ share, problem }) {
    if (problem) {
      text(this.status, problem);
      return;
    }
    const asked = new URLSearchParams(location.search);
    const stage = (asked.has('scene') ? ['lesson', 'scene'] : ['situation', 'shows']).filter((name) => asked.has(name));
    const kept = new URLSearchParams(stage.map((name) => [name, asked.get(name)]));
    const named = this.name.includes('.') && stage.length ? `?${kept}` : '';
    const here = (query) => location.origin + location.pathname + named + (named ? query.replace('?', '&') : query);
    this.file = share.file;
    this.system.box.value = here(share.system);
    this.run.root.hidden = false;
    const long = share.run === null;
    this.run.box.value = long ? '' : here(share.run);
    this.run.line.hidden = long;
    const moves = plural('one move', '{number} moves', share.moves, { number: whole(share.moves) });
    const told = long
      ? t('Replays what you did from the start: seed and {moves}. That is too long for a link, so save it as a file and pass that on.', { moves })
      : t('Replays what you did from the start: seed and {moves}, each at its time.', { moves });
    const merged = share.merged ? ` ${t('Moves less than a quarter of a second apart are one in it.')}` : '';
    this.recorded.hidden = !share.recording;
    text(this.run.note, told + merged);
  }

  async copy(one) {
    one.box.select();
    try {
      await navigator.clipboard.writeText(one.box.value);
      text(this.status, t('Copied.'));
    } catch {
      one.box.focus();
      one.box.select();
      text(this.status, t('The browser does not let the page copy. The link is selected: press Ctrl+C.'));
    }
  }

  download() {
    if (!this.file) return;
    const url = URL.createObjectURL(new Blob([this.file], { type: 'text/plain' }));
    h('a', { href: url, download: `${this.name}-run.txt` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
    text(this.status, t('Saved.'));
  }

  choose() {
    const picker = h('input', { type: 'file', accept: '.txt,text/plain' });
    picker.onchange = () => picker.files[0] && this.take(picker.files[0]);
    picker.click();
  }

  async take(file) {
    if (file.size > MAX_FILE_BYTES) text(this.status, t('This is no file of a run: it is too large.'));
    else this.onFile(await file.text());
  }
}

function row(title, words) {
  const box = h('input', { type: 'text', readonly: true, 'aria-label': t('{title}: link', { title }), onfocus: (event) => event.target.select() });
  const copy = h('button', { type: 'button', class: 'plain', 'aria-label': t('Copy the link: {title}', { title }) }, t('Copy'));
  const note = h('p', { class: 'hint' }, words);
  const line = h('div', { class: 'line' }, box, copy);
  return { box, copy, note, line, root: h('section', {}, h('h3', {}, title), note, line) };
}

/** Asks the server for the links of what a stage shows. */
export function askLinks(stage) {
  const { changes, pin } = stage.link;
  const share = {
    values: stage.values,
    changes: changes.map(([t, change]) => [t, change]),
    pin: pin ? [pin.at, pin.values] : null,
    until_s: stage.clock.front,
  };
  stage.link.wish('share', { share }, (answer) => stage.share.show(answer));
  stage.pump();
}
