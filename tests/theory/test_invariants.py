"""What holds on every run, whatever the system: conservation, Little's law, the utilisation law, order, repetition."""

import numpy as np
import pytest

from engine import System, simulate
from engine.log import OUTCOMES
from tests.theory.trials import run, station

SYSTEMS = 36
WHOLE_NS = 5_000_000_000
JOURNEY = [
    "sent",
    "at_balancer",
    "dispatched",
    "worker_at",
    "cpu_at",
    "cpu_done",
    "looked_up",
    "db_queued",
    "db_at",
    "db_done",
    "acknowledged",
    "left",
]


def random_system(number: int) -> System:
    """One of many different systems: every algorithm, distribution and limit has its turn. Stable, or bounded by limits."""
    draw = np.random.default_rng(number)

    def one_of(*values):
        return values[draw.integers(len(values))]

    def chance(value, otherwise=None):
        return value if draw.random() < 0.5 else otherwise

    count, vcpus = int(draw.integers(1, 6)), int(draw.integers(1, 5))
    load = float(draw.uniform(0.2, 0.95))
    rate = load * count * vcpus / 0.01
    limited = draw.random() < 0.4
    return System.model_validate(
        {
            "traffic": {
                "rate": rate * (1.5 if limited else 1.0),
                "interarrival_cv": one_of(0.0, 0.5, 1.0, 2.0),
                "static_ratio": one_of(0.0, 0.3, 1.0),
                "write_ratio": one_of(0.0, 0.2),
                "items": one_of(10, 1_000),
            },
            "client": {
                "timeout_ms": chance(float(draw.uniform(20, 300))),
                "retries": int(draw.integers(0, 3)),
                "backoff": one_of("none", "fixed", "exponential", "exponential_jitter"),
                "backoff_ms": 20.0,
                "retry_budget": chance(0.1),
            },
            "balancer": {
                "algorithm": one_of(
                    "round_robin", "weighted_round_robin", "random", "least_connections",
                    "power_of_two", "least_latency", "client_hash", "consistent_hash",
                ),
                "overhead_ms": one_of(0.0, 0.5),
            },
            "servers": {
                "count": count,
                "vcpus": vcpus,
                "workers": one_of(vcpus, 4 * vcpus, 1_000),
                "queue_limit": int(draw.integers(0, 20)) if limited else None,
                "cpu_ms": 10.0,
                "memory_mb_per_request": 0.0,
                "service_distribution": one_of("deterministic", "exponential", "lognormal", "pareto", "hyperexponential"),
                "service_cv": 1.5,
                "shed_above": int(draw.integers(5, 50)) if limited and draw.random() < 0.5 else None,
                "drop_expired": one_of("never", "before_work", "at_once"),
            },
            "cache": {"enabled": bool(draw.integers(2)), "capacity_items": 100, "ttl_s": chance(2.0)},
            "database": {
                "connections": 64,
                "read_ms": 3.0,
                "write_ms": 5.0,
                "replicas": int(draw.integers(0, 3)),
                "read_from": one_of("primary", "replicas"),
                "replication": one_of("async", "semi_sync", "sync"),
                "shards": one_of(1, 1, 3),
                "cross_shard_ratio": one_of(0.0, 0.2),
            },
        }
    )  # fmt: skip


def ns(attempts, name: str) -> np.ndarray:
    return attempts[name].to_numpy()


@pytest.fixture(scope="module", params=range(SYSTEMS))
def finished(request):
    """A run, and its attempts that are over."""
    result = run(random_system(request.param), 4_000, request.param)
    return result, result.requests[result.requests["ended"] >= 0]


def test_requests_are_conserved(finished):
    result, _ = finished
    attempts = result.requests
    assert sorted(attempts["request"].unique()) == list(range(4_000))
    finals = attempts[attempts["final"] == 1]
    assert finals["request"].is_unique
    open_requests = attempts["request"].nunique() - len(finals)
    outcomes = finals["outcome"].value_counts()
    assert sum(outcomes.get(code, 0) for code in range(len(OUTCOMES))) + open_requests == 4_000


def test_retries_stay_within_their_budget(finished):
    """At every instant at most as many retries as the budget's share of the requests sent until then."""
    result, _ = finished
    budget = result.system.client.retry_budget
    if budget is not None:
        sent = result.requests.sort_values(["sent", "attempt"], kind="stable")
        retries = (sent["attempt"] > 0).cumsum()
        assert (retries <= budget * (sent["attempt"] == 0).cumsum() + 1e-6).all()


def test_a_budget_is_used_up_where_everything_fails():
    """A tenth of the requests is tried again, no more and no less."""
    fault = {"kind": "fail_fast", "ratio": 1.0, "after_ms": 0.0}
    client = {"retries": 5, "backoff": "none", "retry_budget": 0.1}
    result = run(station(100, 0.001, client=client, faults=[fault]), 5_000, 1)
    assert len(result.requests) == 5_500
    assert (result.requests.groupby("request").size() <= 2).all(), "a token a time"


