"""What measures a class measures a small one whole: everybody comes, votes and comes back; and what is missed is said."""

import sqlite3

import pytest

from benchmarks import alone, classroom, full, hours
from benchmarks.classroom import APART, DROPPED, FIRST, LINK, PROMISED_S, SHARED, SHOWN, STORED, USABLE
from benchmarks.serving import served
from benchmarks.students import Seen
from benchmarks.windows import IN
from engine.kernel import compiled
from tests.dashboard.asgi import finished

STUDENTS = 5
SHORT_S = 1.0


@pytest.fixture
def short(monkeypatch):
    """Phases of seconds."""
    for name in ("JOIN_S", "VOTE_S", "ANEW_S", "MOVES_S"):
        monkeypatch.setattr(classroom, name, SHORT_S)
    for name in ("BETWEEN_S", "TEACHER_S", "VOTE_S"):
        monkeypatch.setattr(hours, name, SHORT_S / 4)


def stored(file) -> list[int]:
    """How many answers there are of each learner, those who came first at first."""
    database = sqlite3.connect(file)
    found = database.execute("select count(*) from answers group by learner_id order by learner_id").fetchall()
    database.close()
    return [count for (count,) in found]


def test_a_small_class_comes_votes_and_is_back_after_all_connections_dropped(short, monkeypatch, tmp_path):
    compiled.build()
    said, file = [], tmp_path / "rooms.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    with served() as server:
        one = finished(classroom.measured(server, STUDENTS, 0, [server.pid], said.append))
        assert stored(file) == [1] * STUDENTS, "a row for every vote"
        lived = finished(hours.measured(server, STUDENTS, 10 * SHORT_S / 60))
    assert one.seen.lost() == []
    assert one.within_s.keys() >= PROMISED_S.keys() - {APART, LINK, FIRST}
    assert f"{STUDENTS} rows of {STUDENTS} votes" in said[3]
    (back,) = [line for line in said if line.strip().startswith(DROPPED)]
    assert back.endswith(f"({STUDENTS} times)"), "everybody, at the same step"
    assert [one for one in hours.missed(lived) if "MB" not in one] == [], "caches still fill up"
    (votes,) = {*stored(file)[STUDENTS:]}
    assert votes > 1, "the teacher of the long class lets them vote again"


def test_promises_are_missed_and_aims_and_browsers_are_only_marked():
    took_s = {USABLE: 3.0, SHOWN: 5.5, STORED: 40.0, SHARED: 0.4, APART: 20.0, IN + USABLE: 9.8}
    assert full.slow(took_s) == [f"{SHOWN}: 5.50 s"]
    rows = full.table(full.columns("a class", 10, took_s))
    assert rows[0] == "| 95 % within, in seconds | asked | a class | 10 real browsers beside them, on the same cores |"
    assert {f"| P1 {USABLE} | 3 | 3.00 ✓ | 9.80 ✗ |", f"| P11 {SHOWN} | 5 | 5.50 ✗ | – |"} < {*rows}
    assert {f"| P2 {STORED} | – | 40.00 | – |", f"| aim: {SHARED} | 0.3 | 0.40 ✗ | – |"} < {*rows}


def test_a_link_after_four_clicks_is_missed():
    assert alone.many({alone.CLICKS: 3}) == []
    assert alone.many({alone.CLICKS: 4}) == ["4 clicks from home to the room's link"]


def test_what_was_not_tried_again_is_lost():
    seen = Seen()
    for name in ("vote, tried again", "vote", "a file, asked for again"):
        seen.wrong(name, "given up")
    assert seen.lost() == ["vote: given up"]


@pytest.mark.parametrize(
    ("lines", "missed"),
    [
        (["  memory: 400 MB after 30 min, 500 MB at the end, 700 MB at most"], []),
        (["* memory: 400 MB after 7.5 min, 501 MB at the end, 501 MB at most"], ["memory grew from 400 to 501 MB"]),
        (["5 min: 400 MB"], ["no memory was told"]),
        (["memory: 9 MB after 1 min, 9 MB at the end", "  wrong: vote: given up: 2 times"], ["vote: given up: 2 times"]),
        (["memory: 9 MB after 1 min, 9 MB at the end", "  wrong: vote, tried again: 503: 2 times"], []),
    ],
)
def test_two_hours_are_missed_when_memory_grows_by_more_than_a_quarter(lines, missed):
    assert hours.missed(lines) == missed
