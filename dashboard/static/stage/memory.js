// What a tab remembers of its run over a refresh, and what a list of changes comes to. Knows nothing of the page's parts.
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

/** The values of all controls after the changes, and which servers are down or failing. */
export function fold(start, changes) {
  const values = { ...start };
  const downs = new Set();
  const failing = new Set();
  for (const [, change] of changes) {
    if (!change.inject) {
      Object.assign(values, change);
      continue;
    }
    const { kind, index } = change.inject;
    if (kind === 'crash') downs.add(index);
    if (kind === 'fail_fast') failing.add(index);
    if (kind === 'recover') {
      downs.delete(index);
      failing.delete(index);
    }
  }
  return { values, downs, failing };
}
