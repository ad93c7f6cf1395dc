"""Own: the learner's own run, taken as the text of a stranger and made a run of the lesson's.

It goes through the same checks as what the page asks for. Runs nothing.
"""

import math
from typing import Any

from dashboard.asks import MAX_CHANGES, MAX_RUN_S, RECORDING, BadAsk, read_change, read_seed
from dashboard.lesson.beside import planned
from dashboard.lesson.way import Answers
from dashboard.words import t
from engine.system.paths import value_at
from lessons.facts import Own
from lessons.format import Lesson
from lessons.running import BadRun, Run


def read_run(raw: Any, stage: Any) -> dict[str, Any] | None:
    """A run as it is kept, checked and clamped: {scene, seed, changes, t_s, values, pin}, or None. Raises BadAsk."""
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise BadAsk(t("A run is an object with scene, seed, changes, t_s, values and pin."))
    scene, changes, t_s = raw.get("scene"), raw.get("changes", []), raw.get("t_s", 0)
    if not isinstance(scene, str) or scene not in stage.scenes:
        raise BadAsk(t("This page plays no scene {name}.", name=f"{scene!r:.40}"))
    if not isinstance(changes, list) or len(changes) > MAX_CHANGES:
        raise BadAsk(t("changes: give a list of at most {most} changes.", most=MAX_CHANGES))
    if isinstance(t_s, bool) or not isinstance(t_s, int | float) or not math.isfinite(t_s):
        raise BadAsk(t("{name}: give a number of seconds.", name="t_s"))
    controls, faults = {one.path: one for one in stage.controls}, frozenset(stage.faults)
    until_ms = round(min(max(float(t_s), 0.0), MAX_RUN_S) * 1_000)
    read = [read_change(change, controls, faults) for change in changes]
    if any(later.t_ms < earlier.t_ms for earlier, later in zip(read, read[1:])):
        raise BadAsk(t("changes: the times must not fall."))
    values = read_change([0, raw.get("values") or {}], controls, frozenset(), 0).values
    pin = None if raw.get("pin") is None else read_change(raw["pin"], controls, frozenset(), 0)
    kept = {
        "scene": scene,
        "seed": read_seed(raw),
        "changes": [[change.t_ms / 1_000, change.values] for change in read if change.t_ms <= until_ms],
        "t_s": until_ms / 1_000,
        "values": values,
        "pin": pin and [pin.t_ms / 1_000, pin.values],
    }
    if any(RECORDING in change for _, change in kept["changes"]) or RECORDING in values:
        raise BadAsk(t("A recording cannot be played in a lesson."))
    return kept


def own_of(lesson: Lesson, stage: Any, kept: dict[str, Any] | None) -> Own | None:
    """The lesson's run of one that was kept; None where its scene is no longer in the lesson. Raises BadRun."""
    if kept is None or kept["scene"] not in stage.scenes:
        return None
    start = stage.scenes[kept["scene"]]
    happened: dict[str, list[Any]] = {}
    for _, change in planned(stage, lesson, kept["scene"]):
        for path, value in change.items():
            happened.setdefault(path, []).append(value)

    def own(values: dict[str, Any]) -> dict[str, Any]:
        """What is set otherwise than the scene has it, at its begin or by what happens in it."""
        return {
            path: value for path, value in values.items()
            if value != value_at(start, path) and value not in happened.get(path, [])
        }  # fmt: skip

    run = Run.of(start, kept["seed"], kept["changes"])
    return Own(run, kept["scene"], kept["t_s"], own(kept["values"]), kept["pin"] and own(kept["pin"][1]))


def runs_of(lesson: Lesson, stage: Any, answers: Answers) -> dict[str, Own]:
    """The learner's runs that values of the lesson stand on: the last of each step."""
    wanted = {value.mine for value in lesson.values.values() if value.mine}
    kept = {one.step: one.run for one in answers if one.run and one.step in wanted}
    return {step: own for step, run in kept.items() if (own := _own_or_none(lesson, stage, run))}


def _own_or_none(lesson: Lesson, stage: Any, kept: dict[str, Any]) -> Own | None:
    """None for a run that the lesson, as it is now, cannot play any more."""
    try:
        return own_of(lesson, stage, kept)
    except (BadRun, BadAsk, AttributeError, IndexError, KeyError, ValueError):
        return None
