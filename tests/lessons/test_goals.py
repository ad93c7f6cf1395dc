"""Goals: the whole interval must keep to the limit, and nothing counts that the goal does not leave free."""

import pytest

from lessons.checks import Condition
from lessons.goals import Outcome, _outcome, system_under
from tests.lessons.small import small
from tests.lessons.test_judging import GOAL


def test_the_interval_is_students():
    """Five values 1 to 5: their mean is 3, their standard deviation √2.5; 2.776 is the quantile for four degrees of freedom."""
    outcome = _outcome(Condition(metric="goodput", at_least=1.0), [1.0, 2.0, 3.0, 4.0, 5.0])
    half = 2.776 * 2.5**0.5 / 5**0.5
    assert (outcome.found, outcome.low, outcome.high) == (3.0, pytest.approx(3 - half), pytest.approx(3 + half))


@pytest.mark.parametrize(
    ("at_most", "at_least", "met", "off"),
    [(10.0, None, False, 0.3), (10.5, None, True, -0.2), (None, 9.5, False, 0.1), (None, 9.0, True, -0.4)],
)
def test_the_worse_end_of_the_interval_decides(at_most, at_least, met, off):
    outcome = Outcome("latency_p95_ms", at_most, at_least, 9.85, 9.4, 10.3)
    assert (outcome.met, outcome.off) == (met, pytest.approx(off))


def test_where_settings_are_kept_only_those_of_goals_are():
    first = {"id": "first_goal", "prompt": "?", **GOAL}
    later = {**GOAL, "goal": {**GOAL["goal"], "scene": "next", "free": ["servers.vcpus"]}}
    lesson = small(
        {
            "scenes.next": {"keeps": True, "system": {"traffic.rate": 300}},
            "steps.1": first,
            "steps.2": {"id": "second_goal", "prompt": "?", "scene": "next", **later},
        }
    ).lesson
    own = {"servers.count": 3, "servers.vcpus": 2, "servers.cpu_ms": 0.01, "traffic.rate": 1.0}
    system = system_under(lesson, lesson.step("second_goal"), own)
    assert (system.servers.count, system.servers.vcpus) == (3, 2), "what this goal and an earlier one leave free"
    assert (system.servers.cpu_ms, system.traffic.rate) == (4, 300), "and nothing else"
