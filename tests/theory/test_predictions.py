"""Theory beside measurement: the predictions for a system are what its simulation measures, or say which assumption fails."""

import re

import pytest

from engine import System
from engine.theory.predictions import predictions
from tests.theory.trials import NO_DISTANCE, Target, assert_agrees, bounded_station, data_system, fleet, station, summary

WHOLE = {
    "traffic": {"rate": 100.0, "static_ratio": 0.2, "write_ratio": 0.25, "items": 1_000},
    "network": {"rtt_ms": {"europe_west": {"europe_west": 20.0}}},
    "balancer": {"algorithm": "random", "overhead_ms": 0.5},
    "servers": {"count": 2, "vcpus": 2, "cpu_ms": 20.0, "workers": 1_000},
    "database": {"connections": 1, "read_ms": 5.0, "write_ms": 8.0},
}
SPLIT = WHOLE | {
    "database": {"connections": 1, "read_ms": 8.0, "write_ms": 10.0, "replicas": 2, "read_from": "replicas", "apply_cost": 0.3}
}
CACHED = WHOLE | {"cache": {"enabled": True, "capacity_items": 200, "ttl_s": 20.0, "lookup_ms": 0.5}}
CACHE_ALONE = {"enabled": True, "capacity_items": 100, "ttl_s": 0.3}
LATENCIES = {"latency_mean_ms", "latency_p50_ms", "latency_p95_ms", "latency_p99_ms"}
DATABASE = {"database_utilisation", "latency_by_stage_ms.database_queue"}
SERVERS = {"server_utilisation", "latency_by_stage_ms.server_queue", "queue_length_mean", "throughput", "latency_mean_ms"}

# System, formula of the server's queue, metrics that must be predicted, requests a trial.
FITTING = {
    "M/M/1": (station(0.7), "M/M/1", SERVERS | LATENCIES, 200_000),
    "M/M/c": (station(2.1, 1, 3), "M/M/c", SERVERS | LATENCIES, 200_000),
    "M/D/c": (station(2.1, 1, 3, service_distribution="deterministic"), "M/D/c", SERVERS, 100_000),
    "M/G/1": (station(0.6, service_distribution="lognormal", service_cv=1.5), "M/G/1", SERVERS, 300_000),
    "M/M/c/K": (bounded_station(2.4, 1, 2, 5), "M/M/c/K", SERVERS | {"errors.refused"}, 200_000),
    "shedding": (station(1.5, 1, 1, shed_above=4), "M/M/c/K", SERVERS | {"errors.refused"}, 200_000),
    "loss": (bounded_station(3, 1, 4, 4, service_distribution="lognormal"), "Erlang loss", SERVERS | {"errors.refused"}, 200_000),
    "G/M/c": (station(1.4, 1, 2, traffic={"interarrival_cv": 2.0}), "G/M/c", SERVERS | LATENCIES, 400_000),
    "random, bursty": (fleet(3, 0.7, "random", traffic={"interarrival_cv": 3.0}), "G/M/c", SERVERS | LATENCIES, 400_000),
    "turns": (fleet(3, 1.6, "round_robin", 2), "round robin as G/M/c", SERVERS | LATENCIES, 200_000),
    "shortest": (fleet(3, 0.8, "least_connections"), "join the shortest queue, solved Markov chain", SERVERS, 200_000),
    "two of four": (fleet(4, 0.8, "power_of_two"), "two choices, solved Markov chain", SERVERS, 200_000),
    "two of fifty": (fleet(50, 0.8, "power_of_two"), "power of two, refined mean field", SERVERS, 200_000),
    "shared": (
        station(2.1, 1, 3, discipline="processor_sharing", service_distribution="lognormal", service_cv=2.0),
        "M/G/c with processor sharing",
        SERVERS,
        200_000,
    ),
    "shared, shortest": (
        fleet(3, 0.8, "least_connections", discipline="processor_sharing"),
        "join the shortest queue with processor sharing",
        SERVERS,
        200_000,
    ),
    "scaled": (station(5.5, 1, 8, contention=0.02, coherency=0.0005), "M/M/c", SERVERS | LATENCIES, 300_000),
    "closed": (
        station(4, 1, 2, traffic={"loop": "closed", "users": 8, "think_time_s": 3.0}),
        "closed loop M/M/c//N",
        SERVERS,
        200_000,
    ),
    "whole": (
        System.model_validate(WHOLE),
        "M/M/c",
        SERVERS | DATABASE,
        200_000,
    ),
    "replicas": (
        System.model_validate(SPLIT),
        "M/M/c",
        SERVERS | DATABASE,
        200_000,
    ),
    "cached": (System.model_validate(CACHED), "M/M/c", SERVERS | {"cache_hit_ratio", "database_utilisation"}, 200_000),
}
LOOSE = {"cached": 0.02, "two of fifty": 0.003}
"""What approximate predictions may be off."""
HISTOGRAM = 0.01
"""The stated error of percentiles."""


