"""Pace: what a room's row asks of its members, as a pure function, and what follows from it on a member's way."""

import pytest

from dashboard.classroom import pace
from dashboard.lesson import way
from dashboard.lesson.way import FREE, Answered, Refused, Rules
from dashboard.store.models import Room
from tests.dashboard.lesson.played import LESSON

NOW_S = 500.0
GUESS, RECALL, BUILD = (LESSON.step(name) for name in ("guess", "recall_mean", "build"))


def room(**fields) -> Room:
    fixed = {
        "lesson": LESSON.id,
        "pacing": "paced",
        "step": "guess",
        "support": "example",
        "rounds": {},
        "revealed": [],
        "locks": [],
    }
    return Room(**fixed | fields)


def given(step: str, vote: int = 1, right: bool | None = None, late: bool = False) -> Answered:
    return Answered(step, 1, 0, None, right, {"said": "so", "round": vote} | ({"late": True} if late else {}))


def test_what_is_voted_on_has_one_answer_that_the_class_sees_together():
    polled = {step.id for step in LESSON.all_steps if pace.polled(step)}
    assert polled == {"recall_mean", "guess", "guess_number", "draw", "ticket"}


def test_a_free_room_asks_nothing_but_locks_and_support():
    found = pace.rules(room(pacing="free", locks=["servers.count"], support="explore"), LESSON)
    assert found == Rules(locks=("servers.count",), support="explore")
    assert pace.at(room(pacing="free"), LESSON) is None


@pytest.mark.parametrize(("pacing", "paused"), [("paced", False), ("paused", True)])
def test_a_class_that_goes_together_votes_on_its_step_until_the_outcome_is_shown(pacing, paused):
    found = pace.rules(room(pacing=pacing), LESSON)
    assert (found.until, found.held, found.paused) == ("guess", {"guess"}, paused)
    shown = pace.rules(room(pacing=pacing, revealed=["every_kind.guess"]), LESSON)
    assert (shown.until, shown.held) == ("guess", frozenset())
    assert pace.rules(room(pacing=pacing, step="build"), LESSON).held == frozenset(), "nobody votes on a design"
    assert (found.shown, shown.shown) == ({}, {"guess": 1})
    other = pace.rules(room(pacing=pacing, revealed=["second.guess", "every_kind.recall_mean"]), LESSON)
    assert (other.held, other.shown) == ({"guess"}, {"recall_mean": 1}), "only this step's outcome, of this lesson, is its own"


def test_votes_are_those_of_the_lesson():
    rounds = {"every_kind.guess": 3, "second.guess": 5, "every_kind.gone": 2}
    assert pace.rules(room(rounds=rounds), LESSON).votes == {"guess": 3}


def test_in_another_lesson_one_is_free_unless_the_class_is_paused():
    second = LESSON.model_copy(update={"id": "second"})
    assert pace.rules(room(locks=["servers.count"]), second) == FREE
    assert pace.rules(room(pacing="paused"), second) == Rules(paused=True)
    found = pace.rules(room(revealed=["second.guess"], rounds={"second.guess": 2}), second)
    assert found == Rules(shown={"guess": 2}, votes={"guess": 2}), "its outcomes were seen, and its votes were held, all the same"


@pytest.mark.parametrize(
    ("revealed", "last"),
    [([], 0), (["guess 1"], 1), (["guess 2"], 2), (["guess 1", "guess 2"], 2), (["guess 1", "guess"], 3), (["guess"], 3)],
)
def test_a_class_that_votes_again_has_seen_the_outcome_of_the_vote_before(revealed, last):
    found = pace.rules(room(rounds={"every_kind.guess": 3}, revealed=[f"every_kind.{one}" for one in revealed]), LESSON)
    assert found.shown == ({"guess": last} if last else {})
    assert found.held == (frozenset() if "guess" in revealed else {"guess"}), "a vote that is over holds nothing"


