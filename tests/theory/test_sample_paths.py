"""Exact sample paths: from the engine's arrivals and service times alone, every start, departure and choice is computed again."""

import numpy as np
import pytest

from engine import System
from engine.reference import World
from engine.theory.balancing import smooth_weighted_sequence
from engine.theory.hashing import bounded_load_cap, haproxy_slots, ring_share_cv, ring_share_percentile
from engine.workload.tables import hash_ring
from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.paths import dispatch_path, fastest, fewest, held_at_dispatch, in_turn, smoothly, station_path
from tests.theory.trials import STUDENT, bounded_station, fleet, run, station

HERE = "test_sample_paths.py::"
REQUESTS = 3_000


def column(attempts, name) -> np.ndarray:
    return attempts[name].to_numpy()


def in_order(attempts):
    """The attempts by the time at which they reached a server; those that never got to one are left out."""
    return attempts[attempts["dispatched"] >= 0].sort_values(["dispatched", "request", "attempt"], kind="stable")


def until_the_first_open_one(attempts):
    """From the first that was still on its server when the run ended, service times are not known."""
    open_ones = column(attempts, "left") < 0
    return attempts.iloc[: int(np.argmax(open_ones))] if open_ones.any() else attempts


DISTRIBUTIONS = ("deterministic", "exponential", "lognormal", "pareto", "hyperexponential")


@pytest.mark.parametrize("vcpus", [1, 3, 4])
@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("cv", [0.3, 1.0, 3.0])
def test_waits_follow_kiefer_and_wolfowitz(vcpus, distribution, cv):
    assert simulated_by(HERE + "test_waits_follow_kiefer_and_wolfowitz") == ["A29"]
    system = station(0.95 * vcpus, 1, vcpus, service_distribution=distribution, service_cv=2.0, traffic={"interarrival_cv": cv})
    attempts = in_order(run(system, REQUESTS, 5).requests)
    begun = column(attempts, "cpu_done") >= 0
    services = np.where(begun, column(attempts, "cpu_done") - column(attempts, "cpu_at"), 0)
    starts, ends = station_path(column(attempts, "dispatched"), services, vcpus)
    assert begun.sum() >= REQUESTS - 200
    assert (starts[begun] == column(attempts, "cpu_at")[begun]).all()
    assert (ends[begun] == column(attempts, "left")[begun]).all()
    assert (starts > column(attempts, "dispatched")).mean() > 0.2


@pytest.mark.parametrize(("vcpus", "places"), [(1, 1), (1, 4), (3, 3), (3, 8)])
def test_refusals_follow_the_places(vcpus, places):
    attempts = in_order(run(bounded_station(1.2 * vcpus, 1, vcpus, places), REQUESTS, 6).requests)
    services = np.where(column(attempts, "cpu_done") >= 0, column(attempts, "cpu_done") - column(attempts, "cpu_at"), 0)
    starts, _ = station_path(column(attempts, "dispatched"), services, vcpus, places=places)
    known = column(attempts, "left") >= 0
    assert ((starts < 0) == (column(attempts, "outcome") == 2))[known].all()
    assert (starts == column(attempts, "cpu_at"))[known].all()
    assert 0.05 < (starts < 0).mean() < 0.95


@pytest.mark.parametrize("vcpus", [1, 3])
def test_what_is_not_begun_in_time_is_dropped(vcpus):
    system = station(1.5 * vcpus, 1, vcpus, client={"timeout_ms": 2_000.0}, drop_expired="before_work")
    attempts = until_the_first_open_one(in_order(run(system, REQUESTS, 7).requests))
    begun = column(attempts, "cpu_done") >= 0
    services = np.where(begun, column(attempts, "cpu_done") - column(attempts, "cpu_at"), 0)
    starts, _ = station_path(column(attempts, "dispatched"), services, vcpus, patience=2_000_000_000)
    assert len(attempts) > REQUESTS - 200
    assert ((starts >= 0) == begun).all()
    assert (starts == column(attempts, "cpu_at"))[begun].all()
    assert 0.1 < (~begun).mean() < 0.9


RULES = {
    "round_robin": lambda weights: in_turn(len(weights)),
    "weighted_round_robin": smoothly,
    "least_connections": fewest,
}


@pytest.mark.parametrize("algorithm", RULES)
@pytest.mark.parametrize(("weights", "vcpus"), [([1, 1], 1), ([1, 1, 1], 2), ([5, 1, 1], 1), ([1, 2, 3], 2), ([1] * 7, 1)])
def test_dispatch_paths(algorithm, weights, vcpus):
    assert simulated_by(HERE + "test_dispatch_paths") == ["D31"]
    if algorithm == "round_robin":
        weights = [1] * len(weights)
    floats = [float(weight) for weight in weights]
    system = station(
        0.9 * vcpus * sum(weights), 1, vcpus, balancer={"algorithm": algorithm}, count=len(weights), weights=floats, speeds=floats
    )
    attempts = in_order(run(system, REQUESTS, 8).requests)
    attempts = until_the_first_open_one(attempts)
    assert len(attempts) > REQUESTS - 500
    services = column(attempts, "cpu_done") - column(attempts, "cpu_at")
    chosen, left = dispatch_path(column(attempts, "dispatched"), services, len(weights), vcpus, RULES[algorithm](weights))
    assert (chosen == column(attempts, "server")).all()
    assert (left == column(attempts, "left")).all()


