"""Look inside: the proof counts what differs, theory stands beside a run, listings and the model's text are their files."""

import dataclasses
import math

import numpy as np
import pytest

from dashboard import inside, prove
from dashboard.listing import REFERENCE, TIERS, listing, pieces, source
from dashboard.memo import Memo
from dashboard.model_text import MODEL, parsed, runs, sections
from dashboard.situations import SITUATIONS
from engine import System, simulate
from engine.log import COLUMNS, COUNTED


def test_both_engines_agree_on_the_default_system():
    proof = prove.prove(System(), 1)
    assert (proof["rows"], proof["differing"], proof["counters_differing"]) == (300, 0, 0)
    assert [column["name"] for column in proof["columns"]] == list(COLUMNS)
    assert proof["counters"] == len(COUNTED)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_both_engines_agree_on_every_system_that_can_be_chosen(situation):
    proof = prove.prove(situation.system, situation.seed)
    assert proof["requests"] == prove.REQUESTS
    assert (proof["differing"], proof["counters_differing"]) == (0, 0)


def test_what_differs_is_counted_by_row_and_by_column():
    one = simulate(System(), requests=50, seed=1)
    rows = one.rows.copy()
    rows[3, list(COLUMNS).index("ended")] += 1
    rows[7, list(COLUMNS).index("ended")] += 1
    rows[7, list(COLUMNS).index("server")] += 1
    proof = prove.compared(one, dataclasses.replace(one, rows=rows[:49]))
    differing = {column["name"]: column["differing"] for column in proof["columns"]}
    assert (proof["rows"], proof["differing"]) == (50, 3), "two rows, and one that is missing"
    assert (differing["ended"], differing["server"], differing["user"]) == (3, 2, 1)


def test_counters_that_differ_are_seen():
    one, other = (simulate(System(), requests=50, seed=seed) for seed in (1, 2))
    assert prove.compared(one, other)["counters_differing"] > 0
    assert prove.compared(one, one)["counters_differing"] == 0


def test_theory_stands_beside_the_run():
    """One vCPU at 50 % with exponential times: the mean wait is as long as the service, 5 ms (M/M/1)."""
    system = System.model_validate({
        "traffic": {"rate": 100.0, "static_ratio": 1.0}, "servers": {"count": 1, "vcpus": 1, "cpu_ms": 5.0}
    })  # fmt: skip
    table = prove.theory(system, 1, Memo())
    queue = next(row for row in table["rows"] if row["metric"] == "latency_by_stage_ms.server_queue")
    assert queue["predicted"] == pytest.approx(5.0)
    assert queue["low"] < queue["measured"] < queue["high"]
    assert queue["inside"] == (queue["low"] <= 5.0 <= queue["high"])
    assert all(row["failing"] or math.isfinite(row["predicted"]) for row in table["rows"])


def test_an_assumption_that_fails_is_said_instead():
    system = System.model_validate({"servers": {"speeds": [0.5]}})
    rows = {row["metric"]: row for row in prove.theory(system, 1, Memo())["rows"]}
    assert rows["server_utilisation"]["predicted"] is None
    assert "differ in speed" in rows["server_utilisation"]["failing"]


def test_a_chain_that_takes_seconds_to_solve_is_left_out():
    system = System.model_validate({"servers": {"count": 4}, "balancer": {"algorithm": "least_connections"}})
    rows = prove.beside(system, simulate(system, requests=1_000, seed=1))["rows"]
    assert any("takes seconds to solve" in (row["failing"] or "") for row in rows)


def test_a_system_that_is_full_has_no_intervals():
    system = System.model_validate({"traffic": {"rate": 300.0}, "servers": {"count": 1, "vcpus": 1, "cpu_ms": 10.0}})
    rows = prove.beside(system, simulate(system, requests=5_000, seed=1))["rows"]
    assert all(row["low"] is None for row in rows)


def test_a_prediction_outside_its_interval_is_called_outside():
    result = simulate(System(), requests=20_000, seed=1)
    rows = [row for row in prove.beside(System(), result)["rows"] if row["inside"] is not None]
    assert rows
    for row in rows:
        assert row["inside"] == (row["low"] <= row["predicted"] <= row["high"])


