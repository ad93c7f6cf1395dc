"""The same value is the same run: in slices of any size, from a snapshot, in another process."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from engine import System
from engine.kernel import Kernel
from engine.log import NOT_BEFORE
from engine.system.faults import Fault
from tests.agreement.cases import plan_of
from tests.agreement.compare import FAULT, difference_of_looks
from tests.agreement.systems import Plan

NUMBERS = range(300, 340)
ROOT = Path(__file__).resolve().parents[2]


def act(kernel: Kernel, action: System | dict | None) -> None:
    if isinstance(action, System):
        kernel.change(action)
    elif action is not None:
        fault: Fault = FAULT.validate_python(action)
        kernel.inject(fault)


def end_of(plan: Plan) -> int:
    return round(1.5 * plan.scale.length_s * 1e9)


def look(kernel: Kernel) -> tuple:
    return "", 0, kernel.reading(), kernel.attempts()


def run(plan: Plan, cuts: list[int], *, is_plain: bool = False) -> tuple:
    """The plan from its beginning to its end, stopping at the cuts as well."""
    kernel = Kernel(plan.system, plan.seed, request_limit=2 * plan.scale.requests, plain=is_plain)
    todo = sorted(
        [*((time_ns, 1, action) for time_ns, action in plan.steps), *((cut, 0, None) for cut in cuts)], key=lambda step: step[:2]
    )
    for time_ns, _, action in todo:
        kernel.advance(time_ns, NOT_BEFORE)
        act(kernel, action)
    kernel.advance(max(end_of(plan), kernel.now_ns), NOT_BEFORE)
    return look(kernel)


def random_cuts(plan: Plan, rng: Random) -> list[int]:
    """Instants of slices: some on whole milliseconds, where much happens, some very close to each other."""
    end_ms = end_of(plan) // 1_000_000
    whole = [rng.randint(0, end_ms) * 1_000_000 for _ in range(30)]
    return [*whole, *(cut + rng.randint(0, 3) for cut in whole[:10]), *(rng.randint(0, end_of(plan)) for _ in range(20))]


@pytest.mark.parametrize("number", NUMBERS)
def test_slices_of_any_size_give_the_same_run(number):
    plan = plan_of(number)
    assert difference_of_looks(run(plan, []), run(plan, random_cuts(plan, Random(number)))) == ""


@pytest.mark.parametrize(
    ("number", "is_plain"),
    [
        *(pytest.param(number, False, id=f"{number}-compiled") for number in range(400, 420, 2)),
        *(pytest.param(number, True, id=f"{number}-plain") for number in range(402, 420, 4)),
    ],
)
def test_a_snapshot_is_the_run_so_far(number, is_plain):
    """From a snapshot the run goes on as it did, as often as wanted, and the snapshot is not touched by it."""
    plan = plan_of(number)
    end_ns = end_of(plan)
    kernel = Kernel(plan.system, plan.seed, plain=is_plain)
    kernel.advance(end_ns // 3)
    snapshot = kernel.snapshot()
    kernel.advance(end_ns)
    first = look(kernel)
    for _ in range(2):
        kernel.restore(snapshot)
        assert kernel.now_ns == end_ns // 3
        kernel.advance(end_ns // 2)
        kernel.advance(end_ns)
        assert difference_of_looks(first, look(kernel)) == ""


@pytest.mark.parametrize("is_plain", [False, True], ids=["compiled", "plain"])
def test_a_snapshot_in_the_calm_is_not_touched_by_the_burst(is_plain):
    """The rate of a burst must not leak into a snapshot that was taken before it."""
    system = System.model_validate(
        {"traffic": {"rate": 100.0, "pattern": "bursts", "burst_rate": 5_000.0, "burst_s": 0.2, "calm_s": 0.2, "static_ratio": 1.0}}
    )
    kernel = Kernel(system, seed=1, plain=is_plain)
    rates, snapshots = [], []
    for _ in range(20):
        snapshots.append(kernel.snapshot())
        before = kernel.reading().counts[0]
        kernel.advance(kernel.now_ns + 50_000_000)
        rates.append(int(kernel.reading().counts[0] - before))
    assert max(rates) > 10 * min(rates) + 10, "calm and bursts in turn"
    for snapshot, sent in zip(snapshots, rates):
        kernel.restore(snapshot)
        before = kernel.reading().counts[0]
        kernel.advance(kernel.now_ns + 50_000_000)
        assert kernel.reading().counts[0] - before == sent


def test_a_snapshot_survives_changes_of_the_system():
    """Back to before a change: the old system again, whatever the new one needed more of."""
    for number in range(501, 521, 2):
        plan = plan_of(number)
        kernel = Kernel(plan.system, plan.seed)
        kernel.advance(plan.steps[0][0])
        snapshot = kernel.snapshot()
        kernel.advance(kernel.now_ns + end_of(plan))
        first = look(kernel)
        kernel.restore(snapshot)
        for time_ns, action in plan.steps:
            kernel.advance(time_ns)
            act(kernel, action)
        kernel.restore(snapshot)
        kernel.advance(kernel.now_ns + end_of(plan))
        assert difference_of_looks(first, look(kernel)) == "", f"case {number}"


def fingerprint(numbers: range) -> str:
    """A hash of all rows of some cases."""
    digest = hashlib.sha256()
    for number in numbers:
        digest.update(run(plan_of(number), [])[3].tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("hash_seed", ["0", "123"])
def test_another_process_gives_the_same_bytes(hash_seed):
    program = "from tests.agreement.test_determinism import fingerprint; print(fingerprint(range(600, 612)))"
    environment = os.environ | {"PYTHONHASHSEED": hash_seed}
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == fingerprint(range(600, 612))
