"""Spotlight: runs of two to four members side by side, replayed from system and seed: what they set otherwise, what came of it,
and over their time the number that the step is about.

Nobody is named unless the teacher chose to. What is told is a function of the runs, worked out once for all who ask. Knows nothing
of the web.
"""

import json
import math
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dashboard.classroom.rights import Actor, authorise
from dashboard.classroom.rooms import Rooms
from dashboard.controls import Control
from dashboard.cores import CORES
from dashboard.lesson import metrics, way
from dashboard.lesson.beside import SHELF, stage_of
from dashboard.lesson.own import own_of
from dashboard.lesson.report import said
from dashboard.lesson.way import SUPPORTS, Way
from dashboard.words import language, t
from engine.result import Result
from engine.system.paths import value_at
from lessons.expressions import parsed
from lessons.format import Lesson, Step
from lessons.running import BadRun, NotReady, replayed

NUMBERS = ("latency_p95_ms", "error_rate", "cost_per_hour")
CHARTED = frozenset(metrics.LABELS) - {"offered_rate"}
"""What can be drawn over time; what was asked for is the same in all runs."""
ANYWAY = "goodput"
"""Drawn where a step is about nothing that can be."""
ON_THE_PAGE = {"errors": "error_rate"}
"""Numbers of a page that are called otherwise than their metric."""
POINTS = 48
"""Of a chart."""
DECIMALS = 4
SHORTEST_S = 2.0
"""Of a run that can be looked at."""
MOST_SETTINGS = 8
"""That differ and are told."""
MOST_KEPT = 64
"""Spotlights that a process remembers."""
NOTHING: dict[str, Any] = {"step": None, "metric": None, "runs": []}

_kept: OrderedDict[str, dict[str, Any]] = OrderedDict()
_lock = threading.Lock()


def spotlight_told(service: Rooms, actor: Actor, token: str) -> dict[str, Any]:
    """The room's spotlight for whoever is in the room. Raises what `authorise` raises, and NotReady."""
    with service.database.reading() as session:
        lit = authorise(session, actor, "spotlight", token, service.clock()).room.spotlight
    lesson = SHELF.get(lit["lesson"]) if lit else None
    step = next((one for one in lesson.all_steps if one.id == lit["step"]), None) if lesson else None
    if step is None:
        return NOTHING
    key = json.dumps([SHELF.edition(), language(), lit], sort_keys=True)
    told = _kept.get(key)
    if told is None:
        with _lock:  # whoever asks meanwhile waits for the same
            told = _kept.get(key)
            if told is None:
                told = _kept[key] = told_of(lesson, step, lit["runs"])
                while len(_kept) > MOST_KEPT:
                    _kept.popitem(last=False)
    return told


def told_of(lesson: Lesson, step: Step, runs: list[Mapping[str, Any]]) -> dict[str, Any]:
    """What the runs were and came to. Raises NotReady."""
    controls = {one.path: one for one in stage_of(lesson).controls if one.kind != "class"}
    settings = differing([_settings(lesson, one["run"]) for one in runs], controls)
    charted = metric_of(lesson, step)
    with CORES:
        found = [_played(lesson, one["run"], charted) for one in runs]
    top = max([y for one in found for y in one["y"] if y is not None], default=0.0)
    return {
        "step": {"id": step.id, "title": step.title},
        "metric": {"name": charted, "label": metrics.label(charted), "most": top, "most_said": metrics.amount(charted, top)},
        "runs": [
            {"label": one["label"], "name": one["name"], "settings": words} | told
            for one, words, told in zip(runs, settings, found)
        ],
    }


def metric_of(lesson: Lesson, step: Step) -> str:
    """What is drawn of the runs: what the step asks for, or else the first number that its page shows."""
    mine = Way(lesson.version, step.id, support=step.only or SUPPORTS[0])
    shown = way.show(lesson, mine, step)
    found = [*_asked(lesson, step), *(ON_THE_PAGE.get(one, one) for one in (shown.numbers if shown else []))]
    return next((one for one in found if one in CHARTED), ANYWAY)


