"""The way through a lesson is a pure function: what is on screen, what may be told, and what makes a hint due."""

import pytest

from dashboard.lesson import way
from dashboard.lesson.way import Answered, Refused
from tests.dashboard.lesson.played import LESSON

NOW_S = 500.0


def given(step: str, right: bool | None = None, attempt: int = 1) -> Answered:
    return Answered(step, attempt, 0, None, right, {"said": "so"})


def at(step: str, support: str = "example") -> way.Way:
    """The way of someone who has come to a step, asking nothing."""
    mine = way.begun(LESSON, NOW_S, support=support)
    while way.here(LESSON, mine).id != step:
        mine = way.moved(LESSON, mine, (), {"action": "next"}, NOW_S)
    return mine


def moved(mine: way.Way, action: str, answers=(), now_s: float = NOW_S, **more) -> way.Way:
    return way.moved(LESSON, mine, answers, {"action": action, **more}, now_s)


def test_a_lesson_begins_with_its_first_step_and_only_that_is_reached():
    mine = way.begun(LESSON, NOW_S)
    assert [step.id for step in way.reached(LESSON, mine)] == ["recall_mean"]
    assert mine.entered == {"recall_mean": NOW_S}


def test_next_leads_through_all_steps_of_this_support_and_stays_at_the_end():
    mine, met = way.begun(LESSON, NOW_S), []
    for _ in range(20):
        met.append(way.here(LESSON, mine).id)
        mine = moved(mine, "next")
    expected = [step.id for step in LESSON.all_steps if step.only != "explore"]
    assert met[: len(expected)] == expected
    assert set(met[len(expected) :]) == {"ticket"}


def test_back_and_goto_lead_to_what_was_reached_and_to_nothing_else():
    mine = at("guess")
    assert way.here(LESSON, moved(mine, "back")).id == "worked"
    there = moved(mine, "goto", step="recall_mean")
    assert way.here(LESSON, there).id == "recall_mean"
    assert way.here(LESSON, moved(there, "back")).id == "recall_mean"
    assert way.here(LESSON, moved(there, "goto", step="guess")).id == "guess"
    for step in ("draw", "look_around", "nothing", None, ["guess"]):
        with pytest.raises(Refused):
            moved(there, "goto", step=step)


def test_a_step_that_was_left_unanswered_is_skipped_until_it_is_answered():
    mine = at("run_it")
    guess = LESSON.step("guess")
    assert way.status(guess, mine, ()) == "skipped"
    assert way.status(guess, mine, [given("guess", False)]) == "answered"
    assert way.status(guess, mine, [given("guess", True)]) == "right"
    assert way.status(LESSON.step("hook"), mine, ()) == "answered", "it asks for nothing"
    assert way.status(LESSON.step("talk"), mine, ()) == "open"


def test_one_right_answer_counts_whatever_comes_after_it():
    answers = [given("recall_mean", True), given("recall_mean", False, 2)]
    assert way.status(LESSON.step("recall_mean"), at("hook"), answers) == "right"


def test_a_prediction_takes_one_answer_and_other_questions_take_more():
    mine = at("guess")
    assert way.may_answer(LESSON, mine, (), "guess") == (LESSON.step("guess"), 1)
    with pytest.raises(Refused, match="locked"):
        way.may_answer(LESSON, mine, [given("guess", False)], "guess")
    assert way.may_answer(LESSON, mine, [given("recall_mean", False)], "recall_mean") == (LESSON.step("recall_mean"), 1)


def test_answers_are_taken_only_where_something_is_asked_and_one_has_come_to():
    mine = at("guess")
    for step in ("hook", "draw", "nothing", None):
        with pytest.raises(Refused):
            way.may_answer(LESSON, mine, (), step)


def test_answers_to_one_step_are_bounded():
    many = [given("recall_mean", False, k + 1) for k in range(way.MAX_ATTEMPTS)]
    with pytest.raises(Refused, match="go on"):
        way.may_answer(LESSON, at("hook"), many, "recall_mean")


def test_a_prediction_is_veiled_until_it_is_locked():
    guess = LESSON.step("guess")
    mine = way.begun(LESSON, NOW_S)
    assert way.veiled(guess, mine, ())
    assert not way.veiled(guess, mine, [given("guess", False)])
    assert not way.veiled(LESSON.step("run_it"), mine, ())


def test_the_answer_is_told_when_it_is_right_or_final_or_nobody_marks_it_or_one_has_gone_on():
    recall, guess, words = (LESSON.step(name) for name in ("recall_mean", "guess", "in_words"))
    mine = way.begun(LESSON, NOW_S)
    assert not way.settled(recall, mine, ())
    assert not way.settled(recall, mine, [given("recall_mean", False)])
    assert way.settled(recall, mine, [given("recall_mean", False), given("recall_mean", True, 2)])
    assert way.settled(recall, moved(mine, "next"), [given("recall_mean", False)])
    assert way.settled(guess, mine, [given("guess", False)])
    assert way.settled(words, mine, [given("in_words", None)])


def test_a_scene_goes_on_until_another_begins():
    assert [way.scene(LESSON, at(name), LESSON.step(name), ()) for name in ("hook", "run_it", "in_words", "build", "ticket")] == [
        "start", "backup", "backup", "sale", "sale"
    ]  # fmt: skip


