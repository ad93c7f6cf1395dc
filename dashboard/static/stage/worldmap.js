// A world map of latency: a circle a region, its colour and size by the mean latency of its users, with the number; the points of
// presence and the origin as marks. The outlines are our own, coarse, for orientation only. Knows nothing of where numbers come from.
import { attribute, h, text } from './dom.js';
import { ABSENT, whole } from './format.js';
import { t } from './translate.js';

const WIDE = 720,
  HIGH = 330;
const TOP = 74; // degrees of latitude at the upper edge,
const BOTTOM = -54; // and at the lower one
const GOOD = 60; // ms: up to here a circle is small and calm,
const POOR = 200; // from here on large and warm

/** Outlines in degrees, longitude and latitude in turn. */
const LAND = [
  // North America
  [-166, 66, -156, 71, -128, 70, -110, 68, -95, 69, -82, 67, -78, 62, -94, 59, -92, 56, -82, 55, -79, 52, -77, 56, -78, 62, -66, 58, -60, 55, -56, 52, -66, 50, -61, 46, -70, 43, -74, 40, -76, 35, -81, 31, -80, 26, -83, 29, -90, 30, -97, 27, -97, 21, -94, 18, -91, 19, -90, 21, -87, 21, -88, 16, -83, 15, -83, 10, -80, 8, -85, 10, -92, 14, -97, 16, -105, 20, -109, 25, -113, 31, -111, 24, -116, 30, -121, 35, -124, 40, -124, 48, -130, 54, -138, 59, -150, 60, -158, 56, -165, 61],
  // Greenland
  [-55, 73, -52, 66, -45, 60, -40, 65, -24, 70, -22, 73.5],
  // South America
  [-77, 8, -72, 12, -62, 10, -52, 5, -50, 0, -44, -2, -35, -6, -39, -14, -41, -22, -48, -27, -54, -34, -58, -38, -65, -42, -66, -48, -69, -53, -74, -50, -73, -40, -71, -30, -70, -18, -76, -14, -81, -5, -80, 1],
  // Africa
  [-6, 35, 10, 37, 11, 33, 20, 31, 32, 31, 37, 20, 43, 12, 51, 12, 47, 4, 40, -4, 40, -15, 35, -21, 33, -27, 27, -34, 19, -34.5, 15, -26, 12, -17, 13, -8, 9, 0, 9, 4, -4, 5, -12, 8, -17, 14, -16, 22, -10, 29],
  // Madagascar
  [44, -17, 49, -13, 50, -16, 47, -25, 44, -24],
  // Europe and Asia
  [-9, 43, -9, 37, -5, 36, 0, 39, 4, 43, 9, 44, 13, 41, 16, 38, 18, 40, 13, 45, 20, 41, 23, 37, 26, 40, 29, 41, 36, 36, 35, 32, 34, 28, 43, 13, 52, 17, 59, 22, 56, 25, 51, 24, 48, 30, 56, 27, 62, 25, 67, 25, 73, 20, 77, 8, 80, 14, 87, 21, 92, 22, 95, 16, 98, 13, 100, 7, 104, 1.5, 103, 6, 100, 13, 105, 9, 109, 12, 106, 19, 110, 21, 117, 23, 122, 30, 119, 35, 122, 39, 125, 38, 127, 35, 129, 37, 128, 41, 135, 44, 141, 52, 136, 54, 142, 59, 155, 59, 157, 52, 163, 58, 172, 61, 179, 65, 179, 69, 160, 70, 140, 73, 113, 74, 100, 76, 80, 73, 68, 69, 55, 69, 44, 66, 41, 68, 28, 71, 20, 70, 12, 65, 5, 62, 6, 58, 11, 59, 13, 56, 17, 57, 18, 62, 24, 66, 22, 60, 30, 60, 22, 57, 20, 54, 11, 54, 8, 57, 8, 54, 3, 51, -2, 48.5, -1, 44],
  // Great Britain, Ireland, Iceland
  [-5, 50, 1, 51, 0, 53.5, -2, 56, -3, 58.5, -6, 57, -3, 54, -5, 52], [-10, 52, -6, 52, -6, 55, -9, 54.5], [-22, 64, -14, 65, -18, 66.3, -23, 65.5],
  // Japan, Taiwan, the Philippines, Sri Lanka
  [130, 32, 135, 34, 140, 35, 141, 39, 142, 44, 145, 44, 141, 45.5, 139, 38, 132, 35], [120.5, 22, 122, 25, 121, 25], [120, 18, 122, 18, 124, 12, 126, 7, 122, 7.5, 121, 13], [80, 9.5, 82, 7, 80.5, 6],
  // Sumatra, Borneo, Java, Celebes, New Guinea
  [95, 5, 104, -2, 106, -6, 102, -4, 97, 2], [109, 1, 116, 7, 119, 5, 116, -4, 110, -3], [105, -6.5, 114, -7.5, 114, -8.7, 107, -7.5], [120, 1, 125, 1.5, 121, -1, 123, -5, 120, -5], [131, -1, 141, -3, 150, -10, 146, -8, 138, -8, 133, -4],
  // Australia, Tasmania, New Zealand
  [114, -22, 122, -18, 130, -12, 136, -12, 136, -16, 141, -11, 146, -19, 153, -26, 151, -34, 146, -39, 138, -35, 131, -31, 124, -33, 115, -34, 113, -26], [145, -41, 148, -41, 147, -43.5], [173, -35, 178, -38, 175, -41.5, 173, -39], [172, -41, 174, -42, 168, -47, 167, -45],
];

