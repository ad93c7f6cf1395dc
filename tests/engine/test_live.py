"""A live run is a value: the same system, seed and history give the same run, in slices of any size, forwards and backwards."""

import json
import math
from random import Random

import numpy as np
import pytest
from pydantic import ValidationError

from engine import Simulation, System, simulate
from engine.kernel.state import CONSTANT
from engine.live import MAX_CHANGES, MAX_SNAPSHOTS, _missed_least, as_fault
from engine.log import COLUMNS
from engine.reference.counted import CountedReference
from engine.run import MAX_WINDOWS
from engine.system import Crash

BASE = {
    "traffic": {"rate": 300.0, "pattern": "bursts", "burst_rate": 900.0, "burst_s": 0.4, "calm_s": 0.6, "items": 100},
    "client": {"timeout_ms": 150.0, "retries": 2, "backoff": "exponential", "backoff_ms": 20.0},
    "balancer": {"algorithm": "least_connections", "health_check_interval_s": 0.2},
    "servers": {"count": 3, "vcpus": 1, "cpu_ms": 4.0, "boot_s": 0.5},
    "cache": {"enabled": True, "capacity_items": 30, "ttl_s": 1.0},
    "database": {"connections": 2, "replicas": 1, "read_from": "replicas"},
    "faults": [{"kind": "slow", "index": 0, "factor": 0.5, "at_s": 0.7}],
}
SYSTEM = System.model_validate(BASE)
MORE = System.model_validate(BASE | {"servers": BASE["servers"] | {"count": 5}, "balancer": {"algorithm": "power_of_two"}})
CLOSED = System.model_validate(BASE | {"traffic": {"loop": "closed", "users": 40, "think_time_s": 0.1, "items": 50}})
CRASH, RECOVER = {"kind": "crash", "tier": "servers", "index": 1}, {"kind": "recover", "tier": "servers", "index": 1}
HISTORY = [
    (0.0, CRASH),
    (0.5, MORE),
    (0.5, RECOVER),
    (1.1, {"kind": "crash", "tier": "database", "index": 1}),
    (1.7, CLOSED),
    (2.2, SYSTEM),
]
SEED = 11


def live(history=None, system: System = SYSTEM, seed: int = SEED) -> Simulation:
    return Simulation(system, seed=seed, history=history, engine="compiled")


def future(simulation: Simulation, seconds: float = 0.6) -> np.ndarray:
    """All attempts of the next slice: what tells one state from another."""
    return simulation.advance(seconds, keep_every=1).rows


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool((one == other).all())


# The run as a value


@pytest.mark.parametrize("seed", range(5))
def test_slices_of_any_size_end_in_the_same_state(seed):
    whole, sliced, rng = live(HISTORY), live(HISTORY), Random(seed)
    whole.advance(2.5)
    while sliced.now_s < 2.5:
        left = 2.5 - sliced.now_s
        sliced.advance(min(rng.choice([left, 0.1, 0.001, rng.random()]), left))
    assert sliced.now_s == whole.now_s == 2.5
    assert same(future(whole), future(sliced))


def test_what_was_done_live_can_be_replayed_from_its_history():
    done = live()
    for time_s, change in HISTORY:
        if time_s > done.now_s:
            done.advance(time_s - done.now_s)
        done.change(change) if isinstance(change, System) else done.inject(change)
    done.advance(0.3)
    again = live(done.history)
    again.seek(done.now_s)
    assert [time_s for time_s, _ in done.history] == [time_s for time_s, _ in HISTORY]
    assert done.system == again.system == SYSTEM
    assert same(future(done), future(again))


def test_a_history_survives_json():
    text = json.dumps(
        [(time_s, change.model_dump(mode="json") if isinstance(change, System) else change) for time_s, change in HISTORY]
    )
    history = [(time_s, change if "kind" in change else System.model_validate(change)) for time_s, change in json.loads(text)]
    one, other = live(HISTORY), live(history)
    one.seek(2.4)
    other.seek(2.4)
    assert same(future(one), future(other))


def test_a_live_run_is_the_references_run_of_the_same_history():
    world = CountedReference(SYSTEM, SEED)
    for time_s, change in HISTORY:
        world.advance(round(time_s * 1e9))
        world.change(change) if isinstance(change, System) else world.inject(as_fault(change))
    world.advance(2_600_000_000)
    assert same(world.attempts(), live(HISTORY).advance(2.6, keep_every=1).rows)


