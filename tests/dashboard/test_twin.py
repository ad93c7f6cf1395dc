"""The twin run: the ghost is the run that a pinned design would have had, and requests are compared one by one."""

import json

import numpy as np
import pytest

from dashboard import runs
from dashboard.asks import BadAsk, read_ask
from dashboard.twin import Ends, compare, ghost
from engine import Simulation
from tests.dashboard.test_runs import CONTROLS, START

FAULTS = frozenset({"servers.crash"})
DRAG = [[2.0, {"servers.count": 2}], [2.2, {"traffic.rate": 260, "servers.count": 1}], [2.9, {"traffic.rate": 200}]]
FAULT = [3.1, {"inject": {"kind": "crash", "index": 0}}]


def ask(from_s, length_s, changes=(), pin=None):
    """A clean ask with a pin."""
    raw = {"id": "", "seed": 3, "changes": list(changes), "from_s": from_s, "length_s": length_s, "pin": pin}
    return read_ask(raw, CONTROLS, FAULTS)[1]


def shadow(*args, **more):
    """The changes of the ghost, as pairs."""
    return [(change.t_ms, change.values) for change in ghost(ask(*args, **more), START).changes]


def told(memo, *args, **more):
    """The chunk that is answered."""
    return runs.answer(START, ask(*args, **more), lambda token: {}, memo)


def test_the_ghost_follows_traffic_and_faults_and_keeps_the_pinned_design():
    changes = [[1.0, {"servers.count": 5}], *DRAG, FAULT]
    assert shadow(0, 4, changes, [2.0, {"servers.count": 5}]) == [
        (1_000, {"servers.count": 5}),
        (2_200, {"traffic.rate": 260}),
        (2_900, {"traffic.rate": 200}),
        (3_100, {"inject": {"kind": "crash", "tier": "servers", "index": 0}}),
    ]


def test_a_design_that_is_not_in_force_at_the_pin_takes_over_there():
    assert shadow(0, 4, [[1.0, {"servers.count": 5}]], [2.0, {"balancer.algorithm": "random"}]) == [
        (1_000, {"servers.count": 5}),
        (2_000, {"balancer.algorithm": "random", "servers.count": 3}),
    ]
    assert shadow(0, 4, [[0, {"servers.count": 5}]], [0, {}]) == [], "the page's own design from the very begin"


def test_traffic_is_no_part_of_a_design():
    assert shadow(0, 4, [[3, {"traffic.rate": 9}]], [2.0, {"traffic.rate": 400}]) == [(3_000, {"traffic.rate": 9})]


def test_before_the_pin_there_is_no_twin():
    assert ask(0, 2, (), [2.0, {}]).pin is None
    assert ask(0, 2, (), [1.9, {}]).pin is not None
    with pytest.raises(BadAsk):
        ask(0, 2, (), [1.9, {"nonsense": 1}])


def ends(*rows, every=1):
    """Ends from (request, ended ms, ok)."""
    request, ended, ok = (np.array(column) for column in zip(*rows))
    return Ends(0, 10_000, request, ended * 1_000_000, ok.astype(bool), np.full(len(rows), every))


def test_requests_are_compared_where_the_later_of_their_ends_lies():
    live = ends((1, 150, 1), (2, 180, 0), (3, 200, 1), (4, 90, 1), (5, 260, 0), (7, 210, 1))
    pinned = ends((1, 90, 0), (2, 230, 1), (3, 110, 1), (4, 80, 0), (5, 120, 0), (6, 130, 1))
    counts = compare(live, pinned, 100, 300, 100)
    # 1 saved (at 150), 2 hurt (at 230), 3 ok in both (at 200: the first step), 4 before, 5 in neither, 6 and 7 not yet decided.
    assert counts == {"step_s": 0.1, "saved": [1, 0], "hurt": [0, 1], "both": [2, 2], "every": 1}


def test_what_was_over_at_the_pin_does_not_count():
    one = ends((1, 150, 1), (2, 250, 1))
    assert compare(one, one, 100, 300, 100, pin_ms=200)["both"] == [0, 1]


def test_who_ends_too_far_apart_is_in_no_count():
    live = ends((1, 25_000, 1), (2, 25_000, 1))
    assert compare(live, ends((1, 5_000, 0), (2, 4_999, 0)), 24_000, 26_000, 2_000)["saved"] == [1]


def test_a_sample_counts_for_those_it_stands_for():
    live, pinned = ends((15, 150, 1), (30, 160, 0), every=3), ends((15, 150, 0), (30, 150, 1), every=5)
    counts = compare(live, pinned, 100, 200, 100)
    assert counts == {"step_s": 0.1, "saved": [15], "hurt": [15], "both": [30], "every": 15}


