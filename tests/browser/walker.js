// A random move on a concept page, made through what a person would touch; run in the page by test_walks.py. Says what it did.
([dice, typed]) => {
  const all = (query) => [...document.querySelectorAll(`.stage ${query}`)].filter((e) => e.checkVisibility() && !e.disabled);
  const pick = (list, at) => list[Math.floor(at * list.length) % Math.max(1, list.length)];
  const [which, target, amount] = dice;
  const tell = (element, type, more = {}) => element.dispatchEvent(new Event(type, { bubbles: true, ...more }));
  const name = (e) => e.dataset.path ?? e.dataset.fault ?? e.dataset.part ?? e.getAttribute('aria-label') ?? e.textContent;
  const range = (query) => {
    const e = pick(all(query), target);
    if (!e) return 'nothing to move';
    const ends = amount < 0.15 ? Number(e.min) : amount > 0.85 ? Number(e.max) : null;
    e.value = ends ?? Number(e.min) + amount * (Number(e.max) - Number(e.min));
    tell(e, 'input');
    tell(e, 'change');
    return `${name(e)} to ${e.getAttribute('aria-valuetext')}`;
  };
  const click = (query) => {
    const e = pick(all(query), target);
    if (!e) return 'nothing to press';
    const words = name(e);
    e.click();
    return `press ${words}`;
  };
  const choose = (query) => {
    const e = pick(all(query), target);
    if (!e) return 'nothing to choose';
    e.value = pick([...e.options], amount).value;
    tell(e, 'change');
    return `${name(e)}: ${e.value}`;
  };
  const type = () => {
    const e = pick(all('.side .box'), target);
    e.focus();
    e.value = pick(typed, amount);
    const words = `type ${e.value} into ${name(e)}`;
    e.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    e.blur();
    return words;
  };
  const moves = [
    [22, () => range('.side input[type=range]')],
    [20, type],
    [16, () => click('.side :is(input[type=radio]:not([name=traffic-source]), input[type=checkbox])')],
    [14, () => click('.side .fault, .side .broken .link')],
    [4, () => choose('.side select.which')],
    [8, () => click('.transport [data-part=undo], .transport [data-part=redo]')],
    [4, () => choose('.transport select')],
    [4, () => range('.timeline input')],
    [3, () => click('.transport > [aria-pressed]')],
    [3, () => click('.transport .primary, .transport [data-part=step]')],
    [1, () => click('.transport [data-part=start]')],
    [3, () => click('.node')],
    [2, () => click('.chart .quiet, .scene > .quiet')],
    [2, () => click('.size')],
  ];
  let at = which * moves.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, move] of moves) {
    at -= weight;
    if (at < 0) return move();
  }
  return 'nothing';
}
