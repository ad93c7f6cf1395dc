"""What a class said, worked out by hand: histograms, second votes, hands, curves, misconceptions, and where everybody is."""

import pytest
from sqlalchemy import select

from dashboard.classroom.overview import STUCK_S, class_told, results_told
from dashboard.classroom.rights import Forbidden
from dashboard.lesson.way import Refused
from dashboard.store.models import Answer
from tests.dashboard.lesson.played import LESSON


def told(school):
    return class_told(school.rooms, school.teacher.actor, school.token)


def vote(school, people, step, given) -> None:
    """Each answers: (option, how sure)."""
    for name, (choice, sure) in given.items():
        school.act(people[name], "goto", step=step)
        school.answer(people[name], step, choice, confidence=sure)


@pytest.fixture
def voted(school):
    """Five of six vote on the exit ticket, then again: B goes to the other option, C and D come from it, E is gone, F is new."""
    people = {name: school.comes(name) for name in "ABCDEF"}
    school.answer(people["A"], "recall_mean", 0, confidence=None)
    school.tell("pace", pacing="paced", step="ticket")
    vote(school, people, "ticket", {"A": (0, 3), "B": (0, 1), "C": (1, 0), "D": (1, 2), "E": (1, None)})
    school.tell("hands", step="ticket", vote=1, counts=[5, 2])
    school.tell("vote_again")
    vote(school, people, "ticket", {"A": (0, 3), "B": (1, 1), "C": (0, 0), "D": (0, None), "F": (0, 2)})
    return school, people


def test_a_histogram_by_votes_and_how_sure_and_what_changed_between(voted):
    school, _ = voted
    results = told(school)["results"]
    first, second = results["votes"]
    assert (first["vote"], first["answered"], first["hands"]) == (1, 5, 7)
    assert [(one["count"], one["sure"], one["hands"]) for one in first["options"]] == [(2, [0, 1, 0, 1], 5), (3, [1, 0, 1, 0], 2)]
    assert (second["vote"], second["answered"], second["hands"]) == (2, 5, 0)
    assert [(one["count"], one["sure"]) for one in second["options"]] == [(4, [1, 0, 1, 1]), (1, [0, 1, 0, 0])]
    assert results["shift"] == [[1, 1], [2, 0]], "A stays, B leaves the right one, C and D come to it; E and F voted once"
    assert [one["right"] for one in first["options"]] == [True, False]
    assert (results["vote"], results["held"], results["kind"]) == (2, True, "choice")


def test_what_is_believed_now_and_before(voted):
    """M05 is what option 2 of the ticket shows, M02 option 1 of the recall, M11 an answer to `guess`, which nobody gave."""
    school, _ = voted
    found = {one["id"]: (one["holders"], one["before"], one["asked"], one["sure"]) for one in told(school)["radar"]}
    nobody = [0, 0, 0, 0]
    assert found == {"M05": (2, 3, 6, [0, 1, 0, 0]), "M02": (1, 1, 1, nobody), "M11": (0, 0, 0, nobody)}
    assert [one["id"] for one in told(school)["radar"]] == ["M05", "M02", "M11"], "the most held first"


def test_an_answer_after_the_outcome_was_shown_is_kept_and_is_no_vote(both_schools):
    """A and B vote, then the teacher shows the outcome; B copies what is shown, and C answers for the first time."""
    school = both_schools
    people, wall = {name: school.comes(name) for name in "ABC"}, school.claims("wall")
    school.tell("pace", pacing="paced", step="ticket")
    vote(school, people, "ticket", {"A": (1, 1), "B": (1, 1)})
    school.tell("reveal")
    vote(school, people, "ticket", {"B": (0, 3), "C": (1, 3)})
    (first,) = told(school)["results"]["votes"]
    assert (first["answered"], [one["count"] for one in first["options"]]) == (2, [0, 2])
    assert [one["sure"] for one in first["options"]] == [[0, 0, 0, 0], [0, 2, 0, 0]]
    assert school.get(wall, f"/{school.token}/wall").json["counts"]["answered"] == 2
    (m05,) = [one for one in told(school)["radar"] if one["id"] == "M05"]
    assert (m05["asked"], m05["before"], m05["holders"]) == (2, 2, 2), "what is copied shows no belief; of C nobody knows"
    assert [results_told(school.rooms, people[name].actor, school.token, None)["mine"] for name in "ABC"] == [1, 1, None]
    school.tell("vote_again")
    vote(school, people, "ticket", dict.fromkeys("ABC", (0, 3)))
    assert told(school)["results"]["shift"] == [[0, 0], [2, 0]], "C voted in the second only"
    assert [one["answered"] for one in told(school)["results"]["votes"]] == [2, 3]
    (m05,) = [one for one in told(school)["radar"] if one["id"] == "M05"]
    assert (m05["asked"], m05["before"], m05["holders"]) == (3, 2, 0)
    with school.store.reading() as session:
        rows = session.scalars(select(Answer).order_by(Answer.id)).all()
    assert [row.verdict.get("late", False) for row in rows] == [False, False, True, True, False, False, False]


