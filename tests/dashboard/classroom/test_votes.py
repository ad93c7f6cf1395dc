"""Members at work: nothing is doubled and nothing is lost, whatever they do at once, and nobody gets ahead of their class."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from dashboard.asks import BadAsk
from dashboard.classroom import rooms
from dashboard.classroom.overview import class_told, results_told
from dashboard.classroom.rights import NoRoom
from dashboard.lesson.desk import Contended
from dashboard.lesson.way import Refused
from dashboard.store import rooms as stored
from dashboard.store.models import Answer, Device, Learner, Member, Progress
from tests.dashboard.classroom.world import browser
from tests.dashboard.lesson.played import BACKUP, LESSON, run


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each comes to when all begin in one instant; what it raises, if it does."""
    together, found = threading.Barrier(len(works)), [None] * len(works)

    def begin(place: int, work: Callable[[], Any]) -> None:
        together.wait(30)
        try:
            found[place] = work()
        except Exception as problem:
            found[place] = problem

    threads = [threading.Thread(target=begin, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def answers(school, step: str = "") -> list[Answer]:
    with school.store.reading() as session:
        rows = session.scalars(select(Answer).order_by(Answer.id))
        return [row for row in rows if step in ("", row.step)]


def here(school, who) -> str:
    return school.rooms.lesson(who.actor, school.token, LESSON.id)["step"]["id"]


@pytest.fixture
def paced(both_schools):
    """Ann, on two devices, in a class that votes."""
    ann, phone = both_schools.comes("Ann"), browser()
    resume = both_schools.rooms.me(ann.actor, both_schools.token, "code")["resume"]
    both_schools.rooms.resume(phone.actor, both_schools.token, resume)
    both_schools.tell("pace", pacing="paced", step="recall_mean")
    return both_schools, ann, phone


def test_two_tabs_and_two_devices_that_vote_at_once_have_one_vote(paced):
    school, ann, phone = paced
    tries = [(who, choice) for who in (ann, ann, phone, phone) for choice in (0, 1)]
    found = at_once(*(lambda who=who, choice=choice: school.answer(who, "recall_mean", choice) for who, choice in tries))
    (row,) = answers(school)
    taken = [one for one in found if isinstance(one, dict)]
    assert [one["step"]["answered"]["answer"] for one in taken] == [row.answer["given"]]
    assert {type(one) for one in found} <= {dict, Refused, Contended}
    assert (row.attempt, row.verdict["round"]) == (1, 1)


def test_the_same_answer_sent_from_everywhere_is_there_once_and_acknowledged_everywhere(paced):
    school, ann, phone = paced
    send = lambda who: lambda: school.answer(who, "recall_mean", 1, key="the-same-key")  # noqa: E731
    found = at_once(*(send(who) for who in (ann, ann, phone, phone)))
    assert len(answers(school)) == 1
    assert all(isinstance(one, dict | Contended) for one in found)
    assert school.answer(phone, "recall_mean", 1, key="the-same-key")["step"]["answered"]["answer"] == 1


def test_a_browser_that_joins_in_many_tabs_at_once_is_one_member(both_schools):
    who, others = browser(), [browser() for _ in range(4)]
    join = lambda person, name: lambda: both_schools.rooms.join(person.actor, both_schools.token, name)  # noqa: E731
    found = at_once(*(join(who, f"Ann {number}") for number in range(4)), *(join(one, "Ben") for one in others))
    with both_schools.store.reading() as session:
        members = session.scalars(select(Member)).all()
        assert len(session.scalars(select(Device)).all()) == len(session.scalars(select(Learner)).all()) == 2
    assert sorted(one.number for one in members) == [1, 2]
    assert len({one["me"]["number"] for one in found[:4]}) == 1
    assert [type(one) for one in found[4:]].count(Refused) == 3


def test_a_link_that_is_used_by_many_at_once_lets_one_in(both_schools):
    secret = both_schools.tell("key", kind="teacher")["secret"]
    keys = [f"{number:064x}" for number in range(6)]
    claim = lambda key: lambda: both_schools.rooms.claim(type(browser().actor)(None, key), both_schools.token, secret)  # noqa: E731
    assert sorted(at_once(*(claim(key) for key in keys))) == [False] * 5 + [True]


def test_commands_at_once_are_done_one_after_the_other(both_schools):
    before = class_told(both_schools.rooms, both_schools.teacher.actor, both_schools.token)["room"]["revision"]
    found = at_once(*(lambda: both_schools.tell("push", view="caching", query="") for _ in range(6)))
    assert found == [{}] * 6
    room = class_told(both_schools.rooms, both_schools.teacher.actor, both_schools.token)["room"]
    assert (room["revision"], room["push"]["number"]) == (before + 6, 6)


def test_who_answers_while_their_room_is_deleted_leaves_nothing_behind(both_schools, monkeypatch):
    """The room goes between the look at the rights and the write."""
    ann = both_schools.comes("Ann")
    desk = both_schools.rooms._desk
    judged = desk._judged
    monkeypatch.setattr(desk, "_judged", lambda *args: both_schools.tell("delete", title="Form 4b") or judged(*args))
    with pytest.raises(NoRoom):
        both_schools.answer(ann, "recall_mean", 1)
    with both_schools.store.reading() as session:
        for table in (Learner, Member, Progress, Answer, Device):
            assert session.scalars(select(table)).all() == []


def test_who_does_something_while_they_are_deleted_is_told_in_words(server_school, monkeypatch, caplog):
    """The member goes between being read and being written, which only where rows are locked can happen."""
    ann, real = server_school.comes("Ann"), rooms.authorise

    def delete_then(*args: Any, **named: Any) -> Any:
        seat = real(*args, **named)
        server_school.tell("delete", title="Form 4b")
        return seat

    monkeypatch.setattr(rooms, "authorise", delete_then)
    reply = server_school.post(ann, f"/{server_school.token}/me", {"do": "help"})
    assert (reply.status, list(reply.json)) == (429, ["problem"])
    assert not caplog.records


def test_a_lesson_that_there_is_no_more_is_told_and_the_class_goes_over_to_another(school):
    ann = school.comes("Ann")
    school.tell("pace", pacing="paced", step="guess")
    del school.shelf.lessons[LESSON.id]
    assert school.get(ann, f"/{school.token}").json["room"]["lesson"] is None
    assert school.get(school.teacher, f"/{school.token}/class").json["steps"] == []
    assert school.get(school.teacher, f"/{school.token}/wall").json["step"] is None
    assert school.get(ann, f"/{school.token}/lessons/{LESSON.id}").status == 404
    assert school.get(ann, f"/{school.token}/results").status == 403
    reply = school.post(school.teacher, f"/{school.token}/commands", {"command": "reveal"})
    assert reply.status == 404
    reply = school.post(school.teacher, f"/{school.token}/commands", {"command": "lesson", "lesson": "second"})
    assert (reply.status, reply.json["room"]["step"]) == (200, "recall_mean")


def test_a_room_that_is_deleted_gives_its_number_to_no_other(both_schools):
    with both_schools.store.reading() as session:
        before = stored.by_token(session, both_schools.token).id
    both_schools.tell("delete", title="Form 4b")
    token = both_schools.rooms.open("ab" * 32, LESSON.id)["token"]
    with both_schools.store.reading() as session:
        assert stored.by_token(session, token).id > before


@pytest.mark.parametrize("moved_s", [-3_000_000.0, -60.0, 0.0, 86_400.0])
def test_a_clock_that_is_set_back_or_forward_loses_nothing(school, moved_s):
    ann = school.comes("Ann")
    school.tell("pace", pacing="paced", step="recall_mean")
    school.answer(ann, "recall_mean", 0, key="first-key")
    mark = marks(school)
    school.clock.now_s += moved_s
    school.answer(ann, "recall_mean", 0, key="first-key")
    with pytest.raises(Refused):
        school.answer(ann, "recall_mean", 1)
    school.tell("vote_again")
    school.answer(ann, "recall_mean", 1)
    assert [(row.attempt, row.verdict["round"]) for row in answers(school)] == [(1, 1), (2, 2)]
    school.tell("pace", pacing="free")
    assert school.act(ann, "next")["step"]["id"] == "hook"
    told = class_told(school.rooms, school.teacher.actor, school.token)
    assert told["people"][0]["states"]["recall_mean"] == "right"
    if moved_s:
        assert marks(school) != mark, "the teacher is told"


def marks(school) -> Any:
    with school.store.reading() as session:
        (found,) = stored.marks(session, [1]).values()
    return found


def test_a_class_clock_in_the_past_or_the_future_makes_no_hint_due_and_no_member_stuck(school):
    ann = school.comes("Ann")
    school.tell("pace", pacing="paced", step="build")
    school.act(ann, "goto", step="build")
    school.clock.now_s -= 5_000
    told = class_told(school.rooms, school.teacher.actor, school.token)["people"][0]
    assert told["states"]["build"] == "working"
    with pytest.raises(Refused):
        school.act(ann, "hint", step="build")


def test_nobody_goes_or_answers_beyond_the_step_of_the_class(school):
    ann = school.comes("Ann")
    school.act(ann, "next")
    for _ in range(4):
        school.act(ann, "next")
    assert here(school, ann) == "draw"
    school.tell("pace", pacing="paced", step="guess")
    assert here(school, ann) == "guess", "who was ahead comes back"
    for step in ("guess_number", "draw", "ticket", "nothing"):
        for action in ({"action": "goto", "step": step}, {"action": "hint", "step": step}):
            with pytest.raises(Refused):
                school.rooms.act(ann.actor, school.token, LESSON.id, action)
        with pytest.raises(Refused):
            school.answer(ann, step, "500" if step == "guess_number" else 0)
    for action in ("next", "restart"):
        with pytest.raises(Refused):
            school.act(ann, action)
    assert answers(school) == []
    state = school.rooms.lesson(ann.actor, school.token, LESSON.id)
    assert [one["title"] for one in state["steps"] if not one["reached"]] == [None] * sum(
        not one["reached"] for one in state["steps"]
    )
    late = school.comes("Late")
    assert school.act(late, "goto", step="guess")["step"]["id"] == "guess", "who comes late may come to where the class is"


def test_a_paused_class_stays_where_it_is_and_no_answer_on_its_way_is_lost(school):
    ann, ben = school.comes("Ann"), school.comes("Ben")
    school.tell("pace", pacing="paced", step="recall_mean")
    school.tell("pace", pacing="free")
    for _ in range(3):
        school.act(ann, "next")
    school.tell("pace", pacing="paused")
    assert (here(school, ann), here(school, ben)) == ("guess", "recall_mean"), "where the class was before plays no part"
    for action in ("next", "back", "restart", "goto", "support"):
        with pytest.raises(Refused):
            school.act(ann, action, step="hook", support="explore")
    assert school.answer(ann, "guess", 1)["step"]["answered"]["answer"] == 1
    school.tell("pace", pacing="free")
    assert school.act(ann, "next")["step"]["id"] == "guess_number"


def test_a_paused_class_that_went_together_stays_together(school):
    ann = school.comes("Ann")
    school.tell("pace", pacing="paced", step="guess")
    school.act(ann, "goto", step="guess")
    school.tell("pace", pacing="paused")
    assert here(school, ann) == "guess"
    assert results_told(school.rooms, school.teacher.actor, school.token, None)["held"]


@pytest.mark.parametrize("step", ["recall_mean", "guess"])
def test_nobody_votes_twice_in_one_vote_by_any_way_round(school, step):
    ann = school.comes("Ann")
    school.act(ann, "next")
    school.tell("pace", pacing="paced", step=step)
    school.act(ann, "goto", step=step)
    school.answer(ann, step, 0)

    def refused() -> None:
        with pytest.raises(Refused):
            school.answer(ann, step, 1)

    refused()
    for support in ("explore", "example"):
        school.act(ann, "support", support=support)
        refused()
    school.tell("pace", pacing="free")
    school.act(ann, "restart")
    for lesson in ("second", LESSON.id):
        school.tell("lesson", lesson=lesson)
    school.tell("pace", pacing="paced", step=step)
    school.act(ann, "goto", step=step)
    refused()
    school.tell("pace", pacing="paused")
    refused()
    changed = [one.model_copy(update={"prompt": "Another?"}) for one in LESSON.all_steps]
    steps = {"recall": changed[:1], "steps": changed[1:-1], "exit": changed[-1:], "version": 2}
    school.shelf.lessons[LESSON.id] = LESSON.model_copy(update=steps)
    refused()
    assert len(answers(school, step)) == 1
    told = results_told(school.rooms, school.teacher.actor, school.token, None)
    assert [(one["vote"], one["answered"]) for one in told["votes"]] == [(1, 1)]


def test_an_answer_from_before_a_new_version_that_asks_something_else_is_not_counted(school):
    """What was a choice of two is a choice of one, then a number, then a curve of other points."""
    ann = school.comes("Ann")
    school.tell("pace", pacing="paced", step="recall_mean")
    school.answer(ann, "recall_mean", 1)
    first = LESSON.recall[0]
    fewer = first.model_copy(update={"choice": first.choice.model_copy(update={"options": first.choice.options[:1]})})
    number, sketch = LESSON.step("guess_number"), LESSON.step("draw")
    curve = sketch.model_copy(update={"id": first.id})
    for changed in (fewer, number.model_copy(update={"id": first.id}), curve):
        school.shelf.lessons[LESSON.id] = LESSON.model_copy(update={"recall": [changed]})
        told = class_told(school.rooms, school.teacher.actor, school.token)["results"]
        assert (told["kind"], told["votes"][0]["answered"]) == (changed.check_kind, 0)
    school.answer(ann, "recall_mean", [1, 2, 3, 4, 5])
    shorter = sketch.sketch.model_copy(update={"points": [500, 1000]})
    school.shelf.lessons[LESSON.id] = LESSON.model_copy(update={"recall": [curve.model_copy(update={"sketch": shorter})]})
    assert class_told(school.rooms, school.teacher.actor, school.token)["results"]["votes"][0]["answered"] == 0


def test_a_locked_control_may_not_be_moved_in_a_run_that_is_answered_with(school):
    ann = school.comes("Ann")
    school.tell("pace", pacing="paced", step="build")
    school.act(ann, "goto", step="build")
    school.tell("locks", paths=["servers.count"])
    assert "servers.count" not in school.act(ann, "goto", step="build")["step"]["controls"]
    moved = run("sale", values={"servers.count": 6})
    back = run("sale", changes=[[1.0, {"servers.count": 12}], [2.0, {"servers.count": 4}]])
    for own in (moved, back):
        with pytest.raises(Refused, match="locked"):
            school.answer(ann, "build", None, run=own)
    school.answer(ann, "build", None, run=run("sale", values={"balancer.algorithm": "least_connections"}))
    with pytest.raises(BadAsk):
        school.answer(ann, "build", None, run=run("sale", changes=[BACKUP, ["x"]]))
