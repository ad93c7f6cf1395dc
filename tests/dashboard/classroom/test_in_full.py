"""In full: only the teacher reads what is written, the newest first and no more than is told; parts are counted as last chosen."""

import json

import pytest

from dashboard.classroom import in_full
from dashboard.classroom.overview import class_told, results_told
from tests.dashboard.classroom.live import Class
from tests.dashboard.classroom.test_load import POLITE, STORM

STEP = "in_words"


def write(who, school, words):
    school.answer(who, STEP, [words, "", ""])


def texts(school):
    """What the teacher reads at the class's step, and when they look at the step by itself."""
    own = class_told(school.rooms, school.teacher.actor, school.token)["results"]
    looked = results_told(school.rooms, school.teacher.actor, school.token, STEP)
    assert looked["texts"] == own["texts"] and looked["headings"] == ["Claim", "Evidence", "Reasoning"]
    return [(one["number"], one["given"][0]) for one in own["texts"]]


@pytest.fixture
def writers(school):
    """Three who wrote, the first of them once more."""
    people = [school.comes(name) for name in ("Ann", "Ben", "Cem")]
    school.tell("pace", pacing="paced", step=STEP)
    for who, words in zip((*people, people[0]), ("one", "two", "three", "once more")):
        write(who, school, words)
    return people


def test_the_teacher_reads_what_everybody_wrote_last_and_nobody_else_reads_a_word(school, writers):
    assert texts(school) == [(1, "once more"), (3, "three"), (2, "two")]
    school.tell("settings", results_hidden=False)
    wall, ben = school.claims("wall"), writers[1]
    for who, path in ((wall, "/wall"), (wall, "/results"), (ben, "/results"), (ben, f"/results?step={STEP}"), (ben, "")):
        reply = school.get(who, f"/{school.token}{path}")
        assert reply.status == 200
        assert not [words for words in ("once more", "two", "three") if words in json.dumps(reply.json).split('"')], path


def test_of_many_texts_the_newest_are_told_and_of_those_who_left_none(school, writers, monkeypatch):
    monkeypatch.setattr(in_full, "MOST_TEXTS", 2)
    assert texts(school) == [(1, "once more"), (3, "three")]
    school.tell("member", number=1, do="remove")
    assert texts(school) == [(3, "three"), (2, "two")]


def test_parts_are_counted_as_they_were_last_chosen_for_the_teacher(tmp_path):
    room = Class(tmp_path, "overload", "our_load", ("Ann", "Ben", "Cem"))
    for name, part in (("Ann", STORM), ("Ben", POLITE), ("Cem", POLITE), ("Ben", STORM)):
        room.answers(name, part)
    told = class_told(room.rooms, room.teacher, room.token)["results"]["votes"][-1]["numbers"]
    assert [(one["count"], "Retries: 3" in one["text"]) for one in told] == [(2, True), (1, False)]
    room.do(command="settings", results_hidden=False)
    assert "numbers" not in results_told(room.rooms, room.members["Cem"], room.token, None)["votes"][-1]
