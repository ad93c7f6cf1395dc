"""The tables that are taken along: what a spreadsheet would run is quoted, and the rows say what the run says."""

import csv
import io

import numpy as np
import pytest

from dashboard.experiment import tables
from dashboard.experiment.run import whole_run
from engine import System
from engine.log import STAGES


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+2", "'=1+2"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
        ("europe_west", "europe_west"), ("a=1", "a=1"), (-1.5, "-1.5"), (np.float64(-2), "-2"), (np.int64(-3), "-3"), (None, ""),
        (True, "True"), (["=x"], "['=x']"),
    ],
)  # fmt: skip
def test_text_that_would_be_a_formula_is_quoted_and_numbers_are_not(value, written):
    assert tables.cell(value) == written


def test_commas_quotes_and_line_ends_stay_in_their_cell():
    text = tables.csv_text(["a", "b"], [['x,"y"', "two\nlines"]])
    assert list(csv.reader(io.StringIO(text))) == [["a", "b"], ['x,"y"', "two\nlines"]]


@pytest.fixture(scope="module")
def result():
    system = System.model_validate(
        {"traffic": {"rate": 200.0, "regions": {"europe_west": 1, "india": 1}}, "client": {"timeout_ms": 200.0}}
    )
    return whole_run(system, 5, 4_000, 2_000)


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_summary_holds_every_metric_and_how_to_run_it_again(result):
    rows = {row["name"]: row for row in read(tables.summary_csv(result))}
    assert float(rows["goodput"]["value"]) == pytest.approx(result.summary()["goodput"])
    assert rows["seed"]["value"] == "5"
    assert rows["system.traffic.rate"]["value"] == "200"
    assert "system.servers.count" not in rows, "a field as by default need not be told"


def test_the_timeline_has_a_row_a_window(result):
    rows = read(tables.timeline_csv(result))
    assert len(rows) == len(result.timeline)
    assert float(rows[3]["throughput"]) == pytest.approx(result.timeline["throughput"][3])


def test_the_stages_of_the_sampled_requests_sum_to_their_latency(result):
    rows = read(tables.requests_csv(result))
    assert 100 < len(rows) <= tables.SAMPLE
    assert {row["region"] for row in rows} == {"europe_west", "india"}
    for row in rows:
        assert sum(round(1_000 * float(row[f"{stage}_ms"])) for stage in STAGES) == round(1_000 * float(row["latency_ms"]))
