// What the viewer has set for all pages, in this browser: motion and theme. Knows nothing of what moves or is coloured.
const MOTION = 'settings:motion';

const storage = (act) => {
  try {
    return act(window.localStorage);
  } catch {
    return null; // A forbidden storage costs only the memory.
  }
};

/** "system", "reduced" or "full". */
export function motion() {
  const kept = storage((store) => store.getItem(MOTION));
  return kept === 'reduced' || kept === 'full' ? kept : 'system';
}

export function setMotion(choice) {
  storage((store) => (choice === 'system' ? store.removeItem(MOTION) : store.setItem(MOTION, choice)));
}

/** Whether nothing should move by itself. */
export function reducedMotion() {
  const choice = motion();
  return choice === 'system' ? window.matchMedia('(prefers-reduced-motion: reduce)').matches : choice === 'reduced';
}

// Streamlit 1.67 keeps the theme under the path at which the app was opened, so a choice for all pages is kept under every path.
const themeKey = (path) => `stActiveTheme-${path}-v2`;

/** "System", "Light" or "Dark". */
export function theme() {
  const kept = storage((store) => JSON.parse(store.getItem(themeKey(window.location.pathname))));
  return kept === 'Light' || kept === 'Dark' ? kept : 'System';
}

/** Keeps the theme for the pages at these paths; it counts from the next time a page is opened. */
export function setTheme(choice, paths) {
  storage((store) => {
    for (const path of new Set([...paths, window.location.pathname])) {
      if (choice === 'System') store.removeItem(themeKey(path));
      else store.setItem(themeKey(path), JSON.stringify(choice));
    }
  });
}
