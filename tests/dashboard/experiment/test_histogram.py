"""The histogram: bars that count every answer once, requests of every bar, one person who is followed."""

import numpy as np
import pytest

from dashboard.experiment import histogram
from dashboard.experiment.run import whole_run
from engine import System
from engine.log import BUCKETS, COLUMNS, OK, TIMEOUT
from engine.metrics import bucket_edges_ms

SYSTEM = System.model_validate({
    "traffic": {"rate": 500.0, "users": 4_000},
    "client": {"timeout_ms": 80.0},
    "servers": {"count": 2, "vcpus": 2, "cpu_ms": 6.0},
    "database": {"read_ms": 4.0, "write_ms": 4.0, "connections": 20},
})  # fmt: skip


@pytest.fixture(scope="module")
def told():
    result = whole_run(SYSTEM, 1, 20_000, 4_000)
    return result, histogram.described(result)


def test_every_answer_is_in_one_bar(told):
    result, shown = told
    counted = result.readings[-1].histogram - result.readings[result.measured_from].histogram
    assert sum(shown["counts"]) == counted.sum() == shown["answered"]
    assert shown["edges_ms"] == sorted(set(shown["edges_ms"]))
    assert len(shown["edges_ms"]) == len(shown["counts"]) + 1


def test_a_few_buckets_are_bars_of_their_own():
    counted = np.zeros(BUCKETS, np.int64)
    counted[[700, 701, 703]] = 5, 0, 2
    counted[702] = 1
    edges_ms, counts = histogram.bars_of(counted)
    assert counts == [5, 0, 1, 2]
    assert edges_ms == bucket_edges_ms()[700:705].tolist()


def test_many_buckets_are_joined_to_bars_of_about_equal_width_on_a_log_scale():
    counted = np.zeros(BUCKETS, np.int64)
    counted[640:1280] = 1  # ten octaves
    edges_ms, counts = histogram.bars_of(counted)
    assert len(counts) == histogram.MOST_BARS and sum(counts) == 640
    steps = np.diff(np.log(edges_ms))
    assert steps.min() == pytest.approx(steps.max(), rel=0.1)


def test_without_answers_there_are_no_bars():
    assert histogram.bars_of(np.zeros(BUCKETS, np.int64)) == ([], [])


def test_the_requests_of_a_bar_took_as_long_as_it_says(told):
    _, shown = told
    for low, high, places in zip(shown["edges_ms"], shown["edges_ms"][1:], shown["bars"]):
        for place in places:
            one = shown["requests"][place]
            assert one["outcome"] == "ok"
            assert low - 1e-3 <= one["total_us"] / 1e3 <= high + 1e-3
    assert sum(map(len, shown["bars"])) + len(shown["lost"]) == len(shown["requests"])
    assert {shown["requests"][place]["outcome"] for place in shown["lost"]} == {"timeout"}


def test_they_stand_in_the_order_of_their_latency(told):
    times = [one["total_us"] for one in told[1]["requests"]]
    assert times == sorted(times)


def table(*rows):
    """Last attempts as columns: (request, user, latency in ms, outcome)."""
    columns = {name: np.zeros(len(rows), np.int64) for name in COLUMNS}
    columns["request"], columns["user"], took, columns["outcome"] = (np.array(column) for column in zip(*rows))
    return columns | {"ended": took * 1_000_000}


def test_ada_is_who_asks_most_and_all_her_requests_can_be_opened():
    kept = table((7, 3, 10, OK), (1, 5, 11, OK), (2, 5, 12, OK), (4, 9, 13, OK), (5, 9, 50, TIMEOUT))
    assert histogram.followed(kept["user"]) == 5
    chosen, bars, lost, hers = histogram.chosen_of(kept, [9.0, 20.0])
    assert chosen == [7, 1, 2, 4, 5] or chosen == [7, 2, 1, 4, 5]
    assert [chosen[place] for place in hers] == [1, 2]
    assert lost == [4] and bars == [[0, 1, 2, 3]]


def test_she_is_the_same_whatever_the_servers_do():
    users = [
        histogram.followed(histogram.measured(whole_run(SYSTEM.model_copy(update={"servers": servers}), 1, 20_000, 4_000))["user"])
        for servers in (SYSTEM.servers, SYSTEM.servers.model_copy(update={"vcpus": 8}))
    ]
    assert users[0] == users[1]


def test_nobody_is_followed_where_nobody_asks():
    assert histogram.followed(np.zeros(0, np.int64)) is None
