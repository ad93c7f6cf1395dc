// Look inside: the proof that both engines agree, theory beside a run, and the code of a tier.
import { attribute, h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { head } from './parts.js';
import { proof, table } from './results.js';

const PATIENCE_MS = 400;
const MOST_SEED = 2147483647;

export function draw(root, data, send) {
  const asked = { tier: data.tier, system: data.systems[0][0], seed: 1 };
  const listing = h('pre', { class: 'code', tabindex: 0, translate: 'no', lang: 'en' });
  const told = { prove: h('div', { class: 'told', 'aria-live': 'polite' }), theory: h('div', { class: 'told', 'aria-live': 'polite' }) };
  const draws = { prove: proof, theory: table };
  const waits = {};
  const ask = (work = []) => send({ ...asked, work, at: Date.now() });
  const run = (kind, words) => {
    waits[kind] ??= setTimeout(() => told[kind].replaceChildren(h('p', { class: 'quiet' }, words)), PATIENCE_MS);
    ask([kind]);
  };
  const seed = h('input', { type: 'number', class: 'box', id: 'seed', min: 0, max: MOST_SEED, step: 1, value: 1 });
  seed.onchange = () => {
    asked.seed = Math.min(MOST_SEED, Math.max(0, Math.round(Number(seed.value) || 0)));
    seed.value = asked.seed;
  };
  const system = h('select', { class: 'box', id: 'system' }, data.systems.map(([name, title]) => h('option', { value: name }, title)));
  system.onchange = () => (asked.system = system.value);
  const tiers = h('select', { class: 'box', id: 'tier' }, data.tiers.map(([name, title]) => h('option', { value: name }, title)));
  tiers.value = data.tier;
  tiers.onchange = () => {
    asked.tier = tiers.value;
    ask();
  };
  root.append(
    head(
      t('Look inside'),
      t('What runs is compiled for speed. Beside it stands the same model in readable code. Here you can hold one against the other.'),
      t('engine version {version}', { version: data.version }),
    ),
    h(
      'section',
      { class: 'card prove' },
      h('div', { class: 'pick' }, h('label', { for: 'system' }, t('System')), system, h('label', { for: 'seed' }, t('Seed')), seed),
      part(t('Prove it'), t('Both engines simulate the same 300 requests; every column of every row is compared.'), t('Run both engines'), () => run('prove', t('Both engines are running …')), told.prove),
      part(t('Theory beside measurement'), t('What the formulas say of this system, and what a long run of it measured.'), t('Hold theory against a run'), () => run('theory', t('A long run is being measured …')), told.theory),
    ),
    h('section', { 'aria-labelledby': 'code' }, h('div', { class: 'bar' }, h('h2', { id: 'code' }, t('The code, in SimPy')), h('label', { for: 'tier', class: 'sr' }, t('Part of the system')), tiers), h('div', { class: 'card listing' }, listing)),
  ); // prettier-ignore
  const update = (next) => {
    for (const kind of Object.keys(told)) {
      if (!next[kind]) continue;
      clearTimeout(waits[kind]);
      waits[kind] = null;
      const name = data.systems.find(([one]) => one === next[kind].system)[1];
      told[kind].replaceChildren(...draws[kind](next[kind], name));
    }
    if (listing.dataset.tier === next.tier) return;
    attribute(listing, 'data-tier', next.tier);
    listing.replaceChildren(...next.lines.map(line));
    listing.scrollTop = 0;
  };
  update(data);
  return update;
}

function part(title, words, label, onRun, told) {
  const button = h('button', { type: 'button', class: 'plain', onclick: onRun }, label);
  return h('div', { class: 'part' }, h('div', { class: 'bar' }, h('div', {}, h('h2', {}, title), h('p', { class: 'quiet' }, words)), button), told);
}

function line(pieces, index) {
  const row = h('span', { class: 'row', 'data-line': index + 1 });
  row.append(...pieces.map(([kind, words]) => (kind ? h('span', { class: `is-${kind}` }, words) : words)), '\n');
  return row;
}
