"""A live run: the clock goes on, the system changes under it.

A live run is a value: (system, seed, [(time, change), …]). `Simulation` is a memo of it, with a bounded number of snapshots to
go back to; the same value gives the same run in slices of any size.
"""

from bisect import bisect_right
from copy import copy
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from engine.kernel import Kernel, compiled
from engine.log import OUT_OF_EVENTS
from engine.result import Result
from engine.run import MAX_WINDOWS, number, whole
from engine.system import Fault, System
from engine.system.shown import said
from engine.workload.parameters import check_seed

Change = System | Any
MAX_SNAPSHOTS = 12
FEWEST_SNAPSHOTS = 4
"""Kept though they are large: the first, the newest, and two between, so that a person's last seconds are near; one between
where a single one is larger than all together may be."""
MAX_SNAPSHOT_BYTES = 256_000_000
BYTES_AN_EVENT = 400
"""To copy so many bytes takes about as long as to run an event again."""
NEAR_S = 12.0
"""Where only few snapshots fit, they are spread over so long: a person moves something where the clock is, behind what is known."""
MAX_SLICE_S = 3_600.0
MAX_CHANGES = 10_000
EVENTS_PER_SLICE = 20_000_000
"""Budget of one slice; past it the slice ends early and says so."""
EVENTS_PER_SEEK = 200_000_000
_FAULT = TypeAdapter(Fault)


def as_fault(fault: Any) -> Any:
    """A fault from its JSON form, validated; a fault itself is taken as it is."""
    return _FAULT.validate_python(fault)


class Snapshot(NamedTuple):
    """The state at a time, so many changes and events after the begin."""

    taken_ns: int
    applied: int
    events: int
    size_bytes: int
    state: tuple


