"""Evictions, cache nodes, coalescing and refreshes compared with theory and with published values."""

import numpy as np
import pytest

from engine import Simulation, simulate
from engine.log import COUNTED
from engine.theory.caches import (
    fifo_exact_hit_ratio,
    lfu_limit_hit_ratio,
    lfu_settled_hit_ratio,
    lru_che_hit_ratio,
    moved_share,
    sharded_lru_hit_ratio,
    stampede,
    zipf,
)
from engine.workload.parameters import parameters_of
from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.test_caches import HIT, cached
from tests.theory.trials import Target, assert_agrees, run

HERE = "test_distributed_caches.py::"


# Case, name of its value, items, capacity.
FIFO = [("E6", "FIFO_exact", 100, 10), ("E9", "fifo_n6C3", 6, 3)]


@pytest.mark.parametrize("eviction", ["fifo", "random"])
@pytest.mark.parametrize(("case", "name", "items", "capacity"), FIFO)
def test_evictions(case, name, items, capacity, eviction):
    assert case in simulated_by(HERE + "test_evictions")
    assert fifo_exact_hit_ratio(zipf(items, 0.8), capacity) == pytest.approx(expected(case)[name])
    system = cached(1000, items, 0.8, capacity_items=capacity, eviction=eviction)
    assert_agrees(system, {"hit": Target(expected(case)[name], 0.005)}, HIT, 400_000)


def test_least_often_used():
    """The published value is one run; runs differ by several percent, for where they settle depends on what is counted first."""
    assert simulated_by(HERE + "test_least_often_used") == ["E11"]
    published = expected("E11")
    system = cached(1000, 100, 0.8, capacity_items=10, eviction="lfu")
    runs = [simulate(system, requests=400_000, seed=seed, engine="compiled", keep_requests=0) for seed in range(12)]
    hits = np.array([result.summary()["cache_hit_ratio"] for result in runs])
    assert abs(published["sim_400k"] - hits.mean()) <= 3 * hits.std(ddof=1)
    assert hits.max() < published["limit"]


def test_least_often_used_hits_follow_the_keys_alone():
    attempts = run(cached(1000, 100, 0.8, capacity_items=10, eviction="lfu"), 20_000, 2).requests.sort_values(
        "looked_up", kind="stable"
    )
    uses: dict[int, int] = {}
    used_at: dict[int, int] = {}
    for place, (key, hit) in enumerate(zip(attempts["key"].to_numpy(), attempts["hit"].to_numpy())):
        assert hit == (key in uses)
        if not hit and len(uses) == 10:
            del uses[min(uses, key=lambda item: (uses[item], used_at[item]))]
        uses[key] = uses.get(key, 0) + 1
        used_at[key] = place


@pytest.mark.parametrize(("items", "popularity", "capacity"), [(50, 3.0, 2), (50, 3.0, 3), (100, 2.5, 3), (100, 2.5, 2)])
def test_least_often_used_is_the_ideal_but_for_one_place(items, popularity, capacity):
    """The ideal knows the most popular items and keeps them. This one finds them out, and needs a place for whoever comes."""
    shares = zipf(items, popularity)
    found, ideal = lfu_settled_hit_ratio(shares, capacity), lfu_limit_hit_ratio(shares, capacity)
    assert lfu_limit_hit_ratio(shares, capacity - 1) < found < ideal
    system = cached(1000, items, popularity, capacity_items=capacity, eviction="lfu")
    assert_agrees(system, {"hit": Target(found, 0.005, slack=1e-3)}, HIT, 200_000)


def test_nodes_on_a_ring():
    assert simulated_by(HERE + "test_nodes_on_a_ring") == ["E14"]
    system = cached(1000, 10_000, 0.8, capacity_items=100, nodes=10, placement="consistent_hash")
    theory = sharded_lru_hit_ratio(zipf(10_000, 0.8), 100, homes(system))
    assert theory == pytest.approx(expected("E14")["sharded_mean_over_20_rings"], rel=0.005)
    assert_agrees(system, {"hit": Target(theory, 0.005, 0.003)}, HIT, 150_000)


