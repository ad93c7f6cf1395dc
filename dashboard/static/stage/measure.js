// How wide words are in a chart. Knows nothing of charts.
import { h } from './dom.js';

const pen = h('canvas').getContext('2d');

/** The room (px) that a label takes in a margin. All digits count as the widest: a number that goes on moves nothing. */
export function widthOf(words, font = '600 12.5px') {
  pen.font = `${font} Inter, sans-serif`;
  return Math.ceil(pen.measureText(words.replace(/\d/g, '0')).width) + 10;
}
