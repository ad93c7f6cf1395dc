"""Every page's declaration: sound, calm at first, told in words, with what the journey has taught so far."""

import json
from importlib import import_module

import pytest

from dashboard import page as pages
from dashboard.faults import KINDS
from dashboard.journey import CONCEPTS
from dashboard.sentences import LOOKS
from dashboard.wording import NAMES
from engine.system import System

NAMES_OF_PAGES = [name for name, _ in CONCEPTS]
TROUBLE = {"nobody", "overload", "database", "one-full", "shedding", "storm", "metastable", "memory", "writes", "reads"}
MOST_AT_FIRST = 6
HELD = 160_000
"""Bytes of a first chunk, before the server compresses it."""


@pytest.fixture(scope="module")
def declared():
    """Every page's declaration by the name of its file, without drawing."""
    show, pages.show = pages.show, lambda page: None
    try:
        return {name: import_module(f"dashboard.views.{name}").PAGE for name in NAMES_OF_PAGES}
    finally:
        pages.show = show


@pytest.mark.parametrize("name", NAMES_OF_PAGES)
def test_a_page_says_what_it_is_about_and_gives_nothing_away(declared, name):
    page = declared[name]
    assert page.name == name.replace("_", "-")
    assert page.title == dict(CONCEPTS)[name]
    assert page.question.endswith("?")
    assert sum(not control.more for control in page.controls) <= MOST_AT_FIRST


@pytest.mark.parametrize("name", NAMES_OF_PAGES)
def test_every_control_moves_a_field_from_a_value_within_its_range(declared, name):
    told = pages.description(declared[name])
    paths = [control["path"] for control in told["controls"]]
    assert len(paths) == len(set(paths))
    for control in told["controls"]:
        assert len(control["help"]) > 10
        if control["kind"] == "slider" and control["value"] is not None:
            assert control["low"] <= control["value"] <= control["high"], control["path"]
        if control["kind"] == "choice":
            assert control["value"] in [value for value, _ in control["choices"]], control["path"]


@pytest.mark.parametrize("name", NAMES_OF_PAGES)
def test_faults_and_charts_are_known(declared, name):
    page = declared[name]
    assert set(page.faults) <= set(KINDS)
    assert len({chart.name for chart in page.charts}) == len(page.charts) >= 4
    assert page.charts[0].name in ("latency", "map", "capacity")


@pytest.mark.parametrize("name", NAMES_OF_PAGES)
def test_a_page_begins_calm(declared, name):
    """Nobody fails and nothing is full in its first chunk; plain Python gives a short one."""
    chunk = pages.chunk(declared[name], None)
    assert "problem" not in chunk
    for piece in chunk["pieces"]:
        assert max(max(piece["series"][cause]) for cause in piece["series"] if cause.startswith("errors.")) < 0.001
    assert not {key for _, key, _, _ in chunk["sentences"]} & TROUBLE
    assert len(json.dumps(chunk, separators=(",", ":"))) < HELD


def test_the_system_grows_with_the_journey(declared):
    """What was learned on one page is there on the next."""
    servers = [declared[name].start.servers.count for name in NAMES_OF_PAGES]
    assert servers[:2] == [1, 1]
    assert min(servers[2:]) >= 2
    assert declared["web_app"].start.database.colocated
    assert not any(declared[name].start.database.colocated for name in NAMES_OF_PAGES[1:])
    assert declared["replication"].start.database.replicas
    assert declared["caching"].start.cache.enabled
    assert declared["cdn"].start.cdn.enabled
    assert declared["cdn"].start.cache.enabled
    assert declared["cdn"].start.database.replicas


def test_every_choice_on_a_page_has_a_name(declared):
    for page in declared.values():
        for control in page.controls:
            if control.kind in ("choice", "set"):
                assert {value for value, _ in control.choices} <= set(NAMES[control.path]), control.path


def test_the_goal_is_that_of_the_best_known_design_and_the_start_does_not_meet_it(declared):
    goal = declared["challenge"].goal.told()
    assert goal["limits"]["rate"] == 100_000
    assert goal["best"]["cost_per_hour"] < goal["limits"]["cost_per_hour"]
    assert goal["best"]["date"] > "2026"
    assert declared["challenge"].start.traffic.rate < goal["limits"]["rate"]


def test_machines_are_those_of_the_price_list_that_the_engine_takes(declared):
    lines = pages.description(declared["vertical_scaling"])["catalogue"]["lines"]
    assert [line["vcpus"] for line in lines] == sorted({line["vcpus"] for line in lines})
    for line in lines:
        System.model_validate({"servers": {"vcpus": line["vcpus"], "memory_gb": line["memory_gb"]}})


def test_no_look_is_left_out():
    assert len(LOOKS) == len(set(LOOKS))
