"""The payload's numbers, worked out by hand on a slice of a few requests."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from dashboard import payload
from engine import System, simulate
from engine.log import BUCKETS, COLUMNS, COUNTED, OUTCOMES
from engine.reading import DISPATCHED, NODE_FIELDS, PLACES, TAKES_PART, Reading
from engine.reference.counted import buckets_of
from tests.dashboard.readings import NOTHING_ELSE, windows_of

MS = 1_000_000
SECOND = 1_000 * MS


def reading(table, at_ns, servers):
    """All that had been counted at an instant of requests that were served where they ended."""
    counts = dict.fromkeys(COUNTED, 0)
    ended = (table["ended"] >= 0) & (table["ended"] <= at_ns)
    counts["sent"] = ((table["attempt"] == 0) & (table["arrived"] <= at_ns)).sum()
    counts["served"] = (ended & (table["outcome"] == 0)).sum()
    for code, name in enumerate(OUTCOMES):
        counts[name] = (ended & (table["final"] == 1) & (table["outcome"] == code)).sum()
    latency = (table["ended"] - table["arrived"])[ended & (table["final"] == 1) & (table["outcome"] == 0)]
    nodes = np.zeros((servers + 1, len(NODE_FIELDS)), np.int64)
    nodes[:servers, DISPATCHED] = [((table["server"] == k) & (table["dispatched"] <= at_ns)).sum() for k in range(servers)]
    nodes[:, [PLACES, TAKES_PART]] = 1
    histogram = np.bincount(buckets_of(latency), minlength=BUCKETS)
    return Reading(at_ns, np.array(list(counts.values())), histogram, histogram[:0], nodes, servers, **NOTHING_ELSE)


def slice_of(rows, begin_s=0.0, end_s=1.0, step_s=0.5, servers=2):
    """A result with these attempts: (request, attempt, server, arrived, dispatched, ended, outcome, final), times in ms."""
    names = ("request", "attempt", "server", "arrived", "dispatched", "ended", "outcome", "final")
    table = {name: np.array([row[k] for row in rows], np.int64) for k, name in enumerate(names)}
    for name in ("arrived", "dispatched", "ended"):
        table[name] = np.where(table[name] < 0, -1, table[name] * MS)
    table["sent"] = table["arrived"]
    for name in ("cpu_at", "cpu_done", "db_at", "db_done", "left"):
        table[name] = table["dispatched"]
    table["db_node"] = np.zeros(len(rows), np.int64)
    table["hit"] = np.full(len(rows), -1, np.int64)
    table["user"] = table["request"] + 1
    count = round((end_s - begin_s) / step_s)
    ends = begin_s + step_s * np.arange(1, count + 1)
    lines = {name: np.zeros((count, servers + 1)) for name in ("dispatched", "utilisation", "waiting", "in_progress")}
    lines |= {name: np.ones((count, servers + 1)) for name in ("up", "believed_healthy", "takes_part")}
    return SimpleNamespace(
        rows=np.column_stack([table.get(name, np.zeros(len(rows), np.int64)) for name in COLUMNS]),
        readings=[reading(table, round(at * SECOND), servers) for at in (begin_s, *ends)],
        system=System.model_validate({"servers": {"count": servers}}),
        nodes=pd.DataFrame({"tier": ["servers"] * servers + ["database"], "index": [*range(servers), 0]}),
        node_timeline=lines,
    )


def piece(result, window_s=1.0, before=()):
    """Its piece; `before` are readings of the time before it."""
    return payload.piece(result, windows_of(result, window_s, before), 0.5)


SIX = [
    # request, attempt, server, arrived, dispatched, ended, outcome, final
    (0, 0, 0, 100, 110, 200, 0, 1),  # 100 ms
    (1, 0, 1, 150, 160, 400, 0, 1),  # 250 ms
    (2, 0, 0, 300, 310, 350, 1, 0),  # timed out, then tried again:
    (2, 1, 1, 300, 360, 900, 0, 1),  # 600 ms from its first try
    (3, 0, 0, 600, 610, 700, 1, 1),  # gave up
    (4, 0, 0, 950, 960, -1, -1, 0),  # still open
]


def series(rows=SIX, **more):
    return piece(slice_of(rows, **more))["series"]


def about(values):
    """The middle of a bucket of the engine's histogram is at most 0.8 % away, an edge twice that."""
    return pytest.approx(values, rel=0.016)


