"""Runs a plan on two engines side by side and says where they first differ.

Every attempt is compared column by column, open ones included, and so is all that had been counted: whole numbers, all `==`.
"""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from engine import System
from engine.kernel import Kernel
from engine.log import COLUMNS, COUNTED, NOT_BEFORE, WHEN_ALL_DONE, WHEN_ALL_SENT
from engine.reference.counted import CountedReference
from engine.system import Fault
from tests.agreement.systems import Plan

READING_FIELDS = (
    "time_ns",
    "server_count",
    "counts",
    "histogram",
    "lags",
    "nodes",
    "cohorts",
    "regions",
    "stores",
    "wanted",
    "keys_moving",
)
Engine = Callable[..., Any]
FAULT = TypeAdapter(Fault)


def reference(system: System, seed: int, **options: Any) -> CountedReference:
    return CountedReference(system, seed, **options)


def compiled(system: System, seed: int, **options: Any) -> Kernel:
    return Kernel(system, seed, **options)


def plain(system: System, seed: int, **options: Any) -> Kernel:
    return Kernel(system, seed, plain=True, **options)


def play(plan: Plan, engine: Engine) -> list[tuple[Any, ...]]:
    """What a plan comes to on an engine: at every look (instant, status, reading, attempts)."""
    world = engine(plan.system, plan.seed, request_limit=2 * plan.scale.requests)
    end_ns = round(1.5 * plan.scale.length_s * 1e9)
    looks = []

    def look(label: str, status: int) -> None:
        looks.append((f"{label} at {world.now_ns} ns", status, world.reading(), world.attempts()))

    for time_ns, action in plan.steps:
        status = world.advance(time_ns, NOT_BEFORE)
        if action is None:
            look("slice", status)
        elif isinstance(action, System):
            world.change(action)
        else:
            world.inject(FAULT.validate_python(action))
    look("run", world.advance(max(end_ns, world.now_ns), WHEN_ALL_SENT))
    world.stop_sending()
    look("drained", world.advance(3 * end_ns, WHEN_ALL_DONE))
    return looks


def difference(plan: Plan, one: Engine = reference, other: Engine = compiled) -> str:
    """The first difference between two engines on a plan; nothing if there is none."""
    for left, right in zip(play(plan, one), play(plan, other), strict=True):
        found = difference_of_looks(left, right)
        if found:
            return f"{left[0]}: {found}"
    return ""


def difference_of_looks(left: tuple[Any, ...], right: tuple[Any, ...]) -> str:
    """The first thing in which two looks differ."""
    found = difference_of_attempts(left[3], right[3])
    if found:
        return found
    for name in READING_FIELDS:
        one, other = (np.asarray(getattr(look[2], name)) for look in (left, right))
        if one.shape != other.shape:
            return f"reading.{name}: {one.shape} and {other.shape}"
        if (one != other).any():
            place = tuple(int(index[0]) for index in np.nonzero(np.atleast_1d(one != other)))
            label = COUNTED[place[0]] if name == "counts" else place
            return f"reading.{name} {label}: {np.atleast_1d(one)[place]} and {np.atleast_1d(other)[place]}"
    if left[:2] != right[:2]:
        return f"status {left[:2]} and {right[:2]}"
    return ""


def difference_of_attempts(one: np.ndarray, other: np.ndarray) -> str:
    """The first row that differs, column by column."""
    rows = min(len(one), len(other))
    different = np.nonzero((one[:rows] != other[:rows]).any(axis=1))[0]
    if len(different) == 0 and len(one) == len(other):
        return ""
    row = int(different[0]) if len(different) else rows
    lines = [f"row {row} of {len(one)} and {len(other)} attempts"]
    for column, name in enumerate(COLUMNS):
        values = [str(table[row, column]) if row < len(table) else "no row" for table in (one, other)]
        lines.append(f"    {name:14} {values[0]:>20} {values[1]:>20}{'' if values[0] == values[1] else '   <<<'}")
    return "\n".join(lines)


def described(system: System) -> dict[str, Any]:
    """A system's fields that are not at their defaults; faults whole, for their kind is a default of its own."""
    kept = system.model_dump(mode="json", exclude_defaults=True)
    return kept | ({"faults": system.model_dump(mode="json")["faults"]} if "faults" in kept else {})


def as_json(plan: Plan) -> str:
    """A plan in a form that can be read again: only what is not a default."""

    def plainly(action: Any) -> Any:
        return {"system": described(action)} if isinstance(action, System) else action

    return json.dumps(
        {
            "seed": plan.seed,
            "requests": plan.scale.requests,
            "rate": plan.scale.rate,
            "system": described(plan.system),
            "steps": [(time_ns, plainly(action)) for time_ns, action in plan.steps],
        },
        indent=1,
    )