def test_an_undisturbed_live_run_is_a_whole_run():
    whole = simulate(SYSTEM, duration_s=2.0, seed=SEED, engine="compiled").requests
    part = live().advance(2.0, keep_every=1).requests
    over = part[(part["final"] == 1) & (part["left"] >= 0)]
    assert len(over) > 500
    ended = whole.merge(over[["request", "attempt"]])
    assert same(over.to_numpy(), ended.to_numpy())


def test_plain_and_compiled_live_runs_are_the_same():
    plain = Simulation(SYSTEM, seed=SEED, history=HISTORY, engine="plain")
    assert plain.engine == "plain"
    assert same(future(plain, 1.2), future(live(HISTORY), 1.2))


def test_another_seed_is_another_run():
    assert not same(future(live()), future(live(seed=SEED + 1)))


def test_looking_changes_nothing():
    seen, unseen = live(HISTORY), live(HISTORY)
    seen.advance(1.3, keep_every=7, window_s=0.01)
    unseen.advance(1.3)
    assert same(future(seen), future(unseen))


def test_the_kept_attempts_are_those_of_every_so_many_th_request():
    every, seventh = (live(HISTORY).advance(1.0, keep_every=n).requests for n in (1, 7))
    assert len(live(HISTORY).advance(1.0).requests) == 0
    expected = every[every["request"] % 7 == 0].to_numpy()
    assert len(expected) > 20 and same(seventh.to_numpy(), expected)


# Windows of a slice


def test_a_slice_tells_its_own_time_and_no_other():
    simulation = live()
    first, second = simulation.advance(1.0, window_s=0.25), simulation.advance(0.6, window_s=0.25)
    assert first.timeline["end_s"].tolist() == [0.25, 0.5, 0.75, 1.0]
    assert second.timeline["start_s"].tolist() == [1.0, 1.25, 1.5] and second.timeline["end_s"].iloc[-1] == 1.6
    both = live().advance(1.6)
    assert first.requests_sent + second.requests_sent == both.requests_sent
    total = first.nodes["dispatched"] + second.nodes["dispatched"]
    assert total.tolist() == both.nodes["dispatched"].tolist()


def test_nodes_that_come_in_a_slice_are_in_its_pictures():
    result = live([(0.5, MORE)]).advance(2.0, window_s=0.5)
    assert result.nodes["tier"].tolist() == ["servers"] * 5 + ["database"] * 2 + ["cache"]
    dispatched = result.node_timeline["dispatched"]
    assert dispatched[:2, 3:5].sum() == 0, "two servers boot until 1 s"
    assert (dispatched[2:, 3:5] > 0).all()
    assert dispatched.sum(axis=0).tolist() == result.nodes["dispatched"].tolist()[:7]


# There and back


@pytest.mark.parametrize("seed", range(3))
def test_seeking_back_and_forth_finds_the_same_run(seed):
    """From wherever one comes: the next slice is what it is for somebody who has just arrived."""
    simulation, rng = live(HISTORY), Random(seed)
    for _ in range(12):
        time_s = rng.choice([0.0, 0.5, 1.1, 2.2, round(rng.uniform(0, 3), 2), rng.uniform(0, 3)])
        simulation.seek(time_s)
        fresh = live(HISTORY)
        fresh.seek(time_s)
        assert simulation.now_s == pytest.approx(time_s, abs=1e-9)
        assert simulation.system == fresh.system
        assert same(future(simulation, 0.3), future(fresh, 0.3)), f"at {time_s} s"


def test_with_little_memory_there_are_few_snapshots_and_the_same_past():
    small, large = (Simulation(SYSTEM, seed=4, snapshot_bytes=room) for room in (0, 256_000_000))
    for simulation in (small, large):
        for _ in range(12):
            simulation.advance(0.5)
        simulation.seek(2.2)
    assert len(small._snapshots) <= 3 < len(large._snapshots)
    assert small.held_bytes < large.held_bytes
    assert same(future(small), future(large))