def test_how_sure_they_are_who_hold_it_is_counted(school):
    people = {name: school.comes(name) for name in "ABCDE"}
    school.tell("pace", pacing="paced", step="ticket")
    vote(school, people, "ticket", {"A": (1, 3), "B": (1, 3), "C": (1, 0), "D": (1, None), "E": (0, 2)})
    (m05,) = [one for one in told(school)["radar"] if one["id"] == "M05"]
    assert (m05["holders"], m05["sure"]) == (4, [1, 0, 0, 2])


def test_hands_are_counted_in_the_place_of_those_before(voted):
    school, _ = voted
    school.tell("hands", step="ticket", vote=1, counts=[1, 0])
    assert told(school)["results"]["votes"][0]["hands"] == 1
    for bad in ({"vote": 3}, {"vote": 0}, {"counts": [1]}, {"counts": [-1, 0]}, {"counts": [1, 10_000]}, {"step": "draw"}):
        with pytest.raises(Refused):
            school.tell("hands", **({"step": "ticket", "vote": 1, "counts": [1, 1]} | bad))
    assert told(school)["results"]["votes"][0]["hands"] == 1


def test_members_see_the_result_once_it_is_shown_and_others_once_they_have_answered(voted):
    school, people = voted
    for name in "AE":
        with pytest.raises(Forbidden):
            results_told(school.rooms, people[name].actor, school.token, None)
    school.tell("reveal")
    for name in "AEF":
        assert results_told(school.rooms, people[name].actor, school.token, None)["shift"] == [[1, 1], [2, 0]]
    mine = {name: results_told(school.rooms, people[name].actor, school.token, None)["mine"] for name in "ABEF"}
    assert mine == {"A": 0, "B": 1, "E": None, "F": 0}, "E did not vote the second time"
    with pytest.raises(Forbidden):
        results_told(school.rooms, people["B"].actor, school.token, "recall_mean")
    assert results_told(school.rooms, people["A"].actor, school.token, "recall_mean")["votes"][0]["answered"] == 1


def test_a_number_is_counted_as_it_was_said_and_a_curve_by_its_quartiles(school):
    people = {name: school.comes(name) for name in "ABC"}
    school.tell("pace", pacing="paced", step="guess_number")
    vote(school, people, "guess_number", {"A": ("500", 1), "B": ("500", 1), "C": ("7", 1)})
    numbers = told(school)["results"]["votes"][0]["numbers"]
    assert [(one["text"].split()[0], one["count"]) for one in numbers] == [("500", 2), ("7", 1)]
    school.tell("pace", pacing="paced", step="draw")
    curves = {"A": ([0, 10, 20, 30, 40], 1), "B": ([10, 10, 10, 10, 10], 1), "C": ([20, 30, 0, 200, 200], 1)}
    vote(school, people, "draw", curves)
    told_curves = told(school)["results"]["votes"][0]["curves"]
    # Of three heights the middle one, and half-way between it and the lowest and the highest.
    assert told_curves["mid"] == [10, 10, 10, 30, 40]
    assert told_curves["low"] == [5, 10, 5, 20, 25]
    assert told_curves["high"] == [15, 20, 15, 115, 120]
    assert told_curves["points"] == LESSON.step("draw").sketch.points


def states(school, number: int) -> dict[str, str]:
    return told(school)["people"][number - 1]["states"]


