"""The formulas of `engine.theory` against published values, against each other where they meet, and against bad input."""

import math

import numpy as np
import pytest

from engine.theory import (
    balancing,
    caches,
    chains,
    data,
    hashing,
    impatience,
    networks,
    renewal,
    retries,
    scalability,
    service,
    stations,
)
from tests.theory.closed_forms import FORMS, ORIGIN_2000, WITHOUT_FORM
from tests.theory.oracle_cases import expected

DIGITS = {"G5": {"rel": 1e-4}, "G6": {"rel": 1e-4}, "G7": {"abs": 5e-5}}
"""Fits: published with fewer digits than 1e-6, by other ways of minimising."""


@pytest.mark.parametrize("case", FORMS)
def test_a_formula_gives_the_published_values(case):
    published = {name: value for name, value in expected(case).items() if (case, name) not in WITHOUT_FORM}
    computed = FORMS[case]()
    assert set(computed) == set(published)
    for name, value in published.items():
        if isinstance(value, str) or np.ndim(value) > 1 or case == "D29":
            assert computed[name] == value, name
        else:
            assert computed[name] == pytest.approx(value, **DIGITS.get(case, {"rel": 1e-6})), name


def test_the_fitted_curve_lies_near_the_measured_points():
    contention, coherency = (expected("G5")[name] for name in ("sigma_gunther_fit", "kappa_gunther_fit"))
    for size, measured in zip(*ORIGIN_2000):
        assert 20 * scalability.usl_speedup(size, contention, coherency) == pytest.approx(measured, rel=0.11)


# Where two formulas cover the same case, they agree.


