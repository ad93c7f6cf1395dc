"""A lesson for everybody: axe finds nothing serious in any kind of step, in both themes; on a phone the question comes first."""

import pytest

from tests.browser.lessons.conftest import READY
from tests.browser.reach import findings, too_small, too_wide

LOOKS = {
    "light": {"width": 1440, "height": 900},
    "dark": {"width": 1440, "height": 900, "color_scheme": "dark"},
    "phone": {"width": 390, "height": 844, "has_touch": True},
    "320-dark": {"width": 320, "height": 640, "has_touch": True, "color_scheme": "dark"},
}
ANSWERS = {"recall_mean": 0, "guess": 1, "guess_number": "500", "draw": [20, 40, 60, 80, 100], "in_words": ["a", "b", "c"]}


def wrong(page, phone: bool) -> list[str]:
    """What is wrong with the lesson and what stands beside it now."""
    found = findings(page, ".stage")
    return found + too_wide(page) + too_small(page) if phone else found


@pytest.mark.parametrize("look", [pytest.param(look, marks=() if look == "320-dark" else pytest.mark.full) for look in LOOKS])
def test_every_kind_of_step_is_for_everybody_before_and_after_its_answer(learn, look):
    learner = learn(**LOOKS[look])
    page, phone = learner.page, look in ("phone", "320-dark")
    found = []
    for step in [one["id"] for one in learner.state()["steps"]]:
        page.wait_for_selector(f".step[data-step={step}]")
        page.evaluate("() => document.querySelectorAll('.lesson details').forEach((one) => (one.open = true))")
        found += [f"{step}: {one}" for one in wrong(page, phone)]
        if step in ANSWERS:
            confidence = 1 if learner.state()["step"]["ask"]["confidence"] else None
            told = learner.act(
                action="answer", step=step, answer=ANSWERS[step], confidence=confidence, run=None, key=f"{look}-{step}-key"
            )
            assert "problem" not in told, (step, told)
            learner.open()
            page.wait_for_selector(".verdict")
            page.evaluate("() => document.querySelectorAll('.lesson details').forEach((one) => (one.open = true))")
            found += [f"{step}, answered: {one}" for one in wrong(page, phone)]
        if step == "ticket":
            learner.choose(0, sure=1)
            learner.answer()
            found += [f"{step}, answered: {one}" for one in wrong(page, phone)]
        way = "[data-do=next]" if page.locator("[data-do=next]").is_visible() else ".ways button:last-child"
        page.locator(way).click()
    page.wait_for_selector(".closing")
    found += [f"end: {one}" for one in wrong(page, phone)]
    assert found == [], "\n".join(sorted({one[:300] for one in found}))


def test_on_a_phone_the_question_comes_first_and_nothing_covers_the_picture(learn):
    learner = learn(390, 844, has_touch=True)
    page = learner.page
    card, scene, numbers = (page.locator(f".stage {one}").bounding_box() for one in (".lesson", ".scene", ".numbers"))
    assert card["y"] + card["height"] <= scene["y"]
    assert scene["y"] + scene["height"] <= numbers["y"]
    order = """() => {
      const [card, scene] = ['.lesson', '.scene'].map((one) => document.querySelector(`.stage ${one}`));
      return !!(card.compareDocumentPosition(scene) & Node.DOCUMENT_POSITION_FOLLOWING);
    }"""
    assert page.evaluate(order), "for the keys too"
    page.locator(".lesson .option").first.click()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_function("() => document.querySelector('.column > .lesson')")
    assert page.locator(".ask input:checked").count() == 1, "what was chosen stays when the card moves"


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_without_motion_a_scene_waits_to_be_played(learn, motion):
    page = learn(reduced_motion=motion).page
    page.wait_for_selector(READY)
    page.wait_for_timeout(2_500)
    still = page.locator(".transport .time").inner_text() == "00:00"
    assert still == (motion == "reduce")
