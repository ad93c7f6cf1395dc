"""Controls: what a person may move on a page, read from the fields of the system's description.

Bounds, step, unit, scale and help come from the field; a page may narrow a slider's range, never widen the field's.
Knows nothing of the engine's run nor of how a control is drawn.
"""

import math
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from engine.system import System

ALGORITHM_NAMES = {
    "round_robin": "Round robin",
    "least_connections": "Least connections",
    "power_of_two": "Two choices",
    "weighted_round_robin": "Weighted round robin",
    "random": "Random",
    "least_latency": "Least latency",
    "client_hash": "Client hash",
    "consistent_hash": "Consistent hashing",
}


class BadValue(ValueError):
    """A value that a control cannot take; the message says what is allowed."""


@dataclass(frozen=True)
class Control:
    """One control of a page: the field it moves and the range its slider shows."""

    path: str
    label: str
    group: str
    kind: str
    """ "slider", "choice" or "switch"."""
    help: str
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    most: float = 1.0
    """The largest value that may be typed; the slider ends at `high`."""
    step: float = 1.0
    scale: str = "linear"
    whole: bool = False
    optional: bool = False
    """Whether the value may be None ("no limit")."""
    choices: tuple[tuple[str, str], ...] = ()
    shown_first: int = 3
    more: bool = field(default=False)

    def clean(self, value: Any) -> Any:
        """The value as the field takes it: numbers clamped to the range, everything else checked. Raises BadValue."""
        if self.kind == "switch":
            if not isinstance(value, bool):
                raise BadValue(f"{self.path}: give true or false, not {value!r:.40}")
            return value
        if self.kind == "choice":
            if value not in [name for name, _ in self.choices]:
                raise BadValue(f"{self.path}: {value!r:.40} is not one of {', '.join(name for name, _ in self.choices)}")
            return value
        if value is None and self.optional:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise BadValue(f"{self.path}: give a number from {self.low:g} to {self.most:g}, not {value!r:.40}")
        clamped = min(max(float(value), self.low), self.most)
        return round(clamped) if self.whole else round(clamped, 6)


def control(path: str, label: str, group: str, *, low=None, high=None, most=None, step=None, more=False, first: int = 3) -> Control:
    """The control of the field at `path` ("traffic.rate", "servers.speeds.2"), its slider narrowed to `low`..`high`."""
    part, name, *item = path.split(".")
    info = System.model_fields[part].annotation.model_fields[name]
    extra = info.json_schema_extra
    shared = {"path": path, "label": label, "group": group, "help": info.description, "more": more}
    kinds = _plain(info.annotation)
    optional = NoneType in kinds
    bounds = _bounds(info.metadata)
    if item:
        element = get_args(kinds[0])[0]
        kinds, bounds = [get_args(element)[0]], _bounds(get_args(element)[1:])
        bounds = bounds or _bounds(get_args(element)[1].metadata)
    kind = next(one for one in kinds if one is not NoneType)
    if kind is bool:
        return Control(kind="switch", **shared)
    if get_origin(kind) is Literal:
        values = sorted(get_args(kind), key=_place)
        return Control(
            kind="choice",
            choices=tuple((v, ALGORITHM_NAMES.get(v, v.replace("_", " "))) for v in values),
            shown_first=first,
            **shared,
        )
    least, most_allowed = bounds.get("ge", 0), bounds["le"]
    low = least if low is None else max(low, least)
    high = most_allowed if high is None else min(high, most_allowed)
    return Control(
        kind="slider", unit="%" if item and name == "speeds" else extra["unit"], low=low, high=high,
        most=min(most or high, most_allowed), step=step or extra["step"] or (1 if kind is int else 0.1),
        scale=extra["scale"], whole=kind is int, optional=optional, **shared,
    )  # fmt: skip


def value_at(system: System, path: str) -> Any:
    """The value that a control shows: the field at `path`; an item that a list does not hold is 1."""
    part, name, *item = path.split(".")
    value = getattr(getattr(system, part), name)
    if item:
        return value[int(item[0])] if int(item[0]) < len(value) else 1.0
    return value


def with_values(system: System, values: dict[str, Any]) -> System:
    """The system with the values at these paths in place; parts that no path names are the same objects. Values must be clean."""
    parts: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        part, name, *item = path.split(".")
        fields = parts.setdefault(
            part, {key: getattr(getattr(system, part), key) for key in type(getattr(system, part)).model_fields}
        )
        if item:
            listed, index = list(fields[name]), int(item[0])
            listed += [1.0] * (index + 1 - len(listed))
            listed[index] = value
            fields[name] = listed
        else:
            fields[name] = value
    return system.model_copy(update={part: type(getattr(system, part)).model_validate(fields) for part, fields in parts.items()})


def _place(choice: str) -> int:
    """Where a choice stands among the named ones; those without a name keep their order."""
    return list(ALGORITHM_NAMES).index(choice) if choice in ALGORITHM_NAMES else 0


def _plain(annotation: Any) -> list[Any]:
    """The members of a union, or the annotation itself."""
    return list(get_args(annotation)) if get_origin(annotation) in (Union, UnionType) else [annotation]


def _bounds(metadata: Any) -> dict[str, float]:
    """The bounds that a field's metadata carries, by name."""
    found = {}
    for entry in metadata:
        for name in ("ge", "le"):
            if getattr(entry, name, None) is not None:
                found[name] = getattr(entry, name)
    return found
