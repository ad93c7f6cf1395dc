"""Together: what a member may choose by its names, and the control that takes no class but one that the lesson allows."""

import json
import secrets

import pytest

from dashboard import links
from dashboard.asks import BadAsk, read_ask, read_change
from dashboard.controls import BadValue
from dashboard.lesson.beside import SHELF, fits, stage_of
from dashboard.lesson.desk import Desk
from dashboard.lesson.filled import filled
from dashboard.lesson.together import part_told, policy_told, values_told
from dashboard.page import book, chunk, description
from dashboard.runs import changed
from lessons.format import Lesson
from lessons.judging import NotYet
from lessons.parts import COHORTS
from lessons.printing import key, worksheet
from tests.dashboard.lesson.played import LESSON

STORM = {"cohort.share": 1, "client.timeout_ms": 1000, "client.retries": 3, "client.backoff": "none"}
POLITE = STORM | {"client.retries": 0}
CLASS = ["2-1000-3-none-500", "22-1000-0-none-500"]


@pytest.fixture
def stage():
    return stage_of(SHELF.get("overload"))


def crowd(stage):
    return next(one for one in stage.controls if one.path == COHORTS)


def test_the_control_takes_a_class_of_the_lesson(stage):
    assert crowd(stage).clean(CLASS) == CLASS
    assert crowd(stage).clean([]) == []
    told = next(one for one in description(stage)["controls"] if one["path"] == COHORTS)
    assert told["kind"] == "class" and "allowed" not in told and told["value"] == []
    assert json.dumps(told)


@pytest.mark.parametrize(
    "value",
    [
        None, "x", 3, {}, [3], [None], [[]], ["2-1000-3-none-500"] * 2, ["2-1000-99-none-500"], ["0-1000-3-none-500"],
        ["1e9-1000-3-none-500"], ["-1-1000-3-none-500"], ["9999999-1000-3-none-500"], ["2-1000-3-none-500\n"], ["2-1000-3-none"],
        [f"{k}-1000-3-none-500" for k in range(1, 400)], ["٢-1000-3-none-500"],
    ],
)  # fmt: skip
def test_nothing_else_is_taken(stage, value):
    """A stranger runs no other clients than those that members may choose, and never more policies than there are."""
    with pytest.raises(BadValue):
        crowd(stage).clean(value)
    with pytest.raises(BadAsk):
        read_change([0, {COHORTS: value}], {COHORTS: crowd(stage)}, frozenset())


def test_a_class_is_played_from_the_moment_on_at_which_it_changed(stage):
    controls = {one.path: one for one in stage.controls}
    raw = {"id": "a-1", "seed": 1, "from_s": 0, "length_s": 2, "changes": [[1, {COHORTS: CLASS}]]}
    _, ask = read_ask(raw, controls, frozenset(stage.faults))
    system, _ = changed(stage.scenes["slow_servers"], ask.changes[0], lambda token: {})
    assert [(one.share, one.client.retries, one.client.timeout_ms) for one in system.traffic.cohorts] == [
        (2, 3, 1000),
        (22, 0, 1000),
    ]
    told = chunk(stage, raw | {"scene": "slow_servers"})
    assert "problem" not in told and told["to_s"] == 2


def test_a_link_carries_the_class(stage):
    place = book(stage)
    pairs = links.of_run(links.Opened([[0, {COHORTS: CLASS}], [5, {COHORTS: []}]], until_s=9), place)
    assert links.read(pairs, place).changes == [[0, {COHORTS: CLASS}], [5, {COHORTS: []}]]


def test_a_lesson_without_such_a_step_has_no_such_control():
    assert COHORTS not in [one.path for one in stage_of(SHELF.get("web_app")).controls]


@pytest.fixture
def learner(store, clock):
    desk, cookie = Desk(store, clock), secrets.token_hex(16)
    while desk.state(cookie, "overload")["step"]["id"] != "our_load":
        desk.act(cookie, "overload", {"action": "next"})

    def answer(given):
        sent = {"action": "answer", "step": "our_load", "answer": given, "key": secrets.token_hex(8)}
        return desk.act(cookie, "overload", sent)["step"]

    answer.asked = desk.state(cookie, "overload")["step"]["ask"]
    return answer