@pytest.mark.parametrize(("speeds", "vcpus"), [([1, 1], 1), ([1, 1, 1], 2), ([5, 1, 1], 1), ([1] * 7, 1)])
def test_least_latency_paths(speeds, vcpus):
    """Whoever was fast lately, by the moving average of the collection's case."""
    assert simulated_by(HERE + "test_least_latency_paths") == ["D30"]
    floats = [float(speed) for speed in speeds]
    system = station(0.9 * vcpus * sum(speeds), 1, vcpus, balancer={"algorithm": "least_latency"}, count=len(speeds), speeds=floats)
    attempts = until_the_first_open_one(in_order(run(system, REQUESTS, 8).requests))
    assert len(attempts) > REQUESTS - 500
    services = column(attempts, "cpu_done") - column(attempts, "cpu_at")
    chosen, left = dispatch_path(column(attempts, "dispatched"), services, len(speeds), vcpus, *fastest(len(speeds), 0.3))
    assert (chosen == column(attempts, "server")).all()
    assert (left == column(attempts, "left")).all()


def test_the_average_of_latencies_is_the_published_one():
    """Answers of 100, 200, 50 and 50 ms, one a second: after each the server's average is that of the case."""
    assert simulated_by(HERE + "test_the_average_of_latencies_is_the_published_one") == ["D30"]
    alone = station(1, 0.1, traffic={"interarrival_cv": 0.0}, service_distribution="deterministic")
    world, found = World(alone, seed=1), []
    for second, cpu_ms in enumerate((100.0, 200.0, 50.0, 50.0)):
        world.change(System.model_validate(alone.model_dump() | {"servers": alone.servers.model_dump() | {"cpu_ms": cpu_ms}}))
        world.advance((second + 1) * 1_000_000_000 + 500_000_000)
        found.append(world.servers[0].latency / 1e6)
    assert found == pytest.approx(expected("D30")["v"], rel=1e-12)


@pytest.mark.parametrize(("name", "weights"), [("w511", (5, 1, 1)), ("w311", (3, 1, 1)), ("w123", (1, 2, 3))])
def test_smooth_weighted_sequence(name, weights):
    assert simulated_by(HERE + "test_smooth_weighted_sequence") == ["D9"]
    floats = [float(weight) for weight in weights]
    system = station(1, 0.001, count=3, weights=floats, balancer={"algorithm": "weighted_round_robin"})
    servers = column(in_order(run(system, 60, 1).requests), "server")
    sequence = expected("D9")[name]
    assert "".join("abc"[server] for server in servers[: 2 * len(sequence)]) == 2 * sequence
    assert list(servers[:50]) == smooth_weighted_sequence(weights, 50)[0]


def spaced(count: int, algorithm: str, slow_first: bool):
    """Evenly spaced requests to servers that are idle again by the next one, but for a first server that is very slow."""
    speeds = [0.001] if slow_first else []
    traffic = {"interarrival_cv": 0.0}
    return station(
        1, 0.1, count=count, speeds=speeds, service_distribution="deterministic", balancer={"algorithm": algorithm}, traffic=traffic
    )


def test_the_busy_server_gets_nothing():
    assert simulated_by(HERE + "test_the_busy_server_gets_nothing") == ["D23"]
    idle = column(in_order(run(spaced(2, "least_connections", False), 10, 1).requests), "server")
    assert np.bincount(idle, minlength=2).tolist() == [5, 5]
    for algorithm in ("least_connections", "power_of_two"):
        busy = column(in_order(run(spaced(2, algorithm, True), 40, 1).requests), "server")
        first = int(np.argmax(busy == 0))
        assert busy[first] == 0
        assert (busy[first + 1 :] == 1).all()
        assert len(busy) - first > 11


@pytest.mark.parametrize(("requests", "held"), [(3, [1, 2]), (6, [2, 4])])
def test_two_choices_by_weight(requests, held):
    """Two servers of weights 1 and 2 and answers that take long: whoever has fewer for its weight, so one and two of three."""
    assert simulated_by(HERE + "test_two_choices_by_weight") == ["D23"]
    balancer, traffic = {"algorithm": "power_of_two"}, {"interarrival_cv": 0.0}
    system = station(
        1, 1_000, count=2, weights=[1.0, 2.0], balancer=balancer, traffic=traffic, service_distribution="deterministic"
    )
    for seed in range(20):
        servers = column(in_order(run(system, requests, seed).requests), "server")
        assert np.bincount(servers, minlength=2).tolist() == held


