// Whether the server answers: says so when it does not, and when it does again. Knows nothing of what is asked.
const LATE_S = 2.5; // an answer that takes longer is told of,
const LOST_S = 12; // and after so long without one the server is taken for gone
const APP = '[data-testid="stApp"]';
const STATE = 'data-test-connection-state';

export const LOST = 'No connection to the server. What you do is kept, and the run goes on as soon as the server is back.';

/** Calls back with true when Streamlit's own line is there again, and with false when it is lost. Returns how to stop. */
export function watchConnection(onLine) {
  const app = document.querySelector(APP);
  if (!app) return () => {};
  const tell = () => onLine(connected());
  const watch = new MutationObserver(tell);
  watch.observe(app, { attributes: true, attributeFilter: [STATE] });
  return () => watch.disconnect();
}

export function connected() {
  const state = document.querySelector(APP)?.getAttribute(STATE);
  return state === null || state === undefined || state === 'CONNECTED';
}

/** "", "late" or "lost". */
export function lineState(waitingS, online) {
  if (!online || waitingS > LOST_S) return 'lost';
  return waitingS > LATE_S ? 'late' : '';
}