@pytest.mark.parametrize("name", FITTING)
def test_predictions_are_what_is_measured(name):
    system, formula, metrics, requests = FITTING[name]
    found = {prediction.metric: prediction for prediction in predictions(system)}
    assert found["latency_by_stage_ms.server_queue"].formula == formula
    assert {metric for metric, prediction in found.items() if prediction.value is not None} >= metrics
    targets, measures = {}, {}
    for metric, prediction in found.items():
        if prediction.value is not None and metric not in ("latency_p999_ms", "latency_p99_ms"):
            slack = HISTOGRAM if metric.startswith("latency_p") else LOOSE.get(name, 0.0)
            if metric == "database_utilisation" and system.database.replicas > 1:
                slack = 0.01  # the busiest of equal nodes is above their mean, by as much as chance has it
            # Numbers near 0 (a queue that hardly exists) need no narrow interval.
            targets[metric] = Target(prediction.value, 0.1, slack)
            measures[metric] = summary(metric)
    constant = {metric for metric, target in targets.items() if target.value == 0}
    assert_agrees(system, {metric: target for metric, target in targets.items() if metric not in constant}, measures, requests)


ALONE = {
    "time to live": data_system(1000, traffic={"items": 500}, cache=CACHE_ALONE | {"capacity_items": None}),
    "Che": data_system(1000, traffic={"items": 5_000}, cache=CACHE_ALONE | {"ttl_s": None}),
    "both": data_system(1000, traffic={"items": 500, "write_ratio": 0.1}, cache=CACHE_ALONE),
    "sliding": data_system(1000, traffic={"items": 500, "write_ratio": 0.1}, cache=CACHE_ALONE | {"ttl_from": "use"}),
    "left alone": data_system(1000, traffic={"items": 500, "write_ratio": 0.3}, cache=CACHE_ALONE | {"on_write": "leave"}),
}


@pytest.mark.parametrize("name", ALONE)
def test_predicted_hit_ratios_are_what_is_measured(name):
    found = {prediction.metric: prediction for prediction in predictions(ALONE[name])}["cache_hit_ratio"]
    assert found.value is not None
    slack = 0.0 if name == "time to live" else 0.01
    assert_agrees(ALONE[name], {"hit": Target(found.value, 0.01, slack)}, {"hit": summary("cache_hit_ratio")}, 100_000)


def test_predicted_staleness_is_what_is_measured():
    database = {"replicas": 2, "read_from": "replicas", "lag_ms": 50.0, "apply_cost": 0.0}
    system = data_system(400, traffic={"items": 100, "write_ratio": 0.3}, database=database)
    found = {prediction.metric: prediction for prediction in predictions(system)}["stale_read_ratio"]
    assert_agrees(system, {"stale": Target(found.value, 0.02)}, {"stale": summary("stale_read_ratio")}, 100_000)


