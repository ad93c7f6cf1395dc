"""What is wrong with a description is said in one line a field, whatever was given."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from engine.system import System
from engine.system.base import MAX_LISTED
from engine.system.errors import MAX_LINES, explain
from engine.system.traffic import MAX_RECORDING_POINTS
from tests.engine.fields import FAULTS, FIELDS, nested, refused

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


class TestWrongShapes:
    @pytest.mark.parametrize(
        ("description", "lines"),
        [
            ([], ["system: [] is not an object of names and values"]),
            (None, ["system: null is not an object of names and values"]),
            ("{}", ["system: '{}' is not an object of names and values"]),
            (0, ["system: 0 is not an object of names and values"]),
            ({"servers": None}, ["servers: null is not an object of names and values"]),
            ({"servers": [1]}, ["servers: [1] is not an object of names and values"]),
            ({"servers": {"count": 0}}, ["servers.count: 0 is below 1"]),
            (
                {"servers": {"count": 5_000, "vcpus": 2.5}},
                ["servers.count: 5,000 is above 1,000", "servers.vcpus: 2.5 is not a whole number"],
            ),
            ({"servers": {"count": True}}, ["servers.count: true is not a whole number"]),
            ({"servers": {"count": np.int64(3)}}, ["servers.count: a value of type int64 is not a whole number"]),
            ({"traffic": {"rate": math.nan}}, ["traffic.rate: nan is not a finite number"]),
            ({"traffic": {"rate": "fast"}}, ["traffic.rate: 'fast' is not a number"]),
            ({"traffic": {"rate": 10**400}}, ["traffic.rate: a whole number of 1,329 bits is too large for a number"]),
            ({"cache": {"enabled": 1}}, ["cache.enabled: 1 is neither true nor false"]),
            ({"server": {}}, ["server: there is no such field; did you mean servers?"]),
            ({"servers": {"cout": 3}}, ["servers.cout: there is no such field; did you mean count?"]),
            (
                {"client": {"zzz": 3}},
                [
                    "client.zzz: there is no such field; there are timeout_ms, retries, backoff, backoff_ms, backoff_cap_ms, "
                    "retry_budget"
                ],
            ),
            ({1: 2}, ["[1]: the name of a field must be text"]),
            ({b"servers": {}}, ["b'servers': the name of a field must be text"]),
            ({"traffic": {"steps": [[0, 5], [1]]}}, ["traffic.steps[1][1]: is missing"]),
            ({"traffic": {"steps": [[0, 5, 6]]}}, ["traffic.steps[0]: has 3 entries; at most 2 are allowed"]),
            (
                {"traffic": {"steps": [["0", True]]}},
                ["traffic.steps[0][0]: '0' is not a number", "traffic.steps[0][1]: true is not a number"],
            ),
            ({"traffic": {"steps": ["ab"]}}, ["traffic.steps[0]: 'ab' is not a list"]),
            ({"traffic": {"steps": [{1, 2}]}}, ["traffic.steps[0]: {1, 2} is not a list"]),
            ({"traffic": {"steps": {0: 1}}}, ["traffic.steps: {0: 1} is not a list"]),
            ({"traffic": {"regions": {}}}, ["traffic.regions: has 0 entries; at least 1 are allowed"]),
            ({"traffic": {"cohorts": [{"name": "A b"}]}}, ["traffic.cohorts[0].name: 'A b' does not fit the pattern ^[a-z0-9_]+$"]),
            ({"traffic": {"cohorts": [{"name": ""}]}}, ["traffic.cohorts[0].name: must not be empty"]),
            (
                {"traffic": {"cohorts": [{"name": "a" * 41}]}},
                [f"traffic.cohorts[0].name: '{'a' * 41}' has more than 40 characters"],
            ),
            (
                {"traffic": {"cohorts": [{"client": {"retrys": 3}}]}},
                ["traffic.cohorts[0].client.retrys: there is no such field; did you mean retries?"],
            ),
            ({"network": {"rtt_ms": {"india": {"oceania": -1}}}}, ["network.rtt_ms.india.oceania: -1 is below 0"]),
            ({"faults": {}}, ["faults: {} is not a list"]),
            ({"faults": ["crash"]}, ["faults[0]: 'crash' is not an object of names and values"]),
            ({"faults": [{}]}, ["faults[0]: it does not say its kind, such as 'crash'"]),
            ({"faults": [{"kind": "slow"}, {"kind": "slow", "factor": 0}]}, ["faults[1].factor: 0 is below 0.001"]),
            ({"faults": [{"kind": "slow", "facto": 2}]}, ["faults[0].facto: there is no such field; did you mean factor?"]),
            ({"faults": [{"kind": "fail_fast", "tier": "database"}]}, ["faults[0].tier: 'database' is not 'servers'"]),
        ],
        ids=lambda value: repr(value)[:60],
    )
    def test_each_is_explained_in_one_line(self, description, lines):
        assert refused(description) == lines

    def test_an_unknown_option_is_answered_with_the_known_ones(self):
        (line,) = refused({"balancer": {"algorithm": "least_conn"}})
        assert line.startswith("balancer.algorithm: 'least_conn' is not one of 'round_robin', 'weighted_round_robin'")
        (line,) = refused({"faults": [{"kind": "bang"}]})
        assert line.startswith("faults[0]: its kind 'bang' is not one of 'crash', 'recover'")
        (line,) = refused({"traffic": {"regions": {"mars": 1}}})
        assert line.startswith("traffic.regions: 'mars' is not one of 'north_america_east'")
        (line,) = refused({"traffic": {"regions": {1: 1}}})
        assert line.startswith("traffic.regions: 1 is not one of")

    def test_enormous_lists_are_one_mistake(self):
        longest = {"steps": MAX_LISTED, "recording": MAX_RECORDING_POINTS}
        for name, limit in longest.items():
            description = {"traffic": {name: [["x", "y"]] * (limit + 1)}}
            assert refused(description) == [f"traffic.{name}: has {limit + 1:,} entries; at most {limit:,} are allowed"]
        assert refused({"faults": [{"kind": "crash"}] * 1_001}) == ["faults: has 1,001 entries; at most 1,000 are allowed"]
        assert refused({"servers": {"speeds": [1.0] * 1_001}}) == ["servers.speeds: has 1,001 entries; at most 1,000 are allowed"]
        assert refused({"traffic": {"functions": {f"f{number}": 1.0 for number in range(101)}}}) == [
            "traffic.functions: has too many entries; at most 100 are allowed"
        ]

    def test_many_mistakes_are_cut(self):
        lines = refused({f"field_{number}": 1 for number in range(1_000)})
        assert len(lines) == MAX_LINES + 1
        assert lines[-1] == f"… and {1_000 - MAX_LINES:,} more"
        assert refused({"x" * 1_000_000: "y" * 1_000_000})[0].startswith("x" * 59 + "…: there is no such field")

    def test_deep_values_are_explained_shortly(self):
        deep: object = 1
        for _ in range(10_000):
            deep = [deep]
        for description in (deep, {"servers": deep}, {"servers": {"count": deep}}, {"faults": deep}, {"traffic": {"steps": deep}}):
            assert all(len(line) < 200 for line in refused(description))
        circular: dict = {}
        circular["servers"] = circular
        assert refused(circular)[0].startswith("servers.servers: there is no such field")

    @given(st.sampled_from(FIELDS).map(lambda field: field.values[:2]).filter(lambda field: "." not in field[0]), ANY)
    @settings(max_examples=500, deadline=None)
    def test_any_value_in_any_field_is_taken_or_explained(self, field, value):
        path, name = field
        in_a_fault = path[:1].isupper()
        kind = next((fault.model_fields["kind"].default for fault in FAULTS if fault.__name__ == path), None)
        description = {"faults": [{"kind": kind, name: value}]} if in_a_fault else nested(path, name, value)
        try:
            System.model_validate(description)
        except ValidationError as error:
            lines = explain(error)
            where = "faults[0]" if in_a_fault else f"{path}.{name}".lstrip(".")
            assert lines
            assert all(line.startswith(where) and len(line) < 500 for line in lines)


class TestRelations:
    @pytest.mark.parametrize(
        ("traffic", "line"),
        [
            ({"interarrival_cv": 0.05}, "interarrival_cv: 0.05 is too small to draw"),
            ({"regions": {"india": 0.0}}, "regions: the weights sum to 0"),
            ({"cohorts": [{"share": 0.0}]}, "cohorts: the shares sum to 0"),
            ({"cohorts": [{}, {"name": "web"}, {}]}, "cohorts: more than one is called 'everyone'; give each a name of its own"),
            ({"pattern": "steps"}, "steps: the pattern is 'steps', so give at least one"),
            ({"pattern": "recorded"}, "recording: the pattern is 'recorded', so give at least two"),
            ({"pattern": "recorded", "recording": [[0, 5]]}, "recording: the pattern is 'recorded', so give at least two"),
            ({"pattern": "recorded", "recording": [[0, 0], [1, 0]]}, "recording: the pattern is 'recorded', so give at least two"),
            ({"pattern": "recorded", "recording": [[0, 5e-324], [1, 0]]}, "recording: the pattern is 'recorded'"),
            ({"steps": [[1, 5], [1, 6]]}, "steps: the times must rise, but 1 follows 1"),
            ({"recording": [[5, 5], [1.5, 6]]}, "recording: the times must rise by at least 0.0001 s, but 1.5 follows 5"),
            ({"recording": [[0, 5], [5e-324, 6]]}, "recording: the times must rise by at least 0.0001 s, but 5e-324 follows 0"),
            (
                {"recording": [[0, 5], [1e8, 6]], "recording_speed": 0.01},
                "recording_speed: at 0.01 the recording of 100,000,000 s would last more than 1,000,000,000 s",
            ),
            ({"loop": "closed", "pattern": "daily"}, "loop: a closed loop has no arrival rate"),
            ({"loop": "closed", "users": 100_001}, "users: a closed loop follows each user; at most 100,000 of them, not 100,001"),
        ],
    )
    def test_fields_that_contradict_each_other_are_named(self, traffic, line):
        (found,) = refused({"traffic": traffic})
        assert found.startswith(f"traffic.{line}")

    @pytest.mark.parametrize(
        ("description", "line"),
        [
            (
                {"faults": [{"kind": "crash"}, {"kind": "crash", "index": 2}]},
                "faults[1].index: there are 2 servers nodes, from 0 to 1",
            ),
            (
                {"faults": [{"kind": "slow", "tier": "database", "index": 1}]},
                "faults[0].index: there are 1 database nodes, from 0 to 0",
            ),
            (
                {"servers": {"count": 201}, "balancer": {"algorithm": "consistent_hash", "virtual_nodes": 1_000}},
                "balancer.virtual_nodes: with these servers and weights the ring would have 201,000 points; at most 200,000",
            ),
        ],
    )
    def test_parts_that_contradict_each_other_are_named(self, description, line):
        (found,) = refused(description)
        assert found.startswith(line)

    def test_what_just_fits(self):
        System.model_validate({"servers": {"count": 3}, "faults": [{"kind": "crash", "index": 2}]})
        System.model_validate({"servers": {"count": 200}, "balancer": {"algorithm": "consistent_hash", "virtual_nodes": 1_000}})
        for traffic in (
            {"interarrival_cv": 0.1},
            {"regions": {"india": 0.0, "oceania": 1e-9}},
            {"pattern": "recorded", "recording": [[0, 0], [1, 1e12]]},
            {"recording": [[0, 5], [1e8, 6]], "recording_speed": 0.1},
            {"loop": "closed", "users": 100_000},
        ):
            System.model_validate({"traffic": traffic})


class TestExplain:
    def test_a_part_alone_is_explained_too(self):
        servers = System.model_fields["servers"].annotation
        with pytest.raises(ValidationError) as caught:
            servers.model_validate({"count": 0, "cout": 1})
        assert explain(caught.value) == ["count: 0 is below 1", "cout: there is no such field; did you mean count?"]

    def test_a_model_it_does_not_know_is_explained_all_the_same(self):
        class Stranger(BaseModel, extra="forbid"):
            when: complex = 0

        with pytest.raises(ValidationError) as caught:
            Stranger.model_validate({"when": "never", "where": 1})
        lines = explain(caught.value)
        assert lines[0].startswith("when: 'never': ")
        assert lines[1] == "where: there is no such field"
