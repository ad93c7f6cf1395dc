"""Trailing windows over counters, worked out by hand: what words and bars tell is the mean of the very same time."""

import numpy as np
import pytest

from dashboard.payload import Tail
from dashboard.sentence import tail_in_queue
from dashboard.window import Over, Windows
from engine.reading import Reading
from tests.dashboard.readings import NOTHING_ELSE

MS = 1_000_000


def cut(at_ms, *nodes, servers=2):
    """A cut; a node is (dispatched, busy ms, queue ms, waiting, places)."""
    rows = [(took, busy * MS, queue * MS, waiting, 0, places, 1, 1, 1) for took, busy, queue, waiting, places in nodes]
    nothing = np.zeros(0, np.int64)
    return Reading(at_ms * MS, nothing, nothing, nothing, np.array(rows, np.int64), servers, **NOTHING_ELSE)


CUTS = [
    cut(0, (0, 0, 0, 0, 2), (0, 0, 0, 0, 2), (0, 0, 0, 0, 4)),
    cut(500, (100, 600, 50, 3, 2), (100, 400, 0, 0, 2), (150, 900, 0, 0, 4)),
    cut(1_000, (200, 1_600, 2_050, 5, 2), (200, 800, 0, 0, 2), (350, 1_500, 0, 0, 4)),
    cut(1_500, (310, 2_600, 5_550, 9, 2), (290, 1_200, 100, 0, 2), (550, 2_300, 0, 0, 4)),
]


def over(cuts: list[Reading], end_ms: int, window_s: float) -> Over:
    """Of the window that ends then, told of beside another one."""
    return Windows(cuts, [cuts[0].time_ns, end_ms * MS], window_s).over(1)


def test_a_window_tells_of_the_time_between_its_ends_and_of_no_other():
    told = over(CUTS, 1_500, 1.0)
    assert told.span_s == 1
    assert told.busy == pytest.approx([100, 40, 35])  # (2600 - 600) of 2 × 1000, (1200 - 400) of 2000, (2300 - 900) of 4000
    assert told.waiting == pytest.approx([5.5, 0.1, 0])  # 5.5 requests' seconds of waiting in a second
    assert told.taken == pytest.approx([210, 190, 400])
    assert told.growth == pytest.approx([6, 0, 0])


def test_what_comes_after_the_end_does_not_count():
    assert over(CUTS, 1_000, 0.5).taken == pytest.approx([200, 200, 400])  # a hundred in half a second


def test_at_the_begin_of_a_run_the_window_is_as_long_as_the_run():
    told = over(CUTS, 500, 10)
    assert told.span_s == 0.5
    assert told.busy == pytest.approx([60, 40, 45])


def test_a_server_that_came_in_the_window_had_counted_nothing_before():
    grown = [
        CUTS[2],
        cut(1_500, (300, 2_600, 2_050, 0, 2), (300, 1_200, 0, 0, 2), (40, 250, 0, 1, 2), (550, 2_300, 0, 0, 4), servers=3),
    ]
    told = over(grown, 1_500, 1.0)
    assert told.taken == pytest.approx([200, 200, 80, 400])
    assert told.busy[2] == pytest.approx(25)


def test_more_places_within_the_window_are_counted_from_then_on():
    grown = [
        cut(0, (0, 0, 0, 0, 2), servers=1),
        cut(500, (0, 1_000, 0, 0, 2), servers=1),
        cut(1_000, (0, 2_000, 0, 0, 6), servers=1),
    ]
    assert over(grown, 1_000, 1.0).busy == pytest.approx([50])  # 2000 of 2 × 500 + 6 × 500


def test_the_slowest_of_the_same_window_are_those_whose_queue_is_blamed():
    count = 200  # one ends every 10 ms; one in each second took 100 ms, of which it waited 90 and then 60 at server 2
    ended = np.arange(1, count + 1) * 10 * MS
    latency, queued, home = np.full(count, 30 * MS), np.zeros(count, np.int64), np.zeros(count, np.int64)
    latency[[3, 150]], queued[[3, 150]], home[[3, 150]] = 100 * MS, [90 * MS, 60 * MS], 1
    tail = Tail(ended, latency, np.zeros(count, np.int64), queued, home)
    assert tail_in_queue(tail, 2, 1_000 * MS, 2_000 * MS) == pytest.approx((0, 0.6))
    assert tail_in_queue(tail, 2, 0, 2_000 * MS) == pytest.approx((0, 0.75))  # (90 + 60) of 200 ms
    assert tail_in_queue(tail, 2, 1_500 * MS, 2_000 * MS) == (0, 0)  # too few to speak of one in a hundred
