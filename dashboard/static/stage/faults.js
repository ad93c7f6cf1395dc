// What a person breaks: one picker for the target, buttons for what can be done to it, and a list of what is broken and can be mended.
// Knows what mends what; what a fault does is the engine's.
import { attribute, h, text } from './dom.js';
import { brokenKey } from './scene.js';
import { mark, t } from './translate.js';
import { capital, nameOf, zoneName } from './words.js';

const SPIKE = { factor: 3, for_s: 20 };
const SLOWED = 0.5;
/** By the offered name: the mark it leaves, its button, the button that mends it, what happened in words, and help. */
const ACTS = {
  crash: { mark: 'down', act: mark('Crash {target}'), mend: mark('Recover {target}'), did: mark('{target} crashes'), mended: mark('{target} recovers'), is: mark('{target} is down') },
  slow: { mark: 'slow', act: mark('Half speed'), mend: mark('Full speed'), did: mark('{target} works at half its speed'), mended: mark('{target} is well again'), is: mark('{target} is slow') },
  fail_fast: {
    mark: 'failing',
    act: mark('Fail fast'),
    mend: mark('Mend {target}'),
    did: mark('{target} fails fast'),
    mended: mark('{target} is mended'),
    is: mark('{target} answers with errors'),
    help: t('The server answers every request at once with an error, and passes its health checks all the same.'),
  },
  cut: {
    mark: 'cut',
    act: mark('Cut replication'),
    mend: mark('Join again'),
    did: mark('{target} is cut off'),
    mended: mark('{target} receives again'),
    is: mark('{target} is cut off'),
    help: t('The replica receives nothing until it is joined again; it goes on answering.'),
  },
  lose: { mark: 'down', act: mark('Lose {target}'), mend: mark('Recover {target}'), did: mark('{target} is lost'), mended: mark('{target} is back, empty'), is: mark('{target} is lost') },
  flush: { act: mark('Empty {target}'), did: mark('{target} is emptied'), help: t('What it holds is gone; it works on.') },
  outage: { mark: 'down', act: mark('Outage of {target}'), mend: mark('Recover {target}'), did: mark('{target} cannot be reached'), mended: mark('{target} can be reached'), is: mark('{target} cannot be reached') },
};

export class Faults {
  constructor(kinds, { onFault }, page) {
    Object.assign(this, { kinds, onFault, page, target: '', targets: [], broken: new Map(), spikes: [], crashing: false, t: 0 });
    this.tiers = [...new Set(kinds.map((kind) => kind.split('.')[0]))].filter((tier) => tier !== 'traffic');
    this.select = h('select', { 'aria-label': t('What to break'), class: 'which' });
    this.select.onchange = () => {
      this.target = this.select.value;
      this.show();
    };
    this.acts = h('div', { class: 'faults' });
    this.list = h('ul', { class: 'broken' });
    this.buttons = new Map();
    this.root = h(
      'div',
      { class: 'group', role: 'group', 'aria-label': t('Break something'), hidden: !kinds.length },
      h('h3', {}, t('Break something'), this.select),
      this.acts,
      this.list,
    );
  }

  /** A click on a box chooses it here too. */
  choose(id) {
    if (!this.targets.some((one) => one.id === id)) return;
    this.target = id;
    this.show();
  }

  /** What is broken by these changes at t; kept by `brokenKey`, each a map of marks to the fault that made it. */
  fold(changes, t) {
    this.broken = new Map();
    this.spikes = [];
    this.crashing = false;
    for (const [at, { inject }] of changes) if (inject) this.take(inject, at);
    this.t = t;
    return this.broken;
  }

  take(fault, at) {
    const key = keyOf(fault);
    const marks = this.broken.get(key) ?? new Map();
    const mark = { crash: 'down', lose_cache_node: 'down', pop_outage: 'down', slow: 'slow', fail_fast: 'failing', cut_replication: 'cut' }[
      fault.kind
    ];
    if (mark) this.broken.set(key, marks.set(mark, fault));
    if (fault.kind === 'recover' || fault.kind === 'pop_recovery') {
      this.broken.delete(key);
      // A zone that recovers brings its nodes back.
      if (fault.tier === 'zone')
        for (const one of this.targets) if (one.zone === fault.index) this.broken.delete(one.key);
    }
    if (fault.kind === 'random_crashes' || fault.kind === 'end_random_crashes') this.crashing = fault.kind === 'random_crashes';
    if (fault.kind === 'traffic_spike') {
      if (fault.factor < 1) this.spikes.pop();
      else this.spikes.push({ from: at, until: at + fault.for_s, factor: fault.factor });
    }
  }

