"""Searching: the cheapest design that meets a goal, among those that the lesson file lists; the budget is made of it.

A plain search: designs are priced, tried from the cheapest on, first on one seed, then on the judge's and on further ones. Nothing
here is part of a lesson as it is played.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import VERSION
from engine.prices import LIST_DATE
from lessons.entries import Values
from lessons.format import Lesson, Step
from lessons.goals import BEST_KNOWN, COST, SEEDS, best_known, designed, judged, measured_design, planned_cost, system_under
from lessons.proving import designs_of
from lessons.reading import Source
from lessons.running import BadRun, Run, Stretch, measured, moves_of, scene_of

CONFIRMING = tuple(range(8_001, 8_016))
"""Further seeds on which a design that the judge accepts must pass, so that the budget stands on no lucky one."""


def search(source: Source, folder: Path, say: Callable[[str], None] = print) -> None:
    """Search for every goal with a budget and write what was found beside the lesson."""
    lesson, found = source.lesson, {}
    for step in lesson.all_steps:
        if step.goal and step.goal.search:
            found[step.id] = cheapest(lesson, step, say)
    path = folder / lesson.id / BEST_KNOWN
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    best_known.cache_clear()


def cheapest(lesson: Lesson, step: Step, say: Callable[[str], None] = print) -> dict[str, Any]:
    """The cheapest design that meets the goal's conditions, whatever the budget. Raises BadRun where none does."""
    designs = _priced(lesson, step)
    for tried, (_, design) in enumerate(designs, 1):
        if not _meets(lesson, step, design):
            continue
        outcomes = {outcome.metric: outcome.found for outcome in judged(lesson, step, designed(lesson, step, design))}
        measured_cost = measured_design_cost(lesson, step, design)
        say(f"{lesson.id} {step.id}: {design} at {measured_cost:.4g} an hour, the {tried}th of {len(designs)} designs")
        return {
            "set": design, COST: round(measured_cost, 4), "measured": outcomes, "designs_count": len(designs),
            "tried_count": tried, "date": datetime.now(UTC).date().isoformat(), "prices_date": str(LIST_DATE), "version": VERSION,
        }  # fmt: skip
    raise BadRun(f"{step.id}: none of {len(designs)} designs meets the conditions")


def measured_design_cost(lesson: Lesson, step: Step, design: Values) -> float:
    """What an hour of a design costs in the judge's first run: an autoscaler's servers as they came."""
    run = Run.of(
        system_under(lesson, step, designed(lesson, step, design)), SEEDS[0], moves_of(scene_of(lesson, step.goal.scene).events)
    )
    return measured(run, Stretch(COST, "", step.goal.from_s, step.goal.to_s)) or 0.0


def _priced(lesson: Lesson, step: Step) -> list[tuple[float, Values]]:
    """The designs that can be built, cheapest first."""
    priced = []
    for design in designs_of(step.goal.search):
        try:
            priced.append((planned_cost(lesson, step, designed(lesson, step, design)), design))
        except BadRun:
            continue
    return sorted(priced, key=lambda pair: pair[0])


def _meets(lesson: Lesson, step: Step, design: Values) -> bool:
    conditions = step.goal.conditions
    for seeds in (SEEDS[:1], SEEDS, CONFIRMING):
        runs = [measured_design(lesson, step, designed(lesson, step, design), seed) for seed in seeds]
        for one in conditions:
            values = [run[one.metric] for run in runs]
            if any(value is None for value in values):
                return False
            worst = max(values) if one.at_most is not None else min(values)
            if (one.at_most is not None and worst > one.at_most) or (one.at_least is not None and worst < one.at_least):
                return False
    return all(outcome.met for outcome in judged(lesson, step, designed(lesson, step, design)) if outcome.metric != COST)
