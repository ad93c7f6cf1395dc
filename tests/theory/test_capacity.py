"""What a server carries by its size, worked by hand."""

import math

import pytest

from engine import System
from engine.theory.capacity import server_capacity

# 5 vCPUs: a request takes 1 + 0.1 × 4 + 0.01 × 5 × 4 = 1.6 times 10 ms.
SERVERS = {"count": 1, "vcpus": 64, "workers": 100, "cpu_ms": 10.0, "contention": 0.1, "coherency": 0.01}


def capacity(vcpus, **more):
    return server_capacity(System.model_validate({"servers": SERVERS | more}), vcpus)


@pytest.mark.parametrize(("vcpus", "rate"), [(1, 100.0), (2, 200 / 1.12), (5, 500 / 1.6), (20, 2_000 / 6.7)])
def test_one_vcpu_carries_what_its_time_allows_and_more_of_them_slow_each_other_down(vcpus, rate):
    assert capacity(vcpus) == pytest.approx(rate)


def test_without_contention_and_coherency_twice_as_many_carry_twice_as_much():
    assert capacity(40, contention=0.0, coherency=0.0) == pytest.approx(2 * capacity(20, contention=0.0, coherency=0.0))


def test_vcpus_without_a_worker_idle_and_still_slow_the_others_down():
    assert capacity(5, workers=3) == pytest.approx(300 / 1.6)


def test_what_takes_no_time_has_no_bound():
    assert capacity(5, cpu_ms=0.0) == math.inf
