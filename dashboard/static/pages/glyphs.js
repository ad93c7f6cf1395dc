// The small drawing of each stop of the journey: the system as it stands there, tier by tier in the colours of the pictures.
import { draw } from './parts.js';

const servers = (x, ys) => ys.map((y) => [x, y, 13, 8, 'green']);
const GLYPHS = {
  web_app: [[25, 14, 13, 12, 'green'], [48, 14, 11, 12, 'violet']],
  vertical_scaling: [[21, 5, 21, 30, 'green'], [49, 14, 11, 12, 'violet']],
  horizontal_scaling: [...servers(25, [4, 16, 28]), [48, 14, 11, 12, 'violet']],
  load_balancing: [[15, 15, 9, 10, 'blue'], ...servers(31, [4, 16, 28]), [51, 14, 10, 12, 'violet']],
  replication: [[15, 15, 9, 10, 'blue'], ...servers(30, [4, 16, 28]), [50, 3, 10, 9, 'violet'], [50, 16, 10, 9, 'violet'], [50, 29, 10, 9, 'violet']],
  caching: [[15, 15, 9, 10, 'blue'], ...servers(30, [4, 16, 28]), [49, 4, 12, 11, 'amber'], [49, 24, 12, 12, 'violet']],
  cdn: [[12, 3, 10, 9, 'cyan'], [12, 28, 10, 9, 'cyan'], [24, 15, 8, 10, 'blue'], ...servers(36, [4, 16, 28]), [53, 14, 9, 12, 'violet']],
  overload: [[15, 6, 4, 4, 'red'], [15, 12, 4, 4, 'red'], [15, 18, 4, 4, 'red'], [15, 24, 4, 4, 'red'], [15, 30, 4, 4, 'red'], ...servers(26, [4, 16, 28]), [48, 14, 11, 12, 'violet']],
  challenge: [[11, 4, 7, 7, 'cyan'], [11, 29, 7, 7, 'cyan'], [20, 15, 7, 10, 'blue'], ...[0, 1].flatMap((column) => [3, 12, 21, 30].map((y) => [30 + 9 * column, y, 7, 6, 'green'])), [50, 3, 10, 8, 'amber'], [50, 15, 10, 9, 'violet'], [50, 28, 10, 9, 'violet']],
}; // prettier-ignore

/** The drawing of a stop; it says nothing that the words beside it do not say. */
export function glyph(name) {
  const boxes = GLYPHS[name] ?? [];
  return draw(
    'svg',
    { viewBox: '0 0 64 40', class: 'glyph', 'aria-hidden': 'true' },
    draw('circle', { cx: 5, cy: 20, r: 2.6, class: 'ink2' }),
    boxes.map(([x, y, width, height, tier]) => draw('rect', { x, y, width, height, rx: Math.min(2.5, width / 4), class: tier })),
  );
}