  /** The targets that there are now. */
  update(nodes, stores, facts, changes, t) {
    const own = (one) => this.tiers.includes(one.tier) && !one.merged;
    const targets = [...nodes, ...stores].filter((one) => own(one) && (one.part ?? true) && !(one.tier === 'cache' && one.size > 1));
    this.targets = targets.map((one) => ({
      id: one.id,
      tier: one.tier,
      key: brokenKey(one),
      name: one.tier === 'cdn' ? one.name : nameOf(one, facts, true),
      proper: one.tier === 'cdn',
      primary: one.primary,
      down: !one.up,
      zone: one.tier === 'database' ? (one.group + one.member) % facts.zones : one.tier === 'cdn' ? -1 : one.index % facts.zones,
      fault: addressOf(one),
    }));
    const merged = nodes.find((one) => one.merged && one.tier === 'servers' && this.tiers.includes('servers'));
    if (merged) {
      const count = nodes.filter((one) => one.tier === 'servers').reduce((sum, one) => sum + one.size, 0);
      for (let k = 0; k < Math.min(count, 24); k++)
        this.targets.push({ id: `s${k}`, tier: 'servers', key: `servers:${k}`, name: serverName(k), zone: k % facts.zones, fault: { tier: 'servers', index: k } });
    }
    for (const one of nodes) {
      if (one.tier !== 'database' || !one.merged || one.group < 0 || !this.tiers.includes('database')) continue;
      const shard = one.group ? { shard: one.group } : {};
      const name = firstNodeOf(nameOf(one, facts, true));
      this.targets.push({ id: one.id, tier: 'database', key: `database:${one.group}:0`, name, primary: true, zone: one.group % facts.zones, fault: { tier: 'database', index: 0, ...shard } });
    }
    if (this.tiers.includes('zone'))
      for (let k = 0; k < facts.zones; k++)
        this.targets.push({ id: `z${k}`, tier: 'zone', key: `zone:${k}`, name: capital(zoneName(k)), fault: { tier: 'zone', index: k } });
    this.fold(changes, t);
    const key = JSON.stringify(this.targets.map((one) => [one.id, one.name]));
    if (key !== this.key) {
      this.key = key;
      this.select.replaceChildren(...this.targets.map((one) => h('option', { value: one.id }, lower(one))));
    }
    this.select.hidden = this.targets.length < 2;
    if (!this.targets.some((one) => one.id === this.target)) this.target = this.first();
    this.show();
  }

  /** What is chosen at first: what the page says, else the second server, else whatever there is. */
  first() {
    const wanted = [this.page.target, 's1', 's0'].find((id) => this.targets.some((one) => one.id === id));
    return wanted ?? this.targets[0]?.id ?? '';
  }

  show() {
    if (this.select.value !== this.target) this.select.value = this.target;
    const target = this.targets.find((one) => one.id === this.target);
    const wanted = [];
    if (target)
      for (const kind of this.kinds) {
        const [tier, name] = kind.split('.');
        if (tier === target.tier && ACTS[name] && !(name === 'cut' && target.primary)) wanted.push(this.act(name, target));
      }
    if (this.kinds.includes('servers.random')) wanted.push(this.random());
    if (this.kinds.includes('traffic.spike')) wanted.push(this.spike());
    this.lay(wanted);
    this.tell();
  }

  act(name, target) {
    const spec = ACTS[name];
    const marks = this.broken.get(target.key);
    // A whole zone, or chance, may have brought it down too.
    const on = spec.mark && (marks?.has(spec.mark) || (spec.mark === 'down' && target.down));
    return {
      name: name.replace('_', '-'),
      label: about(on ? spec.mend : spec.act, target),
      mends: on,
      help: spec.help,
      disabled: !on && name !== 'crash' && (marks?.has('down') || target.down),
      go: () => this.inject(on ? mendOf(target) : breakOf(name, target), about(on ? spec.mended : spec.did, target)),
    };
  }

  spike() {
    const now = this.spikes.find((one) => this.t < one.until);
    const left = now ? Math.max(0, now.until - this.t) : 0;
    return {
      name: 'spike',
      label: now ? t('End the spike ({seconds} s)', { seconds: Math.ceil(left) }) : t('Spike × {factor}', SPIKE),
      mends: !!now,
      help: t('{factor} times as many requests for {for_s} s', SPIKE),
      go: () =>
        now
          ? this.inject({ kind: 'traffic_spike', factor: 1 / now.factor, for_s: left }, t('spike over'))
          : this.inject({ kind: 'traffic_spike', ...SPIKE }, t('Spike × {factor}', SPIKE)),
    };
  }