const x = (longitude) => ((longitude + 170) / 350) * WIDE;
const y = (latitude) => ((TOP - latitude) / (TOP - BOTTOM)) * HIGH;

function svg(tag, props, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, entry] of Object.entries(props)) element.setAttribute(name, entry);
  element.append(...children);
  return element;
}

export class WorldMap {
  constructor(places) {
    const outline = LAND.map((land) => `M${Array.from({ length: land.length / 2 }, (_, i) => `${x(land[2 * i]).toFixed(1)} ${y(land[2 * i + 1]).toFixed(1)}`).join('L')}Z`).join('');
    this.marks = new Map();
    const root = svg('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, class: 'world', 'aria-hidden': 'true' }, svg('path', { d: outline, class: 'land' }));
    for (const [index, place] of places.entries()) {
      const [cx, cy] = [x(place.longitude), y(place.latitude)];
      const pop = svg('rect', { x: cx - 5, y: cy - 5, width: 10, height: 10, class: 'pop', transform: `rotate(45 ${cx} ${cy})` });
      const circle = svg('circle', { cx, cy, r: 0, class: 'region' });
      const number = svg('text', { x: cx, y: cy + 4.5, class: 'number' });
      const name = svg('text', { x: cx, y: cy + 34, class: 'city' });
      name.textContent = place.city;
      root.append(circle, pop, number, name);
      this.marks.set(place.region, { ...place, index, cx, cy, pop, circle, number, label: name });
    }
    this.legend = h('p', { class: 'legend' }, t('Circle: mean latency of the users there. Diamond: point of presence. Ring: the origin.'));
    this.root = h('div', { class: 'map' }, root, this.legend);
  }

  /** One entry a region in `regions` (name, latency or null, errors); PoPs from the stores; the origin's region. */
  show({ regions, stores, origin }) {
    const known = new Map(regions.map((one) => [one.name, one]));
    const pops = new Map(stores.filter((one) => one.tier === 'cdn').map((one) => [one.region, one]));
    for (const [region, mark] of this.marks) {
      const one = known.get(region);
      const pop = pops.get(region);
      const share = one?.latency === null || !one ? 0 : Math.min(1, Math.max(0, (one.latency - GOOD) / (POOR - GOOD)));
      const radius = one ? 15 + 9 * share : 0;
      const tone = !one ? '' : one.latency === null ? 'dead' : share < 0.34 ? 'near' : share < 0.75 ? 'far' : 'farther';
      attribute(mark.circle, 'r', radius.toFixed(1));
      attribute(mark.circle, 'class', `region ${tone}`);
      attribute(mark.circle, 'data-origin', region === origin);
      text(mark.number, one ? (one.latency === null ? ABSENT : whole(one.latency)) : '');
      attribute(mark.number, 'class', `number ${tone}`);
      const at = one ? mark.cy - radius - 8 : mark.cy;
      attribute(mark.pop, 'y', at - 5);
      attribute(mark.pop, 'transform', `rotate(45 ${mark.cx} ${at})`);
      attribute(mark.pop, 'class', pop ? (pop.up ? 'pop' : 'pop down') : 'pop none');
      attribute(mark.label, 'y', (mark.cy + (one ? radius + 13 : 18)).toFixed(1));
      attribute(mark.label, 'class', one || pop || region === origin ? 'city' : 'city none');
    }
  }
}