def test_a_member_is_offered_the_values_by_their_names(learner):
    asked = learner.asked
    assert (asked["kind"], asked["owns"], asked["members"], asked["stay"], asked["confidence"]) == ("part", "client", 24, 2, False)
    assert [one["path"] for one in asked["fields"]] == list(STORM)
    assert [one["value"] for one in asked["fields"]] == list(STORM.values())
    assert asked["fields"][0]["choices"] == [[0.5, "0.5 ×"], [1, "1 ×"], [2, "2 ×"]]
    assert asked["fields"][1]["choices"][0] == [500, "500 ms"]
    assert asked["fields"][3]["choices"] == [["none", "At once"], ["exponential_jitter", "Doubling, random"]]
    assert all(one["label"] and "." not in one["label"] for one in asked["fields"])


def test_a_part_may_be_changed_as_often_as_one_likes_and_each_time_says_what_the_class_does(learner):
    first = learner(STORM)["answered"]
    assert (first["right"], first["explanation"]) == (False, [])
    assert first["values"] == {COHORTS: ["24-1000-3-none-500"]}
    second = learner(POLITE)["answered"]
    assert second["right"] and second["explanation"] and not second["final"]
    assert second["values"] == {COHORTS: ["22-1000-0-none-500", "2-1000-3-none-500"]}
    assert second["said"] == "Share of the requests: 1 ×, Timeout: 1,000 ms, Retries: 0, Pause before a retry: At once"
    third = learner(STORM)["answered"]
    assert (third["attempt"], third["right"]) == (3, False)


def test_what_is_no_part_is_no_answer(learner):
    for given in (None, {}, POLITE | {"client.retries": 100}, {"client.retries": 0}, [POLITE]):
        with pytest.raises(NotYet):
            learner(given)


def owning_servers() -> Lesson:
    """The tests' lesson with one more step: every member owns a server."""
    part = {
        "choices": {"server.speed": [0.5, 1.0]}, "members": 8, "stay": 1, "at_s": 5, "from_s": 10, "to_s": 20,
        "condition": {"metric": "latency_p95_ms", "at_most": 1}, "solutions": [{"name": "Fast", "set": {"server.speed": 1.0}}],
    }  # fmt: skip
    data = LESSON.model_dump(exclude_none=True)
    data["steps"].append({"id": "own", "kind": "experiment", "prompt": "Yours.", "scene": "start", "part": part})
    return Lesson.model_validate(data)


def test_a_member_may_own_a_server_instead():
    lesson = owning_servers()
    assert fits(lesson) == ""
    stage, step = stage_of(lesson), lesson.step("own")
    controls = {one.path: one for one in stage.controls}
    assert COHORTS not in controls
    told = part_told(stage, lesson, step)
    assert (told["owns"], told["members"]) == ("server", 8)
    (field,) = told["fields"]
    assert (field["label"], field["choices"], field["value"]) == ("Speed of your server", [[0.5, "50 %"], [1.0, "100 %"]], 1.0)
    slow = {"server.speed": 0.5}
    values = values_told(stage, lesson, step, slow)
    assert values == {"servers.speeds.0": 0.5, "servers.speeds.1": 0.5, "servers.speeds.2": 0.5, "servers.speeds.3": 0.75}
    assert {path: controls[path].clean(value) for path, value in values.items()} == values, "the page can play it"
    assert policy_told(stage, slow) == "Speed of your server: 50 %"


def test_the_writer_and_the_printed_sheets_see_what_may_be_chosen():
    lesson = SHELF.get("overload")
    told = next(one for one in filled(lesson)["steps"] if one["id"] == "our_load")
    assert told["asks"] == "part" and ["client.retries", "0, 1, 2, 3"] in told["key"]["rows"]
    assert [one["right"] for one in told["options"]] == [True, True, False, False, False, False]
    assert any("two attempts" in " ".join(one["reply"]) for one in told["options"])
    sheet, answers = worksheet(lesson), key(lesson)
    assert "exponential jitter" in sheet and "Nobody tries again" not in sheet
    assert "Nobody tries again" in answers