def test_percentiles_are_those_of_the_served_from_their_first_try():
    told = series()
    assert told["latency_p50_ms"] == about([100, 250])  # of (100, 250), then of (100, 250, 600)
    assert told["latency_p99_ms"] == about([250, 600])


def test_errors_are_shares_of_the_requests_that_ended_not_of_attempts():
    told = series()
    assert told["errors.timeout"] == [0, 0.25]
    assert told["errors.failed"] == [0, 0]


def test_rates_are_over_the_window_which_is_as_long_as_the_run_at_first():
    told = series()
    assert told["offered_rate"] == [6, 5]  # three in half a second, five in one
    assert told["goodput"] == [4, 3]


def test_the_busiest_server_is_compared_with_the_mean():
    assert series()["load_imbalance"] == [1.0, 1.333]  # two each; then four against two: 4 / 3


def test_percentiles_of_nobody_are_absent_never_zero():
    told = series([(0, 0, 0, 100, 110, 400, 1, 1)])
    assert told["latency_p50_ms"] == [None, None]
    assert told["errors.timeout"] == [1, 1]
    assert series([])["latency_p95_ms"] == [None, None]
    assert series([])["errors.timeout"] == [0, 0]


def test_a_window_looks_back_into_the_slice_before():
    ended = [*SIX[:5], (4, 0, 0, 950, 960, 1_200, 0, 1)]
    second = slice_of(ended, begin_s=1.0, end_s=2.0)
    told = piece(second, before=slice_of(ended).readings[:-1])["series"]
    # At 1.5 s the window (0.5, 1.5] holds those that ended at 700 (gave up), 900 and 1,200 ms.
    assert told["errors.timeout"][0] == pytest.approx(1 / 3, abs=1e-5)
    assert told["latency_p50_ms"] == about([250, 250])
    assert told["latency_p99_ms"] == about([600, 250])


def test_the_numbers_are_counted_whatever_part_of_the_requests_is_kept():
    whole = simulate(System.model_validate({"traffic": {"rate": 2_000}}), duration_s=2.0, seed=3)
    part = simulate(System.model_validate({"traffic": {"rate": 2_000}}), duration_s=2.0, seed=3, keep_requests=10)
    assert len(part.rows) < len(whole.rows) / 50
    assert piece(part) == piece(whole)


def test_nodes_are_lists_of_whole_numbers_one_a_node():
    result = slice_of(SIX)
    result.node_timeline["utilisation"][:] = [[0.5, 1.0, 0.254], [0.25, 0.0, 0.0]]
    result.node_timeline["up"][1, 0] = 0
    nodes = piece(result)["nodes"]
    assert nodes["tier"] == ["servers", "servers", "database"]
    assert nodes["index"] == [0, 1, 0]
    assert nodes["busy"] == [[50, 25], [100, 0], [25, 0]]
    assert nodes["up"][0] == [1, 0]


def test_many_servers_are_merged_by_state():
    result = slice_of([], servers=20)
    lines = result.node_timeline
    lines["utilisation"][:, :15] = 0.5
    lines["utilisation"][:, 15:18] = 1.0
    lines["waiting"][:, 15:18] = 4
    lines["up"][:, 18:20] = 0
    lines["takes_part"][:, 19] = 0
    nodes = piece(result)["nodes"]
    assert nodes["id"] == ["working", "full", "down", "starting", "d0"]
    assert nodes["tier"] == ["servers"] * 4 + ["database"]
    assert nodes["size"] == [15, 3, 1, 1, 1]
    assert nodes["busy"][:3] == [[50, 50], [100, 100], [0, 0]]
    assert nodes["waiting"][1] == [12, 12]
    assert nodes["of"] == {"s": ["working"] * 15 + ["full"] * 3 + ["down", "starting"]}


