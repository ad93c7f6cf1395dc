"""What a run gives back: summary, timeline, nodes, requests, intervals.

Made of readings taken while the run went on; nothing here simulates.
"""

from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from engine.bill import bill, cost_metrics
from engine.log import COLUMNS, COUNTED, COUNTED_OF_COHORT, COUNTED_OF_REGION, OUTCOMES
from engine.metrics import PERCENTILES, SUMS, metrics_of, told, utilisations
from engine.prices import HOURS_PER_MONTH
from engine.reading import (
    BELIEVED,
    BREAKER,
    DISPATCHED,
    FIRST_POP,
    IN_PROGRESS,
    IS_PRIMARY,
    PLACES,
    QUEUE,
    SHARD,
    STORE_FIELDS,
    TAKES_PART,
    UP,
    WAITING,
    Reading,
    Readings,
)  # fmt: skip
from engine.system import System
from engine.tail import ENDED, Bucket, Tail, exemplars_of, tail_of
from engine.workload.tables import REGIONS

T_975 = {4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228, 12: 2.179, 15: 2.131, 20: 2.086, 29: 2.045}
"""0.975 quantiles of Student's t by degrees of freedom."""
ROLES = {0: "replica", 1: "primary", -1: ""}
BATCHES = 30
FEWEST_BEYOND = 5
"""Answers beyond a percentile that every batch must have before its batches say anything about it."""
OK_COUNT = COUNTED.index("ok")


