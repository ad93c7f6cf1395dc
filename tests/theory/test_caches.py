"""The cache with real keys, compared with theory: time to live, LRU, cold start, fetches that take time."""

import numpy as np
import pytest

from engine.theory.caches import lru_che_hit_ratio, stampede, ttl_fill_hit_ratio, ttl_use_hit_ratio, zipf
from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.trials import Settled, Target, assert_agrees, data_system, estimates, run, summary

HERE = "test_caches.py::"
HIT = {"hit": summary("cache_hit_ratio")}


def cached(rate, items, popularity, *, database=None, traffic=None, **cache):
    """Reads of items through a cache; fills take no time unless the database does."""
    cache = {"enabled": True, "capacity_items": None, "ttl_s": None} | cache
    return data_system(rate, traffic={"items": items, "popularity": popularity} | (traffic or {}), cache=cache, database=database)


TIMES_TO_LIVE = {
    ("E1", "insertion"): cached(2, 1, 0.0, ttl_s=1.0),
    ("E1", "sliding"): cached(2, 1, 0.0, ttl_s=0.7, ttl_from="use"),
    ("E2", "insertion"): cached(1000, 1000, 0.8, ttl_s=5.0),
    ("E2", "sliding"): cached(1000, 1000, 0.8, ttl_s=5.0, ttl_from="use"),
}


@pytest.mark.parametrize(("case", "name"), TIMES_TO_LIVE)
def test_time_to_live(case, name):
    assert case in simulated_by(HERE + "test_time_to_live")
    system = TIMES_TO_LIVE[case, name]
    # A time to live of 5 s at 1000 requests/s: the cache has settled after a few thousand requests.
    assert_agrees(system, {"hit": Target(expected(case)[name], 0.005)}, HIT, 100_000)


@pytest.mark.parametrize(("ttl_from", "theory"), [("fill", ttl_fill_hit_ratio), ("use", ttl_use_hit_ratio)])
def test_writes_remove_items(ttl_from, theory):
    system = cached(1000, 1000, 0.8, traffic={"write_ratio": 0.2}, ttl_s=5.0, ttl_from=ttl_from)
    shares = zipf(1000, 0.8)
    assert_agrees(system, {"hit": Target(theory(800 * shares, 5.0, 200 * shares), 0.005)}, HIT, 100_000)


# Case, name of its value, items, capacity, what the approximation may be off relative to the value, warm-up.
LRU = [
    ("E6", "LRU_exact", 100, 10, 0.0, 0.1),
    ("E9", "n6C3", 6, 3, 0.0, 0.1),
    ("E8", "C100", 10_000, 100, 0.002 / 0.1566, 0.1),
    ("E8", "C500", 10_000, 500, 0.002 / 0.3311, 0.1),
    ("E8", "C1000", 10_000, 1_000, 0.002 / 0.4366, 0.1),
    ("E8", "C5000", 10_000, 5_000, 0.002 / 0.7916, 0.4),
]


@pytest.mark.parametrize(("case", "name", "items", "capacity", "slack", "warmup"), LRU)
def test_lru(case, name, items, capacity, slack, warmup):
    assert case in simulated_by(HERE + "test_lru")
    system = cached(1000, items, 0.8, capacity_items=capacity)
    requests = 400_000 if name == "C100" else 150_000
    assert_agrees(system, {"hit": Target(expected(case)[name], 0.005, slack)}, HIT, requests, warmup=warmup)


def test_lru_is_within_one_percent_of_che_and_below_the_best_possible():
    published = expected("E6")
    found = estimates(cached(1000, 100, 0.8, capacity_items=10), HIT, 100_000)["hit"]
    assert abs(found.mean - published["LRU_Che"]) <= 0.01 * published["LRU_Che"] + found.half
    assert published["FIFO_exact"] < found.mean - found.half
    assert found.mean + found.half < published["LFU_limit"]


