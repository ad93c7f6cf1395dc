"""Before a prediction is locked nothing can be reached that could give its outcome away; afterwards everything can."""

import pytest

from tests.browser.lessons.walker import press

TABS = 90
PLACES = """() => {
  const e = document.activeElement;
  const veiled = ['.panel', '.everything', '.timeline', '.experiment', '[data-part=step]', '[data-part=undo]', '[data-part=redo]',
    '.transport select', '.transport > [aria-pressed]', '.sharing', '.inside'];
  return veiled.filter((one) => e.closest(`.stage ${one}`));
}"""
CHANGES = "() => JSON.parse(sessionStorage.getItem('stage:load-balancing.lesson.every_kind'))?.changes ?? []"


def reached(page) -> set[str]:
    """What of the veiled the focus comes to in a round through the page."""
    page.evaluate("() => document.activeElement.blur()")
    found: set[str] = set()
    for _ in range(TABS):
        press(page, "Tab")
        found |= set(page.evaluate(PLACES))
    return found


@pytest.fixture
def learner(learn):
    return learn(step="guess")


def test_the_keyboard_reaches_nothing_behind_the_veil_and_all_of_it_afterwards(learner):
    page = learner.page
    assert reached(page) == set()
    assert "Lock your prediction first" in page.locator(".side .veil").inner_text()
    learner.choose(2, sure=1)
    learner.answer()
    assert not page.locator(".side .veil").is_visible()
    assert {".panel", ".everything", ".timeline", ".transport select"} <= reached(page)


def test_neither_mouse_nor_keys_of_the_page_nor_a_script_move_anything(learner):
    page = learner.page
    page.locator('[data-path="balancer.algorithm"][value="least_connections"]').click(force=True, no_wait_after=True)
    page.evaluate("""() => {
      const range = document.querySelector('.side input[type=range]');
      range.value = 0;
      range.dispatchEvent(new Event('input', { bubbles: true }));
    }""")
    page.locator("[data-id=balancer]").click()
    press(page, "Escape", "Control+z", "Control+Shift+Z", ".")
    page.wait_for_timeout(1_500)
    assert page.evaluate(CHANGES) == []
    assert page.locator('[data-path="balancer.algorithm"]:checked').get_attribute("value") == "round_robin"
    assert page.locator(".chart:visible").count() == 1
    assert not page.locator(".experiment").is_visible()


def test_what_was_unfolded_is_folded_while_a_prediction_is_open(learn):
    learner = learn(step="hook")
    page = learner.page
    page.locator(".everything").click()
    assert page.locator(".tile:visible").count() == 6
    assert page.locator(".experiment").is_visible()
    learner.open()
    assert page.locator(".tile:visible").count() == 6, "it is remembered over a refresh"
    learner.go_on()
    learner.go_on()
    assert page.locator(".lesson .step").get_attribute("data-step") == "guess"
    assert page.locator(".tile:visible").count() <= 3
    assert page.locator(".everything").is_disabled()
    learner.choose(0, sure=0)
    learner.answer()
    assert page.locator(".tile:visible").count() == 6


def test_a_step_shows_its_numbers_and_its_chart_and_its_controls(learn):
    page = learn(step="run_it").page
    shown = "() => [...document.querySelectorAll('.tile')].filter((e) => e.checkVisibility()).map((e) => e.dataset.name)"
    assert page.evaluate(shown) == ["latency_p95_ms", "errors"]
    assert page.locator(".chart:visible .plot").evaluate_all("(list) => list.map((e) => e.dataset.chart)") == ["load"]
    controls = """() => [...new Set([...document.querySelectorAll('.side [data-path]')]
      .filter((e) => e.checkVisibility()).map((e) => e.dataset.path))]"""
    assert page.evaluate(controls) == ["balancer.algorithm", "servers.count", "servers.weights.2"]
    page.locator(".side summary", has_text="More controls").click()
    assert "traffic.rate" in page.evaluate(controls)
    assert page.locator(".side .fault").first.is_visible()
