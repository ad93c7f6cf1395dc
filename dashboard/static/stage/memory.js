// What a tab remembers of its run over a refresh. Knows nothing of the page's parts.
const VERSION = 1;
const PREFIX = 'stage:';

/** What a tab calls the run of a page. */
export const nameOf = (page) => PREFIX + page;

/** The run that this tab was in, or null. */
export function recall(name, limits) {
  let saved = null;
  try {
    saved = JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
  const sound = saved && saved.version === VERSION && Number.isFinite(saved.t) && Array.isArray(saved.changes);
  return sound && saved.changes.length <= limits.changes ? saved : null;
}

export function remember(name, state) {
  try {
    sessionStorage.setItem(name, JSON.stringify({ version: VERSION, at: Date.now(), ...state }));
  } catch {
    // A full or forbidden storage costs only the memory of this tab.
  }
}

/** The pages whose runs this tab remembers, whether or not they can be read. */
export function remembered() {
  try {
    return Object.keys(sessionStorage).flatMap((name) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
  } catch {
    return [];
  }
}
