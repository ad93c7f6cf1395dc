"""All lessons of the course fit the pages beside which they are played; and each thing that does not fit is told with its line."""

import re
from pathlib import Path

import pytest

import dashboard
from dashboard.lesson import fitting
from dashboard.lesson.manual import example
from lessons.library import COURSE, OWN
from lessons.reading import load, read
from lessons.sound import problems_of
from tests.dashboard.lesson.played import FILES

SOURCES = [pytest.param(source, id=source.lesson.id) for source in COURSE.sources()]
NUMBERS_JS = Path(dashboard.__file__).parent / "static/stage/numbers.js"


@pytest.mark.parametrize("source", SOURCES)
def test_every_lesson_of_the_course_fits(source):
    assert fitting.harmless(source) == []
    assert fitting.problems_of(source) == []


def test_all_lessons_of_the_course_are_looked_at():
    folders = {path.parent.parent.name for path in OWN.glob("*/en/lesson.yaml")}
    assert {param.id for param in SOURCES} == folders


def test_the_tests_own_lesson_fits():
    assert fitting.problems_of(load(FILES / "every_kind")) == []


def test_the_numbers_are_those_of_the_strip():
    named = re.findall(r"\bname: '(\w+)'", NUMBERS_JS.read_text(encoding="utf-8"))
    assert sorted(set(named)) == sorted(fitting.NUMBERS)


SHOWN = "numbers: [latency_p50_ms, server_utilisation], chart: load"
COMPARED = example()[example().index("    compare:") : example().index("    hints:")]
"""The question of the step with an experiment."""
CHANGES = {
    "a page that there is not": ("concept: horizontal_scaling", "concept: sharding", "concept", "there is no page sharding"),
    "a number that no page has": (SHOWN, SHOWN.replace("server_utilisation", "queue"), "steps.2.show.numbers.1", "no page has"),
    "a chart of another page": (SHOWN, SHOWN.replace("load", "hits"), "steps.2.show.chart", "the page has no such chart"),
    "a term that is nowhere": ("[Horizontal scaling,", "[Scaling to the side,", "glossary.0", "there is no term"),
    "a lesson that is nowhere": ("prerequisites: []", "prerequisites: [none_such]", "prerequisites.0", "no lesson none_such"),
    "a field that cannot be moved": ("- [servers.count]", "- [traffic.functions]", "controls.0.0", "cannot be moved"),
    "a value between": (
        "set: {servers.count: 3}", "set: {servers.count: 2.5}", "steps.3.goal.solutions.0.set.servers.count", "would play 2",
    ),
    "what nobody sees": (
        COMPARED, "    own_run: {metric: jain_fairness, unit: x}\n", "steps.2.own_run.metric", "nobody can see that",
    ),
    "a fault that no page plays": (
        "system: {traffic.rate: 440}", "events: [{at_s: 5, fault: {kind: random_crashes, tier: database}}]",
        "scenes.rush.events.0.fault", "a page cannot break that",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "field", "words"), CHANGES.values(), ids=CHANGES)
def test_what_does_not_fit_is_told_with_its_field_and_line(old, new, field, words):
    text = example().replace(old, new)
    assert text != example(), "the change was made"
    found = [one for one in fitting.problems_of(read(text, "mine.yaml")) if one.field == field]
    assert found, fitting.problems_of(read(text, "mine.yaml"))
    assert words in found[0].message
    line = text.splitlines()[found[0].line - 1]
    assert line in new or line.strip() in new or new in line, "the line is the one on which it stands"


def test_a_slider_reaches_every_value_that_the_lesson_gives_it():
    """Otherwise the page would play a clamped value, and the proof another."""
    text = example().replace("set: {servers.count: 4}}\n      mistakes", "set: {servers.count: 60}}\n      mistakes")
    assert text != example()
    assert fitting.problems_of(read(text, "mine.yaml")) == []


def with_values(lines: str):
    return read(example().replace("values:\n", f"values:\n{lines}"), "mine.yaml")


def test_formulas_that_double_are_refused_before_they_are_computed():
    doubling = "".join(f"  v{at}: {{formula: v{at + 1} + v{at + 1}}}\n" for at in range(60)) + "  v60: {formula: left}\n"
    (problem,) = fitting.harmless(with_values(doubling))  # computed, they would never end
    assert (problem.field, "more than 300 numbers" in problem.message) == ("values.v0.formula", True)


def test_formulas_in_a_circle_are_refused():
    (problem,) = fitting.harmless(with_values("  v1: {formula: v2 + 1}\n  v2: {formula: v3}\n  v3: {formula: v1}\n"))
    assert "needs itself" in problem.message


def test_formulas_that_stand_on_others_are_fine():
    chain = "".join(f"  v{at}: {{formula: v{at + 1} + left}}\n" for at in range(40)) + "  v40: {formula: left}\n"
    source = with_values(chain)
    assert fitting.harmless(source) == []
    assert problems_of(source) == []


@pytest.mark.parametrize("character", ["\\0", "\\x1b", "\\u202e", "\\u2066"])
def test_characters_that_cannot_be_shown_are_refused(character):
    source = read(example().replace("title: A quiet night", f'title: "A{character} night"'), "mine.yaml")
    (problem,) = fitting.harmless(source)
    assert problem.field == "steps.0.title"
