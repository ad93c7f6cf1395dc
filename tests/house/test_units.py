"""A quantity carries its unit in its name: `_s`, `_ms`, `_ratio`, …; a number without a unit is listed here."""

import ast

import pytest
from pydantic import BaseModel

from engine.system import System
from tests.house.tree import python_sources

SUFFIX_OF_UNIT = {
    "s": ("_s",),
    "ms": ("_ms",),
    "GB": ("_gb",),
    "MB": ("_mb", "_mb_per_request"),
    "requests/s": ("rate", "ramp_to"),
    "$": ("_hour", "_month", "_price", "_requests"),
    "kB": ("_kb",),
}
"""What the name of a system's field ends in, by the unit that a slider shows."""
UNITS = ("_s", "_ms", "_ns", "_us", "_gb", "_mb", "_kb", "_bytes", "_hour", "_month", "_percent")
BARE = ("_ratio", "_ratios", "_count", "_cv", "_factor", "_items", "_limit", "_index", "rate", "_shares", "_quantile")
"""Suffixes that say: a share, a number of things, or a rate per second, which are units enough."""

SYSTEM_WITHOUT_UNIT = {
    "min", "max", "target_utilisation", "tolerance", "hash_bound", "virtual_nodes", "unhealthy_after", "healthy_after", "nodes",
    "ttl_jitter", "retries", "retry_budget", "share", "failures", "index", "connections", "replicas", "apply_cost", "shards",
    "ratio", "factor", "count", "vcpus", "workers", "contention", "coherency", "weights", "speeds", "shed_above",
    "recording_speed", "connections_per_vcpu", "items", "popularity", "users", "zones", "shard",
}  # fmt: skip
FLOATS_WITHOUT_UNIT = {
    "value",
    "price",
    "utilisation",
    "in_system",
    "queue_length",
    "throughput",
    "goodput",
    "first",
    "second",
    "third",
}
TIME_WORDS = {"time", "timeout", "wait", "delay", "interval", "pause", "duration", "age", "lag", "latency", "ttl", "until"}


def parts(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The model and all models within it, faults and cohorts too."""
    found = [model]
    for info in model.model_fields.values():
        found += [inner for kind in _models(info.annotation) for inner in parts(kind)]
    return found


def _models(annotation) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in getattr(annotation, "__args__", ()) for model in _models(argument)]


def numeric(annotation) -> bool:
    """Whether the annotation is a number, an optional number or a list of numbers."""
    return annotation in (int, float) or any(numeric(argument) for argument in getattr(annotation, "__args__", ()))


FIELDS = [
    pytest.param(name, (info.json_schema_extra or {}).get("unit", ""), id=f"{part.__name__}.{name}")
    for part in dict.fromkeys(parts(System))
    for name, info in part.model_fields.items()
    if numeric(info.annotation) and name not in ("steps", "recording", "rtt_ms", "regions", "functions")
]


def misnamed(name: str, unit: str) -> str:
    """What is wrong with a field's name for the unit that it shows; empty when nothing is."""
    if unit in SUFFIX_OF_UNIT and not name.endswith(SUFFIX_OF_UNIT[unit]):
        return f"{name} is shown in {unit}, so its name should end in {' or '.join(SUFFIX_OF_UNIT[unit])}"
    if unit not in SUFFIX_OF_UNIT and name.endswith(UNITS):
        return f"{name} ends in a unit, but is shown in {unit or 'none'}"
    if unit not in SUFFIX_OF_UNIT and not name.endswith(BARE) and name not in SYSTEM_WITHOUT_UNIT:
        return f"{name} has no unit in its name; give it one, or list it as a number without"
    return ""


@pytest.mark.parametrize(("name", "unit"), FIELDS)
def test_a_field_of_the_system_is_named_after_its_unit(name, unit):
    assert misnamed(name, unit) == ""


def test_all_parts_of_the_system_are_looked_at():
    assert {"System", "Traffic", "Cohort", "Client", "Servers", "Cache", "Database", "Breaker", "FailFast"} <= {
        part.__name__ for part in parts(System)
    }


def test_the_list_of_numbers_without_unit_names_only_fields():
    assert {field.values[0] for field in FIELDS} >= SYSTEM_WITHOUT_UNIT


@pytest.mark.parametrize(("name", "unit"), [("timeout", "ms"), ("timeout_ms", "s"), ("pause", ""), ("backoff_s", "")])
def test_the_rule_sees_a_misnamed_field(name, unit):
    assert misnamed(name, unit)


def unitless(source: str) -> list[str]:
    """Numbers of dataclasses and named tuples that hide their unit: any float, and an int whose name speaks of time."""
    found = []
    for owner in ast.walk(ast.parse(source)):
        if not (isinstance(owner, ast.ClassDef) and _is_record(owner)):
            continue
        for field in owner.body:
            if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)) or field.target.id.startswith("_"):
                continue
            name, kind = field.target.id, ast.unparse(field.annotation)
            if name.endswith(UNITS + BARE):
                continue
            hidden = (
                name not in FLOATS_WITHOUT_UNIT
                if "float" in kind and "tuple" not in kind
                else "int" in kind and TIME_WORDS & {*name.split("_")}
            )
            if hidden:
                found.append(f"{owner.name}.{name}")
    return found


def _is_record(owner: ast.ClassDef) -> bool:
    marks = [ast.unparse(mark) for mark in (*owner.decorator_list, *owner.bases)]
    return any("dataclass" in mark or "NamedTuple" in mark for mark in marks)


@pytest.mark.parametrize(("name", "source"), [pytest.param(*pair, id=pair[0]) for pair in python_sources("engine/")])
def test_a_record_of_the_engine_names_its_units(name, source):
    assert unitless(source) == []


@pytest.mark.parametrize("line", ["waiting: float", "timeout: int", "mean_lag: int = 0", "speed: float | None = None"])
def test_the_rule_sees_a_record_without_units(line):
    assert unitless(f"@dataclass(frozen=True)\nclass A:\n    {line}")
