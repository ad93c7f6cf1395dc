// Pause, step, speed, back to the start, undo: the buttons of the clock. Knows nothing of the run.
import { attribute, h, icon, text } from './dom.js';
import { clock } from './format.js';
import { SPEEDS } from './clock.js';

export class Transport {
  constructor({ onPlay, onStep, onSpeed, onStart, onUndo }) {
    this.play = h('button', { type: 'button', class: 'primary round', onclick: onPlay }, icon('pause'));
    this.step = h(
      'button',
      { type: 'button', class: 'pill only', 'aria-label': 'One step', title: 'One step ( . )', onclick: onStep },
      icon('step'),
    );
    this.start = h(
      'button',
      {
        type: 'button',
        class: 'pill only',
        'aria-label': 'Back to the start',
        title: 'Back to the start; the controls stay',
        onclick: onStart,
      },
      icon('start'),
    );
    this.undo = h(
      'button',
      {
        type: 'button',
        class: 'pill only',
        'aria-label': 'Undo the last change',
        title: 'Undo the last change (Ctrl+Z)',
        onclick: onUndo,
        disabled: true,
      },
      icon('undo'),
    );
    this.speed = h(
      'select',
      { class: 'pill', 'aria-label': 'Speed' },
      SPEEDS.map((speed) => h('option', { value: speed }, `${speed}×`)),
    );
    this.speed.onchange = () => onSpeed(Number(this.speed.value));
    this.time = h('span', { class: 'pill time', role: 'timer', 'aria-label': 'Simulated time' }, '00:00');
    this.state = h('span', { class: 'reached' });
    this.root = h(
      'div',
      { class: 'transport', role: 'toolbar', 'aria-label': 'Clock' },
      this.play,
      this.speed,
      this.time,
      this.step,
      this.start,
      this.undo,
      this.state,
    );
  }

  update({ t, playing, speed, reached, undo, waiting }) {
    text(this.time, clock(t));
    if (playing !== this.playing) {
      this.play.replaceChildren(icon(playing ? 'pause' : 'play'));
      attribute(this.play, 'aria-label', playing ? 'Pause' : 'Play');
      this.play.title = `${playing ? 'Pause' : 'Play'} (Space)`;
      this.playing = playing;
    }
    if (Number(this.speed.value) !== speed) this.speed.value = speed;
    this.step.disabled = playing;
    this.undo.disabled = !undo;
    const slow = playing && reached < 0.85 * speed;
    text(this.state, waiting || (slow ? `runs at ${reached.toPrecision(2)}×` : ''));
  }
}