@dataclass(frozen=True)
class Result:
    """A run, or a slice of a live one.

    `readings` are taken at the windows' ends, the first at the beginning; `measured_from` is the place of the reading at which
    the warm-up ends; `answered` was taken when the last request in flight was over, where the run waited for that.
    `engine` says what ran ("compiled", "plain" or "reference"), `stopped` why it ended early, `note` what else to know.
    """

    system: System
    seed: int
    readings: list[Reading]
    rows: np.ndarray
    engine: str
    answered: Reading | None = None
    measured_from: int = 0
    stopped: str = ""
    note: str = ""
    events: int = 0

    def summary(self) -> dict[str, float | None]:
        """The metrics of the measured time by name; None where nothing was measured (no answer, no latency).

        From the first instant on, every request is followed to its end. After a warm-up what ends in the measured time counts:
        following the last ones too would count the long ones at both ends.
        """
        return dict(self._measured)

    @cached_property
    def _measured(self) -> dict[str, float | None]:
        return self._metrics(np.array([self.measured_from]), np.array([len(self.readings) - 1]), self._answered)[0]

    def _metrics(self, first: np.ndarray, last: np.ndarray, answered: Reading | None = None) -> list[dict[str, float | None]]:
        """Of each stretch from its first to its last reading, which are told by their numbers."""
        found = metrics_of(self._together, first, last, answered)
        return [
            {name: told(values[place]) for name, values in found.items()} | cost_metrics(self.system, self._together, *ends)
            for place, ends in enumerate(zip(first.tolist(), last.tolist()))
        ]

    @cached_property
    def _together(self) -> Readings:
        return Readings(self.readings)

    @property
    def _answered(self) -> Reading | None:
        return self.answered if self.measured_from == 0 else None

    @property
    def requests_sent(self) -> int:
        return int(self.readings[-1].counts[0] - self.readings[0].counts[0])

    @property
    def duration_s(self) -> float:
        return (self.readings[-1].time_ns - self.readings[0].time_ns) / 1e9

    @cached_property
    def timeline(self) -> pd.DataFrame:
        """One row a window: start_s, end_s and the metrics of what was sent or ended in it."""
        last = np.arange(1, len(self.readings))
        spans = ({"start_s": start.time_ns / 1e9, "end_s": end.time_ns / 1e9} for start, end in pairwise(self.readings))
        return pd.DataFrame([span | row for span, row in zip(spans, self._metrics(last - 1, last))]).astype(float)

    @cached_property
    def utilisations(self) -> np.ndarray:
        """Busy places over places of each server and each database node, in the measured time."""
        return utilisations(self._together, np.array([self.measured_from]), np.array([len(self.readings) - 1]))[0]

    @cached_property
    def nodes(self) -> pd.DataFrame:
        """One row a node: tier, index and what it did in the measured time; cache nodes last, with look-ups as `dispatched`."""
        start, end = self.readings[self.measured_from], self.readings[-1]
        tiers = ["servers"] * end.server_count + ["database"] * (len(end.nodes) - end.server_count)
        delta = end.nodes.copy()
        delta[: start.server_count] -= start.nodes[: start.server_count]
        delta[end.server_count :][: len(start.nodes) - start.server_count] -= start.nodes[start.server_count :]
        seconds = max(end.time_ns - start.time_ns, 1) / 1e9
        machines = pd.DataFrame(
            {
                "tier": tiers,
                "index": [*range(end.server_count), *range(len(end.nodes) - end.server_count)],
                "dispatched": delta[:, DISPATCHED],
                "rate": delta[:, DISPATCHED] / seconds,
                "utilisation": self.utilisations,
                "queue_length_mean": delta[:, QUEUE] / (seconds * 1e9),
                "waiting": end.nodes[:, WAITING],
                "in_progress": end.nodes[:, IN_PROGRESS] - end.nodes[:, WAITING],
                "places": end.nodes[:, PLACES],
                "up": end.nodes[:, UP],
                "believed_healthy": end.nodes[:, BELIEVED],
                "takes_part": end.nodes[:, TAKES_PART],
                "breaker": end.nodes[:, BREAKER],
                "shard": end.nodes[:, SHARD],
                "role": [ROLES[is_primary] for is_primary in end.nodes[:, IS_PRIMARY].tolist()],
            }
        )
        stores = self._stores(start, end, seconds)
        return pd.concat([machines, stores], ignore_index=True) if len(stores) else machines

    def _stores(self, start: Reading, end: Reading, seconds: float) -> pd.DataFrame:
        """The rows of the cache nodes and points of presence that take part; what makes no sense for them is missing."""
        table = pd.DataFrame(end.stores, columns=list(STORE_FIELDS))
        counted = table[["look_ups", "hits", "evictions"]] - start.stores[:, :3]
        rows = pd.DataFrame(
            {
                "tier": np.where(table.index < FIRST_POP, "cache", "cdn"),
                "index": np.where(table.index < FIRST_POP, table.index, table.index - FIRST_POP),
                "dispatched": counted["look_ups"],
                "rate": counted["look_ups"] / seconds,
                "up": table["up"],
                "takes_part": table["takes_part"],
                "hit_ratio": (counted["hits"] / counted["look_ups"]).where(counted["look_ups"] > 0),
                "items": table["size"],
                "evictions": counted["evictions"],
            }
        )
        return rows[table["takes_part"] > 0]

    @cached_property
    def node_timeline(self) -> dict[str, np.ndarray]:
        """Arrays [window, node], nodes as in `nodes`: counts of the window, the rest at its end."""
        nodes, last = self._together.nodes, np.arange(1, len(self.readings))
        ends = nodes[1:].astype(float)
        return {
            "dispatched": np.diff(nodes[:, :, DISPATCHED], axis=0).astype(float),
            "utilisation": utilisations(self._together, last - 1, last),
            "waiting": ends[:, :, WAITING],
            "in_progress": ends[:, :, IN_PROGRESS] - ends[:, :, WAITING],
            "up": ends[:, :, UP],
            "believed_healthy": ends[:, :, BELIEVED],
            "takes_part": ends[:, :, TAKES_PART],
        }

    @cached_property
    def cohorts(self) -> pd.DataFrame:
        """One row a cohort that takes part: name, and what its requests came to in the measured time."""
        start = self.readings[self.measured_from].cohorts
        followed = (self._answered or self.readings[-1]).cohorts
        names = [cohort.name for cohort in self.system.traffic.cohorts if cohort.share > 0] or ["everyone"]
        before = np.zeros_like(followed)
        before[: len(start)] = start
        table = pd.DataFrame((followed - before)[: len(names)], columns=list(COUNTED_OF_COHORT))
        over, ok = table[list(OUTCOMES)].sum(axis=1), table["ok"]
        table.insert(0, "name", names)
        table["error_rate"] = ((over - ok) / over).where(over > 0)
        table["latency_mean_ms"] = (table.pop("latency_ns") / ok / 1e6).where(ok > 0)
        return table

    def costs(self) -> pd.DataFrame:
        """The bill, a line each: tier, item, its amount in a month like the measured time, unit, cost_per_month, cost_per_hour."""
        lines = [asdict(line) for line in bill(self.system, self._together, self.measured_from)]
        table = pd.DataFrame(lines).rename(columns={"quantity_count": "amount", "cost_month": "cost_per_month"})
        return table.assign(cost_per_hour=table["cost_per_month"] / HOURS_PER_MONTH)

    @cached_property
    def regions(self) -> pd.DataFrame:
        """One row a region with traffic: name, and what its requests came to in the measured time."""
        start = self.readings[self.measured_from].regions
        counted = (self._answered or self.readings[-1]).regions - start
        table = pd.DataFrame(counted, columns=list(COUNTED_OF_REGION))
        table.insert(0, "name", REGIONS)
        over, ok = table[list(OUTCOMES)].sum(axis=1), table["ok"]
        table["error_rate"] = ((over - ok) / over).where(over > 0)
        table["latency_mean_ms"] = (table.pop("latency_ns") / ok / 1e6).where(ok > 0)
        asked = np.array([self.system.traffic.regions.get(name, 0) > 0 for name in REGIONS])
        return table[asked | (over > 0)].reset_index(drop=True)

    @cached_property
    def requests(self) -> pd.DataFrame:
        """One row per kept attempt, with the columns of `engine.log.COLUMNS`."""
        return pd.DataFrame(self.rows, columns=list(COLUMNS))

    def tail(self, quantile: float = 0.99) -> Tail | None:
        """What makes the slowest requests slow, from the kept ones that the summary measures; none where they are too few."""
        return tail_of(self.measured_rows, quantile)

    def exemplars(self, each: int = 3) -> list[Bucket]:
        """Real requests of every speed, up to `each` for a bucket of latency, with parts that sum to their latency."""
        return exemplars_of(self.measured_rows, each)

    @cached_property
    def measured_rows(self) -> np.ndarray:
        """All kept rows, or after a warm-up those that ended in the measured time."""
        if self.measured_from == 0:
            return self.rows
        ended = self.rows[:, ENDED]
        return self.rows[(ended >= self.readings[self.measured_from].time_ns) & (ended < self.readings[-1].time_ns)]

    def intervals(self) -> dict[str, tuple[float, float]]:
        """95 % confidence intervals of the summary's metrics by batch means (Law 2015, section 9.5.3): for steady runs only.

        A percentile that a batch has too few answers beyond has none. Of a sum it is that of its rate, times the measured time.
        No metric can be below 0, and no interval goes there.
        """
        windows = len(self.readings) - 1 - self.measured_from
        batches = min(BATCHES, windows)
        if batches < 5:
            return {}
        edges = np.array([self.measured_from + round(batch * windows / batches) for batch in range(batches + 1)])
        table = self._metrics(edges[:-1], edges[1:])
        batch_s = np.diff(self._together.time_ns[edges]) / 1e9
        answered = int(np.diff(self._together.counts[edges, OK_COUNT]).min())
        intervals = {}
        for name, value in self.summary().items():
            if name in PERCENTILES and answered * (1.0 - PERCENTILES[name]) < FEWEST_BEYOND:
                continue
            values = [row[name] for row in table if row[name] is not None]
            if value is None or len(values) < batches:
                continue
            times = batch_s.sum() if name in SUMS else 1.0
            if name in SUMS:
                values = list(values / batch_s)
            freedom = max(known for known in T_975 if known <= batches - 1)
            spread = float(np.std(values, ddof=1)) if min(values) < max(values) else 0.0  # not the rounding of their mean
            half = times * T_975[freedom] * spread / batches**0.5
            intervals[name] = (max(0.0, value - half), value + half)
        return intervals
