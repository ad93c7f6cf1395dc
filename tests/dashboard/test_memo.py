"""What a process remembers of runs is bounded: what is unused makes room, and whoever plays can go on."""

import pytest

from dashboard import memo, runs
from dashboard.asks import Ask, Change
from dashboard.memo import PLAIN, Memo
from engine import System

START = System.model_validate({"traffic": {"rate": 150.0}, "servers": {"count": 3, "vcpus": 1, "cpu_ms": 15.0}})


def play(kept: Memo, seed: int, seconds: int = 3, begin: int = 0) -> None:
    """One learner goes on, a second at a time."""
    for k in range(begin, begin + seconds):
        runs.answer(START, Ask(seed, (), 1_000 * k, 1_000), lambda token: {}, kept)


def held(kept: Memo) -> list[int]:
    return [live.sim.held_bytes for live in kept._live]


def seeds(kept: Memo) -> list[int]:
    return [live.key[1] for live in kept._live]


def first_only() -> int:
    """Bytes of a run of three seconds that has forgotten how to go back quickly."""
    kept = Memo()
    play(kept, 1, 3)
    kept._live[0].sim.forget_snapshots()
    return held(kept)[0]


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(memo, "MAX_CACHED_BYTES", 20_000)
    kept, worked = Memo(), []

    def text(k: int) -> str:
        return kept.computed(k, lambda: worked.append(k) or {"text": "x" * 5_000, "engine": "compiled"})["text"]

    for k in (*range(20), 19, 0):
        assert text(k) == "x" * 5_000
    assert worked == [*range(20), 0], "the last is remembered, the first made room"


def test_what_is_made_while_the_kernel_compiles_is_not_remembered():
    memo, worked = Memo(), []
    for _ in range(2):
        memo.computed("short", lambda: worked.append(1) or {"engine": PLAIN})
    assert len(worked) == 2


def test_live_runs_are_bounded(monkeypatch):
    monkeypatch.setattr(memo, "MAX_LIVE", 2)
    kept = Memo()
    for seed in range(5):
        play(kept, seed)
    assert seeds(kept) == [3, 4], "those used last"


def test_where_memory_is_short_runs_lose_what_makes_going_back_quick_before_any_is_lost(monkeypatch):
    small = first_only()
    kept = Memo()
    for seed in range(3):
        play(kept, seed)
    before = held(kept)
    assert min(before) > 1.3 * small
    monkeypatch.setattr(memo, "MAX_LIVE_BYTES", 2 * small + before[2])
    play(kept, 2, 1, begin=3)
    assert seeds(kept) == [0, 1, 2]
    assert max(held(kept)[:2]) < 1.1 * small
    assert held(kept)[2] >= before[2], "the one used last has room"


def test_then_those_unused_for_longest_go(monkeypatch):
    kept = Memo()
    monkeypatch.setattr(memo, "MAX_LIVE_BYTES", 3.5 * first_only())
    for seed in range(8):
        play(kept, seed)
    assert seeds(kept) == [5, 6, 7]
    monkeypatch.setattr(memo, "MAX_LIVE_BYTES", 1)
    play(kept, 8)
    assert seeds(kept) == [8], "one is always kept, or nobody could go on"


def test_who_has_paused_makes_room_before_those_who_play(monkeypatch):
    kept = Memo()
    for seed in range(3):
        play(kept, seed)
    before = held(kept)
    kept._live[0].used_s -= memo.IDLE_S + 1
    monkeypatch.setattr(memo, "MAX_LIVE_BYTES", sum(before) - 1)
    play(kept, 2, 1, begin=3)
    assert seeds(kept) == [1, 2]
    assert held(kept)[0] == before[1], "whoever plays has lost nothing"


def test_whoever_is_alone_keeps_what_makes_going_back_quick(monkeypatch):
    monkeypatch.setattr(memo, "MAX_LIVE_BYTES", 1)
    kept = Memo()
    play(kept, 1)
    assert held(kept)[0] > 1.3 * first_only()


def test_what_is_kept_makes_room_for_what_is_at_work(monkeypatch):
    """Two play at once: the second's memory counts while it is being worked on, and no longer once its ask was refused."""
    kept, other = Memo(), Memo()
    for seed in range(2):
        play(kept, seed)
    play(other, 2)
    monkeypatch.setattr(memo, "MAX_LIVE_BYTES", sum(held(kept)) + max(held(other)) - 1)
    play(kept, 1, 1, begin=3)
    before = held(kept)
    assert before[0] > 1.3 * first_only(), "without the other there is room"
    with pytest.raises(runs.BadAsk), kept.at_work(other._live[0]):
        play(kept, 1, 1, begin=4)
        assert held(kept)[0] < 1.1 * first_only()
        raise runs.BadAsk("")
    assert kept._at_work == []


@pytest.mark.parametrize(("pin", "owners"), [(None, ["me"]), (Change(0, "{}"), ["me", "me", "me pinned"])])
def test_an_ask_is_at_work_on_its_run_and_on_that_of_a_pinned_design(monkeypatch, pin, owners):
    kept, seen, run = Memo(), [], runs._run

    def watched(*args):
        seen.extend(live.owner for live in kept._at_work)
        return run(*args)

    monkeypatch.setattr(runs, "_run", watched)
    runs.answer(START, Ask(1, (), 0, 500, pin=pin), lambda token: {}, kept, "me")
    assert (seen, kept._at_work) == (owners, [])
