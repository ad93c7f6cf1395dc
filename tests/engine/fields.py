"""All fields of a system's description, for tests that go through them."""

from typing import get_args

import pytest
from pydantic import ValidationError

from engine.system import System
from engine.system.base import Part
from engine.system.errors import explain
from engine.system.faults import Fault


def parts(part: type[Part] = System, path: str = "") -> list[tuple[str, type[Part]]]:
    """Every part of the description, with its path."""
    found = [(path, part)]
    for name, info in part.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, Part):
            found += parts(info.annotation, f"{path}.{name}".lstrip("."))
    return found


ALL_PARTS = parts()
FAULTS = get_args(get_args(Fault)[0])
FIELDS = [
    pytest.param(path, name, info, id=f"{path}.{name}".lstrip("."))
    for path, part in [*ALL_PARTS, *((fault.__name__, fault) for fault in FAULTS)]
    for name, info in part.model_fields.items()
    if name != "kind"
]
SCALARS = [
    (path, name, info)
    for path, part in ALL_PARTS
    for name, info in part.model_fields.items()
    if {int, float} & {info.annotation, *get_args(info.annotation)}
]
SCALAR_FIELDS = [pytest.param(*field, id=f"{field[0]}.{field[1]}") for field in SCALARS]


def nested(path: str, name: str, value: object) -> dict:
    """A description in which only this field is given."""
    for step in reversed([*filter(None, path.split(".")), name]):
        value = {step: value}
    return value


def bounds(info) -> tuple[float, float]:
    low = [limit.ge for limit in info.metadata if hasattr(limit, "ge")]
    high = [limit.le for limit in info.metadata if hasattr(limit, "le")]
    assert len(low) == len(high) == 1, "a number without a bound on both sides"
    return low[0], high[0]


def refused(description: object) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        System.model_validate(description)
    return explain(caught.value)
