"""What makes the slow requests slow, from the kept rows of a run: parts of the slowest ones, and real requests of every speed.

Everything is counted in whole nanoseconds, so that parts sum to their whole. It does not know how rows come about.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from engine.log import COLUMNS, OK, STAGES
from engine.stages import stages_of

ARRIVED, ENDED, FINAL, OUTCOME = (list(COLUMNS).index(name) for name in ("arrived", "ended", "final", "outcome"))
FEWEST_REQUESTS = 100
"""With fewer answered requests there is no slowest 1 % to speak of."""
MIDDLE_RATIO = 0.1
"""Share of the requests, around the median, that the slow ones are held against."""
MOST_BUCKETS = 12
STEPS = ((10, 12, 15, 20, 25, 30, 40, 50, 60, 80), (10, 20, 50), (10,))
"""Edges of the latency buckets, times powers of ten: the finest steps that do not make too many."""


@dataclass(frozen=True)
class TailPart:
    """A stage's mean part in the latency of ordinary and of slow requests, and the share of their difference that it explains."""

    stage: str
    middle_ns: int
    tail_ns: int
    excess_ratio: Fraction | None

    @property
    def excess_ns(self) -> int:
        return self.tail_ns - self.middle_ns


@dataclass(frozen=True)
class Tail:
    """What the slowest requests (from `tail_quantile` on) have more than those around the median.

    The parts' `middle_ns` and `tail_ns` sum to the mean latencies in whole ns, their `excess_ratio` to 1 (a stage that slow
    requests spend less time in has a negative one); without a difference there are no shares. `kept_count` answered requests
    were kept in the log, `tail_count` and `middle_count` of them are compared.
    """

    tail_quantile: float
    kept_count: int
    tail_count: int
    middle_count: int
    parts: tuple[TailPart, ...]

    @property
    def middle_ns(self) -> int:
        return sum(part.middle_ns for part in self.parts)

    @property
    def tail_ns(self) -> int:
        return sum(part.tail_ns for part in self.parts)


@dataclass(frozen=True)
class Exemplar:
    """A real request: its number, how many attempts it took, when it came, and the parts of its latency, which sum to it."""

    request: int
    attempts: int
    arrived_ns: int
    latency_ns: int
    parts_ns: dict[str, int]


@dataclass(frozen=True)
class Bucket:
    """The kept requests with a latency from `low_ns` (included) to `high_ns` (not): how many, and some of them."""

    low_ns: int
    high_ns: int
    kept_count: int
    exemplars: tuple[Exemplar, ...]


def tail_of(rows: np.ndarray, quantile: float = 0.99) -> Tail | None:
    """What makes the requests slow that are slower than this quantile; none where too few were answered and kept.

    `rows` have the columns of `engine.log.COLUMNS`. Equal latencies stand in the order of the requests.
    """
    if not 0.5 < quantile < 1.0:
        raise ValueError(f"quantile must be above 0.5 and below 1, not {quantile!r}")
    answered = np.flatnonzero(_is_answered(rows))
    count = len(answered)
    if count < FEWEST_REQUESTS:
        return None
    by_latency = answered[np.argsort(rows[answered, ENDED] - rows[answered, ARRIVED], kind="stable")]
    tail_count = max(math.ceil(round((1.0 - quantile) * count, 6)), 1)
    first = round(count * (1.0 - MIDDLE_RATIO) / 2)
    middle = _mean_parts(rows[by_latency[first : count - first]])
    tail = _mean_parts(rows[by_latency[count - tail_count :]])
    excess = sum(tail) - sum(middle)
    shares = [Fraction(slow - usual, excess) if excess else None for usual, slow in zip(middle, tail)]
    found = tuple(TailPart(*part) for part in zip(STAGES, middle, tail, shares))
    return Tail(quantile, count, tail_count, count - 2 * first, found)


def exemplars_of(rows: np.ndarray, each: int = 3) -> list[Bucket]:
    """Buckets of latency from the fastest to the slowest kept request that was answered, with up to `each` requests of each.

    They are spread evenly over the bucket's requests in order of latency. Empty buckets between others are listed too.
    """
    if not 1 <= each <= 100:
        raise ValueError(f"each must be between 1 and 100, not {each!r}")
    answered = dict(zip(COLUMNS, rows[_is_answered(rows)].T))
    latencies = answered["ended"] - answered["arrived"]
    if not len(latencies):
        return []
    order = np.argsort(latencies, kind="stable")
    edges = _edges(int(latencies.min()), int(latencies.max()))
    places = np.searchsorted(latencies[order], edges)
    parts = stages_of(answered)
    buckets = []
    for low_ns, high_ns, start, end in zip(edges, edges[1:], places, places[1:]):
        inside = order[start:end]
        picked = sorted({int((2 * turn + 1) * len(inside) // (2 * each)) for turn in range(each)}) if len(inside) else []
        chosen = tuple(_exemplar(answered, parts, inside[place]) for place in picked)
        buckets.append(Bucket(low_ns, high_ns, len(inside), chosen))
    return buckets


def _is_answered(rows: np.ndarray) -> np.ndarray:
    """Which rows are the last attempts of requests that were answered."""
    return (rows[:, FINAL] == 1) & (rows[:, OUTCOME] == OK)


def _mean_parts(rows: np.ndarray) -> list[int]:
    """The mean of each stage in whole ns, rounded so that they sum to the mean latency, rounded down (largest remainders)."""
    sums, count = [int(times.sum()) for times in stages_of(dict(zip(COLUMNS, rows.T))).values()], len(rows)
    means = [total // count for total in sums]
    missing = sum(sums) // count - sum(means)
    by_remainder = sorted(range(len(sums)), key=lambda stage: (-(sums[stage] % count), stage))
    for stage in by_remainder[:missing]:
        means[stage] += 1
    return means


def _edges(fastest_ns: int, slowest_ns: int) -> list[int]:
    """Edges from at most the fastest to above the slowest, few enough."""
    for steps in STEPS:
        series = [step * 10**power for power in range(18) for step in steps]
        first = max((place for place, edge in enumerate(series) if edge <= fastest_ns), default=0)
        last = min(place for place, edge in enumerate(series) if edge > slowest_ns)
        edges = series[first : last + 1]
        if len(edges) <= MOST_BUCKETS + 1:
            break
    return [0, *edges] if fastest_ns < edges[0] else edges


def _exemplar(answered: dict[str, np.ndarray], parts: dict[str, np.ndarray], place: int) -> Exemplar:
    row = {name: int(values[place]) for name, values in answered.items()}
    parts_ns = {name: int(values[place]) for name, values in parts.items()}
    return Exemplar(row["request"], row["attempt"] + 1, row["arrived"], row["ended"] - row["arrived"], parts_ns)