def test_time_runs_forward_through_every_attempt(finished):
    _, attempts = finished
    times = np.stack([ns(attempts, name) for name in JOURNEY], axis=1).astype(float)
    times[times < 0] = np.nan
    latest = np.fmax.accumulate(times, axis=1)
    reached = ~np.isnan(times[:, 1:])
    assert (times[:, 1:][reached] >= latest[:, :-1][reached]).all()
    assert (ns(attempts, "ended") >= ns(attempts, "sent")).all()
    assert (ns(attempts, "sent") == ns(attempts, "arrived") + ns(attempts, "failed_ns") + ns(attempts, "retry_wait_ns")).all()


def test_littles_law_is_exact(finished):
    # From an empty server to an empty one, the area under the number present is the sum of the times spent there.
    result, _ = finished
    attempts = result.requests
    attempts = attempts[(attempts["dispatched"] >= 0) & (attempts["left"] >= 0)]
    for server in np.unique(ns(attempts, "server")):
        here = attempts[attempts["server"] == server]
        instants = np.concatenate([ns(here, "dispatched"), ns(here, "left")])
        changes = np.concatenate([np.ones(len(here), dtype=np.int64), -np.ones(len(here), dtype=np.int64)])
        order = np.lexsort((-changes, instants))
        present = np.cumsum(changes[order])
        assert present[-1] == 0
        assert present.min() >= 0
        area = int(np.sum(present[:-1] * np.diff(instants[order])))
        assert area == int(np.sum(ns(here, "left") - ns(here, "dispatched")))


def test_nothing_uses_more_than_there_is(finished):
    result, _ = finished
    attempts, servers = result.requests, result.system.servers
    for server in range(servers.count):
        here = attempts[(attempts["server"] == server)]
        worked = here[(here["cpu_done"] >= 0)]
        assert most_at_once(ns(worked, "cpu_at"), ns(worked, "cpu_done")) <= servers.vcpus
        admitted = here[(here["worker_at"] >= 0) & (here["left"] >= 0)]
        assert most_at_once(ns(admitted, "worker_at"), ns(admitted, "left")) <= servers.workers
        if servers.queue_limit is not None:
            waited = here[(here["worker_at"] > here["dispatched"])]
            assert most_at_once(ns(waited, "dispatched"), ns(waited, "worker_at")) <= servers.queue_limit
    queried = attempts[attempts["db_done"] >= 0]
    for node in np.unique(ns(queried, "db_node")):
        here = queried[queried["db_node"] == node]
        assert most_at_once(ns(here, "db_at"), ns(here, "db_done")) <= result.system.database.connections


def most_at_once(begins: np.ndarray, ends: np.ndarray) -> int:
    """The largest number of overlapping intervals; one that ends makes room for one that begins at that instant."""
    lasting = ends > begins
    instants = np.concatenate([begins[lasting], ends[lasting]])
    changes = np.concatenate([np.ones(lasting.sum(), dtype=np.int64), -np.ones(lasting.sum(), dtype=np.int64)])
    return int(np.cumsum(changes[np.lexsort((changes, instants))]).max(initial=0))


def test_first_come_is_first_served(finished):
    result, _ = finished
    attempts = result.requests
    for server in range(result.system.servers.count):
        here = attempts[(attempts["server"] == server) & (attempts["worker_at"] >= 0)].sort_values("dispatched", kind="stable")
        assert (np.diff(ns(here, "worker_at")) >= 0).all()
        computed = here[here["cpu_at"] >= 0].sort_values("worker_at", kind="stable")
        assert (np.diff(ns(computed, "cpu_at")) >= 0).all()


def test_the_same_seed_gives_the_same_run_and_another_one_another():
    for number in range(6):
        system = random_system(number)
        first, again, other = (run(system, 1_000, seed).requests for seed in (5, 5, 6))
        assert first.equals(again)
        assert not first.equals(other)


def test_utilisation_is_throughput_times_service_time():
    # Over the whole run, by the law's definition: busy time / (time x vCPUs).
    for number in range(8):
        system = random_system(number)
        result = simulate(system, duration_s=5.0, seed=number, warmup_s=0.0, keep_requests=1_000_000)
        attempts = result.requests[result.requests["cpu_at"] >= 0]
        ended = np.where(attempts["cpu_done"] >= 0, attempts["cpu_done"], attempts["left"])
        ended = np.where(ended >= 0, ended, WHOLE_NS)
        busy_ns = int((np.minimum(ended, WHOLE_NS) - np.minimum(ns(attempts, "cpu_at"), WHOLE_NS)).sum())
        available_ns = WHOLE_NS * system.servers.vcpus * system.servers.count
        assert result.summary()["server_utilisation"] == pytest.approx(busy_ns / available_ns, rel=1e-9)
