"""The privacy page says of every table and column what it holds, with the numbers that the program goes by."""

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import privacy, stored
from dashboard.classroom import rooms
from dashboard.hosted import HOSTED
from dashboard.keeping import LEARNER_DAYS
from dashboard.lesson.who import COOKIE
from dashboard.store.address import VARIABLE
from dashboard.store.models import Base
from tests.house.tree import own_texts

STATIC = "dashboard/static/"
MAIN = str(Path(__file__).resolve().parents[2] / "dashboard/main.py")


def words() -> str:
    return " ".join([*privacy.short(), *(one for _, told in privacy.sections() for one in told)])


def test_every_table_and_column_is_named_and_no_other():
    """A new column is described before it is stored."""
    there = {name: {column.name for column in table.columns} for name, table in Base.metadata.tables.items()}
    assert {name: set(told.columns) for name, told in stored.TABLES.items()} == there


def test_the_page_shows_all_of_them_with_words():
    shown = stored.tables()
    assert {one["name"] for one in shown} == set(Base.metadata.tables)
    for one in shown:
        texts = [*(one[part] for part in ("title", "about", "until", "seen")), *(text for _, text in one["columns"])]
        assert all(len(text) > 3 and "{" not in text for text in texts), one["name"]


def test_no_column_holds_an_address_or_a_mail():
    """What the page promises of everybody, held against the names of what is stored."""
    names = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    assert not [name for name in names if re.search(r"mail|phone|birth|gender|(^|[._])ip([._]|$)|address|agent", name)]


def test_times_are_the_programs_own():
    until = {one["name"]: one["until"] for one in stored.tables()}
    assert f"{rooms.KEPT_DAYS} days after it closes" in until["rooms"]
    assert f"{LEARNER_DAYS} days" in until["learners"]
    assert f"{rooms.KEPT_DAYS} days after it closes" in words() and f"after {LEARNER_DAYS} days" in words()


def test_the_cookies_are_named():
    assert f"({COOKIE}:" in words() and "(room_key:" in words()


def test_every_key_that_a_script_keeps_in_the_browser_is_listed_and_no_other():
    """A script with a new key fails here, until the page has it in words and the list has the key."""
    direct, any_way = re.compile(r"\b(?:local|session)Storage\b|indexedDB"), re.compile(r"\b(?:remember|recall|tab\.[sg]et)\(")
    scripts = {name.removeprefix(STATIC): text for name, text in own_texts((".js",)) if name.startswith(STATIC)}
    keeps = {name: text for name, text in scripts.items() if direct.search(text) or any_way.search(text)}
    for name, text in keeps.items():
        written = set(re.findall(r"['`]([a-z-]+:[^'` ]*)['`]", text))
        assert written <= set(privacy.KEPT.get(name, ())), name
        assert name in privacy.KEPT or not direct.search(text), name
    for name, known in privacy.KEPT.items():
        assert [key for key in known if not re.search(rf"['`]{re.escape(key)}['`]", keeps[name])] == [], name


@pytest.mark.parametrize(
    "said",
    ["appearance and motion", "played on", "only the questions", "which address", "could not be saved yet, which is sent",
     "begun to write", "folded", "its room", "recovery code"],
)  # fmt: skip
def test_what_the_browser_keeps_is_said(said):
    assert said in " ".join(dict(privacy.sections())["Where"])


def test_it_is_read_in_five_minutes():
    """At 200 words a minute, without the tables."""
    assert len(words().split()) < 1_000


@pytest.mark.parametrize(
    ("address", "where", "deleted"),
    [
        ("", "one file on the machine", "no byte of it"),
        ("postgresql://me:secret@db.example/x", "PostgreSQL database", "uses their place in its files again"),
        ("nonsense", "one file on the machine", "no byte of it"),
    ],
)
def test_it_says_where_the_data_is(monkeypatch, tmp_path, address, where, deleted):
    monkeypatch.setenv(VARIABLE, address)
    told = words()
    assert where in told and deleted in told
    assert "secret" not in told and "db.example" not in told


def test_logs_are_told_as_they_are(monkeypatch):
    monkeypatch.setenv(HOSTED, "1")
    assert "Another web server" in words()
    monkeypatch.delenv(HOSTED)
    assert "the window in which it was started" in words()


def test_whoever_runs_it_can_be_named(monkeypatch):
    assert "They have not named themselves" in words()
    monkeypatch.setenv(privacy.OPERATOR, f"  Example School, <b>privacy@school.example</b>{'x' * 900}")
    told = dict(privacy.sections())["Who is responsible"]
    assert told[0].startswith("Example School, <b>") and len(told[0]) == privacy.MOST_SIGNS
    assert "named themselves" not in " ".join(told)


def test_the_page_draws_it():
    at = AppTest.from_file(MAIN, default_timeout=120).run().switch_page("views/privacy.py").run()
    assert not at.exception
    (told,) = (json.loads(component.proto.json) for component in at.get("bidi_component"))
    assert told["sections"] == json.loads(json.dumps(privacy.sections()))
    assert told["tables"] == stored.tables() and told["settings"] == "settings"
