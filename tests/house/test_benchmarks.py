"""What the benchmark compares is the same thing: the peer's model has the reference's latencies, request by request."""

from functools import cache
from importlib.util import find_spec
from typing import Literal, get_args, get_origin

import pytest

from benchmarks import peer_simpy, peer_simpy_cdn, peer_simpy_replication
from benchmarks.against_peers import HAPPY_PATH, HAPPYSIM, MODELS
from benchmarks.drawn import path_of, replay_of
from benchmarks.features import FAMILIES, described
from benchmarks.replay import Told
from benchmarks.scenario import SCENARIOS, SEED, system_of
from benchmarks.switches import merged
from benchmarks.switches_data import EVERYTHING
from engine.log import OK
from engine.reference import World
from engine.system import Fault, System
from engine.system.base import Part
from engine.workload.parameters import ALGORITHMS

REQUESTS = 3_000
LONG_AFTER_NS = 10**14
SIMPY = {
    "M/M/1": peer_simpy,
    "balancer over 8 servers": peer_simpy,
    "the whole path": peer_simpy,
    "a cache": peer_simpy,
    "replication": peer_simpy_replication,
    "replication that replicas pay for": peer_simpy_replication,
    "a CDN": peer_simpy_cdn,
}
NOT_MEASURED = ("prices.", "network.origin_region", "autoscaler.scale_up_cooldown_s", "traffic.ramp_start_s")
"""What no request can tell from the default: money, names, and when something begins."""


@cache
def expected(name: str) -> Told:
    """What the reference says of a scenario's first requests."""
    world = World(system_of(SCENARIOS[name]), SEED, REQUESTS)
    world.advance(LONG_AFTER_NS)
    found = [max(attempt.hit, attempt.pop_hit) for attempt in world.log if max(attempt.hit, attempt.pop_hit) >= 0]
    latencies_s = [(attempt.ended - attempt.arrived) / 1e9 for attempt in world.log if attempt.outcome == OK]
    return Told(latencies_s, found.count(1) / len(found) if found else None)


def assert_the_same(told: Told, name: str, apart_s: float = 1e-9):
    assert len(told.latencies_s) == len(expected(name).latencies_s) > 0.95 * REQUESTS
    assert sorted(told.latencies_s) == pytest.approx(sorted(expected(name).latencies_s), abs=apart_s)
    assert told.hit_ratio == expected(name).hit_ratio


@pytest.mark.parametrize("name", SIMPY)
def test_the_simpy_peer_tells_the_same_story(name):
    system = system_of(SCENARIOS[name])
    assert_the_same(SIMPY[name].run(replay_of(system, REQUESTS), path_of(system)), name)


def test_its_leanest_form_does_too():
    system = system_of(SCENARIOS["the whole path"])
    assert_the_same(peer_simpy.run(replay_of(system, REQUESTS), path_of(system), lean=True), "the whole path")


if find_spec("happysimulator"):  # part of benchmarks/requirements.txt alone, from Python 3.13 on

    @pytest.mark.parametrize("name", [name for name, peers in MODELS.items() if HAPPYSIM in peers or HAPPY_PATH in peers])
    def test_the_happysim_peer_tells_the_same_story(name):
        peer = HAPPYSIM if HAPPYSIM in MODELS[name] else HAPPY_PATH
        system = system_of(SCENARIOS[name])
        assert_the_same(peer.run(replay_of(system, REQUESTS), path_of(system)), name, apart_s=1e-8)


def test_every_scenario_is_compared():
    assert MODELS.keys() == SCENARIOS.keys()
    assert all(MODELS.values())


# Features

SWITCHED = [merged(family.parts, parts) for family in FAMILIES for parts in ({}, *family.features.values())]
SWITCHED += [{"balancer": {"algorithm": algorithm}} for algorithm in ALGORITHMS]


def choices(part: type[Part], path: str = "") -> set[tuple[str, object]]:
    """Everything that can be switched in a part of a system: what is off, and every choice among several."""
    found: set[tuple[str, object]] = set()
    for name, about in part.model_fields.items():
        kind, here = about.annotation, f"{path}{name}"
        if isinstance(kind, type) and issubclass(kind, Part):
            found |= choices(kind, f"{here}.")
        elif get_origin(kind) is Literal:
            found |= {(here, choice) for choice in get_args(kind)}
        elif kind is bool:
            found |= {(here, True), (here, False)}
        elif about.get_default(call_default_factory=True) in (None, 0, 0.0):
            found.add((here, "on"))
    return found


def switched(system: Part, path: str = "") -> set[tuple[str, object]]:
    """What of it a system has."""
    found: set[tuple[str, object]] = set()
    for name in type(system).model_fields:
        value, here = getattr(system, name), f"{path}{name}"
        if isinstance(value, Part):
            found |= switched(value, f"{here}.")
        elif isinstance(value, (bool, str)):
            found.add((here, value))
        elif value:
            found.add((here, "on"))
    return found


def test_every_feature_of_the_engine_is_measured_by_itself():
    measured = set().union(*(switched(described(parts)) for parts in SWITCHED))
    left_out = {place for place in choices(System) - measured if not place[0].startswith(NOT_MEASURED)}
    assert left_out == set()


def test_every_kind_of_fault_is_measured():
    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Fault)[0])}
    assert {fault.kind for parts in SWITCHED for fault in described(parts).faults} == kinds


def test_everything_on_has_every_part_on():
    system = described(EVERYTHING)
    parts = [system.cdn, system.cache, system.autoscaler, system.database.breaker]
    assert all(part.enabled for part in parts)
    assert system.database.shards > 1 < system.database_groups and system.database.federated and system.database.replicas
    assert system.faults