def test_the_scene_of_a_prediction_begins_when_that_is_locked():
    step = LESSON.step("guess").model_copy(update={"scene": "backup"})
    lesson = LESSON.model_copy(update={"steps": [step if one.id == "guess" else one for one in LESSON.steps]})
    mine = at("guess")
    assert way.scene(lesson, mine, step, ()) == "start"
    assert way.scene(lesson, mine, step, [given("guess", False)]) == "backup"
    assert way.scene(lesson, mine, lesson.step("guess_number"), ()) == "backup", "who skips it goes on all the same"


def test_controls_come_into_sight_level_by_level_with_what_the_step_itself_moves():
    first, second = LESSON.controls
    assert way.controls(LESSON, at("hook"), LESSON.step("hook")) == first
    assert way.controls(LESSON, at("run_it"), LESSON.step("run_it")) == [*first, *second]
    build = LESSON.step("build")
    bare = LESSON.model_copy(update={"steps": [build], "recall": []})
    assert way.controls(bare, way.begun(bare, NOW_S), build) == [*first, "servers.count"]


def test_what_is_shown_of_the_page_stays_until_a_step_says_otherwise():
    assert way.show(LESSON, at("hook"), LESSON.step("hook")) is None
    assert way.show(LESSON, at("in_words"), LESSON.step("in_words")) == LESSON.step("run_it").show


def test_the_last_locked_prediction_is_seen_again_but_not_in_its_own_step():
    answers = [given("guess", False), given("guess_number", True)]
    assert way.prediction(LESSON, at("guess"), LESSON.step("guess"), answers) is None
    assert way.prediction(LESSON, at("draw"), LESSON.step("draw"), answers)[0].id == "guess_number"
    assert way.prediction(LESSON, at("run_it"), LESSON.step("run_it"), answers[:1])[0].id == "guess"


def test_a_hint_is_due_after_attempts():
    step, mine = LESSON.step("run_it"), at("run_it")
    assert (way.hints(step, mine, (), NOW_S).due, way.hints(step, mine, (), NOW_S).attempts) == (False, 1)
    with pytest.raises(Refused):
        moved(mine, "hint", step="run_it")
    after = moved(mine, "hint", [given("run_it", False)], step="run_it")
    assert way.hints(step, after, [given("run_it", False)], NOW_S).shown == 1


def test_a_hint_is_due_after_minutes_on_the_step_whatever_was_done_meanwhile():
    step, mine = LESSON.step("build"), at("build")
    assert way.hints(step, mine, (), NOW_S).wait_s == 60
    away = moved(moved(mine, "back", now_s=NOW_S + 20), "next", now_s=NOW_S + 40)
    assert way.hints(step, away, (), NOW_S + 45).wait_s == 15
    with pytest.raises(Refused, match="later"):
        moved(away, "hint", now_s=NOW_S + 59, step="build")
    assert moved(away, "hint", now_s=NOW_S + 60, step="build").hints == {"build": 1}


def test_there_are_no_more_hints_than_there_are():
    mine, many = at("build"), NOW_S + 600
    after = moved(mine, "hint", now_s=many, step="build")
    with pytest.raises(Refused, match="no further"):
        moved(after, "hint", now_s=many, step="build")


def test_another_support_keeps_the_place_there_and_back():
    mine = at("worked")
    other = moved(mine, "support", support="explore")
    assert way.here(LESSON, other).id == "look_around", "what stands there in its place"
    assert way.here(LESSON, moved(other, "support", support="example")).id == "worked"
    late = moved(at("run_it"), "support", support="explore")
    assert way.here(LESSON, late).id == "run_it"
    assert "look_around" in [step.id for step in way.reached(LESSON, late)]
    with pytest.raises(Refused):
        moved(mine, "support", support="none")


def test_a_restart_begins_anew_with_the_same_support():
    again = moved(moved(at("run_it"), "support", support="explore"), "restart")
    assert (way.here(LESSON, again).id, again.run_through, again.support, again.passed) == ("recall_mean", 2, "explore", ())


def test_it_is_finished_when_the_exit_ticket_is_done_and_not_when_it_is_skipped():
    mine = moved(at("ticket"), "next")
    assert not way.finished(LESSON, mine, ())
    assert way.finished(LESSON, mine, [given("ticket", False)])


def test_what_was_skipped_is_not_done():
    mine = at("guess")
    answers = [given("recall_mean", False)]
    assert way.done_count(LESSON, mine, ()) == 2, "hook and worked"
    assert way.done_count(LESSON, mine, answers) == 3


def newer(*steps: str):
    """The lesson's next version, with only these of its steps."""
    return LESSON.model_copy(update={"version": 2, "steps": [one for one in LESSON.steps if one.id in steps]})


def test_a_new_version_goes_on_at_the_same_step():
    mine = at("draw")
    lesson = newer("guess", "draw", "build")
    assert way.here(lesson, mine).id == "draw"
    assert way.ready(lesson, mine, NOW_S).version == 2


def test_where_a_new_version_has_the_step_no_longer_it_goes_on_at_the_last_that_was_reached():
    lesson = newer("hook", "guess", "build")
    mine = way.ready(lesson, at("draw"), NOW_S + 9)
    assert way.here(lesson, mine).id == "guess"
    assert way.here(lesson, way.moved(lesson, mine, (), {"action": "next"}, NOW_S)).id == "build"


@pytest.mark.parametrize("action", ["", "answer", "fly", None, 3, ["next"]])
def test_there_are_no_other_actions(action):
    with pytest.raises(Refused):
        moved(at("hook"), action)
