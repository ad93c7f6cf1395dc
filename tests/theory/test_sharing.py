"""Processor sharing, simulated and compared with theory: the variance of M/M/1, how many share c vCPUs, insensitivity, paths."""

from fractions import Fraction

import numpy as np
import pytest

from engine.theory.stations import mmc
from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.trials import MEASURES, Settled, Target, assert_agrees, fleet, responses_s, run, station

HERE = "test_sharing.py::"
SHARED = {"discipline": "processor_sharing"}


def times_with(result) -> np.ndarray:
    """Share of the middle of the run in which 0, 1, 2 … were on the servers."""
    attempts = result.requests
    arrived, left = attempts["dispatched"].to_numpy(), attempts["left"].to_numpy()
    end = int(0.95 * arrived.max())
    instants = np.concatenate([arrived, np.where(left >= 0, left, 2**62)])
    order = np.argsort(instants, kind="stable")
    present = np.cumsum(np.repeat([1, -1], len(arrived))[order])
    instants = np.clip(instants[order], end // 10, end)
    return np.bincount(present[:-1], weights=np.diff(instants)) / (end - end // 10)


def test_one_shared_vcpu():
    assert simulated_by(HERE + "test_one_shared_vcpu") == ["A24"]
    published = expected("A24")
    measures = {
        "T": MEASURES["T"],
        "Var_T": lambda result: float(responses_s(Settled(result)).var()),
        "L": lambda result: float(times_with(result) @ np.arange(len(times_with(result)))),
    }
    targets = {"T": Target(published["T"], 0.02), "Var_T": Target(published["Var_T"], 0.1), "L": Target(published["L"], 0.02)}
    assert_agrees(station(0.8, **SHARED), targets, measures, 400_000, keep=True)


def test_how_many_share_three_vcpus():
    assert simulated_by(HERE + "test_how_many_share_three_vcpus") == ["A25"]
    published = expected("A25")
    targets = {name: Target(value, 0.02 if value > 0.01 else 0.1) for name, value in published.items()}
    measures = {name: lambda result, count=int(name[1:]): float(times_with(result)[count]) for name in published}
    assert_agrees(station(10, 1 / 12, 3, **SHARED), targets, measures, 180_000, keep=True)


def test_join_the_shortest_queue_is_hardly_sensitive_to_the_service():
    assert "D21" in simulated_by(HERE + "test_join_the_shortest_queue_is_hardly_sensitive_to_the_service")
    target = Target(expected("D21")["T_PS_near"], 0.03, slack=0.03)
    system = fleet(2, 0.8, "least_connections", service_distribution="lognormal", service_cv=2.0, **SHARED)
    assert_agrees(system, {"T": target}, MEASURES, 300_000)


@pytest.mark.parametrize("vcpus", [1, 4])
@pytest.mark.parametrize(("distribution", "cv"), [("deterministic", 1.0), ("lognormal", 2.0), ("hyperexponential", 3.0)])
def test_the_mean_depends_on_the_mean_service_alone(vcpus, distribution, cv):
    # Cohen (1979): M/G/c with processor sharing has as many present as M/M/c.
    system = station(0.7 * vcpus, 1, vcpus, service_distribution=distribution, service_cv=cv, **SHARED)
    assert_agrees(system, {"T": Target(mmc(0.7 * vcpus, 1, vcpus).response_s, 0.05)}, MEASURES, 300_000)


@pytest.mark.parametrize("vcpus", [1, 3])
def test_paths(vcpus):
    """The same arrivals and demands, shared in exact fractions: every end within a microsecond of a mean service of a second."""
    options = {"service_distribution": "lognormal", "service_cv": 2.0}
    demands = run(station(0.8 * vcpus, 1, vcpus, **options), 2_000, 3).requests
    shared = run(station(0.8 * vcpus, 1, vcpus, **options, **SHARED), 2_000, 3).requests
    assert (demands["request"] == shared["request"]).all()
    both = (demands["cpu_done"] >= 0) & (shared["cpu_done"] >= 0)
    count = int(both.argmin()) if not both.all() else len(both)
    assert count > 1_800
    services = (demands["cpu_done"] - demands["cpu_at"]).to_numpy()[:count]
    arrivals = shared["dispatched"].to_numpy()[:count]
    ends = shared_path(arrivals.tolist(), services.tolist(), vcpus)
    before = shared["dispatched"].to_numpy()[count:].min(initial=2**62)
    found = shared["cpu_done"].to_numpy()[:count]
    counted = found < before
    assert counted.sum() > 1_800
    assert np.abs(found - np.array([float(end) for end in ends]))[counted].max() < 1_000


def shared_path(arrivals: list[int], services: list[int], vcpus: int) -> list[Fraction]:
    """When each ends, computed anew from what is left of each at every arrival and end."""
    left: dict[int, Fraction] = {}
    ends, now = [Fraction(0)] * len(arrivals), Fraction(0)
    for index, arrives in enumerate([*arrivals, None]):
        while left:
            rate = min(Fraction(1), Fraction(vcpus, len(left)))
            first = min(left, key=left.get)
            wait = left[first] / rate
            if arrives is not None and now + wait > arrives:
                break
            left = {job: rest - wait * rate for job, rest in left.items() if job != first}
            now += wait
            ends[first] = now
        if arrives is not None:
            rate = min(Fraction(1), Fraction(vcpus, max(len(left), 1)))
            left = {job: rest - (arrives - now) * rate for job, rest in left.items()} | {index: Fraction(services[index])}
            now = Fraction(arrives)
    return ends
