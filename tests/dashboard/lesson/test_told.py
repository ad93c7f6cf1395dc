"""What the browser is told: conditions in words, how far off a design is, numbers as the language writes them."""

from pathlib import Path

import pytest

from dashboard.lesson import metrics, told
from dashboard.lesson.beside import stage_of
from dashboard.lesson.way import begun
from dashboard.page import FIXED
from dashboard.words import speaking
from engine import System
from engine.live import Simulation
from lessons.format import Lesson
from lessons.judging import MAX_WRITTEN
from lessons.running import BadRun, NotReady
from tests.dashboard.lesson.played import LESSON, run


@pytest.mark.parametrize(
    ("metric", "number", "words"),
    [
        ("latency_p95_ms", 1234.56, "1,230 ms"), ("error_rate", 0.0123, "1.23 %"), ("cost_per_hour", 12.3456, "$12.35"),
        ("cost_per_hour", 1234.5, "$1,234"), ("goodput", 1999.7, "2,000/s"), ("unavailable_s", 3.0, "3 s"),
        ("lost_writes", 7, "7"), ("errors.timeout", 0.5, "50 %"), ("latency_p50_ms", None, "–"), ("load_imbalance", 1.0, "1"),
        ("latency_by_stage_ms.server_queue", 0.25, "0.25 ms"), ("error_rate", 0.0, "0 %"),
    ],
)  # fmt: skip
def test_a_number_has_its_unit_and_three_figures(metric, number, words):
    assert metrics.amount(metric, number) == words


def test_every_name_is_a_metric_of_the_engine():
    summary = Simulation(System(), seed=1).advance(1.0).summary()
    assert set(metrics.LABELS) <= set(summary)
    assert metrics.SHARES | metrics.RATES <= set(summary)
    assert all(metrics.label(name) for name in summary)


def test_a_goal_says_its_conditions_and_how_far_off_a_design_is(player):
    """Four servers can do 2,667/s; in the sale 3,000/s come, so about one request in nine is turned away."""
    ask = player.to("build")["step"]["ask"]
    assert ask["conditions"] == ["p95 latency ≤ 150 ms", "Errors ≤ 1 %"]
    assert ask["free"] == ["servers.count", "balancer.algorithm"]
    short = player.answer("build", None, run=run("sale"))["step"]["answered"]
    assert [one["met"] for one in short["conditions"][:2]] == [False, False]
    assert all("off by" in one["by"] for one in short["conditions"][:2])
    assert short["best"] == "" and short["explanation"] == []
    enough = player.answer("build", None, run=run("sale", values={"servers.count": 6}))["step"]["answered"]
    assert [one["met"] for one in enough["conditions"][:2]] == [True, True]


def test_the_reply_is_that_of_the_chosen_option_and_no_other(player):
    player.to("guess")
    answered = player.answer("guess", 0)["step"]["answered"]
    assert answered["reply"] == ["Three of four requests are fine. The 95th percentile asks about the fourth."]
    assert answered["explanation"][0].startswith('You said "It hardly moves".')
    assert player.act("next")["step"]["prediction"] == {"said": "It hardly moves", "confidence": None}


def test_numbers_are_written_as_the_language_writes_them(player, monkeypatch):
    from dashboard import words

    monkeypatch.setitem(words.NAMES, "de", "Deutsch")
    monkeypatch.setattr(words, "messages", lambda _name: {})
    with speaking("de"):
        assert player.to("hook")["step"]["prompt"][0].startswith("4 servers answer 2.000 requests")


def test_a_number_that_cannot_be_measured_is_a_dash_and_the_lesson_goes_on(monkeypatch):
    monkeypatch.setattr("lessons.facts.measured", _raising(BadRun))
    assert prompt_of("worked") == ["Each of the servers is given – requests a second."]


def test_while_the_simulator_is_prepared_no_number_is_left_out(monkeypatch):
    monkeypatch.setattr("lessons.facts.measured", _raising(NotReady))
    with pytest.raises(NotReady):
        prompt_of("worked")


def _raising(kind):
    def measured(*_args):
        raise kind("not now")

    return measured


def prompt_of(step: str) -> list[str]:
    lesson: Lesson = LESSON.model_copy(update={"recall": [], "steps": [LESSON.step(step)]})
    return told.state(lesson, stage_of(lesson), begun(lesson, 0.0), (), 0.0, FIXED)["step"]["prompt"]


def test_a_scene_is_told_with_all_controls_and_what_happens_in_it():
    there = stage_of(LESSON)
    sale = told.scene(LESSON, there, "sale", FIXED)
    assert sale["start"].keys() == {one.path for one in there.controls}
    assert (sale["start"]["traffic.rate"], sale["named"], sale["changes"]) == (3000, ["traffic.rate"], [])
    assert set(sale["fixed"]) == set(FIXED)


def test_the_browser_takes_no_longer_text_than_the_server():
    script = Path(told.__file__).parents[1] / "static/lesson/writing.js"
    assert f"const MOST_CHARS = {MAX_WRITTEN};" in script.read_text(encoding="utf-8")
