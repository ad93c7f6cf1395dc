// Whether the server answers: says so when it does not, and when it does again. Knows nothing of what is asked.
import { t } from './translate.js';

const LATE_S = 2.5; // an answer that takes longer is told of,
const LOST_S = 12; // and after so long without one the server is taken for gone
const STRANGE_S = 6; // a line that is back, but without an answer for so long, leads to a server that does not know the page
const APP = '[data-testid="stApp"]';
const MESSAGE = 'body > :not(#root) [role="dialog"]';
const STATE = 'data-test-connection-state';

export const LOST = t('No connection to the server. What you do is kept, and the run goes on as soon as the server is back.');

/** Calls back with true when Streamlit's own line is there again, and with false when it is lost. Returns how to stop. */
export function watchConnection(onLine) {
  const app = document.querySelector(APP);
  if (!app) return () => {};
  const line = new MutationObserver(() => onLine(connected()));
  line.observe(app, { attributes: true, attributeFilter: [STATE] });
  // Streamlit's own message speaks to who wrote the app, and locks the page: ours is there instead, and what is moved is kept.
  const message = new MutationObserver(() => {
    if (connected()) return;
    for (const dialog of document.querySelectorAll(MESSAGE)) dialog.querySelector('button')?.click();
  });
  message.observe(document.body, { childList: true });
  return () => [line, message].forEach((one) => one.disconnect());
}

export function connected() {
  const state = document.querySelector(APP)?.getAttribute(STATE);
  return state === null || state === undefined || state === 'CONNECTED';
}

/**
 * Asks again when the line is back. A server that was started anew does not know the page's session and answers nothing: then the
 * page is loaded again, which loses nothing, because the tab remembers its run.
 */
export function keepAsking(link, save, reload = () => location.reload()) {
  let timer = null;
  return (online) => {
    clearTimeout(timer);
    if (!online) return;
    link.again();
    const before = link.answers;
    timer = setTimeout(() => {
      if (link.answers !== before || !link.flight || document.hidden) return;
      save();
      reload();
    }, 1000 * STRANGE_S);
  };
}

/** "", "late" or "lost". */
export function lineState(waitingS, online) {
  if (!online || waitingS > LOST_S) return 'lost';
  return waitingS > LATE_S ? 'late' : '';
}
