"""Every page for everybody: axe finds nothing serious, nothing is too wide or too small for a finger, motion can be spared."""

import re

import pytest

from dashboard.around import AROUND
from dashboard.journey import CONCEPTS
from tests.browser.reach import findings, too_small, too_wide

LOOKS = {
    "light": {"width": 1440, "height": 900},
    "dark": {"width": 1440, "height": 900, "color_scheme": "dark"},
    "320": {"width": 320, "height": 640, "has_touch": True},
}
LEAF = ".leaf[data-shown]"
OPEN_ALL = """() => {
  for (const one of document.querySelectorAll('details')) one.open = true;
  for (const one of document.querySelectorAll('.choice .link[aria-expanded=false]')) one.click();
}"""
TABS = ("Theory", "Money", "Sweep", "Export")


def fine(page, where: str, phone: bool, within: str = "html") -> list[str]:
    """What is wrong with the page, or a part of it, as it stands."""
    wrong = findings(page, within)
    if phone:
        wrong += too_wide(page) + too_small(page)
    return [f"{where}: {one}" for one in wrong]


def test_what_is_measured_can_fail(visit):
    page = visit(320, 640, path="settings", ready=LEAF)
    assert findings(page) == too_wide(page) == too_small(page) == []
    page.evaluate("""() => document.querySelector('.leaf').append(Object.assign(document.createElement('div'), {
      innerHTML: '<button style="width: 500px; height: 20px; color: #999; background: #aaa"></button>' }))""")
    assert "button-name" in findings(page)[0]
    assert too_wide(page)
    assert too_small(page)


def each(names: list[str]) -> pytest.MarkDecorator:
    """Every page in every look; each in one of them where time is short."""
    return pytest.mark.parametrize(
        ("name", "look"),
        [
            pytest.param(name, look, id=f"{name}-{look}", marks=() if place % len(LOOKS) == turn else pytest.mark.full)
            for place, name in enumerate(names)
            for turn, look in enumerate(LOOKS)
        ],
    )


@each(list(AROUND))
def test_a_page_around_the_journey_is_for_everybody(visit, name, look):
    path = "" if name == "home" else name.replace("_", "-")
    page = visit(path=path, ready=LEAF, **LOOKS[look])
    page.evaluate(OPEN_ALL)
    wrong = fine(page, name, look == "320")
    if name == "look_inside":
        page.get_by_role("button", name="Run both engines").click()
        page.wait_for_selector(".verdict")
        page.evaluate(OPEN_ALL)
        wrong += fine(page, "proof", look == "320")
    assert wrong == []


@each([name for name, _ in CONCEPTS])
def test_a_concept_page_is_for_everybody_with_everything_open(visit, name, look):
    page = visit(path=name.replace("_", "-"), **LOOKS[look])
    phone = look == "320"
    page.get_by_role("button", name="Run it", exact=True).click()
    page.evaluate(OPEN_ALL)
    page.get_by_role("button", name="Pin design", exact=True).click()
    page.get_by_role("button", name="Share", exact=True).click()
    page.wait_for_function("() => document.querySelector('.share .line input').value.startsWith('http')")
    wrong = fine(page, "share", phone, ".share")
    page.keyboard.press("Escape")
    if phone:
        page.locator(".sheet").click()
        wrong += fine(page, "controls", phone, ".side")
    page.locator(".side .fault").first.click()
    if phone:
        page.locator(".sheet").click()
    page.locator(".node").first.click()
    page.locator(".chart .quiet").first.click()
    page.wait_for_selector(".inspect:not([hidden]) .plot.bars .drawing")
    wrong += fine(page, "run", phone)
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        page.wait_for_function("() => !/One moment/.test(document.querySelector('.pane:not([hidden])').textContent)")
        page.evaluate(OPEN_ALL)
        wrong += fine(page, tab, phone, ".tabbed")
    assert wrong == []


@pytest.mark.parametrize("name", [name for name, _ in CONCEPTS])
def test_every_picture_has_words_and_a_table_with_the_values_of_the_moment(visit, name):
    page = visit(390, 844, path=name.replace("_", "-"), has_touch=True)
    assert too_wide(page) == []
    assert re.search(r"\d", page.locator(".scene > p.sr").inner_text())
    assert page.locator(".scene canvas").get_attribute("aria-hidden") == "true"
    for picture in page.locator(".scene, .charts > .chart:has(.plot):visible").all():
        picture.scroll_into_view_if_needed()
        picture.locator(".quiet").first.click()
        page.wait_for_function("(e) => e.querySelector('.data table th')", arg=picture.element_handle())
        rows = picture.locator(".data tbody tr").count()
        if plot := picture.locator(".plot").element_handles():
            words = "(e) => e.getAttribute('aria-label').length > 20 && /now|:/i.test(e.getAttribute('aria-label'))"
            page.wait_for_function(words, arg=plot[0])
        assert rows or re.search("none|no errors", picture.locator(".plot").get_attribute("aria-label") or "")
        picture.locator(".data").press("Escape")
        assert not picture.locator(".data").is_visible()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_without_motion_the_picture_is_a_still_with_counts(visit, motion):
    page = visit(reduced_motion=motion)
    page.wait_for_function("() => /\\d % busy/.test(document.querySelector('.node.servers .state').textContent)")
    still = motion == "reduce"
    if still:  # Nothing moves before somebody wants it to.
        page.get_by_role("button", name="Play", exact=True).click()
    left, right = (page.locator(f"[data-id={name}]").bounding_box() for name in ("client", "balancer"))
    edge = left["x"] + left["width"] + 2
    between = {"x": edge, "y": left["y"], "width": right["x"] - edge - 2, "height": left["height"]}
    seen = set()
    for _ in range(4):
        clock = page.locator(".transport .time").inner_text()
        page.wait_for_function("(before) => document.querySelector('.transport .time').textContent !== before", arg=clock)
        seen.add(page.screenshot(clip=between))
    assert (len(seen) == 1) == still
    eased = "() => getComputedStyle(document.querySelector('.node .fill')).transitionDuration"
    assert (page.evaluate(eased) == "0s") == still