def test_moves_are_in_microseconds_from_the_chunks_begin():
    moves = payload.moves([slice_of(SIX)], 0.1, 1)
    assert moves["id"] == [0, 64, 128, 129, 192, 256]
    assert moves["sent"][:2] == [0, 50_000]
    assert moves["ended"][-1] is None
    assert moves["outcome"] == [0, 0, 1, 0, 1, -1]


def test_of_an_attempt_in_two_slices_the_later_word_counts():
    later = slice_of([(4, 0, 0, 950, 960, 1_200, 0, 1)], begin_s=1.0, end_s=2.0)
    moves = payload.moves([slice_of(SIX), later], 0.0, 1)
    assert moves["id"].count(256) == 1
    assert moves["outcome"][moves["id"].index(256)] == 0


def test_the_sample_takes_whole_requests_by_their_number():
    rows = [(n, 0, n % 2, n, n + 1, n + 2, 0, 1) for n in range(100)]
    assert payload.moves([slice_of(rows)], 0.0, 7)["id"] == [64 * n for n in range(0, 100, 7)]


@pytest.mark.parametrize("servers", range(1, 13))
@pytest.mark.parametrize("expected", [10, 1_000, 8_000, 400_000])
def test_the_sample_shows_every_server_of_a_round_robin(servers, expected):
    step = payload.every(expected, 65, servers)
    assert expected / step <= 65
    assert {n % servers for n in range(0, step * servers, step)} == set(range(servers))


@pytest.mark.parametrize(("rate", "window_s"), [(2_000, 1.0), (200, 1.0), (100, 2.0), (1, 10.0), (0, 10.0)])
def test_the_window_holds_some_200_requests_and_lasts_at_most_ten_seconds(rate, window_s):
    assert payload.trailing_window_s(rate) == window_s


def test_a_server_that_is_starting_is_not_compared():
    result = slice_of(SIX, servers=3)
    for one in result.readings:
        one.nodes[2, TAKES_PART] = 0
    assert piece(result)["series"]["load_imbalance"] == [1.0, 1.333]


def test_the_only_servers_memory_is_what_its_requests_hold():
    """Three that are worked on and five that wait, at 512 MB each: 4 GB of 8; none of them at first."""
    result = slice_of([], servers=1)
    result.system = System.model_validate({"servers": {"count": 1, "memory_gb": 8.0, "memory_mb_per_request": 512.0}})
    result.node_timeline["in_progress"][:] = [[0, 0], [3, 7]]
    result.node_timeline["waiting"][:] = [[0, 0], [5, 1]]
    assert piece(result)["memory"] == {"gb": 8.0, "used": [0, 4]}


def test_queries_on_the_same_machine_hold_memory_too():
    """Three requests and two queries."""
    result = slice_of([], servers=1)
    servers = {"count": 1, "memory_gb": 8.0, "memory_mb_per_request": 512.0}
    result.system = System.model_validate({"servers": servers, "database": {"colocated": True}})
    result.node_timeline["in_progress"][:] = [[0, 0], [3, 1]]
    result.node_timeline["waiting"][:] = [[0, 0], [0, 1]]
    assert piece(result)["memory"]["used"] == [0, 2.5]


def test_of_several_servers_and_of_requests_without_memory_none_is_told():
    assert piece(slice_of(SIX))["memory"] is None
    result = slice_of([], servers=1)
    result.system = System.model_validate({"servers": {"count": 1, "memory_mb_per_request": 0.0}})
    assert piece(result)["memory"] is None
