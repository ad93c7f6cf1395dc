"""Random small systems that between them use every field, and random histories of what is done to a live one.

All is drawn from one seed. Times are of the order of one short run, so that expiries, boots, checks and faults happen in it; on
the grid they are whole milliseconds and mostly alike, so that many things happen at the same instant. Knows no engine.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from engine import System
from engine.workload.parameters import ALGORITHMS, BACKOFFS, DROPS, EVICTIONS, ON_WRITE
from engine.workload.tables import REGIONS

PATTERNS = ("steady", "ramp", "spike", "daily", "steps", "bursts", "recorded")
DISTRIBUTIONS = ("deterministic", "exponential", "lognormal", "pareto", "hyperexponential")
EVEN_RATES = (1000, 500, 250, 200, 125, 100)
"""Rates whose gaps are whole milliseconds."""


@dataclass(frozen=True)
class Scale:
    """What the systems of one run share: its length, its mean rate, and whether times lie on the grid."""

    requests: int
    rate: float
    grid: bool

    @property
    def length_s(self) -> float:
        return self.requests / self.rate


@dataclass(frozen=True)
class Plan:
    """A run: a system, the seed of its draws, and steps of (time in ns, what is done then to the live system)."""

    system: System
    seed: int
    scale: Scale
    steps: tuple[tuple[int, Any], ...] = ()


def random_plan(seed: int, sliced: bool) -> Plan:
    """The plan of this number: one run, or one in slices with changes and faults in between."""
    rng = Random(seed * 2 + sliced)
    grid = rng.random() < 0.5
    requests = rng.randint(100, 400)
    rate = float(rng.choice(EVEN_RATES)) if grid else requests / rng.uniform(0.2, 3.0)
    scale = Scale(requests, rate, grid)
    draw = Draw(rng, scale)
    system = System.model_validate(draw.system())
    steps = draw.steps(system) if sliced else ()
    return Plan(system, rng.getrandbits(63), scale, steps)


class Draw:
    """One run's random choices; each method gives a part of a description."""

    def __init__(self, rng: Random, scale: Scale):
        self.rng = rng
        self.scale = scale
        self.pick = rng.choice
        self.even = scale.grid and self.chance(0.7)  # nothing that leaves the grid

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def maybe(self, value: Any, share: float = 0.5) -> Any:
        """The value, or none."""
        return value if self.chance(share) else None

    def ms(self, mean: float, zero: float = 0.2) -> float:
        """A duration of about a mean: none at all with the chance `zero`; whole milliseconds on the grid."""
        if self.chance(zero):
            return 0.0
        if self.scale.grid:
            return float(max(round(mean * self.rng.uniform(0.3, 2.0)), 1))
        return mean * 10.0 ** self.rng.uniform(-1.0, 0.7)

    def seconds(self, share: float = 1.0, least: float = 0.001) -> float:
        """An instant or a span within a share of the run."""
        span = share * self.scale.length_s * self.rng.random()
        return max(round(span, 2 if self.chance(0.3) else 3) if self.scale.grid else span, least)

    def system(self) -> dict[str, Any]:
        self.servers_count = self.pick((1, 1, 2, 2, 3, 4, 8))
        self.replicas = self.pick((0, 0, 1, 2, 3, 4))
        self.zones = self.pick((1, 2, 3))
        self.pops = self.rng.sample(REGIONS, self.pick((1, 1, 2, 4)))
        self.cdn_enabled = self.chance(0.4)
        self.cache_nodes = self.pick((1, 1, 2, 3, 7))
        troubled = self.chance(0.25)
        self.replicas = max(self.replicas, int(troubled))
        self.shards, self.federated = self.pick((1, 1, 1, 2, 3, 5)), self.chance(0.2)
        self.functions = {name: self.pick((0.0, 1.0, 2.5)) for name in self.pick(((), ("posts",), ("posts", "media")))} | {
            "users": 1.0
        }
        system = {
            "traffic": self.traffic(),
            "client": self.client(),
            "network": self.network(),
            "balancer": self.balancer(),
            "servers": self.servers(),
            "cache": self.cache(),
            "database": self.database(),
            "cdn": self.cdn(),
            "autoscaler": self.autoscaler(),
            "faults": [self.fault() for _ in range(self.pick((0, 0, 1, 2, 4, 8)))],
        }
        return self.with_trouble(system) if troubled else system

    def with_trouble(self, system: dict[str, Any]) -> dict[str, Any]:
        """A few users who write, replicas that lag far behind, and a primary that dies: writes are missed, and lost."""
        lag_ms = max(round(200.0 * self.scale.length_s), 1)
        lagging = {"read_from": "replicas", "lag_ms": float(lag_ms), "replication": "async", "failover_s": lag_ms / 4e3}
        crash = {"kind": "crash", "tier": "database", "index": 0, "at_s": round(0.5 * self.scale.length_s, 3)}
        return system | {
            "traffic": system["traffic"] | {"static_ratio": 0.0, "write_ratio": 0.4, "users": 3},
            "database": system["database"] | lagging,
            "faults": [*system["faults"], crash],
        }

    # Traffic and clients

    def traffic(self) -> dict[str, Any]:
        rate, closed = self.scale.rate, self.chance(0.05 if self.even else 0.3)
        pattern = "steady" if closed or self.chance(0.8 if self.even else 0.25) else self.pick(PATTERNS)
        return {
            "rate": rate * (1.0 if self.scale.grid else self.rng.uniform(0.5, 2.0)),
            "pattern": pattern,
            "interarrival_cv": self.pick((0.0, 0.0, 0.0, 0.0 if self.even else 1.0))
            if self.scale.grid
            else self.pick((0.0, 0.1, 0.4, 0.75, 1.0, 1.0, 2.5)),
            "static_ratio": self.pick((0.0, 0.0, 0.2, 1.0)),
            "write_ratio": self.pick((0.0, 0.1, 0.4, 1.0)),
            "items": self.pick((1, 2, 20, 300)),
            "popularity": self.pick((0.0, 0.8, 1.0, 2.5)),
            "regions": {region: self.pick((0.0, 1.0, 2.5)) for region in self.rng.sample(REGIONS, self.pick((0, 1, 3)))}
            | {"europe_west": 1.0},
            "users": self.pick((1, 3, 20, 100)),
            "loop": "closed" if closed else "open",
            "think_time_s": self.ms(20.0, zero=0.3) / 1e3,
            "functions": self.functions,
            "cohorts": [
                {"name": f"cohort_{number}", "share": self.pick((0.0, 1.0, 3.0)) if number else 1.0, "client": self.client()}
                for number in range(self.pick((0, 0, 0, 1, 2, 4)))
            ],
            **self.pattern(rate),
        }

    def pattern(self, rate: float) -> dict[str, Any]:
        """The fields of every pattern, whichever is followed."""
        length = self.scale.length_s
        times = sorted({round(self.seconds(), 3) for _ in range(self.pick((1, 2, 5)))})
        return {
            "ramp_to": rate * self.pick((0.0, 0.5, 3.0)),
            "ramp_start_s": self.pick((0.0, self.seconds(0.5))),
            "ramp_s": self.seconds(),
            "spike_factor": self.pick((0.0, 2.0, 5.0)),
            "spike_start_s": self.pick((0.0, self.seconds(0.5))),
            "spike_s": self.seconds(0.5),
            "daily_peak_factor": self.pick((1.0, 1.5, 2.0)),
            "day_s": max(length * self.rng.uniform(0.3, 2.0), 1.0),
            "steps": [(time, rate * self.pick((0.0, 0.5, 1.0, 4.0))) for time in times],
            "burst_rate": rate * self.pick((0.0, 2.0, 5.0)),
            "burst_s": self.seconds(0.2),
            "calm_s": self.seconds(0.2),
            "recording": [(0.1 * place, self.pick((0.0, 3.0, 10.0))) for place in range(self.pick((1, 2, 7)))] + [(1.0, 5.0)],
            "recording_speed": self.pick((0.5, 1.0, 4.0)),
        }

    def client(self) -> dict[str, Any]:
        return {
            "timeout_ms": self.maybe(max(self.ms(25.0), 0.5)),
            "retries": self.pick((0, 0, 1, 3, 20)),
            "backoff": self.pick(BACKOFFS[:3] if self.even else BACKOFFS),
            "backoff_ms": self.ms(10.0),
            "backoff_cap_ms": self.ms(50.0),
            "retry_budget": self.maybe(self.pick((0.0, 0.1, 0.5, 10.0)), 0.3),
        }

    def network(self) -> dict[str, Any]:
        near = self.even or self.chance(0.7)  # otherwise the cited table's distances
        origin = self.pick(("europe_west", "europe_west", *REGIONS))
        return {
            "origin_region": origin,
            "rtt_ms": {origin: {region: self.ms(6.0, zero=0.4) for region in REGIONS}} if near else {},
            "zones": self.zones,
            "jitter_cv": 0.0 if self.even else self.pick((0.0, 0.0, 0.3, 1.0)),
        }

    def cdn(self) -> dict[str, Any]:
        return {
            "enabled": self.cdn_enabled,
            "pops": self.pops,
            "capacity_items": self.maybe(self.pick((1, 2, 10, 1000)), 0.8),
            "ttl_s": self.maybe(self.seconds(0.5), 0.7),
            "eviction": self.pick(EVICTIONS),
            "hit_ms": self.ms(1.0, zero=0.4),
            "coalescing": self.chance(0.6),
            "cache_dynamic": self.chance(0.5),
        }

    # The way through

    def balancer(self) -> dict[str, Any]:
        return {
            "algorithm": self.pick(ALGORITHMS),
            "hash_bound": self.maybe(self.pick((1.0, 1.25, 2.0))),
            "virtual_nodes": self.pick((1, 3, 40)),
            "health_check_interval_s": self.seconds(0.2, least=0.01),
            "unhealthy_after": self.pick((1, 1, 2, 3)),
            "healthy_after": self.pick((1, 1, 2, 3)),
            "overhead_ms": self.ms(1.0, zero=0.6),
            "max_rate": self.maybe(
                float(self.pick(EVEN_RATES)) if self.scale.grid else self.scale.rate * self.rng.uniform(0.7, 3.0), 0.2
            ),
        }

    def service(self) -> dict[str, Any]:
        alike = self.even or (self.scale.grid and self.chance(0.6))
        return {
            "service_distribution": "deterministic" if alike else self.pick(DISTRIBUTIONS),
            "service_cv": self.pick((0.05, 0.5, 1.0, 3.0)),
        }

    def servers(self) -> dict[str, Any]:
        vcpus, count = self.pick((1, 1, 2, 4)), self.servers_count
        fair_ms = 1e3 * count * vcpus / self.scale.rate
        whole = (0.5, 1.0, 1.0, 2.0) if self.scale.grid else (0.3, 1.0, 1.0, 1.7)
        return self.service() | {
            "count": count,
            "vcpus": vcpus,
            "memory_gb": self.pick((0.5, 1.0)),
            "memory_mb_per_request": self.pick((0.0, 1.0, 40.0, 250.0)),
            "workers": self.pick((1, 2, 4, 64)),
            "queue_limit": self.maybe(self.pick((0, 1, 5, 50))),
            "cpu_ms": self.ms(fair_ms * self.rng.uniform(0.3, 1.0)),
            "discipline": self.pick(("fifo", "processor_sharing")),
            "contention": self.pick((0.0, 0.0, 1.0, 1.0 if self.even else 0.1)),
            "coherency": self.pick((0.0, 0.0, 0.5 if self.even else 0.01)),
            "boot_s": self.pick((0.0, self.seconds(0.3))),
            "weights": [self.pick((0.001, 0.5, 1.0, 1.0, 3.0)) for _ in range(self.rng.randint(0, count))],
            "speeds": [self.pick(whole) for _ in range(self.rng.randint(0, count))],
            "shed_above": self.maybe(self.pick((1, 3, 30)), 0.3),
            "drop_expired": self.pick(DROPS),
        }

    def cache(self) -> dict[str, Any]:
        return {
            "enabled": self.chance(0.75),
            "capacity_items": self.maybe(self.pick((1, 2, 10, 1000)), 0.8),
            "ttl_s": self.maybe(self.seconds(0.5), 0.7),
            "ttl_from": self.pick(("fill", "use")),
            "lookup_ms": self.ms(1.0, zero=0.4),
            "on_write": self.pick(ON_WRITE),
            "ttl_jitter": self.pick((0.0, 0.0, 0.3, 1.0)),
            "coalescing": self.chance(0.8),
            "stale_while_revalidate_s": self.pick((0.0, self.seconds(0.2), self.seconds(2.0))),
            "nodes": self.cache_nodes,
            "placement": self.pick(("modulo", "consistent_hash")),
            "eviction": self.pick(EVICTIONS),
            "start_warm": self.chance(0.3),
        }

    def database(self) -> dict[str, Any]:
        connections = self.pick((1, 1, 2, 8))
        fair_ms = 1e3 * connections / self.scale.rate
        return self.service() | {
            "colocated": self.shards == 1 and not self.federated and self.chance(0.3),
            "breaker": {
                "enabled": self.chance(0.5),
                "failures": self.pick((1, 2, 5)),
                "half_open_after_s": self.seconds(0.1),
            },
            "connections": connections,
            "queue_limit": self.maybe(self.pick((0, 1, 10)), 0.3),
            "read_ms": self.ms(fair_ms),
            "write_ms": self.ms(fair_ms),
            "replicas": self.replicas,
            "read_from": self.pick(("primary", "replicas", "replicas_read_your_writes")),
            "shards": self.shards,
            "sharding": self.pick(("modulo", "consistent_hash")),
            "copy_ms": self.pick((0.0, 0.05, self.ms(1.0))),
            "federated": self.federated,
            "cross_shard_ratio": self.pick((0.0, 0.3, 1.0)),
            "cross_function_ratio": self.pick((0.0, 0.3, 1.0)),
            "replication": self.pick(("async", "semi_sync", "sync")),
            "failover_s": self.maybe(self.pick((0.0, self.seconds(0.1), self.seconds(0.2))), 0.7),
            "lag_ms": self.ms(self.pick((15.0, 100.0))),
            "lag_distribution": "deterministic" if self.even else self.pick(("deterministic", "exponential")),
            "apply_cost": self.pick((0.0, 1.0, 1.0 if self.even else 0.5, 3.0)),
        }

    # What is done to it

    def autoscaler(self) -> dict[str, Any]:
        return {
            "enabled": self.chance(0.3),
            "min": self.pick((1, 1, 2)),
            "max": self.pick((1, 3, 8, 20)),
            "target_utilisation": self.pick((0.1, 0.3, 0.7, 1.0)),
            "interval_s": self.seconds(0.2, least=0.1),
            "scale_up_cooldown_s": self.pick((0.0, self.seconds(0.3))),
            "scale_down_cooldown_s": self.pick((0.0, self.seconds(0.3))),
            "metric_window_s": self.seconds(0.4, least=0.1),
            "tolerance": self.pick((0.0, 0.1, 0.5)),
        }

    def fault(self) -> dict[str, Any]:
        """A fault on a node that is there, or on the whole; rounded so that several fall on one instant."""
        if self.chance(0.2):
            return self.cache_fault()
        at_s = self.pick((0.0, round(self.seconds(), 1), self.seconds(), self.seconds()))
        if self.chance(0.2):
            return self.wide_fault() | {"at_s": at_s}
        tier = self.pick(("servers", "servers", "servers", "database", "database", "zone"))
        kinds = {
            "servers": ("crash", "crash", "recover", "slow", "fail_fast"),
            "database": ("crash", "crash", "recover", "recover", "slow", "cut_replication"),
            "zone": ("crash", "recover", "slow"),
        }
        kind = self.pick(kinds[tier])
        count = {"servers": self.servers_count, "database": 1 + self.replicas, "zone": self.zones}[tier]
        index = 0 if tier == "database" and self.chance(0.4) else self.rng.randrange(count)  # the primary more often
        fault = {"kind": kind, "tier": tier, "index": index, "at_s": at_s}
        if tier == "database":
            fault["shard"] = self.rng.randrange(self.shards)
        if kind == "slow":
            fault["factor"] = self.pick((0.25, 0.5, 2.0))
        if kind == "fail_fast":
            fault |= {"ratio": self.pick((0.0, 0.5, 1.0)), "after_ms": self.ms(2.0), "passes_checks": self.chance(0.5)}
        return fault

    def wide_fault(self) -> dict[str, Any]:
        """A fault that is not a single node's."""
        if self.cdn_enabled and self.chance(0.5):
            return {"kind": self.pick(("pop_outage", "pop_outage", "pop_recovery")), "region": self.pick(self.pops)}
        if self.chance(0.5):
            return {"kind": "traffic_spike", "factor": self.pick((0.0, 0.5, 2.0, 4.0)), "for_s": self.seconds(0.3)}
        times = {"mean_time_to_failure_s": self.seconds(2.0), "mean_time_to_repair_s": self.seconds(0.5)}
        return {"kind": "random_crashes", "tier": self.pick(("servers", "database"))} | times

    def cache_fault(self) -> dict[str, Any]:
        kind, index = (
            self.pick(("flush_cache", "lose_cache_node", "lose_cache_node", "recover")),
            self.rng.randrange(self.cache_nodes),
        )
        fault = {"kind": kind, "index": index, "at_s": self.pick((0.0, round(self.seconds(), 1), self.seconds()))}
        if kind == "flush_cache":
            fault["index"] = self.pick((None, index))
        return fault | ({"tier": "cache"} if kind == "recover" else {})

    def steps(self, system: System) -> tuple[tuple[int, Any], ...]:
        """Instants in order, with another system, a fault, or nothing (the end of a slice)."""
        times = sorted(self.seconds(1.3, least=0.0) for _ in range(self.rng.randint(2, 12)))
        made, description = [], system.model_dump(mode="json")
        for time_s in times:
            for _ in range(self.pick((0, 1, 1, 2))):
                if self.chance(0.5):
                    description = self.altered(description)
                    made.append((round(time_s * 1e9), System.model_validate(description)))
                else:
                    made.append((round(time_s * 1e9), self.fault()))
            made.append((round(time_s * 1e9), None))
        return tuple(made)

    def altered(self, description: dict[str, Any]) -> dict[str, Any]:
        """The same system but for a few parts; or another one altogether."""
        other = self.system()
        if self.chance(0.2):
            return other
        if self.chance(0.3) and not description["database"]["colocated"]:  # only who holds which items
            fields = ("shards", "sharding", "federated", "copy_ms")
            database = description["database"] | {name: other["database"][name] for name in fields}
            faults = [fault for fault in description["faults"] if fault.get("shard", 0) < database["shards"]]
            return description | {"database": database, "faults": faults}
        kept = [part for part in ("traffic", "client", "balancer", "autoscaler") if self.chance(0.6)]
        kept += ["cache"] if self.chance(0.6) and description["cache"]["nodes"] == self.cache_nodes else []
        kept += ["network"] if self.chance(0.6) and description["network"]["zones"] == self.zones else []
        kept += ["servers"] if self.chance(0.4) and description["servers"]["count"] == self.servers_count else []
        result = other | {part: description[part] for part in kept}
        if self.chance(0.3):  # only the traffic's rate
            result["traffic"] = description["traffic"] | {"rate": other["traffic"]["rate"] * self.pick((0.5, 1.0, 2.0))}
        return result
