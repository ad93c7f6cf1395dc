// How wide words are in a chart. Knows nothing of charts.
import { h } from './dom.js';

const pen = h('canvas').getContext('2d');

/** The room (px) that a label at the end of a line takes: the figures' margins are those of the English ones. */
export function widthOf(words) {
  pen.font = '600 12.5px Inter, sans-serif';
  return Math.ceil(pen.measureText(words).width) + 10;
}
