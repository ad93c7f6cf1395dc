// Pause, step, speed, the timeline, back to the start, undo and redo: the buttons of the clock. Knows nothing of the run.
import { attribute, h, icon, text } from './dom.js';
import { clock, plain, precise } from './format.js';
import { SPEEDS } from './clock.js';
import { Timeline } from './timeline.js';
import { t } from './translate.js';

const [UNDO, REDO, PLAY, PAUSE] = [t('Undo'), t('Redo'), t('Play'), t('Pause')];
const SPACE = t('Space');
const runsAt = (speed) => t('runs at {speed}×', { speed });
const SLOW = 0.5; // below this speed the time is shown to the millisecond

export class Transport {
  constructor({ onPlay, onStep, onSpeed, onStart, onUndo, onRedo, onSeek, onHold, more = [] }) {
    this.play = h('button', { type: 'button', class: 'primary round', onclick: onPlay }, icon('pause'));
    this.step = pill('step', t('One step'), t('One step ( . )'), onStep);
    this.start = pill('start', t('Back to the start'), t('Back to the start: a new run; the controls stay'), onStart);
    this.undo = pill('undo', UNDO, '', onUndo);
    this.redo = pill('redo', REDO, '', onRedo);
    this.speed = h(
      'select',
      { class: 'pill', 'aria-label': t('Speed'), title: t('Simulated time against yours') },
      SPEEDS.map((speed) => h('option', { value: speed }, `${plain(speed)}×`)),
    );
    this.speed.onchange = () => onSpeed(Number(this.speed.value));
    this.time = h('span', { class: 'pill time', role: 'timer', 'aria-label': t('Simulated time') }, '00:00');
    this.timeline = new Timeline({ onSeek, onHold });
    this.state = h('span', { class: 'reached', role: 'status' });
    this.root = h(
      'div',
      { class: 'transport', role: 'toolbar', 'aria-label': t('Clock') },
      this.play,
      this.speed,
      this.time,
      this.timeline.root,
      this.step,
      this.start,
      this.undo,
      this.redo,
      more,
      this.state,
    );
  }

  update({ t, front, playing, speed, reached, undo, redo, marks, waiting }) {
    text(this.time, speed < SLOW ? `${clock(t)}.${String(Math.floor((t % 1) * 1000 + 1e-3)).padStart(3, '0')}` : clock(t));
    this.timeline.update(t, front, marks);
    if (playing !== this.playing) {
      this.play.replaceChildren(icon(playing ? 'pause' : 'play'));
      attribute(this.play, 'aria-label', playing ? PAUSE : PLAY);
      this.play.title = `${playing ? PAUSE : PLAY} (${SPACE})`;
      this.playing = playing;
    }
    if (Number(this.speed.value) !== speed) this.speed.value = speed;
    this.step.disabled = playing;
    say(this.undo, UNDO, 'Ctrl+Z', undo);
    say(this.redo, REDO, 'Ctrl+Shift+Z', redo);
    const slow = playing && reached < 0.85 * speed;
    text(this.state, waiting || (slow ? runsAt(precise(reached, 2)) : ''));
  }
}

function pill(name, label, title, onclick) {
  return h('button', { type: 'button', class: 'pill only', 'data-part': name, 'aria-label': label, title, onclick }, icon(name));
}

/** A button that says which move it takes back or makes again; undefined if there is none. */
function say(button, name, keys, move) {
  button.disabled = move === undefined;
  attribute(button, 'aria-label', move?.words ? `${name}: ${move.words}` : name);
  const title = move?.words ? `${name}: ${move.words} (${keys})` : `${name} (${keys})`;
  if (button.title !== title) button.title = title;
}
