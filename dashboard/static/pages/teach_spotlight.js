// The spotlight on the teacher's page and on the wall: asks for it until it is there. What is drawn of it is spotlight.js's.
import { h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { drawSpotlight } from './spotlight.js';
import { request } from './teach_line.js';

const AGAIN_MS = 3000;

/** Draws in `place` what the room's spotlight shows; nothing where there is none. */
export async function spotlight(place, room) {
  const key = JSON.stringify(room.spotlight);
  if (place.dataset.shows === key) return;
  place.dataset.shows = key;
  place.hidden = !room.spotlight;
  place.replaceChildren(...(room.spotlight ? [h('p', { class: 'quiet' }, t('The runs are played again …'))] : []));
  while (room.spotlight && place.dataset.shows === key && place.isConnected) {
    const { status, told } = await request(`api/rooms/${room.token}/spotlight`);
    if (place.dataset.shows !== key) return;
    if (status === 200) {
      await drawSpotlight(place, told);
      return;
    }
    place.replaceChildren(h('p', { class: 'quiet' }, told.problem ?? ''));
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}
