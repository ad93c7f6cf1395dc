"""The external cases that theory and simulation are checked against: `oracle_cases.json` has one row a case.

A row has the case's number in the collection, its title, where its values were published, and the values. `runs` names the
tests that simulate it, `missing` says what the model cannot express of it, `formless` why no formula gives it.
The service time has mean 1 where nothing else is said; names: T response time, Wq wait in the queue, L number present, util
utilisation, rho offered load per worker, P_... shares.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    """One case of the collection."""

    id: str
    title: str
    source: str
    expected: dict[str, Any] = field(default_factory=dict)
    runs: tuple[str, ...] = ()
    missing: str = ""
    formless: str = ""


CASES = [Case(**row) for row in json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))]
BY_ID = {case.id: case for case in CASES}


def expected(case_id: str) -> dict[str, Any]:
    """The published values of a case."""
    return BY_ID[case_id].expected


def simulated_by(test: str) -> list[str]:
    """The cases that a test, named file::function, has to run."""
    return [case.id for case in CASES if test in case.runs]
