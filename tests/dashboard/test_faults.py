"""Faults: what a page offers is what may be injected, whatever a browser sends; and what is broken afterwards."""

import pytest

from dashboard.asks import Change
from dashboard.faults import (
    CACHE,
    DATABASE,
    KINDS,
    POPS,
    RANDOM,
    REPLICAS,
    SERVERS,
    SPIKE,
    ZONES,
    BadFault,
    broken_by,
    read_fault,
    with_crashes,
)  # fmt: skip
from engine import Simulation
from engine.live import as_fault
from engine.system import System

ALL = frozenset(KINDS)


@pytest.mark.parametrize(
    "raw",
    [
        {"kind": "crash", "tier": "database", "index": 1, "shard": 2},
        {"kind": "recover", "tier": "database", "index": 1, "shard": 2},
        {"kind": "cut_replication", "tier": "database", "index": 1},
        {"kind": "slow", "tier": "servers", "index": 3, "factor": 0.5},
        {"kind": "crash", "tier": "zone", "index": 0},
        {"kind": "flush_cache", "index": 0},
        {"kind": "lose_cache_node", "index": 1},
        {"kind": "recover", "tier": "cache", "index": 1},
        {"kind": "pop_outage", "region": "india"},
        {"kind": "pop_recovery", "region": "india"},
        {"kind": "traffic_spike", "factor": 3, "for_s": 20},
        {"kind": "random_crashes", "tier": "servers", "mean_time_to_failure_s": 120, "mean_time_to_repair_s": 20},
    ],
)
def test_what_the_page_offers_is_taken_and_is_a_fault_of_the_engine(raw):
    clean = read_fault(raw, ALL)
    assert raw.items() <= clean.items()
    assert as_fault(clean).kind == raw["kind"]


@pytest.mark.parametrize(
    ("raw", "offered"),
    [
        ({"kind": "crash", "tier": "database", "index": 0}, SERVERS),
        ({"kind": "recover", "tier": "database", "index": 0}, SERVERS),
        ({"kind": "pop_outage", "region": "india"}, CACHE),
        ({"kind": "pop_outage", "region": "atlantis"}, POPS),
        ({"kind": "crash", "tier": "zone", "index": 0}, (*SERVERS, *DATABASE)),
        ({"kind": "traffic_spike", "factor": 1e9, "for_s": 20}, SPIKE),
        ({"kind": "cut_replication", "tier": "servers", "index": 0}, REPLICAS),
        ({"kind": "crash", "tier": "servers", "index": 0, "at": 3}, ZONES),
        ({"kind": "crash"}, ()),
        ({"kind": "end_random_crashes", "tier": "servers"}, SERVERS),
        ({"kind": "end_random_crashes", "tier": "database"}, RANDOM),
        ({"kind": "end_random_crashes", "tier": ["servers"]}, RANDOM),
        ({"kind": "end_random_crashes"}, RANDOM),
        ({"kind": "end_random_crashes", "tier": "servers", "index": 0}, RANDOM),
        ([], SERVERS),
    ],
)
def test_what_it_does_not_offer_is_refused(raw, offered):
    with pytest.raises(BadFault):
        read_fault(raw, frozenset(offered))


def test_the_time_of_a_fault_is_that_of_its_change():
    assert "at_s" not in read_fault({"kind": "crash", "tier": "servers", "index": 1, "at_s": 40.0}, frozenset(SERVERS))


def change(t_s, fault):
    """A change that injects a fault."""
    return Change(round(1_000 * t_s), f'{{"inject":{fault}}}')


def test_what_is_broken_is_what_nobody_has_mended():
    broken = broken_by([
        change(1, '{"kind":"fail_fast","tier":"servers","index":1}'),
        change(2, '{"kind":"slow","tier":"servers","index":2,"factor":0.5}'),
        change(3, '{"kind":"cut_replication","tier":"database","index":1}'),
        change(4, '{"kind":"cut_replication","tier":"database","index":2,"shard":1}'),
        change(5, '{"kind":"recover","tier":"servers","index":1}'),
        change(6, '{"kind":"recover","tier":"database","index":1}'),
    ])  # fmt: skip
    assert broken.failing == set()
    assert broken.slow == {("servers", 0, 2): 0.5}
    assert broken.cut == {(1, 2)}


def test_a_spike_lasts_as_long_as_it_says_unless_it_is_ended():
    spike = change(8, '{"kind":"traffic_spike","factor":3.0,"for_s":20.0}')
    assert broken_by([spike]).spike_until_s == 28
    assert broken_by([spike, change(12, '{"kind":"traffic_spike","factor":0.3333,"for_s":16.0}')]).spike_until_s == 12
    emptied = broken_by([change(3, '{"kind":"flush_cache","index":1}')])
    assert (emptied.flushed_s, emptied.flushed) == (3, 1)


def test_a_dead_database_and_moved_keys_are_told_by_their_time():
    assert broken_by([change(7, '{"kind":"crash","tier":"zone","index":1}')]).database_crashed_s == 7
    assert broken_by([change(7, '{"kind":"crash","tier":"servers","index":1}')]).database_crashed_s is None
    assert broken_by([Change(0, '{"cache.nodes":3}'), Change(9_000, '{"cache.nodes":4}')]).placed_s == 9
    assert broken_by([Change(0, '{"cache.nodes":3}')]).placed_s is None, "how the run begins"


CRASHES = {"kind": "random_crashes", "tier": "servers", "mean_time_to_failure_s": 0.1, "mean_time_to_repair_s": 3.0}
CRASHES_END = {"kind": "end_random_crashes", "tier": "servers"}
FOUR = System.model_validate({"servers": {"count": 4}, "traffic": {"rate": 20.0}, "balancer": {"health_check_interval_s": 1.0}})


def servers_up(live: Simulation, seconds: float) -> list[bool]:
    nodes = live.advance(seconds).nodes
    return nodes["up"][nodes["tier"] == "servers"].tolist()


def test_the_end_of_random_crashes_is_taken_where_their_begin_is_offered():
    assert read_fault(CRASHES_END, frozenset(RANDOM)) == CRASHES_END


def test_random_crashes_of_the_list_are_those_that_are_injected():
    """A link of before replays as it did: beginning by the list of the system gives the same run as injecting."""
    listed, injected = (Simulation(FOUR, engine="plain") for _ in range(2))
    for live in (listed, injected):
        live.advance(1.0)
    listed.change(with_crashes(FOUR, CRASHES))
    injected.inject(CRASHES)
    one, other = (live.advance(20.0, keep_every=1) for live in (listed, injected))
    assert len(one.rows) > 100
    assert (one.rows == other.rows).all()


def test_random_crashes_end_and_what_is_down_is_mended():
    live = Simulation(FOUR, engine="plain")
    live.change(with_crashes(live.system, CRASHES))
    assert not all(servers_up(live, 1.0))
    live.change(with_crashes(live.system, CRASHES_END))
    assert live.system == FOUR
    assert all(servers_up(live, 60.0)), "all are mended"
    assert all(servers_up(live, 60.0)), "and none fails again"
