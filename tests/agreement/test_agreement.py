"""The kernel and the reference agree on every instant and outcome of every attempt, and on all that is counted."""

import pytest

from tests.agreement.cases import plan_of, report
from tests.agreement.compare import compiled, plain

CHUNKS = [range(first, first + 25) for first in range(0, 500, 25)]
FULL = [range(first, first + 50) for first in range(10_000, 12_000, 50)]


def first_and_last(numbers: range) -> str:
    return f"{numbers[0]}-{numbers[-1]}"


def disagreements(numbers: range, **engines) -> str:
    return "\n".join(filter(None, (report(number, **engines) for number in numbers)))


@pytest.mark.parametrize("numbers", CHUNKS, ids=first_and_last)
def test_kernel_and_reference_agree(numbers):
    assert disagreements(numbers) == ""


@pytest.mark.full
@pytest.mark.parametrize("numbers", FULL, ids=first_and_last)
def test_kernel_and_reference_agree_on_many(numbers):
    assert disagreements(numbers) == ""


@pytest.mark.parametrize("numbers", [range(1_200, 1_212), range(1_212, 1_224)], ids=first_and_last)
def test_the_plain_kernel_agrees_with_the_compiled_one(numbers):
    assert disagreements(numbers, one=plain, other=compiled) == ""


@pytest.mark.parametrize(("chunks", "least"), [(CHUNKS, 250), (FULL, 1_000)], ids=["ordinary", "full"])
def test_a_run_covers_enough_systems(chunks, least):
    plans = [number for chunk in chunks for number in chunk]
    assert len(set(plans)) == len(plans)
    assert sum(number % 2 == 0 for number in plans) >= least, "systems in one run"
    assert sum(number % 2 == 1 for number in plans) >= least, "systems in slices"
    assert all(plan_of(number).steps for number in plans[1:20:2])
