"""Exports: what stands in the tables is what members did, by hand-worked rows; links replay the very runs; no secret is in any."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import inspect

from dashboard import links
from dashboard.classroom import archive, export, records
from dashboard.classroom.cells import table
from dashboard.classroom.export_api import FORMS
from dashboard.classroom.rights import Actor, Forbidden, NoRoom
from dashboard.lesson.beside import SHELF, page_of, stage_of
from dashboard.lesson.way import Refused
from dashboard.page import book
from dashboard.staging import Place, staged
from dashboard.store.models import Answer, Base, Device, Draft, Learner, RoomKey
from tests.dashboard.classroom.exporting import LESSON, RUN, SLOW, in_folder, opened, rows_of
from tests.dashboard.lesson.played import Clock

ADDRESS = "https://lab.example.org/"


@pytest.fixture
def taught(tmp_path):
    """Ann did two of the three steps that check `read_load` and what it needs, Bob predicted wrongly, Eve only came in."""
    clock = Clock()
    database = in_folder(tmp_path)
    room = opened(database, clock)
    for name in ("Ann", "Bob", "=Eve"):
        room.join(name)
    clock.now_s += 86_400.5
    room.answer("Ann", "predict_slow", 0, "both equally", False, confidence=2, holds="M11")
    room.answer("Bob", "predict_slow", 1, "the slow one", False, confidence=0, holds="M11")
    room.answer("Ann", "predict_slow", 2, "as many", True, vote=2)
    room.answer("Ann", "run_slow", "80", "80 %", False, run=RUN | {"seed": 8})
    room.answer("Ann", "run_slow", "96", "96 %", True, run=RUN | {"changes": [*RUN["changes"], SLOW]})
    room.answer("Ann", "sketch_speed", [0.5, 1], "", None)
    room.answer("Ann", "play", None, "balancer.algorithm: least_connections", True, run=RUN)
    room.answer("Ann", "exit_look", ["=cmd", "because; -1"], "", None)
    room.goes("Ann", "explore")
    room.goes("Bob")
    yield room
    database.close()


def told(room, kind: str, who: str = "names") -> list[dict[str, str]]:
    return rows_of(table(FORMS[kind](records.record(room.service, room.teacher, room.token, who), ADDRESS)))


def test_long_has_a_row_an_answer(taught):
    rows = told(taught, "long")
    assert [(row["name"], row["step"], row["vote"], row["attempt"], row["right"]) for row in rows] == [
        ("Ann", "predict_slow", "1", "1", "no"), ("Ann", "predict_slow", "2", "2", "yes"), ("Ann", "run_slow", "1", "1", "no"),
        ("Ann", "run_slow", "1", "2", "yes"), ("Ann", "sketch_speed", "1", "1", ""), ("Ann", "play", "1", "1", "yes"),
        ("Ann", "exit_look", "1", "1", ""), ("Bob", "predict_slow", "1", "1", "no"),
    ]  # fmt: skip
    first = rows[0]
    step = SHELF.get(LESSON).step("predict_slow")
    assert (first["number"], first["lesson"], first["title"], first["kind"]) == ("1", LESSON, step.title, "predict")
    assert (first["confidence"], first["misconception"], first["answer"]) == ("2", "M11", "both equally")
    assert first["answered_at"] == "1970-01-13T13:46:40Z", "1,000,000 s are 11 days 13:46:40 after 1970 began, and one day more"


def test_long_says_which_answers_came_after_the_outcome(taught):
    """What it is that makes an answer late: tests/dashboard/classroom/test_by_hand.py."""
    taught.answer("=Eve", "predict_slow", 2, "as many", True, late=True)
    assert [(row["number"], row["late"]) for row in told(taught, "long") if row["step"] == "predict_slow"] == [
        ("1", "no"), ("1", "no"), ("2", "no"), ("3", "yes"),
    ]  # fmt: skip


def test_answers_are_in_words(taught):
    said = {row["step"]: row["answer"] for row in told(taught, "long")}
    control = next(one for one in stage_of(SHELF.get(LESSON)).controls if one.path == "balancer.algorithm")
    assert said["play"] == f"{control.label}: {dict(control.choices)['least_connections']}"
    assert said["sketch_speed"] == "0.5 | 1"
    assert said["exit_look"] == "'=cmd | because; '-1"


def test_a_part_of_the_class_is_told_by_its_controls(taught):
    mine = {"cohort.share": 1, "client.timeout_ms": 1000, "client.retries": 0, "client.backoff": "none"}
    raw = "share 1, timeout_ms 1000, retries 0, backoff none"  # as the lesson's judge says it
    taught.answer("Bob", "our_load", mine, raw, True, lesson="overload")
    taught.answer("Bob", "our_load", mine | {"client.retries": 7}, "no longer offered", lesson="overload")
    said = "Share of the requests: 1 ×, Timeout: 1,000 ms, Retries: 0, Pause before a retry: At once"
    assert [row["answer"] for row in told(taught, "long") if row["lesson"] == "overload"] == [said, "no longer offered"]
    kept = "".join(archive.written(records.record(taught.service, taught.teacher, taught.token), 0.0))
    assert next(row["answer"]["given"] for row in json.loads(kept)["answers"] if row["step"] == "our_load") == mine


def test_wide_has_a_row_a_member_and_a_column_a_step(taught):
    ann, bob, eve = told(taught, "wide")
    asked = [f"{LESSON}.{step.id}" for step in SHELF.get(LESSON).all_steps if step.check]
    assert list(ann)[-len(asked) :] == asked
    assert (ann["name"], ann["answered"], ann["right"], ann[f"{LESSON}.predict_slow"]) == ("Ann", "5", "3", "as many")
    assert (bob["name"], bob["answered"], bob["right"], bob[f"{LESSON}.run_slow"]) == ("Bob", "1", "0", "")
    assert (eve["name"], eve["answered"], eve["joined_at"]) == ("'=Eve", "0", "1970-01-12T13:46:40Z")
    assert (ann["seen_at"][:10], eve["seen_at"]) == ("1970-01-13", eve["joined_at"]), "who answers is seen"
    kept = json.loads("".join(archive.written(records.record(taught.service, taught.teacher, taught.token), 0.0)))
    seen = [export.moment(one["seen_s"]) for one in kept["members"]]
    assert seen == [one["seen_at"] for one in (ann, bob, eve)], "and the archive says the same"


def test_objectives_say_what_was_met(taught):
    """run_slow and sketch_speed check `read_load`; a sketch that nobody marks right leaves it unmet. `choose` is, for those who
    explore, the steps play, challenge and exit_first; without predictions `predict_equal` is exit_first.
    """
    rows = {(row["number"], row["objective"]): row for row in told(taught, "objectives")}
    assert len(rows) == 3 * len(SHELF.get(LESSON).objectives)

    def figures(number: str, name: str) -> tuple[str, ...]:
        return tuple(rows[number, name][column] for column in ("steps", "attempted", "met", "right", "attempts"))

    assert figures("1", "read_load") == ("2", "yes", "no", "1", "3")
    assert figures("1", "choose") == ("3", "yes", "no", "1", "1")
    assert figures("1", "predict_equal") == ("1", "no", "no", "0", "0")
    assert figures("2", "choose") == ("4", "no", "no", "0", "0"), "with the worked example there is one step more"
    taught.answer("Ann", "sketch_speed", [1, 2], "", True)
    rows = {(row["number"], row["objective"]): row for row in told(taught, "objectives")}
    assert figures("1", "read_load") == ("2", "yes", "yes", "2", "4")


def test_a_link_replays_the_very_run(taught):
    """It opens the lesson's page in the run's scene, without the lesson, with the run's seed and moves."""
    row = next(row for row in told(taught, "objectives") if row["objective"] == "read_load" and row["number"] == "1")
    address = urlsplit(row["replay"])
    assert address.geturl().startswith(f"{ADDRESS}load-balancing?")
    pairs = parse_qsl(address.query)
    named = dict(pairs)
    there, refused = staged(page_of(LESSON), Place(lesson=named["lesson"], scene=named["scene"]))
    assert refused is None and there.lesson == ""
    assert there.start == stage_of(SHELF.get(LESSON)).scenes["slow"]
    read = links.read(pairs, book(there))
    assert read.changes == [*RUN["changes"], SLOW], "of the right answer, not of the one before"
    assert (read.seed, read.until_s) == (RUN["seed"], RUN["t_s"])


