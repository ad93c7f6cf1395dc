"""The manual tells the truth: its example is proven, and its lists are those of the format and of the engine."""

import json
import re
import subprocess
import sys
from typing import get_args

import pytest
from pydantic import BaseModel

from dashboard.lesson import fitting
from dashboard.lesson.checks_apart import ROOT
from dashboard.lesson.manual import FENCE, MANUAL, example, listings, manual
from engine import Simulation, System
from engine.system import Fault
from engine.system.paths import field_at, with_values
from lessons import checks, format, notes
from lessons.expressions import FUNCTIONS
from lessons.format import Lesson
from lessons.proving import prove
from lessons.reading import read

TEXT = MANUAL.read_text(encoding="utf-8")


def entries() -> dict[str, type[BaseModel]]:
    """Every kind of entry that a lesson file can have, by its name."""
    found: dict[str, type[BaseModel]] = {}
    waiting: list[type] = [Lesson]
    while waiting:
        kind = waiting.pop()
        if kind.__name__ in found:
            continue
        found[kind.__name__] = kind
        for about in kind.model_fields.values():
            waiting += models(about.annotation)
    return found


def models(kind: object) -> list[type]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return [one for part in get_args(kind) for one in models(part)]


def told(name: str) -> list[tuple[str, bool]]:
    """The fields that the manual lists of an entry, and whether each must be there."""
    heading = "The lesson" if name == "Lesson" else name
    table = re.search(rf"^### {heading}\n\n((?:\|.*\n)+)", TEXT, re.MULTILINE)
    assert table, f"the manual has no table of {heading}"
    rows = [line.split("|")[1] for line in table[1].splitlines()[2:]]
    return [(field, "*" in row) for row in rows for field in re.findall(r"`(\w+)`", row)]


@pytest.mark.parametrize("name", sorted(entries()))
def test_the_manual_lists_every_field(name):
    fields = [(field, about.is_required()) for field, about in entries()[name].model_fields.items()]
    assert sorted(told(name)) == sorted(fields)


def test_every_table_of_fields_is_of_an_entry():
    headings = set(re.findall(r"^### (.+)$", TEXT, re.MULTILINE))
    assert headings - {"The lesson"} == set(entries()) - {"Lesson"}
    assert {kind.__module__ for kind in entries().values()} == {module.__name__ for module in (format, checks, notes)}


def section(title: str) -> str:
    text = re.search(rf"^## \d+\. {title}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)[1]
    return FENCE.sub("", text)


def named(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


def columns(row: str) -> list[str]:
    return row.split("|")[1:-1]


def test_the_manual_lists_every_metric():
    rows = re.search(r"\| metric \| what it is \|\n\|.*\n((?:\|.*\n)+)", section("What can be measured"))[1]
    listed = [name for row in rows.splitlines() for name in named(columns(row)[0])]
    assert sorted(listed) == sorted(Simulation(System(), 1).advance(2).summary())


def test_the_manual_lists_every_column_of_the_tables():
    rows = re.search(r"\| of \| what it is \| metrics \|\n\|.*\n((?:\|.*\n)+)", section("What can be measured"))[1].splitlines()
    cached = with_values(System(), {"cache.enabled": True, "cdn.enabled": True})
    result = Simulation(cached, 1).advance(2)
    texts = {"tier", "index", "role", "name"}
    for row, table in zip(rows, (result.nodes, result.regions, result.cohorts), strict=True):
        assert named(columns(row)[2]) == set(table.columns) - texts


def test_the_manual_lists_every_fault_with_fields_that_it_has():
    rows = [
        columns(row)[0].strip(" `")
        for row in section("Scenes: what the page plays, and what breaks").splitlines()
        if "{kind:" in row
    ]
    kinds = {get_args(kind.model_fields["kind"].annotation)[0]: kind for kind in get_args(get_args(Fault)[0])}
    shown = {re.search(r"kind: (\w+)", row)[1]: set(re.findall(r"(\w+):", row)) for row in rows if row.startswith("{kind")}
    assert shown.keys() == kinds.keys()
    for name, fields in shown.items():
        assert fields <= set(kinds[name].model_fields)


def test_the_paths_that_the_manual_names_are_fields():
    paths = {
        name
        for name in named(section("Scenes: what the page plays, and what breaks"))
        if re.fullmatch(r"[a-z]+(\.[a-z0-9_]+)+", name)
    }
    assert len(paths) > 10
    for path in paths:
        assert field_at(path)


def test_the_numbers_the_kinds_and_the_functions_are_all_told():
    show = re.search(r"^### Show\n\n((?:\|.*\n)+)", TEXT, re.MULTILINE)[1]
    assert named(show) == {*fitting.NUMBERS, "numbers", "chart"}
    step = next(line for line in TEXT.splitlines() if line.startswith("| `kind` *"))
    assert named(step) == {"kind", *format.KINDS}
    assert all(name in section("Questions, and how they are judged") for name in FUNCTIONS)


def test_the_lists_of_the_page_are_those_of_the_file():
    assert [one["title"] for one in manual()] == re.findall(r"^## \d+\. (.+)$", TEXT, re.MULTILINE)
    codes = [block["text"] for one in manual() for block in one["blocks"] if block["kind"] == "code"]
    assert codes == listings()
    assert "```" not in str(manual())


def test_the_example_is_sound_fits_and_is_proven():
    source = read(example(), "example.yaml")
    assert fitting.harmless(source) == []
    assert fitting.problems_of(source) == []
    assert prove(source) == []


def test_the_example_is_checked_in_a_process_of_its_own():
    """Here with a claim that is false."""
    text = example().replace("when: left >= 0.9", "when: left > 2")
    command = [sys.executable, "-m", "dashboard.lesson.checking"]
    lines = subprocess.run(command, cwd=ROOT, input=text.encode(), capture_output=True, check=True, timeout=300).stdout.splitlines()
    assert b'"lesson"' in b"".join(lines)
    ((line, field, message),) = json.loads(lines[-1])["problems"]
    assert (field, "0 options hold" in message) == ("steps.1.choice.options", True)
    assert "options:" in text.splitlines()[line - 1]