def test_a_run_that_has_forgotten_its_snapshots_goes_on_and_back_as_before():
    """And does not copy its state again at once where that takes long."""
    whole, forgetful = (Simulation(SYSTEM, seed=4, snapshot_bytes=0) for _ in range(2))
    for simulation in (whole, forgetful):
        for _ in range(12):
            simulation.advance(0.5)
    before = forgetful.held_bytes
    assert forgetful.forget_snapshots() == before - forgetful.held_bytes > 0
    assert forgetful.forget_snapshots() == 0
    assert same(future(forgetful, 0.5), future(whole, 0.5))
    assert len(forgetful._snapshots) == 1 < len(whole._snapshots)
    for time_s in (2.2, 0.3, 5.9):
        for simulation in (whole, forgetful):
            simulation.seek(time_s)
        assert same(future(forgetful, 0.3), future(whole, 0.3))
    for _ in range(20):
        forgetful.advance(0.5)
    assert len(forgetful._snapshots) > 1, "in time there is one again"


def test_a_state_grows_by_little_once_it_is_large_and_the_run_is_the_same(monkeypatch):
    servers = {"cpu_ms": 1e6, "workers": 100_000, "memory_mb_per_request": 0.0}
    crowded = System.model_validate({"traffic": {"rate": 9_000.0}, "servers": servers})
    doubling, rows = live(system=crowded), []
    rows.append(future(doubling, 1.0))
    monkeypatch.setattr("engine.kernel.MAX_ADDED_SLOTS", 512)
    stepping = live(system=crowded)
    rows.append(future(stepping, 1.0))
    assert same(*rows)
    slots = len(stepping._kernel.w.slots)
    used = slots - stepping._kernel.value("free_count")
    assert 5_000 < used <= slots <= used + 2 * 512
    assert len(doubling._kernel.w.slots) > slots


def test_what_it_holds_is_what_its_arrays_take():
    """Of the log, which is emptied after each slice, next to nothing is in use; what nothing changes is shared."""
    simulation = live()
    for _ in range(3):
        simulation.advance(0.5)
    states = [simulation._kernel.w, *(snapshot.state[0] for snapshot in simulation._snapshots)]
    state, *snapshots = (
        sum(array.nbytes for name, array in arrays._asdict().items() if name not in CONSTANT | {"log"}) for arrays in states
    )
    copied = sum(snapshot.size_bytes for snapshot in simulation._snapshots)
    assert len(snapshots) > 2
    assert 0.3 * sum(snapshots) < copied <= sum(snapshots), "of the agenda only what is in use is copied"
    assert simulation.held_bytes == state + copied


def test_seeking_through_many_snapshots():
    """Long after: snapshots stay bounded, the first and a new one are kept, and every time can still be found."""
    simulation = live(HISTORY)
    for _ in range(150):
        simulation.advance(0.02)
    times = [taken_ns for taken_ns, *_ in simulation._snapshots]
    assert 5 < len(times) <= MAX_SNAPSHOTS
    assert times[0] == 0 and 2_500_000_000 < times[-1] <= 3_000_000_000 and times == sorted(times)
    for time_s in (2.99, 0.01, 1.7, 0.5, 1.234567891):
        simulation.seek(time_s)
        fresh = live(HISTORY)
        fresh.seek(time_s)
        assert same(future(simulation, 0.1), future(fresh, 0.1))


def test_a_large_state_is_copied_where_that_is_cheaper_than_running_again():
    small, large = (System.model_validate(BASE | {"traffic": BASE["traffic"] | {"items": items}}) for items in (100, 300_000))
    taken = []
    for system in (small, large):
        simulation = live(system=system)
        for _ in range(12):
            simulation.advance(0.5)
        taken.append(len(simulation._snapshots))
    assert taken[1] <= 2 < 6 < taken[0]


@pytest.mark.parametrize(
    ("times", "missed_least"),
    [
        ([0, 1, 2, 3, 4, 10], 1),  # gaps over age: 2/9, 2/8, 2/7, 7/6
        ([0, 8, 9, 10], 2),  # 9/2, 2/1
        ([0, 4, 5, 6, 7, 8], 2),  # 5/4, 2/3, 2/2, 2/1
    ],
)
def test_the_snapshot_whose_gap_is_small_for_its_age_goes_first(times, missed_least):
    assert _missed_least(times) == missed_least


def test_a_fork_goes_its_own_way():
    one = live(HISTORY)
    one.advance(1.0)
    other = one.fork()
    other.change(CLOSED)
    other.seek(0.6)
    assert one.now_s == 1.0 and len(one.history) == len(HISTORY)
    fresh, changed = live(HISTORY), live([*HISTORY[:3], (1.0, CLOSED)])
    fresh.seek(1.0)
    assert same(future(one), future(fresh))
    other.seek(1.5)
    changed.seek(1.5)
    assert same(future(other), future(changed))


