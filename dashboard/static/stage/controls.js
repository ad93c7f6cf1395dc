// The controls: native range inputs with number boxes, segments and switches, made from the page's description. They speak while they
// are dragged. Knows nothing of what a control does.
import { attribute, h, text } from './dom.js';
import { number, outside, parse, withUnit } from './format.js';
import { t } from './translate.js';

const NONE = t('none');
let serial = 0;

export class Controls {
  constructor(specs, onMove) {
    this.onMove = onMove;
    this.items = new Map();
    for (const spec of specs)
      this.items.set(
        spec.path,
        make(spec, (value) => onMove(spec, value)),
      );
    const first = specs.filter((spec) => !spec.more),
      more = specs.filter((spec) => spec.more);
    this.specs = specs;
    this.first = h('div', { class: 'contents' }, groups(first, this.items));
    this.rest = h('div', { class: 'contents' }, groups(more, this.items));
    this.summary = h('summary', {}, t('More'));
    this.more = h('details', { class: 'more' }, this.summary, this.rest);
  }

  /** A step of a lesson has these controls in sight, in this order; the others are folded away, and locked ones are not there. */
  arrange(paths, locks = []) {
    const first = paths.map((path) => this.specs.find((spec) => spec.path === path)).filter(Boolean);
    this.first.replaceChildren(...groups(first, this.items));
    this.rest.replaceChildren(...groups(this.specs.filter((spec) => !first.includes(spec) && !locks.includes(spec.path)), this.items));
    text(this.summary, t('More controls'));
  }

  show(values) {
    for (const [path, item] of this.items) if (path in values) item.show(values[path]);
  }
}

/** One labelled group for each name, in the order in which the names first appear. */
function groups(specs, items) {
  const sections = [...new Map(specs.map((spec) => [spec.section, spec.group]))];
  return sections.map(([section, name]) =>
    h(
      'div',
      { class: 'group', role: 'group', 'aria-label': name, 'data-group': section },
      h('h3', {}, name),
      specs.filter((spec) => spec.section === section).map((spec) => items.get(spec.path).root),
    ),
  );
}

function make(spec, move) {
  if (spec.kind === 'choice') return choice(spec, move);
  if (spec.kind === 'switch') return toggle(spec, move);
  if (spec.kind === 'set') return several(spec, move);
  if (spec.kind === 'class') return crowd(spec);
  return slider(spec, move);
}

/** What a class does together: it is chosen by its members, so here it is only told. */
function crowd(spec) {
  const words = h('output', { class: 'crowd' });
  return {
    root: h('div', { class: 'control', 'data-path': spec.path }, h('span', { class: 'name' }, spec.label), ' ', words),
    show: (value) => text(words, withUnit(spec, value ?? [])),
  };
}

/** The values that a slider stops at: even steps, or round numbers when the scale is logarithmic. */
export function stops(spec) {
  const { low, high, step, scale, whole } = spec;
  const out = [];
  if (scale === 'log') {
    const least = low > 0 ? low : high / 1e4; // nought has no logarithm: it stands before the first stop
    for (let decade = 10 ** Math.floor(Math.log10(least)); decade <= high; decade *= 10) {
      for (let n = 10; n < 100; n += n < 30 ? 1 : n < 60 ? 2 : 5) {
        const value = Number(((n / 10) * decade).toPrecision(6));
        if (value >= least && value <= high && (!whole || Number.isInteger(value))) out.push(value);
      }
    }
    if (out.at(-1) < high) out.push(high);
    if (out[0] > low) out.unshift(low);
  } else {
    const count = Math.round((high - low) / step);
    for (let i = 0; i <= count; i++) out.push(Number((low + i * step).toFixed(6)));
    if (out.at(-1) < high) out.push(high);
  }
  return out;
}

function nearest(list, value) {
  let best = 0;
  list.forEach((one, i) => {
    if (Math.abs(one - value) < Math.abs(list[best] - value)) best = i;
  });
  return best;
}

