"""The description of a system: every field, its bounds, and the whole as one value."""

import json
import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.system import System
from tests.engine.fields import FIELDS, SCALAR_FIELDS, SCALARS, bounds, nested, refused


class TestEveryField:
    @pytest.mark.parametrize(("path", "name", "info"), FIELDS)
    def test_has_help_and_hints(self, path, name, info):
        assert info.description, "no help"
        assert len(info.description) > 5
        assert info.description[0].isupper()
        assert info.description.endswith(".")
        if info.json_schema_extra is not None:  # parts have none of their own
            assert info.json_schema_extra["scale"] in ("linear", "log")
            assert isinstance(info.json_schema_extra["unit"], str)

    @pytest.mark.parametrize(("path", "name", "info"), SCALAR_FIELDS)
    def test_a_number_has_bounds_around_its_default(self, path, name, info):
        low, high = bounds(info)
        assert math.isfinite(low)
        assert math.isfinite(high)
        assert low < high
        default = info.get_default(call_default_factory=True)
        assert default is None or low <= default <= high

    @pytest.mark.parametrize(("path", "name", "info"), SCALAR_FIELDS)
    def test_a_unit_follows_from_the_name(self, path, name, info):
        suffixes = {"_ms": "ms", "_s": "s", "_gb": "GB", "_ratio": "%", "_rate": "requests/s", "_factor": "×"}
        expected = next((unit for suffix, unit in suffixes.items() if name.endswith(suffix)), None)
        if expected:
            assert info.json_schema_extra["unit"] == expected

    @pytest.mark.parametrize(("path", "name", "info"), SCALAR_FIELDS)
    def test_a_number_takes_its_bounds_and_nothing_beyond(self, path, name, info):
        low, high = bounds(info)
        whole = int in (info.annotation, *get_args(info.annotation))
        under, over = (low - 1, high + 1) if whole else (math.nextafter(low, -math.inf), math.nextafter(high, math.inf))
        field = f"{path}.{name}"
        for value in (low, high):
            System.model_validate(nested(path, name, value))
        assert refused(nested(path, name, under))[0].startswith(f"{field}: ")
        assert " is below " in refused(nested(path, name, under))[0]
        assert " is above " in refused(nested(path, name, over))[0]

    @pytest.mark.parametrize(("path", "name", "info"), SCALAR_FIELDS)
    def test_a_number_takes_no_other_kind(self, path, name, info):
        for wrong in (True, "1", "", [1], {"value": 1}, math.nan, math.inf, -math.inf, 1j, b"1", -(10**400), np.array([1.0])):
            (line,) = refused(nested(path, name, wrong))
            assert line.startswith(f"{path}.{name}: ")

    @pytest.mark.parametrize(("path", "name", "info"), SCALAR_FIELDS)
    def test_a_whole_number_takes_no_broken_one(self, path, name, info):
        if int in (info.annotation, *get_args(info.annotation)):
            assert refused(nested(path, name, bounds(info)[0] + 0.5)) != []

    @pytest.mark.parametrize(("path", "name", "info"), FIELDS)
    def test_empty_means_none_only_where_the_help_says_so(self, path, name, info):
        takes_none = type(None) in get_args(info.annotation)
        assert takes_none == ("empty: " in info.description and name != "cohorts")


class TestWholeValue:
    def test_the_defaults_are_a_system(self):
        assert System.model_validate({}) == System()
        assert System.model_validate(json.loads(System().model_dump_json())) == System()

    def test_a_system_of_everything_survives_json(self):
        system = System.model_validate(EVERYTHING)
        assert System.model_validate(json.loads(system.model_dump_json())) == system
        assert System.model_validate_json(system.model_dump_json()) == system
        for part, fields in EVERYTHING.items():
            if isinstance(fields, dict):
                changed = {
                    name for name in fields if getattr(getattr(System(), part), name) != getattr(getattr(system, part), name)
                }
                assert changed == set(fields), "the case must not name defaults"

    @given(st.data())
    @settings(max_examples=100, deadline=None)
    def test_random_systems_survive_json(self, data):
        chosen = data.draw(st.lists(st.sampled_from(SCALARS), max_size=8, unique_by=lambda field: field[:2]))
        description: dict = {}
        for path, name, info in chosen:
            low, high = bounds(info)
            whole = int in (info.annotation, *get_args(info.annotation))
            value = data.draw(st.integers(int(low), int(high)) if whole else st.floats(low, high))
            if name == "interarrival_cv" and value < 0.1:
                value = 0.0
            target = description
            for step in path.split("."):
                target = target.setdefault(step, {})
            target[name] = value
        if "shards" in description.get("database", {}):
            description["database"].pop("replicas", None)  # together they may be too many nodes
        system = System.model_validate(description)
        assert System.model_validate(json.loads(system.model_dump_json())) == system

    def test_it_cannot_be_changed(self):
        with pytest.raises(ValidationError, match="frozen"):
            System().servers.count = 3
        with pytest.raises(ValidationError, match="frozen"):
            System().servers = None

    def test_two_systems_share_nothing(self):
        first, second = System(), System()
        assert first.traffic.regions is not second.traffic.regions
        assert first.faults is not second.faults


EVERYTHING = {
    "traffic": {
        "rate": 5,
        "pattern": "steps",
        "steps": [[0, 1.5], [10, 20]],
        "recording": [[0, 3], [60, 4]],
        "regions": {"india": 1, "oceania": 0.5},
        "cohorts": [{"name": "app_1", "share": 2, "client": {"retries": 3, "backoff": "fixed"}}, {"name": "web"}],
        "interarrival_cv": 0.0,
    },
    "client": {"timeout_ms": 250.0, "retries": 2, "backoff": "exponential", "retry_budget": 0.1},
    "network": {"origin_region": "oceania", "rtt_ms": {"india": {"oceania": 150}}, "jitter_cv": 0.2},
    "balancer": {"algorithm": "consistent_hash", "hash_bound": 1.25, "max_rate": 1e4},
    "servers": {"count": 3, "queue_limit": 0, "weights": [1, 2.5], "speeds": [0.5], "shed_above": 9, "drop_expired": "at_once"},
    "cache": {"enabled": True, "capacity_items": None, "ttl_s": None, "ttl_from": "use", "on_write": "leave"},
    "database": {"queue_limit": 5, "replicas": 2, "read_from": "replicas", "lag_distribution": "exponential"},
    "faults": [
        {"kind": "crash", "tier": "database", "index": 1, "at_s": 3},
        {"kind": "recover", "tier": "database", "index": 1, "at_s": 9},
        {"kind": "slow", "factor": 0.25},
        {"kind": "fail_fast", "index": 2, "ratio": 0.5, "passes_checks": False},
    ],
}
"""Every kind of field, none at its default."""
