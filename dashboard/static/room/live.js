// The room as the server tells it, for everything on the page: one stream, which comes back by itself when the line was away.
// Knows nothing of how it is shown.
import { roomHere } from './here.js';
import { ask, away } from './wire.js';

const AGAIN_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];
const ASLEEP_MS = 15_000;
const INSIDE = ['student', 'waiting'];
let only = null;

/** The one of this document; null where the tab is in no room. */
export function live(token = roomHere()) {
  if (only && only.token !== token) {
    only.close();
    only = null;
  }
  if (token) only ??= new Live(token);
  return only;
}

export class Live {
  constructor(token) {
    Object.assign(this, { token, room: null, me: null, roles: [], line: 'new', problem: '', ended: '', tries: 0, skew: 0 });
    Object.assign(this, { news: '', lesson: null, was: false }); // `lesson`: what keeps a lesson on the page with the class
    this.hearers = new Set();
    this.path = `api/rooms/${token}`;
    this.online = () => this.open();
    this.offline = () => this.lost();
    window.addEventListener('online', this.online);
    window.addEventListener('offline', this.offline);
    // A phone that slept may have lost its stream without a word.
    this.woken = () => {
      if (document.hidden) this.hiddenAt = Date.now();
      else if (Date.now() - this.hiddenAt > ASLEEP_MS) this.open();
    };
    document.addEventListener('visibilitychange', this.woken);
    this.open();
  }

  /** Calls back at every change, and at once if anything is known; returns how to stop. */
  on(hear) {
    this.hearers.add(hear);
    if (this.room || this.ended) queueMicrotask(() => this.hearers.has(hear) && hear(this));
    return () => this.hearers.delete(hear);
  }

  tell() {
    for (const hear of this.hearers) hear(this);
  }

  /** Whether this browser learns in the room. */
  get inside() {
    return this.roles.some((one) => INSIDE.includes(one));
  }

  /** Seconds until the time is over; null where none is set. */
  get left() {
    const { room } = this;
    return room?.countdown_s ? room.countdown_s - (Date.now() / 1000 + this.skew) : null;
  }

  /** Asks who one is here, then listens. */
  async open() {
    clearTimeout(this.timer);
    if (this.opening || this.ended === 'gone') return;
    this.opening = true;
    const known = await this.refresh();
    this.opening = false;
    if (this.closed) return;
    if (!known) {
      this.lost();
      return;
    }
    this.stream?.close();
    if (!this.inside && !this.roles.some((one) => ['teacher', 'wall'].includes(one))) {
      this.say('on');
      this.timer = setTimeout(() => this.open(), AGAIN_MS.at(-1)); // whoever is let in again need not know how
      return;
    }
    const stream = new EventSource(new URL(`${this.path}/events`, document.baseURI));
    this.stream = stream;
    stream.onopen = () => {
      this.tries = 0;
      this.say('on');
    };
    stream.addEventListener('room', (event) => this.hear(JSON.parse(event.data).room));
    stream.addEventListener('gone', () => this.end('gone'));
    // The browser would try again at once, with everybody else's: when to do so is decided here.
    stream.onerror = () => stream === this.stream && this.lost();
  }

  /** The room and oneself, asked anew; whether they are known. */
  async refresh() {
    const { told, problem, status } = await ask(this.path);
    if (this.closed) return true;
    if (told) {
      Object.assign(this, { me: told.me, roles: told.roles, problem: '' });
      this.people = told.room.people;
      this.take(told.room);
      return true;
    }
    this.problem = problem;
    if (!away(status)) this.end(status === 404 ? 'gone' : 'out');
    return !away(status);
  }

  async hear(room) {
    this.say('on');
    const others = this.people !== room.people;
    this.people = room.people;
    if (others && !(await this.refresh())) this.lost();
    else if (!others) this.take(room);
  }

  take(room) {
    if (this.room && room.revision < this.room.revision) return; // an older answer came later
    this.skew = room.now_s - Date.now() / 1000;
    this.room = room;
    this.was ||= this.inside;
    const out = this.roles.includes('out') ? 'blocked' : room.closed ? 'closed' : this.inside ? '' : 'stranger';
    this.ended = out;
    this.tell();
  }

  /** What one does with oneself: "help", "fine", "code" or "leave". */
  async do(what) {
    const answer = await ask(`${this.path}/me`, { do: what });
    if (answer.told) {
      this.me = answer.told.me;
      this.tell();
    }
    return answer;
  }

  /** Something that the person ought to know. */
  announce(words) {
    this.news = words;
    this.tell();
  }

  say(line) {
    if (this.line === line) return;
    this.line = line;
    this.tell();
  }

  /** The line is away: tried again soon, then less and less often; each at a time of its own, so that not all come at once. */
  lost() {
    if (this.closed) return;
    this.stream?.close();
    this.stream = null;
    this.say('off');
    clearTimeout(this.timer);
    const wait = AGAIN_MS[Math.min(this.tries++, AGAIN_MS.length - 1)];
    this.timer = setTimeout(() => this.open(), wait * (0.5 + Math.random()));
  }

  end(why) {
    this.ended = why;
    if (why === 'gone') {
      this.stream?.close();
      this.stream = null;
      clearTimeout(this.timer);
    }
    this.tell();
  }

  close() {
    this.closed = true;
    this.stream?.close();
    clearTimeout(this.timer);
    window.removeEventListener('online', this.online);
    window.removeEventListener('offline', this.offline);
    document.removeEventListener('visibilitychange', this.woken);
    this.hearers.clear();
  }
}
