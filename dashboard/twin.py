"""The twin run: which run the ghost of a pinned design is, and which requests fare better or worse in it, one by one.

A ghost is a run like any other: the same start and seed, the same traffic and faults, and from the pin's instant on the pinned
values of everything else. So the same number means the same request in both, and what became of it can be compared.
Runs nothing itself.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dashboard.asks import Ask, Change, canonical
from engine.log import COLUMNS, OK
from engine.system import System
from engine.system.paths import value_at

FOLLOWED = "traffic."
"""What the ghost follows of the changes: who asks, and how often."""
APART_S = 20
"""A request is compared when its two ends are at most so far apart; who waits longer in one of the runs is in no count."""
KEPT_S = 32
"""Ends are remembered for so long: a person's move may lie as far back as the browser has been told ahead."""
NS = 1_000_000_000
REQUEST, OUTCOME, ENDED, FINAL = (list(COLUMNS).index(name) for name in ("request", "outcome", "ended", "final"))


def ghost(ask: Ask, start: System) -> Ask:
    """The ask for the same stretch of the ghost's run. What both runs take are equal values, so that memory is shared."""
    pin = ask.pin
    values: dict[str, Any] = {}
    before = [change for change in ask.changes if change.t_ms < pin.t_ms]
    for change in before:
        values |= _design(change.values)
    wanted = {path: value_at(start, path) for path in values} | _design(pin.values)
    back = {path: value for path, value in wanted.items() if value != values.get(path, value_at(start, path))}
    changes = [*before, *([Change(pin.t_ms, canonical(back))] if back else [])]
    for change in ask.changes[len(before) :]:
        kept = {path: value for path, value in change.values.items() if path == "inject" or path.startswith(FOLLOWED)}
        if kept:
            changes.append(change if kept == change.values else replace(change, text=canonical(kept)))
    return replace(ask, changes=tuple(changes))


def _design(values: dict[str, Any]) -> dict[str, Any]:
    return {path: value for path, value in values.items() if path != "inject" and not path.startswith(FOLLOWED)}


def needed_from_ms(ask: Ask) -> int:
    """From when on the ends must be known to compare what the ask is about: until the pin both runs are one."""
    return min(ask.from_ms, max(ask.pin.t_ms, ask.from_ms - APART_S * 1_000))


@dataclass(frozen=True)
class Ends:
    """The requests of a run that were over after `since_ms` and by `until_ms`, by their end; `every` n: one of n was kept."""

    since_ms: int
    until_ms: int
    request: np.ndarray
    ended: np.ndarray
    ok: np.ndarray
    every: np.ndarray

    @staticmethod
    def nothing(at_ms: int = 0) -> "Ends":
        """Nothing is known before this instant, and nothing has ended since."""
        return Ends(at_ms, at_ms, *(np.zeros(0, kind) for kind in (np.int64, np.int64, bool, np.int64)))

    def cut(self, until_ms: int) -> "Ends":
        """As it was at an instant."""
        if until_ms >= self.until_ms:
            return self
        return self._only(self.ended <= until_ms * 1_000_000, self.since_ms, max(until_ms, self.since_ms))

    def plus(self, result: Any, every: int) -> "Ends":
        """With those that ended in this slice, which begins where these end."""
        begin, end = result.readings[0].time_ns, result.readings[-1].time_ns
        rows = result.rows
        rows = rows[(rows[:, FINAL] == 1) & (rows[:, ENDED] > begin) & (rows[:, ENDED] <= end)]
        until_ms = round(end / 1e6)
        since_ms = max(self.since_ms, until_ms - KEPT_S * 1_000)
        young = self._only(self.ended > since_ms * 1_000_000, since_ms, until_ms)
        added = (rows[:, REQUEST], rows[:, ENDED], rows[:, OUTCOME] == OK, np.full(len(rows), every))
        return replace(
            young,
            **{name: np.concatenate([getattr(young, name), new]) for name, new in zip(("request", "ended", "ok", "every"), added)},
        )

    def _only(self, which: np.ndarray, since_ms: int, until_ms: int) -> "Ends":
        return Ends(since_ms, until_ms, self.request[which], self.ended[which], self.ok[which], self.every[which])


def compare(live: Ends, pinned: Ends, from_ms: int, to_ms: int, step_ms: int, pin_ms: int = 0) -> dict[str, Any]:
    """Requests whose later end lies in each step: `saved` are ok in the live run only, `hurt` in the pinned one only, `both` all.

    Those that were over when the design was pinned do not count.

    `every` n says that one of n was looked at and counts for n.
    """
    _, mine, theirs = np.intersect1d(live.request, pinned.request, assume_unique=True, return_indices=True)
    first, later = (pick(live.ended[mine], pinned.ended[theirs]) for pick in (np.minimum, np.maximum))
    from_ns = from_ms * 1_000_000
    decided = (later > max(from_ns, pin_ms * 1_000_000)) & (later <= to_ms * 1_000_000) & (later - first <= APART_S * NS)
    mine, theirs, later = mine[decided], theirs[decided], later[decided]
    weight = np.lcm(live.every[mine], pinned.every[theirs])
    steps = -(-(to_ms - from_ms) // step_ms)
    place = (later - from_ns - 1) // (step_ms * 1_000_000)
    ok, ghost_ok = live.ok[mine], pinned.ok[theirs]

    def counted(which: np.ndarray) -> list[int]:
        return np.bincount(place[which], weight[which], minlength=steps).astype(np.int64).tolist()

    return {
        "step_s": step_ms / 1_000,
        "saved": counted(ok & ~ghost_ok),
        "hurt": counted(ghost_ok & ~ok),
        "both": counted(np.ones(len(place), bool)),
        "every": int(weight.max()) if len(weight) else 1,
    }
