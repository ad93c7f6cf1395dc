"""The autoscaler's rule against the test cases of the Kubernetes Horizontal Pod Autoscaler."""

import numpy as np

from engine.workload.autoscaling import Autoscaling, Load, stabilised, wanted
from tests.theory.oracle_cases import expected

MINUTE_NS = 60 * 10**9


def test_the_core_rule():
    """As many as the load needs, rounded up; inside the tolerance nothing changes."""
    for current, metric, target, servers in expected("G8")["cases"]:
        assert wanted([metric] * current, 1.0, 0, 0, target, 0.1) == servers, (current, metric, target)


def test_servers_without_a_measurement_and_those_not_ready():
    for ready, unready, missing, target, servers in expected("G11")["cases"]:
        assert wanted(ready, 1_000.0, unready, missing, target, 0.1) == servers, (ready, unready, missing, target)


def test_who_is_not_ready_counts_as_idle_where_more_are_asked_for():
    """The published cases come out the same without it. Work for 2.1 servers, all on one: with an idle one 1.05 each, tolerable."""
    assert wanted([1_050.0], 1_000.0, 1, 0, 0.5, 0.1) == 2
    assert wanted([1_050.0], 1_000.0, 0, 0, 0.5, 0.1) == 3
    assert wanted([400.0], 1_000.0, 1, 0, 0.5, 0.1) == 1, "where fewer are asked for it does not count"


def test_nothing_measured_changes_nothing():
    assert wanted([], 1.0, 2, 1, 0.5, 0.1) == 3


def test_a_fall_waits_for_the_highest_of_the_window():
    for log, newest, servers in expected("G9")["cases"]:
        asked = [*((-minutes_ago * MINUTE_NS, number) for number, minutes_ago in log), (0, newest)]
        assert stabilised(9, asked, 0, 0, 5 * MINUTE_NS) == servers, (log, newest)


def test_a_rise_waits_for_the_lowest_of_the_window():
    asked = [(-2 * MINUTE_NS, 4), (-MINUTE_NS, 6), (0, 9)]
    assert stabilised(2, asked, 0, 5 * MINUTE_NS, 0) == 4
    assert stabilised(2, asked, 0, 2 * MINUTE_NS, 0) == 6, "what was asked for just two minutes ago does not count"
    assert stabilised(2, asked, 0, 0, 0) == 9


def test_bounds():
    """What is asked for is kept between the fewest and the most, whatever there is now."""
    for asked, least, most, servers in expected("G10")["clamped"]:
        scaling = Autoscaling(1, 1, 0, 0, least, most, target_ratio=1.0, tolerance_ratio=0.0)
        one = np.ones(1, dtype=np.int64)
        scaling.look(0, Load(one, 0 * one, 0 * one, 0 * one, vcpus=1))
        usage = asked * one * 10**9
        assert scaling.decide(10**9, Load(one, 0 * one, 0 * one, usage, vcpus=1), current=1) == servers