def test_no_link_leads_to_a_run_that_cannot_be_played(taught):
    for run in (RUN | {"scene": "gone"}, RUN | {"changes": [[0, {"no.control": 1}]]}, RUN | {"seed": "x"}):
        taught.answer("Bob", "run_slow", "1", "1 %", False, run=run)
    long_one = RUN | {"changes": [[at, {"servers.count": 2 + at % 3}] for at in range(200)], "t_s": 300}
    taught.answer("Bob", "run_slow", "1", "1 %", False, run=long_one)
    assert [row["replay"] for row in told(taught, "long") if row["name"] == "Bob"] == [""] * 5


def test_a_scene_that_is_gone_is_told_and_opens_nothing():
    page = page_of(LESSON)
    there, refused = staged(page, Place(lesson=LESSON, scene="gone"))
    assert there is page and refused["reasons"]


def test_with_numbers_no_name_is_in_a_file(taught):
    record = records.record(taught.service, taught.teacher, taught.token, "numbers")
    texts = [table(form(record, ADDRESS)) for form in FORMS.values()] + ["".join(archive.written(record, 0.0))]
    assert len(texts) == 6
    for text in texts:
        assert not any(name in text for name in ("Ann", "Bob", "Eve"))
        assert any(word in text for word in ("Member 2", "\r\n2,", '"number": 2'))


