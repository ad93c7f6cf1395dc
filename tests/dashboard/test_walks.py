"""Random walks over every page without a browser: whatever is moved, each answer is sound, finite, and bounded in size."""

import json
import math

import pytest

from dashboard import page as pages
from dashboard import recordings, runs
from dashboard.asks import read_ask
from tests.dashboard.pages import all_pages
from tests.dashboard.walker import Walker

PAGES = all_pages()
MOVES, MOVES_IN_FULL = 40, 2_500
MOST_BYTES = 900_000
"""Of an answer before compression."""
ALWAYS = ("offered_rate", "goodput", "throughput", "attempt_rate", "serving", "wanted", "cost_per_hour")
SHARES = ("server_utilisation", "database_utilisation", "cache_hit_ratio", "cdn_hit_ratio", "cdn_offload", "stale_read_ratio")
A_HAIR = 1e-4
"""Shares are told with four digits or five."""


def sound(chunk: dict, ask: dict) -> None:
    """Every number of an answer is one, and says what it may say."""
    text = json.dumps(chunk, separators=(",", ":"), allow_nan=False)
    assert len(text) <= MOST_BYTES
    assert chunk["echo"] == ask["id"]
    assert chunk["from_s"] == pytest.approx(ask["from_s"], abs=1e-3)
    assert chunk["to_s"] > chunk["from_s"]
    at = chunk["from_s"]
    for piece in chunk["pieces"]:
        assert piece["from_s"] == pytest.approx(at, abs=1e-9)
        at = piece["to_s"]
        told(piece)
    assert at == pytest.approx(chunk["to_s"], abs=1e-9)
    for t_s, key, words, _ in chunk["sentences"]:
        assert chunk["from_s"] <= t_s <= chunk["to_s"] + 1e-6
        assert key
        assert words.endswith((".", "?", "!")), words
        assert not {"nan", "inf", "None"} & set(words.replace(",", " ").replace(".", " ").split()), words


def told(piece: dict) -> None:
    """The series, nodes and stores of a stretch of time."""
    rows = math.ceil((piece["to_s"] - piece["from_s"]) / piece["step_s"] - 1e-6)
    series = piece["series"]
    for name, values in series.items():
        assert len(values) == rows, name
        assert all(value is None or value >= 0 for value in values), name
    for name in ALWAYS:
        assert None not in series[name], name
    for name in SHARES:
        assert all(value is None or value <= 1 + A_HAIR for value in series.get(name, ())), name
    for k in range(rows):
        errors = sum(values[k] for name, values in series.items() if name.startswith("errors."))
        assert errors <= 1 + A_HAIR
        p50, p95, p99 = (series[f"latency_{name}_ms"][k] for name in ("p50", "p95", "p99"))
        if series["goodput"][k] > 0.2:
            assert p50 is not None, "somebody was served, so there is a latency"
        if p50 is not None:
            assert 0 < p50 <= p95 <= p99
    for busy, waiting, taken in zip(*(piece["nodes"][name] for name in ("busy", "waiting", "taken"))):
        assert len(busy) == len(waiting) == len(taken) == rows
        assert all(0 <= value <= 100 for value in busy), max(busy)
        assert all(value >= 0 for value in waiting + taken)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_whatever_is_moved_the_run_goes_on(page, request):
    walker = Walker(page, seed=1)
    ask = {}
    for _ in range(MOVES_IN_FULL if request.config.getoption("--full") else MOVES):
        ask = walker.step()
        chunk = pages.chunk(page, ask)
        if "problem" in chunk:
            # Some values do not go together; the person is told which, and the run goes on without them.
            assert "simulation failed" not in chunk["problem"], walker.moved
            with pytest.raises(ValueError):
                walker.system()
            walker.take_back()
            continue
        try:
            sound(chunk, ask)
        except AssertionError as problem:
            raise AssertionError(f"{problem}\nafter {walker.moved[-40:]}\nasked {json.dumps(ask)}") from problem
        walker.went(chunk["to_s"])
    again = runs.answer(page.start, asked(page, ask), recordings.fields, runs.Memo())
    assert {"echo": ask["id"]} | again == chunk, "whoever asks the same, knowing nothing of the walk, gets the same"


def asked(page, raw):
    """The clean ask."""
    return read_ask(raw, {control.path: control for control in page.controls}, frozenset(page.faults))[1]
