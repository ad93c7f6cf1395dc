"""The glossary: two sentences at most, links that lead somewhere, and nothing that the page or the engine names left out."""

import re
from itertools import chain
from typing import Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from dashboard.glossary import TERMS
from dashboard.journey import CONCEPTS
from dashboard.places import VIEWS, exists
from engine import simulate
from engine.log import OUTCOMES, STAGES
from engine.system import Balancer, Fault, System
from engine.workload.parameters import ALGORITHMS

EXPLAINED = set(chain.from_iterable(term.explains.split() for term in TERMS))
SENTENCE_END = re.compile(r"[.?!](?= [A-Z0-9]|$)")


def fields() -> set[str]:
    """Paths of all fields of the system; prices are one term."""
    found = set()
    for part, info in System.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel) and part != "prices":
            found |= {f"{part}.{name}" for name in info.annotation.model_fields}
    return found


def faults() -> set[str]:
    return {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Fault)[0])}


@pytest.mark.parametrize("term", [pytest.param(term, id=term.anchor) for term in TERMS])
def test_a_term_is_explained_in_at_most_two_sentences(term):
    assert 1 <= len(SENTENCE_END.findall(term.text)) <= 2
    assert term.text.endswith(".")
    assert len(term.text) < 260


def test_there_is_one_of_each():
    assert len(TERMS) >= 80
    assert len({term.anchor for term in TERMS}) == len(TERMS)
    names = [name for term in TERMS for name in term.explains.split()]
    assert sorted(names) == sorted(set(names)), "two terms explain the same"


def test_every_link_leads_to_a_page_of_the_journey_or_one_that_is_there():
    assert {term.page for term in TERMS} <= {name for name, _ in CONCEPTS} | {"look_inside"}
    assert exists("look_inside")


@pytest.mark.parametrize("view", sorted(VIEWS.glob("*.py")), ids=lambda view: view.stem)
def test_what_a_page_lets_one_move_is_explained(view):
    moved = {".".join(path.split(".")[:2]) for path in re.findall(r'control\(\s*"([\w.]+)"', view.read_text(encoding="utf-8"))}
    assert moved - EXPLAINED == set()


def test_every_field_algorithm_stage_outcome_and_metric_of_the_engine_is_explained():
    metrics = {name for name in simulate(System(), requests=500).summary() if "." not in name}
    for names in (fields(), set(ALGORITHMS), set(STAGES), set(OUTCOMES), metrics, faults() - {"random_crashes"}):
        assert names - EXPLAINED == set()


def test_nothing_is_explained_that_is_not_there():
    choices = {
        value
        for part in System.model_fields.values()
        if isinstance(part.annotation, type) and issubclass(part.annotation, BaseModel)
        for info in part.annotation.model_fields.values()
        if get_origin(info.annotation) is Literal
        for value in get_args(info.annotation)
    } | set(get_args(Balancer.model_fields["algorithm"].annotation))
    metrics = set(simulate(System(), requests=500).summary())
    known = fields() | faults() | choices | metrics | set(STAGES) | set(OUTCOMES) | {"prices", "dispatched", "stale"}
    assert EXPLAINED - known == set()
