"""Beside: the concept page as a lesson plays it: on the systems of its scenes, with the controls and faults that it names.

Knows pages as values and lessons as data; nothing of who plays or how far they are.
"""

import hashlib
import importlib
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from dashboard.asks import BadAsk, read_change
from dashboard.controls import BadValue, Control, control
from dashboard.faults import KINDS, RANDOM
from dashboard.journey import CONCEPTS
from dashboard.lesson.shelf import Shelf
from dashboard.lesson.together import together
from dashboard.words import language, t
from engine.system import System
from engine.system.paths import value_at
from lessons.checks import SERVER, SHARE
from lessons.format import Lesson, Values
from lessons.running import BadRun, moves_of, scene_of, system_of

START = "start"
GENERAL = {"enabled", "count", "nodes", "items", "ratio", "factor", "failures", "share", "min", "max", "replicas", "shards"}
"""Names of fields that say nothing without the name of their part."""


def page_of(concept: str) -> Any:
    """The page that a concept's view declares. Raises KeyError for what is none."""
    if concept not in dict(CONCEPTS):
        raise KeyError(concept)
    return importlib.import_module(f"dashboard.views.{concept}").PAGE


def _staged(page: Any, lesson: Lesson, edition: str = "") -> Any:
    """The page with the lesson: it begins with the system of the scene `start`, and has no goal or traffic of its own."""
    scenes = {name: system_of(lesson, name, {}) for name in (START, *lesson.scenes)}
    return replace(
        page,
        name=f"{page.name}.lesson.{lesson.id}",
        start=scenes[START],
        controls=_controls(page, lesson, list(scenes.values())),
        faults=_faults(page, lesson),
        question=lesson.title,
        goal=None,
        recordings=False,
        lesson=lesson.id,
        scenes=MappingProxyType(scenes),
        edition=edition,
    )


@lru_cache(maxsize=100)
def _beside(lesson: Lesson, _language: str) -> Any:
    edition = hashlib.sha256(lesson.text.encode()).hexdigest()[:12]
    return _staged(page_of(lesson.concept), lesson, edition)


def stage_of(lesson: Lesson) -> Any:
    """The page of the lesson's concept with the lesson, made once for a language; of a draft, under the draft's name."""
    name = lesson.id.rpartition(".")[2]
    if name == lesson.id:
        return _beside(lesson, language())
    stage = _beside(lesson.under(name), language())
    return replace(stage, name=f"{stage.name.removesuffix(name)}{lesson.id}", lesson=lesson.id)


def planned(stage: Any, lesson: Lesson, name: str) -> list[list[Any]]:
    """What happens in a scene, as the changes of a run that the page may ask for. Raises BadAsk."""
    offered, faults = {one.path: one for one in stage.controls}, frozenset(stage.faults)
    read = [read_change(move, offered, faults) for move in moves_of(scene_of(lesson, name).events)]
    return [[change.t_ms / 1_000, change.values] for change in sorted(read, key=lambda change: change.t_ms)]


def fits(lesson: Lesson) -> str:
    """What of the lesson does not fit the app's pages, or ""."""
    try:
        page = page_of(lesson.concept)
    except KeyError:
        return t("concept: there is no page {name}; there are {names}.", name=lesson.concept, names=", ".join(dict(CONCEPTS)))
    try:
        stage = _staged(page, lesson)
        for name in stage.scenes:
            planned(stage, lesson, name)
            for one in stage.controls:
                value_at(stage.scenes[name], one.path)
    except (BadAsk, BadRun, BadValue) as problem:
        return str(problem)
    except (KeyError, AttributeError, ValueError, IndexError, TypeError) as problem:
        return t("there is no such field of a system: {name}", name=str(problem)[:120])
    return ""


