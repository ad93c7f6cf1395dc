"""The course as a whole, and the proof of every lesson in it on twenty seeds."""

import re

import pytest

from lessons.expressions import parsed
from lessons.facts import Facts
from lessons.library import COURSE, OWN
from lessons.misconceptions import bank
from lessons.prose import reading_grade, sentence_lengths, texts_of
from lessons.proving import SEEDS, prove
from lessons.showing import paragraphs, shown
from lessons.sound import JUDGED, met_misconceptions

SOURCES = COURSE.sources()
LESSONS = [source.lesson for source in SOURCES]
EACH = pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.id for lesson in LESSONS])
MOST_GRADE = 7.0
"""School year by Flesch and Kincaid: a lesson is for people of 14 and more, and half of it is read on a phone."""
MOST_SENTENCE = 12.0
"""Words of a sentence on average."""
NUMBER = r"\d[\d,]*(?:\.\d+)?"
FACTOR = rf"(?:{NUMBER}|\({NUMBER} − {NUMBER}\))(?: (?!is |makes |times )[a-z%]+){{0,2}}"
SUM = re.compile(rf"({FACTOR}(?: (?:×|÷|times) {FACTOR})+)(?:,? is| makes| =|:)(?: about| some)? ({NUMBER})")
"""Arithmetic as a text shows it: "305 requests times 3.98 attempts: about 1,200"."""
MEANS = {"×": "*", "times": "*", "÷": "/", "−": "-", "%": "/ 100"}
EXPECTED = (
    "web_app", "vertical_scaling", "horizontal_scaling", "load_balancing", "autoscaling", "replication", "sharding", "caching",
    "cdn",
    "overload", "capstone",
)  # fmt: skip


def test_every_lesson_of_the_plan_is_there_and_can_be_read():
    assert [one.problem for one in COURSE.every() if one.problem] == []
    assert set(EXPECTED) <= {lesson.id for lesson in LESSONS}
    assert [lesson.id for lesson in LESSONS if lesson.id in EXPECTED] == list(EXPECTED), "in the order of the course"
    assert len({lesson.number for lesson in LESSONS}) == len(LESSONS)


@pytest.mark.parametrize("source", SOURCES, ids=[lesson.id for lesson in LESSONS])
def test_the_simulator_proves_it(source):
    assert len(SEEDS) == 20
    assert [str(problem) for problem in prove(source)] == []


def test_every_misconception_is_met_by_a_lesson():
    assert list(bank()) == [f"M{number:02}" for number in range(1, 24)]
    met = {name for lesson in LESSONS for name in lesson.misconceptions}
    assert met == set(bank())
    for lesson in LESSONS:
        answered = {name for step in lesson.all_steps if step.check_kind in JUDGED for name in met_misconceptions(step)}
        assert set(lesson.misconceptions) <= answered, f"{lesson.id}: a misconception is only talked about, nobody can hold it"


@EACH
def test_it_has_the_shape_of_a_lesson(lesson):
    kinds = [step.kind for step in lesson.all_steps]
    assert kinds[:2] == ["recall", "recall"]
    assert kinds[-1] == "exit"
    assert kinds.index("predict") < kinds.index("explain"), "first a prediction, then the explanation"
    assert any(step.goal or step.compare for step in lesson.all_steps), "nothing is built or compared"
    for support in ("example", "explore"):
        assert {"predict", "exit"} <= {step.kind for step in lesson.steps_for(support)}


@EACH
def test_it_is_read_with_ease(lesson):
    texts = [text for _, text in texts_of(lesson)]
    lengths = [length for text in texts for length in sentence_lengths(text)]
    assert reading_grade(texts) <= MOST_GRADE
    assert sum(lengths) / len(lengths) <= MOST_SENTENCE


@EACH
def test_a_wrong_prediction_gets_an_answer(lesson):
    for step in lesson.all_steps:
        if step.kind == "predict" and step.choice:
            silent = [option.text for option in step.choice.options if option.misconception and not option.reply]
            assert silent == [], step.id
            assert sum(option.reply is not None for option in step.choice.options) >= len(step.choice.options) - 1, step.id


@EACH
def test_the_notes_have_the_three_plans(lesson):
    minutes = [plan.minutes for plan in lesson.teacher.plans]
    assert minutes == sorted(minutes) and len(minutes) == 3
    assert minutes == [25, 50, 90] or lesson.id == "capstone"
    steps = {step.id for step in lesson.all_steps}
    for plan in lesson.teacher.plans:
        assert {*plan.steps, *plan.skip} == steps, f"{plan.minutes}: every step has minutes or is left out"


@EACH
def test_what_comes_before_it_comes_before_it(lesson):
    numbers = {other.id: other.number for other in LESSONS}
    for name in lesson.prerequisites:
        assert numbers[name] < lesson.number


def test_links_of_the_reading_lists_are_well_formed_and_each_stands_once_in_a_lesson():
    for lesson in LESSONS:
        urls = [reading.url for reading in lesson.further_reading]
        assert urls and len(set(urls)) == len(urls), lesson.id
        assert all(url.startswith("https://") and " " not in url for url in urls)


@EACH
def test_no_value_is_there_for_nothing(lesson):
    text = (OWN / lesson.id / "en" / "lesson.yaml").read_text(encoding="utf-8")
    for name in lesson.values:
        assert text.count(name) > 1, f"{lesson.id}: nobody uses {name}"


@EACH
def test_numbers_of_the_learners_own_run_are_told_where_they_made_one(lesson):
    mine = {name for name, value in lesson.values.items() if value.mine}
    asked = any(step.own_run or step.compare or step.goal for step in lesson.all_steps)
    assert mine or asked, "a lesson reads numbers from the learner's own run"
    assert all(Facts(lesson).is_own(name) is False for name in mine), "without a run of one's own it is the lesson's"


def sums(text: str) -> list[tuple[str, float, float, float]]:
    """The sums of a text: each as it stands there, what it comes to, what is said, and half of the last figure of that."""
    found = []
    for sum_ in SUM.finditer(text):
        words = re.findall(rf"{NUMBER}|times\b|[×÷−%()/]", re.sub(rf"({NUMBER}) ms\b", r"(\1 / 1000)", sum_[1]))
        said = sum_[2].replace(",", "")
        unit = 10.0 ** -len(said.partition(".")[2]) if "." in said else 10.0 ** (len(said) - len(said.rstrip("0")))
        told = parsed(" ".join(MEANS.get(word, word.replace(",", "")) for word in words)).number({})
        found.append((sum_[0], told, float(said), unit / 2))
    return found


def test_sums_are_found_in_a_text():
    text = "305 requests times 4 attempts: 1,210 attempts come. Then 8 ÷ 8.4 ms is 950 a second, and 10 × (100 − 76.7) % = 2.33."
    assert [sum_[1:] for sum_ in sums(text)] == [
        (1220, 1210, 5),
        (pytest.approx(952.38, abs=0.01), 950, 5),
        (pytest.approx(2.33), 2.33, 0.005),
    ]


@EACH
def test_sums_that_a_learner_reads_come_out(lesson):
    facts = Facts(lesson)
    wrong = []
    for step in lesson.all_steps:
        said = {"measured": shown(facts[step.number.value], step.number.unit, 4)} if step.number else {}
        for text in (step.prompt, step.explanation):
            told = " ".join(paragraphs(text, facts, lesson.scene_at(step.id), said))
            wrong += [sum_ for sum_, due, stands, most in sums(told) if abs(due - stands) > most * (1 + 1e-9)]
    assert wrong == []
