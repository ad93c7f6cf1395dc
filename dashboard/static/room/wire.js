// Questions to the API of rooms. Knows nothing of what is asked.
import { mark, t } from '../stage/translate.js';

const PATIENCE_MS = 15_000;
const NO_LINE = mark('No connection to the server. Try it again in a moment.');

/** {told} or {problem, status}; with a body it is a POST. Status 0: nobody answered. Never throws. */
export async function ask(path, body) {
  const sent = body ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {};
  try {
    const answer = await fetch(new URL(path, document.baseURI), { ...sent, signal: AbortSignal.timeout(PATIENCE_MS) });
    const told = await answer.json().catch(() => ({}));
    return answer.ok ? { told } : { problem: told.problem ?? t(NO_LINE), status: answer.status };
  } catch {
    return { problem: t(NO_LINE), status: 0 };
  }
}

/** Whether it may go well a little later. */
export const away = (status) => [0, 429, 500, 502, 503, 504].includes(status);
