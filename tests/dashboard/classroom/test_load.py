"""Load: the class's parts are merged as they were last chosen, for those who are in the room and nobody else."""

import json

import pytest

from dashboard.classroom.load import MOST_TOLD, load_told
from dashboard.classroom.rights import Actor, Forbidden, NoRoom
from dashboard.lesson.beside import SHELF, stage_of
from dashboard.page import chunk
from dashboard.places import path
from lessons.parts import COHORTS
from tests.dashboard.classroom.live import Class

STORM = {"cohort.share": 1, "client.timeout_ms": 1000, "client.retries": 3, "client.backoff": "none"}
POLITE = STORM | {"client.retries": 0}
PATIENT = STORM | {"client.timeout_ms": 5000}
NAMES = ("Aurelia", "Bartholomew", "Cornelia")


@pytest.fixture
def room(tmp_path):
    return Class(tmp_path, "overload", "our_load", NAMES)


def told(room, actor=None):
    return load_told(room.rooms, actor or room.teacher, room.token)


def cohorts(room):
    return sorted(told(room)["values"][COHORTS])


def test_whoever_has_not_chosen_is_as_the_scene_has_them(room):
    found = told(room)
    assert (found["members"], found["chosen"]) == (3, 0)
    assert found["values"] == {COHORTS: ["3-1000-3-none-500"]}
    assert found["step"]["id"] == "our_load"
    assert found["scene"]["name"] == "slow_servers"
    assert found["address"] == f"{path('overload')}?lesson=overload&class={room.token}"


def test_the_last_choice_of_each_member_counts(room):
    room.answers("Aurelia", POLITE)
    room.answers("Bartholomew", POLITE)
    assert cohorts(room) == ["1-1000-3-none-500", "2-1000-0-none-500"]
    room.answers("Aurelia", PATIENT)
    room.answers("Bartholomew", POLITE)
    assert cohorts(room) == ["1-1000-0-none-500", "1-1000-3-none-500", "1-5000-3-none-500"]
    found = told(room)
    assert (found["members"], found["chosen"]) == (3, 2)
    assert sorted(one["count"] for one in found["policies"]) == [1, 1, 1]
    assert "Retries: 0" in " ".join(one["text"] for one in found["policies"])
    room.answers("Aurelia", PATIENT | {"cohort.share": 2})
    assert cohorts(room) == ["1-1000-0-none-500", "1-1000-3-none-500", "2-5000-3-none-500"], "who asks more weighs more"
    room.answers("Aurelia", STORM)
    room.answers("Bartholomew", STORM)
    assert cohorts(room) == ["3-1000-3-none-500"], "a class may go back to where it began"


def test_whoever_is_removed_or_blocked_is_no_part_of_it(room):
    for name in NAMES:
        room.answers(name, POLITE)
    room.do(command="member", number=1, do="remove")
    room.do(command="member", number=2, do="block")
    room.do(command="member", number=3, do="hide")
    assert cohorts(room) == ["1-1000-0-none-500"]
    room.do(command="member", number=2, do="restore")
    assert cohorts(room) == ["2-1000-0-none-500"]


def test_nobody_is_named(room):
    room.answers("Aurelia", POLITE)
    text = json.dumps(told(room))
    assert not any(name in text for name in NAMES)


def test_members_and_the_teacher_see_it_and_strangers_do_not(room):
    seen, taught = told(room, room.members["Cornelia"]), told(room)
    assert (seen.pop("back"), taught.pop("back")) == ("lesson", "teach")
    assert seen == taught and seen["mine"] is None
    room.answers("Cornelia", POLITE)
    said = "Share of the requests: 1 ×, Timeout: 1,000 ms, Retries: 0, Pause before a retry: At once"
    assert told(room, room.members["Cornelia"])["mine"] == said
    room.do(command="member", number=3, do="block")
    for actor in (Actor(None), Actor("0" * 32), room.members["Cornelia"]):
        with pytest.raises(Forbidden):
            told(room, actor)
    with pytest.raises(NoRoom):
        load_told(room.rooms, room.teacher, "x" * len(room.token))


def test_it_is_of_the_lessons_step_with_parts_wherever_the_class_is(room):
    room.answers("Aurelia", POLITE)
    room.do(command="pace", pacing="paced", step="hook")
    assert told(room)["step"]["id"] == "our_load"
    assert "1-1000-0-none-500" in cohorts(room)
    room.do(command="lesson", lesson="web_app")
    assert told(room) == {"step": None, "back": "teach"}


def test_an_answer_that_the_lesson_no_longer_offers_counts_as_none(room, monkeypatch):
    room.answers("Aurelia", POLITE)
    lesson = SHELF.get("overload")
    step = lesson.step("our_load")
    fewer = step.part.model_copy(update={"choices": step.part.choices | {"client.retries": [1, 3]}})
    steps = [one.model_copy(update={"part": fewer}) if one is step else one for one in lesson.steps]
    other = lesson.model_copy(update={"steps": steps})
    monkeypatch.setattr("dashboard.classroom.load.SHELF", type("Other", (), {"get": staticmethod(lambda name: other)}))
    found = told(room)
    assert (found["chosen"], found["values"]) == (0, {COHORTS: ["3-1000-3-none-500"]})


def test_the_page_plays_the_class_and_takes_its_changes_in_the_running_system(room):
    """The same run goes on: up to the change all is equal, after it the class asks less often."""
    stage, before = stage_of(SHELF.get("overload")), told(room)
    for name in NAMES:
        room.answers(name, POLITE)
    after = told(room)
    begun = [[0, before["values"]], *before["scene"]["changes"]]
    ask = {"id": "a-1", "seed": 1, "scene": "slow_servers", "from_s": 30, "length_s": 10, "changes": begun}
    storm = chunk(stage, ask)
    mended = chunk(stage, ask | {"id": "a-2", "changes": [*begun, [32, after["values"]]]})
    assert "problem" not in storm and "problem" not in mended

    def attempts(told, at_s):
        pieces = [one for one in told["pieces"] if one["from_s"] <= at_s < one["to_s"]]
        return pieces[0]["series"]["attempts_per_request"][int((at_s - pieces[0]["from_s"]) / pieces[0]["step_s"])]

    assert attempts(storm, 31.5) == attempts(mended, 31.5) > 3
    assert attempts(storm, 39.9) > 3 > attempts(mended, 39.9)


def test_the_most_frequent_parts_are_told_one_by_one(tmp_path):
    names = tuple(f"Member {number}" for number in range(MOST_TOLD + 4))
    room = Class(tmp_path, "overload", "our_load", names)
    choices = [STORM | {"client.timeout_ms": ms, "client.retries": count} for ms in (500, 1000, 2000, 5000) for count in range(4)]
    for name, policy in zip(names, choices):
        room.answers(name, policy)
    found = told(room)
    assert len(found["policies"]) == MOST_TOLD and found["others"] == len(names) - MOST_TOLD
    assert len(found["values"][COHORTS]) == len(names)
