"""The random systems use every field, and make happen whatever can happen: else agreement on them says little."""

from typing import get_args

import numpy as np
import pytest

from engine import System
from engine.log import COLUMNS, COUNTED, OUTCOMES
from engine.reading import UP
from engine.system.client import Client
from engine.system.faults import Fault
from tests.agreement.cases import plan_of
from tests.agreement.compare import FAULT, as_json, compiled, difference, difference_of_attempts, play, reference
from tests.agreement.minimise import from_json, minimised
from tests.engine.fields import ALL_PARTS, FAULTS

PLANS = [plan_of(number) for number in range(150)]
"""The first of those that the ordinary run compares: what they do, all of them do."""


def values_of(path: str, name: str) -> set[str]:
    """All values that a field takes in the systems."""
    found = set()
    for plan in PLANS:
        for system in [plan.system, *(action for _, action in plan.steps if isinstance(action, System))]:
            part = system
            for step in filter(None, path.split(".")):
                part = getattr(part, step)
            found.add(repr(getattr(part, name)))
    return found


FIELDS = [
    pytest.param(path, name, info, id=f"{path}.{name}")
    for path, part in ALL_PARTS
    if path not in ("", "prices")  # what it costs changes nothing that happens
    for name, info in part.model_fields.items()
    if not hasattr(info.annotation, "model_fields")
]


@pytest.mark.parametrize(("path", "name", "info"), FIELDS)
def test_every_field_takes_several_values(path, name, info):
    values = values_of(path, name)
    choices = {repr(choice) for choice in get_args(info.annotation) if isinstance(choice, str)}
    assert choices <= values
    assert len(values) > 1 or len(choices) == 1


@pytest.mark.parametrize("kind", [fault.model_fields["kind"].default for fault in FAULTS])
def test_every_fault_happens_by_plan_and_live(kind):
    assert any(fault.kind == kind for plan in PLANS for fault in plan.system.faults)
    assert any(isinstance(action, dict) and action["kind"] == kind for plan in PLANS for _, action in plan.steps)


def alternatives(info) -> set[str]:
    """The choices of a field that has some."""
    return {repr(choice) for choice in get_args(info.annotation) if isinstance(choice, str)}


FAULT_FIELDS = [
    pytest.param(fault, name, info, id=f"{fault.__name__}.{name}")
    for fault in FAULTS
    for name, info in fault.model_fields.items()
    if name not in ("kind", "region") and len(alternatives(info)) != 1
]


@pytest.mark.parametrize(("fault", "name", "info"), FAULT_FIELDS)
def test_every_field_of_a_fault_takes_several_values(fault, name, info):
    """Of the faults of a system's list and of those that are injected."""
    kind = fault.model_fields["kind"].default
    known = [one for plan in PLANS for one in plan.system.faults if one.kind == kind]
    known += [
        FAULT.validate_python(one) for plan in PLANS for _, one in plan.steps if isinstance(one, dict) and one["kind"] == kind
    ]
    values = {repr(getattr(one, name)) for one in known}
    assert alternatives(info) <= values
    assert len(values - {repr(info.get_default())}) > 0 and len(values) > 1


@pytest.mark.parametrize("name", Client.model_fields)
def test_cohorts_have_policies_of_their_own(name):
    policies = [{repr(getattr(cohort.client, name)) for cohort in plan.system.traffic.cohorts} for plan in PLANS]
    assert sum(len(values) > 1 for values in policies) > 5, "in several systems two cohorts differ"


@pytest.fixture(scope="module")
def ends():
    """The last look at each of the systems, on the compiled kernel: (reading, attempts)."""
    return [play(plan, compiled)[-1][2:] for plan in PLANS]


@pytest.mark.parametrize("name", COUNTED)
def test_everything_that_is_counted_happens(ends, name):
    assert sum(int(reading.counts[COUNTED.index(name)]) for reading, _ in ends) > 100


@pytest.mark.parametrize("outcome", range(len(OUTCOMES)), ids=OUTCOMES)
def test_every_outcome_of_an_attempt_happens_in_many_systems(ends, outcome):
    assert sum((rows[:, list(COLUMNS).index("outcome")] == outcome).any() for _, rows in ends) >= 10


def test_many_things_happen_at_the_same_instant(ends):
    """Ties: in a fifth of the systems most of the instants at which something ends are those of two attempts or more."""
    ends_of = [list(COLUMNS).index(name) for name in ("sent", "at_balancer", "cpu_done", "looked_up", "db_done", "ended")]
    shares = []
    for rows in (rows for _, rows in ends if len(rows)):
        instants = np.concatenate([np.unique(row[row >= 0]) for row in rows[:, ends_of]])
        _, counts = np.unique(instants, return_counts=True)
        shares.append(counts[counts > 1].sum() / max(len(instants), 1))
    assert sum(share > 0.5 for share in shares) >= len(PLANS) / 5


def test_nodes_are_down_at_the_end_of_some(ends):
    assert sum((reading.nodes[:, UP] == 0).any() for reading, _ in ends) >= 10


# What a mismatch would look like


def test_a_difference_is_found_and_shown():
    """The same plan with another seed is another run; the report names row, column and both values."""
    plan = plan_of(0)
    other = plan.__class__(plan.system, plan.seed + 1, plan.scale)
    one, two = play(plan, compiled)[-1], play(other, compiled)[-1]
    shown = difference_of_attempts(one[3], two[3])
    assert "<<<" in shown and "worker_at" in shown
    assert difference_of_attempts(one[3], one[3]) == ""
    assert difference_of_attempts(one[3], one[3][:-1]).startswith(f"row {len(one[3]) - 1} ")


def slow_reference(system, seed, **options):
    """A reference with a bug: what computes on server 0 takes a nanosecond more."""
    world = reference(system, seed, **options)
    world.servers[0].mean_cpu_ns += 1.0
    return world


def test_a_bug_is_found_and_made_small():
    plan = next(plan for plan in map(plan_of, range(0, 100, 2)) if difference(plan, slow_reference, compiled))
    small = minimised(plan, lambda candidate: bool(difference(candidate, slow_reference, compiled)), most_trials=300)
    assert difference(small, slow_reference, compiled)
    assert len(as_json(small)) < len(as_json(plan)) / 2


@pytest.mark.parametrize("number", [4, 5])
def test_a_plan_can_be_read_again(number):
    plan = plan_of(number)
    again = from_json(as_json(plan))
    assert (again.system, again.seed, again.steps) == (plan.system, plan.seed, plan.steps)


def test_faults_are_known():
    assert set(FAULTS) == set(get_args(get_args(Fault)[0]))