def test_seeking_to_now_does_nothing():
    simulation, other = live(HISTORY), live(HISTORY)
    for each in (simulation, other):
        each.advance(1.0)
    simulation.seek(1.0)
    assert same(future(simulation), future(other))


# Changes


def test_a_change_takes_effect_now_and_what_runs_goes_on():
    simulation = live()
    simulation.advance(1.0)
    simulation.change(MORE)
    assert simulation.system == MORE and simulation.history == [(1.0, MORE)]
    result = simulation.advance(1.0, keep_every=1)
    assert result.system == MORE
    table = result.requests
    carried_over = table[(table["sent"] < 1e9) & (table["ended"] >= 1e9)]
    assert len(carried_over) > 0, "requests that were in flight at the change have ended after it"
    assert set(table["server"].unique()) >= {3, 4}


def test_going_back_keeps_later_changes_until_they_are_forgotten():
    simulation = live(HISTORY)
    simulation.seek(3.0)
    simulation.seek(0.6)
    assert len(simulation.history) == len(HISTORY)
    assert simulation.system == MORE
    simulation.truncate()
    assert simulation.history == [
        (time_s, as_fault(change) if isinstance(change, dict) else change) for time_s, change in HISTORY[:3]
    ]
    simulation.advance(1.5)
    fresh = live(HISTORY[:3])
    fresh.advance(2.1)
    assert simulation.system == MORE
    assert same(future(simulation), future(fresh))


@pytest.mark.parametrize("act", ["change", "inject"])
def test_doing_something_in_the_past_makes_another_future(act):
    simulation = live(HISTORY)
    for _ in range(6):
        simulation.advance(0.5)
    simulation.seek(0.8)
    done = CLOSED if act == "change" else {"kind": "crash", "index": 2}
    getattr(simulation, act)(done)
    assert [time_s for time_s, _ in simulation.history] == [0.0, 0.5, 0.5, 0.8]
    fresh = live([*HISTORY[:3], (0.8, done)])
    fresh.seek(2.0)
    simulation.seek(2.0)
    assert same(future(simulation), future(fresh)), "no snapshot of the old future is used"


def test_several_changes_of_one_instant_keep_their_order():
    one, other = live(), live()
    for each, faults in ((one, (CRASH, RECOVER)), (other, (RECOVER, CRASH))):
        each.advance(1.0)
        for fault in faults:
            each.inject(fault)
        each.advance(0.01)
    assert one.advance(0.05).nodes["up"][1] == 1
    assert other.advance(0.05).nodes["up"][1] == 0
    again = live(one.history)
    again.seek(1.06)
    assert same(future(one), future(again))


def test_a_change_replaces_the_faults_that_are_not_yet_due():
    """The first system slows server 0 at 0.7 s; another one, from 0.5 s on, crashes server 2 at 0.9 s, and has an older fault."""
    faults = [{"kind": "crash", "index": 1, "at_s": 0.2}, {"kind": "crash", "index": 2, "at_s": 0.9}]
    other = System.model_validate(BASE | {"faults": faults})
    simulation = live([(0.5, other)])
    assert simulation.advance(0.85).nodes["up"].tolist()[:5] == [1, 1, 1, 1, 1], "what was due at 0.2 s is past"
    assert simulation.advance(0.1).nodes["up"].tolist()[:5] == [1, 1, 0, 1, 1]
    undisturbed, disturbed = live(), live([(0.5, System.model_validate(BASE | {"faults": []}))])
    slow, fast = (each.advance(3.0).nodes["dispatched"][0] for each in (undisturbed, disturbed))
    assert slow < fast, "least connections sends less to a slow server"


def test_a_fault_can_be_given_as_json_or_as_itself():
    one, other = live(), live()
    one.inject({"kind": "crash", "index": 1})
    other.inject(Crash(index=1))
    assert one.history == other.history == [(0.0, Crash(index=1))]
    assert same(future(one), future(other))


def test_the_time_in_an_injected_fault_means_nothing():
    """It happens now, whatever its at_s says."""
    simulation = live()
    simulation.advance(0.5)
    simulation.inject({"kind": "crash", "index": 1, "at_s": 99.0})
    assert simulation.advance(0.01).nodes["up"][1] == 0


