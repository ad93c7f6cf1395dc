"""Situations: named systems with something that happens to them, to open and play with.

Each is data: the page it opens on, what its system has differently from the engine's defaults, the seed, and what happens when.
What its sentence promises is proven by simulation in `tests/dashboard/test_situations.py`. Knows nothing of how a link is written.
"""

from dataclasses import dataclass, field
from typing import Any

from dashboard.places import path
from dashboard.words import mark
from engine.system import System
from engine.system.paths import with_values

Changes = list[list[Any]]
"""[[time in s, {path: value}], [time in s, {"inject": fault}], …], the times not falling: what a run of the stage is made of."""


@dataclass(frozen=True)
class Situation:
    """One situation. `title` and `sentence` are marked for translation; `tier` gives the card its colour and its icon."""

    name: str
    page: str
    tier: str
    title: str
    sentence: str
    values: dict[str, Any]
    changes: Changes = field(default_factory=list)
    seed: int = 1

    @property
    def system(self) -> System:
        """The system that it begins with."""
        return with_values(System(), self.values)


def opened(name: str) -> tuple[str, dict[str, Any], int, Changes]:
    """(page, values, seed, changes) of a situation: all that a link to it has to carry. Raises KeyError for a name that is none."""
    situation = BY_NAME[name]
    return situation.page, situation.values, situation.seed, situation.changes


def href(situation: Situation) -> str:
    """The address that opens it, relative to the app's: its page looks the rest up by the name (`staging`)."""
    return f"{path(situation.page)}?situation={situation.name}"


def inject(at_s: float, kind: str, **fields: Any) -> list[Any]:
    """A fault at its time, in the form of a change."""
    return [at_s, {"inject": {"kind": kind, **fields}}]


