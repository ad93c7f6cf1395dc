"""Together: a step in which a class makes the system, as the page offers it: what a member may choose, by the controls' names, and
the control that takes the class's merged policies.

Knows a stage as a value. Who is in a class, and what they chose, is the room's to say.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from dashboard.controls import BadValue, Control, control
from dashboard.lesson.report import said
from dashboard.words import t
from lessons.checks import SERVER, SHARE
from lessons.entries import Values
from lessons.format import Lesson, Step
from lessons.parts import COHORTS, followed, part_steps, texts_of, usual
from lessons.running import system_of

ENTRY = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)-([a-z0-9_.-]{1,80})", re.ASCII)


@dataclass(frozen=True)
class Crowd(Control):
    """The control of a class's policies: a list of texts, each a share and one of the policies that the lesson allows."""

    allowed: frozenset[str] = field(default=frozenset(), repr=False)

    def clean(self, value: Any) -> list[str]:
        """The texts as they are, if each is one that a member may have chosen. Raises BadValue."""
        listed = value if isinstance(value, list) else [None]
        found = [ENTRY.fullmatch(one) if isinstance(one, str) else None for one in listed]
        policies = {one[2] for one in found if one and float(one[1]) > 0}
        if len(policies) != len(listed) or not policies <= self.allowed:
            raise BadValue(t("{path}: this is no class of this lesson.", path=self.path))
        return list(listed)

    def told(self) -> dict[str, Any]:
        """What the browser gets."""
        return {name: value for name, value in super().told().items() if name != "allowed"}


def together(lesson: Lesson) -> tuple[Control, ...]:
    """The control of what the class does, where the lesson has such a step of clients."""
    allowed: set[str] = set()
    for step in part_steps(lesson):
        allowed |= set(texts_of(step.part, system_of(lesson, lesson.scene_at(step.id), {})))
    if not allowed:
        return ()
    return (Crowd(COHORTS, t("The class"), t("Clients"), "class", "", more=True, allowed=frozenset(allowed)),)


def part_told(stage: Any, lesson: Lesson, step: Step) -> dict[str, Any]:
    """What a member may choose: {owns, members, stay, fields: [{path, label, choices: [[value, text]], value}]}."""
    system = stage.scenes[lesson.scene_at(step.id)]
    now = usual(step.part, system)
    fields = [
        {
            "path": path, "label": _label(stage, path), "value": now[path],
            "choices": [[one, _said(stage, path, one)] for one in offered],
        }
        for path, offered in step.part.choices.items()
    ]  # fmt: skip
    owns = "server" if SERVER in step.part.choices else "client"
    return {"owns": owns, "members": step.part.members, "stay": step.part.stay, "fields": fields}


def values_told(stage: Any, lesson: Lesson, step: Step, policy: Values) -> Values:
    """The values of the page's system where most of a class does the same."""
    return followed(step.part, stage.scenes[lesson.scene_at(step.id)], policy)


def policy_told(stage: Any, policy: Values) -> str:
    """A member's part in words."""
    return ", ".join(f"{_label(stage, path)}: {_said(stage, path, value)}" for path, value in policy.items())


def _label(stage: Any, path: str) -> str:
    if path == SHARE:
        return t("Share of the requests")
    if path == SERVER:
        return t("Speed of your server")
    return t(_control(stage, path).label)


def _said(stage: Any, path: str, value: Any) -> str:
    if path == SHARE:
        return f"{said(None, value)} ×"
    if path == SERVER:
        return f"{said(None, 100 * value)} %"
    known = _control(stage, path)
    return t(dict(known.choices)[value]) if known.kind == "choice" else said(known, value)


def _control(stage: Any, path: str) -> Control:
    return next((one for one in stage.controls if one.path == path), None) or control(path, path, path)
