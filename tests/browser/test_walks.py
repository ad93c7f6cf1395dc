"""Random walks through all pages as a person could make them: nothing fails, no chart goes blank, every number is one."""

import random
from pathlib import Path

import pytest

from dashboard.journey import CONCEPTS
from tests.browser.test_pages import go

MOVE = Path(__file__).with_name("walker.js").read_text(encoding="utf-8").split("\n", 1)[1]
MOVES_A_VISIT, MOVES_IN_FULL = 10, 20
"""Of which there are nine a walk: 90 moves; the three walks of the full run make 540."""
TYPED = ["0", "-1", "1", "0.05", "7.5", "64", "250", "3,000", "100000", "1e12", "", "none", "NaN", "1/2", "∞"]
WRONG = """() => {
  const stage = document.querySelector('.stage:not([hidden])');
  if (!stage) return ['there is no stage'];
  const wrong = [];
  const told = [stage.innerText, ...[...stage.querySelectorAll('[aria-label], [aria-valuetext]')].flatMap(
    (e) => [e.getAttribute('aria-label') ?? '', e.getAttribute('aria-valuetext') ?? ''])];
  for (const words of told) if (/\\b(NaN|undefined|Infinity|null)\\b|∞|\\[object/.test(words)) wrong.push(words.slice(0, 200));
  const notice = stage.querySelector('.notice').innerText;
  if (/simulation failed|replayed just now/.test(notice)) wrong.push(notice);
  for (const tile of stage.querySelectorAll('.tile')) {
    const [big, note] = ['.big', '.note'].map((query) => tile.querySelector(query).textContent);
    if (!/\\d/.test(big) && !note) wrong.push(`${tile.dataset.name} is ${big}, and nothing says why`);
  }
  return wrong;
}"""
BLANK = """() => [...document.querySelectorAll('.charts > .chart .plot[data-chart]')].filter((plot) => {
  const box = plot.getBoundingClientRect();
  if (!plot.checkVisibility({ visibilityProperty: true }) || box.bottom < 0 || box.top > innerHeight) return false;
  if (plot.querySelector('.world')) return !/\\d/.test(plot.querySelector('.world').textContent);
  const marks = [...plot.querySelectorAll('.trace path, .trace .point, .trace rect')];
  const drawn = marks.some((e) => e.getAttribute('d') || e.tagName === 'rect');
  return !drawn && !/no errors|nothing to show/.test(plot.textContent);
}).map((plot) => plot.dataset.chart)"""
GOES_ON = """(before) => {
  const button = document.querySelector('.transport .primary');
  if (button.getAttribute('aria-label') === 'Play') button.click();
  return Number(document.querySelector('.stage').dataset.reading) !== before;
}"""


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.full) for seed in (2, 3))])
def test_chance_finds_nothing_that_breaks(visit, seed, request):
    moves = MOVES_IN_FULL if request.config.getoption("--full") else MOVES_A_VISIT
    dice = random.Random(seed)
    titles = [title for _, title in CONCEPTS]
    dice.shuffle(titles)
    page = visit(1440, 1700)
    page.set_default_timeout(90_000)
    moved = []
    for title in titles:
        if page.locator(".stage:not([hidden]) h1").inner_text() != title:
            go(page, title)
        page.evaluate("() => { for (const one of document.querySelectorAll('.side details')) one.open = true; }")
        moved.append(title)
        for _ in range(moves):
            moved.append(page.evaluate(MOVE, [[dice.random() for _ in range(3)], TYPED]))
            page.wait_for_timeout(dice.choice([0, 20, 60, 250]))
            assert page.evaluate(WRONG) == [], moved[-25:]
        reading = page.evaluate("() => Number(document.querySelector('.stage').dataset.reading)")
        page.get_by_label("Speed", exact=True).select_option("1")
        try:
            page.wait_for_function(GOES_ON, arg=reading, polling=200)
            page.wait_for_function(f"() => !({BLANK})().length", timeout=20_000)
        except Exception as problem:
            raise AssertionError(f"blank: {page.evaluate(BLANK)}, after {moved[-25:]}") from problem
        assert page.evaluate(WRONG) == [], moved[-25:]
    assert sum(one not in titles for one in moved) == moves * len(titles)
