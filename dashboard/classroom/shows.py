"""Shows: for each misconception of the bank the scenario that shows it false, found in the lessons: the step that meets it, its
scene, and what is moved there. It is a page with that very system, and a link that replays it from its seed.

Knows lessons and pages as values; nothing of who holds a misconception.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from dashboard import links
from dashboard.asks import BadAsk
from dashboard.controls import BadValue
from dashboard.lesson.beside import SHELF, planned, stage_of
from dashboard.places import path
from dashboard.words import language, t
from engine.system.paths import value_at
from lessons.entries import Values
from lessons.expressions import parsed
from lessons.format import Lesson, Step
from lessons.misconceptions import bank
from lessons.running import BadRun, scene_of
from lessons.sound import met_misconceptions

PARAMETER = "shows"
"""Of an address: the misconception whose scenario its page plays."""
EVERY_S = 12.0
"""Between two moves there is so long to look, besides the time that a server takes to boot;"""
AFTER_S = 35.0
"""after the last thing that happens so long."""
BEST = ("own_run", "sketch", "compare", "number", "choice", "")
"""What shows most: a run that was read, a curve, two designs, a number; then whatever plays."""


@dataclass(frozen=True)
class Shown:
    """A scenario: what is played, what happens in it, and until when it is replayed."""

    lesson: Lesson
    step: Step
    scene: str
    changes: list[list[Any]]
    until_s: float
    pinned: bool = False
    """Whether the scene as it is runs beside as a ghost, under the same requests."""

    @property
    def page(self) -> str:
        """The view that plays it."""
        return self.lesson.concept


def shown(name: str) -> Shown | None:
    """The scenario that shows the misconception false; None for what is none, or is met by no lesson that can be played."""
    return _found(name, SHELF.edition(), language()) if name in bank() else None


def push(name: str) -> dict[str, str] | None:
    """{view, query, title}: what a teacher shows a class that believes it; None where nothing shows it."""
    return _pushed(name, SHELF.edition(), language())


@lru_cache(maxsize=200)
def _pushed(name: str, _edition: str, _language: str) -> dict[str, str] | None:
    found = shown(name)
    if found is None:
        return None
    stage = _stage(found, name)
    start = {one.path: value_at(stage.start, one.path) for one in stage.controls}
    book = links.Book(stage.name, {one.path: one for one in stage.controls}, start, frozenset(stage.faults))
    pin = [0, {}] if found.pinned else None
    run = links.Opened(found.changes, scene_of(found.lesson, found.scene).seed, pin, found.until_s)
    query = links.query([(PARAMETER, name), *links.of_run(run, book)])
    return {"view": found.page, "query": query, "title": ": ".join(filter(None, [found.lesson.title, found.step.title]))}


def staged(page: Any, name: str) -> tuple[Any, dict[str, Any] | None]:
    """The page with the scenario's whole system in the place of its own; or as it is, and why."""
    found = shown(name)
    if found is not None and found.page.replace("_", "-") == page.name:
        return _stage(found, name), None
    reason = t("There is nothing here that shows {name}. Ask your teacher for the link again.", name=f"{name!r:.40}")
    return page, {"name": f"?{PARAMETER}={name:.80}", "reasons": [reason]}


def _stage(found: Shown, name: str) -> Any:
    """The lesson's page in the scene, without the lesson."""
    stage = stage_of(found.lesson)
    return replace(
        stage, name=f"{path(found.page)}.{PARAMETER}.{name}", question=bank()[name].shows, start=stage.scenes[found.scene],
        lesson="", scenes={},
    )  # fmt: skip


@lru_cache(maxsize=200)
def _found(name: str, _edition: str, _language: str) -> Shown | None:
    """The best of the first lesson that has one; exit tickets come last, for nothing is to be seen in them."""
    lessons = SHELF.playable()
    for lesson, steps in [*((one, one.steps) for one in lessons), *((one, one.exit) for one in lessons)]:
        met = [step for step in steps if name in met_misconceptions(step) and step.check_kind in BEST]
        for step in sorted(met, key=lambda step: BEST.index(step.check_kind)):
            try:
                return _of(lesson, step)
            except (BadAsk, BadRun, BadValue):
                continue
    return None


def _of(lesson: Lesson, step: Step) -> Shown:
    scene, moves = _moves(lesson, step)
    stage = stage_of(lesson)
    offered, system = {one.path: one for one in stage.controls}, stage.scenes[scene]
    changes, moved, at_s = planned(stage, lesson, scene), {}, 0.0
    for values in moves:
        change = {one: value_at(system, one) for one in moved} | values
        if change:
            changes.append([at_s, {one: offered[one].clean(value) for one, value in change.items()}])
        moved = values
        at_s += EVERY_S + (system.servers.boot_s if "servers.count" in change else 0.0)
    changes.sort(key=lambda change: change[0])
    last_s = max((change[0] for change in changes), default=0.0)
    return Shown(lesson, step, scene, changes, last_s + AFTER_S, pinned=bool(step.compare and moves))


def _moves(lesson: Lesson, step: Step) -> tuple[str, list[Values]]:
    """The scene, and what is set in it one after the other."""
    scene = lesson.scene_at(step.id)
    if step.sketch:
        points = step.sketch.points
        return step.sketch.scene, [{step.sketch.control: x} for x in (points[0], points[len(points) // 2], points[-1])]
    if step.compare and not any(one.startswith("traffic.") for one in step.compare.example):  # a ghost has the traffic of now
        return scene, [step.compare.example]
    return (_compared(lesson, step) if step.choice else None) or (scene, [])


def _compared(lesson: Lesson, step: Step) -> tuple[str, list[Values]] | None:
    """What a choice is about: the runs that its options are decided by, where they are of one scene."""
    names = {name for option in step.choice.options if option.when for name in parsed(option.when).names}
    for _ in lesson.values:  # formulas of formulas, at most as many as there are
        names |= {one for name in names if (value := lesson.values[name]).formula for one in parsed(value.formula).names}
    runs = [value for name, value in lesson.values.items() if name in names and value.metric]
    if not runs:
        return None
    scene = runs[-1].scene
    sets = [value.set for value in runs if value.scene == scene]
    return scene, [one for at, one in enumerate(sets) if one not in sets[:at]][:3]
