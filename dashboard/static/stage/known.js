// Descriptions of pages that this tab has been sent: an ask says which one it knows, and the server sends its name only.
const PAGES = new Map();

/** The whole description of a page of which the whole or the name has come; undefined where it has never come. */
export function known(page) {
  if (page.version) PAGES.set(page.name, page);
  return PAGES.get(page.name);
}
