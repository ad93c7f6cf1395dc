"""Staging: on its page a situation is its own system and what happens to it, and nothing else changes the page."""

import importlib.util
import json

import pytest

from dashboard.asks import read_ask
from dashboard.page import Page, chunk, description
from dashboard.places import VIEWS, exists
from dashboard.situations import BY_NAME, SITUATIONS, Situation
from dashboard.staging import Place, moved, staged
from engine.system import System
from engine.system.paths import value_at

CONCEPT = Page("load-balancing", "Load balancing", "Who waits?", System(), controls=(), faults=("crash", "fail_fast"))


def test_a_page_without_a_situation_is_as_it_is():
    for name in (None, ""):
        assert staged(CONCEPT, Place(name)) == (CONCEPT, None)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nothing", "There is no situation 'nothing'; the gallery has all of them."),
        ("lunch_hour", "The situation Lunch hour belongs to another page; open it from the gallery."),
        ("<b>" + "x" * 99, "There is no situation '<b>" + "x" * 36 + "; the gallery has all of them."),
    ],
)
def test_a_situation_that_a_page_has_not_opens_nothing_and_says_why(name, reason):
    page, opened = staged(CONCEPT, Place(name))
    assert page == CONCEPT
    assert opened == {"name": f"?situation={name:.80}", "reasons": [reason]}
    assert chunk(page, None, opened)["echo"] == "first", "the page begins with its own system"


def test_a_page_in_a_situation_is_that_system_and_what_is_to_come():
    there, opened = staged(CONCEPT, Place("bad_deploy"))
    situation = BY_NAME["bad_deploy"]
    assert there.start == situation.system
    assert (there.name, there.question) == ("load-balancing.bad_deploy", situation.sentence)
    assert (opened["seed"], opened["changes"], opened["begin_s"]) == (1, situation.changes, 10)
    assert [control.path for control in there.controls] == [f"servers.speeds.{k}" for k in range(4)]
    assert all(control.more for control in there.controls)
    assert [control.label for control in there.controls] == [f"Server {k} speed" for k in range(1, 5)]


def test_the_first_chunk_is_of_that_run():
    there, opened = staged(CONCEPT, Place("bad_deploy"))
    begun = chunk(there, None, opened)
    assert begun["echo"] == "first"
    assert begun["pieces"][0]["series"]["offered_rate"][-1] == pytest.approx(1_000, rel=0.3)
    assert json.dumps(description(there))


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_what_happens_can_be_asked_for_on_its_page(situation: Situation):
    """The browser asks with the situation's changes: every value of them must be one that the page's controls take."""
    page = Page(situation.page.replace("_", "-"), "", "", System(), controls=())
    there, opened = staged(page, Place(situation.name))
    controls = {control.path: control for control in there.controls}
    assert list(controls) == moved(situation)
    changes = [change for change in opened["changes"] if "inject" not in change[1]]
    _, ask = read_ask({"id": "x", "seed": opened["seed"], "changes": changes, "from_s": 0, "length_s": 60}, controls, frozenset())
    assert [change.values for change in ask.changes] == [values for _, values in changes]
    assert 0 < situation.changes[0][0] <= 20, "it happens while one is looking"


def declared(name: str, monkeypatch) -> Page:
    """The page that a view declares, without drawing it."""
    monkeypatch.setattr("dashboard.page.show", lambda page: None)
    spec = importlib.util.spec_from_file_location(f"view_{name}", VIEWS / f"{name}.py")
    view = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(view)
    return view.PAGE


@pytest.mark.parametrize("situation", [one for one in SITUATIONS if exists(one.page)], ids=lambda situation: situation.name)
def test_the_page_that_there_is_takes_all_that_happens_and_its_sliders_reach_the_values(situation: Situation, monkeypatch):
    there, opened = staged(declared(situation.page, monkeypatch), Place(situation.name))
    controls = {control.path: control for control in there.controls}
    ask = {"id": "x", "seed": opened["seed"], "changes": opened["changes"], "from_s": 0, "length_s": 60}
    assert len(read_ask(ask, controls, frozenset(there.faults))[1].changes) == len(situation.changes)
    for control in controls.values():
        value = value_at(there.start, control.path)
        if control.kind == "slider" and value is not None:
            assert control.low <= value <= control.most, control.path