def named(lesson: Lesson) -> dict[str, list[Any]]:
    """The paths that a learner may move or that move in a scene, in order, each with the values that the lesson gives it."""
    found: dict[str, list[Any]] = {}

    def add(values: Values) -> None:
        for path, value in values.items():
            found.setdefault(path, []).append(value)

    for path in (path for level in lesson.controls for path in level):
        found.setdefault(path, [])
    for event in (event for scene in lesson.scenes.values() for event in scene.events):
        add(event.set or {})
    for step in lesson.all_steps:
        if step.compare:
            add(dict.fromkeys([step.compare.control] if step.compare.control else []) | step.compare.example)
        if step.sketch:
            for point in step.sketch.points:
                add({step.sketch.control: point})
        if step.part:
            for path, offered in step.part.choices.items():
                for value in offered if path not in (SHARE, SERVER) else ():
                    add({path: value})
            for at in range(system_of(lesson, lesson.scene_at(step.id), {}).servers.count if SERVER in step.part.choices else 0):
                for value in step.part.choices[SERVER]:
                    add({f"servers.speeds.{at}": value})
        if step.goal:
            for design in (*step.goal.solutions, *step.goal.mistakes):
                add(design.set)
            for path, tried in step.goal.search.items():
                for value in tried:
                    add({path: value})
            for path in step.goal.free:
                if not any(other.startswith(f"{path}.") for other in found):  # it may stand for all that lie under it
                    found.setdefault(path, [])
    return found


def _controls(page: Any, lesson: Lesson, scenes: list[System]) -> tuple[Control, ...]:
    """The page's own controls and those that the lesson names, each wide enough for every value that it has in the lesson."""
    own = {one.path: one for one in page.controls}
    wanted = named(lesson)
    every = own | {path: _further(path) for path in wanted if path not in own}
    begun = {path: [value_at(system, path) for system in scenes] for path in every}
    wide = (_wide_enough(one, [*wanted.get(path, []), *begun[path]]) for path, one in every.items())
    return (*wide, *together(lesson))


def _further(path: str) -> Control:
    """A control that the page does not have: as another page has it, or else named after its field."""
    known = _known().get(path)
    if known is not None:
        return replace(known, more=True)
    part, name, *item = path.split(".")
    if item and item[0].isdigit():
        number = int(item[0]) + 1
        label = {
            "speeds": t("Server {number} speed", number=number), "weights": t("Server {number} weight", number=number),
        }.get(name, f"{_called(name)} {number}")  # fmt: skip
    elif item:
        label = f"{_called(name)}: {_called(item[-1]).lower()}"
    else:
        label = f"{_called(part)}: {_called(name).lower()}" if name in GENERAL else _called(name)
    return control(path, label, _called(part), more=True)


@lru_cache(maxsize=1)
def _known() -> dict[str, Control]:
    """Every page's controls by their paths: those of the first page that has one."""
    found: dict[str, Control] = {}
    for concept, _ in CONCEPTS:
        for one in page_of(concept).controls:
            found.setdefault(one.path, one)
    return found


def _wide_enough(one: Control, values: list[Any]) -> Control:
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if one.kind == "choice":
        missing = [value for value in values if isinstance(value, str) and value not in dict(one.choices)]
        if not missing:
            return one
        whole = control(one.path, one.label, one.group, more=one.more)
        return replace(one, choices=(*one.choices, *(pair for pair in whole.choices if pair[0] in missing)))
    if one.kind != "slider" or not numbers:
        return one
    allowed = control(one.path, one.label, one.group)
    low, high = max(min(one.low, *numbers), allowed.low), min(max(one.high, *numbers), allowed.most)
    return replace(one, low=low, high=high, most=max(one.most, high))


def _faults(page: Any, lesson: Lesson) -> tuple[str, ...]:
    """The page's own faults and those that happen in the lesson's scenes; none by chance, for a run is judged as it was seen."""
    events = [event.fault for scene in lesson.scenes.values() for event in scene.events if event.fault]
    kinds = {(fault.get("kind"), fault.get("tier")) for fault in events}
    further = [name for name, kind in KINDS.items() if kind in kinds]
    return tuple(name for name in dict.fromkeys([*page.faults, *further]) if name not in RANDOM)


def _called(name: str) -> str:
    """What a field or a part is called, after its name in the code."""
    for unit in ("_ratio", "_ms", "_s", "_gb"):
        name = name.removesuffix(unit)
    return name.replace("_", " ").capitalize()


SHELF = Shelf(fits)
"""The lessons of this process."""
