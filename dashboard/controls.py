"""Controls: what a person may move on a page, read from the fields of the system's description.

Bounds, step, unit, scale and help come from the field; a page may narrow a slider's range, never widen the field's.
Knows nothing of the engine's run nor of how a control is drawn.
"""

import math
from dataclasses import asdict, dataclass, field
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from dashboard.wording import NAMES
from dashboard.words import t
from engine.system.paths import field_at, plain_types

ITEM_UNITS = {"speeds": "%"}
"""Units of what lists and dictionaries hold, where that is not the field's."""


class BadValue(ValueError):
    """A value that a control cannot take; the message says what is allowed."""


@dataclass(frozen=True)
class Control:
    """One control of a page: the field it moves and the range its slider shows."""

    path: str
    label: str
    group: str
    kind: str
    """ "slider", "choice", "switch", or "set" (some of the choices, at least one)."""
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
                raise BadValue(t("{path}: give true or false, not {value}", path=self.path, value=f"{value!r:.40}"))
            return value
        if self.kind == "choice":
            if value not in [name for name, _ in self.choices]:
                names = ", ".join(name for name, _ in self.choices)
                raise BadValue(t("{path}: {value} is not one of {names}", path=self.path, value=f"{value!r:.40}", names=names))
            return value
        if self.kind == "set":
            return self._some(value)
        if value is None and self.optional:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            bounds = {"low": f"{self.low:g}", "most": f"{self.most:g}", "value": f"{value!r:.40}"}
            raise BadValue(t("{path}: give a number from {low} to {most}, not {value}", path=self.path, **bounds))
        clamped = min(max(float(value), self.low), self.most)
        return round(clamped) if self.whole else round(clamped, 6)

    def _some(self, value: Any) -> list[str]:
        """Some of the choices, in their order, each once."""
        known = [name for name, _ in self.choices]
        if not isinstance(value, list) or not value or any(one not in known for one in value):
            raise BadValue(t("{path}: give a list of at least one of {names}", path=self.path, names=", ".join(known)))
        return [name for name in known if name in value]

    def told(self) -> dict[str, Any]:
        """What the browser gets: its texts in the viewer's language, and as `section` the group's name in the code."""
        texts = {"label": t(self.label), "group": t(self.group), "help": t(self.help)}
        return asdict(self) | texts | {"section": self.group, "choices": [[value, t(name)] for value, name in self.choices]}


def control(
    path: str, label: str, group: str, *, low=None, high=None, most=None, step=None, more=False, first: int = 3, only: tuple = ()
) -> Control:
    """The control of the field at `path` ("traffic.rate", "servers.speeds.2", "database.breaker.enabled"), its slider
    narrowed to `low`..`high`, a choice to `only`.
    """
    info, kinds, bounds = field_at(path)
    listed = get_origin(plain_types(info.annotation)[0]) in (list, dict) and path.count(".") > 1
    unit = ITEM_UNITS.get(path.split(".")[1], "") if listed else info.json_schema_extra["unit"]
    extra = info.json_schema_extra
    shared = {"path": path, "label": label, "group": group, "help": info.description, "more": more}
    optional = NoneType in kinds
    kind = next(one for one in kinds if one is not NoneType)
    if kind is bool:
        return Control(kind="switch", **shared)
    if get_origin(kind) is list:
        return Control(kind="set", choices=_choices(path, get_args(get_args(kind)[0])), **shared)
    if get_origin(kind) is Literal:
        return Control(kind="choice", choices=_choices(path, only or get_args(kind)), shown_first=first, **shared)
    least, most_allowed = bounds.get("ge", 0), bounds["le"]
    low = least if low is None else max(low, least)
    high = most_allowed if high is None else min(high, most_allowed)
    return Control(
        kind="slider", unit=unit, low=low, high=high,
        most=min(most or high, most_allowed), step=step or extra["step"] or (1 if kind is int else 0.1),
        scale=extra["scale"], whole=kind is int, optional=optional, **shared,
    )  # fmt: skip


def _choices(path: str, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The values of a choice with their names; those with a name come first, in the order of the names."""
    names = NAMES.get(path, {})
    ordered = sorted(values, key=lambda value: list(names).index(value) if value in names else len(names))
    return tuple((value, names.get(value, value.replace("_", " ").capitalize())) for value in ordered)