@pytest.mark.parametrize(("load", "workers"), [(0.3, 1), (1.7, 2), (6.0, 8), (58.0, 64), (0.5, 4), (250.0, 256)])
def test_poisson_arrivals_make_gmc_an_mmc(load, workers):
    general, special = renewal.gmc(renewal.gap_transform(load, 1), load, 1, workers), stations.mmc(load, 1, workers)
    assert general.waiting_s == pytest.approx(special.waiting_s, rel=1e-6, abs=1e-12)
    assert general.wait_ratio == pytest.approx(special.wait_ratio, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("load", [0.2, 0.7, 0.97])
def test_one_worker_of_deterministic_service_is_pollaczek_khinchine(load):
    crommelin, pollaczek = service.mdc(load, 1), service.mg1(load, service.moments("deterministic", 1))
    assert crommelin.waiting_s == pytest.approx(pollaczek.waiting_s, rel=1e-9)
    assert crommelin.wait_ratio == pytest.approx(load, rel=1e-9)


@pytest.mark.parametrize(("load", "workers"), [(0.5, 2), (1.8, 2), (3.6, 4), (14.0, 16), (90.0, 100)])
def test_deterministic_service_is_spitzers_walk(load, workers):
    # The requests take equal workers in turn, so Wq = sum over k of E[max(0, k - time of k c arrivals)] / k, here by Poisson tails.
    waiting_s = 0.0
    for services in range(1, 4_000):
        arrivals, mean = services * workers, load * services
        counts = np.arange(arrivals, arrivals + int(12 * math.sqrt(mean)) + 60)
        chances = np.exp(counts * math.log(mean) - mean - np.array([math.lgamma(count + 1) for count in counts]))
        term = (services * chances.sum() - arrivals / load * chances[1:].sum()) / services
        waiting_s += term
        if term < 1e-13 * waiting_s:
            break
    assert service.mdc(load, 1, workers).waiting_s == pytest.approx(waiting_s, rel=1e-8)


@pytest.mark.parametrize("load", [0.2, 0.7, 0.97])
def test_exponential_service_makes_mg1_an_mm1(load):
    general, special = service.mg1(load, service.moments("exponential", 1)), stations.mm1(load, 1)
    assert general.waiting_s == pytest.approx(special.waiting_s, rel=1e-12)
    # Wq = 0 with probability 1 - rho, else exponential with rate 1 - rho.
    deviation = math.sqrt(2 * load - load**2) / (1 - load)
    assert service.mg1_waiting_deviation_s(load, service.moments("exponential", 1)) == pytest.approx(deviation, rel=1e-12)


def test_many_places_make_mmck_an_mmc_and_none_to_wait_an_erlang_loss():
    assert stations.mmck(2.4, 1, 3, 400).response_s == pytest.approx(stations.mmc(2.4, 1, 3).response_s, rel=1e-9)
    assert stations.mmck(2.4, 1, 3, 3).blocked_ratio == pytest.approx(stations.erlang_b(2.4, 3), rel=1e-12)


def test_patience_without_end_makes_an_mmc_and_none_an_erlang_loss():
    for workers, rate in ((1, 0.7), (4, 3.0)):
        patient, loss = impatience.mmc_patience(rate, 1, workers, 200), impatience.mmc_patience(rate, 1, workers, 1e-9)
        assert patient.waiting_s == pytest.approx(stations.mmc(rate, 1, workers).waiting_s, rel=1e-6)
        assert loss.left_ratio == pytest.approx(stations.erlang_b(rate, workers), rel=1e-6)
        assert impatience.erlang_a(rate, 1, workers, 1e9).waiting_s == pytest.approx(
            stations.mmc(rate, 1, workers).waiting_s, rel=1e-6
        )


def test_equal_turns_make_the_periodic_chain_a_round_robin():
    in_turn = renewal.gmc(renewal.every(3, renewal.gap_transform(2.4, 1)), 0.8, 1).response_s
    assert renewal.periodic_response_s(2.4, 1, [3]) == pytest.approx(in_turn, rel=1e-9)
    assert renewal.periodic_response_s(2.4, 1, [3, 3, 3]) == pytest.approx(in_turn, rel=1e-9)


@pytest.mark.parametrize("cv", [0, 0.1, 0.3, 0.5, 0.57, 0.8, 0.99, 1, 1.5, 4])
def test_a_gap_has_the_mean_and_the_cv_that_were_asked_for(cv):
    transform, step = renewal.gap_transform(2.0, cv), 1e-3
    slope = (transform(step) - transform(-step)) / (2 * step)
    bend = (transform(step) - 2 + transform(-step)) / step**2
    assert transform(0) == pytest.approx(1, rel=1e-12)
    assert -slope == pytest.approx(0.5, rel=1e-3)
    assert math.sqrt(max(0, bend - slope**2)) / -slope == pytest.approx(cv, rel=2e-3, abs=1e-2)


@pytest.mark.parametrize("distribution", ["lognormal", "pareto", "hyperexponential"])
@pytest.mark.parametrize("cv", [1.0, 1.5, 4.0])
def test_moments_have_the_mean_and_the_cv_that_were_asked_for(distribution, cv):
    found = service.moments(distribution, 3.0, cv)
    assert found.first == 3.0
    assert math.sqrt(found.second - found.first**2) / found.first == pytest.approx(cv, rel=1e-9)


def test_a_cache_of_all_items_hits_always_and_of_one_item_only_repeats():
    shares = caches.zipf(20, 0.8)
    repeats = float(shares @ shares)
    assert caches.lfu_settled_hit_ratio(shares, 1) == pytest.approx(repeats, rel=1e-9)
    assert caches.lfu_settled_hit_ratio(shares, 20) == pytest.approx(1, rel=1e-12)
    for hit_ratio in (caches.lru_exact_hit_ratio, caches.fifo_exact_hit_ratio):
        assert hit_ratio(shares, 20) == 1
        assert hit_ratio(shares, 1) == pytest.approx(repeats, rel=1e-9)
    for hit_ratio in (caches.lru_che_hit_ratio, caches.fifo_mean_field_hit_ratio):
        assert hit_ratio(shares, 20) == 1


def test_writes_shorten_the_stay_in_a_cache():
    # One item, reads 3/s, writes 1/s, for ever: a read hits if the event before it was a read.
    assert caches.ttl_fill_hit_ratio(np.array([3.0]), math.inf, 1.0) == pytest.approx(0.75)
    assert caches.ttl_use_hit_ratio(np.array([3.0]), math.inf, 1.0) == pytest.approx(0.75)
    assert caches.lru_che_hit_ratio(np.array([3.0]), 1, 1.0) == pytest.approx(0.75)


@pytest.mark.parametrize("rate", [0.01, 1.0, 30.0])
def test_writes_of_a_single_item_are_as_stale_in_any_order(rate):
    in_order = data.ordered_stale_read_ratio(rate, 0.2)
    assert in_order == pytest.approx(data.stale_read_ratio(rate, 0.2), rel=1e-4)
    assert data.ordered_stale_read_ratio(np.array([rate, 50.0]), 0.2, np.array([1.0, 0.0])) > in_order


def test_least_connections_is_better_than_two_choices_and_equal_to_it_on_two_servers():
    assert chains.chain_response_s(0.8, 1, 3) < chains.chain_response_s(0.8, 1, 3, 1, "power_of_two")
    two = chains.chain_response_s(0.8, 1, 2, 1, "power_of_two")
    assert two == pytest.approx(chains.chain_response_s(0.8, 1, 2), rel=1e-9)


def test_stations_of_equal_speed_in_a_row_make_an_erlang_time():
    # Two stages that drain at rate 1: P(T > t) = (1 + t) exp(-t).
    assert networks.tandem_tail(1, (0.5, 0.5), 2.0) == pytest.approx(3 * math.exp(-2), rel=1e-4)


def test_a_fit_gives_back_the_law_that_made_the_points():
    sizes = [1, 2, 5, 10, 30]
    points = [7 * scalability.usl_speedup(size, 0.03, 2e-4) for size in sizes]
    assert scalability.usl_fit(sizes, points) == pytest.approx((0.03, 2e-4, 7), rel=1e-9)
    assert scalability.usl_fit_transformed(sizes, points) == pytest.approx((0.03, 2e-4), rel=1e-9)


BAD = [
    (lambda: stations.mmc(1, 1, 1), "below 1"),
    (lambda: stations.mmc(-1, 1, 1), "above 0"),
    (lambda: stations.mmc(1, math.nan, 2), "finite"),
    (lambda: stations.mmc(1, 0.1, 1.5), "whole number"),
    (lambda: stations.mmck(1, 1, 3, 2), "3 or more"),
    (lambda: stations.mmc_response_percentile(0.5, 1, 1, 101), "from 0 to 1"),
    (lambda: service.mdc(2, 1, 2), "below 1"),
    (lambda: service.mg1(1, service.moments("exponential", 1)), "below 1"),
    (lambda: service.moments("gamma", 1), "lognormal"),
    (lambda: service.moments("hyperexponential", 1, 0.5), "1 or more"),
    (lambda: service.bounded_pareto(1.5, 2, 1), "more than least_s"),
    (lambda: renewal.gap_transform(1, -1), "0 or more"),
    (lambda: renewal.gmc(renewal.gap_transform(2, 0), 2, 1, 2), "below 1"),
    (lambda: renewal.periodic_response_s(5, 1, [2]), "below 1"),
    (lambda: balancing.power_of_d_response_s(1, 1), "below 1"),
    (lambda: balancing.power_of_two_response_s(0.5, 1, 1), "2 or more"),
    (lambda: balancing.smoothed([1], 2), "up to 1"),
    (lambda: chains.chain_response_s(0.5, 1, 9), "2, 3 or 4"),
    (lambda: chains.chain_response_s(0.5, 1, 2, 1, "random"), "power_of_two"),
    (lambda: hashing.haproxy_slots(1, 90, [1]), "100 or more"),
    (lambda: hashing.ring_share_percentile(100, 100), "less than 100"),
    (lambda: caches.lru_exact_hit_ratio(np.ones(501), 10), "lru_che_hit_ratio"),
    (lambda: caches.ttl_fill_hit_ratio(np.array([-1.0]), 1), "0 or more"),
    (lambda: caches.lru_che_hit_ratio(np.ones(3), 0), "1 or more"),
    (lambda: impatience.mmc_patience(5, 1, 1, 1e6), "overflows"),
    (lambda: retries.retrial_queue(1, 1, 1), "below 1"),
    (lambda: retries.retrying_queue(1, 1, 1, 1.0, 1), "give less"),
    (lambda: scalability.usl_fit([1, 2], [1, 2]), "three pairs"),
    (lambda: scalability.usl_fit_transformed([2, 3, 4], [1, 2, 3]), "size 1 first"),
    (lambda: data.replica_capacity(0.1, 0, 0, 0, 1), "above 0"),
    (lambda: data.k_staleness_ratio(3, 4, 1, 1), "must not exceed"),
    (lambda: data.ordered_stale_read_ratio(1, 0), "above 0"),
    (lambda: networks.jackson((1,), [[1.5]], (1,), (1,)), "at most 1"),
    (lambda: networks.batch_response_s(0.1, 0.5, 1), "1 or more"),
    (lambda: networks.cold_start_response_s(1, 1, 3, 9), "below 1"),
]


@pytest.mark.parametrize(("call", "says"), BAD)
def test_bad_input_is_refused_with_what_is_allowed(call, says):
    with pytest.raises(ValueError, match=says):
        call()


@pytest.mark.parametrize(("count", "policy"), [(2, "least_connections"), (3, "power_of_two")])
def test_levels_in_which_all_are_busy_are_solved_once_a_kind(monkeypatch, count, policy):
    """At high load most levels are alike: passing over those that have settled changes nothing that is seen."""
    passing_over = chains.chain_response_s(0.97, 1.0, count, policy=policy)
    monkeypatch.setattr(chains, "_settled", lambda *_: False)
    assert chains.chain_response_s(0.97, 1.0, count, policy=policy) == pytest.approx(passing_over, rel=1e-11)
