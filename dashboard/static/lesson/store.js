// What the browser keeps of a lesson: the answer that is not saved yet (for all tabs, until it is), what is being written, and how
// the card looks. A full or forbidden storage costs only the memory.

const attempt = (act) => {
  try {
    return act();
  } catch {
    return null;
  }
};

const read = (place, name) => {
  const kept = attempt(() => JSON.parse(place().getItem(name)));
  return kept && typeof kept === 'object' ? kept : null;
};

const write = (place, name, value) =>
  attempt(() => (value === null ? place().removeItem(name) : place().setItem(name, JSON.stringify(value))));

const [local, session] = [() => window.localStorage, () => window.sessionStorage];

export class Kept {
  /** In a room one is somebody else than alone, so what is kept there is kept apart. */
  constructor(id, room = null) {
    const name = room ? `lesson:${room}:${id}` : `lesson:${id}`;
    this.waiting = `${name}:waiting`;
    this.looks = `${name}:looks`;
    this.look = read(session, this.looks) ?? {};
    this.answer = null;
  }

  /** The action that is still to be saved, or null. */
  get pending() {
    return read(local, this.waiting) ?? this.answer;
  }

  set pending(action) {
    this.answer = action;
    write(local, this.waiting, action);
  }

  /** How the card looks, and drafts: kept for this tab. */
  get(name) {
    return this.look[name] ?? null;
  }

  set(name, value) {
    this.look[name] = value;
    write(session, this.looks, this.look);
  }

  /** The lesson begins anew: nothing is being written any more. */
  forget() {
    const { folded, opened } = this.look;
    this.look = { folded, opened };
    write(session, this.looks, this.look);
  }
}
