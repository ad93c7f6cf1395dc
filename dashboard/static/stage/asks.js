// The line on which a page asks: each ask is a request of its own, and a newer one ends what is on its way.
// Knows nothing of what is asked.
import { t } from './translate.js';

const AGAIN_MS = [500, 1000, 2000, 4000];
const WRONG = [400, 403, 404, 413]; // it will never go well

export class Asks {
  /** `onAnswer(chunk)`; `onLost(id)`: no answer came, and it may be asked again. */
  constructor(path, { onAnswer, onLost }) {
    Object.assign(this, { path, url: new URL(path, document.baseURI), onAnswer, onLost, tries: 0, going: null });
  }

  async send(ask) {
    this.going?.abort();
    clearTimeout(this.timer);
    const going = new AbortController();
    this.going = going;
    const told = await this.answer(ask, going.signal);
    if (going.signal.aborted) return;
    if (told) {
      this.tries = 0;
      this.onAnswer(told);
      return;
    }
    const wait = AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)];
    this.timer = setTimeout(() => this.onLost(ask.id), wait * (0.5 + Math.random())); // not all of a class at once
  }

  /** The chunk, or what is wrong with the ask as one; null where nobody could answer. */
  async answer(ask, signal) {
    const headers = { 'content-type': 'application/json' };
    try {
      const answer = await fetch(this.url, { method: 'POST', headers, body: JSON.stringify(ask), signal });
      if (answer.ok) return { ...(await answer.json()), echo: ask.id };
      if (!WRONG.includes(answer.status)) return null;
      const told = await answer.json().catch(() => ({}));
      return { echo: ask.id, problem: told.problem ?? t('The server does not understand this page any more. Load it again.') };
    } catch {
      return null;
    }
  }

  close() {
    this.going?.abort();
    clearTimeout(this.timer);
  }
}
