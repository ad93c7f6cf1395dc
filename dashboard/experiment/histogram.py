"""Histogram: how many answers took how long, and for each bar some real requests that did.

The bars are counted over all answers of the measured time; the requests are those that the log kept. Knows nothing of drawing.
"""

from typing import Any

import numpy as np

from dashboard.experiment.microscope import described as as_seen
from dashboard.experiment.microscope import groups_of
from engine import Result
from engine.log import COLUMNS, COUNTED, OK, OUTCOMES
from engine.metrics import bucket_edges_ms

MOST_BARS = 40
EACH = 3
"""Requests that can be opened of one bar,"""
OF_ADA = 8
"""and of the person who is followed."""
UNANSWERED = 6
"""Requests that can be opened of those that got no answer."""


def described(result: Result) -> dict[str, Any]:
    """{edges_ms, counts, answered, unanswered, requests, bars, lost, ada, kept, groups}.

    `requests` are those that can be opened, fastest first; `bars` says for each bar where in that list its own stand, `lost` where
    those without an answer, `ada` where those of one person. `kept` is how many requests the log kept, `groups` how many groups of
    database nodes there are.
    """
    start, end = result.readings[result.measured_from], result.readings[-1]
    counted = (result.answered if result.answered and result.measured_from == 0 else end).histogram - start.histogram
    edges_ms, counts = bars_of(counted)
    over = dict(zip(COUNTED, (end.counts - start.counts).tolist()))
    kept = measured(result)
    chosen, per_bar, lost, hers = chosen_of(kept, edges_ms)
    return {
        "edges_ms": [float(f"{edge:.6g}") for edge in edges_ms],
        "counts": counts,
        "answered": int(sum(counts)),
        "unanswered": int(sum(over[name] for name in OUTCOMES if name != "ok")),
        "requests": as_seen(result, chosen),
        "bars": per_bar,
        "lost": lost,
        "ada": hers,
        "kept": len(kept["request"]),
        "groups": len(set(groups_of(result).tolist())),
    }


def bars_of(counted: np.ndarray) -> tuple[list[float], list[int]]:
    """Edges in ms and counts of the bars: as many as there is room for, each of some of the engine's buckets, and as equal in width
    on a log scale as these allow.
    """
    filled = np.flatnonzero(counted)
    if not len(filled):
        return [], []
    edges_ms, first, last = bucket_edges_ms(), filled[0], filled[-1] + 1
    wanted_ms = np.geomspace(edges_ms[first], edges_ms[last], min(MOST_BARS, last - first) + 1)
    places = np.unique(np.abs(edges_ms[first : last + 1, None] - wanted_ms).argmin(axis=0)) + first
    return edges_ms[places].tolist(), np.add.reduceat(counted, places[:-1])[: len(places) - 1].tolist()


def measured(result: Result) -> dict[str, np.ndarray]:
    """The last attempts of the kept requests that were over in the measured time, by column."""
    row = dict(zip(COLUMNS, result.measured_rows.T))
    chosen = (row["final"] == 1) & (row["outcome"] >= 0)
    return {name: row[name][chosen] for name in ("request", "user", "arrived", "ended", "outcome")}


def chosen_of(kept: dict[str, np.ndarray], edges_ms: list[float]) -> tuple[list[int], list[list[int]], list[int], list[int]]:
    """The numbers of the requests that can be opened, fastest first, and where in that list each bar's, the unanswered ones and
    Ada's stand."""
    took = kept["ended"] - kept["arrived"]
    order = np.argsort(took, kind="stable")
    is_ok, users = kept["outcome"][order] == OK, kept["user"][order]
    ada = followed(kept["user"])
    of_bar = np.searchsorted(np.asarray(edges_ms), took[order] / 1e6, side="right") - 1
    of_bar[~is_ok] = -1
    picked: dict[int, int] = {}  # the place in order → its bar, -1 for those without an answer
    for bar in range(len(edges_ms) - 1):
        picked |= dict.fromkeys(_spread(np.flatnonzero(of_bar == bar), EACH), bar)
    picked |= dict.fromkeys(_spread(np.flatnonzero(~is_ok), UNANSWERED), -1)
    for place in np.flatnonzero(users == ada)[:OF_ADA].tolist() if ada is not None else []:
        picked.setdefault(place, int(of_bar[place]))
    places = sorted(picked)
    bars: list[list[int]] = [[] for _ in edges_ms[1:]]
    for at, place in enumerate(places):
        if 0 <= picked[place] < len(bars):
            bars[picked[place]].append(at)
    lost = [at for at, place in enumerate(places) if picked[place] == -1]
    hers = [at for at, place in enumerate(places) if ada is not None and users[place] == ada]
    return kept["request"][order[places]].tolist(), bars, lost, hers


def followed(users: np.ndarray) -> int | None:
    """Ada: of all people the one whom the log keeps most requests of, the first among equals.

    Who asks is drawn from the seed alone, so she is the same person whatever the controls do to the servers.
    """
    if not len(users):
        return None
    people, asked = np.unique(users, return_counts=True)
    return int(people[np.argmax(asked)])


def _spread(places: np.ndarray, most: int) -> list[int]:
    """Up to so many, evenly spread."""
    return sorted({int(places[(2 * turn + 1) * len(places) // (2 * most)]) for turn in range(most)}) if len(places) else []
