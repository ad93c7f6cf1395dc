"""Goals: a design run on seeds that the learner did not see, and held against the conditions of a challenge.

Each condition is judged on the 95 % interval over the judge's runs, so that no lucky run passes. Knows nothing of learners.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean, stdev
from typing import Any

from engine.bill import planned_cost_per_hour
from engine.result import T_975
from lessons.checks import Condition, Goal
from lessons.entries import Values
from lessons.format import Lesson, Step
from lessons.library import folders
from lessons.running import Run, Stretch, changed, measured, moves_of, scene_of, solved_before, system_of
from lessons.showing import ABSENT, Write, plain, rounded

SEEDS = (7_001, 7_002, 7_003, 7_004, 7_005)
"""The judge's. No scene may have one of them."""
COST = "cost_per_hour"
BEST_KNOWN = "best_known.json"


@dataclass(frozen=True)
class Outcome:
    """One condition of a goal, and what the design came to: the mean over the judge's runs with its 95 % interval."""

    metric: str
    at_most: float | None
    at_least: float | None
    found: float | None
    low: float | None
    high: float | None

    @property
    def met(self) -> bool:
        """Whether the whole interval keeps to the limit; not where a run had nothing to measure."""
        if self.found is None:
            return False
        return self.high <= self.at_most if self.at_most is not None else self.low >= self.at_least

    @property
    def off(self) -> float | None:
        """How far the interval's worse end is beyond the limit; at most 0 where the condition is met."""
        if self.found is None:
            return None
        return self.high - self.at_most if self.at_most is not None else self.at_least - self.low


def judged(lesson: Lesson, step: Step, values: Values, seeds: Iterable[int] = SEEDS) -> tuple[Outcome, ...]:
    """What a design comes to, condition by condition; only what the goal leaves free counts. Raises BadRun."""
    runs = [measured_design(lesson, step, values, seed) for seed in seeds]
    return tuple(_outcome(condition, [run[condition.metric] for run in runs]) for condition in conditions_of(lesson, step))


def measured_design(lesson: Lesson, step: Step, values: Values, seed: int, extra: Iterable[Any] = ()) -> dict[str, float | None]:
    """The metrics of a goal's conditions in one run of a design; `extra` moves happen besides."""
    goal = step.goal
    run = Run.of(system_under(lesson, step, values), seed, [*moves_of(scene_of(lesson, goal.scene).events), *extra])
    names = [condition.metric for condition in conditions_of(lesson, step)]
    return {name: measured(run, Stretch(name, "", goal.from_s, goal.to_s)) for name in names}


def system_under(lesson: Lesson, step: Step, values: Values) -> Any:
    """The system that is judged: the scene's with what this goal leaves free, and what earlier ones did where settings are kept.

    Raises BadRun.
    """
    kept = {path: value for path, value in values.items() if is_free(lesson, step, path)}
    chosen = {path: value for path, value in kept.items() if _covers(step.goal, path)}
    return changed(system_of(lesson, step.goal.scene, kept), chosen)


def designed(lesson: Lesson, step: Step, chosen: Values) -> Values:
    """A design of the lesson file: in a scene that keeps settings, what the goals before it were solved with stays."""
    kept = solved_before(lesson, step.goal.scene) if scene_of(lesson, step.goal.scene).keeps else {}
    return kept | chosen


def planned_cost(lesson: Lesson, step: Step, values: Values) -> float:
    """What an hour of a design costs when all goes well, with the servers that the autoscaler keeps at least. Raises BadRun."""
    system = system_under(lesson, step, values)
    if system.autoscaler.enabled and system.autoscaler.min > system.servers.count:
        system = changed(system, {"servers.count": system.autoscaler.min})
    return planned_cost_per_hour(system)


def is_free(lesson: Lesson, step: Step, path: str) -> bool:
    """Whether the learner may change a field for this goal: in a scene that keeps settings, those of earlier goals too.

    "servers.speeds" frees every one of them.
    """
    goals = [step.goal]
    if scene_of(lesson, step.goal.scene).keeps:
        before = lesson.all_steps[: [other.id for other in lesson.all_steps].index(step.id)]
        goals += [other.goal for other in before if other.goal]
    return any(_covers(goal, path) for goal in goals)


def _covers(goal: Goal, path: str) -> bool:
    return any(path == free or path.startswith(f"{free}.") for free in goal.free)


def conditions_of(lesson: Lesson, step: Step) -> list[Condition]:
    """The goal's conditions; with a budget that is the last one."""
    budget = budget_of(lesson, step)
    return [*step.goal.conditions, *([] if budget is None else [Condition(metric=COST, at_most=budget)])]


def budget_of(lesson: Lesson, step: Step) -> float | None:
    """What an hour may cost: the cheapest known design's cost times the goal's room, in whole cents.

    None where there is no budget, or no search was made yet.
    """
    best = best_known(lesson.id).get(step.id)
    return None if step.goal.room is None or best is None else math.ceil(best[COST] * step.goal.room * 100) / 100


def dollars(value: float) -> str:
    """Money as English writes it."""
    return f"${value:,.2f}"


def words_of_money(lesson: Lesson, step: Step, write: Write = dollars) -> dict[str, str]:
    """What {budget} and {best} stand for in a goal's texts."""
    best, budget = best_known(lesson.id).get(step.id), budget_of(lesson, step)
    told = {"budget": budget, "best": best and best[COST]}
    return {name: ABSENT if value is None else write(value) for name, value in told.items()}


@lru_cache(maxsize=100)
def best_known(lesson_id: str) -> dict[str, Any]:
    """The cheapest known designs of a lesson by step: what the search wrote beside it; empty before it has run."""
    for folder in folders():
        path = folder / lesson_id.rpartition(".")[2] / BEST_KNOWN  # what stands before a dot says whose edition it is
        if path.is_file():
            return json.loads(path.read_text(encoding="utf-8"))
    return {}


def as_words(number: float | None, unit: str) -> str:
    """A number with its unit, in English."""
    scaled = number * 100 if number is not None and unit == "%" else number
    return "–" if scaled is None else f"{plain(rounded(scaled, 4))} {unit}".strip()


def _outcome(condition: Condition, values: list[float | None]) -> Outcome:
    limits = (condition.metric, condition.at_most, condition.at_least)
    if any(value is None for value in values):
        return Outcome(*limits, None, None, None)
    mean = fmean(values)
    half = T_975[len(values) - 1] * stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return Outcome(*limits, mean, mean - half, mean + half)
