// Yours: the systems that this tab remembers of the concept pages, each as the text of a link, the last one played first.
// What is damaged in one is the server's to refuse.
import { fold, until } from '../stage/history.js';
import { nameOf, recall, remembered } from '../stage/memory.js';

const LIMITS = { changes: Infinity };
const BETWEEN = '~';
const LESSON = 'lesson'; // what is played in a lesson is no system of the page's own

/** [{text, page, situation, seed}] of what is remembered of these pages; `version` is that of the links. */
export function yours({ version, pages }) {
  return remembered()
    .map((name) => ({ name, saved: recall(nameOf(name), LIMITS) }))
    .sort((a, b) => (b.saved?.at ?? 0) - (a.saved?.at ?? 0))
    .map(({ name, saved }) => told(name, saved, version))
    .filter(({ page, situation }) => Object.hasOwn(pages, page) && situation !== LESSON);
}

/** Of a run that cannot be read the text says no more than the page. */
function told(name, saved, version) {
  const [page, situation] = name.split('.');
  const pairs = new URLSearchParams({ page, ...(situation ? { situation } : {}) });
  try {
    const { values } = fold({}, until(saved.changes, saved.t));
    for (const [path, value] of Object.entries({ v: version, seed: saved.seed, ...values })) pairs.set(path, text(value));
  } catch {
    return { text: `?${pairs}`, page, situation, seed: null };
  }
  return { text: `?${pairs}`, page, situation, seed: saved.seed };
}

/** A value as it stands in a link. */
function text(value) {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.join(BETWEEN);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'number' ? value.toFixed(6).replace(/\.?0+$/, '') : String(value);
}