class Simulation:
    """A system that runs. `history` is the list of (time in s, System or fault) that makes it this run and no other.

    Its snapshots take at most `snapshot_bytes` together (a few are always kept); with fewer of them going back takes longer.
    """

    def __init__(
        self,
        system: System,
        seed: int = 1,
        history: list[tuple[float, Any]] | None = None,
        engine: str = "auto",
        snapshot_bytes: int = MAX_SNAPSHOT_BYTES,
    ):
        if not isinstance(system, System):
            raise TypeError(f"system must be a System, not {type(system).__name__}")
        self.seed = check_seed(seed)
        self.snapshot_bytes = whole("snapshot_bytes", snapshot_bytes, 0, MAX_SNAPSHOT_BYTES)
        self.first_system = system
        if engine not in ("auto", "compiled", "plain"):
            raise ValueError(f"engine must be auto, compiled or plain for a live run, not {engine!r}")
        self.engine, self.note = compiled.choose(engine)
        self.history: list[tuple[float, Any]] = []
        for time_s, change in history or []:
            self._append(time_s, change)
        self._kernel = Kernel(system, seed, plain=self.engine == "plain", keep_every=0)
        self._applied = 0
        self._snapshots = [self._snapshot()]
        self._forgot_ns = 0
        self._apply_due()

    @property
    def now_s(self) -> float:
        return self._kernel.now_ns / 1e9

    @property
    def events(self) -> int:
        """How many events the run has had up to now: what it cost."""
        return self._kernel.events

    @property
    def held_bytes(self) -> int:
        """About the memory that it holds: its state and its snapshots."""
        return self._kernel.held_bytes() + sum(snapshot.size_bytes for snapshot in self._snapshots)

    @property
    def system(self) -> System:
        """The system as it is now."""
        systems = [change for _, change in self.history[: self._applied] if isinstance(change, System)]
        return systems[-1] if systems else self.first_system

    def advance(self, duration_s: float, *, window_s: float | None = None, keep_every: int = 0) -> Result:
        """Simulate the next so many seconds and return that slice; `keep_every` n keeps the attempts of every n-th request."""
        duration_s = number("duration_s", duration_s, 1e-9, MAX_SLICE_S)
        window_s = duration_s if window_s is None else number("window_s", window_s, 1e-9, MAX_SLICE_S)
        keep_every = whole("keep_every", keep_every, 0, 2**40)
        window_ns = round(window_s * 1e9)
        if window_ns < 1 or duration_s * 1e9 / window_ns > MAX_WINDOWS:
            raise ValueError(f"window_s must be above 0 and make at most {MAX_WINDOWS:,} windows, not {window_s}")
        kernel = self._kernel
        kernel.forget_rows()
        kernel.set_value("keep_every", keep_every)
        kernel.ready_log()
        kernel.set_budget(kernel.events + EVENTS_PER_SLICE)
        system = self.system
        start_ns = kernel.now_ns
        end_ns = start_ns + round(duration_s * 1e9)
        readings, stopped = [kernel.reading()], ""
        while kernel.now_ns < end_ns and not stopped:
            until_ns = min(start_ns + len(readings) * window_ns, end_ns)
            if self._advance_to(until_ns) == OUT_OF_EVENTS:
                stopped = kernel.stopped or said("this slice's budget of events is used up")
            readings.append(kernel.reading())
        result = Result(
            system=system, seed=self.seed, readings=readings, rows=kernel.attempts(), engine=self.engine, stopped=stopped,
            note=self.note, events=kernel.events,
        )  # fmt: skip
        kernel.forget_rows()
        kernel.set_value("keep_every", 0)
        self._remember()
        return result

    def change(self, system: System) -> None:
        """Another system takes over now; requests in flight go on."""
        if not isinstance(system, System):
            raise TypeError(f"system must be a System, not {type(system).__name__}")
        self._now(system)

    def inject(self, fault: Any) -> None:
        """Something breaks, or is mended, now: {"kind": "crash", "tier": "servers", "index": 3}."""
        fault = as_fault(fault)
        if reason := self.system.without(fault):
            raise ValueError(reason)
        self._now(fault)

    def seek(self, time_s: float) -> None:
        """Go to a time, back or forth: replays from the nearest snapshot. Later changes stay in the history."""
        time_s = number("time_s", time_s, 0.0, 1e8)
        time_ns = round(time_s * 1e9)
        nearest = self._snapshots[bisect_right(self._snapshots, time_ns, key=_taken_ns) - 1]
        if time_ns < self._kernel.now_ns or nearest.taken_ns > self._kernel.now_ns:
            self._kernel.restore(nearest.state)
            self._applied = nearest.applied
        if time_ns > self._kernel.now_ns:
            self._kernel.set_budget(self._kernel.events + EVENTS_PER_SEEK)
            if self._advance_to(time_ns) == OUT_OF_EVENTS:
                raise ValueError(f"time_s = {time_s:g} is too far from the nearest snapshot: the budget ended at {self.now_s:g} s")
        self._apply_due()

    def truncate(self) -> None:
        """Forget the changes after now."""
        del self.history[self._applied :]
        self._snapshots = [snapshot for snapshot in self._snapshots if snapshot.taken_ns <= self._kernel.now_ns]

    def forget_snapshots(self) -> int:
        """Forget all but the first: the run goes on as before, and going back takes longer. Returns their bytes, about."""
        forgotten = sum(snapshot.size_bytes for snapshot in self._snapshots[1:])
        del self._snapshots[1:]
        self._forgot_ns = self._kernel.now_ns
        return forgotten

    def fork(self) -> "Simulation":
        """The same run up to now as a run of its own. What both have behind them takes no further memory."""
        other = copy(self)
        other.history, other._snapshots = list(self.history), list(self._snapshots)
        other._kernel = self._kernel.copied()
        return other

    def _now(self, change: Any) -> None:
        self.truncate()
        self._append(self._kernel.now_ns / 1e9, change)
        self._apply_due()

    def _append(self, time_s: float, change: Any) -> None:
        if len(self.history) >= MAX_CHANGES:
            raise ValueError(f"a live run takes at most {MAX_CHANGES:,} changes")
        if not isinstance(time_s, (int, float)) or not 0 <= time_s <= 1e8:
            raise ValueError(f"the time of a change must be between 0 and 1e8 s, not {time_s!r}")
        if self.history and time_s < self.history[-1][0]:
            raise ValueError(f"changes must be in order of time: {time_s} s comes after {self.history[-1][0]} s")
        self.history.append((time_s, change if isinstance(change, System) else as_fault(change)))

    def _advance_to(self, until_ns: int) -> int:
        """Advance, with every change of the history at its time."""
        while True:
            due_ns = round(self.history[self._applied][0] * 1e9) if self._applied < len(self.history) else until_ns
            status = self._kernel.advance(min(due_ns, until_ns))
            if status == OUT_OF_EVENTS or due_ns >= until_ns:
                return status
            self._apply_due()

    def _apply_due(self) -> None:
        """Apply the changes of this very instant."""
        while self._applied < len(self.history) and round(self.history[self._applied][0] * 1e9) <= self._kernel.now_ns:
            change = self.history[self._applied][1]
            if isinstance(change, System):
                self._kernel.change(change)
            else:
                self._kernel.inject(change)
            self._applied += 1

    def _snapshot(self) -> Snapshot:
        kernel = self._kernel
        return Snapshot(kernel.now_ns, self._applied, kernel.events, kernel.snapshot_bytes(), kernel.snapshot())

    def _remember(self) -> None:
        """Keep a snapshot of now, where it is worth the copying; when there are too many, the one that is missed least goes."""
        now_ns, size = self._kernel.now_ns, self._kernel.snapshot_bytes()
        last = self._snapshots[-1]
        fewest = FEWEST_SNAPSHOTS - (size > self.snapshot_bytes)
        most = min(MAX_SNAPSHOTS, max(self.snapshot_bytes // size, fewest))
        apart_ns = NEAR_S * 1e9 / (most - 1) if most < MAX_SNAPSHOTS else 0
        self._forgot_ns = min(self._forgot_ns, now_ns)  # else what was forgotten a moment ago would be copied again at once
        is_apart = now_ns > last.taken_ns and now_ns - max(last.taken_ns, self._forgot_ns) >= apart_ns
        if not is_apart or self._kernel.events - last.events < size / BYTES_AN_EVENT:
            return
        while len(self._snapshots) >= most:
            del self._snapshots[_missed_least([*map(_taken_ns, self._snapshots), now_ns])]
        self._snapshots.append(self._snapshot())


def _taken_ns(snapshot: Snapshot) -> int:
    return snapshot.taken_ns


def _missed_least(times: list[int]) -> int:
    """Which of these times, all but the first and the last, leaves the smallest gap for how long ago it is."""
    return min(range(1, len(times) - 1), key=lambda k: (times[k + 1] - times[k - 1]) / (times[-1] - times[k]))
