"""A lesson file is read, or refused with file, line and field; a hostile one costs nothing."""

import time

import pytest

from lessons.reading import MAX_BYTES, BadLesson, read
from tests.lessons.small import small, text_of


def refused(text):
    with pytest.raises(BadLesson) as caught:
        read(text, "a/en/lesson.yaml")
    return caught.value.problems


def test_a_sound_file_is_read():
    lesson = small().lesson
    assert (lesson.id, lesson.steps[0].choice.options[1].when) == ("small", "busy >= 0.6")


@pytest.mark.parametrize(
    ("changes", "field", "line_of", "words"),
    [
        ({"title": None}, "title", None, "is missing"),
        ({"minuts": 3}, "minuts", "minuts: 3", "no such field"),
        ({"minutes": "long"}, "minutes", "minutes: long", "not 'long'"),
        ({"steps.0.kind": "guess"}, "steps.0.kind", "  kind: guess", "not 'guess'"),
        ({"steps.0.choice": None}, "steps.0", "- id: guess", "something to answer"),
        ({"steps.0.number": {"value": "busy", "unit": "%", "within": 0.1}}, "steps.0", "- id: guess", "one answer"),
        ({"values.busy.to_s": 10}, "values.busy", "  busy:", "later than from_s"),
        ({"values.Busy": {"metric": "goodput"}}, "values.Busy", "  Busy:", "match"),
        ({"steps.0.choice.options.0.when": None}, "steps.0.choice", "  choice:", "every option"),
        (
            {"further_reading": [{"title": "a", "url": "javascript:alert(1)", "why": "b"}]},
            "further_reading.0.url",
            "  url:",
            "match",
        ),
        ({"steps.0.show": {"numbers": ["a", "b", "c", "d"]}}, "steps.0.show.numbers", "    numbers:", "at most 3"),
    ],
)
def test_a_problem_names_file_line_and_field(changes, field, line_of, words):
    text = text_of(changes)
    problem = next(one for one in refused(text) if one.field == field)
    assert words in problem.message
    assert str(problem).startswith(f"a/en/lesson.yaml:{problem.line}: {field}: ")
    if line_of:
        assert text.splitlines()[problem.line - 1].startswith(line_of)


def test_all_problems_are_told_at_once():
    assert {problem.field for problem in refused(text_of({"title": None, "minutes": -1, "steps.0.id": "No Name"}))} >= {
        "title", "minutes", "steps.0.id",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "begins with fields"),
        ("- a\n- b", "begins with fields"),
        ("a: [1, 2", "expected"),
        ("a: 1\na: 2", "stands here twice"),
        ("a: &x [1]\nb: *x", "anchors"),
        ("a: !!python/object/apply:os.system ['true']", "anchors, aliases and tags"),
        ("a: !!str 3", "anchors, aliases and tags"),
        ("? [a]\n: 1", "name is a word"),
        ("a: \x00", "character"),
        (b"a: \xff\xfe", "no UTF-8"),
        ("a: " + "[" * 40 + "]" * 40, "nested deeper"),
        ("{" * 5_000, "nested deeper"),
        ("a: [" + "1," * 30_000 + "1]", "more than 20,000 entries"),
        ("a" * (MAX_BYTES + 1), "at most 200,000"),
    ],
)
def test_a_hostile_file_is_refused_and_costs_nothing(text, words):
    begun = time.process_time()
    assert words in str(refused(text)[0])
    assert time.process_time() - begun < 30, "a file of the size that is allowed must not take a minute"


def test_words_are_words_and_numbers_are_numbers():
    source = small(
        {"title": "no", "minutes": 25, "steps.0.prompt": "12:30:00", "system": {"traffic.rate": 1e3, "client.timeout_ms": None}}
    )
    lesson = source.lesson
    assert (lesson.title, lesson.minutes, lesson.steps[0].prompt) == ("no", 25, "12:30:00")
    assert lesson.system == {"traffic.rate": 1000.0, "client.timeout_ms": None}


@pytest.mark.parametrize("word", ["e5", ".e5", "1_", "1__0", "1_.5", ".", "_1", "e", "1e999"])
def test_what_only_looks_like_a_number_is_a_word(word):
    (problem,) = [one for one in refused(f"version: {word}") if one.field == "version"]
    assert f"not {word!r}" in problem.message


@pytest.mark.parametrize(
    ("word", "number"), [("1_000", 1000), ("-3", -3), ("1_000.5", 1000.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0)]
)
def test_numbers_as_they_are_written(word, number):
    (problem,) = [one for one in refused(f"id: {word}") if one.field == "id"]
    assert f"not {number!r}" in problem.message


def test_markup_is_text():
    lesson = small({"steps.0.prompt": "<script>alert(1)</script> **bold** ![x](https://example.org/x.png)"}).lesson
    assert lesson.steps[0].prompt == "<script>alert(1)</script> **bold** ![x](https://example.org/x.png)"
