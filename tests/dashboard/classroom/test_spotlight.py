"""Spotlight: runs side by side are what was sent, replayed; nobody is named by chance; equal asks are worked out once."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.classroom import codes, spotlight
from dashboard.classroom.rights import Actor, Forbidden
from dashboard.classroom.spotlight import NOTHING, spotlight_told
from dashboard.controls import control
from dashboard.lesson import metrics
from dashboard.lesson.beside import SHELF
from dashboard.lesson.way import Refused
from dashboard.store import rooms as stored
from lessons.running import Run, Stretch, measured, moves_of, system_of
from tests.dashboard.classroom.live import Class

CROWD = [10.0, {"inject": {"kind": "traffic_spike", "factor": 4.0, "for_s": 5.0}}]
DESIGNS = {"Aurelia": {"client.retries": 0}, "Bartholomew": {"client.backoff": "exponential_jitter", "servers.count": 5}}


def run_of(values: dict, t_s: float = 40.0) -> dict:
    return {"scene": "radio", "seed": 1, "changes": [[0, values], CROWD], "t_s": t_s, "values": values, "pin": None}


@pytest.fixture
def room(tmp_path):
    spotlight._kept.clear()
    made = Class(tmp_path, "overload", "storm", tuple(DESIGNS))
    for name, values in DESIGNS.items():
        made.answers(name, "4", run_of(values))
    return made


def told(room, actor=None):
    return spotlight_told(room.rooms, actor or room.teacher, room.token)


def test_nothing_is_side_by_side_at_first_and_after_it_was_taken_away(room):
    assert told(room) == NOTHING
    room.do(command="spotlight", numbers=[1, 2])
    assert len(told(room)["runs"]) == 2
    room.do(command="unspotlight")
    assert told(room) == NOTHING


def test_each_run_says_what_it_has_otherwise_and_what_came_of_it(room):
    room.do(command="spotlight", numbers=[1, 2], named=True)
    first, second = told(room)["runs"]
    assert [one["label"] for one in (first, second)] == ["A", "B"]
    assert first["settings"] == ["Retries: 0", "Pause before a retry: At once", "Servers: 4"]
    assert second["settings"] == ["Retries: 3", "Pause before a retry: Doubling, random", "Servers: 5"]
    lesson = SHELF.get("overload")
    for one, values in zip((first, second), DESIGNS.values()):
        run = Run.of(system_of(lesson, "radio"), 1, [[0, values], *moves_of(lesson.scenes["radio"].events)])
        for number in one["numbers"]:
            assert number["text"] == metrics.amount(number["name"], measured(run, Stretch(number["name"], "", 0.0, 40.0)))
        assert [number["name"] for number in one["numbers"]] == ["latency_p95_ms", "error_rate", "cost_per_hour"]
        assert one["moves"] == [10.0]


def test_the_curve_is_the_run_over_its_time(room):
    """The first design gives up at once, so the crowd's queues empty and it recovers; the other one does not."""
    room.do(command="spotlight", numbers=[1, 2], named=True)
    drawn = told(room)
    lesson = SHELF.get("overload")
    for one in drawn["runs"]:
        assert len(one["t"]) == len(one["y"]) <= spotlight.POINTS + 1
        assert one["t"] == sorted(one["t"]) and one["t"][-1] == one["until_s"] == 40.0
        assert max(one["y"]) <= drawn["metric"]["most"]
    first, second = drawn["runs"]
    run = Run.of(system_of(lesson, "radio"), 1, [[0, DESIGNS["Aurelia"]], CROWD])
    begin, end = first["t"][2:4]
    assert drawn["metric"]["name"] == "attempts_per_request"  # which the step asks to be read off
    assert first["y"][3] == pytest.approx(measured(run, Stretch("attempts_per_request", "", begin, end)), abs=1e-4)
    assert max(first["y"]) == 1.0 < 3.0 < second["y"][-1]
    assert first["said"] == {"least": "1", "most": "1", "last": "1"}


