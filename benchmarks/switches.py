"""What `features` switches on before the data: families of systems, each with a base and the features added to it one by one."""

from typing import Any, NamedTuple

Parts = dict[str, Any]


class Family(NamedTuple):
    """A base, and each feature as what it changes of it; `faults` are a list, which takes the place of the list before."""

    base: str
    parts: Parts
    features: dict[str, Parts]


def merged(parts: Parts, more: Parts) -> Parts:
    """The fields of `more` over those of `parts`, down to the fields of a part of a part."""
    both = {name: parts.get(name, {}) | more.get(name, {}) for name in parts.keys() | more.keys() if name != "faults"}
    return both | {"faults": more.get("faults", parts.get("faults", []))}


def crash(tier: str, **where: int) -> Parts:
    """A node of a tier (or a zone) that dies after 1 s and comes back after 2 s."""
    crashed = {"kind": "crash", "tier": tier, "at_s": 1.0, **where}
    return {"faults": [crashed, {**crashed, "kind": "recover", "at_s": 2.0}]}


PLAIN = Family(
    "round robin over 8 servers, all else off",
    {},
    {
        "a timeout that never ends": {"client": {"timeout_ms": 60_000}},
        "health checks every 10 ms": {"balancer": {"health_check_interval_s": 0.01}},
        "balancer overhead 1 ms": {"balancer": {"overhead_ms": 1}},
        "balancer's own maximum rate": {"balancer": {"max_rate": 10_000}},
        "consistent hash with bounded loads": {"balancer": {"algorithm": "consistent_hash", "hash_bound": 1.25}},
        "arrivals: evenly spaced": {"traffic": {"interarrival_cv": 0}},
        "arrivals: cv 0.5": {"traffic": {"interarrival_cv": 0.5}},
        "arrivals: cv 2": {"traffic": {"interarrival_cv": 2}},
        "arrivals: a daily pattern": {"traffic": {"pattern": "daily", "day_s": 20, "daily_peak_factor": 1.2}},
        "arrivals: a ramp": {"traffic": {"pattern": "ramp", "rate": 4_000, "ramp_to": 5_000, "ramp_s": 20}},
        "arrivals: a spike": {"traffic": {"pattern": "spike", "spike_factor": 1.2, "spike_start_s": 2, "spike_s": 5}},
        "arrivals: steps": {"traffic": {"pattern": "steps", "steps": [(0, 4_000), (5, 5_000), (10, 4_500)]}},
        "arrivals: bursts": {"traffic": {"pattern": "bursts", "burst_rate": 5_000, "burst_s": 1, "calm_s": 1}},
        "arrivals: a recording": {"traffic": {"pattern": "recorded", "recording": [(0, 40), (1, 50), (2, 45)]}},
        "a closed loop of 1,000 users": {"traffic": {"loop": "closed", "users": 1_000, "think_time_s": 0.22}},
        "five cohorts of clients": {
            "traffic": {"cohorts": [{"name": f"part_{n}", "client": {"timeout_ms": 1_000 * (1 + n)}} for n in range(5)]}
        },
        "service: deterministic": {"servers": {"service_distribution": "deterministic"}},
        "service: lognormal": {"servers": {"service_distribution": "lognormal", "service_cv": 1.5}},
        "service: pareto": {"servers": {"service_distribution": "pareto", "service_cv": 1.5}},
        "service: hyperexponential": {"servers": {"service_distribution": "hyperexponential", "service_cv": 1.5}},
        "Universal Scalability Law": {"servers": {"contention": 0.01, "coherency": 0.001}},
        "processor sharing": {"servers": {"discipline": "processor_sharing"}},
        "queue limit and shedding": {"servers": {"queue_limit": 100, "shed_above": 100}},
        "an autoscaler, every second": {"autoscaler": {"enabled": True, "min": 8, "interval_s": 1, "metric_window_s": 1}},
        "a server crashes and recovers": crash("servers", index=3),
        "a zone crashes and recovers": crash("zone", index=2),
        "a slow server": {"faults": [{"kind": "slow", "index": 3, "factor": 0.8, "at_s": 1.0}]},
        "a server that fails fast": {"faults": [{"kind": "fail_fast", "index": 3, "ratio": 0.5, "at_s": 1.0}]},
        "servers that crash at random": {
            "faults": [{"kind": "random_crashes", "mean_time_to_failure_s": 20.0, "mean_time_to_repair_s": 0.5}]
        },
        "a traffic spike": {"faults": [{"kind": "traffic_spike", "factor": 1.2, "for_s": 5.0, "at_s": 1.0}]},
    },
)

FAR = Family(
    "distance: 24 ms round trip",
    {"network": {"rtt_ms": {"europe_west": {"europe_west": 24}}}},
    {"jitter": {"network": {"jitter_cv": 1}}},
)

IMPATIENT = Family(
    "a timeout of 20 ms, 2 retries at once",
    {"client": {"timeout_ms": 20, "retries": 2, "backoff": "none"}},
    {
        "backoff: fixed": {"client": {"backoff": "fixed", "backoff_ms": 10}},
        "backoff: exponential": {"client": {"backoff": "exponential", "backoff_ms": 10}},
        "backoff: exponential with jitter": {"client": {"backoff": "exponential_jitter", "backoff_ms": 10}},
        "a retry budget": {"client": {"retry_budget": 0.1}},
        "expired work dropped before it starts": {"servers": {"drop_expired": "before_work"}},
        "expired work dropped at once": {"servers": {"drop_expired": "at_once"}},
    },
)
