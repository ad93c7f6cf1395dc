"""Nothing gets lost when something breaks: requests are conserved through every kind of fault, by plan and live, on both engines.

At every look the requests sent are those that are over, by outcome, and those still open, counted in the log; when all is mended
and done, nothing is left anywhere.
"""

import pytest

from engine import System
from engine.log import COLUMNS, COUNTED, OUTCOMES
from engine.reading import IN_PROGRESS, WAITING
from tests.agreement.compare import FAULT, compiled, reference
from tests.engine.fields import FAULTS

SECOND = 1_000_000_000
BASE = {
    "traffic": {"rate": 120.0, "static_ratio": 0.3, "write_ratio": 0.3, "items": 40},
    "client": {"timeout_ms": 150.0, "retries": 2, "backoff": "exponential_jitter", "backoff_ms": 30.0},
    "network": {"zones": 2},
    "cdn": {"enabled": True, "pops": ["europe_west"], "capacity_items": 10, "ttl_s": 0.5},
    "balancer": {"algorithm": "least_connections", "health_check_interval_s": 0.2},
    "servers": {"count": 3, "vcpus": 1, "workers": 4, "queue_limit": 20, "cpu_ms": 12.0},
    "cache": {"enabled": True, "nodes": 2, "capacity_items": 10, "ttl_s": 0.5, "coalescing": True},
    "database": {
        "connections": 2, "read_ms": 8.0, "write_ms": 12.0, "replicas": 2, "read_from": "replicas", "replication": "semi_sync",
        "failover_s": 0.3, "queue_limit": 20, "breaker": {"enabled": True, "failures": 5, "half_open_after_s": 0.2},
    },
}  # fmt: skip
"""A busy system of every tier, with clients who leave and come back."""

STRUCK = [
    {"kind": "crash", "tier": "servers", "index": 1},
    {"kind": "crash", "tier": "database", "index": 0},
    {"kind": "crash", "tier": "database", "index": 2},
    {"kind": "crash", "tier": "zone", "index": 1},
    {"kind": "recover", "tier": "servers", "index": 1},
    {"kind": "recover", "tier": "database", "index": 0},
    {"kind": "slow", "tier": "servers", "index": 0, "factor": 0.1},
    {"kind": "slow", "tier": "database", "index": 0, "factor": 0.1},
    {"kind": "fail_fast", "index": 2, "ratio": 0.7, "after_ms": 3.0, "passes_checks": True},
    {"kind": "flush_cache"},
    {"kind": "lose_cache_node", "index": 1},
    {"kind": "recover", "tier": "cache", "index": 1},
    {"kind": "pop_outage"},
    {"kind": "pop_recovery"},
    {"kind": "cut_replication", "index": 1},
    {"kind": "traffic_spike", "factor": 4.0, "for_s": 0.8},
    {"kind": "random_crashes", "tier": "servers", "mean_time_to_failure_s": 0.6, "mean_time_to_repair_s": 0.4},
    {"kind": "random_crashes", "tier": "database", "mean_time_to_failure_s": 0.6, "mean_time_to_repair_s": 0.4},
]
FIRST = {
    "recover": {"servers": "crash", "database": "crash", "cache": "lose_cache_node"},
    "pop_recovery": {"": "pop_outage"},
}
"""What has to break before it can be mended."""
MENDED = [
    *({"kind": "recover", "tier": "servers", "index": index} for index in range(3)),
    *({"kind": "recover", "tier": "database", "index": index} for index in range(3)),
    *({"kind": "recover", "tier": "cache", "index": index} for index in range(2)),
    {"kind": "pop_recovery"},
]


def faults_of(fault: dict) -> list[tuple[float, dict]]:
    """The fault at 1 s; what has to be there to be mended breaks at 0.5 s."""
    kind = FIRST.get(fault["kind"], {}).get(fault.get("tier", ""))
    told = ("tier", "index") if kind == "crash" else ("index",)
    before = {"kind": kind} | {name: fault[name] for name in told if name in fault}
    return [*([(0.5, before)] if kind else []), (1.0, fault)]


def assert_conserved(world) -> int:
    """Sent = over + open, by the counts and by the log; how many are open."""
    counts = dict(zip(COUNTED, world.reading().counts.tolist()))
    rows = dict(zip(COLUMNS, world.attempts().T))
    over = rows["final"] == 1
    assert sorted(set(rows["request"].tolist())) == list(range(counts["sent"]))
    assert len(rows["request"]) == counts["attempts"]
    assert len(set(rows["request"][over].tolist())) == over.sum(), "a request is over once"
    for code, outcome in enumerate(OUTCOMES):
        assert (rows["outcome"][over] == code).sum() == counts[outcome], outcome
    return counts["sent"] - int(over.sum())


def name_of(fault: dict) -> str:
    return "-".join(str(fault[part]) for part in ("kind", "tier", "index") if part in fault)


@pytest.mark.parametrize("engine", [reference, compiled], ids=["reference", "compiled"])
@pytest.mark.parametrize("live", [False, True], ids=["planned", "live"])
@pytest.mark.parametrize("fault", STRUCK, ids=name_of)
def test_requests_are_conserved_through_a_fault(fault, live, engine):
    todo = faults_of(fault)
    planned = [] if live else [what | {"at_s": at_s} for at_s, what in todo]
    world = engine(System.model_validate(BASE | {"faults": planned}), 7)
    open_ones = []
    for step in range(1, 11):
        world.advance(step * SECOND // 4)
        if live:
            for at_s, what in todo:
                if at_s == step / 4:
                    world.inject(FAULT.validate_python(what))
        open_ones.append(assert_conserved(world))
    assert max(open_ones) > 0
    world.stop_sending()
    world.change(System.model_validate(BASE))  # no more random crashes
    for what in MENDED:
        world.inject(FAULT.validate_python(what))
    world.advance(60 * SECOND)
    assert assert_conserved(world) == 0
    assert (world.reading().nodes[:, [WAITING, IN_PROGRESS]] == 0).all(), "nobody is left on a node"
    if engine is reference:
        pools = [pool for server in world.servers for pool in (server.workers, server.vcpus)]
        assert [pool.taken for pool in pools + [node.connections for node in world.data.nodes]] == [0] * (len(pools) + 3)
        assert not world.data.fetches.waiting, "nobody waits for a fetch that nobody makes"


def test_every_kind_of_fault_is_struck():
    assert {fault["kind"] for fault in STRUCK} == {fault.model_fields["kind"].default for fault in FAULTS}


def test_the_rule_sees_a_lost_request():
    """A world whose counts forget one answered request is found out."""

    class Forgetful:
        def __init__(self, world):
            self.world = world

        def attempts(self):
            return self.world.attempts()

        def reading(self):
            reading = self.world.reading()
            reading.counts[COUNTED.index("ok")] -= 1
            return reading

    world = reference(System.model_validate(BASE), 7)
    world.advance(SECOND)
    assert_conserved(world)
    with pytest.raises(AssertionError, match="ok"):
        assert_conserved(Forgetful(world))
