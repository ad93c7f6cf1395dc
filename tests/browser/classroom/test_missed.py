"""Who was not there for a vote: what the class saw meanwhile is said, and nothing on the page speaks of a vote that is over."""

import pytest

from tests.browser.classroom.conftest import PHONE, STEP

INERT = "() => document.querySelectorAll('.panel[inert], .transport [inert], .side [inert], [data-part][inert]').length"
CHOSEN = ".ask > .options input:checked"
PROMISES = ("sees together what comes of it", "goes on together", "What you answer now", "Lock your prediction first")
ENDED, OUT = "The class ended before it was shown.", "You were out of the class before it was shown."


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


@pytest.fixture
def ann(comes, teacher, light):
    """Somebody who is at the vote with the class."""
    teacher.paces("guess")
    who = comes(teacher.room, **(PHONE if light else {})).enters("Ann", light=light)
    who.at("guess")
    return who


def locked(ann):
    """The page of somebody who has voted, while the vote is held."""
    ann.votes(1, sure=3)
    ann.page.locator(".verdict", has_text="The class sees together what comes of it.").wait_for()
    return ann.page


def promised(page):
    """What the page still says of a class that goes on."""
    said = page.locator("body").inner_text()
    return [words for words in PROMISES if words in said]


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


@pytest.mark.parametrize("light", [False, True])
def test_a_vote_that_is_held_when_the_class_ends_says_that_nothing_more_comes(ann, teacher, light):
    page = locked(ann)
    teacher.tell("end")
    for _ in range(2):  # a refresh changes nothing
        page.locator(".verdict", has_text=ENDED).wait_for()
        assert "Your vote is locked." in page.locator(".verdict").inner_text() and promised(page) == []
        if not light:
            assert page.locator(".veil").inner_text() == f"Your vote is locked. {ENDED}"
        page.reload()
    page.locator(".verdict", has_text=ENDED).wait_for()
    teacher.tell("delete", title="Form 4b")
    page.locator(".class-over").get_by_text("This room was deleted").wait_for()
    assert ENDED in page.locator(".verdict").inner_text() and promised(page) == []


@pytest.mark.parametrize("light", [False, True])
def test_who_is_blocked_is_promised_nothing_that_only_the_class_sees(ann, teacher, light):
    page = locked(ann)
    teacher.tell("member", number=1, do="block")
    page.locator(".verdict", has_text=OUT).wait_for()
    assert promised(page) == []


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("command", [{"command": "end"}, {"command": "member", "number": 1, "do": "block"}])
def test_who_can_answer_no_more_is_not_told_what_comes_of_an_answer(ann, teacher, light, command):
    page = ann.page
    if not light:
        page.locator(".veil", has_text="Lock your prediction first.").wait_for()
    teacher.tell("reveal")
    page.get_by_text("Your class has seen the results.").wait_for()
    teacher.tell(**command)
    page.wait_for_selector(".class-over")
    assert page.locator(f"{STEP} input:enabled").count() == 0 and promised(page) == []


@pytest.mark.parametrize("light", [False, True])
def test_who_had_no_line_when_it_was_shown_and_the_class_ended_sees_what_came_of_it(ann, teacher, light):
    page = locked(ann)
    page.wait_for_selector(".room-line[data-line=on]")
    page.context.set_offline(True)
    page.wait_for_selector(".room-line[data-line=off]")
    for command in ("reveal", "end"):
        teacher.tell(command)
    page.context.set_offline(False)
    page.wait_for_selector(".class-over")
    page.wait_for_selector(".verdict:is(.right, .wrong)")
    assert ENDED not in page.locator(STEP).inner_text() and promised(page) == []


@pytest.mark.parametrize("light", [False, True])
def test_who_has_not_voted_again_when_the_class_ends_is_not_asked_for_a_vote(voted, teacher, light):
    page = voted(1, light).page
    page.locator(".quoted", has_text="The class votes once more.").wait_for()
    teacher.tell("end")
    page.wait_for_selector(".class-over")
    for _ in range(2):  # a refresh changes nothing
        page.locator(".quoted", has_text="In the vote before, you said:").wait_for()
        assert "votes once more" not in page.locator(STEP).inner_text() and promised(page) == []
        page.reload()
