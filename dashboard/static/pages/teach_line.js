// The line to a room: asks it anew whenever its stream tells of a change, sends commands, and says whether the server answers.
// What is told is drawn by others. A room is asked once at a time; of two answers the older never replaces the newer.
import { t } from '../stage/translate.js';

const WAIT_MS = 20000;
const GAP_MS = 350; // between two questions, and as long as an answer takes where that is more: half of the time nothing is asked
const WATCH_MS = 1500;
const FALLBACK_MS = 6000; // without a stream the room is asked by the clock
const AGAIN_MS = 3000;
const OFF = 'off'; // no answer at all
const AWAY = 'away'; // the server answers, but its database does not
const LOST = t('No connection to the server. What the class does is kept there, and this page goes on as soon as it is back.');
const UNSAVED = t('Not saved yet: the database cannot be reached. It is tried again until it works.');
/** What is said while the simulator is compiled, which the server tells as `preparing`. */
export const PREPARING = t('The simulation is being prepared: about a minute, once per installation.');
const UNSENT = t('Not saved yet: the server cannot be reached. It is tried again until it works.');
const UNKNOWN = t('The connection broke before the answer came. Look whether it was done; if not, press again.');

export const url = (path) => new URL(path, document.baseURI).href;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** {status, told}: what the server answers; status 0 where it does not, told always an object. */
export async function request(path, body) {
  const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  try {
    const answer = await fetch(url(path), { signal: AbortSignal.timeout(WAIT_MS), cache: 'no-store', ...post });
    const told = await answer.json();
    return { status: answer.status, told: told && typeof told === 'object' ? told : {} };
  } catch {
    return { status: 0, told: { problem: LOST } };
  }
}

export class Line {
  /** `kind` is what is asked for ("class" or "wall"): onTold(it), onTrouble(words, or '' when all is well), onProblem(words), onEnd(status, words). */
  constructor(root, token, kind, { onTold, onTrouble, onProblem, onEnd }) {
    Object.assign(this, { root, token, kind, onTold, onTrouble, onProblem, onEnd, revision: 0, turns: {}, trouble: {}, asking: false, again: false });
    this.path = `api/rooms/${encodeURIComponent(token)}`;
  }

  open() {
    this.listen();
    this.refresh();
    this.watching = setInterval(() => this.watch(), WATCH_MS);
  }

  close() {
    this.closed = true;
    this.source?.close();
    clearInterval(this.watching);
    clearTimeout(this.later);
  }

  listen() {
    this.source?.close();
    this.source = new EventSource(url(`${this.path}/events`));
    this.begunAt = Date.now();
    this.source.onopen = () => this.refresh();
    for (const kind of ['room', 'class']) this.source.addEventListener(kind, () => this.refresh());
    this.source.addEventListener('gone', () => this.end(404, ''));
  }

  /** A page of the app is left without a word: the line ends with what it speaks for. */
  watch() {
    if (!this.root.isConnected) {
      this.close();
      return;
    }
    if (this.source.readyState === EventSource.OPEN) return;
    if (this.source.readyState === EventSource.CLOSED && Date.now() - this.begunAt > AGAIN_MS) this.listen();
    if (Date.now() - (this.askedAt ?? 0) > FALLBACK_MS) this.refresh();
  }

  async refresh() {
    this.again = true;
    if (this.asking) return;
    this.asking = true;
    while (this.again && !this.closed) {
      this.again = false;
      this.askedAt = Date.now();
      const { status, told } = await request(`${this.path}/${this.kind}`);
      if (this.closed) break;
      clearTimeout(this.later);
      if (status !== 200 || told.preparing) this.later = setTimeout(() => this.refresh(), AGAIN_MS); // of which no stream tells
      if (status === 200) this.take(told);
      else if ([403, 404].includes(status)) this.end(status, told.problem);
      else this.tell(status ? AWAY : OFF, status ? told.problem : LOST);
      await pause(Math.max(GAP_MS, Date.now() - this.askedAt));
    }
    this.asking = false;
  }

  take(told) {
    this.tell('', '');
    if (!told.room || told.room.revision < this.revision) return;
    this.revision = told.room.revision;
    told.room.skew_s = told.room.now_s - Date.now() / 1000; // how far the server's clock is ahead
    this.onTold(told);
  }

  tell(kind, words) {
    this.trouble.line = kind && words;
    this.onTrouble(this.trouble.command || this.trouble.line || '', kind || (this.trouble.command ? AWAY : ''));
  }

  end(status, words) {
    this.close();
    this.onEnd(status, words);
  }

  /**
   * Sends a command until it is stored, and takes the class that comes back. A newer command of the same kind ends the tries of an
   * older one. `once`: it must not be done twice, so it is only sent again where the server has said that it was not done.
   */
  async command(name, fields = {}, once = false) {
    const kind = `${name} ${fields.number ?? ''} ${Object.keys(fields)}`;
    const turn = (this.turns[kind] ?? 0) + 1;
    this.turns[kind] = turn;
    for (let wait = 400; ; wait = Math.min(4000, 2 * wait)) {
      const { status, told } = await request(`${this.path}/commands`, { command: name, ...fields });
      const open = !this.closed && turn === this.turns[kind];
      if (![0, 429, 503].includes(status) || !open || (once && status === 0)) {
        if (open) this.unsaved('');
        if (status === 200) this.take(told);
        if (once && status === 0) return { problem: UNKNOWN };
        return open || status === 200 ? told : {};
      }
      this.unsaved(status ? UNSAVED : UNSENT);
      await pause(wait);
    }
  }

  /** A command of which only a problem is told. */
  async do(name, fields = {}, once = false) {
    const told = await this.command(name, fields, once);
    if (told.problem) this.onProblem(told.problem);
    return told;
  }

  unsaved(words) {
    this.trouble.command = words;
    this.tell(this.trouble.line ? OFF : '', this.trouble.line ?? '');
  }
}