# Budgets


def test_a_slice_beyond_its_budget_ends_early_and_says_so(monkeypatch):
    monkeypatch.setattr("engine.live.EVENTS_PER_SLICE", 1_000)
    simulation = live()
    result = simulation.advance(10.0)
    assert "budget" in result.stopped
    assert 0.0 < simulation.now_s < 10.0 and result.duration_s == pytest.approx(simulation.now_s)
    before = simulation.now_s
    assert simulation.advance(10.0).readings[0].time_ns == round(before * 1e9)
    assert simulation.now_s > before


def test_a_seek_beyond_its_budget_is_refused(monkeypatch):
    monkeypatch.setattr("engine.live.EVENTS_PER_SEEK", 1_000)
    with pytest.raises(ValueError, match="time_s"):
        live().seek(1e6)


# Bad input


@pytest.mark.parametrize("value", [0, 0.0, -1.0, math.nan, math.inf, 1e9, "1", None, [1.0]])
def test_a_wrong_duration_is_refused_by_name(value):
    with pytest.raises((TypeError, ValueError), match="duration_s"):
        live().advance(value)


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, "1", 0.5 / MAX_WINDOWS])
def test_a_wrong_window_is_refused_by_name(value):
    with pytest.raises((TypeError, ValueError), match="window_s"):
        live().advance(1.0, window_s=value)


@pytest.mark.parametrize("value", [-1, 1.5, "1", None, 2**70])
def test_a_wrong_keep_every_is_refused_by_name(value):
    with pytest.raises((TypeError, ValueError), match="keep_every"):
        live().advance(1.0, keep_every=value)


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf, 1e9, "1", None])
def test_a_wrong_time_to_seek_is_refused_by_name(value):
    with pytest.raises((TypeError, ValueError), match="time_s"):
        live().seek(value)


@pytest.mark.parametrize("value", [None, BASE, "system", Crash()])
def test_a_wrong_system_is_refused_by_name(value):
    for wrong in (lambda: Simulation(value), lambda: live().change(value)):
        with pytest.raises(TypeError, match="system"):
            wrong()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"kind": "crash", "index": 3}, "index.*none is 3"),
        ({"kind": "crash", "tier": "database", "index": 2}, "index.*none is 2"),
        ({"kind": "crash", "index": -1}, "index"),
        ({"kind": "explode"}, "explode"),
        ({}, "kind"),
        ({"kind": "flush_cache", "index": 5}, "index.*none is 5"),
        ({"kind": "slow", "factor": 0.0}, "factor"),
        ({"kind": "slow", "factor": math.nan}, "factor"),
        ({"kind": "crash", "indx": 1}, "indx"),
        ("crash", "fault|input"),
        (None, "fault|input"),
    ],
)
def test_a_wrong_fault_is_refused_and_nothing_happens(fault, said):
    simulation = live()
    simulation.advance(0.5)
    with pytest.raises((ValueError, ValidationError), match=rf"(?s){said}"):
        simulation.inject(fault)
    assert simulation.history == []
    untouched = live()
    untouched.advance(0.5)
    assert same(future(simulation), future(untouched))


@pytest.mark.parametrize(
    "history",
    [
        [(1.0, SYSTEM), (0.5, SYSTEM)],
        [(-1.0, SYSTEM)],
        [(math.nan, SYSTEM)],
        [(math.inf, SYSTEM)],
        [("1", SYSTEM)],
        [(None, SYSTEM)],
        [(0.0, "crash")],
        [(0.0, {"kind": "explode"})],
        [(0.0, SYSTEM)] * (MAX_CHANGES + 1),
    ],
)
def test_a_wrong_history_is_refused(history):
    with pytest.raises((ValueError, ValidationError)):
        live(history)


@pytest.mark.parametrize("engine", ["reference", "fast", None])
def test_a_wrong_engine_is_refused_by_name(engine):
    with pytest.raises(ValueError, match="engine"):
        Simulation(SYSTEM, engine=engine)


@pytest.mark.parametrize("seed", [-1, 1.5, None, 2**63])
def test_a_wrong_seed_is_refused_by_name(seed):
    with pytest.raises((TypeError, ValueError), match="seed"):
        Simulation(SYSTEM, seed=seed)


def test_rows_have_the_logs_columns():
    assert list(live().advance(0.1, keep_every=1).requests.columns) == list(COLUMNS)
