"""The table of external cases is complete: every case of the collection is in it, with its test or the reason why not."""

import ast
from pathlib import Path

import pytest

from tests.theory.closed_forms import FORMS, WITHOUT_FORM
from tests.theory.oracle_cases import BY_ID, CASES

COLLECTION = """
A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 A14 A15 A16 A17 A18 A19 A20 A21 A22 A24 A25 A27 A28 A29
B1 B2 B3 B5 B7 C1 C2 C3 C4 C5 C7 C8 C10 C12 C13 C15
D1 D2 D3 D4 D5 D6 D8 D9 D10 D11 D12 D13 D14 D15 D16 D17 D20 D21 D22 D23 D24 D25 D26 D27 D28 D29 D30 D31 D32
E1 E2 E4 E5 E6 E8 E9 E10 E11 E12 E13 E14 F1 F2 F3 F4 F6 F7 F8 F9 G1 G3 G4 G5 G6 G7 G8 G9 G10 G11 H1 H2 H3 H5
"""
HERE = Path(__file__).parent


def test_every_case_of_the_collection_is_there_once():
    assert len(COLLECTION.split()) == 106
    assert [case.id for case in CASES] == COLLECTION.split()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_is_simulated_or_says_why_not(case):
    assert case.runs or case.missing
    assert not case.runs or not case.missing or case.missing.startswith("in part: ")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_has_a_formula_or_says_why_not(case):
    assert (case.id in FORMS) != bool(case.formless)
    if case.id in FORMS:
        assert case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_tests_of_a_case_exist_and_know_it(case):
    for run in case.runs:
        file, function = run.split("::")
        source = (HERE / file).read_text(encoding="utf-8")
        assert function in {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
        assert f'"{case.id}"' in source, f"{file} does not name {case.id}"


def test_no_formula_and_no_excuse_is_left_over():
    assert set(FORMS) <= set(BY_ID)
    assert all(name in BY_ID[case].expected for case, name in WITHOUT_FORM)