def test_lru_with_writes_follows_che():
    shares = zipf(10_000, 0.8)
    system = cached(1000, 10_000, 0.8, traffic={"write_ratio": 0.1}, capacity_items=1_000)
    value = lru_che_hit_ratio(900 * shares, 1_000, 100 * shares)
    assert_agrees(system, {"hit": Target(value, 0.005, 0.002 / value)}, HIT, 150_000)


def test_cold_cache():
    assert simulated_by(HERE + "test_cold_cache") == ["E10"]
    system = cached(1000, 2_000, 0.8)
    found = estimates(system, HIT, 5_000, trials=100, warmup=0.0)["hit"]
    assert abs(found.mean - expected("E10")["hit"]) <= found.half <= 0.005 * found.mean


def test_a_warm_cache_has_the_items_with_what_is_left_of_their_time():
    """What is left is uniform up to the time to live: the first look-up of an item at time t hits with chance 1 - t / ttl."""
    system = cached(5_000, 20_000, 0.0, ttl_s=10.0, start_warm=True)
    attempts = run(system, 50_000, 3).requests.sort_values("looked_up", kind="stable")
    first = attempts[attempts["looked_up"] >= 0].groupby("key").first()
    chance = 1 - first["looked_up"].to_numpy() / 10e9
    assert chance.min() < 0.1
    for early in (True, False):  # early and late ones apart: the whole could be right by chance
        some = (chance > 0.7) == early
        off = (first["hit"].to_numpy() - chance)[some]
        assert abs(off.sum()) <= 3.3 * np.sqrt((chance * (1 - chance))[some].sum())


def test_fetch_delay():
    # Each fill starts the time to live anew, not only the first of an episode: the published case but for that.
    assert simulated_by(HERE + "test_fetch_delay") == ["E5"]
    published = expected("E5")
    assert stampede(4, 2, 0.5, False)["hit_ratio"] == pytest.approx(published["hit"])
    theory = stampede(4, 2, 0.5, False, last_fill_counts=True)
    system = cached(4, 1, 0.0, ttl_s=2.0, database={"read_ms": 500.0, "service_distribution": "deterministic"})

    def fetches_per_episode(result):
        # An episode begins with a miss that no fetch under way has seen.
        attempts = Settled(result)
        misses = attempts["sent"][attempts["hit"] == 0]
        return len(misses) / (1 + np.count_nonzero(np.diff(misses) >= 500_000_000))

    measures = HIT | {"fetches": fetches_per_episode, "fetch_rate": lambda result: 4 * (1 - result.summary()["cache_hit_ratio"])}
    targets = {
        "hit": Target(theory["hit_ratio"], 0.005),
        "fetch_rate": Target(theory["fetch_rate"], 0.02),
        "fetches": Target(published["origin_fetches_per_miss_episode"], 0.02),
    }
    assert_agrees(system, targets, measures, 40_000, keep=True)


def test_every_look_up_is_a_hit_or_a_miss_and_every_miss_a_query():
    attempts = run(cached(1000, 300, 0.8, traffic={"write_ratio": 0.2}, capacity_items=50), 20_000, 1).requests
    attempts = attempts[attempts["ended"] >= 0]
    reads = attempts["kind"] == 1
    assert set(attempts.loc[reads, "hit"]) == {0, 1}
    assert set(attempts.loc[~reads, "hit"]) == {-1}
    assert ((attempts["db_node"] >= 0) == ((attempts["hit"] == 0) | ~reads)).all()


def test_lru_hits_follow_the_keys_alone():
    # The sample path of the cache, computed again from the keys: the 50 items used last.
    attempts = run(cached(1000, 300, 0.8, capacity_items=50), 20_000, 2).requests.sort_values("looked_up", kind="stable")
    recent: dict[int, None] = {}
    for key, hit in zip(attempts["key"].to_numpy(), attempts["hit"].to_numpy()):
        assert hit == (key in recent)
        recent.pop(key, None)
        recent[key] = None
        if len(recent) > 50:
            del recent[next(iter(recent))]
