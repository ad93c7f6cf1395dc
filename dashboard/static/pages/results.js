// What a proof and a theory table look like, from the server's answers. Knows nothing of how they are asked for.
import { h } from '../stage/dom.js';
import { ABSENT, whole } from '../stage/format.js';
import { t } from '../stage/translate.js';

const RATES = ['throughput', 'goodput', 'offered_rate'];
const figures = (number) => Number(number.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 6 });

/** The outcome of the comparison, and the columns that were compared. */
export function proof(answer, system) {
  const good = answer.differing === 0 && answer.counters_differing === 0;
  const ran = answer.engine === 'plain' ? t('the kernel, in plain Python while it is being compiled') : t('the compiled kernel');
  return [
    h('p', { class: 'verdict', 'data-good': String(good) }, t('{differing} of {rows} rows differ', { differing: whole(answer.differing), rows: whole(answer.rows) })),
    h(
      'p',
      { class: 'quiet' },
      t('{system}, seed {seed}: {requests} requests in SimPy and in {engine}; {columns} columns of every row and {counters} counters compared, all to the last bit.', {
        system, seed: answer.seed, requests: whole(answer.requests), engine: ran, columns: answer.columns.length, counters: answer.counters,
      }),
    ),
    h(
      'details',
      {},
      h('summary', {}, t('The columns')),
      h('table', { class: 'columns' }, h('thead', {}, row('th', [t('Column'), t('What it is'), t('Differ')])), h('tbody', { translate: 'no', lang: 'en' }, answer.columns.map((column) => row('td', [h('code', {}, column.name), column.meaning, whole(column.differing)])))),
    ),
  ]; // prettier-ignore
}

/** Every prediction beside what was measured, or the assumption that fails. */
export function table(answer, system) {
  const rows = answer.rows.map((one, index) => {
    const scale = /_(ratio|utilisation)$|^error/.test(one.metric) ? 100 : 1;
    const value = (number) => (number === null ? ABSENT : figures(number * scale));
    const unit = scale === 100 ? '%' : /_ms($|\.)/.test(one.metric) ? 'ms' : RATES.includes(one.metric) ? '/s' : '';
    const range = one.low === null ? '' : t('{low} to {high}', { low: value(one.low), high: value(one.high) });
    const fits = one.inside === null ? '' : one.inside ? t('inside') : t('outside');
    const again = index > 0 && one.failing === answer.rows[index - 1].failing;
    const why = again ? t('The same reason.') : one.failing;
    return h(
      'tr',
      { 'data-fits': one.inside === null ? 'none' : String(one.inside) },
      h('th', { scope: 'row', translate: 'no' }, h('code', {}, one.metric), h('small', {}, `${one.formula} · ${one.source}`)),
      one.predicted === null ? h('td', { class: 'failing', translate: again ? null : 'no' }, why) : h('td', { 'data-label': t('Theory') }, `${value(one.predicted)} ${unit}`, one.approximate ? h('small', { translate: 'no', lang: 'en' }, one.approximate) : null),
      h('td', { 'data-label': t('Measured') }, `${value(one.measured)} ${unit}`),
      h('td', { 'data-label': t('95 % interval') }, range, fits ? h('small', {}, fits) : null),
    );
  }); // prettier-ignore
  return [
    h('p', { class: 'quiet' }, t('{system}, seed {seed}: {requests} requests in {seconds} simulated seconds.', { system, seed: answer.seed, requests: whole(answer.requests), seconds: whole(answer.seconds) })),
    h('table', { class: 'theory' }, h('thead', {}, row('th', [t('Metric'), t('Theory'), t('Measured'), t('95 % interval')])), h('tbody', {}, rows)),
  ]; // prettier-ignore
}

const row = (tag, cells) => h('tr', {}, cells.map((cell) => h(tag, tag === 'th' ? { scope: 'col' } : {}, cell)));
