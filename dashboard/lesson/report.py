"""The report on a learner's design, as data: the goal's promise, the bill, what breaks first, and how far from the best known.

A pure function of the lesson, the learner's settings and what the page's links can say. Everything in it is measured by running
the design; what it looks like is `report_page`'s.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean
from typing import Any

from dashboard import links
from dashboard.controls import Control
from dashboard.lesson.metrics import written
from dashboard.links import Book
from dashboard.words import t
from engine import VERSION
from engine.bill import TIERS
from engine.prices import LIST_DATE
from engine.system import System
from engine.system.paths import value_at
from lessons.entries import Values
from lessons.format import Lesson, Step
from lessons.goals import COST, SEEDS, Outcome, best_known, conditions_of, designed, judged, system_under
from lessons.running import BadRun, Run, Stretch, changed, measured, moves_of, scene_of

RATE = "traffic.rate"
UP, DOWN = 1.1, 1.3
"""How much the rate rises from one run to the next where all is well at first, or falls where it is not;"""
HALVINGS = 2
"""how often the last step is halved afterwards,"""
MOST_STEPS = 14
"""and how many steps there are at most."""
FULL = 0.98
"""A tier that is busier has reached its limit: its queue grows for longer than a run of seconds shows."""
NEAR = 0.9
"""Below this no tier is what limits a design."""
BUSY = {"servers": "server_utilisation", "database": "database_utilisation"}
"""Tiers that can be full, and the metric that says how busy they are."""


@dataclass(frozen=True)
class Reading:
    """A design at one rate: the metrics of the goal's conditions, how busy each tier was, and whether all was well."""

    rate: float
    metrics: dict[str, float | None]
    busy: dict[str, float]
    broken: str
    """The condition that failed, the tier that was full, or ""."""


@dataclass(frozen=True)
class Limit:
    """What breaks first when the rate rises: the last rate that was well (none: not even a low one), and the first that was not."""

    holds: float | None
    breaks: Reading | None
    """None where it held at every rate that was tried."""
    tier: str
    """The tier that is at its limit there; "" if none is."""
    readings: tuple[Reading, ...]
    """All that was tried, by rate."""


@dataclass(frozen=True)
class Difference:
    """A control that the best known design has otherwise."""

    label: str
    mine: str
    best: str


@dataclass(frozen=True)
class Best:
    """The cheapest design that a search has found, and what it does differently."""

    cost_per_hour: float
    designs_count: int
    tried_count: int
    date: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Report:
    """Everything that the report says."""

    lesson: str
    goal: str
    system: System
    outcomes: tuple[Outcome, ...]
    bill: dict[str, float]
    """Dollars an hour by tier, those that cost nothing left out."""
    busy: dict[str, float]
    limit: Limit
    best: Best | None
    address: str
    """The link that opens the design."""
    unsaid: tuple[str, ...] = ()
    """Fields of the design that the link cannot say."""
    seeds: tuple[int, ...] = SEEDS
    from_s: float = 0.0
    to_s: float = 0.0
    version: str = VERSION
    prices_date: str = str(LIST_DATE)

    @cached_property
    def passed(self) -> bool:
        return all(outcome.met for outcome in self.outcomes)

    @cached_property
    def cost_per_hour(self) -> float:
        return sum(self.bill.values())


def last_goal(lesson: Lesson) -> Step | None:
    """The step with the lesson's last goal."""
    return next((step for step in reversed(lesson.all_steps) if step.goal), None)


def report_on(
    lesson: Lesson, values: Values, book: Book, address: str, start: System, named: dict[str, Control] | None = None
) -> Report:
    """The report on a design under the lesson's last goal.

    `values` are the learner's settings, `book` what the links of the page at `address` can say, `start` the system with which
    that page begins, `named` further controls by which settings are called. Raises BadRun where the design cannot be run,
    ValueError for a lesson without a goal.
    """
    step = last_goal(lesson)
    if step is None:
        raise ValueError(f"the lesson {lesson.id} has no goal to report on")
    design = _Design(lesson, step, values)
    told = {path: value_at(design.system, path) for path in book.controls}
    return Report(
        lesson=lesson.title,
        goal=step.title or step.id,
        system=design.system,
        outcomes=judged(lesson, step, values),
        bill={tier: cost for tier in TIERS if (cost := design.mean(f"cost_per_hour_by_tier.{tier}"))},
        busy={tier: design.mean(metric) for tier, metric in BUSY.items()},
        limit=limit_of(design.at, design.system.traffic.rate),
        best=_best(lesson, step, design.system, (named or {}) | book.controls),
        address=_with(address, links.query(links.of_system(told, book))),
        unsaid=_unsaid(design.system, start, set(book.controls)),
        from_s=step.goal.from_s,
        to_s=step.goal.to_s,
    )


def limit_of(at: Callable[[float], Reading | None], rate: float) -> Limit:
    """Raise the rate step by step until something breaks, or lower it until all is well, then narrow the last step down.

    `at` runs a design at a rate; None where that run would be too long to make.
    """
    first = at(rate)
    tried = [first]
    upwards = not first.broken
    for _ in range(MOST_STEPS):
        reading = at(tried[-1].rate * UP if upwards else tried[-1].rate / DOWN)
        if reading is None:
            break
        tried.append(reading)
        if bool(reading.broken) == upwards:
            break
    for _ in range(HALVINGS):
        well, ill = _edges(tried)
        if well is None or ill is None or (between := at((well.rate + ill.rate) / 2)) is None:
            break
        tried.append(between)
    well, ill = _edges(tried)
    return Limit(well and well.rate, ill, _full_tier(ill), tuple(sorted(tried, key=lambda one: one.rate)))