@pytest.mark.parametrize(
    ("lesson", "step", "metric"),
    [
        ("overload", "storm", "attempts_per_request"),  # read off one's own run
        ("overload", "one_change", "error_rate"),  # two runs compared
        ("overload", "our_load", "goodput"),  # the class's condition
        ("caching", "size", "cache_hit_ratio"),  # a curve
        ("caching", "challenge", "stale_read_ratio"),  # a goal's first condition
        ("replication", "guess_writes", "latency_p95_ms"),  # runs that options are decided by
        ("load_test", "opening", "latency_p99_ms"),  # by a formula over two of them
        ("replication", "primary_load", "latency_p95_ms"),  # one node's load cannot be drawn: the first number of the page
        ("autoscaling", "try_final", "error_rate"),  # nothing is asked: the page's first number, by its metric's name
        ("autoscaling", "exit_words", "latency_p95_ms"),  # nothing is measured
        ("web_app", "recall_till", "goodput"),  # and no number is shown
    ],
)
def test_what_is_drawn_is_what_the_step_is_about(lesson, step, metric):
    found = SHELF.get(lesson)
    assert spotlight.metric_of(found, found.step(step)) == metric


def names(room) -> list[str | None]:
    return [one["name"] for one in told(room)["runs"]]


def test_nobody_is_named_unless_the_teacher_says_so(room):
    room.do(command="spotlight", numbers=[1, 2])
    text = json.dumps(told(room, room.members["Aurelia"]))
    assert not any(name in text for name in DESIGNS)
    room.do(command="spotlight", numbers=[2, 1], named=True)
    assert names(room) == ["Bartholomew", "Aurelia"]


@pytest.mark.parametrize(("named", "order"), [(False, [1, 2]), (True, [2, 1])])
def test_who_is_not_named_stands_in_an_order_that_nobody_can_foresee(room, monkeypatch, named, order):
    """The order of chance is put the other way round here."""
    monkeypatch.setattr(codes, "shuffled", lambda runs: runs[::-1])
    room.do(command="spotlight", numbers=[2, 1], named=named)
    retries = {1: 0, 2: None}  # the first has set them, the second not
    with room.rooms.database.reading() as session:
        lit = stored.by_token(session, room.token).spotlight["runs"]
    assert [one["label"] for one in lit] == ["A", "B"]
    assert [one["run"]["values"].get("client.retries") for one in lit] == [retries[number] for number in order]


@pytest.mark.parametrize("numbers", [[], [1], [1, 1], [1, 2, 3, 4, 5], None])
def test_two_to_four_stand_side_by_side(room, numbers):
    for name in ("Cleo", "Dido", "Enzo"):
        room.members[name] = room.comes(name)
        room.answers(name, "4", run_of({"client.retries": 1}))
    with pytest.raises(Refused, match="two to four"):
        room.do(command="spotlight", numbers=numbers)
    room.do(command="spotlight", numbers=[1, 2, 3, 4])
    assert [one["label"] for one in told(room)["runs"]] == ["A", "B", "C", "D"]


def test_a_name_that_waits_or_is_hidden_is_not_shown(room):
    room.do(command="settings", approves=True)
    room.members["Cleopatra"] = room.comes("Cleopatra")
    room.answers("Cleopatra", "4", run_of({"client.retries": 1}))
    room.do(command="member", number=2, do="hide")
    for do, expected in (("", ["Aurelia", None, None]), ("show", ["Aurelia", "Bartholomew", None])):
        if do:
            room.do(command="member", number=2, do=do)
        room.do(command="spotlight", numbers=[1, 2, 3], named=True)
        assert names(room) == expected
    room.do(command="member", number=3, do="approve")
    room.do(command="spotlight", numbers=[1, 2, 3], named=True)
    assert names(room) == ["Aurelia", "Bartholomew", "Cleopatra"]


@pytest.mark.parametrize("do", ["remove", "block"])
def test_who_is_out_cannot_be_chosen(room, do):
    room.do(command="member", number=2, do=do)
    with pytest.raises(Refused, match="Bartholomew"):
        room.do(command="spotlight", numbers=[1, 2])


