"""The autoscaler's arithmetic: how many servers a utilisation asks for, and what becomes of that over time.

As the Kubernetes Horizontal Pod Autoscaler does it (kubernetes/kubernetes, pkg/controller/podautoscaler: GetResourceReplicas in
replica_calculator.go, stabilizeRecommendationWithBehaviors in horizontal.go). Knows no engine: it is told what was measured.
"""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np


class Load(NamedTuple):
    """What is known of the servers at an instant, one entry a server: `joined_ns` is when it last began to take requests. All have
    as many `vcpus`.
    """

    is_up: np.ndarray
    joined_ns: np.ndarray
    busy_at_join_ns: np.ndarray
    busy_ns: np.ndarray
    vcpus: int


def wanted(usages: list[float], capacity: float, unready: int, missing: int, target: float, tolerance: float) -> int:
    """How many servers the usages of those measured ask for, each of the same capacity.

    Servers that are not ready count as idle where the others ask for more, and not at all otherwise; those without a measurement
    count as idle where the others ask for more, as full (or at the target, if that is higher) where they ask for fewer.
    """
    current = len(usages) + unready + missing
    if not usages:
        return current
    ratio = sum(usages) / (len(usages) * capacity * target)
    asks_more = ratio > 1.0
    if not (asks_more and unready) and not missing:
        return current if abs(ratio - 1.0) <= tolerance else math.ceil(ratio * len(usages))
    total, count = sum(usages), len(usages) + missing
    if ratio < 1.0:
        total += missing * capacity * max(1.0, target)
    if asks_more:
        count += unready
    corrected = total / (count * capacity * target)
    if abs(corrected - 1.0) <= tolerance or (ratio < 1.0 < corrected) or (corrected < 1.0 < ratio):
        return current
    servers = math.ceil(corrected * count)
    if (corrected < 1.0 and servers > current) or (corrected > 1.0 and servers < current):
        return current
    return servers


def stabilised(current: int, asked: list[tuple[int, int]], now_ns: int, up_ns: int, down_ns: int) -> int:
    """The number to go to: up only to the lowest asked for in the last `up_ns`, down only to the highest of the last `down_ns`.

    `asked` has pairs of (time in ns, number), the newest last and made now.
    """
    newest = asked[-1][1]
    lowest = min([newest, *(number for time_ns, number in asked if time_ns > now_ns - up_ns)])
    highest = max([newest, *(number for time_ns, number in asked if time_ns > now_ns - down_ns)])
    return min(max(current, lowest), highest)


@dataclass
class Autoscaling:
    """The state of an autoscaler: its looks at the servers' busy time, and what it has asked for."""

    interval_ns: int
    window_ns: int
    up_ns: int
    down_ns: int
    least: int
    most: int
    target_ratio: float
    tolerance_ratio: float
    looks: list[tuple[int, np.ndarray]] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)

    def begin(self, now_ns: int, load: Load, current: int) -> None:
        """The number that there is counts as asked for."""
        self.asked.append((now_ns, current))
        self.look(now_ns, load)

    def look(self, now_ns: int, load: Load) -> None:
        """Remember the busy time, to measure from here on."""
        self.looks.append((now_ns, load.busy_ns))

    def decide(self, now_ns: int, load: Load, current: int) -> int:
        """How many servers there are to be from now on."""
        while len(self.looks) > 1 and self.looks[1][0] <= now_ns - self.window_ns:
            del self.looks[0]
        self.asked.append((now_ns, self._wanted(now_ns, load, current)))
        longest_ns = max(self.up_ns, self.down_ns)
        self.asked = [entry for entry in self.asked if entry[0] > now_ns - longest_ns or entry[0] == now_ns]
        number = stabilised(current, self.asked, now_ns, self.up_ns, self.down_ns)
        return min(max(number, self.least), self.most)

    def _wanted(self, now_ns: int, load: Load, current: int) -> int:
        """By the busy time of each server since the look of one window ago, or since it joined."""
        looked_ns, busy_before = self.looks[0]
        usages, unready, missing = [], 0, 0
        for index in range(current):
            since_ns = now_ns - max(looked_ns, int(load.joined_ns[index]))
            if not load.is_up[index]:
                unready += 1
            elif since_ns <= 0:
                missing += 1
            else:
                before = int(busy_before[index]) if index < len(busy_before) else 0
                busy_ns = int(load.busy_ns[index]) - max(before, int(load.busy_at_join_ns[index]))
                usages.append(busy_ns / since_ns)
        return wanted(usages, float(load.vcpus), unready, missing, self.target_ratio, self.tolerance_ratio)

    def copied(self) -> "Autoscaling":
        """A copy that shares nothing that changes."""
        return Autoscaling(**(self.__dict__ | {"looks": list(self.looks), "asked": list(self.asked)}))
