// Where this browser has been on the journey: {page: {opened, moved}} with times in ms. No account, nothing leaves the browser.
const KEY = 'progress';

/** What is known of every page, {} at first. */
export function progress() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept && typeof kept === 'object' && !Array.isArray(kept) ? kept : {};
  } catch {
    return {};
  }
}

/** Notes that a page was "opened", or that something was "moved" on it. */
export function note(page, what) {
  try {
    const known = progress();
    localStorage.setItem(KEY, JSON.stringify({ ...known, [page]: { ...known[page], [what]: Date.now() } }));
  } catch {
    // A full or forbidden storage costs only the memory.
  }
}

/** What the journey comes to: pages played on, the last one opened, and the first one not played on yet. */
export function journey(pages, known) {
  const played = pages.filter((page) => Number.isFinite(known[page]?.moved));
  const opened = pages.filter((page) => Number.isFinite(known[page]?.opened));
  const last = opened.reduce((best, page) => (best && known[best].opened >= known[page].opened ? best : page), null);
  return { played, last, next: pages.find((page) => !played.includes(page)) ?? null };
}

export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
