// Look inside: the proof that both engines agree, theory beside a run, and the code of a tier.
import { attribute, h } from '../stage/dom.js';
import { t } from '../stage/translate.js';
import { head } from './parts.js';
import { proof, table } from './results.js';
import { yours } from './yours.js';

const PATIENCE_MS = 400;
const MOST_SEED = 2147483647;

export function draw(root, data, send) {
  const own = yours(data.remembering);
  const names = new Map([...own.map((one) => [one.text, nameOf(one, data)]), ...data.systems]);
  const asked = { tier: data.tier, system: data.systems[0][0], seed: 1 };
  const listing = h('pre', { class: 'code', tabindex: 0, translate: 'no', lang: 'en' });
  const place = () => h('div', { class: 'told', 'aria-live': 'polite' });
  const told = { prove: place(), theory: place() };
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
  const chosen = h('div', { class: 'chosen', 'aria-live': 'polite' });
  const picker = (id, choices) => h('select', { class: 'box', id }, choices.map(([name, title]) => h('option', { value: name }, title))); // prettier-ignore
  const system = picker('system', [...names]);
  const tiers = picker('tier', data.tiers);
  /** One of the learner's own brings its seed, and the part of the code that its page is about. */
  const choose = (name) => {
    const mine = own.find((one) => one.text === name);
    asked.system = name;
    if (Number.isInteger(mine?.seed)) seed.value = asked.seed = mine.seed;
    if (mine) tiers.value = asked.tier = data.remembering.pages[mine.page][1];
    ask();
  };
  system.onchange = () => choose(system.value);
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
      h('div', { class: 'pick' }, h('label', { for: 'system' }, t('System')), system, h('label', { for: 'seed' }, t('Seed')), seed, chosen),
      part(t('Prove it'), t('Both engines simulate the same 300 requests; every column of every row is compared.'), t('Run both engines'), () => run('prove', t('Both engines are running …')), told.prove),
      part(t('Theory beside measurement'), t('What the formulas say of this system, and what a long run of it measured.'), t('Hold theory against a run'), () => run('theory', t('A long run is being measured …')), told.theory),
    ),
    h('section', { 'aria-labelledby': 'code' }, h('div', { class: 'bar' }, h('h2', { id: 'code' }, t('The code, in SimPy')), h('label', { for: 'tier', class: 'sr' }, t('Part of the system')), tiers), h('div', { class: 'card listing' }, listing)),
  ); // prettier-ignore
  /** What the chosen system has differently from its page's own; or why it is not the one that was asked for. */
  const tell = ({ asked: name, differs, reasons }) => {
    if (name !== asked.system) return;
    const parts = [];
    if (reasons.length) {
      const words = t('{system} cannot be read, so the default system is chosen.', { system: names.get(name) });
      parts.push(h('p', { class: 'notice', role: 'alert' }, [words, ...reasons].join(' ')));
      [asked.system] = data.systems[0];
      system.value = asked.system;
    } else if (own.some((one) => one.text === name)) {
      const words = differs.length ? t('As you left it. It differs from the page’s own in:') : t('As you left it: it is the page’s own.');
      parts.push(h('p', { class: 'quiet' }, words, ...differs.map((pair) => [' ', h('code', { translate: 'no' }, pair)])));
    }
    chosen.replaceChildren(...parts);
  }; // prettier-ignore
  const update = (next) => {
    for (const kind of Object.keys(told)) {
      if (!next[kind]) continue;
      clearTimeout(waits[kind]);
      waits[kind] = null;
      told[kind].replaceChildren(...draws[kind](next[kind], names.get(next[kind].system) ?? ''));
    }
    tell(next.chosen);
    if (listing.dataset.tier === next.tier || next.tier !== asked.tier) return;
    attribute(listing, 'data-tier', next.tier);
    listing.replaceChildren(...next.lines.map(line));
    listing.scrollTop = 0;
  };
  if (own.length) choose(own[0].text);
  update(data);
  return update;
}

/** What one of the learner's own systems is called. */
function nameOf({ page, situation }, { remembering, systems }) {
  const [title] = remembering.pages[page];
  const named = systems.find(([name]) => name === situation);
  return named ? t('Your system on {title}, {situation}', { title, situation: named[1] }) : t('Your system on {title}', { title });
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