@pytest.mark.parametrize("count", [3, 10])
def test_two_choices_never_pick_the_longest(count):
    assert simulated_by(HERE + "test_two_choices_never_pick_the_longest") == ["D32"]
    attempts = in_order(run(fleet(count, 0.95, "power_of_two"), 20_000, 3).requests)
    left = np.where(column(attempts, "left") >= 0, column(attempts, "left"), 2**62)
    server = column(attempts, "server")
    held = held_at_dispatch(column(attempts, "dispatched"), left, server, count)
    ordered = np.sort(held, axis=1)
    strict = ordered[:, -1] > ordered[:, -2]
    assert strict.mean() > 0.1
    assert (held.argmax(axis=1)[strict] != server[strict]).all()
    # Nor does it join anybody longer than all but one of the others.
    assert (held[np.arange(len(server)), server] <= ordered[:, -2]).all()


@pytest.mark.parametrize("bound", [1.0, 1.1, 1.25, 2.0])
@pytest.mark.parametrize("weights", [[1] * 5, [3, 2, 1]])
def test_bounded_loads(bound, weights):
    assert simulated_by(HERE + "test_bounded_loads") == ["D28", "D29"]
    count = len(weights)
    system = station(
        0.9 * count,
        1,
        count=count,
        weights=[float(weight) for weight in weights],
        balancer={"algorithm": "consistent_hash", "hash_bound": bound},
        traffic={"items": 50, "popularity": 1.2},
    )
    attempts = in_order(run(system, 20_000, 4).requests)
    left = np.where(column(attempts, "left") >= 0, column(attempts, "left"), 2**62)
    server = column(attempts, "server")
    held = held_at_dispatch(column(attempts, "dispatched"), left, server, count)
    after = held[np.arange(len(server)), server] + 1
    for total in np.unique(held.sum(axis=1)):
        rows = held.sum(axis=1) == total
        slots = np.array(haproxy_slots(int(total), round(100 * bound), weights))
        assert (after[rows] <= slots[server[rows]]).all()
        if len(set(weights)) == 1:
            assert after[rows].max() <= bounded_load_cap(int(total) + 1, count, bound - 1)
    # The bound matters: without it the same requests pile up higher on the most popular key's server.
    assert len(np.unique(server)) == count


def test_the_ring_is_as_even_as_random_points():
    # 400 rings of ten servers with points of their own.
    assert "D27" in simulated_by(HERE + "test_the_ring_is_as_even_as_random_points")
    for points, name in ((1, "CV_n10_v1"), (100, "CV_n10_v100"), (160, "CV_n10_v160")):
        spreads, largest, moved = np.empty(400), np.empty(400), np.empty(400)
        for ring in range(400):
            shares = ring_shares(11 * ring, 10, points)
            spreads[ring] = (shares**2).mean() * 100 - 1
            largest[ring] = shares.max() * 10
            moved[ring] = ring_shares(11 * ring, 11, points)[10]
        assert expected("D27")[name] == pytest.approx(ring_share_cv(10, points))
        assert_mean(spreads, expected("D27")[name] ** 2)
        assert_mean(moved, expected("D27")["keys_moved_on_add_n10"])
        if points == 1:
            assert_mean(largest, expected("D27")["Emax_over_mean_n10_v1"])


def test_ninety_nine_of_a_hundred_shares_are_as_near_the_mean_as_published():
    assert simulated_by(HERE + "test_ninety_nine_of_a_hundred_shares_are_as_near_the_mean_as_published") == ["D27"]
    low, high = expected("D27")["share99_v100"]
    assert [low, high] == pytest.approx([ring_share_percentile(100, 0.5), ring_share_percentile(100, 99.5)], rel=1e-6)
    shares = 100 * np.concatenate([ring_shares(100 * ring, 100, 100) for ring in range(50)])
    outside = np.array([(shares < low).mean(), (shares > high).mean()])
    # Of 5,000 shares 25 on either side; the shares of one ring hang together, which makes their number vary less.
    assert (abs(outside - 0.005) <= 3.3 * np.sqrt(0.005 * 0.995 / len(shares))).all(), outside


def ring_shares(first: int, servers: int, points: int) -> np.ndarray:
    """Share of the hash values that each of the servers `first` ... owns on the engine's ring."""
    places, owners = hash_ring((0,) * first + (points,) * servers)
    whole = 2**62
    gaps = np.diff(np.concatenate([[places[-1] - whole], places])).astype(float) / whole
    return np.bincount(owners - first, weights=gaps, minlength=servers)


def assert_mean(values: np.ndarray, mean: float) -> None:
    half = STUDENT[len(values)] * values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - mean) <= half, f"theory {mean:.6g}, found {values.mean():.6g} ± {half:.2g}"