@pytest.mark.parametrize(
    "raw", [None, 7, [], {"tier": 3}, {"system": ["x"]}, {"seed": -1}, {"seed": True}, {"work": "prove"}, {"work": [[]]}]
)
def test_what_a_stranger_asks_for_is_answered_with_the_beginning(raw):
    told = inside.answer(raw)
    assert (told["tier"], set(told)) == (inside.FIRST_TIER, {"tier", "lines", "chosen"})


def test_what_is_asked_for_is_answered():
    told = inside.answer({"tier": "cache", "system": "stampede", "seed": 7, "work": ["prove"]})
    assert told["tier"] == "cache"
    assert (told["prove"]["system"], told["prove"]["seed"], told["prove"]["differing"]) == ("stampede", 7, 0)
    assert "theory" not in told


def test_every_file_of_the_reference_can_be_read():
    assert {path.stem for path in REFERENCE.glob("*.py")} == set(TIERS)
    with pytest.raises(KeyError):
        source("../run")


@pytest.mark.parametrize("tier", TIERS)
def test_a_listing_is_its_file(tier):
    assert ["".join(text for _, text in line) for line in listing(tier)] == source(tier).splitlines()


def test_pieces_are_marked_by_what_they_are():
    lines = pieces('@mark\ndef f(a):\n    """Two\n    lines."""\n    return a + 1.5  # why\n')
    assert lines[0] == [("keyword", "@"), ("", "mark")]
    assert lines[1] == [("keyword", "def"), ("", " "), ("name", "f"), ("", "(a):")]
    assert lines[2] == [("", "    "), ("string", '"""Two')]
    assert lines[3] == [("string", '    lines."""')]
    assert lines[4] == [("", "    "), ("keyword", "return"), ("", " a + "), ("number", "1.5"), ("", "  "), ("comment", "# why")]


def test_the_models_sections_hold_every_word_of_the_file():
    def words(blocks):
        for block in blocks:
            lines = (
                [block["runs"]]
                if "runs" in block
                else block.get("items") or [cell for row in [block["head"], *block["rows"]] for cell in row]
            )
            yield from (word for line in lines for _, text in line for word in text.split())

    text = MODEL.read_text(encoding="utf-8")
    shown = " ".join(word for section in sections() for word in words(section["blocks"]))
    assert [section["number"] for section in sections()] == list(range(1, len(sections()) + 1))
    for sentence in ("Time is whole nanoseconds (int64) since the start of the run.", "Refusing costs nothing.", "quorum reads"):
        assert sentence in shown
        assert sentence in " ".join(text.replace("*", "").split())
    assert len(shown) > 0.85 * len(text[text.index("## 1.") :])


def test_a_text_becomes_blocks():
    text = "# T\n\nintro\n\n## 1. One, two\n\nA *b* **c** `d` [e](#f).\n\n* x\n  y\n* z\n\n"
    text += "| a | b |\n| --- | --- |\n| 1 | 2 |\n\n### Sub\n\nend"
    (section,) = parsed(text)
    assert (section["number"], section["title"]) == (1, "One, two")
    paragraph, listed, table, heading, end = section["blocks"]
    assert paragraph["runs"] == [
        ("", "A "),
        ("em", "b"),
        ("", " "),
        ("strong", "c"),
        ("", " "),
        ("code", "d"),
        ("", " "),
        ("", "e"),
        ("", "."),
    ]
    assert listed["items"] == [[("", "x y")], [("", "z")]]
    assert (table["head"], table["rows"]) == ([[("", "a")], [("", "b")]], [[[("", "1")], [("", "2")]]])
    assert (heading["kind"], end["runs"]) == ("heading", [("", "end")])


def test_what_the_reader_does_not_know_is_refused():
    with pytest.raises(ValueError, match="level 4"):
        parsed("## 1. A\n\n#### deeper")
    with pytest.raises(ValueError, match="differ in length"):
        parsed("## 1. A\n\n| a | b |\n| --- |")


def test_numbers_with_stars_stay_as_they_are():
    assert runs("2 * 3 * 4") == [("", "2 * 3 * 4")]
    assert isinstance(np.float64(1.0), float), "what a formula gives goes into JSON as it is"
