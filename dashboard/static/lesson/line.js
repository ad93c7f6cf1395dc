// The line to the server: the lesson's state, actions, and an answer that waits in the browser until it is saved, once.
// Knows nothing of what an action means.
import { t } from '../stage/translate.js';

const PATIENCE_MS = 90_000; // a design is judged on many runs
const AGAIN_MS = [1500, 3000, 6000, 12_000, 20_000];
const AWAY = [0, 429, 500, 502, 503, 504]; // it may go well a little later; 0: nobody answered

export const NO_LINE = t('No connection to the server. Try it again in a moment.');

export class Line {
  /**
   * `onSaved(state)` and `onRefused(problem)` are told what became of an answer, `onWaiting()` that it has to wait; in a room the
   * lesson is the member's there.
   */
  constructor(id, kept, { room = null, patience = PATIENCE_MS, onSaved, onRefused, onWaiting }) {
    Object.assign(this, { kept, patience, onSaved, onRefused, onWaiting, sending: false, tries: 0, timer: null, ended: false });
    const within = room ? `api/rooms/${room}/lessons/` : 'api/lessons/';
    this.url = new URL(within + encodeURIComponent(id), document.baseURI);
    this.back = () => this.flush();
    window.addEventListener('online', this.back);
  }

  load() {
    return this.ask();
  }

  act(action) {
    return this.ask(action);
  }

  /** {state} or {problem, status}; never throws. */
  async ask(action) {
    const body = action ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(action) } : {};
    try {
      const answer = await fetch(this.url, { ...body, signal: AbortSignal.timeout(this.patience) });
      const told = await answer.json().catch(() => ({}));
      if (answer.ok && told.steps) return { state: told };
      return { problem: told.problem ?? NO_LINE, status: answer.status };
    } catch {
      return { problem: NO_LINE, status: 0 };
    }
  }

  /** Keeps an answer in the browser and sends it; its key makes it count once, however often it is sent. */
  answer(action) {
    this.kept.pending = {
      ...action,
      key: Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-'),
    };
    return this.flush();
  }

  async flush() {
    const action = this.kept.pending;
    if (!action || this.sending || this.ended) return;
    clearTimeout(this.timer);
    this.sending = true;
    const { state, problem, status } = await this.act(action);
    this.sending = false;
    if (this.ended) return;
    if (state) {
      this.tries = 0;
      this.kept.pending = null;
      this.onSaved(state);
    } else if (AWAY.includes(status)) {
      this.timer = setTimeout(this.back, AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)]);
      this.onWaiting(problem);
    } else {
      this.tries = 0;
      this.kept.pending = null;
      this.onRefused(problem);
    }
  }

  dispose() {
    this.ended = true;
    clearTimeout(this.timer);
    window.removeEventListener('online', this.back);
  }
}