@pytest.mark.parametrize(
    ("do", "ends_named", "ends_unnamed"),
    [
        ("hide", True, False), ("rename", True, False), ("remove", True, True), ("block", True, True), ("helped", False, False),
        ("show", False, False),
    ],
)  # fmt: skip
def test_a_spotlight_ends_when_its_name_may_not_be_told_any_more_or_its_member_is_out(room, do, ends_named, ends_unnamed):
    room.comes("Cleo")
    for named, ends in ((True, ends_named), (False, ends_unnamed)):
        room.do(command="spotlight", numbers=[1, 2], named=named)
        room.do(command="member", number=3, do=do, name=f"Cleo {named}")
        assert len(told(room)["runs"]) == 2, "it is about its own members only"
        room.do(command="member", numbers=[2], do=do, name=f"Berta {named}")
        assert (told(room) == NOTHING) is ends
        for number in (2, 3):
            if do in ("remove", "block"):
                room.do(command="member", number=number, do="restore")
            elif do == "hide":
                room.do(command="member", number=number, do="show")


def test_a_spotlight_ends_when_one_of_its_members_leaves_and_the_room_says_so(room):
    other = room.comes("Cleo")
    room.do(command="spotlight", numbers=[1, 2])

    def revision() -> int:
        return room.rooms.state(room.teacher, room.token)["room"]["revision"]

    before = revision()
    room.rooms.me(other, room.token, "leave")
    assert (len(told(room)["runs"]), revision()) == (2, before), "it is not about Cleo"
    room.rooms.me(room.members["Bartholomew"], room.token, "leave")
    assert told(room) == NOTHING
    assert revision() == before + 1, "or their screens would go on showing it"


def test_everybody_in_the_room_sees_the_same_and_it_is_worked_out_once(room, monkeypatch):
    replayed, count = spotlight.replayed, []
    monkeypatch.setattr(spotlight, "replayed", lambda *args: count.append(1) or replayed(*args))
    room.do(command="spotlight", numbers=[1, 2])
    asking = [room.teacher, *room.members.values()] * 5
    with ThreadPoolExecutor(len(asking)) as pool:
        found = list(pool.map(lambda actor: told(room, actor), asking))
    assert all(one == found[0] for one in found)
    assert len(count) == 2, "one replay a run"


def test_whoever_is_not_in_the_room_sees_nothing(room):
    room.do(command="spotlight", numbers=[1, 2])
    blocked = room.members["Bartholomew"]
    room.do(command="member", number=2, do="block")
    for actor in (Actor(None), Actor("0" * 32), blocked):
        with pytest.raises(Forbidden):
            told(room, actor)


def test_a_run_that_cannot_be_played_any_more_says_so_and_the_others_are_shown(room, monkeypatch):
    monkeypatch.setattr("lessons.running.MOST_REPLAYED_REQUESTS", 100)
    room.do(command="spotlight", numbers=[1, 2])
    assert all(one["problem"] and one["settings"] and not one["numbers"] for one in told(room)["runs"])


def test_a_run_of_a_scene_that_the_lesson_no_longer_has_is_told(room):
    lesson = SHELF.get("overload")
    gone = run_of({}) | {"scene": "gone"}
    runs = [{"label": "A", "name": None, "run": gone}, {"label": "B", "name": None, "run": run_of({}, 0.0)}]
    found = spotlight.told_of(lesson, lesson.step("storm"), runs)["runs"]
    assert [bool(one["problem"]) for one in found] == [True, True]
    assert found[0]["problem"] != found[1]["problem"]


def test_only_so_many_differing_settings_are_told():
    paths = [f"servers.speeds.{k}" for k in range(12)]
    controls = {path: control(path, f"Server {k}", "Servers") for k, path in enumerate(paths)}
    words = spotlight.differing([dict.fromkeys(paths, 1.0), dict.fromkeys(paths, 0.5)], controls)
    assert [len(one) for one in words] == [spotlight.MOST_SETTINGS + 1] * 2
    assert words[0][-1] == "and 4 more"
    assert words[1][0] == "Server 0: 50 %"
