"""What theory says of the page's system as its size goes through all its values, worked by hand."""

import pytest

from dashboard.curves import BIGGEST_VCPUS, curves
from dashboard.payload import piece
from engine import System, simulate
from tests.dashboard.readings import windows_of

SERVERS = {"count": 1, "vcpus": 4, "cpu_ms": 6.0, "workers": 2_000, "contention": 0.02, "coherency": 0.0004}


def capacity(**more):
    return curves(System.model_validate({"servers": SERVERS | more}))["capacity"]


def test_the_machine_of_now_stands_on_the_curve():
    """Four vCPUs: 6 ms × (1 + 0.02 × 3 + 0.0004 × 12) = 6.3888 ms, so 4 / 0.0063888 = 626.1 a second."""
    told = capacity()
    assert told["now"] == [4, 626.1]
    assert told["rate"][told["vcpus"].index(4)] == 626.1
    assert told["rate"][0] == 166.7


def test_the_curve_reaches_from_one_vcpu_to_the_largest_machine_to_rent_and_holds_the_peak():
    """The peak is at the root of (1 - 0.02) / 0.0004 = 49 × 50: both carry 50 / (6 ms × 2.96), and more than 50 less."""
    told = capacity()
    assert (told["vcpus"][0], told["vcpus"][-1]) == (1, BIGGEST_VCPUS)
    assert told["peak"] == [50, 2_815.3]
    assert max(told["rate"]) == 2_815.3 > told["rate"][-1]
    assert told["vcpus"] == sorted(set(told["vcpus"]))


def test_a_machine_larger_than_any_to_rent_is_still_on_the_curve():
    assert capacity(vcpus=256)["vcpus"][-1] == 256


def test_without_a_price_for_size_the_largest_carries_most():
    told = capacity(contention=0.0, coherency=0.0)
    assert told["peak"] == [BIGGEST_VCPUS, told["rate"][-1]]


def test_several_servers_and_free_requests_have_no_curve():
    assert curves(System.model_validate({"servers": SERVERS | {"count": 2}})) is None
    assert capacity(cpu_ms=0.0) is None


def test_every_piece_of_a_run_brings_the_curves_of_its_system():
    result = simulate(System.model_validate({"servers": SERVERS | {"vcpus": 8}}), duration_s=1.0, seed=1, window_s=0.5)
    told = piece(result, windows_of(result, 1.0), 0.5)
    # 6 ms × (1 + 0.02 × 7 + 0.0004 × 56) = 6.9744 ms.
    assert told["curves"]["capacity"]["now"] == [8, pytest.approx(8 / 0.0069744, abs=0.05)]


ONE = {
    "traffic": {"static_ratio": 1.0}, "client": {"timeout_ms": None, "retries": 0},
    "servers": {"count": 1, "vcpus": 1, "cpu_ms": 10.0, "workers": 2_000, "memory_mb_per_request": 0.0},
}  # fmt: skip


def knee(**more):
    return curves(System.model_validate(ONE | more))["knee"]


def test_latency_rises_as_one_over_what_is_free():
    """M/M/1: 10 ms / (1 - 0.9) at 90 % busy and 10 ms / (1 - 0.5) at 50 %; the way there and back is the same."""
    told = knee()
    at = dict(zip(told["busy"], told["latency_ms"]))
    assert at[0.9] - at[0.5] == pytest.approx(80, abs=0.02)
    assert told["patient"]


def test_the_curve_takes_for_granted_that_nobody_gives_up_and_says_so():
    told = knee(client={"timeout_ms": 500.0})
    assert told["latency_ms"] == knee()["latency_ms"]
    assert not told["patient"]


def test_the_curve_ends_where_another_tier_is_full():
    """One connection at 20 ms carries 50 a second: at half of what the server does."""
    told = knee(traffic={"static_ratio": 0.0}, database={"read_ms": 20.0, "write_ms": 20.0, "connections": 1})
    assert told["busy"][-1] == 0.4


@pytest.mark.parametrize(
    "more", [{"database": {"colocated": True}}, {"traffic": {"pattern": "daily"}}, {"cache": {"enabled": True}}]
)
def test_where_an_assumption_fails_there_is_no_curve(more):
    assert knee(**({"traffic": {"static_ratio": 0.5}} | more)) is None
