"""Ada: who she is, that the picture always holds her requests, and what is told of her waits; worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from dashboard import ada, payload, runs
from dashboard.ada import told
from engine import System, simulate
from engine.log import COLUMNS, OK, TIMEOUT
from tests.dashboard.test_payload import slice_of

MS = 1_000_000


def row(**values):
    """An attempt that was asked, served and answered without a wait, but for these values; instants in ms."""
    walk = {"arrived": 0, "sent": 0, "at_balancer": 10, "dispatched": 10, "worker_at": 10, "cpu_at": 10, "cpu_done": 15,
            "db_queued": 15, "db_at": 15, "db_done": 20, "left": 20, "ended": 30}  # fmt: skip
    codes = {"user": 7, "attempt": 0, "outcome": OK, "final": 1, "db_node": 0, "failed_ns": 0, "retry_wait_ns": 0}
    late = {name: value * MS for name, value in (walk | values).items() if name in walk}
    return dict.fromkeys(COLUMNS, -1) | codes | {name: value for name, value in values.items() if name not in walk} | late


@pytest.mark.parametrize(
    ("asks", "step"),
    [
        (1_800.0, 8_192),  # 9,000 in five seconds: one in 8,192 of them is the nearest power of two
        (18.0, 64),  # the same a hundred times slower: 90 in five seconds
        (0.2, 1),  # one in five seconds: she is whoever asks
        (0.001, 1),
        (0.0, 1),
    ],
)
def test_about_every_five_seconds_of_the_viewer_one_of_adas_requests_sets_out(asks, step):
    assert ada.step_of(asks) == step


@pytest.mark.parametrize(("asked", "factor"), [(100.0, 1), (130.0, 1), (300.0, 4), (40.0, 0.5), (0.0, 0)])
def test_a_spike_brings_no_more_of_her_requests_and_chance_changes_nothing(asked, factor):
    live = SimpleNamespace(system=SimpleNamespace(traffic=SimpleNamespace(rate=100.0)))
    told = runs.doublings(asked, live)
    assert told == pytest.approx(factor, abs=1e-9)


def test_who_is_followed_at_full_pace_is_followed_in_slow_motion_too():
    fast, slow = ada.step_of(1_800.0), ada.step_of(18.0)
    assert fast % slow == 0


def test_the_picture_holds_adas_requests_whatever_the_sample_leaves_out():
    rows = [(n, 0, 0, n, n + 1, n + 2, 0, 1) for n in range(20)]  # all over after 21 ms of a second
    one = slice_of(rows)
    one.rows[:, ada.USER] = np.arange(20) * 5  # of users 0, 5, 10 … 95, those of the requests 0, 7 and 14 are divided by 35
    moves = payload.moves([one], 0.0, 11, 0.5, 35)
    assert moves["id"] == [0, 7 * 64, 14 * 64]  # in the last half second there is no other
    assert [number for number, *_ in moves["ada"]] == [0, 7 * 64, 14 * 64]
    assert [user for _, user, *_ in moves["ada"]] == [0, 35, 70]
    assert payload.moves([one], 0.0, 11, 1.0, 35)["id"] == [0, 7 * 64, 11 * 64, 14 * 64]


def test_the_last_word_on_an_attempt_of_hers_counts_and_stands_at_its_place():
    open_then = slice_of([(3, 0, 0, 100, 110, -1, -1, 0), (4, 0, 0, 100, 110, 200, 0, 1)])
    over_now = slice_of([(3, 0, 0, 100, 110, 1_400, 0, 1)], begin_s=1.0, end_s=2.0)
    for one in (open_then, over_now):
        one.rows[:, ada.USER] = one.rows[:, 0]
    told = payload.moves([open_then, over_now], 0.0, 1, hers=3)["ada"]
    assert [entry[:3] for entry in told] == [[192, 3, 1_300_000]]


def test_of_very_many_of_her_attempts_the_latest_are_told():
    rows = np.zeros((ada.MOST + 5, len(COLUMNS)), np.int64)
    rows[:, 0] = np.arange(len(rows))
    kept = ada.rows_of([SimpleNamespace(rows=rows)], 1)
    assert [min(kept), max(kept), len(kept)] == [5 * 64, (ada.MOST + 4) * 64, ada.MOST]


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [
        # 10 ms there and 10 back, 5 ms at the server, 5 at the database, and nowhere a wait.
        (row(), [7, 30_000, [["network", 20_000]], 1]),
        # 31 ms for a worker and then a vCPU, 8 ms for the database: the longer wait is told, and is the longest part.
        (row(worker_at=40, cpu_at=41, cpu_done=46, db_queued=46, db_at=54, db_done=59, left=59, ended=69),
         [7, 69_000, [["server_queue", 31_000]], 1]),
        # 3 ms in the queue, which is less than the way took.
        (row(worker_at=10, cpu_at=13, cpu_done=18, db_queued=18, db_at=18, db_done=23, left=23, ended=33),
         [7, 33_000, [["network", 20_000], ["server_queue", 3_000]], 1]),
        # The third try was answered at once; two before it took 100 ms each, and the pauses 50 ms.
        (row(attempt=2, arrived=-250, failed_ns=200 * MS, retry_wait_ns=50 * MS), [7, 280_000, [["failed_attempts", 200_000]], 3]),
        # She left after 100 ms, 90 of them in the server's queue; the server went on without her.
        (row(outcome=TIMEOUT, worker_at=150, cpu_at=150, cpu_done=155, db_node=-1, left=160, ended=100),
         [7, 100_000, [["server_queue", 90_000]], 1]),
        # Not over yet: still open, or to be tried again.
        (row(outcome=-1, final=0, ended=-1), [7]),
        (row(outcome=TIMEOUT, final=0, ended=100), [7]),
    ],
)  # fmt: skip
def test_a_line_is_told_of_a_request_that_is_over(attempt, expected):
    assert told(attempt) == expected


def test_what_is_told_of_a_run_is_what_its_log_says():
    result = simulate(System.model_validate({"traffic": {"rate": 300, "users": 50}}), duration_s=2.0, seed=4)
    moves = payload.moves([result], 0.0, 1_000, hers=64)  # only user 0 is divided by 64
    hers = result.rows[result.rows[:, ada.USER] == 0]
    latency = {line[0] * 64 + line[1]: (line[list(COLUMNS).index("ended")] - line[list(COLUMNS).index("arrived")]) for line in hers}
    assert len(hers) > 3
    assert {entry[0] for entry in moves["ada"]} == set(latency)
    assert all(abs(entry[2] - latency[entry[0]] / 1_000) <= 0.5 for entry in moves["ada"] if len(entry) > 2)
