// Small parts of the pages for a class: buttons, what can be copied, questions before something is done, and a word with a way back.
import { h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';

const TOAST_MS = 12000;

/** A button that is busy while its work lasts, and takes no second press meanwhile. */
export function button(words, work, look = 'plain', props = {}) {
  const element = h('button', { type: 'button', class: look, ...props }, words);
  element.onclick = async (event) => {
    if (element.getAttribute('aria-busy') === 'true') return;
    const done = work(event);
    if (!(done instanceof Promise)) return;
    element.setAttribute('aria-busy', 'true');
    await done.finally(() => element.removeAttribute('aria-busy'));
  };
  return element;
}

let led = false;

/** Whether somebody was led to this page by `follow`, so that the keyboard is nowhere yet. Said once. */
export function arrived() {
  const was = led;
  led = false;
  return was;
}

/** Goes to a page of the app as a plain click on a link to it does. */
export function follow(root, view, href) {
  led = true;
  const link = h('a', { href, 'data-view': view, hidden: true });
  root.append(link);
  link.click();
  link.remove();
}

export async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    return false; // not over plain HTTP, or not allowed: the text is there to be selected
  }
}

/** A text to be passed on, with a button that copies it. `veiled`: it is only to be seen by who asks for that, or cannot copy it. */
export class Copied {
  constructor(label, value, words = t('Copy'), veiled = false) {
    this.box = h('input', { class: 'box', type: 'text', readonly: true, value, 'aria-label': label, translate: 'no', hidden: veiled, onfocus: () => this.box.select() });
    this.told = h('span', { class: 'sr', role: 'status' });
    this.button = button(words, async () => {
      const done = await copy(this.box.value);
      if (!done) this.unveil();
      text(this.told, done ? t('Copied') : t('Selected: copy it with the keyboard.'));
      text(this.button, done ? t('Copied') : t('Selected'));
      setTimeout(() => text(this.button, words), 2000);
    });
    if (veiled) this.button.className = 'primary';
    this.eye = veiled ? button(t('Show it'), () => this.unveil()) : null;
    this.root = h('div', { class: 'copied' }, this.box, this.button, this.eye, this.told);
  }

  unveil() {
    this.box.hidden = false;
    this.eye?.remove();
    this.box.select();
  }
}

/** A dialog over the page; it is gone once it is closed. `fill(close)` gives what is in it. */
export function dialog(root, title, fill, onClose = () => {}) {
  const box = h('dialog', { class: 'card over-all', 'aria-label': title });
  const close = () => box.close();
  box.append(h('h2', { tabindex: -1 }, title), ...[fill(close)].flat(Infinity).filter(Boolean));
  box.onclose = () => {
    box.remove();
    onClose();
  };
  box.onclick = (event) => {
    if (event.target === box) close(); // beside it
  };
  root.append(box);
  box.showModal();
  return box;
}

/** Whether somebody means it. */
export function sure(root, title, words, yes, look = 'primary danger') {
  return new Promise((done) => {
    let meant = false;
    const go = (close) =>
      h(
        'p',
        { class: 'go' },
        button(yes, () => {
          meant = true;
          close();
        }, look),
        button(t('Cancel'), close),
      ); // prettier-ignore
    dialog(root, title, (close) => [h('p', {}, words), go(close)], () => done(meant));
  });
}

/** One word at the foot of the page about what was done, with a way back where there is one. */
export class Toast {
  constructor() {
    this.root = h('div', { class: 'toast', role: 'status' });
  }

  clear() {
    this.root.replaceChildren();
  }

  say(words, undo) {
    clearTimeout(this.timer);
    const back = undo && button(t('Undo'), async () => {
      this.clear();
      await undo();
    }); // prettier-ignore
    this.root.replaceChildren(h('p', { class: 'card' }, words, back));
    this.timer = setTimeout(() => this.clear(), TOAST_MS);
  }
}

/** A part that can be folded; the tab remembers how it was left. */
export function fold(name, title, children, open = false) {
  const key = `teach:${name}`;
  const kept = recall(key);
  const box = h('details', { class: 'card tool', 'data-tool': name, open: kept === null ? open : kept === 'open' }, h('summary', {}, title), h('div', { class: 'inside' }, children));
  box.ontoggle = () => remember(key, box.open ? 'open' : 'shut');
  return box;
}

/** What the tab keeps. */
export function recall(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // A full or forbidden storage costs only the memory.
  }
}

/** Shows what is known, but not over a choice whose answer is still on the way: `set(known)` shows, `wish(work)` waits for the answer. */
function shown(set) {
  let [known, waits] = [null, 0];
  return {
    set(value) {
      known = value;
      if (!waits) set(value);
    },
    async wish(work) {
      waits += 1;
      await Promise.resolve(work()).catch(() => {});
      waits -= 1;
      if (!waits && known !== null) set(known);
    },
  };
}

/** A switch with its words. */
export function check(words, onchange, hint = '') {
  const box = h('input', { type: 'checkbox', onchange: () => state.wish(() => onchange(box.checked)) });
  const state = shown((on) => (box.checked = on));
  const root = h('label', { class: 'check' }, box, h('span', {}, words, hint ? h('small', {}, hint) : null));
  return { root, box, show: state.set };
}

/** One of a few, as one line of cells. */
export function segments(name, label, choices, onChoose) {
  const cells = choices.map(([value, words]) => {
    const id = `${name}-${value}`;
    const box = h('input', { type: 'radio', name, id, value, onchange: () => state.wish(() => onChoose(value)) });
    return [box, h('div', { class: 'cell' }, box, h('label', { for: id }, words))];
  });
  const state = shown((value) => cells.forEach(([box]) => (box.checked = box.value === value)));
  const root = h('div', { class: 'segments', role: 'radiogroup', 'aria-label': label }, cells.map(([, cell]) => cell));
  return { root, show: state.set };
}
