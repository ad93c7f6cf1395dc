"""An answer depends on the ask alone: not on what is remembered, on the order of asks, or on how the run was cut into slices."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard import memo, recordings, runs, words
from dashboard.asks import MAX_LENGTH_S, Ask, BadAsk, Change, read_ask
from dashboard.controls import control
from dashboard.cores import Cores
from dashboard.once import Once
from engine import System

START = System.model_validate({
    "traffic": {"rate": 150.0},
    "client": {"timeout_ms": 300.0, "retries": 1},
    "servers": {"count": 3, "vcpus": 1, "cpu_ms": 15.0, "boot_s": 0.5},
    "balancer": {"health_check_interval_s": 0.3},
})  # fmt: skip
CONTROLS = {
    one.path: one
    for one in (
        control("traffic.rate", "", "", high=100_000),
        control("servers.count", "", "", high=300),
        control("balancer.algorithm", "", ""),
        control("cache.enabled", "", ""),
    )
}
CHANGES = [
    [0.4, {"traffic.rate": 220}],
    [1.3, {"inject": {"kind": "crash", "index": 1}}],
    [1.9, {"balancer.algorithm": "least_connections", "servers.count": 5}],
    [2.6, {"inject": {"kind": "recover", "index": 1}}],
]


def ask(from_s=0.0, length_s=1.0, changes=(), seed=1):
    return read_ask(
        {"id": "", "seed": seed, "changes": list(changes), "from_s": from_s, "length_s": length_s},
        CONTROLS,
        frozenset({"servers.crash"}),
    )[1]


def answer(memo, *args, **more):
    """The text of an answer, without the word for the path that made it."""
    chunk = dict(runs.answer(START, ask(*args, **more), lambda token: {}, memo))
    chunk.pop("engine")
    return json.dumps(chunk)


def with_cores(monkeypatch, cores):
    for module in (memo, runs):
        monkeypatch.setattr(module, "CORES", cores)


def test_going_on_is_the_same_as_starting_afresh():
    going_on = runs.Memo()
    for k in range(4):
        live = answer(going_on, k, 1.0, CHANGES)
        assert live == answer(runs.Memo(), k, 1.0, CHANGES)


def test_asking_again_gives_the_same_even_when_everything_was_forgotten():
    memo = runs.Memo()
    first = answer(memo, 1.0, 1.5, CHANGES)
    assert answer(memo, 1.0, 1.5, CHANGES) == first
    assert answer(runs.Memo(), 1.0, 1.5, CHANGES) == first


def test_each_language_has_its_own_words_and_the_same_numbers():
    memo = runs.Memo()
    english = json.loads(answer(memo, 0.0, 1.0, CHANGES))
    with words.speaking(words.PSEUDO):
        other = json.loads(answer(memo, 0.0, 1.0, CHANGES))
    assert json.loads(answer(memo, 0.0, 1.0, CHANGES)) == english
    said, said_otherwise = english.pop("sentences"), other.pop("sentences")
    assert other == english
    assert [one[:2] for one in said_otherwise] == [one[:2] for one in said]
    assert all("~" in theirs[2] and "~" not in ours[2] for ours, theirs in zip(said, said_otherwise))


def test_a_dragged_slider_leaves_no_trace_of_the_values_on_the_way():
    memo = runs.Memo()
    answer(memo, 0.0, 2.0)
    for rate in (160, 200, 300, 180):
        dragged = answer(memo, 1.0, 1.5, [[1.0, {"traffic.rate": rate}]])
        assert dragged == answer(runs.Memo(), 1.0, 1.5, [[1.0, {"traffic.rate": rate}]])


def test_a_change_at_the_very_begin_replaces_another_one():
    memo = runs.Memo()
    for rate in (100, 250):
        assert answer(memo, 0.0, 1.0, [[0, {"traffic.rate": rate}]]) == answer(runs.Memo(), 0.0, 1.0, [[0, {"traffic.rate": rate}]])


def test_going_back_is_the_same_as_having_been_there():
    memo = runs.Memo()
    early = answer(memo, 0.5, 1.0, CHANGES)
    answer(memo, 3.0, 0.5, CHANGES)
    assert answer(memo, 0.7, 1.0, CHANGES) == answer(runs.Memo(), 0.7, 1.0, CHANGES)
    assert answer(memo, 0.5, 1.0, CHANGES) == early


def test_slices_meet_where_they_are_cut():
    whole = json.loads(answer(runs.Memo(), 0.0, 2.0, CHANGES))
    halves = [json.loads(answer(runs.Memo(), k, 1.0, CHANGES)) for k in (0.0, 1.0)]

    def taken(chunks):
        return sum(sum(map(sum, piece["nodes"]["taken"])) for chunk in chunks for piece in chunk["pieces"])

    assert taken([whole]) == taken(halves) > 0
    assert whole["pieces"][-1]["series"]["offered_rate"][-1] == halves[1]["pieces"][-1]["series"]["offered_rate"][-1]
    assert whole["pieces"][-1]["series"]["latency_p95_ms"][-1] == halves[1]["pieces"][-1]["series"]["latency_p95_ms"][-1]


def test_soon_after_a_cut_the_words_and_bars_look_back_over_it():
    whole = json.loads(answer(runs.Memo(), 0.0, 3.0, CHANGES))
    later = json.loads(answer(runs.Memo(), 1.0, 1.0, CHANGES))
    said = {t: rest for t, *rest in whole["sentences"]}
    assert later["sentences"][0][0] == 1.1
    shared = [(rest, said[t]) for t, *rest in later["sentences"] if t in said and t <= 1.3]  # then a crash
    assert shared
    for mine, theirs in shared:
        assert mine == theirs


def test_another_seed_is_another_run():
    assert answer(runs.Memo(), seed=1) != answer(runs.Memo(), seed=2)


def test_a_fault_of_a_server_that_is_not_there_is_passed_over():
    with_fault = answer(runs.Memo(), 0.0, 1.0, [[0.5, {"inject": {"kind": "crash", "index": 77}}]])
    assert all(up == 1 for rows in json.loads(with_fault)["pieces"][-1]["nodes"]["up"] for up in rows)


def test_an_answer_ends_early_rather_than_late():
    chunk = runs.answer(START, ask(0.0, MAX_LENGTH_S, [[0, {"traffic.rate": 100_000}]]), lambda token: {}, runs.Memo())
    assert 0 < chunk["to_s"] < MAX_LENGTH_S


def test_a_run_too_long_to_replay_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(runs, "MAX_REQUESTS_REPLAYED", {"plain": 100, "compiled": 100})
    with pytest.raises(BadAsk, match="Go back to the start"):
        runs.answer(START, ask(10.0), lambda token: {}, runs.Memo())


def test_a_long_replay_lets_others_have_the_only_core_and_comes_to_the_same(monkeypatch):
    """Another ask, which comes after its first pieces, is answered before it is."""
    whole, other = answer(runs.Memo(), 20.0, 1.0, CHANGES), answer(runs.Memo(), seed=2)
    replays, asked, asks, done = threading.get_ident(), threading.Event(), [], []

    class Watched(Cores):
        def __enter__(self):
            if threading.get_ident() != replays:
                asked.set()
            super().__enter__()

    def seek_joined(sim, time_s):
        seek(sim, time_s)
        if sim.seed == 1 and time_s > 5.0:
            if not asks:
                asks.append(threads.submit(answer, runs.Memo(), seed=2))
                assert asked.wait(30)
            done.append(asks[0].done())

    seek = runs.Simulation.seek
    with_cores(monkeypatch, Watched(1, most_waiting=0))
    monkeypatch.setattr(runs, "EVENTS_OF_A_PIECE", 100)
    monkeypatch.setattr(runs.Simulation, "seek", seek_joined)
    with ThreadPoolExecutor(1) as threads:
        assert answer(runs.Memo(), 20.0, 1.0, CHANGES) == whole
        assert asks[0].result(30) == other
    assert done[-1] and len(done) > 20


def test_more_long_replays_than_may_wait_are_refused_in_words(monkeypatch):
    cores = Cores(1, most_waiting=0)
    with_cores(monkeypatch, cores)
    monkeypatch.setattr(runs, "EVENTS_OF_A_PIECE", 2_000)
    begun, ends = threading.Event(), threading.Event()

    def long_work():
        with cores, cores.long() as step_aside:
            begun.set()
            while not ends.is_set():
                step_aside()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(long_work)
        try:
            assert begun.wait(30)
            with pytest.raises(BadAsk, match="Go back to the start"):
                answer(runs.Memo(), 20.0, 1.0)
            assert answer(runs.Memo(), 0.0, 1.0) == answer(runs.Memo()), "what is short is answered"
        finally:
            ends.set()
    assert answer(runs.Memo(), 20.0, 1.0)


def test_a_replay_that_costs_more_than_its_rate_says_is_refused_too(monkeypatch):
    """Of 20 s at 150 requests/s, each of several events."""
    monkeypatch.setattr(runs, "EVENTS_OF_A_PIECE", 500)
    monkeypatch.setattr(runs, "MAX_EVENTS_REPLAYED", 3_000)
    with pytest.raises(BadAsk, match="Go back to the start"):
        answer(runs.Memo(), 20.0, 1.0)


def test_what_many_ask_at_once_is_run_once(monkeypatch):
    """As when a class opens a page together."""
    memo, worked, asked, all_asked = runs.Memo(), [], [], threading.Event()
    run, get = runs._run, Once.get

    def counted(*args):
        asked.append(1)
        if len(asked) == 4:
            all_asked.set()
        return get(*args)

    def slow(*args):
        assert all_asked.wait(20)
        worked.append(1)
        return run(*args)

    monkeypatch.setattr(Once, "get", counted)
    monkeypatch.setattr(runs, "_run", slow)
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(lambda _: answer(memo), range(4)))) == 1
    assert worked == [1]


def test_viewers_of_one_page_leave_each_other_their_runs(monkeypatch):
    """Who goes on finds the run where they left it: nothing is run again, and everybody is told what they would be told alone."""
    memo, again, seek = runs.Memo(), [], runs.Simulation.seek
    for k in range(4):
        for owner, rate in (("a", 120), ("b", 200), ("c", 200.5)):
            wanted = ask(k, 1.0, [[0.5, {"traffic.rate": rate}]])
            with monkeypatch.context() as patch:
                patch.setattr(runs.Simulation, "seek", lambda sim, time_s: again.append(time_s) or seek(sim, time_s))
                told = runs.answer(START, wanted, lambda token: {}, memo, owner)
            if k == 0:
                again.clear()  # who comes second takes over what has happened before their first move
            assert told == runs.answer(START, wanted, lambda token: {}, runs.Memo(), owner)
    assert again == []


def test_what_a_run_has_taken_is_not_worked_out_again(monkeypatch):
    memo, worked, changed = runs.Memo(), [], runs.changed
    changes = [[0.1 * k, {"traffic.rate": 100 + k}] for k in range(1, 10)]
    answer(memo, 0.0, 1.0, changes)
    monkeypatch.setattr(runs, "changed", lambda *args: worked.append(1) or changed(*args))
    answer(memo, 1.0, 1.0, [*changes, [1.0, {"traffic.rate": 300}]])
    assert len(worked) == 2, "the new change, for the rate in force and when it is made"


def test_no_more_runs_at_once_than_cores(monkeypatch):
    taken = []

    class Counting:
        def __enter__(self):
            taken.append(1)

        def __exit__(self, *_):
            taken.pop()

    with_cores(monkeypatch, Counting())
    original = runs._run
    monkeypatch.setattr(runs, "_run", lambda *args: (taken == [1]) and original(*args))
    assert json.loads(answer(runs.Memo(), 0.0, 0.1))["to_s"] == 0.1
    assert taken == []


def test_a_cache_tells_its_hit_ratio():
    chunk = json.loads(answer(runs.Memo(), 0.0, 2.0, [[0, {"cache.enabled": True}]]))
    ratios = [ratio for piece in chunk["pieces"] for ratio in piece["series"]["cache_hit_ratio"] if ratio is not None]
    assert ratios
    assert all(0 <= ratio <= 1 for ratio in ratios)


def test_values_that_do_not_go_together_are_refused_in_plain_words():
    with pytest.raises(BadAsk) as told:
        runs.changed(System(), Change(0, '{"traffic.interarrival_cv":0.05}'), recordings.fields)
    assert str(told.value).startswith("interarrival_cv: 0.05 is too small")
    assert "validation" not in str(told.value)


def test_a_machine_that_lost_its_places_is_busy_with_all_of_them_and_no_more():
    start = System.model_validate({"traffic": {"rate": 300.0}, "servers": {"count": 1, "vcpus": 16, "cpu_ms": 50.0}})
    ask = Ask(1, (Change(3_000, '{"servers.vcpus":1}'),), 3_000, 1_000)
    (piece,) = runs.answer(start, ask, recordings.fields, runs.Memo())["pieces"]
    assert piece["series"]["server_utilisation"][0] == 1
    assert max(piece["nodes"]["busy"][0]) == 100