def _asked(lesson: Lesson, step: Step) -> Iterator[str]:
    """The metrics that an answer to the step is judged by, the first one first; not those of one node or one region."""
    judged = step.own_run or step.compare or step.sketch
    if judged:
        yield from [] if getattr(judged, "of", None) else [judged.metric]
    elif step.goal or step.part:
        yield from (one.metric for one in (step.goal.conditions if step.goal else [step.part.condition]))
    elif step.number:
        yield from _measured(lesson, step.number.value)
    elif step.choice:
        for option in step.choice.options:
            yield from _named(lesson, option.when)


def _measured(lesson: Lesson, name: str) -> Iterator[str]:
    value = lesson.values[name]
    if value.formula:
        yield from _named(lesson, value.formula)
    elif not value.of:
        yield value.metric


def _named(lesson: Lesson, expression: str | None) -> Iterator[str]:
    """The metrics of an expression, in the order in which it names them."""
    for name in sorted(parsed(expression).names, key=expression.index) if expression else ():
        yield from _measured(lesson, name)


def differing(values: list[Mapping[str, Any]], controls: Mapping[str, Control]) -> list[list[str]]:
    """Of each run, in words, the settings that are not the same in all of them, in the order of the page's controls."""
    paths = [path for path in controls if len({json.dumps(one.get(path)) for one in values}) > 1]
    named = [[f"{t(controls[path].label)}: {said(controls[path], one.get(path))}" for path in paths] for one in values]
    more = len(paths) - MOST_SETTINGS
    if more <= 0:
        return named
    return [[*words[:MOST_SETTINGS], t("and {number} more", number=more)] for words in named]


def _settings(lesson: Lesson, run: Mapping[str, Any]) -> dict[str, Any]:
    """What the controls stood at when the run was sent."""
    stage = stage_of(lesson)
    scene = stage.scenes.get(run["scene"], stage.start)
    return {one.path: value_at(scene, one.path) for one in stage.controls} | run["values"]


def _played(lesson: Lesson, run: Mapping[str, Any], charted: str) -> dict[str, Any]:
    """The numbers of the whole run, and what is drawn over its time; or why it cannot be shown."""
    nothing = {"numbers": [], "t": [], "y": [], "said": None, "until_s": run["t_s"], "moves": [], "problem": None}
    try:
        own = own_of(lesson, stage_of(lesson), dict(run))
        if own is None:
            return nothing | {"problem": t("The lesson has changed since, so this run cannot be played any more.")}
        if own.until_s < SHORTEST_S:
            return nothing | {"problem": t("This run had not begun yet.")}
        result = replayed(own.run, own.until_s, math.ceil(own.until_s * 1_000 / POINTS) / 1_000)
    except NotReady:
        raise
    except (BadRun, ValueError, LookupError, AttributeError):
        return nothing | {"problem": t("This run is too long, or cannot be played any more.")}
    readings = result.readings
    windows = [replace(result, readings=readings[at : at + 2]) for at in range(len(readings) - 1)]
    summary = result.summary()
    drawn = [_of_window(one, charted) for one in windows]
    known = [one for one in drawn if one is not None]
    ends = {"least": min(known), "most": max(known), "last": known[-1]} if known else {}
    return nothing | {
        "numbers": [{"name": name, "label": metrics.label(name), "text": metrics.amount(name, summary[name])} for name in NUMBERS],
        "t": [round(one.readings[-1].time_ns / 1e9, 3) for one in windows],
        "y": drawn,
        "said": {name: metrics.amount(charted, value) for name, value in ends.items()} or None,
        "moves": [at_s for at_s, _ in run["changes"] if at_s > 0],
    }


def _of_window(window: Result, charted: str) -> float | None:
    value = window.summary()[charted]
    return None if value is None else round(value, DECIMALS)
