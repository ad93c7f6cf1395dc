"""Who was not there for a vote: what the class saw meanwhile is said, and nothing on the page speaks of a vote that is over."""

import pytest

from tests.browser.classroom.conftest import PHONE

INERT = "() => document.querySelectorAll('.panel[inert], .transport [inert], .side [inert], [data-part][inert]').length"
CHOSEN = ".ask > .options input:checked"


@pytest.fixture
def voted(comes, teacher):
    """Brings somebody who says this in the first vote; then there is a second one, in which they say nothing, and its outcome."""

    def vote(place, light):
        teacher.paces("guess")
        who = comes(teacher.room, **(PHONE if light else {})).enters("Ann", light=light)
        who.at("guess")
        if place is not None:
            who.votes(place, sure=3)
            who.page.wait_for_selector(".verdict.kept")
        teacher.tell("vote_again")
        who.page.wait_for_selector(".quoted" if place is not None else ".ask")
        teacher.tell("hands", step="guess", vote=2, counts=[0, 4, 0])
        return who

    return vote


@pytest.mark.parametrize("light", [False, True])
def test_who_missed_the_second_vote_is_told_so_and_sees_what_the_class_said(voted, teacher, light):
    ann = voted(1, light)
    page = ann.page
    page.locator(".lesson .ask > .options .option").nth(2).click()  # it is never sent
    teacher.tell("reveal")
    verdict = page.locator(".verdict", has_text="You did not vote this time.")
    verdict.wait_for()
    assert "To your vote before:" in verdict.inner_text() and "You were certain." in verdict.inner_text()
    page.wait_for_selector(".class-said")
    assert page.locator(".class-said .count .sr").nth(1).inner_text() == "4, in the vote before 1"
    assert page.locator(".class-said .mine").count() == 0
    assert page.locator("[data-do=answer]").is_hidden()
    assert page.locator(CHOSEN).get_attribute("value") == "1", "what was said, not what was about to be said"
    if not light:
        assert page.locator(".veil").is_hidden() and page.evaluate(INERT) == 0


@pytest.mark.parametrize("light", [False, True])
def test_who_answers_after_the_results_is_told_before_and_after_that_it_is_not_counted(voted, teacher, light):
    ann = voted(None, light)
    page = ann.page
    teacher.tell("reveal")
    page.get_by_text("Your class has seen the results.").wait_for()
    assert page.locator(".class-said").count() == 0, "they may still predict for themselves"
    ann.votes(1, sure=0)
    page.locator(".verdict", has_text="Your answer came after the results: it is not counted.").wait_for()
    page.get_by_text("Your class has seen the results.").wait_for(state="hidden")
    page.wait_for_selector(".class-said")
    assert page.locator(".class-said .count .sr").nth(1).inner_text() == "4, in the vote before 0"
    assert page.locator(".class-said .mine").count() == 0