CHANGES = [[0.4, {"traffic.rate": 220}], *DRAG, FAULT]
PIN = [1.7, {}]


def counted(chunks):
    """Requests saved, hurt and compared in these chunks."""
    return [sum(sum(chunk["twin"]["counts"][name]) for chunk in chunks) for name in ("saved", "hurt", "both")]


def test_counts_are_those_of_two_whole_runs():
    memo = runs.Memo()
    chunks = [told(memo, k, 1, CHANGES, PIN) for k in range(1, 6)]

    def rows(one):
        """{request: (ended, ok)} of a run from 0 to 6 s, all attempts kept."""
        sim, system, found = Simulation(START, seed=3), START, {}
        for change in [*one.changes, None]:
            until = 6.0 if change is None else change.t_ms / 1_000
            if until > sim.now_s:
                table = sim.advance(until - sim.now_s, keep_every=1).requests
                for row in table[(table["final"] == 1) & (table["ended"] <= until * 1e9)].itertuples():
                    found[row.request] = (row.ended, row.outcome == 0)
            if change is not None:
                system, fault = runs.changed(system, change, None)
                sim.change(system) if fault is None else sim.inject(fault)
        return found

    whole = ask(0, 6, CHANGES, PIN)
    mine, theirs = rows(whole), rows(ghost(whole, START))
    common = [n for n in mine if n in theirs and max(mine[n][0], theirs[n][0]) > 1.7e9]
    saved = sum(mine[n][1] and not theirs[n][1] for n in common)
    hurt = sum(theirs[n][1] and not mine[n][1] for n in common)
    assert hurt > 20, "one server instead of three"
    assert counted(chunks) == [saved, hurt, len(common)]


def test_the_answer_does_not_depend_on_what_is_remembered():
    going_on = runs.Memo()
    told(going_on, 0, 1.7, CHANGES)
    for from_s, length_s in ((1.7, 0.3), (2.0, 1.5), (3.5, 1.5)):
        chunk = told(going_on, from_s, length_s, CHANGES, PIN)
        assert json.dumps(chunk) == json.dumps(told(runs.Memo(), from_s, length_s, CHANGES, PIN))


def test_a_drag_leaves_no_trace_in_the_twin():
    memo = runs.Memo()
    told(memo, 1.7, 2.0, CHANGES[:1], PIN)
    for count in (2, 1, 6):
        drag = [*CHANGES[:1], [2.6, {"servers.count": count}]]
        assert json.dumps(told(memo, 2.6, 1.5, drag, PIN)) == json.dumps(told(runs.Memo(), 2.6, 1.5, drag, PIN))


def test_each_of_the_two_runs_goes_on_where_it_was(monkeypatch):
    made, forked = [], []
    original, fork = runs.Simulation, runs.Live.fork
    monkeypatch.setattr(runs, "Simulation", lambda *args, **more: made.append(1) or original(*args, **more))
    monkeypatch.setattr(runs.Live, "fork", lambda *args: forked.append(1) or fork(*args))
    memo = runs.Memo()
    if told(memo, 0, 1, CHANGES, [0, {}])["engine"] == runs.PLAIN:
        pytest.skip("plain Python begins anew, in case the kernel is there by now")
    for k in range(1, 6):
        told(memo, k, 1, CHANGES, [0, {}])
    assert len(made) == len(forked) == 1


def test_until_the_first_difference_both_are_the_same_run():
    chunk = told(runs.Memo(), 0, 2, CHANGES, [0, {}])
    (mine, *_), (theirs, *_) = chunk["pieces"], chunk["twin"]["pieces"]
    assert mine["series"] == theirs["series"]
    assert counted([chunk])[:2] == [0, 0]


def test_the_twin_halves_what_one_answer_may_cost(monkeypatch):
    monkeypatch.setattr(runs, "MAX_REQUESTS_PER_ANSWER", 600)
    monkeypatch.setattr(runs, "MAX_REQUESTS_IN_PLAIN_PYTHON", 600)
    alone, both = told(runs.Memo(), 0, 30), told(runs.Memo(), 0, 30, (), [0, {}])
    assert alone["to_s"] == pytest.approx(4, abs=0.11)
    assert both["to_s"] == both["twin"]["to_s"] == pytest.approx(2, abs=0.11)


def test_users_who_wait_for_answers_are_not_compared(monkeypatch):
    closed = START.model_copy(update={"traffic": START.traffic.model_copy(update={"loop": "closed", "users": 40})})
    chunk = runs.answer(closed, ask(0, 1, (), [0, {}]), lambda token: {}, runs.Memo())
    assert chunk["twin"]["counts"] is None
