"""Clients that leave, work that stays, retries and their pauses, compared with theory."""

import numpy as np
import pytest

from tests.theory.oracle_cases import expected, simulated_by
from tests.theory.trials import Settled, Target, assert_agrees, run, share, station, summary, waits_s

HERE = "test_impatience.py::"


def patient_station(rate, service_s, vcpus, timeout_s, drop, **servers):
    return station(rate, service_s, vcpus, client={"timeout_ms": 1000.0 * timeout_s}, drop_expired=drop, **servers)


# System, patience (s), requests a trial.
PATIENCE = {
    "C2": (patient_station(5, 0.5, 1, 6, "before_work"), 6.0, 200_000),
    "C3": (patient_station(0.9, 1, 1, 2, "before_work"), 2.0, 200_000),
    "C4": (patient_station(9, 1, 10, 0.5, "before_work"), 0.5, 270_000),
}


@pytest.mark.parametrize(("case", "longer"), [("C2", 1), ("C3", 1), ("C4", 1), pytest.param("C4", 4, marks=pytest.mark.full)])
def test_patience(case, longer):
    assert case in simulated_by(HERE + "test_patience")
    system, patience_s, requests = PATIENCE[case]
    published = expected(case)

    def waited_s(result):
        return float(np.minimum(waits_s(Settled(result)), patience_s).mean())

    measures = {
        "P_drop": share(lambda attempts: attempts["cpu_done"] < 0),
        "Wq_all": waited_s,
        "P_wait": share(lambda attempts: waits_s(attempts) > 0),
    }
    targets = {
        "P_drop": Target(published["P_drop"], 0.02),
        "Wq_all": Target(published["Wq_all"], 0.02),
        # In C2 all but 4 in a billion wait, so the interval has no width.
        "P_wait": Target(published["P_wait"], 0.01 if (case, longer) == ("C4", 1) else 0.005, slack=1e-6),
    }
    assert_agrees(system, targets, measures, longer * requests, keep=True)


def test_exponential_patience():
    """Four hundred cohorts, each with the patience of its part of the exponential distribution: as good as exponential."""
    assert simulated_by(HERE + "test_exponential_patience") == ["C1"]
    published = expected("C1")
    patience_s = -120.0 * np.log(1.0 - (np.arange(400) + 0.5) / 400)
    cohorts = [
        {"name": f"patience_{number}", "client": {"timeout_ms": 1000.0 * float(longest_s)}}
        for number, longest_s in enumerate(patience_s)
    ]
    system = station(48 / 60, 60.0, 50, traffic={"cohorts": cohorts}, drop_expired="before_work")

    def waited_s(result):
        attempts = Settled(result)
        return float(np.minimum(waits_s(attempts), patience_s[attempts["cohort"]]).mean())

    measures = {
        "P_abandon": share(lambda attempts: attempts["cpu_done"] < 0),
        "Wq_sec": waited_s,
        "util": summary("server_utilisation"),
    }
    targets = {
        "P_abandon": Target(published["P_abandon"], 0.045, slack=0.003),
        "Wq_sec": Target(published["Wq_sec"], 0.045, slack=0.003),
        "util": Target(published["util"], 0.005),
    }
    assert_agrees(system, targets, measures, 200_000, keep=True)


def test_deadline():
    assert simulated_by(HERE + "test_deadline") == ["C5"]
    published = expected("C5")
    measures = {
        "P_ok": lambda result: 1 - result.summary()["error_rate"],
        "goodput": summary("goodput"),
        "util": summary("server_utilisation"),
    }
    targets = {name: Target(published[name], 0.005) for name in measures}
    assert_agrees(patient_station(0.8, 1, 1, 3, "at_once"), targets, measures, 200_000)


@pytest.mark.parametrize(("case", "rate"), [("C7", 0.9), ("C8", 1.2)])
def test_ghost_work(case, rate):
    assert case in simulated_by(HERE + "test_ghost_work")
    published = expected(case)
    system = patient_station(rate, 1, 1, 8, "never", workers=1, queue_limit=19)
    goodput, wasted = published["goodput"], published["wasted"]

    measures = {
        "goodput": summary("goodput"),
        "P_success": lambda result: 1 - result.summary()["error_rate"],
        "P_block": summary("errors.refused"),
        "late": summary("errors.timeout"),
        "work": summary("server_utilisation"),
    }
    targets = {
        "goodput": Target(goodput, 0.03),
        "P_success": Target(published["P_success"], 0.03),
        "P_block": Target(published["P_block"], 0.05),
        "late": Target(published["P_late_given_accepted"] * (1 - published["P_block"]), 0.03),
        # All work is done, for clients who wait and for those who have left.
        "work": Target(goodput + wasted, 0.005),
    }
    assert_agrees(system, targets, measures, 900_000)


def failing(ratio, retries, backoff, **client):
    """A server that fails this share of the attempts at once."""
    fault = {"kind": "fail_fast", "tier": "servers", "index": 0, "at_s": 0.0, "ratio": ratio, "after_ms": 0.0}
    return station(10, 0.01, client={"retries": retries, "backoff": backoff} | client, faults=[fault])


def test_retries_multiply_attempts():
    assert simulated_by(HERE + "test_retries_multiply_attempts") == ["C13"]
    published = expected("C13")

    def attempts_per_request(result):
        return len(result.requests) / result.requests["request"].nunique()

    targets = {"attempts": Target(published["attempts"], 0.005)}
    assert_agrees(failing(0.5, 3, "none"), targets, {"attempts": attempts_per_request}, 20_000, keep=True)
    everything_fails = run(failing(1.0, 3, "none"), 1_000, 1).requests
    assert (everything_fails.groupby("request").size() == published["all_fail"]).all()
    assert (everything_fails["outcome"] == 3).all()


def pauses_s(attempts, retries: int) -> np.ndarray:
    """The pauses before each retry, a row for each request that made them all."""
    table = attempts.sort_values(["request", "attempt"])
    whole = table.groupby("request").filter(lambda tries: len(tries) == retries + 1)
    sent = whole["sent"].to_numpy().reshape(-1, retries + 1)
    ended = whole["ended"].to_numpy().reshape(-1, retries + 1)
    return (sent[:, 1:] - ended[:, :-1]) / 1e9


def test_backoff_schedule():
    assert simulated_by(HERE + "test_backoff_schedule") == ["C15"]
    published = expected("C15")
    doubling = run(failing(1.0, 4, "exponential", backoff_ms=100.0), 200, 1).requests
    assert pauses_s(doubling, 4).shape[0] >= 100
    assert (pauses_s(doubling, 4) == np.array(published["a"])).all()
    capped = run(failing(1.0, 5, "exponential", backoff_ms=1000.0, backoff_cap_ms=5000.0), 600, 1).requests
    assert pauses_s(capped, 5).shape[0] >= 100
    assert (pauses_s(capped, 5) == np.array(published["b"])).all()


def test_full_jitter_is_uniform_up_to_the_doubled_pause():
    jittered = run(failing(1.0, 4, "exponential_jitter", backoff_ms=100.0), 20_000, 1).requests
    shares = pauses_s(jittered, 4) / np.array(expected("C15")["a"])
    assert shares.min() >= 0
    assert shares.max() <= 1
    for retry in range(4):
        column = shares[:, retry]
        # Mean 1/2 and variance 1/12 of a uniform share; the fourth central moment is 1/80.
        assert abs(column.mean() - 1 / 2) <= 3.3 * np.sqrt(1 / 12 / len(column))
        assert abs(column.var() - 1 / 12) <= 3.3 * np.sqrt((1 / 80 - 1 / 144) / len(column))
