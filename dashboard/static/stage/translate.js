// Words: the texts of the interface in the viewer's language, looked up by their English. The catalogue is the server's (words.py).
const COOKIE = 'language';
export const ENGLISH = 'en';
let catalogue = {};
let loading = null;

/** The language that the viewer has chosen. */
export function language() {
  return document.cookie.match(/(?:^|; )language=([a-z_]+)/i)?.[1] ?? ENGLISH;
}

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
    catalogue = await (await fetch(new URL(`api/words/${name}`, document.baseURI))).json();
    document.documentElement.lang = name.replace('_', '-');
  } catch {
    // Without a catalogue the page is in English.
  }
}

/** The text in the viewer's language, its {placeholders} filled in. */
export function t(text, values = {}) {
  return (catalogue[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
