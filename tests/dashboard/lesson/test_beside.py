"""A concept page with a lesson: the systems of its scenes, every control and fault that it names, and runs on all of that."""

import json

import pytest

from dashboard import page as pages
from dashboard import staging
from dashboard.faults import RANDOM
from dashboard.lesson import beside
from dashboard.lesson.beside import fits, page_of, planned, stage_of
from dashboard.page import chunk, described, description
from engine.system.paths import value_at
from tests.dashboard.lesson.played import BACKUP, LESSON, Only

PAGE = page_of("load_balancing")


class Shelf(Only):
    def edition(self) -> str:
        return "one"


@pytest.fixture(autouse=True)
def shelf(monkeypatch):
    only = Shelf(LESSON)
    for module in (pages, staging, beside):
        monkeypatch.setattr(module, "SHELF", only)
    return only


def changed(**fields):
    """The lesson with other fields; `steps` by their ids."""
    data = LESSON.model_dump(exclude_none=True) | {name: value for name, value in fields.items() if name != "steps"}
    data["steps"] = [one | fields.get("steps", {}).get(one["id"], {}) for one in data["steps"]]
    return type(LESSON).model_validate(data)


def test_the_page_begins_with_the_lessons_system():
    there, opened = staging.staged(PAGE, staging.Place(lesson="every_kind"))
    assert opened is None
    assert {path: value_at(there.start, path) for path in LESSON.system} == LESSON.system
    assert there.start == there.scenes["start"]
    assert value_at(there.scenes["sale"], "traffic.rate") == 3000
    assert there.name != PAGE.name


@pytest.mark.parametrize(
    ("name", "page", "reason"),
    [
        ("nothing", "load_balancing", "There is no lesson 'nothing'"),
        ("<b>" + "x" * 99, "load_balancing", "There is no lesson '<b>xxx"),
        ("every_kind", "caching", "The lesson Every kind of step belongs to the page Load balancing"),
    ],
)
def test_a_lesson_that_a_page_has_not_opens_nothing_and_says_why(name, page, reason):
    there, opened = staging.staged(page_of(page), staging.Place(lesson=name))
    assert there == page_of(page)
    assert opened["reasons"][0].startswith(reason)
    assert chunk(there, None, opened)["echo"] == "first", "the page begins with its own system"


def test_the_browser_is_told_of_the_lesson_that_is_played_or_of_those_that_there_are():
    plain, played = description(PAGE), description(stage_of(LESSON))
    assert (plain["lesson"], [card["id"] for card in plain["lessons"]]) == (None, ["every_kind"])
    assert (played["lesson"], played["lessons"]) == ({"id": "every_kind"}, [])
    assert description(page_of("caching"))["lessons"] == []
    assert json.dumps(played)


def test_nothing_of_what_the_lesson_asks_is_in_the_page():
    text = json.dumps(description(stage_of(LESSON)))
    for step in LESSON.all_steps:
        assert step.id not in text
        for option in step.choice.options if step.choice else []:
            assert option.text not in text


def test_a_page_is_described_anew_when_the_lessons_change(shelf, monkeypatch):
    assert described(PAGE)["lessons"]
    shelf.lessons.clear()
    monkeypatch.setattr(shelf, "edition", lambda: "two")
    assert described(PAGE)["lessons"] == []


def test_its_controls_are_the_pages_own_and_those_that_the_lesson_names():
    paths = {one.path for one in stage_of(LESSON).controls}
    assert {one.path for one in PAGE.controls} < paths
    assert {"servers.weights.2", "traffic.rate", "balancer.algorithm", "servers.count"} <= paths
    free = changed(steps={"build": {"goal": LESSON.step("build").goal.model_dump() | {"free": ["database.connections"]}}})
    assert "database.connections" in {one.path for one in stage_of(free).controls}


def shown_elsewhere() -> dict[str, str]:
    """What the pages' controls are called, by their paths; the first page that has one says it."""
    every = [one for name, _ in beside.CONCEPTS for one in page_of(name).controls]
    return {one.path: one.label for one in reversed(every)}


@pytest.mark.parametrize("path", ["database.shards", "database.replicas", "client.backoff", "cache.nodes"])
def test_a_control_is_called_as_the_page_that_has_it_calls_it(path):
    (one,) = [one for one in stage_of(changed(controls=[[path]])).controls if one.path == path]
    assert one.label == shown_elsewhere()[path]
    assert one.more


