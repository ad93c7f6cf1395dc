"""Worksheet and key: the sheet gives nothing away, the key has the simulator's numbers, and no text of an author's is markup."""

import re

from lessons.facts import Facts
from lessons.format import Lesson
from lessons.library import COURSE
from lessons.printing import key, worksheet
from lessons.showing import shown
from tests.lessons.small import small
from tests.lessons.test_judging import SKETCH
from tests.lessons.test_proving import with_step

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_markup_in_a_lesson_is_text():
    lesson = small(
        {"title": HOSTILE, "steps.0.prompt": HOSTILE, "steps.0.choice.options.0.text": HOSTILE, "authors.0": HOSTILE}
    ).lesson
    for page in (worksheet(lesson), key(lesson)):
        assert "<script" not in page and "<img" not in page
        assert page.count("&lt;script&gt;") >= 3


def test_the_sheet_has_gaps_where_the_key_has_numbers():
    lesson = small({"steps.0.explanation": "It is {busy}."}).lesson
    told = shown(Facts(lesson)["busy"], "%", 2)
    assert f"It is {told}." in key(lesson) and f"{told} %" in key(lesson)
    assert told not in re.sub(r"<style>.*</style>", "", worksheet(lesson))
    assert 'class="box on"' in key(lesson) and 'class="box on"' not in worksheet(lesson)


def test_a_sketch_has_empty_axes_on_the_sheet_and_its_points_in_the_key():
    lesson: Lesson = small(with_step(SKETCH)).lesson
    assert 'aria-label="Empty axes"' in worksheet(lesson) and "225" in worksheet(lesson)
    assert "<td>225</td>" in key(lesson)


def test_every_lesson_of_the_course_has_both():
    for lesson in COURSE.lessons():
        sheet = worksheet(lesson)
        assert lesson.title.split(":")[0].replace("'", "&#x27;") in sheet and "</html>" in sheet
        assert all(step.id not in re.findall(r"\{(\w+)\}", sheet) for step in lesson.all_steps), "no placeholder is left"
