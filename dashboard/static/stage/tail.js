// What the tail is made of: the slowest 1 % beside ordinary requests, stage by stage. Knows nothing of how it was found.
import { attribute, h } from './dom.js';
import { fixed, short } from './format.js';
import { stacked, STAGES, swatch } from './stages.js';
import { onWidth, s, sheet } from './svg.js';
import { table } from './tabular.js';
import { t } from './translate.js';

/** Parts one after the other, as a bar draws them. */
const laid = (parts, at) => {
  let from = 0;
  return parts.map((part) => {
    const piece = { stage: part[0], label: STAGES[part[0]].label, from, us: part[at] };
    from += part[at];
    return piece;
  });
};

export class TailCard {
  constructor() {
    this.words = h('p', { class: 'words' });
    this.plot = h('div', { class: 'plot tail' });
    this.place = h('div', {});
    this.root = h('div', { class: 'pane', 'data-chart': 'tail' }, this.words, this.plot, this.place);
    this.stop = onWidth(this.plot, (width) => this.draw(width));
  }

  dispose() {
    this.stop();
  }

  show(now) {
    this.told = now.tail;
    const { parts } = this.told;
    this.words.textContent = this.told.words;
    this.plot.hidden = !parts.length;
    const share = (value, whole) => `${fixed((100 * value) / whole, 0)} %`;
    const { tail_ms: tail, middle_ms: middle } = this.told;
    const order = Object.keys(STAGES);
    this.parts = [...parts].sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]));
    this.place.replaceChildren(
      parts.length
        ? table(
            t('What the tail is made of'),
            [t('Stage'), t('Slowest 1 %'), t('share'), t('Ordinary'), t('share')],
            [
              ...this.parts.map(([stage, slow, usual]) => [
                h('span', { class: 'keyed' }, swatch(stage), STAGES[stage].label),
                `${fixed(slow, 1)} ms`,
                share(slow, tail),
                `${fixed(usual, 1)} ms`,
                share(usual, middle),
              ]),
              [t('All'), `${fixed(tail, 1)} ms`, '100 %', `${fixed(middle, 1)} ms`, '100 %'],
            ],
          )
        : '',
    );
    if (this.width) this.draw(this.width);
  }

  draw(width) {
    this.width = width;
    if (!this.told?.parts.length) return;
    const { tail_ms: tail, middle_ms: middle } = this.told;
    const label = width < 480 ? 78 : 110;
    const drawing = sheet(
      width,
      84,
      `${this.told.words} ${t('The slowest take {slow} ms on average, ordinary ones {usual} ms.', { slow: short(tail), usual: short(middle) })}`,
    );
    const top = Math.max(tail, middle);
    const rows = [
      [t('Slowest 1 %'), 1, tail],
      [t('Ordinary'), 2, middle],
    ];
    rows.forEach(([words, at, total], i) => {
      const bar = stacked(width - label - 72, 24, laid(this.parts, at), top);
      attribute(bar, 'transform', `translate(${label},${8 + 38 * i})`);
      drawing.append(
        s('text', { x: 0, y: 24 + 38 * i, class: 'label' }, words),
        bar,
        s('text', { x: width, y: 24 + 38 * i, class: 'label strong', 'text-anchor': 'end' }, `${short(total)} ms`),
      );
    });
    this.plot.replaceChildren(drawing);
  }
}
