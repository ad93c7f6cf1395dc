"""One server as a queueing station: M/M/c, M/G/1, M/D/c, G/M/1, bounded queues and losses, simulated and compared with theory."""

from math import sqrt

import pytest

from engine.theory.service import mdc, mg1, moments
from engine.theory.stations import erlang_b, mmck
from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.trials import MEASURES, Target, assert_agrees, bounded_station, responses_s, share, station, summary, waits_s

HERE = "test_single_stations.py::"
PARETO_CV = sqrt(1 / (3.5 * 1.5))
"""Of a Pareto time of shape 3.5."""

# System, requests a trial, power target of the mean response time.
MEANS = {
    "A1": (station(0.5), 120_000, 0.01),
    "A2": (station(0.8), 240_000, 0.02),
    "A3": (station(0.95), 600_000, 0.05),
    "A4": (station(5, 1 / 8), 120_000, 0.02),
    "A5": (station(0.2, 10, 3), 60_000, 0.02),
    "A6": (station(0.2, 10, 4), 60_000, 0.01),
    "A7": (station(5, 1 / 10, 2), 60_000, 0.01),
    "A8": (station(7.2, 1, 8), 200_000, 0.03),
    "A9": (station(15.2, 1, 16), 600_000, 0.05),
    "A17": (station(0.8, service_distribution="deterministic"), 120_000, 0.02),
    "A18": (station(3.6, 1, 4, service_distribution="deterministic"), 200_000, 0.03),
    "A19": (station(1.4, 1, 2, service_distribution="deterministic"), 60_000, 0.02),
    "A20": (station(0.7, service_distribution="lognormal", service_cv=2.0), 600_000, 0.05),
    "A22": (station(0.5, 1.4, service_distribution="pareto", service_cv=PARETO_CV), 400_000, 0.02),
    "A27": (station(1, 0.8, traffic={"interarrival_cv": 0.0}), 120_000, 0.02),
    "A28": (station(1, 0.8, traffic={"interarrival_cv": 0.5}), 120_000, 0.02),
}
# Requests a trial and trials, for half a percent of the share that waits.
WAITING = {
    "A1": (200_000, 24),
    "A2": (400_000, 24),
    "A3": (400_000, 24),
    "A4": (200_000, 24),
    "A5": (350_000, 24),
    "A6": (900_000, 24),
    "A7": (600_000, 24),
    "A8": (1_000_000, 24),
    "A9": (600_000, 100),
}
EASY = ("A1", "A4", "A5")
PERCENTILES = {
    "A10": (station(0.8), 170_000, (1_000_000, 24)),
    "A11": (station(7.2, 1, 8), 340_000, (1_500_000, 100)),
    "A27": (station(1, 0.8, traffic={"interarrival_cv": 0.0}), None, (500_000, 24)),
    "A28": (station(1, 0.8, traffic={"interarrival_cv": 0.5}), None, (800_000, 24)),
}
BOUNDED = {
    "A12": (bounded_station(0.9, 1, 1, 10), 300_000),
    "A13": (bounded_station(1.5, 1, 1, 5), 150_000),
    "A14": (bounded_station(8, 1 / 4, 5, 12), 300_000),
    "A15": (bounded_station(2, 1, 2, 6), 150_000),
}
LOSSES = {"B_15_12": (12, 15), "B_10_4461": (4.461, 10), "B_100_8406": (84.06, 100)}


@pytest.mark.parametrize("case", simulated_by(HERE + "test_means"))
def test_means(case):
    system, requests, power = MEANS[case]
    published = expected(case)
    waiting_s = published["Wq"]
    service_s = system.servers.cpu_ms / 1000
    targets = {"T": Target(waiting_s + service_s, power), "Wq": Target(waiting_s)}
    targets["rho"] = Target(system.traffic.rate * service_s / system.servers.vcpus, 0.01)
    targets["throughput"] = (
        Target(system.traffic.rate, 0.005) if system.traffic.interarrival_cv else Target(system.traffic.rate, slack=1e-4)
    )
    assert_agrees(system, targets, MEASURES, requests)


@pytest.mark.parametrize("case", [pytest.param(case, marks=[] if case in EASY else [pytest.mark.full]) for case in WAITING])
def test_shares_that_wait(case):
    requests, trials = WAITING[case]
    targets = {"P_wait": Target(expected(case)["P_wait"], 0.005)}
    assert_agrees(MEANS[case][0], targets, MEASURES, requests, trials=trials, keep=True)


def exceedances(case, highest):
    """How many exceed the quantile of theory, for the quantiles up to `highest` %: not where the sample's quantile lies."""
    targets, measures = {}, {}
    for name, quantile in expected(case).items():
        if "_p" in name and int(name[-2:]) <= highest:
            times = waits_s if name.startswith("Wq") else responses_s
            measures[name] = share(lambda attempts, times=times, quantile=quantile: times(attempts) > quantile)
            targets[name] = Target(1 - int(name[-2:]) / 100, 0.08)
    return targets, measures


@pytest.mark.parametrize("case", [case for case, (_, requests, _) in PERCENTILES.items() if requests])
def test_percentiles_up_to_95(case):
    system, requests, _ = PERCENTILES[case]
    targets, measures = exceedances(case, 95)
    assert len(targets) >= 2
    assert_agrees(system, targets, measures, requests, keep=True)


