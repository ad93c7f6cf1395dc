"""What is wrong with a system's description, in one line a field, for whoever wrote it.

Knows how validation fails; it does not know where the lines are shown.
A validator of a part begins its message with the field's name (or its path: "faults.0.index") and a colon; the rest is done here.
"""

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import ValidationError

from engine.system.base import Part
from engine.system.shown import shown

MAX_LINES = 20
"""Lines that are given at most: a thousand wrong entries are one mistake, not a thousand."""

_NOT_A = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "an object of names and values",
    "model_type": "an object of names and values",
    "model_attributes_type": "an object of names and values",
}


def explain(error: ValidationError) -> list[str]:
    """Say for each wrong field what was given and what is allowed: "servers.count: 0 is below 1"."""
    found = error.errors(include_url=False)
    lines = [_line(error.title, item) for item in found[:MAX_LINES]]
    if len(found) > MAX_LINES:
        lines.append(f"… and {len(found) - MAX_LINES:,} more")
    return lines


def _line(title: str, item: dict[str, Any]) -> str:
    path, part = _locate(title, item["loc"])
    reason = _reason(item, part)
    if item["type"] == "value_error":
        name, colon, rest = str(item["ctx"]["error"]).partition(": ")
        steps = [int(step) if step.isdigit() else step for step in name.split(".")]
        if colon and all(isinstance(step, int) or step.isidentifier() for step in steps):
            reason = rest
            for step in steps:
                path += _joint(path, step)
    return f"{path or title.lower()}: {reason}"


def _locate(title: str, steps: tuple[int | str, ...]) -> tuple[str, type[Part] | None]:
    """Turn a place in the input into the path a person would write, and find the part that this place is in."""
    options = [part for part in _all_parts(Part) if part.__name__ == title]
    path, part = "", options[0] if options else None
    for place, step in enumerate(steps):
        chosen = [option for option in options if _kind(option) == step]
        if step == "[key]" and place == len(steps) - 1:
            path = path[: -len(_joint(path, steps[place - 1]))]  # the name itself is wrong: point at what holds it
        elif chosen:
            part, options = chosen[0], chosen  # the kind of a fault chooses its class; it is no place in the input
        else:
            path += _joint(path, step)
            if part and step in part.model_fields:
                options = list(_parts_in(part.model_fields[step].annotation))
                part = options[0] if len(options) == 1 else part
    return path, part


def _joint(path: str, step: int | str) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return ("." if path else "") + (step if len(step) <= 60 else step[:59] + "…")


def _all_parts(part: type[Part]) -> list[type[Part]]:
    return [part, *(below for child in part.__subclasses__() for below in _all_parts(child))]


def _parts_in(annotation: Any) -> set[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return {annotation}
    return set().union(*(_parts_in(inner) for inner in get_args(annotation)))


def _kind(part: type[Part]) -> str | None:
    return part.model_fields["kind"].default if "kind" in part.model_fields else None


def _reason(item: dict[str, Any], part: type[Part] | None) -> str:
    value, limits = shown(item["input"]), item.get("ctx", {})
    match item["type"]:
        case "greater_than_equal":
            return f"{value} is below {shown(limits['ge'])}"
        case "less_than_equal":
            return f"{value} is above {shown(limits['le'])}"
        case "float_type" if type(item["input"]) is int:
            return f"{value} is too large for a number"
        case kind if kind in _NOT_A:
            return f"{value} is not {_NOT_A[kind]}"
        case "bool_type":
            return f"{value} is neither true nor false"
        case "literal_error":
            return f"{value} is not {limits['expected'] if ',' not in limits['expected'] else 'one of ' + limits['expected']}"
        case "union_tag_invalid":
            return f"its kind {shown(limits['tag'])} is not one of {limits['expected_tags']}"
        case "union_tag_not_found":
            return "it does not say its kind, such as 'crash'"
        case "extra_forbidden":
            return _unknown(str(item["loc"][-1]), part)
        case "invalid_key":
            return "the name of a field must be text"
        case "too_long" | "too_short":
            longest, has = limits.get("max_length"), limits["actual_length"]
            allowed = f"at most {longest:,}" if longest is not None else f"at least {limits['min_length']:,}"
            return f"has {shown(has) if has is not None else 'too many'} entries; {allowed} are allowed"
        case "missing":
            return "is missing"
        case "string_too_long":
            return f"{value} has more than {limits['max_length']} characters"
        case "string_too_short":
            return "must not be empty"
        case "string_pattern_mismatch":
            return f"{value} does not fit the pattern {limits['pattern']}"
        case "value_error":
            return str(limits["error"])
    return f"{value}: {item['msg']}"


def _unknown(name: str, part: type[Part] | None) -> str:
    known = list(part.model_fields) if part else []
    close = get_close_matches(name, known, n=1)
    if close:
        return f"there is no such field; did you mean {close[0]}?"
    return f"there is no such field; there are {', '.join(known)}" if known else "there is no such field"
