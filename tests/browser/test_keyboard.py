"""The keyboard alone does everything: where the focus is can be seen, it goes in a sensible order, and nothing holds it."""

import re

import pytest

KEPT = "() => JSON.parse(sessionStorage.getItem('stage:load-balancing'))"
SEEN = """() => {
  const e = document.activeElement;
  const shows = (one) => {
    const { outlineStyle, outlineWidth } = one ? getComputedStyle(one) : {};
    return outlineStyle !== undefined && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  };
  // A radio's or a box's label shows it in its place; a slider shows it at its thumb, which a test of its own looks at.
  if (e === document.body || e.type === 'range' || !e.closest('.stage, .leaf')) return true;
  return shows(e) || shows(e.nextElementSibling) || getComputedStyle(e.nextElementSibling ?? e).boxShadow !== 'none';
}"""
WHERE = """() => {
  const e = document.activeElement;
  const parts = ['skip', 'transport', 'scene', 'charts', 'experiment', 'sheet', 'side'];
  return [parts.find((name) => e.closest(`.${name}`)) ?? (e.closest('[data-testid=stSidebar]') ? 'journey' : 'else'),
    e.getAttribute('aria-label') || e.textContent || e.id];
}"""


def tab_to(page, selector: str, back: bool = False, most: int = 160):
    """Press Tab until this has the focus, which is seen wherever it goes."""
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        assert page.evaluate(SEEN), page.evaluate(WHERE)
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was not reached")


def press(page, *keys: str):
    for key in keys:
        page.keyboard.press(key)


@pytest.fixture
def page(visit):
    return visit(path="load-balancing")


def test_the_focus_goes_once_round_the_page_in_its_order_and_is_never_held(page):
    page.locator(".side summary").evaluate("(e) => { e.parentElement.open = true; }")
    places, stops = [], 0
    for _ in range(140):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN), page.evaluate(WHERE)
        place, _words = page.evaluate(WHERE)
        stops += place == "side"
        if not places or places[-1] != place:
            places.append(place)
        if places.count("journey") > 1 or (places[-1] == "else" and stops):
            break
    ours = [place for place in places if place not in ("else", "journey")]
    assert ours == ["skip", "transport", "scene", "charts", "experiment", "side"]
    # A group of radios is one stop; every slider has its number box.
    reachable = """() => [...document.querySelectorAll('.side :is(input, select, button, summary)')]
      .filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0 && (e.type !== 'radio' || e.checked)).length"""
    assert stops == page.evaluate(reachable)


def test_a_slider_shows_its_focus(page):
    press(page, " ")
    slider = page.locator('[data-path="servers.count"]')
    slider.scroll_into_view_if_needed()
    before = slider.screenshot()
    tab_to(page, '[data-path="servers.count"]')
    assert slider.screenshot() != before


def test_controls_are_moved_typed_and_chosen_and_taken_back(page):
    tab_to(page, ".skip")
    press(page, "Enter")
    assert page.evaluate(WHERE)[0] == "side"
    tab_to(page, '[data-path="servers.count"]')
    press(page, "ArrowRight", "ArrowRight")
    page.wait_for_function("() => document.querySelectorAll('.node.servers').length === 6")
    tab_to(page, '[aria-label="Servers, number"]', back=True)
    page.keyboard.type("3")
    press(page, "Enter")
    page.wait_for_function("() => document.querySelectorAll('.node.servers').length === 3")
    tab_to(page, '[data-path="balancer.algorithm"]:checked', back=True)
    press(page, "ArrowRight")
    page.wait_for_function("() => document.querySelector('[data-id=balancer] .state').textContent !== 'round robin'")
    press(page, "Control+z")
    page.wait_for_function("() => document.querySelector('[data-id=balancer] .state').textContent === 'round robin'")
    press(page, "Control+Shift+Z")
    page.wait_for_function("() => document.querySelector('[data-id=balancer] .state').textContent !== 'round robin'")


def test_something_is_broken_and_mended(page):
    tab_to(page, ".node.servers[data-id=s0]")
    press(page, "Enter")
    assert page.locator(".popover").is_visible()
    press(page, "Escape")
    assert not page.locator(".popover").is_visible()
    tab_to(page, ".side select")
    press(page, "Home", "Tab", " ")
    page.wait_for_function("() => document.querySelector('[data-id=s0]').dataset.look === 'down'")
    assert page.evaluate("() => document.activeElement.dataset.mends") == "true"
    press(page, "Enter")
    page.wait_for_function("() => document.querySelector('[data-id=s0]').dataset.look !== 'down'")


def test_time_is_paused_stepped_and_rewound_and_a_design_pinned_and_shared(page):
    page.wait_for_function("() => document.querySelector('.transport .time').textContent > '00:00'")
    tab_to(page, ".transport .primary")
    press(page, "Enter")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    tab_to(page, ".timeline input")
    press(page, "Home")
    page.wait_for_function("() => document.querySelector('.transport .time').textContent === '00:00'")
    press(page, "End")
    page.wait_for_function("() => document.querySelector('.transport .time').textContent > '00:00'")
    before = page.locator(".timeline input").get_attribute("aria-valuetext")
    tab_to(page, '[data-part="step"]')
    press(page, *[" "] * 12)
    page.wait_for_function("(before) => document.querySelector('.timeline input').ariaValueText !== before", arg=before)
    tab_to(page, ".transport > [aria-pressed]")
    press(page, "Enter")
    page.locator(".twin").wait_for()
    tab_to(page, ".sharing > button")
    press(page, "Enter")
    page.wait_for_function("() => document.querySelector('.share .line input').value.startsWith('http')")
    tab_to(page, ".share .line button")
    press(page, "Escape")
    assert not page.locator(".share").is_visible()
    assert page.evaluate("() => document.activeElement.matches('.sharing > button')")


def test_an_experiment_is_run_and_a_request_opened(page):
    tab_to(page, ".experiment h2 button")
    press(page, "Enter")
    page.wait_for_selector(".inspect:not([hidden]) .plot.bars .drawing")
    tab_to(page, ".plot.bars")
    press(page, "Home")
    first = page.locator(".microscope").get_attribute("data-request")
    press(page, *["ArrowRight"] * 5)
    assert page.locator(".microscope").get_attribute("data-request") != first
    tab_to(page, "[role=tab][aria-selected=true]")
    press(page, "ArrowRight", "ArrowRight")
    assert re.search(r"\$", page.locator(".pane:not([hidden])").inner_text())


def test_the_sheet_of_a_phone_opens_and_closes(visit):
    page = visit(390, 844, path="load-balancing")
    tab_to(page, ".sheet")
    press(page, "Enter", "Tab")
    assert page.evaluate(WHERE)[0] == "side"
    press(page, "Escape")
    assert page.evaluate("() => document.activeElement.matches('.sheet[aria-expanded=false]')")
    tab_to(page, ".skip", back=True)
    press(page, "Enter")
    assert page.evaluate(WHERE)[0] == "side"


def test_a_table_opens_and_closes(page):
    tab_to(page, ".charts .quiet")
    press(page, "Enter", "Tab")
    page.wait_for_function("() => document.activeElement.matches('.data') && document.activeElement.querySelector('td')")
    press(page, "Escape")
    assert page.evaluate("() => document.activeElement.matches('.charts .quiet')")