SITUATIONS = (
    Situation(
        "lunch_hour", "web_app", "servers", mark("Lunch hour"),
        mark("A third more visitors than an hour ago, and everybody stands in the queue several times as long."),
        {"traffic.rate": 140.0, "servers.count": 1, "servers.vcpus": 1, "database.read_ms": 3.0},
        [[20, {"traffic.rate": 190.0}]],
    ),
    Situation(
        "bigger_machine", "vertical_scaling", "servers", mark("The bigger machine"),
        mark("A full machine is replaced by one four times its size, and it answers fewer requests than before."),
        {
            "traffic.rate": 3_000.0, "client.timeout_ms": 1_000.0, "servers.count": 1, "servers.vcpus": 16,
            "servers.workers": 400,
            "servers.contention": 0.05, "servers.coherency": 0.004, "servers.queue_limit": 400, "database.connections": 100,
            "database.read_ms": 2.0, "database.write_ms": 2.0, "servers.memory_gb": 64.0,
        },
        [[15, {"servers.vcpus": 64}]],
    ),
    Situation(
        "ten_more_servers", "horizontal_scaling", "database", mark("Ten more servers"),
        mark("The site is slow, ten servers are added, and it stays as slow: they were not what was missing."),
        {
            "traffic.rate": 1_000.0, "client.timeout_ms": 2_000.0, "servers.count": 4, "servers.boot_s": 5.0,
            "database.connections": 8, "database.read_ms": 8.0, "database.write_ms": 12.0, "database.queue_limit": 200,
        },
        [[15, {"servers.count": 14}]],
    ),
    Situation(
        "zone_gone", "horizontal_scaling", "servers", mark("A zone is gone"),
        mark("One of three zones fails with all its servers; what is left has to do the work of all, and it is not enough."),
        {
            "traffic.rate": 1_800.0, "client.timeout_ms": 1_000.0, "servers.count": 6, "servers.queue_limit": 100,
            "database.connections": 40, "balancer.health_check_interval_s": 2.0,
        },
        [inject(15, "crash", tier="zone", index=1)],
    ),
    Situation(
        "autoscaler_too_slow", "load_balancing", "balancer", mark("The autoscaler is too slow"),
        mark("The traffic triples at once; the autoscaler sees it, but its servers take two minutes to start."),
        {
            "traffic.rate": 400.0, "client.timeout_ms": 2_000.0, "servers.boot_s": 120.0,
            "servers.queue_limit": 500, "database.connections": 40, "autoscaler.enabled": True, "autoscaler.min": 2,
            "autoscaler.max": 12,
            "autoscaler.metric_window_s": 30.0,
        },
        [[20, {"traffic.rate": 1_200.0}]],
    ),
    Situation(
        "backup", "load_balancing", "servers", mark("A backup on one server"),
        mark("A backup takes a quarter of one server; most people notice nothing, and one in twenty waits far longer."),
        {
            "traffic.rate": 2_000.0, "servers.count": 4, "servers.vcpus": 4, "servers.cpu_ms": 6.0, "servers.workers": 200,
            "database.connections": 40,
        },
        [[20, {"servers.speeds.2": 0.76}]],
    ),
    Situation(
        "bad_deploy", "load_balancing", "servers", mark("A bad deploy"),
        mark("A new version goes out server by server, and each server that has it computes at a third of its speed."),
        {
            "traffic.rate": 1_000.0, "client.timeout_ms": 1_000.0, "servers.count": 4, "servers.vcpus": 4, "servers.cpu_ms": 6.0,
            "servers.queue_limit": 200, "database.connections": 40,
        },
        [[15, {"servers.speeds.0": 0.33}], [25, {"servers.speeds.1": 0.33}], [35, {"servers.speeds.2": 0.33}],
         [45, {"servers.speeds.3": 0.33}]],
    ),
    Situation(
        "failing_fast", "load_balancing", "balancer", mark("The server that fails fast"),
        mark("One server answers every request at once with an error; least connections thinks it idle and sends it most of them."),
        {
            "traffic.rate": 1_500.0, "balancer.algorithm": "least_connections", "servers.count": 4, "servers.vcpus": 4,
            "database.connections": 40,
        },
        [inject(15, "fail_fast", tier="servers", index=1)],
    ),
    Situation(
        "celebrity_post", "load_balancing", "balancer", mark("A celebrity's post"),
        mark("Everybody reads the same post, and a balancer that hashes by item sends them all to the same server."),
        {
            "traffic.rate": 2_000.0, "client.timeout_ms": 1_000.0, "balancer.algorithm": "consistent_hash", "servers.count": 6,
            "servers.vcpus": 4, "servers.queue_limit": 200, "database.connections": 60,
        },
        [[15, {"traffic.popularity": 1.8}]],
    ),
    Situation(
        "slow_replica", "replication", "database", mark("A slow replica"),
        mark("One of two replicas is slow: it shows writes over ten times as late, and many a read gets what is no longer true."),
        {
            "traffic.rate": 800.0, "traffic.write_ratio": 0.3, "traffic.items": 2_000, "servers.count": 4, "database.replicas": 2,
            "database.read_from": "replicas", "database.read_ms": 4.0, "database.connections": 8,
        },
        [inject(15, "slow", tier="database", index=2, factor=0.25)],
    ),
    Situation(
        "night_batch", "replication", "database", mark("The night batch"),
        mark("A batch begins to write into the database, and people who only read wait too: every replica applies every write."),
        {
            "traffic.rate": 700.0, "servers.count": 4, "database.replicas": 2,
            "database.read_from": "replicas", "database.connections": 4, "database.apply_cost": 0.8,
            "database.queue_limit": 2_000,
        },
        [[15, {"traffic.write_ratio": 0.55}]],
    ),
    Situation(
        "primary_dies", "replication", "database", mark("The primary dies"),
        mark("Ten seconds pass until a replica takes over: writes fail until then, and some that were confirmed before are lost."),
        {
            "traffic.rate": 500.0, "traffic.write_ratio": 0.3, "servers.vcpus": 4, "database.replicas": 2,
            "database.read_from": "replicas", "database.lag_ms": 200.0, "database.failover_s": 10.0,
        },
        [inject(15, "crash", tier="database", index=0)],
    ),
    Situation(
        "hot_shard", "replication", "database", mark("A hot shard"),
        mark("Four shards share the load until one item is on everyone's mind: one shard is full, and the other three have time."),
        {
            "traffic.rate": 1_200.0, "traffic.popularity": 0.5, "client.timeout_ms": 1_000.0, "servers.count": 4,
            "servers.vcpus": 4,
            "servers.workers": 400, "database.shards": 4, "database.connections": 3, "database.queue_limit": 300,
        },
        [[15, {"traffic.popularity": 1.5}]],
    ),
    Situation(
        "cold_cache", "caching", "cache", mark("A cold cache on Monday"),
        mark("The cache was restarted and is empty: nearly every read goes to a database that was bought for one in ten."),
        {
            "traffic.rate": 1_500.0, "traffic.write_ratio": 0.02, "traffic.popularity": 1.0, "servers.count": 4,
            "servers.vcpus": 4,
            "servers.workers": 300, "client.timeout_ms": 2_000.0, "cache.enabled": True, "cache.capacity_items": 5_000,
            "cache.ttl_s": 600.0, "cache.start_warm": True, "database.connections": 6, "database.read_ms": 10.0,
            "database.queue_limit": 400,
        },
        [inject(20, "flush_cache")],
    ),
    Situation(
        "stampede", "caching", "cache", mark("Every ten seconds"),
        mark("Everybody reads one copy that lives ten seconds; since the last release all who miss it ask the database, not one."),
        {
            "traffic.rate": 2_000.0, "traffic.write_ratio": 0.0, "traffic.popularity": 2.0, "traffic.items": 1_000,
            "servers.count": 4,
            "servers.vcpus": 4, "servers.workers": 500, "cache.enabled": True, "cache.ttl_s": 10.0, "cache.coalescing": True,
            "database.connections": 8, "database.read_ms": 100.0, "database.service_distribution": "deterministic",
        },
        [[15, {"cache.coalescing": False}]],
    ),
    Situation(
        "one_more_cache_node", "caching", "cache", mark("One more cache node"),
        mark("A fifth cache node is added to four, the keys are placed by remainder, and four of five keys are suddenly nowhere."),
        {
            "traffic.rate": 2_000.0, "traffic.write_ratio": 0.02, "traffic.popularity": 0.6, "servers.count": 4,
            "servers.vcpus": 4,
            "servers.workers": 300, "client.timeout_ms": 2_000.0, "cache.enabled": True, "cache.nodes": 4,
            "cache.capacity_items": 4_000,
            "cache.ttl_s": 600.0, "cache.start_warm": True, "database.connections": 8, "database.queue_limit": 400,
        },
        [[20, {"cache.nodes": 5}]],
    ),
    Situation(
        "region_gone", "cdn", "cdn", mark("A region is gone"),
        mark("Europe's point of presence fails; Europeans fetch every file from another continent and wait several times as long."),
        {
            "traffic.rate": 600.0, "traffic.static_ratio": 0.9, "traffic.items": 500,
            "traffic.regions": {"europe_west": 2.0, "north_america_east": 1.0}, "network.origin_region": "north_america_east",
            "cdn.enabled": True, "cdn.pops": ["europe_west", "north_america_east"], "servers.count": 4,
            "database.connections": 40,
        },
        [inject(20, "pop_outage", region="europe_west")],
    ),
    Situation(
        "ticket_sale", "overload", "clients", mark("The ticket sale"),
        mark("At ten o'clock ten times as many people come as the servers can bear; most give up, try again, and come on top."),
        {
            "traffic.rate": 120.0, "client.timeout_ms": 1_000.0, "client.retries": 3, "client.backoff_ms": 200.0,
            "servers.vcpus": 1, "servers.cpu_ms": 8.0, "servers.queue_limit": 400,
        },
        [[15, {"traffic.rate": 2_500.0}], [45, {"traffic.rate": 120.0}]],
    ),
    Situation(
        "retry_storm", "overload", "clients", mark("The retry storm"),
        mark("The database stumbles for five seconds and recovers; the retries keep the system down long after that."),
        {
            "traffic.rate": 600.0, "client.timeout_ms": 500.0, "client.retries": 4, "client.backoff": "none", "servers.count": 4,
            "servers.workers": 200, "database.connections": 6, "database.read_ms": 6.0, "database.write_ms": 8.0,
        },
        [inject(15, "slow", tier="database", index=0, factor=0.1), inject(20, "recover", tier="database", index=0)],
    ),
    Situation(
        "ten_percent_too_much", "overload", "servers", mark("Ten percent too much"),
        mark("The servers work without a pause, and hardly anybody gets an answer: each one comes after its client has left."),
        {
            "traffic.rate": 300.0, "client.timeout_ms": 1_000.0, "servers.vcpus": 1,
            "servers.workers": 16, "servers.memory_mb_per_request": 0.1,
        },
        [[15, {"traffic.rate": 440.0}]],
    ),
)  # fmt: skip
BY_NAME = {situation.name: situation for situation in SITUATIONS}