def test_many_answers_are_all_there_and_once(taught, monkeypatch):
    monkeypatch.setattr(records, "BATCH", 3)
    for at in range(10):
        taught.answer("Bob", "run_slow", str(at), f"{at} %", False)
    said = [row["answer"] for row in told(taught, "long") if row["name"] == "Bob" and row["step"] == "run_slow"]
    assert said == [f"{at} %" for at in range(10)]


def test_a_lesson_that_is_gone_stays_in_long_and_leaves_the_others(taught):
    taught.answer("Bob", "somewhere", 1, "one", True, lesson="no_such_lesson")
    assert ("no_such_lesson", "somewhere", "", "one") in [
        (row["lesson"], row["step"], row["title"], row["answer"]) for row in told(taught, "long")
    ]
    assert {row["lesson"] for row in told(taught, "objectives")} == {LESSON}


def test_only_a_teacher_gets_it(taught):
    for actor in (taught.members["Ann"], Actor(None), Actor(None, "ab" * 32)):
        with pytest.raises(Forbidden):
            records.record(taught.service, actor, taught.token)
    with pytest.raises(NoRoom):
        records.record(taught.service, taught.teacher, "A" * 22)
    with pytest.raises(Refused):
        records.record(taught.service, taught.teacher, taught.token, "everything")


def archived(room, who: str = "names") -> str:
    return "".join(archive.written(records.record(room.service, room.teacher, room.token, who), 0.0))


def test_an_archive_is_json_that_gives_the_same_tables(taught):
    taught.tell("pace", pacing="paced", step="predict_slow")
    taught.tell(
        "hands", step="predict_slow", vote=1, counts=[3] + [0] * (len(SHELF.get(LESSON).step("predict_slow").choice.options) - 1)
    )
    text = archived(taught)
    found = json.loads(text)
    assert (found["format"], found["version"], found["exported_at"]) == ("scale-it-up room", 1, "1970-01-01T00:00:00Z")
    assert found["room"]["title"] == "Physics 9b"
    assert found["hand_counts"][0]["counts"]["counts"][0] == 3
    again = archive.read(text)
    live = records.record(taught.service, taught.teacher, taught.token)
    for name, form in FORMS.items():
        assert table(form(again, ADDRESS)) == table(form(live, ADDRESS)), name
    assert "".join(archive.written(again, 0.0)) == text


def test_no_secret_is_in_the_archive(taught):
    resume = taught.service.me(taught.members["Ann"], taught.token, "code")["resume"]
    claim = taught.tell("key", kind="wall")["secret"]
    code = taught.service.state(taught.teacher, taught.token)["room"]["code"]
    text = archived(taught)
    secrets = [
        taught.token,
        code,
        resume,
        claim,
        taught.recovery,
        taught.teacher.key,
        *(one.cookie for one in taught.members.values()),
    ]
    for secret in secrets:
        assert secret not in text and secret.replace("-", "") not in text
    for table_ in (Device, RoomKey, Learner):
        with taught.service.database.reading() as session:
            for row in session.query(table_):
                for name in ("hash", "cookie_hash"):
                    assert getattr(row, name, "nothing of it") not in text


def test_of_every_column_it_is_decided_whether_it_is_exported(taught):
    """A new column is in the archive, or named among what is left out; tables without any row in it are named here."""
    assert {one.class_ for one in Base.registry.mappers} == set(records.LEFT_OUT) | {Device, RoomKey, Learner, Draft}
    for table_, left_out in records.LEFT_OUT.items():
        assert left_out <= {one.key for one in inspect(table_).column_attrs}
    found = json.loads(archived(taught))
    answers = {one.key for one in inspect(Answer).column_attrs} - records.LEFT_OUT[Answer] | {"number"}
    assert all(set(row) == answers for row in found["answers"])


HEAD = '{"format": "scale-it-up room", "version": 1'


@pytest.mark.parametrize("text", ["", "[]", "{}", HEAD[:28] + "}", HEAD[:-1] + "2}", HEAD + "}", HEAD + ', "room": {}}'])
def test_what_is_no_archive_is_refused(text):
    with pytest.raises(archive.BadArchive):
        archive.read(text)


@pytest.mark.parametrize(
    ("part", "name"), [("answers", "verdict"), ("members", "name"), ("room", "title"), ("progress", "support")]
)
def test_an_archive_in_which_something_is_missing_is_refused(taught, part, name):
    found = json.loads(archived(taught))
    rows = found[part] if isinstance(found[part], list) else [found[part]]
    del rows[0][name]
    with pytest.raises(archive.BadArchive):
        archive.read(json.dumps(found))


def test_a_prediction_alone_checks_its_objective():
    lesson = SHELF.get("web_app")
    objective = next(one for one in lesson.objectives if one.id == "read_percentiles")
    assert [step.kind for step in export.checking(lesson, objective, "example")] == ["predict"]
