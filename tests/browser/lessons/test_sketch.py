"""A curve is drawn by mouse, by touch and by keys; what was drawn is what is sent; afterwards both curves can be seen and read."""

import pytest

from tests.browser.lessons.walker import draw, press, tab_to

HEIGHTS = "() => [...document.querySelectorAll('.sketch [role=slider]')].map((e) => [Number(e.ariaValueNow), e.dataset.drawn])"
ENDS = """() => {
  // Where the first and the last point of the axes are on the screen, and the ends of the vertical one.
  const dots = [...document.querySelectorAll('.sketch .dot')].map((e) => e.getBoundingClientRect());
  const lines = [...document.querySelectorAll('.sketch .grid')].map((e) => e.getBoundingClientRect().top);
  const middle = (box) => box.left + box.width / 2;
  return [middle(dots[0]), middle(dots.at(-1)), Math.max(...lines), Math.min(...lines)];
}"""


@pytest.fixture
def learner(learn):
    return learn(step="draw")


def ramp(page) -> list[tuple[float, float]]:
    """A way of the pen: from a fifth of the axis at the first point to four fifths at the last, in a straight line."""
    left, right, bottom, top = page.evaluate(ENDS)
    return [(left + part * (right - left), bottom + (0.2 + 0.6 * part) * (top - bottom)) for part in (k / 7 for k in range(8))]


def check_ramp(page) -> None:
    """Its five points lie on the line, at equal distances, within two pixels of the drawing."""
    found = page.evaluate(HEIGHTS)
    most = float(page.locator(".sketch [role=slider]").first.get_attribute("aria-valuemax"))
    assert [drawn for _, drawn in found] == ["true"] * 5
    for place, (height, _) in enumerate(found):
        assert height == pytest.approx(most * (0.2 + 0.6 * place / 4), abs=most * 2.5 / 180)


def test_the_mouse_draws_across(learner):
    page = learner.page
    page.locator(".sketch").scroll_into_view_if_needed()
    way = ramp(page)
    page.mouse.move(*way[0])
    page.mouse.down()
    for point in way[1:]:
        page.mouse.move(*point)
    page.mouse.up()
    check_ramp(page)


def test_a_finger_draws_across_and_the_page_does_not_scroll(learn):
    page = learn(390, 844, step="draw", has_touch=True, is_mobile=True).page
    page.locator(".sketch").scroll_into_view_if_needed()
    scrolled = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    before = page.evaluate(scrolled)
    way = ramp(page)
    line = page.context.new_cdp_session(page)
    for kind, point in [("touchStart", way[0]), *(("touchMove", one) for one in way[1:])]:
        line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": point[0], "y": point[1]}]})
    line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    check_ramp(page)
    assert page.evaluate(scrolled) == before


def test_keys_move_every_point_and_both_curves_can_be_read_afterwards(learner):
    page = learner.page
    page.locator(".sure input").nth(1).check()
    page.locator("[data-do=answer]").click()
    assert "5 points are not drawn yet" in page.locator(".ask .problem").inner_text()
    assert page.evaluate("() => document.activeElement.dataset.place") == "0", "it leads to the first of them"
    assert page.evaluate("() => document.activeElement.ariaValueText") == "not drawn yet"
    for place, height in enumerate((0, 20, 44, 120, 200)):
        draw(page, place, height)
    press(page, "PageDown", "End", "ArrowDown")
    heights = [height for height, _ in page.evaluate(HEIGHTS)]
    assert heights == pytest.approx([0, 20, 44, 120, 196], abs=0.5)
    tab_to(page, '[data-do="answer"]')
    press(page, "Enter")
    page.wait_for_selector(".verdict")
    answered = learner.state()["step"]["answered"]
    assert answered["answer"] == heights
    assert page.locator(".sketch .simulated rect").count() == len(answered["simulated"]) == 5
    assert page.locator(".sketch .tags text").all_text_contents() == ["yours", "simulated"]
    page.locator(".drawn-here summary").click()
    assert page.locator(".drawn-here tbody tr").count() == 5
    words = page.locator(".sketch [role=slider]").nth(3).get_attribute("aria-valuetext")
    assert words.startswith("drawn 120, simulated ")
    press(page, "Shift+Tab", "ArrowUp")
    assert [height for height, _ in page.evaluate(HEIGHTS)] == heights, "a prediction is locked"
