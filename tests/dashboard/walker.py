"""A random walk over a page without a browser: moves as a person could make them, or a link could hold, each followed by an ask.

What is moved, when, and what is asked come from a seed, so that a walk that fails can be walked again. Judges nothing.
"""

import math
import random
from typing import Any

from dashboard.catalogue import machines
from dashboard.controls import Control
from dashboard.faults import END_CRASHES, KINDS, MENDS
from dashboard.page import Page
from engine.system.paths import value_at, with_values
from engine.workload.tables import REGIONS

REQUESTS_AN_ASK = 3_000
"""About so many requests are asked for, so that a walk takes seconds; an ask of the page is for a minute at the most."""
LENGTHS_S = (0.05, 2.0)
LONG_S, LONG_ASKS = 60.0, 0.05
"""Now and then the longest ask that is answered."""
PACES = (0.01, 0.1, 0.5, 1.0, 5.0, 20.0)
MOST_CHANGES, MOST_REQUESTS = 60, 60_000
"""After so many the walk goes on in a new run, as the page does at its own bound: going back costs what is replayed."""
BEYOND = (-1e9, 0.0, 1e12)
"""What may be typed although no slider reaches it."""


class Walker:
    """The run of a page as a value that random moves change."""

    def __init__(self, page: Page, seed: int) -> None:
        self.page, self.dice = page, random.Random(f"{page.name} {seed}")
        self.moved: list[str] = []
        self.again()

    def again(self) -> None:
        """A new run with another seed."""
        self.seed, self.at, self.front, self.sent = self.dice.randrange(2**31), 0.0, 0.0, 0.0
        self.changes: list[list[Any]] = []
        self.pin: list[Any] | None = None

    def step(self) -> dict[str, Any]:
        """Make a move; the ask that the browser would send after it."""
        moves = {self.control: 10, self.fault: 4, self.several: 2, self.rewind: 2, self.toggle_pin: 1, self.listen: 2}
        move = self.dice.choices(list(moves), list(moves.values()))[0]
        move()
        if len(self.changes) >= MOST_CHANGES or self.sent > MOST_REQUESTS:
            self.again()
        length = min(max(REQUESTS_AN_ASK / max(self.rate(), 0.01), LENGTHS_S[0]), LENGTHS_S[1])
        if self.dice.random() < LONG_ASKS and self.rate() * LONG_S < MOST_REQUESTS:
            length = LONG_S
        self.sent += self.rate() * length
        ask = {
            "id": f"w{len(self.moved)}", "seed": self.seed, "changes": [list(one) for one in self.changes],
            "from_s": self.at, "length_s": length, "pace": self.dice.choice(PACES),
        }  # fmt: skip
        return ask if self.pin is None else ask | {"pin": self.pin}

    def went(self, to_s: float) -> None:
        """The clock goes on to where the answer ends, or to somewhere within it."""
        self.at = to_s if self.dice.random() < 0.7 else round(self.dice.uniform(self.at, to_s), 3)
        self.front = max(self.front, self.at)

    def take_back(self) -> None:
        """The last change was refused: without it the run goes on."""
        self.changes.pop()

    def rate(self) -> float:
        """About the arrival rate in force: what the walk last set."""
        set_to = [change["traffic.rate"] for _, change in self.changes if "traffic.rate" in change]
        control = next(one for one in self.page.controls if one.path == "traffic.rate")
        rate = control.clean(set_to[-1]) if set_to else self.page.start.traffic.rate
        return rate * 3 ** sum(change.get("inject", {}).get("kind") == "traffic_spike" for _, change in self.changes[-3:])

    def listen(self) -> None:
        """Nothing is moved: the run goes on."""
        self.moved.append("listen")

    def add(self, change: dict[str, Any]) -> None:
        """A change at the clock; what was to come after it is gone."""
        self.changes = [one for one in self.changes if one[0] <= self.at] + [[self.at, change]]
        self.front = self.at
        self.moved.append(f"{self.at:.3f} {change}")

    def control(self) -> None:
        """One control goes to some value."""
        one = self.dice.choice(self.page.controls)
        self.add({one.path: self.value(one)})

    def several(self) -> None:
        """Several at once: a machine of the price list, or what undo brings back."""
        if self.page.catalogue and self.dice.random() < 0.5:
            line = self.dice.choice(machines()["lines"])
            self.add({"servers.vcpus": line["vcpus"], "servers.memory_gb": line["memory_gb"]})
            return
        chosen = self.dice.sample(self.page.controls, min(4, len(self.page.controls)))
        self.add({one.path: value_at(self.page.start, one.path) if self.dice.random() < 0.5 else self.value(one) for one in chosen})

    def rewind(self) -> None:
        """Back in time; what is moved there begins another run."""
        self.at = round(self.dice.choice([0.0, self.front, self.dice.uniform(0, self.front)]), 3)
        self.moved.append(f"rewind to {self.at}")

    def toggle_pin(self) -> None:
        """The design as it is at the clock is pinned, or is so no longer."""
        if self.pin is None:
            design: dict[str, Any] = {}
            for at, change in self.changes:
                if at <= self.at and "inject" not in change:
                    design |= change
            self.pin = [self.at, design]
        else:
            self.pin = None
        self.moved.append(f"pin {self.pin}")

    def value(self, one: Control) -> Any:
        """Some value for a control: often an end of its range, sometimes beyond it."""
        dice = self.dice
        if one.kind == "switch":
            return dice.random() < 0.5
        if one.kind == "choice":
            return dice.choice(one.choices)[0]
        if one.kind == "set":
            names = [name for name, _ in one.choices]
            return dice.sample(names, dice.randint(1, len(names)))
        if one.optional and dice.random() < 0.15:
            return None
        least = max(one.low, one.most / 1e6)
        spread = math.exp(dice.uniform(math.log(least), math.log(one.most))) if one.most > 0 else 0.0
        return dice.choice([one.low, one.high, one.most, *BEYOND, spread, spread, spread, dice.uniform(one.low, one.high)])

    def fault(self) -> None:
        """Something the page offers breaks or is mended; now and then a node that is not there."""
        if not self.page.faults:
            return self.listen()
        dice = self.dice
        name = dice.choice(self.page.faults)
        kind, tier = KINDS[name]
        mends = dice.random() < 0.35 and not name.startswith("traffic")
        if mends:
            kind, tier = MENDS.get(name.split(".")[0], ("recover", name.split(".")[0]))
        if mends and name == "servers.random":
            kind, tier = END_CRASHES, "servers"
        fault: dict[str, Any] = {"kind": kind}
        if tier:
            fault["tier"] = tier
        if kind in ("pop_outage", "pop_recovery"):
            fault["region"] = dice.choice(REGIONS)
        elif kind == "traffic_spike":
            fault |= {"factor": dice.choice([3, 1 / 3, 0, 10]), "for_s": dice.choice([0.1, 20.0])}
        elif kind == END_CRASHES:
            pass
        elif kind == "random_crashes":
            fault |= {"mean_time_to_failure_s": dice.choice([1.0, 120.0]), "mean_time_to_repair_s": dice.choice([0.5, 20.0])}
        else:
            fault["index"] = dice.choice([0, 0, 1, 2, 5, 40])
            if tier == "database" and dice.random() < 0.3:
                fault["shard"] = dice.choice([0, 1, 2, 15])
            if kind == "slow":
                fault["factor"] = dice.choice([0.5, 0.001, 0.1])
        self.add({"inject": fault})
        return None

    def system(self) -> Any:
        """The system that the settings so far make; raises ValueError if they do not go together."""
        system, known = self.page.start, {one.path: one for one in self.page.controls}
        for _, change in self.changes:
            if "inject" not in change:
                system = with_values(system, {path: known[path].clean(value) for path, value in change.items()})
        return system
