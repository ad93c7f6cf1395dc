// Theory beside measurement: each quantity that a formula gives, what was measured, how far they are apart. Asked for when opened.
import { h } from './dom.js';
import { ABSENT } from './format.js';
import { METRICS, withMetric } from './metrics.js';
import { t } from './translate.js';

const MARKS = {
  inside: ['✓', t('agrees'), 'good'],
  near: ['≈', t('near'), ''],
  apart: ['≠', t('apart'), 'bad'],
  simpler: ['~', t('simpler system'), ''],
  none: [ABSENT, t('no formula fits'), ''],
};

/** Metrics without a number, by the reason why: [[reason, [labels]]]. Pure. */
export function unexplained(rows) {
  const found = new Map();
  for (const row of rows)
    if (row.verdict === 'none' && METRICS[row.metric])
      found.set(row.words, [...(found.get(row.words) ?? []), METRICS[row.metric].label]);
  return [...found];
}

export class TheoryCard {
  constructor({ ask }) {
    Object.assign(this, { ask, told: null, wanted: null, shown: false });
    this.root = h('div', { class: 'pane', 'data-chart': 'theory' }, h('p', { class: 'hint' }, t('Reckoning …')));
  }

  show(now) {
    this.wanted = now.values;
    this.told = null;
    if (this.shown) this.get();
  }

  opened(is) {
    this.shown = is;
    if (is && this.wanted && !this.told) this.get();
  }

  /** The rows of the run that is shown; asked for once. */
  get(done = () => {}) {
    if (this.told) return done(this.told);
    const values = this.wanted;
    return this.ask(values, ({ theory, problem }) => {
      if (values !== this.wanted) return;
      if (problem) this.root.replaceChildren(h('p', { class: 'bad' }, problem));
      else {
        this.told = theory;
        this.root.replaceChildren(...this.pane(theory));
        done(theory);
      }
    });
  }

  pane(rows) {
    const found = rows.filter((row) => row.verdict !== 'none' && METRICS[row.metric]);
    const reasons = unexplained(rows);
    return [
      found.length
        ? this.table(found)
        : h('p', { class: 'words' }, t('No formula fits this system. Why, stands below; what would fit is a simpler one.')),
      reasons.length ? h('h3', {}, t('Where theory is silent')) : '',
      ...reasons.map(([reason, labels]) => h('p', { class: 'hint' }, h('strong', {}, `${labels.join(', ')}. `), reason)),
      h(
        'p',
        { class: 'hint' },
        t('✓ inside the 95 % interval, ≈ near, ≠ apart. With ~ an assumption of the formula does not hold: its number is that of a simpler system.'),
      ),
    ];
  }

  table(rows) {
    const head = [t('Quantity'), t('Theory'), t('Measured'), t('95 % interval'), t('Verdict')];
    return h(
      'table',
      { class: 'wide theory' },
      h('caption', { class: 'sr' }, t('Theory beside measurement')),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head.map((one) => h('th', { scope: 'col' }, one)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map(({ metric, formula, source, theory, measured, verdict, words }, i) => {
          const again = words === rows[i - 1]?.words && words.length > 40;
          const [mark, said, mood] = MARKS[verdict];
          const between =
            measured[1] === null
              ? ABSENT
              : `${METRICS[metric].show(Math.max(0, measured[1]))} – ${METRICS[metric].show(measured[2])}`;
          return h(
            'tr',
            { 'data-metric': metric, 'data-verdict': verdict },
            h('th', { scope: 'row' }, METRICS[metric].label, h('small', { translate: 'no' }, [formula, source].filter(Boolean).join(', '))),
            h('td', {}, withMetric(metric, theory)),
            h('td', {}, h('strong', {}, withMetric(metric, measured[0]))),
            h('td', {}, between),
            h(
              'td',
              { class: 'verdict', 'data-mood': mood },
              h('strong', {}, `${mark} ${said}`),
              h('small', {}, again ? t('as above') : words),
            ),
          );
        }),
      ),
    );
  }
}