@pytest.mark.parametrize("placement", ["modulo", "consistent_hash"])
def test_each_node_is_a_cache_of_its_own(placement):
    """Che's approximation for each node with the items that it is in charge of: hits, and its share of the look-ups."""
    system = cached(1000, 2_000, 0.8, capacity_items=50, nodes=4, placement=placement)
    shares, home = zipf(2_000, 0.8), homes(system)

    def of_node(index, column):
        return lambda result: float(result.nodes.query(f"tier == 'cache' and index == {index}")[column].iloc[0])

    targets, measures = {}, {}
    for index in range(4):
        own = shares[home == index]
        targets[f"hits of {index}"] = Target(lru_che_hit_ratio(own, 50), 0.015, slack=0.01)
        targets[f"rate of {index}"] = Target(1000 * own.sum(), 0.01)
        measures |= {f"hits of {index}": of_node(index, "hit_ratio"), f"rate of {index}": of_node(index, "rate")}
    hits = [target.value for name, target in targets.items() if name.startswith("hits")]
    assert max(hits) > 1.1 * min(hits), "the nodes differ"
    assert_agrees(system, targets, measures, 100_000)


def homes(system):
    """The node in charge of each item while all are up."""
    from engine.kernel.placement import homes_of

    p = parameters_of(system)
    return homes_of(p, np.ones(p.cache_nodes, dtype=np.int64), p.items)


def test_coalescing():
    assert simulated_by(HERE + "test_coalescing") == ["E4"]
    published = expected("E4")
    assert stampede(4, 2, 0.5, True)["hit_ratio"] == pytest.approx(published["hit"])
    fetch = {"read_ms": 500.0, "service_distribution": "deterministic"}
    system = cached(4, 1, 0.0, ttl_s=2.0, coalescing=True, database=fetch)
    measures = HIT | {
        "delayed": lambda result: float((result.requests["fetched"] >= 0).mean()),
        "fetch_rate": lambda result: 4 * float((result.requests["db_node"] >= 0).mean()),
    }
    targets = {
        "hit": Target(published["hit"], 0.005),
        "delayed": Target(published["delayed"], 0.02),
        "fetch_rate": Target(published["origin_rate"], 0.02),
    }
    assert_agrees(system, targets, measures, 40_000, keep=True)


@pytest.mark.parametrize("placement", ["modulo", "consistent_hash"])
def test_keys_that_move(placement):
    """A fifth node: on the ring a fifth of the items moves to it, give or take what the ring's arcs differ by; else four fifths."""
    before = cached(10, 100_000, 0.0, nodes=4, placement=placement)
    after = before.model_copy(update={"cache": before.cache.model_copy(update={"nodes": 5})})
    share = (homes(before) != homes(after)).mean()
    assert share == pytest.approx(moved_share(4, 5, placement == "modulo"), rel=0.2 if placement == "consistent_hash" else 1e-9)
    if placement == "consistent_hash":
        assert set(homes(after)[homes(before) != homes(after)]) == {4}
    shares = np.bincount(homes(before)) / 100_000
    assert abs(shares - 0.25).max() < (0.25 * 0.3 if placement == "consistent_hash" else 1e-9)


@pytest.mark.parametrize("placement", ["modulo", "consistent_hash"])
def test_a_live_node_finds_only_what_has_not_moved(placement):
    """Everything is cached when a fifth node comes. What moved is counted, and missed once each; the rest goes on hitting."""
    items = 2_000
    before = cached(5_000, items, 0.0, nodes=4, placement=placement, start_warm=True)
    after = before.model_copy(update={"cache": before.cache.model_copy(update={"nodes": 5})})
    moved = homes(before) != homes(after)
    live = Simulation(before, seed=2, engine="compiled")
    assert live.advance(1.0).summary()["cache_hit_ratio"] == 1.0
    counted = live.advance(0.001).readings[-1].counts[COUNTED.index("cache_keys_moved")]
    live.change(after)
    slice_ = live.advance(10.0, keep_every=1)
    assert moved.mean() == pytest.approx(0.8 if placement == "modulo" else 0.2, rel=0.25)
    assert slice_.readings[-1].counts[COUNTED.index("cache_keys_moved")] - counted == moved.sum()
    attempts = slice_.requests
    missed = np.bincount(attempts["key"][attempts["hit"] == 0], minlength=items)
    asked = np.bincount(attempts["key"], minlength=items) > 0
    assert (missed == (moved & asked)).all()


def test_a_stale_item_never_waits():
    """Once filled an item is always served, and fetched at most once in each time to live."""
    stale = {"ttl_s": 0.1, "stale_while_revalidate_s": 1e6}
    simulation = Simulation(cached(100, 1, 0.0, database={"read_ms": 1.0}, **stale), seed=3, engine="compiled")
    result = simulation.advance(100.0, keep_every=1)
    hits = result.requests["hit"].to_numpy()
    assert (hits[np.argmax(hits) :] == 1).all()
    assert result.nodes.loc[result.nodes["tier"] == "database", "dispatched"].iloc[0] <= 1_000 + (hits == 0).sum()