@pytest.mark.full
@pytest.mark.parametrize("case", simulated_by(HERE + "test_percentiles"))
def test_percentiles(case):
    system, _, (requests, trials) = PERCENTILES[case]
    targets, measures = exceedances(case, 99)
    assert targets
    assert_agrees(system, targets, measures, requests, trials=trials, keep=True)


@pytest.mark.parametrize("case", simulated_by(HERE + "test_bounded_queue"))
def test_bounded_queue(case):
    system, requests = BOUNDED[case]
    published = expected(case)
    targets = {
        "P_block": Target(published["P_block"], 0.02 if case != "A14" else 0.4),
        "throughput": Target(published["throughput"], 0.005),
        "T": Target(published["T_accepted"], 0.03),
        "rho": Target(published["util"], 0.01),
    }
    assert_agrees(system, targets, MEASURES, requests)


LIMITS = {
    "shedding": {"shed_above": 5},
    "memory": {"memory_gb": 1.0, "memory_mb_per_request": 204.8},
    "the first of several": {"shed_above": 5, "workers": 2, "queue_limit": 9, "memory_gb": 1.0, "memory_mb_per_request": 100.0},
}


@pytest.mark.parametrize("rate", [1.6, 3.0])
@pytest.mark.parametrize("limit", LIMITS)
def test_whatever_limits_who_is_present_makes_an_mmck(limit, rate):
    """Two vCPUs and five places, those in service included, below and above what two can do."""
    theory = mmck(rate, 1, 2, 5)
    targets = {
        "P_block": Target(theory.blocked_ratio, 0.03),
        "throughput": Target(theory.throughput, 0.005),
        "T": Target(theory.response_s, 0.02),
        "rho": Target(theory.utilisation, 0.01),
    }
    assert_agrees(station(rate, 1, 2, **LIMITS[limit]), targets, MEASURES, 120_000)


@pytest.mark.full
@pytest.mark.parametrize("case", simulated_by(HERE + "test_bounded_queue"))
def test_bounded_queue_to_half_a_percent(case):
    system, requests = BOUNDED[case]
    targets = {"P_block": Target(expected(case)["P_block"], 0.005 if case != "A14" else 0.1)}
    assert_agrees(system, targets, MEASURES, 20 * requests)


@pytest.mark.parametrize("distribution", ["exponential", "lognormal"])
@pytest.mark.parametrize("name", LOSSES)
def test_loss(name, distribution):
    assert simulated_by(HERE + "test_loss") == ["A16"]
    load, workers = LOSSES[name]
    system = bounded_station(load, 1, workers, workers, service_distribution=distribution, service_cv=2.0)
    value = expected("A16")[name]
    assert value == pytest.approx(erlang_b(load, workers), rel=1e-6)
    assert_agrees(system, {"P_block": Target(value, 0.05 if workers < 100 else 0.08)}, MEASURES, 300_000)


@pytest.mark.full
@pytest.mark.parametrize("name", LOSSES)
def test_loss_to_half_a_percent(name):
    load, workers = LOSSES[name]
    system = bounded_station(load, 1, workers, workers, service_distribution="lognormal", service_cv=2.0)
    value = expected("A16")[name]
    requests, trials = {"B_15_12": (1_500_000, 24), "B_10_4461": (12_000_000, 24), "B_100_8406": (10_000_000, 100)}[name]
    assert_agrees(system, {"P_block": Target(value, 0.005)}, MEASURES, requests, trials=trials, load=load * (1 - value) / workers)


# Beyond the collection: where the formulas hold, the simulation follows them for other parameters and in other units too.


@pytest.mark.parametrize("service_s", [1e-6, 5e-3, 40.0])
def test_the_unit_of_time_does_not_matter(service_s):
    system = station(0.7 / service_s, service_s)
    targets = {"T": Target(service_s / 0.3, 0.02)}
    assert_agrees(system, targets, MEASURES, 120_000)


@pytest.mark.parametrize(
    ("distribution", "cv"), [("hyperexponential", 2.0), ("hyperexponential", 4.0), ("lognormal", 0.5), ("pareto", 0.4)]
)
def test_the_variability_of_the_service_is_the_one_asked_for(distribution, cv):
    system = station(0.6, service_distribution=distribution, service_cv=cv)
    waiting_s = mg1(0.6, moments(distribution, 1, cv)).waiting_s
    assert_agrees(system, {"T": Target(1 + waiting_s, 0.05), "rho": Target(0.6, 0.02)}, MEASURES, 400_000)


def test_a_worker_is_held_until_the_answer_so_workers_bound_the_vcpus():
    # Two workers, eight vCPUs: a station of two.
    system = station(1.4, 1, 8, workers=2, service_distribution="deterministic")
    assert_agrees(system, {"Wq": Target(mdc(1.4, 1, 2).waiting_s, 0.05)}, MEASURES, 100_000)


@pytest.mark.parametrize("rate", [50.0, 80.0, 95.0])
def test_a_balancer_of_limited_rate_is_an_md1(rate):
    """It passes on one attempt at a time, a hundred a second: the wait for one's turn is that before a deterministic service."""
    system = station(rate, 0.0, balancer={"max_rate": 100.0})
    waits = {"wait": summary("latency_by_stage_ms.balancer", 1e-3)}
    assert_agrees(system, {"wait": Target(mdc(rate, 0.01, 1).waiting_s, 0.07)}, waits, 200_000)
