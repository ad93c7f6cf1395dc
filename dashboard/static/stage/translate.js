// Words: the texts of the interface in the viewer's language, looked up by their English. The catalogue is the server's (words.py).
// It is there before any module that speaks is run, so a text may also stand in a table at a module's top.
const COOKIE = 'language';
export const ENGLISH = 'en';
const PSEUDO = 'pseudo';
const RULE = '\0'; // the entry that tells which form a number takes: for 0 to 199, then by the last two digits from 100 on
const WAIT_MS = 8000;
let catalogue = {};
let loading = null;

/** The language that the viewer has chosen. */
export function language() {
  return document.cookie.match(/(?:^|; )language=([a-z_]+)/i)?.[1] ?? ENGLISH;
}

/** The language by whose habits numbers are written. */
export const numerals = () => (catalogue[RULE] && language() !== PSEUDO ? language().replace('_', '-') : ENGLISH);

/** Keeps the choice for a year; it counts from the next time the page is opened. */
export function choose(name) {
  document.cookie = `${COOKIE}=${name}; path=/; max-age=31536000; samesite=lax`;
}

/** Resolves when the texts are there: at once in English. */
export function ready() {
  loading ??= language() === ENGLISH ? Promise.resolve() : fetchWords(language());
  return loading;
}

async function fetchWords(name) {
  try {
    const answer = await fetch(new URL(`api/words/${name}`, document.baseURI), { signal: AbortSignal.timeout(WAIT_MS) });
    catalogue = await answer.json();
    document.documentElement.lang = name.replace('_', '-');
  } catch {
    // Without a catalogue the page is in English.
  }
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/** The text itself: says that it stands in the catalogue, and is looked up where it is shown. */
export const mark = (text) => text;

/** The text in the viewer's language, its {placeholders} filled in. */
export function t(text, values = {}) {
  return filled(catalogue[text] ?? text, values);
}

/** The text for so many, in the form that the language has for this number; `values` say how the number is written. */
export function plural(one, many, number, values = {}) {
  const forms = catalogue[`${one}\0${many}`];
  const form = forms ? catalogue[RULE][number < 200 ? number : 100 + (number % 100)] : Number(number !== 1);
  return filled((forms ?? [one, many])[form], values);
}

await ready();
