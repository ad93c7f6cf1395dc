// Going: another page of the app takes the place of the stage that is here, and no page is loaded. A class that is led somewhere goes
// there in one instant, and a page costs the server as much as a hundred answers. Knows nothing of what a stage is.
const STAGES = 'api/stages/';
const NAVIGATION = '.st-key-journey';
const SCROLLED = '[data-testid="stMain"]';
let here = null; // how the next stage is put: (data) => …
let turns = 0; // how often it was asked for another stage: the last one counts
let ours = ''; // the address to which this document went by itself; Streamlit does not know of it

const folder = (address) => new URL('.', new URL(address, document.baseURI)).pathname;
const view = (address) => new URL(address, document.baseURI).pathname.split('/').at(-1);

/** A stage is in the document: `put(data)` puts another in its place; `asks`: where it asks, which names its page. */
export function stands(put, asks) {
  here = put;
  if (ours !== location.href) ours = '';
  else if (view(asks) !== view(ours)) again(); // Streamlit ran once more the page that it knows
  mark(view(asks));
}

export function falls(put) {
  if (here === put) here = null;
}

/** To another page of the app: without loading it where there is a stage and will be one, or else as a link would. */
export async function goTo(address) {
  if (!(await replaced(address, () => history.pushState({ stage: true }, '', address)))) location.assign(address);
}

async function again() {
  if (!(await replaced(location.href))) location.reload();
}

async function replaced(address, arrive = () => {}) {
  if (!here) return false;
  const turn = ++turns;
  const data = await told(address);
  if (turn !== turns) return true; // where one goes now is asked for already
  if (!data) return false;
  if (!here) return true; // Streamlit is on its way to another page
  arrive();
  ours = location.href;
  here(data);
  document.querySelector(SCROLLED)?.scrollTo(0, 0);
  return true;
}

/** What a stage at this address begins with; null where there is none, or nobody answers. */
export async function told(address) {
  if (folder(address) !== folder('.')) return null; // a document of a room, as its questions are, is none of the app's pages
  const { search } = new URL(address, document.baseURI);
  try {
    const answer = await fetch(new URL(STAGES + view(address) + search, document.baseURI));
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Where one is, in the navigation, which is Streamlit's. */
function mark(name) {
  const all = [...document.querySelectorAll(`${NAVIGATION} :is(a, .here)`)];
  const at = all.find(({ href }) => href && view(href) === name) ?? all.find(({ href }) => !href);
  for (const one of all) {
    if (one === at) one.setAttribute('aria-current', 'page');
    else one.removeAttribute('aria-current');
  }
}

window.addEventListener('popstate', (event) => {
  if (here && (ours || event.state?.stage)) again();
});
