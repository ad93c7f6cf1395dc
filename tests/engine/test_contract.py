"""The names that everything else relies on: the fields of a system and the metrics of a run that the contract lists are there.

The lists are written out from the direction document of the engine (its sections 2 and 4), not read from the code: a name that is
taken away or spelled otherwise is found here. More names than these are welcome.
"""

import pytest

from engine import System, simulate
from engine.log import OUTCOMES
from engine.system.faults import Fault
from tests.agreement.compare import FAULT

FIELDS = {
    "traffic": """rate pattern interarrival_cv static_ratio write_ratio items popularity regions functions users loop think_time_s
        cohorts""",
    "client": "timeout_ms retries backoff backoff_ms retry_budget",
    "network": "origin_region rtt_ms jitter_cv",
    "cdn": "enabled pops capacity_items ttl_s eviction hit_ms coalescing cache_dynamic",
    "balancer": """algorithm hash_bound virtual_nodes health_check_interval_s unhealthy_after healthy_after overhead_ms
        max_rate""",
    "servers": """count vcpus memory_gb workers queue_limit cpu_ms service_distribution service_cv discipline memory_mb_per_request
        contention coherency boot_s weights speeds shed_above drop_expired""",
    "autoscaler": """enabled min max target_utilisation interval_s scale_up_cooldown_s scale_down_cooldown_s metric_window_s
        tolerance""",
    "cache": """enabled nodes capacity_items ttl_s ttl_from ttl_jitter eviction placement lookup_ms on_write coalescing
        stale_while_revalidate_s""",
    "database": """colocated connections queue_limit read_ms write_ms service_distribution service_cv replicas read_from
        replication lag_ms apply_cost failover_s breaker shards sharding cross_shard_ratio federated cross_function_ratio""",
    "database.breaker": "enabled failures half_open_after_s",
}
CHOICES = {
    "traffic.pattern": "steady ramp spike daily steps bursts recorded",
    "traffic.loop": "open closed",
    "client.backoff": "none fixed exponential exponential_jitter",
    "balancer.algorithm": """round_robin weighted_round_robin random least_connections power_of_two least_latency client_hash
        consistent_hash""",
    "servers.service_distribution": "deterministic exponential lognormal pareto hyperexponential",
    "servers.discipline": "fifo processor_sharing",
    "servers.drop_expired": "never before_work at_once",
    "cache.ttl_from": "fill use",
    "cache.eviction": "lru lfu fifo random",
    "cdn.eviction": "lru lfu fifo random",
    "cache.placement": "modulo consistent_hash",
    "cache.on_write": "invalidate update leave",
    "database.service_distribution": "deterministic exponential lognormal pareto hyperexponential",
    "database.read_from": "primary replicas replicas_read_your_writes",
    "database.replication": "async semi_sync sync",
    "database.sharding": "modulo consistent_hash",
}
STRIKES = {
    "crash a server": {"kind": "crash", "tier": "servers"},
    "crash a zone": {"kind": "crash", "tier": "zone"},
    "crash a database node": {"kind": "crash", "tier": "database"},
    "recover a server": {"kind": "recover", "tier": "servers"},
    "recover a zone": {"kind": "recover", "tier": "zone"},
    "recover a database node": {"kind": "recover", "tier": "database"},
    "slow a server": {"kind": "slow", "tier": "servers", "factor": 0.5},
    "slow a zone": {"kind": "slow", "tier": "zone", "factor": 0.5},
    "slow a database node": {"kind": "slow", "tier": "database", "factor": 0.5},
    "flush a cache node": {"kind": "flush_cache", "index": 0},
    "lose a cache node": {"kind": "lose_cache_node", "index": 0},
    "outage of a point of presence": {"kind": "pop_outage", "region": "europe_west"},
    "cut replication": {"kind": "cut_replication", "index": 1},
    "traffic spike": {"kind": "traffic_spike", "factor": 3.0},
    "a server that fails fast": {"kind": "fail_fast", "ratio": 0.5, "after_ms": 1.0, "passes_checks": False},
    "random crashes": {"kind": "random_crashes", "mean_time_to_failure_s": 9.0, "mean_time_to_repair_s": 1.0},
}
STAGES = """network cdn balancer server_queue server_cpu cache coalesced_wait database_queue database_service commit_wait
    failed_attempts retry_wait"""
METRICS = """offered_rate throughput goodput error_rate latency_mean_ms latency_p50_ms latency_p95_ms latency_p99_ms latency_p999_ms
    server_utilisation database_utilisation queue_length_mean load_imbalance jain_fairness cache_hit_ratio cdn_hit_ratio cdn_offload
    stale_read_ratio read_your_writes_violations replication_lag_p95_ms lost_writes unavailable_s cost_per_hour cost_per_month
    cost_per_million_ok"""
EVERYTHING = {
    "traffic": {"static_ratio": 0.3, "write_ratio": 0.3},
    "cdn": {"enabled": True},
    "cache": {"enabled": True},
    "database": {"replicas": 1, "read_from": "replicas"},
}


def part_of(path: str) -> object:
    part = System()
    for step in path.split("."):
        part = getattr(part, step)
    return part


@pytest.mark.parametrize("path", FIELDS)
def test_the_fields_of_the_contract_are_there(path):
    assert set(FIELDS[path].split()) <= set(type(part_of(path)).model_fields)


@pytest.mark.parametrize("path", CHOICES)
def test_the_choices_of_the_contract_are_there(path):
    part, name = path.split(".")
    for choice in CHOICES[path].split():
        more = {"pattern": {"steps": [(0.0, 1.0)], "recording": [(0.0, 1.0), (1.0, 1.0)]}}.get(name, {})
        system = System.model_validate({part: {name: choice} | more})
        assert getattr(getattr(system, part), name) == choice


@pytest.mark.parametrize("strike", STRIKES)
def test_the_faults_of_the_contract_are_there(strike):
    fault: Fault = FAULT.validate_python(STRIKES[strike])
    assert System.model_validate(EVERYTHING).without(fault) == ""


@pytest.fixture(scope="module")
def result():
    return simulate(System.model_validate(EVERYTHING), requests=2_000, seed=1, engine="plain")


def test_the_metrics_of_the_contract_have_values(result):
    """In the summary and, window by window, in the timeline."""
    names = [*METRICS.split(), *(f"latency_by_stage_ms.{stage}" for stage in STAGES.split())]
    names += [f"errors.{outcome}" for outcome in OUTCOMES if outcome != "ok"]
    summary = result.summary()
    assert set(names) <= set(summary) and set(names) <= set(result.timeline)
    assert [name for name in names if summary[name] is None] == []


def test_the_stages_are_those_and_sum_to_the_latency(result):
    summary = result.summary()
    stages = {name: value for name, value in summary.items() if name.startswith("latency_by_stage_ms.")}
    assert set(stages) == {f"latency_by_stage_ms.{stage}" for stage in STAGES.split()}
    assert sum(stages.values()) == pytest.approx(summary["latency_mean_ms"], rel=1e-12)


def test_the_outcomes_are_those():
    assert OUTCOMES == ("ok", "timeout", "refused", "failed", "unavailable")


def test_the_calls_of_the_contract_answer(result):
    assert len(result.nodes) > 0 and len(result.requests) >= 2_000 and result.intervals()