def _edges(readings: list[Reading]) -> tuple[Reading | None, Reading | None]:
    """The lowest rate at which something broke, and the highest below it at which nothing did."""
    ill = min((one for one in readings if one.broken), key=lambda one: one.rate, default=None)
    below = [one for one in readings if not one.broken and (ill is None or one.rate < ill.rate)]
    return max(below, key=lambda one: one.rate, default=None), ill


def _full_tier(reading: Reading | None) -> str:
    if reading is None:
        return ""
    tier = max(reading.busy, key=lambda name: reading.busy[name])
    return tier if reading.busy[tier] >= NEAR else ""


@dataclass(frozen=True)
class _Design:
    """A design under a goal, to be run."""

    lesson: Lesson
    step: Step
    values: Values

    @cached_property
    def system(self) -> System:
        return system_under(self.lesson, self.step, self.values)

    def mean(self, metric: str) -> float:
        """A metric over the judge's runs; 0 where nothing was measured."""
        known = [found for seed in SEEDS if (found := self._found(self._run(seed, 1.0), metric)) is not None]
        return fmean(known) if known else 0.0

    def at(self, rate: float) -> Reading | None:
        """The design at another rate, in the judge's first run; None where the run would be too long."""
        try:
            return self._reading(rate)
        except BadRun:
            if rate <= self.system.traffic.rate:
                raise
            return None

    def _reading(self, rate: float) -> Reading:
        run = self._run(SEEDS[0], rate / self.system.traffic.rate)
        promised = [one for one in conditions_of(self.lesson, self.step) if one.metric != COST]
        metrics = {one.metric: self._found(run, one.metric) for one in promised}
        busy = {tier: self._found(run, metric) or 0.0 for tier, metric in BUSY.items()}
        failed = [one.metric for one in promised if not _keeps(one, metrics[one.metric])]
        full = [tier for tier in busy if busy[tier] >= FULL]
        return Reading(rate, metrics, busy, next(iter([*failed, *full]), ""))

    def _run(self, seed: int, factor: float) -> Run:
        """The goal's run with all its rates so many times as high."""
        moves = [[at_s, _faster(change, factor)] for at_s, change in moves_of(scene_of(self.lesson, self.step.goal.scene).events)]
        system = self.system if factor == 1 else changed(self.system, {RATE: self.system.traffic.rate * factor})
        return Run.of(system, seed, moves)

    def _found(self, run: Run, metric: str) -> float | None:
        return measured(run, Stretch(metric, "", self.step.goal.from_s, self.step.goal.to_s))


def _faster(change: dict[str, Any], factor: float) -> dict[str, Any]:
    return change | {RATE: change[RATE] * factor} if RATE in change else change


def _keeps(condition: Any, value: float | None) -> bool:
    if value is None:
        return False
    return value <= condition.at_most if condition.at_most is not None else value >= condition.at_least


def _best(lesson: Lesson, step: Step, system: System, controls: dict[str, Control]) -> Best | None:
    """The best known design beside this one; None before a search."""
    known = best_known(lesson.id).get(step.id)
    if known is None:
        return None
    other = system_under(lesson, step, designed(lesson, step, known["set"]))
    pairs = [(path, value_at(system, path), value_at(other, path)) for path in step.goal.free]
    differing = [
        Difference(_label(controls.get(path), path), said(controls.get(path), mine), said(controls.get(path), best))
        for path, mine, best in pairs
        if mine != best
    ]
    return Best(known[COST], known["designs_count"], known["tried_count"], known["date"], tuple(differing))


def _label(control: Control | None, path: str) -> str:
    return t(control.label) if control else path


def said(control: Control | None, value: Any) -> str:
    """A control's value in words."""
    if value is None:
        return t("no limit")
    if isinstance(value, bool):
        return t("on") if value else t("off")
    if isinstance(value, int | float):
        unit = control.unit if control else ""
        return f"{written(100 * value)} %" if unit == "%" else f"{written(value)} {unit}".strip()
    named = dict(control.choices) if control else {}
    return ", ".join(str(named.get(one, one)) for one in (value if isinstance(value, list) else [value]))


def _with(address: str, query: str) -> str:
    """An address with a link's query behind it."""
    return f"{address}&{query[1:]}" if "?" in address else f"{address}{query}"


def _unsaid(system: System, start: System, said_paths: set[str]) -> tuple[str, ...]:
    """The fields in which the design differs from the page's start and that no control of the page moves."""
    paths = [f"{part}.{name}" for part in type(system).model_fields if part != "faults" for name in _names(getattr(system, part))]
    whole = [path for path in paths if path not in said_paths and not any(one.startswith(f"{path}.") for one in said_paths)]
    return tuple(path for path in whole if value_at(system, path) != value_at(start, path))


def _names(part: Any) -> list[str]:
    return list(type(part).model_fields)
