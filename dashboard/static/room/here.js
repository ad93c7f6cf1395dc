// Which room this tab is in: its address says so, and the tab remembers it, because a switch of pages drops what the address said.
const FORM = /^[A-Za-z0-9_-]{22}$/;
const KEPT = 'room';
const OF_ONE_ROOM = ['push', 'shown', 'own', 'at', 'moved'];
const TEACHERS = /\/(teach|wall)$/; // pages that name a room without being in it
let left = null; // the room that was left: the address names it until the next page is here, which can take seconds

const attempt = (act) => {
  try {
    return act(window.sessionStorage);
  } catch {
    return null; // A forbidden storage costs only the memory.
  }
};

/** The token of the room, or null. */
export function roomHere() {
  if (TEACHERS.test(location.pathname)) return null;
  const given = new URLSearchParams(location.search).get('room');
  const named = FORM.test(given ?? '') && given !== left;
  const token = named ? given : attempt((store) => store.getItem(KEPT));
  return FORM.test(token ?? '') ? enter(token) : null;
}

/** From now on the tab is in this room; what it kept of another one is no longer true. */
export function enter(token) {
  left = null;
  if (attempt((store) => store.getItem(KEPT)) === token) return token;
  forget();
  attempt((store) => store.setItem(KEPT, token));
  return token;
}

/** From now on the tab is in no room; who leaves twice, as with a double click, has left. */
export function leave() {
  left = roomHere() ?? left;
  forget();
}

function forget() {
  for (const name of OF_ONE_ROOM) tab.set(name, null);
  attempt((store) => store.removeItem(KEPT));
}

/** An address within the app, in the room. */
export function inRoom(address, token, more = {}) {
  const url = new URL(address, document.baseURI);
  for (const [name, value] of Object.entries({ room: token, ...more })) url.searchParams.set(name, value);
  return url.href;
}

/** What a tab keeps of the room for itself, as text; null takes it away. */
export const tab = {
  get: (name) => attempt((store) => store.getItem(`room:${name}`)),
  set: (name, value) =>
    attempt((store) => (value === null ? store.removeItem(`room:${name}`) : store.setItem(`room:${name}`, value))),
};
