// The lab report: one page of HTML that stands on its own. Made of elements, so that what a person wrote is text and nothing else.
import { wordsOf } from './changed.js';
import { h } from './dom.js';
import { ABSENT, short, whole, withUnit } from './format.js';
import { dollars, METRICS, rowsOf, withMetric } from './metrics.js';
import { table } from './tabular.js';
import { language, t } from './translate.js';

const STYLE = `body{font:14px/1.5 Inter,system-ui,sans-serif;color:#1c2128;background:#fff;max-width:820px;margin:32px auto;padding:0 20px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:15px;margin:22px 0 6px}p{margin:4px 0}small,.quiet{color:#667080}
table{border-collapse:collapse;width:100%;font-size:12.5px;font-feature-settings:"tnum" 1}th,td{text-align:right;padding:3px 8px;border-bottom:1px solid #e3e1da;font-weight:400}
th:first-child,td:first-child{text-align:left}thead th{color:#667080}caption{display:none}svg{max-width:100%;height:auto}.notes{white-space:pre-wrap;border-left:3px solid #2563d0;padding:6px 12px;background:#f6f5f1}
.two{columns:2;column-gap:28px}.two p{break-inside:avoid}small{display:block}@media print{body{margin:0}h2{break-after:avoid}svg,table{break-inside:avoid}}`;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** The report's HTML. `pictures`: [[title, svg text]]; `theory`: the rows, or none. */
export function reportOf({ page, controls, now, before, theory, pictures, sweep, author, notes, address }) {
  const file = document.implementation.createHTMLDocument(t('{title}: lab report', { title: page.title }));
  file.documentElement.lang = language().replace('_', '-');
  file.head.prepend(h('meta', { charset: 'utf-8' }), h('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }));
  file.head.append(h('style', {}, STYLE));
  file.body.append(
    h('h1', {}, t('{title}: lab report', { title: page.title })),
    h('p', { class: 'quiet' }, [author, new Date().toISOString().slice(0, 10)].filter(Boolean).join(' · ')),
    h('p', {}, page.question),
    ...(notes ? [h('h2', {}, t('What I found')), h('p', { class: 'notes' }, notes)] : []),
    h('h2', {}, t('The system')),
    h(
      'div',
      { class: 'two' },
      shown(controls, now).map((spec) =>
        h(
          'p',
          {},
          `${spec.group}, ${spec.label}: `,
          h('strong', {}, withUnit(spec, now.values[spec.path] ?? null)),
          moved(spec, now),
        ),
      ),
    ),
    h('h2', {}, t('What was measured')),
    ...(before ? [h('p', {}, wordsOf(controls, now, before))] : []),
    numbers(now, before),
    h(
      'p',
      { class: 'quiet' },
      [
        t('{requests} requests in {seconds} s of simulated time, the first eleventh left out.', { requests: whole(now.requests), seconds: short(now.simulated_s) }),
        ...now.limits,
      ].join(' '),
    ),
    ...pictures.flatMap(([title, svg]) => [h('h2', {}, title), drawn(svg)]),
    h('p', {}, now.tail.words),
    ...(sweep ? [h('p', {}, sweep)] : []),
    ...theoryOf(theory),
    h('h2', {}, t('What it costs')),
    bill(now.money),
    h('h2', {}, t('To run it again')),
    h(
      'p',
      {},
      t('Seed {seed}, engine version {version}, {address}. The same system, seed and version give the same numbers on every machine.', {
        seed: now.seed,
        version: now.version,
        address,
      }),
    ),
  );
  return `<!doctype html>\n${file.documentElement.outerHTML}`;
}

/** The speed of a recording says nothing where none is played. */
const shown = (controls, now) =>
  controls.filter((spec) => spec.path !== 'traffic.recording_speed' || now.values['traffic.recording']);

const moved = (spec, now) =>
  (now.values[spec.path] ?? null) === (spec.value ?? null) ? '' : ` ${t('(at first {value})', { value: withUnit(spec, spec.value ?? null) })}`;

function numbers(now, before) {
  const head = [t('Number'), t('value'), t('95 % interval'), ...(before ? [t('run before')] : [])];
  const row = (name) => {
    const [value, low, high] = now.numbers[name];
    const between = low === null ? ABSENT : `${METRICS[name].show(Math.max(0, low))} – ${METRICS[name].show(high)}`;
    return [
      METRICS[name].label,
      withMetric(name, value),
      between,
      ...(before ? [withMetric(name, before.numbers[name]?.[0] ?? null)] : []),
    ];
  };
  return table('', head, rowsOf(now.numbers).map(row));
}

function theoryOf(theory) {
  const rows = (theory ?? []).filter((row) => METRICS[row.metric]);
  if (!rows.length) return [];
  const told = rows.filter((row) => row.verdict !== 'none');
  const words = { inside: t('inside the interval'), near: t('near'), apart: t('apart'), simpler: t('of a simpler system') };
  const reasons = [...new Set(rows.filter((row) => row.verdict === 'none').map((row) => row.words))];
  return [
    h('h2', {}, t('Theory')),
    told.length
      ? table(
          '',
          ['', t('theory'), t('measured'), t('verdict'), t('formula')],
          told.map((row) => [
            METRICS[row.metric].label,
            withMetric(row.metric, row.theory),
            withMetric(row.metric, row.measured[0]),
            words[row.verdict],
            row.formula,
          ]),
        )
      : '',
    ...reasons.map((reason) => h('p', { class: 'quiet' }, t('No formula for some of the rest: {reason}', { reason }))),
  ];
}

function bill(money) {
  const rows = money.lines.map((line) => [
    line.item,
    `${line.amount < 100 ? short(line.amount) : whole(line.amount)} ${line.unit}`,
    `$ ${dollars(line.month)}`,
  ]);
  rows.push([t('All, per month'), '', `$ ${dollars(money.month)}`], [t('Per hour'), '', `$ ${dollars(money.hour)}`]);
  if (money.million !== null) rows.push([t('Per million good requests'), '', `$ ${dollars(money.million)}`]);
  return h(
    'div',
    {},
    table('', [t('Item'), t('amount'), t('cost')], rows),
    h('p', { class: 'quiet' }, `${t('List prices last read on {date}.', { date: money.list_date })} ${money.assumed}`),
  );
}

const drawn = (svg) => document.adoptNode(new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement);