def test_a_step_that_the_lesson_has_no_more_holds_nobody_back():
    assert pace.rules(room(step="gone"), LESSON) == pace.rules(room(step=None), LESSON) == Rules()


def mine(**rules) -> way.Way:
    return way.begun(LESSON, NOW_S, rules=Rules(**rules))


def test_what_is_held_is_not_settled_however_it_was_answered():
    for step, right in ((GUESS, False), (RECALL, True), (RECALL, None)):
        held = mine(until=step.id, held=frozenset({step.id}))
        answers = [given(step.id, right=right)]
        assert way.locked(step, held, answers) and not way.settled(step, held, answers)
        assert way.status(step, held, answers) == "answered"
        assert way.veiled(step, held, answers) == (step.kind == "predict")
        assert way.settled(step, mine(until=step.id), answers), "as soon as it is shown"


def test_each_vote_takes_one_answer():
    for votes, answers, locked in (
        (1, [], False), (1, [1], True), (2, [1], False), (2, [1, 2], True), (2, [2], True), (3, [1, 2], False)
    ):  # fmt: skip
        for step in (GUESS, RECALL):
            now = mine(until=step.id, votes={step.id: votes}, held=frozenset({step.id}))
            before = [given(step.id, vote) for vote in answers]
            assert way.locked(step, now, before) == locked
            assert way.locked(step, now, before, 1) == (1 in answers)


def test_once_a_vote_is_over_a_prediction_is_locked_by_whatever_was_said_in_any():
    """Whoever missed the second vote sees what comes of it like everybody."""
    over = [mine(until="guess", votes={"guess": 2}, shown={"guess": 2}), mine(until="build", votes={"guess": 2})]
    for now in over:
        assert way.locked(GUESS, now, [given("guess")]) and way.settled(GUESS, now, [given("guess", right=False)])
        assert not way.veiled(GUESS, now, [given("guess")])
        assert way.veiled(GUESS, now, ()) and not way.locked(GUESS, now, ()), "who said nothing may still predict"
        assert not way.locked(GUESS, now, [given("guess")], 2), "one that waited is kept"
    asked = mine(until="recall_mean", votes={"recall_mean": 2}, shown={"recall_mean": 2})
    assert not way.locked(RECALL, asked, [given("recall_mean")]), "a question that is no prediction may be tried again"


def test_why_an_answer_is_not_counted():
    early, late = lambda vote: given("guess", vote), lambda vote: given("guess", vote, late=True)
    for votes, answers, why in (
        (1, [], ""), (1, [early(1)], ""), (2, [early(1)], "missed"), (2, [early(1), early(2)], ""), (2, [early(2)], ""),
        (1, [late(1)], "late"), (2, [early(1), late(2)], "late"), (2, [late(1)], "late"), (1, [early(1), late(1)], ""),
    ):  # fmt: skip
        assert way.uncounted(GUESS, mine(votes={"guess": votes}), answers) == why


def test_all_may_come_to_the_step_of_the_class_and_nobody_beyond():
    now = mine(until="guess")
    ids = [step.id for step in way.reached(LESSON, now)]
    assert ids == ["recall_mean", "hook", "worked", "guess"]
    there = way.moved(LESSON, now, (), {"action": "goto", "step": "guess"}, NOW_S)
    with pytest.raises(Refused, match="together"):
        way.moved(LESSON, there, (), {"action": "next"}, NOW_S)
    # The class is at a step that is in another level of support only: this one may come to the last before it.
    other = mine(until="look_around")
    assert [step.id for step in way.reached(LESSON, other)] == ["recall_mean", "hook"]


def test_a_locked_control_is_not_in_sight_and_a_hint_waits_on_whatever_the_class_does():
    now = way.moved(LESSON, mine(until="build", locks=("servers.count",)), (), {"action": "goto", "step": "build"}, NOW_S)
    assert "servers.count" not in way.controls(LESSON, now, BUILD)
    assert "balancer.algorithm" in way.controls(LESSON, now, BUILD)
    assert way.hints(BUILD, now, (), NOW_S).wait_s == 60