@pytest.mark.parametrize(("path", "label"), [("servers.weights.0", "Server 1 weight"), ("servers.speeds.6", "Server 7 speed")])
def test_a_machine_of_its_own_is_called_by_its_number(path, label):
    (one,) = [one for one in stage_of(changed(controls=[[path]])).controls if one.path == path]
    assert one.label == label


def test_a_field_that_no_page_shows_is_called_after_its_name():
    shown = shown_elsewhere()
    part = type(PAGE.start.balancer)
    name = next(name for name in part.model_fields if f"balancer.{name}" not in shown)
    (one,) = [one for one in stage_of(changed(controls=[[f"balancer.{name}"]])).controls if one.path == f"balancer.{name}"]
    assert one.label.lower().replace(" ", "_") in name
    assert one.help == part.model_fields[name].description


def test_a_slider_reaches_every_value_of_the_lesson():
    most = {"traffic.rate": 30_000, "servers.count": 40}
    moved = {"backup": {"events": [{"at_s": 1, "set": {"servers.count": 40}}]}, "sale": {"system": {"traffic.rate": 30_000.0}}}
    for one in stage_of(changed(scenes=moved)).controls:
        if one.path in most:
            assert one.high >= most[one.path] > next(own.high for own in PAGE.controls if own.path == one.path)
            assert one.clean(most[one.path]) == most[one.path]


def test_what_happens_in_a_scene_can_be_asked_for(shelf):
    there = stage_of(LESSON)
    assert planned(there, LESSON, "backup") == [[5.0, BACKUP[1]]]
    assert planned(there, LESSON, "start") == []
    asked = {"id": "a-1", "seed": 1, "changes": planned(there, LESSON, "backup"), "from_s": 5, "length_s": 2, "scene": "backup"}
    assert "problem" not in chunk(there, asked)


def test_faults_of_scenes_are_offered_besides_the_pages_own():
    cut = changed(
        scenes={
            "sale": {},
            "backup": {"events": [{"at_s": 1, "fault": {"kind": "flush_cache"}}]},
        }
    )
    assert "cache.flush" not in PAGE.faults
    assert set(stage_of(cut).faults) == {*PAGE.faults, "cache.flush"} - set(RANDOM), (
        "none by chance: a run is judged as it was seen"
    )


ASKS = [{"from_s": 0, "length_s": 2}, {"experiment": {"servers.count": 4}}, {"point": {"servers.count": 4}}]


@pytest.mark.parametrize("more", ASKS, ids=lambda more: next(iter(more)))
def test_asks_work_on_the_scene_that_they_name(more):
    """Half as many requests again come in the sale as at the start, in a live run and in whole ones."""
    there = stage_of(LESSON)

    def rate(**scene: str) -> float:
        told = found(chunk(there, {"id": "a-1", "seed": 1} | more | scene), "offered_rate")
        return told[-1] if "from_s" in more else told[0]

    assert rate(scene="sale") / rate() == pytest.approx(1.5, rel=0.1)
    assert rate(scene="start") == rate()


def found(told, name):
    """The first value of this name in an answer."""
    if isinstance(told, dict):
        if name in told:
            return told[name]
        told = list(told.values())
    if isinstance(told, list):
        return next((one for part in told if (one := found(part, name)) is not None), None)
    return None


@pytest.mark.parametrize("scene", ["nothing", "", 7, ["start"], {"a": 1}])
def test_a_scene_that_there_is_not_is_told(scene):
    assert "scene" in chunk(stage_of(LESSON), {"id": "a-1", "seed": 1, "from_s": 0, "length_s": 1, "scene": scene})["problem"]
    assert "problem" in chunk(PAGE, {"id": "a-1", "seed": 1, "from_s": 0, "length_s": 1, "scene": "start"})


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"concept": "cooking"}, "cooking"), ({"system": {"servers.colour": 1}}, "colour"),
        ({"system": {"servers.count": -3}}, "servers.count"), ({"controls": [["servers.colour"]]}, "colour"),
        ({"scenes": {"sale": {}, "backup": {"events": [{"at_s": 1, "fault": {"kind": "fire"}}]}}}, "fault"),
        ({"scenes": {"sale": {"system": {"traffic.rate": "fast"}}, "backup": {}}}, "rate"),
        ({"steps": {"draw": {"sketch": LESSON.step("draw").sketch.model_dump() | {"control": "traffic.colour"}}}}, "colour"),
    ],
)  # fmt: skip
def test_a_lesson_that_does_not_fit_the_page_says_what_does_not(fields, named):
    assert fits(LESSON) == ""
    assert named in fits(changed(**fields))
