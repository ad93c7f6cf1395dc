// What the teacher shows to everybody: the tab goes there by itself, remembers its own page, and can go back to it at any time.
import { h, text } from '../stage/dom.js';
import { goTo } from '../stage/going.js';
import { t } from '../stage/translate.js';
import { inRoom, tab } from './here.js';

const SPREAD_MS = 1000; // a class does not go in one instant

export class Push {
  /** `light`: a page for slow networks, which only offers the way. */
  constructor(live, light) {
    Object.assign(this, { live, light, going: false });
    this.words = h('span', { class: 'words' });
    this.away = h('button', { type: 'button', class: 'room-button leading', onclick: () => this.go() }, t('Go and look'));
    this.back = h('button', { type: 'button', class: 'room-button', onclick: () => this.home() }, t('Back to my own'));
    this.root = h('p', { class: 'room-news', hidden: true }, this.words, this.away, this.back);
  }

  get there() {
    return tab.get('shown') === 'yes';
  }

  show({ push }) {
    const number = push ? String(push.number) : null;
    if (push && tab.get('push') !== number) {
      tab.set('push', number);
      if (!this.light) this.go(Math.random() * SPREAD_MS);
    } else if (!push && this.there) this.home(true);
    this.root.hidden = !push;
    if (!push) return;
    text(this.words, t('Your teacher shows: {title}', { title: push.title }));
    this.away.hidden = this.there;
    this.back.hidden = !this.there;
  }

  go(wait = 0) {
    if (this.going) return;
    this.going = true;
    setTimeout(() => {
      const { push, token } = this.live.room;
      this.going = false;
      if (!push) return;
      if (!this.there) tab.set('own', location.href);
      tab.set('shown', 'yes');
      goTo(inRoom(push.address, token, { pushed: push.number }));
    }, wait);
  }

  /** `led`: because the teacher shows nothing any more; unless something else is shown before one has gone. */
  home(led = false) {
    if (this.going) return;
    this.going = true;
    setTimeout(
      () => {
        this.going = false;
        const { room, token } = this.live;
        if (led && room.push) {
          this.go();
          return;
        }
        const own = tab.get('own');
        tab.set('shown', null);
        tab.set('own', null);
        goTo(own ?? inRoom(room.lesson?.address ?? '.', token));
      },
      led ? Math.random() * SPREAD_MS : 0,
    );
  }
}
