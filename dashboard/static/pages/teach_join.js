// How a class comes in: the link, the short code in large type, the picture of the link; and the recovery code of a new room.
import { attribute, h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { url } from './teach_line.js';
import { recoveryOf } from './teach_open.js';
import { button, Copied, recall, remember, sure } from './teach_parts.js';

export const linkOf = (token) => url(`room/${token}`);
export const shortOf = () => url('join').replace(/^https?:\/\//, '');

/** The picture of the link; where there is none, nothing stands there. */
export function picture(token) {
  const image = h('img', { class: 'qr', src: url(`room/${token}/qr.svg`), alt: t('QR code of the link'), width: 148, height: 148 });
  image.onerror = () => (image.hidden = true);
  return image;
}

export class Join {
  constructor(root, line) {
    Object.assign(this, { root: null, line });
    this.code = h('p', { class: 'code-large', translate: 'no' });
    this.state = h('p', { class: 'quiet' });
    const renew = async () => {
      const means = await sure(root, t('A new code'), t('The old code lets nobody in any more. The link and the QR code stay as they are.'), t('Make a new code'));
      if (means) await line.command('code', { do: 'new' }, true);
    };
    this.renew = button(t('New code'), renew);
    this.shut = button('', () => line.command('code', { do: this.open ? 'close' : 'open' }));
    this.link = new Copied(t('Link for your students'), linkOf(line.token), t('Copy link'));
    this.root = h(
      'section',
      { class: 'card join', 'aria-labelledby': 'join' },
      h('h2', { id: 'join' }, t('How they come in')),
      h('p', { class: 'quiet' }, t('At {address} with the code', { address: shortOf() })),
      this.code,
      this.state,
      h(
        'div',
        { class: 'ways' },
        picture(line.token),
        h('div', { class: 'go' }, this.renew, this.shut, h('a', { class: 'plain', href: url(`room/${line.token}/card`), target: '_blank', rel: 'noopener' }, t('Join card to print'))),
      ),
      this.link.root,
    );
  }

  show({ room }) {
    this.open = room.code !== null;
    text(this.code, room.code ?? t('closed'));
    attribute(this.code, 'data-open', this.open);
    text(this.state, this.open ? '' : t('The short code lets nobody in now. The link still does, until the room is closed.'));
    text(this.shut, this.open ? t('Close the code') : t('Open the code'));
    this.renew.hidden = !this.open;
    for (const one of [this.renew, this.shut]) one.disabled = room.closed;
  }
}

/** The recovery code, until its teacher says that they have it. */
export class Recovery {
  constructor(token) {
    this.key = recoveryOf(token);
    this.token = token;
    this.root = h('section', { class: 'card recovery', 'aria-labelledby': 'keep', hidden: true });
    this.show(recall(this.key));
  }

  /** A new one, to be seen once. */
  give(code) {
    remember(this.key, code);
    this.show(code);
    this.root.scrollIntoView({ block: 'nearest' });
  }

  show(code) {
    this.root.hidden = !code;
    if (!code) return;
    const done = button(t('I have it'), () => {
      remember(this.key, null);
      this.root.hidden = true;
    }, 'primary'); // prettier-ignore
    this.root.replaceChildren(
      h('h2', { id: 'keep' }, t('Keep this recovery code')),
      h(
        'p',
        { class: 'quiet' },
        t('This browser teaches the room by its cookie. If the cookie is lost, or you teach from another computer, this code is the only way back. It is shown once; whoever has it can do what you can.'),
      ),
      h('div', { class: 'go' }, new Copied(t('Recovery code'), code).root, button(t('Print it'), printing), done),
      h('p', { class: 'print-only', translate: 'no' }, linkOf(this.token)),
    );
  }
}

/** Prints what is marked for printing, and nothing else of the page. */
function printing() {
  const page = document.documentElement;
  page.dataset.printing = 'recovery';
  window.print();
  delete page.dataset.printing;
}
