"""A result as text: groups, units, digits, absent values."""

import json
import math

import pandas as pd
import pytest

from engine import System, table
from tests.engine.pretended import Pretended

TABLE = """\
100,000 requests in 81.25 s (compiled engine, seed 7)

Traffic
  offered rate         1,234 requests/s

Errors
  error rate            2.50 %
  timeout               2.50 %
  refused               0.00 %

Latency
  latency p99          12.35 ms          11.50 – 13.00
  latency p999             –

Where the time goes
  server cpu            5.00 ms

Servers
  server utilisation   70.00 %

Database
  stale read ratio         –
  replication lag p95  0.012 ms
  lost writes              3

Availability and cost
  cost per million ok   1.50 $

Other
  something new            7

Last column: 95 % confidence interval.
"""
"""SUMMARY as a person would write it: 1234.5 rounds to even, 12.345 to 12.35 (its nearest double lies above)."""


class TestTable:
    def test_groups_units_and_intervals(self):
        assert table.as_table(Pretended().result) + "\n" == TABLE

    @pytest.mark.parametrize("system", [{"traffic": {"pattern": "daily"}}, {"faults": [{"kind": "crash"}]}])
    def test_there_are_no_intervals_unless_the_run_is_steady(self, system):
        assert "interval" not in table.as_table(Pretended(system=System.model_validate(system)).result)

    def test_what_else_the_reader_should_know_stands_at_the_top(self):
        lines = table.as_table(Pretended(note="no compiler here", stopped="too many events").result).splitlines()
        assert lines[1:3] == ["no compiler here", "Stopped early: too many events"]

    def test_cohorts_of_clients_have_lines_of_their_own(self):
        cohorts = pd.DataFrame({"name": ["app", "web"], "sent": [1_200, 3], "error_rate": [0.25, math.nan]})
        cohorts["latency_mean_ms"] = [7.125, math.nan]
        result = Pretended(cohorts=cohorts).result
        lines = [" ".join(line.split()) for line in table.as_table(result).splitlines()]
        first = lines.index("Cohorts") + 1
        assert lines[first : first + 3] == ["app: sent 1,200", "app: error rate 25.00 %", "app: latency mean 7.12 ms"]
        assert lines[first + 3 : first + 6] == ["web: sent 3", "web: error rate –", "web: latency mean –"]
        assert json.loads(table.as_json(result))["cohorts"][1] == {
            "name": "web",
            "sent": 3,
            "error_rate": None,
            "latency_mean_ms": None,
        }

    def test_json_has_the_metric_names_and_null_where_there_is_nothing(self):
        printed = json.loads(table.as_json(Pretended().result))
        assert (printed["latency_p99_ms"], printed["errors.timeout"], printed["something_new"]) == (12.345, 0.025, 7)
        assert (printed["latency_p999_ms"], printed["stale_read_ratio"]) == (None, None)
        assert (printed["engine"], printed["seed"], printed["stopped"]) == ("compiled", 7, "")
        assert (printed["requests_sent"], printed["duration_s"]) == (100_000, 81.25)


class TestWords:
    @pytest.mark.parametrize(
        ("name", "unit", "label", "group"),
        [
            ("throughput", "requests/s", "throughput", "Traffic"),
            ("error_rate", "%", "error rate", "Errors"),
            ("errors.unavailable", "%", "unavailable", "Errors"),
            ("latency_mean_ms", "ms", "latency mean", "Latency"),
            ("latency_by_stage_ms.retry_wait", "ms", "retry wait", "Where the time goes"),
            ("queue_length_mean", "", "queue length mean", "Servers"),
            ("load_imbalance", "", "load imbalance", "Servers"),
            ("cache_hit_ratio", "%", "cache hit ratio", "Cache and CDN"),
            ("cdn_offload", "%", "cdn offload", "Cache and CDN"),
            ("database_utilisation", "%", "database utilisation", "Database"),
            ("read_your_writes_violations", "", "read your writes violations", "Database"),
            ("unavailable_s", "s", "unavailable", "Availability and cost"),
            ("write_unavailable_s", "s", "write unavailable", "Availability and cost"),
            ("keys_moving", "", "keys moving", "Database"),
            ("cost_per_hour", "$", "cost per hour", "Availability and cost"),
        ],
    )
    def test_unit_label_and_group_of_a_metric(self, name, unit, label, group):
        assert (table.unit_of(name), table.label_of(name), table.group_of(name)) == (unit, label, group)

    @pytest.mark.parametrize(
        ("value", "unit", "text"),
        [
            (None, "ms", "–"),
            (math.nan, "%", "–"),
            (math.inf, "s", "–"),
            (0, "", "0"),
            (0.0, "ms", "0.00"),
            (1_234_567, "", "1,234,567"),
            (99_999.6, "requests/s", "100,000"),
            (0.5, "%", "50.00"),
            (0.00012, "ms", "0.00012"),
        ],
    )
    def test_a_value_has_the_digits_a_reader_can_use(self, value, unit, text):
        assert table.shown(value, unit) == text
