"""Points of presence and the way to them, compared with theory: each is a cache of its own, and distances add up."""

import pytest

from engine import System
from engine.theory.caches import lru_che_hit_ratio, stampede, ttl_fill_hit_ratio, zipf
from engine.workload.tables import REGIONS
from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.trials import Settled, Target, assert_agrees, run, share, summary

HERE = "test_cdn.py::"
ORIGIN, NEAR, FAR = "north_america_east", "europe_west", "oceania"


def with_pops(rate, items, popularity, *, access_ms=0.0, away_ms=0.0, regions=None, network=None, servers=None, **cdn) -> System:
    """Files, asked for near points of presence that are this far from the people and from the origin; servers take no time."""
    distances = {NEAR: {NEAR: access_ms}, FAR: {FAR: access_ms}, ORIGIN: {NEAR: away_ms, FAR: away_ms}}
    return System.model_validate(
        {
            "traffic": {
                "rate": rate, "items": items, "popularity": popularity, "static_ratio": 1.0, "regions": regions or {NEAR: 1.0},
            },
            "network": {"origin_region": ORIGIN, "rtt_ms": distances} | (network or {}),
            "balancer": {"health_check_interval_s": 3_600.0},
            "servers": {"count": 1, "workers": 100_000, "cpu_ms": 0.0, "memory_mb_per_request": 0.0} | (servers or {}),
            "cdn": {"enabled": True, "pops": [NEAR, FAR], "hit_ms": 0.0, "capacity_items": None, "ttl_s": None} | cdn,
        }
    )  # fmt: skip


@pytest.mark.parametrize("case", ["E4", "E5"])
def test_a_stampede_at_a_point_of_presence(case):
    """The published cases of fetches that take time, here because the origin is half a second away."""
    assert case in simulated_by(HERE + "test_a_stampede_at_a_point_of_presence")
    published = expected(case)
    system = with_pops(4, 1, 0.0, away_ms=500.0, ttl_s=2.0, coalescing=case == "E4")
    measures = {
        "hit": summary("cdn_hit_ratio"),
        "delayed": share(lambda attempts: attempts["pop_hit"] == 2),
        "fetch_rate": lambda result: 4 * float((Settled(result)["pop_hit"] == 0).mean()),
    }
    if case == "E4":
        values = {"hit": published["hit"], "delayed": published["delayed"], "fetch_rate": published["origin_rate"]}
    else:  # every fill starts the time to live anew, not only the first of an episode
        theory = stampede(4, 2, 0.5, False, last_fill_counts=True)
        values = {"hit": theory["hit_ratio"], "fetch_rate": theory["fetch_rate"]}
    targets = {name: Target(value, 0.02) for name, value in values.items()}
    assert_agrees(system, targets, measures, 40_000, keep=True)


def of_pop(region, column):
    """A column of the row of a point of presence."""
    return lambda result: float(result.nodes.query(f"tier == 'cdn' and index == {REGIONS.index(region)}")[column].iloc[0])


def test_each_point_of_presence_has_copies_of_its_own():
    """Three quarters of the people near one and a quarter near the other: by the time to live the busier one hits more."""
    system = with_pops(1_000, 1_000, 0.8, regions={NEAR: 3.0, FAR: 1.0}, ttl_s=1.0)
    shares = zipf(1_000, 0.8)
    targets = {
        "busy": Target(ttl_fill_hit_ratio(750 * shares, 1.0), 0.01),
        "quiet": Target(ttl_fill_hit_ratio(250 * shares, 1.0), 0.01),
    }
    assert targets["busy"].value > 1.2 * targets["quiet"].value
    measures = {"busy": of_pop(NEAR, "hit_ratio"), "quiet": of_pop(FAR, "hit_ratio")}
    assert_agrees(system, targets, measures, 150_000)


@pytest.mark.parametrize("region", [NEAR, FAR])
def test_a_small_point_of_presence_follows_che(region):
    system = with_pops(1_000, 2_000, 0.8, regions={NEAR: 1.0, FAR: 1.0}, capacity_items=200)
    target = Target(lru_che_hit_ratio(zipf(2_000, 0.8), 200), 0.01, slack=0.005)
    assert_agrees(system, {"hit": target}, {"hit": of_pop(region, "hit_ratio")}, 100_000)


def test_distances_add_up():
    """10 ms to the point of presence and back, 2 ms there; a miss 80 ms more to the origin and back, and 5 ms of work there."""
    servers = {"cpu_ms": 5.0, "service_distribution": "deterministic", "vcpus": 64}
    system = with_pops(100, 50, 0.8, access_ms=10.0, away_ms=80.0, servers=servers, hit_ms=2.0, ttl_s=1.0, coalescing=False)
    attempts = run(system, 3_000, 1).requests.query("final == 1")
    took_ms = (attempts["ended"] - attempts["arrived"]) / 1e6
    assert set(took_ms[attempts["pop_hit"] == 1]) == {12.0}
    assert set(took_ms[attempts["pop_hit"] == 0]) == {97.0}
    assert 0.1 < (attempts["pop_hit"] == 1).mean() < 0.95


@pytest.mark.parametrize("cv", [0.3, 1.0])
def test_the_jitter_of_two_trips(cv):
    """There and back, 50 ms in the mean each: independent, so the variances add; of each its square is (cv × mean)²."""
    network = {"origin_region": NEAR, "rtt_ms": {NEAR: {NEAR: 100.0}}, "jitter_cv": cv}
    system = with_pops(100, 1, 0.0, network=network, enabled=False)

    def took_s(result):
        attempts = Settled(result)
        return (attempts["ended"] - attempts["arrived"]) / 1e9

    targets = {
        "mean": Target(0.1, 0.005),
        "variance": Target(2 * (cv * 0.05) ** 2, 0.03),
    }
    measures = {
        "mean": lambda result: float(took_s(result).mean()),
        "variance": lambda result: float(took_s(result).var()),
    }
    assert_agrees(system, targets, measures, 20_000, keep=True)
    shortest_s = took_s(run(system, 20_000, 1)).min()
    assert 0.1 * (1 - cv) <= shortest_s <= 0.1 * (1 - cv) + 0.1 * cv * 0.05