def test_where_everybody_is(school):
    """Right; wrong, then stuck, then gone on; skipped; working, then stuck by time; not there yet."""
    ann, ben, cy, dee, _eve = (school.comes(name) for name in ("Ann", "Ben", "Cy", "Dee", "Eve"))
    school.answer(ann, "recall_mean", 0)
    school.answer(ann, "recall_mean", 1)
    school.act(ann, "next")
    school.act(ann, "next")
    for _ in range(2):
        school.answer(ben, "recall_mean", 0)
    school.act(cy, "next")
    school.act(dee, "goto", step="recall_mean")
    assert (states(school, 1)["recall_mean"], states(school, 1)["hook"], states(school, 1)["worked"]) == (
        "right",
        "answered",
        "working",
    )
    assert [states(school, number)["recall_mean"] for number in range(1, 6)] == ["right", "wrong", "skipped", "working", "working"]
    assert states(school, 3)["hook"] == "working"
    school.answer(ben, "recall_mean", 0)
    assert states(school, 2)["recall_mean"] == "stuck", "three wrong answers"
    school.act(ben, "next")
    assert states(school, 2)["recall_mean"] == "wrong"
    school.clock.now_s += STUCK_S
    assert states(school, 4)["recall_mean"] == "working"
    school.clock.now_s += 1
    assert states(school, 4)["recall_mean"] == "stuck"
    assert states(school, 1)["worked"] == "working", "a text asks for nothing"
    people = told(school)["people"]
    assert [one["done"] for one in people] == [2, 1, 0, 0, 0]
    assert [one["here"] for one in people] == ["worked", "hook", "hook", "recall_mean", "recall_mean"]
    assert [one["name"] for one in people] == ["Ann", "Ben", "Cy", "Dee", "Eve"]


def test_who_has_only_just_come_is_at_the_first_step_and_who_is_in_another_lesson_is_not(school):
    """Ann has done nothing yet, Ben something in the first lesson; then the class, each at their own pace, goes to the next."""
    _ann, ben = school.comes("Ann"), school.comes("Ben")
    school.act(ben, "next")
    for lesson, ben_at in ((LESSON.id, "hook"), ("second", None)):
        school.tell("lesson", lesson=lesson)
        assert [one["here"] for one in told(school)["people"]] == ["recall_mean", ben_at]
    assert set(states(school, 2).values()) == {"open"}
    school.clock.now_s += STUCK_S + 1
    assert states(school, 1)["recall_mean"] == "working", "whether they have looked at it so long nobody knows"
    school.tell("settings", support="explore")
    first = LESSON.steps_for("explore")[0].id
    assert [one["here"] for one in told(school)["people"]] == [first, None]


@pytest.mark.parametrize("pacing", ["paced", "paused"])
def test_who_is_led_to_another_lesson_is_at_its_first_step_before_they_do_anything_there(school, pacing):
    """Ann has done something in the first lesson, Ben nothing; every screen goes to the next one with the class."""
    ann, _ben = school.comes("Ann"), school.comes("Ben")
    school.act(ann, "next")
    school.tell("pace", pacing="paced")
    school.tell("lesson", lesson="second")
    school.tell("pace", pacing=pacing)
    assert [one["here"] for one in told(school)["people"]] == ["recall_mean", "recall_mean"] == [told(school)["room"]["step"]] * 2
    assert [states(school, number)["recall_mean"] for number in (1, 2)] == ["working", "working"]
    school.tell("pace", pacing="paced", step="hook")
    school.act(ann, "goto", lesson="second", step="hook")
    assert [one["here"] for one in told(school)["people"]] == ["hook", "recall_mean"], "whose page has not gone on yet"


def test_what_nobody_marks_is_answered_and_a_new_begin_is_a_new_row_of_states(school):
    ann = school.comes("Ann")
    for _ in range(20):
        if school.act(ann, "next")["step"]["id"] == "in_words":
            break
    school.answer(ann, "in_words", ["a", "b", "c"])
    assert states(school, 1)["in_words"] == "answered"
    assert states(school, 1)["guess"] == "skipped"
    school.act(ann, "restart")
    assert set(states(school, 1).values()) == {"open", "working"}
    school.act(ann, "support", support="explore")
    assert "look_around" in states(school, 1) and "worked" not in states(school, 1)


def test_who_asks_for_help_is_told_and_counted_on_the_wall(school):
    ann, _ben = school.comes("Ann"), school.comes("Ben")
    wall = school.claims("wall")
    school.tell("pace", pacing="paced", step="hook")
    for do, count in (("help", 1), ("help", 1), ("fine", 0)):
        assert school.post(ann, f"/{school.token}/me", {"do": do}).json["me"]["help"] == (do == "help")
        assert [one["help"] for one in told(school)["people"]] == [do == "help", False]
        assert school.get(wall, f"/{school.token}/wall").json["counts"]["help"] == count
    with pytest.raises(Refused):
        school.rooms.me(ann.actor, school.token, "dance")
    school.rooms.me(ann.actor, school.token, "leave")
    assert school.get(ann, f"/{school.token}").json["roles"] == ["stranger"]


def test_a_room_counts_those_who_are_in_it(school):
    people = {name: school.comes(name) for name in ("Ann", "Bob", "Eve")}
    for name, do in (("Bob", "remove"), ("Eve", "block")):
        school.tell("member", number=school.number(people[name]), do=do)
    assert [one["members"] for one in school.rooms.taught(school.teacher.actor)] == [1]
