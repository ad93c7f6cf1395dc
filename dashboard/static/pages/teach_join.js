// How a class comes in: the link, the short code in large type, the picture of the link; and the recovery code of a new room.
import { attribute, h, text } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { inside } from './teach_class.js';
import { request, url } from './teach_line.js';
import { recoveryOf } from './teach_open.js';
import { button, Copied, recall, remember, sure } from './teach_parts.js';

const CHOSEN = 'classroom:address';
const LOOPBACK = /^(localhost|.*\.localhost|127\..*|\[::1\])$/;

/** The addresses of this app that a class may come by: [{address, only_here, answers, seen}]; none where the server does not say. */
async function offered() {
  const { status, told } = await request('api/addresses');
  return status === 200 && Array.isArray(told.addresses) ? told.addresses : [];
}

/** The one that stands in links: the teacher's choice, or else where this page is; on the machine itself one that others can reach. */
function likeliest(addresses) {
  const here = url('.');
  const kept = attempt(() => localStorage.getItem(CHOSEN));
  if (addresses.some((one) => one.address === kept)) return kept;
  if (!LOOPBACK.test(location.hostname)) return here;
  const outside = addresses.filter((one) => !one.only_here);
  return (outside.find((one) => one.seen) ?? outside.find((one) => one.answers) ?? outside[0])?.address ?? here;
}

const attempt = (act) => {
  try {
    return act();
  } catch {
    return null; // A forbidden storage costs only the memory.
  }
};

/** Where a class comes in: `onChange` is called when that is another address. */
export class Where {
  constructor(token, onChange) {
    Object.assign(this, { token, onChange, address: url('.'), offered: [] });
    this.find();
  }

  async find() {
    this.offered = await offered();
    this.choose(likeliest(this.offered));
  }

  choose(address, kept = false) {
    Object.assign(this, { address, found: true });
    if (kept) attempt(() => localStorage.setItem(CHOSEN, address));
    this.onChange();
  }

  /** A page of this app as others come to it. */
  at(path) {
    return new URL(path, this.address).href;
  }

  get link() {
    return this.at(`room/${this.token}`);
  }

  /** As it is typed. */
  get short() {
    return this.at('join').replace(/^https?:\/\//, '');
  }

  /** None before the addresses are known: of one by which nobody comes there is no picture. */
  get picture() {
    if (!this.found) return '';
    return url(`room/${this.token}/qr.svg?address=${encodeURIComponent(this.address)}`);
  }

  /** Whether only this machine can come by the address. */
  get lonely() {
    return LOOPBACK.test(new URL(this.address).hostname);
  }
}

/** The picture of the link; where there is none, nothing stands there. */
export function picture(where) {
  const image = h('img', { class: 'qr', src: where.picture, alt: t('QR code of the link'), width: 148, height: 148 });
  image.onerror = () => (image.hidden = image.getAttribute('src') !== '');
  image.onload = () => (image.hidden = false);
  return image;
}

export class Join {
  constructor(root, line) {
    this.line = line;
    this.at = h('p', { class: 'quiet' });
    this.lonely = h('p', { class: 'notice', hidden: true }, t('Only this computer can open this address. Connect it to the network of your class, and load this page again.'));
    this.choice = h('select', { class: 'box', onchange: () => this.where.choose(this.choice.value, true) });
    this.choosing = h('label', { class: 'field', hidden: true }, h('span', {}, t('Address of this computer for your class')), this.choice);
    this.link = new Copied(t('Link for your students'), '', t('Copy link'));
    this.where = new Where(line.token, () => this.placed());
    this.picture = picture(this.where);
    this.card = h('a', { class: 'plain', href: url(`room/${line.token}/card`), target: '_blank', rel: 'noopener' }, t('Join card to print'));
    this.code = h('p', { class: 'code-large', translate: 'no' });
    this.state = h('p', { class: 'quiet' });
    const renew = async () => {
      const means = await sure(root, t('A new code'), t('The old code lets nobody in any more. The link and the QR code stay as they are.'), t('Make a new code'));
      if (means) await line.do('code', { do: 'new' }, true);
    };
    this.renew = button(t('New code'), renew);
    const clear = async () => {
      const means = await sure(root, t('Let the class in?'), t('For when a program comes in again and again, and your students are told that too many came. Whoever has done nothing yet leaves the room, and there is a new code. Students type their names again at once; press it again until all of them are in.'), t('Clear the room'));
      if (means) await line.do('clear', {}, true);
    };
    this.clear = button(t('Too many came in'), clear);
    this.shut = button('', () => line.do('code', { do: this.open ? 'close' : 'open' }));
    this.root = h(
      'section',
      { class: 'card join only-open', 'aria-labelledby': 'join' },
      h('div', { class: 'typed' }, h('h2', { id: 'join' }, t('How they come in')), this.at, this.code, this.state),
      this.picture,
      this.link.root,
      h('div', { class: 'go' }, this.renew, this.shut, this.card, this.clear),
      h('div', { class: 'more-of' }, this.lonely, this.choosing),
    );
    this.placed();
  }

  /** Where they come in is known, or was chosen. */
  placed() {
    if (!this.root) return;
    const { offered: every, address, link, short, lonely } = this.where;
    text(this.at, t('At {address} with the code', { address: short }));
    this.link.box.value = link;
    attribute(this.picture, 'src', this.where.picture);
    this.card.href = url(`room/${this.line.token}/card?address=${encodeURIComponent(address)}`);
    this.lonely.hidden = !lonely;
    this.choosing.hidden = every.length < 2;
    const state = (one) => (one.seen ? t('a device has come by it') : one.only_here ? t('only this computer') : one.answers ? '' : t('does not answer'));
    this.choice.replaceChildren(...every.map((one) => h('option', { value: one.address, selected: one.address === address }, [one.address.replace(/^https?:\/\/|\/$/g, ''), state(one)].filter(Boolean).join(' · '))));
  }

  show({ room, people }) {
    this.open = room.code !== null;
    text(this.code, room.code ?? t('closed'));
    attribute(this.code, 'data-open', this.open);
    text(this.state, this.open ? '' : t('The short code lets nobody in now. The link still does, until the room is closed.'));
    text(this.shut, this.open ? t('Close the code') : t('Open the code'));
    this.renew.hidden = !this.open;
    this.clear.hidden = !inside(people).length; // a new code is enough then
  }
}

/** The recovery code, until its teacher says that they have it. */
export class Recovery {
  constructor(token, where) {
    this.key = recoveryOf(token);
    this.where = where;
    this.veil = h('p', { class: 'on-projector' }, t('The recovery code is not shown while this page is on a projector.'));
    this.root = h('section', { class: 'card recovery', 'aria-label': t('Recovery code of the room'), hidden: true });
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
    const why = t('Without this browser’s cookie, or on another computer, it is the only way back into the room. It is shown once; whoever has it can do what you can.');
    const link = h('p', { class: 'print-only', translate: 'no' });
    const print = () => {
      text(link, this.where.link);
      printing();
    };
    this.root.replaceChildren(
      h(
        'div',
        { class: 'keeps off-projector' },
        h('div', { class: 'why' }, h('h2', {}, t('Keep this recovery code')), h('p', { class: 'quiet' }, why)),
        h('div', { class: 'go' }, new Copied(t('Recovery code'), code).root, button(t('Print it'), print), done),
        link,
      ),
      this.veil,
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
