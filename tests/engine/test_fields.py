"""Every field does something, and the table of cases is complete."""

from itertools import combinations, pairwise
from typing import get_args

import pytest

from engine import System
from engine.system.traffic import Cohort
from tests.engine.field_cases import CASES, FALLS, MOVES, ONE_VALUE, merged
from tests.engine.fields import ALL_PARTS, FAULTS, nested

OWNERS = [*ALL_PARTS, ("Cohort", Cohort), *((fault.__name__, fault) for fault in FAULTS)]
FIELDS = {
    f"{path}.{name}".lstrip("."): info
    for path, part in OWNERS
    for name, info in part.model_fields.items()
    if name != "kind" and not hasattr(info.annotation, "model_fields")
} | {"Cohort.client": Cohort.model_fields["client"]}


def test_the_table_is_complete():
    assert set(CASES) | ONE_VALUE == set(FIELDS)


def test_no_field_is_excused_that_has_several_values():
    for path in ONE_VALUE:
        info = FIELDS[path]
        assert len(get_args(info.annotation)) == 1, path


@pytest.mark.parametrize("path", CASES)
def test_a_field_does_something(path):
    case = CASES[path]
    put = case.put or (lambda value: nested(path.rpartition(".")[0], path.rpartition(".")[2], value))
    found = [case.measure(System.model_validate(merged(case.base, put(value)))) for value in case.values]
    shown = f"{path}: {dict(zip(map(str, case.values), found))}"
    assert None not in found, shown
    if case.direction == MOVES:
        assert all(one != other for one, other in combinations(found, 2)), shown
    else:
        ordered = found[::-1] if case.direction == FALLS else found
        assert all(one <= other for one, other in pairwise(ordered)) and ordered[0] < ordered[-1], shown


@pytest.mark.parametrize("path", CASES)
def test_the_values_of_a_choice_are_all_tried(path):
    info = FIELDS[path]
    choices = {choice for choice in get_args(info.annotation) if isinstance(choice, str)}
    if choices and not path.endswith("region"):  # there, some of the ten regions are enough
        assert choices <= set(CASES[path].values)