function slider(spec, move) {
  const id = `control-${++serial}`;
  const list = stops(spec);
  let last = spec.value ?? list[Math.floor(list.length * 0.4)];
  const range = h('input', {
    type: 'range',
    id,
    min: 0,
    max: list.length - 1,
    step: 1,
    'data-path': spec.path,
    'aria-describedby': `${id}-help`,
  });
  const box = h('input', {
    type: 'text',
    inputmode: 'decimal',
    class: 'box',
    'aria-label': `${spec.label}, ${spec.unit ? t(spec.unit) : t('number')}`,
    autocomplete: 'off',
    spellcheck: 'false',
    size: 6,
  });
  const unit = h('span', { class: 'unit' }, spec.unit === 'requests/s' ? '/s' : spec.unit);
  const none = spec.optional
    ? h('input', { type: 'checkbox', class: 'switch', role: 'switch', 'aria-label': t('{label}: set', { label: spec.label }) })
    : null;
  const hint = h('p', { class: 'hint wrong', role: 'status', hidden: true });
  const root = h(
    'div',
    { class: 'control slider', title: spec.help },
    h('label', { for: id }, spec.label),
    h('span', { class: 'value' }, box, unit, none),
    range,
    h('span', { class: 'sr', id: `${id}-help` }, spec.help),
    hint,
  );
  const correct = (wrong) => {
    text(hint, wrong ? t('Give a number from {low} to {most}.', { low: withUnit(spec, spec.low), most: withUnit(spec, spec.most) }) : '');
    hint.hidden = !wrong;
    attribute(box, 'aria-invalid', wrong);
  };
  const show = (value) => {
    const set = value !== null;
    if (set) last = value;
    if (document.activeElement !== box) box.value = set ? number(spec, value) : NONE;
    const at = nearest(list, last);
    if (Number(range.value) !== at) range.value = at;
    range.style.setProperty('--share', `${(100 * at) / Math.max(1, list.length - 1)}%`);
    attribute(range, 'aria-valuetext', withUnit(spec, value));
    range.disabled = !set;
    if (none) none.checked = set;
    unit.hidden = !set;
  };
  range.oninput = () => {
    const value = list[Number(range.value)];
    correct(false);
    show(value);
    move(value);
  };
  const commit = () => {
    const value = parse(spec, box.value);
    if (box.value !== number(spec, last)) correct(outside(spec, box.value));
    if (value === undefined) {
      box.value = range.disabled ? 'none' : number(spec, last);
      return;
    }
    if (value !== last || range.disabled) {
      show(value);
      move(value);
    }
    box.value = number(spec, value);
  };
  box.onkeydown = (event) => {
    if (event.key === 'Enter') commit();
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      const at = Math.min(list.length - 1, Math.max(0, nearest(list, last) + (event.key === 'ArrowUp' ? 1 : -1)));
      show(list[at]);
      box.value = number(spec, list[at]);
      move(list[at]);
    }
  };
  box.onblur = () => {
    if (box.value !== NONE) commit();
  };
  box.onfocus = () => box.select();
  if (none)
    none.onchange = () => {
      const value = none.checked ? last : null;
      show(value);
      move(value);
    };
  show(spec.value);
  return { root, show };
}

function choice(spec, move) {
  const name = `choice-${++serial}`;
  const inputs = spec.choices.map(([value, label], i) => {
    const input = h('input', { type: 'radio', name, value, id: `${name}-${i}`, 'data-path': spec.path });
    input.onchange = () => move(value);
    return { value, input, cell: h('span', { class: 'cell' }, input, h('label', { for: `${name}-${i}` }, label)) };
  });
  const count = inputs.length <= spec.shown_first + 1 ? inputs.length : spec.shown_first;
  const first = inputs.slice(0, count),
    rest = inputs.slice(count);
  const others = h(
    'div',
    { class: 'segments rest', hidden: true },
    rest.map((one) => one.cell),
  );
  const open = h('button', { type: 'button', class: 'link', 'aria-expanded': 'false' }, t('and {number} more ↓', { number: rest.length }));
  const unfold = (on) => {
    others.hidden = !on;
    attribute(open, 'aria-expanded', on);
    text(open, on ? t('fewer ↑') : t('and {number} more ↓', { number: rest.length }));
  };
  open.onclick = () => unfold(others.hidden);
  const root = h(
    'div',
    { class: 'control choice', role: 'radiogroup', 'aria-label': spec.label, title: spec.help },
    spec.path === 'balancer.algorithm' ? null : h('span', { class: 'what' }, spec.label),
    h(
      'div',
      { class: `segments${first.length % 3 ? ' two' : ''}` },
      first.map((one) => one.cell),
    ),
    rest.length ? [others, open] : null,
  );
  const show = (value) => {
    for (const one of inputs) one.input.checked = one.value === value;
    if (rest.some((one) => one.value === value)) unfold(true);
  };
  show(spec.value);
  return { root, show };
}

/** Some of the choices, at least one: a box each. */
function several(spec, move) {
  const inputs = spec.choices.map(([value, label]) => {
    const id = `set-${++serial}`;
    const input = h('input', { type: 'checkbox', id, value, 'data-path': spec.path });
    input.onchange = () => {
      const chosen = inputs.filter((one) => one.input.checked).map((one) => one.value);
      if (chosen.length) move(chosen);
      else input.checked = true;
    };
    return { value, input, cell: h('span', { class: 'chip' }, input, h('label', { for: id }, label)) };
  });
  const root = h(
    'div',
    { class: 'control set', role: 'group', 'aria-label': spec.label, title: spec.help },
    h('span', { class: 'what' }, spec.label),
    h(
      'div',
      { class: 'chips' },
      inputs.map((one) => one.cell),
    ),
  );
  const show = (list) => {
    for (const one of inputs) one.input.checked = list.includes(one.value);
  };
  show(spec.value);
  return { root, show };
}

function toggle(spec, move) {
  const id = `switch-${++serial}`;
  const input = h('input', { type: 'checkbox', role: 'switch', class: 'switch', id, 'data-path': spec.path });
  input.onchange = () => move(input.checked);
  const root = h('div', { class: 'control toggle', title: spec.help }, h('label', { for: id }, spec.label), input);
  const show = (value) => {
    input.checked = value;
  };
  show(spec.value);
  return { root, show };
}
