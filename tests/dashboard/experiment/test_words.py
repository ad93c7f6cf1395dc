"""What is said of the tail, of theory and of money, on numbers that were worked by hand."""

from fractions import Fraction

import pytest

from dashboard import runs
from dashboard.asks import Change
from dashboard.experiment import money, tail, theory
from dashboard.experiment.run import whole_run
from engine import System, prices
from engine.tail import Tail, TailPart


def tail_with(*parts):
    """(stage, ms of an ordinary request, ms of a slow one)."""
    return Tail(
        0.99, 1_000, 10, 100, tuple(TailPart(name, usual * 10**6, slow * 10**6, Fraction(1)) for name, usual, slow in parts)
    )


def test_the_largest_part_of_the_tail_is_told_with_its_share():
    words = tail.sentence(tail_with(("network", 20, 20), ("database_queue", 5, 62), ("server_cpu", 25, 18)))
    assert (
        words == "62 % of the time of the slowest 1 % is the wait for a database connection; in an ordinary request that is 10 %."
    )


def test_where_another_part_grows_more_that_is_told_too():
    words = tail.sentence(tail_with(("network", 60, 60), ("server_queue", 0, 40)))
    assert words.startswith("60 % of the time of the slowest 1 % is the network; in an ordinary request that is 100 %.")
    assert words.endswith("What grows most is the wait in a server's queue.")


def test_a_tail_that_is_none_is_told():
    assert tail.sentence(tail_with(("network", 20, 20))) == tail.ALIKE
    few = whole_run(System.model_validate({"traffic": {"rate": 100.0}}), 1, 2_000, 0)
    assert tail.described(few) == {"words": tail.TOO_FEW, "parts": []}


ALONE = System.model_validate({
    "traffic": {"rate": 70.0, "static_ratio": 1.0}, "client": {"timeout_ms": None},
    "network": {"rtt_ms": {"europe_west": {"europe_west": 0}}},
    "servers": {"count": 1, "vcpus": 1, "workers": 10_000, "cpu_ms": 10.0, "memory_mb_per_request": 0.0},
})  # fmt: skip


def rows(system, **measured):
    return {row["metric"]: row for row in theory.described(system, measured)}


@pytest.mark.parametrize(
    ("measured", "verdict", "words"),
    [
        # M/M/1 at 0.7: the mean response is 1 / (100 - 70) s, 33.33 ms.
        ([33.0, 32.0, 34.0], "inside", "Inside the interval."),
        ([34.0, 33.5, 34.5], "near", "2.0 % apart. One interval in twenty misses by chance."),
        ([40.0, 39.0, 41.0], "apart", "20.0 % apart."),
        ([33.0, None, None], "near", "1.0 % apart. The measurement has no interval."),
        ([None, None, None], "none", "Nothing was measured."),
    ],
)
def test_theory_and_measurement_are_compared(measured, verdict, words):
    row = rows(ALONE, latency_mean_ms=measured)["latency_mean_ms"]
    assert row["theory"] == pytest.approx(100 / 3, rel=1e-5)
    assert (row["verdict"], row["words"]) == (verdict, words)
    assert "M/M/1" in row["formula"]


def test_theory_is_reckoned_once_for_a_run_that_is_remembered(monkeypatch):
    memo, values = runs.Memo(), Change(0, '{"traffic.rate":50.0}')
    first = theory.answer(ALONE, 1, values, lambda _: {}, memo)
    assert next(row for row in first if row["metric"] == "latency_mean_ms")["theory"] == pytest.approx(20.0)
    monkeypatch.setattr(theory, "predictions", lambda *_: pytest.fail("reckoned again"))
    assert theory.answer(ALONE, 1, values, lambda _: {}, memo) == first


def test_where_an_assumption_fails_it_is_named_and_the_number_is_that_of_a_simpler_system():
    system = ALONE.model_copy(update={"client": ALONE.client.model_copy(update={"timeout_ms": 1_000.0})})
    row = rows(system, latency_mean_ms=[33.0, 32.0, 34.0])["latency_mean_ms"]
    assert row["verdict"] == "simpler"
    assert row["theory"] == pytest.approx(100 / 3, rel=1e-5)
    assert row["words"].startswith("Clients leave after a timeout")
    assert row["words"].endswith("in which nobody gives up or tries again.")


def test_a_timeout_that_nobody_met_is_no_failing_assumption():
    """The same draws without the timeout give the same run, so the theory without it is that of this run."""
    system = ALONE.model_copy(update={"client": ALONE.client.model_copy(update={"timeout_ms": 1_000.0})})
    row = rows(system, latency_mean_ms=[33.0, 32.0, 34.0], error_rate=[0.0, 0.0, 0.0])["latency_mean_ms"]
    assert (row["verdict"], row["words"]) == ("inside", "Inside the interval. No timeout or limit was met.")
    row = rows(system, latency_mean_ms=[33.0, 32.0, 34.0], error_rate=[0.001, 0.0, 0.002])["latency_mean_ms"]
    assert row["verdict"] == "simpler"
    row = rows(ALONE, latency_mean_ms=[33.0, 32.0, 34.0], error_rate=[0.0, 0.0, 0.0])["latency_mean_ms"]
    assert row["words"] == "Inside the interval."


def test_where_no_simpler_system_fits_both_reasons_are_told():
    system = System.model_validate(
        {"client": {"timeout_ms": 500.0}, "balancer": {"algorithm": "least_latency"}, "servers": {"count": 2}}
    )
    row = rows(system)["latency_mean_ms"]
    assert row["verdict"] == "none" and row["theory"] is None
    assert "timeout" in row["words"] and "And without that: Least latency" in row["words"]


def test_what_takes_seconds_to_solve_is_left_out_and_says_so():
    changed = {"balancer": {"algorithm": "least_connections"}, "client": {"timeout_ms": None}, "traffic": {"static_ratio": 1.0}}
    system = System.model_validate(
        changed | {"servers": {"count": 4, "vcpus": 1, "memory_mb_per_request": 0.0, "queue_limit": None}}
    )
    row = rows(system)["latency_mean_ms"]
    assert row["verdict"] == "none" and "takes seconds to solve" in row["words"]
    three = system.model_copy(update={"servers": system.servers.model_copy(update={"count": 3})})
    assert rows(three)["latency_mean_ms"]["theory"] is not None


def test_the_lines_of_the_bill_make_the_month():
    result = whole_run(System.model_validate({"traffic": {"rate": 100.0}, "servers": {"count": 3}}), 1, 2_000, 0)
    told = money.described(result)
    assert sum(line["month"] for line in told["lines"]) == pytest.approx(told["month"], rel=1e-4)
    assert told["hour"] * prices.HOURS_PER_MONTH == pytest.approx(told["month"], rel=1e-4)
    assert {line["tier"] for line in told["lines"]} == {tier for tier, _, _ in told["sources"]}
    assert all(date <= told["list_date"] for _, _, date in told["sources"])
    hours = next(line["amount"] for line in told["lines"] if line["tier"] == "servers")
    assert hours == 3 * prices.HOURS_PER_MONTH


def test_a_price_of_ones_own_has_no_source():
    system = System.model_validate({"traffic": {"rate": 100.0}, "prices": {"traffic_gb_price": 0.01}})
    sources = money.described(whole_run(system, 1, 2_000, 0))["sources"]
    assert ["traffic", "a price of one's own", ""] in sources
    assert any("EC2 on-demand" in words for tier, words, _ in sources if tier == "servers")