@pytest.mark.parametrize(("drop", "limit"), [("never", None), ("never", 9), ("at_once", None)])
def test_predicted_goodput_of_the_impatient_is_what_is_measured(drop, limit):
    servers = {"workers": 1, "queue_limit": limit} if limit else {}
    system = station(0.8, client={"timeout_ms": 3_000.0}, drop_expired=drop, **servers)
    found = {prediction.metric: prediction for prediction in predictions(system)}
    targets = {metric: Target(found[metric].value, 0.02) for metric in ("goodput", "error_rate")}
    assert_agrees(system, targets, {metric: summary(metric) for metric in targets}, 400_000)


FAILING = [
    ({"traffic": {"pattern": "ramp"}}, "steady"),
    ({"traffic": {"loop": "closed"}}, "refuses"),
    ({"client": {"timeout_ms": 100.0}}, "for ever"),
    ({"servers": {"queue_limit": 5, "workers": 3}, "client": {"retries": 2}}, "try once"),
    ({"servers": {"queue_limit": 5, "workers": 3}}, "place is held"),
    ({"servers": {"service_distribution": "lognormal", "vcpus": 2, "count": 1}}, "M/G/1 needs one vCPU"),
    ({"servers": {"service_distribution": "lognormal"}}, "exponential"),
    ({"servers": {"speeds": [0.5]}}, "speed"),
    ({"servers": {"weights": [3.0]}, "balancer": {"algorithm": "weighted_round_robin"}}, "weight"),
    ({"servers": {"workers": 2}}, "few for that"),
    ({"servers": {"cpu_ms": 50.0, "memory_mb_per_request": 0.0}}, "%"),
    ({"balancer": {"algorithm": "least_latency"}}, "measured"),
    ({"balancer": {"algorithm": "client_hash"}}, "clients"),
    ({"balancer": {"algorithm": "consistent_hash"}}, "keys"),
    ({"balancer": {"algorithm": "least_connections"}}, "wait for data"),
    ({"balancer": {"algorithm": "least_connections"}, "servers": {"count": 9}, "traffic": {"static_ratio": 1.0}}, "up to 4"),
    ({"balancer": {"algorithm": "power_of_two"}, "servers": {"count": 9}, "traffic": {"static_ratio": 1.0}}, "one vCPU"),
    ({"balancer": {"max_rate": 500.0}}, "smoother"),
    ({"servers": {"discipline": "processor_sharing"}}, "chance between"),
    ({"database": {"colocated": True}}, "machine for each"),
    ({"servers": {"discipline": "processor_sharing", "workers": 4}}, "everybody share"),
    ({"faults": [{"kind": "crash", "at_s": 1.0}]}, "breaks"),
]


@pytest.mark.parametrize(("changes", "says"), FAILING, ids=[says for _, says in FAILING])
def test_where_no_formula_fits_one_sentence_says_why(changes, says):
    system = System.model_validate({"network": NO_DISTANCE} | changes)
    found = {prediction.metric: prediction for prediction in predictions(system)}
    for metric in ("latency_by_stage_ms.server_queue", "latency_mean_ms"):
        prediction = found[metric]
        assert prediction.value is None
        assert prediction.failing.endswith(".")
    assert re.search(says, found["latency_by_stage_ms.server_queue"].failing)


def test_a_prediction_has_a_value_or_a_reason_and_a_source():
    systems = [row[0] for row in FITTING.values()] + [
        System.model_validate({"network": NO_DISTANCE} | changes) for changes, _ in FAILING
    ]
    for system in systems:
        found = predictions(system)
        assert len({prediction.metric for prediction in found}) == len(found)
        for prediction in found:
            assert (prediction.value is None) == bool(prediction.failing), prediction
            assert prediction.source or prediction.failing


def test_distances_come_from_the_system_or_from_whoever_knows_the_table():
    def mean_latency(network, *table):
        system = System.model_validate({"traffic": {"static_ratio": 1.0}, "network": network})
        return {prediction.metric: prediction for prediction in predictions(system, *table)}["latency_mean_ms"]

    assert "round trips" in mean_latency({}).failing
    assert mean_latency({}, lambda network, region: 30.0).value == pytest.approx(30 + mean_latency(NO_DISTANCE).value)
