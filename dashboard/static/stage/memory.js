// What a tab remembers of its run over a refresh. Knows nothing of the page's parts.
const VERSION = 1;

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
    sessionStorage.setItem(name, JSON.stringify({ version: VERSION, ...state }));
  } catch {
    // A full or forbidden storage costs only the memory of this tab.
  }
}
