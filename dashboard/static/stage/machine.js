// The inside of the only server: a cell for every vCPU, filled as far as it computes, and how much of the memory is held.
import { attribute, h, text } from './dom.js';
import { fixed, whole } from './format.js';
import { plural, t } from './translate.js';

const FULL = 0.95; // of the memory: soon the next request is refused

/** {used, gb} of the only server over the rows; null where the last of them says nothing of it. Pure. */
export function memoryOf(rows) {
  const last = rows.at(-1)?.piece.memory;
  if (!last) return null;
  const told = rows.filter((row) => row.piece.memory);
  return { used: told.reduce((sum, row) => sum + row.piece.memory.used[row.k], 0) / told.length, gb: last.gb };
}

/** How far each of so many cells is filled when `busy` % of all of them are. Pure. */
export function fills(count, busy) {
  const full = (count * busy) / 100;
  return Array.from({ length: count }, (_, i) => Math.min(1, Math.max(0, full - i)));
}

export const memoryWords = ({ used, gb }) => t('{used} of {all} GB', { used: used < 9.95 ? fixed(used, 1) : whole(used), all: gb < 9.95 ? fixed(gb, gb % 1 ? 1 : 0) : whole(gb) });

export class Machine {
  constructor() {
    this.size = h('span', {});
    this.cells = h('span', { class: 'cells' });
    this.held = h('span', { class: 'held' });
    this.gauge = h('span', { class: 'gauge' }, h('span', {}, this.held));
    this.words = h('span', {});
    this.memory = h('span', { class: 'memory' }, h('span', {}, t('Memory')), this.gauge, this.words);
    this.root = h('span', { class: 'machine', 'aria-hidden': 'true', hidden: true }, this.size, this.cells, this.memory);
  }

  /** `busy` in % of all vCPUs, 0 for a server that is down. */
  show(vcpus, busy, memory) {
    this.root.hidden = false;
    text(this.size, plural('{number} vCPU', '{number} vCPUs', vcpus, { number: vcpus }));
    if (this.cells.childElementCount !== vcpus) {
      this.cells.replaceChildren(...Array.from({ length: vcpus }, () => h('i')));
      attribute(this.cells, 'data-many', vcpus > 64 ? 'most' : vcpus > 16 ? 'many' : 'few');
    }
    fills(vcpus, busy).forEach((fill, i) => attribute(this.cells.children[i], 'style', `--fill:${Math.round(100 * fill)}%`));
    this.memory.hidden = !memory;
    if (!memory) return;
    const share = Math.min(1, memory.used / memory.gb);
    this.held.style.transform = `scaleX(${share.toFixed(3)})`;
    attribute(this.memory, 'data-full', share >= FULL);
    text(this.words, memoryWords(memory));
  }
}