  random() {
    const tier = 'servers';
    const begin = { kind: 'random_crashes', tier, mean_time_to_failure_s: 120, mean_time_to_repair_s: 20 };
    return {
      name: 'random',
      label: this.crashing ? t('End the random crashes') : t('Random crashes'),
      mends: this.crashing,
      help: this.crashing
        ? t('No server crashes by itself any more; those that are down are back within their time.')
        : t('From now on each server crashes after two minutes on average, and is back after twenty seconds.'),
      go: () =>
        this.crashing
          ? this.inject({ kind: 'end_random_crashes', tier }, t('random crashes end'))
          : this.inject(begin, t('servers crash at random')),
    };
  }

  inject(fault, words) {
    this.onFault(fault, words);
  }

  /** The buttons, kept as they are where they only change their words, so that focus stays. */
  lay(wanted) {
    const names = wanted.map((one) => one.name);
    for (const [name, button] of this.buttons)
      if (!names.includes(name)) {
        button.remove();
        this.buttons.delete(name);
      }
    wanted.forEach((one, i) => {
      const button = this.buttons.get(one.name) ?? h('button', { type: 'button', class: 'fault', 'data-fault': one.name });
      this.buttons.set(one.name, button);
      text(button, one.label);
      attribute(button, 'data-mends', !!one.mends);
      attribute(button, 'title', one.help ?? '');
      button.disabled = !!one.disabled;
      button.onclick = one.go;
      if (this.acts.children[i] !== button) this.acts.insertBefore(button, this.acts.children[i] ?? null);
    });
  }

  /** What is broken besides the chosen target, each with a button that mends it. */
  tell() {
    const rows = [];
    for (const one of this.targets) {
      const marks = this.broken.get(one.key);
      if (!marks?.size || one.id === this.target) continue;
      const act = Object.values(ACTS).find((spec) => spec.mark === [...marks.keys()][0] && spec.is);
      rows.push([one, t(act.is, { target: one.name })]);
    }
    const key = JSON.stringify(rows.map(([one, words]) => [one.id, words]));
    if (key === this.told) return;
    this.told = key;
    this.list.replaceChildren(
      ...rows.slice(0, 6).map(([one, words]) =>
        h(
          'li',
          {},
          h('span', {}, words),
          h(
            'button',
            {
              type: 'button',
              class: 'link',
              'aria-label': t('Mend: {words}', { words }),
              onclick: () => this.inject(mendOf(one), about(ACTS.fail_fast.mended, one)),
            },
            t('Mend'),
          ),
        ),
      ),
      rows.length > 6 ? h('li', {}, t('and {number} more', { number: rows.length - 6 })) : '',
    );
  }
}

/** The name in the middle of a sentence: cities keep their capital. */
const lower = ({ name, proper }) => (proper ? name : name.charAt(0).toLowerCase() + name.slice(1));

/** A text that speaks of a target. */
const about = (words, target) => t(words, { target: lower(target) });
const serverName = (k) => t('Server {number}', { number: k + 1 });
const firstNodeOf = (group) => t('{group}, first node', { group });

function addressOf(node) {
  if (node.tier === 'cdn') return { region: node.region };
  if (node.tier === 'database') return { tier: 'database', index: node.member, ...(node.group ? { shard: node.group } : {}) };
  return { tier: node.tier, index: node.index };
}

function breakOf(name, { fault }) {
  if (name === 'lose') return { kind: 'lose_cache_node', index: fault.index };
  if (name === 'flush') return { kind: 'flush_cache', index: fault.index };
  if (name === 'outage') return { kind: 'pop_outage', region: fault.region };
  if (name === 'cut') return { kind: 'cut_replication', ...fault };
  if (name === 'slow') return { kind: 'slow', ...fault, factor: SLOWED };
  return { kind: name, ...fault };
}

const mendOf = ({ fault }) => (fault.region ? { kind: 'pop_recovery', region: fault.region } : { kind: 'recover', ...fault });

/** The same name for a fault as `brokenKey` gives its node. */
function keyOf(fault) {
  if (fault.region) return `cdn:${fault.region}`;
  if (fault.kind === 'lose_cache_node' || fault.tier === 'cache') return `cache:${fault.index}`;
  if (fault.tier === 'database') return `database:${fault.shard ?? 0}:${fault.index}`;
  return `${fault.tier ?? 'servers'}:${fault.index}`;
}
