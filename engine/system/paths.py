"""Paths: a system's fields by their dotted names ("traffic.rate", "servers.speeds.2", "database.breaker.enabled").

Knows nothing of what a field means.
"""

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from engine.system import System
from engine.system.base import MAX_LISTED, Part


def value_at(system: System, path: str) -> Any:
    """The value that a control shows: the field at `path`; what a list does not hold is 1, what a dictionary does not hold 0.

    Raises AttributeError for what is no field: a path may be a stranger's, and other attributes lead out of the system.
    """
    value: Any = system
    for name in path.split("."):
        if isinstance(value, dict):
            value = value.get(name, 0.0)
        elif isinstance(value, list):
            value = value[int(name)] if int(name) < len(value) else 1.0
        elif isinstance(value, Part) and name in type(value).model_fields:
            value = getattr(value, name)
        else:
            raise AttributeError(f"there is no field {name[:40]!r} in {path[:80]!r}")
    return value


def with_values(system: System, values: dict[str, Any]) -> System:
    """The system with the values at these paths in place; parts that no path names are the same objects. Values must be clean."""
    parts: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        part, *keys = path.split(".")
        fields = parts.setdefault(part, _fields_of(getattr(system, part)))
        fields[keys[0]] = _put(fields[keys[0]], keys[1:], value)
    changed = {part: type(getattr(system, part)).model_validate(fields) for part, fields in parts.items()}
    return System.model_validate(_fields_of(system) | changed)


def _fields_of(part: Part) -> dict[str, Any]:
    return {key: getattr(part, key) for key in type(part).model_fields}


def _put(old: Any, keys: list[str], value: Any) -> Any:
    """What stands at the keys replaced in a part, dictionary or list; the old one stays as it is."""
    if not keys:
        return value
    key, *rest = keys
    if isinstance(old, dict):
        return old | {key: _put(old.get(key), rest, value)}
    if isinstance(old, list):
        listed, index = list(old), int(key)
        if not 0 <= index < MAX_LISTED:
            raise IndexError(f"a list holds at most {MAX_LISTED:,} items")
        listed += [1.0] * (index + 1 - len(listed))
        listed[index] = _put(listed[index], rest, value)
        return listed
    fields = _fields_of(old)
    return type(old).model_validate(fields | {key: _put(fields[key], rest, value)})


def field_at(path: str) -> tuple[Any, list[Any], dict[str, float]]:
    """What the field at a path says of itself: its description, its plain types (what a list holds, of an item) and its bounds.

    Raises KeyError for a path that leads nowhere.
    """
    name, *rest = path.split(".")
    info, part = System.model_fields[name], System.model_fields[name].annotation
    while rest and isinstance(part, type) and issubclass(part, Part):
        info = part.model_fields[rest.pop(0)]
        part = info.annotation
    if not rest:
        return info, plain_types(info.annotation), _bounds(info.metadata)
    holder = plain_types(info.annotation)[0]
    held = get_args(holder)  # of a list or of a dictionary's values
    listed = get_origin(holder) is list
    if not held or len(rest) > 1 or (listed and not (rest[0].isdecimal() and int(rest[0]) < MAX_LISTED)):
        raise KeyError(path)
    if get_origin(held[-1]) is not Annotated:
        raise KeyError(path)  # what is held is no number: a list in a list, a part, a word
    annotated = get_args(held[-1])
    bounds = _bounds(annotated[1:])
    return info, [annotated[0]], bounds or (_bounds(annotated[1].metadata) if len(annotated) > 1 else {})


def plain_types(annotation: Any) -> list[Any]:
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
