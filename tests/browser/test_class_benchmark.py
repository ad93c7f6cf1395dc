"""What measures real browsers of a class: they come, vote and follow; and how many clicks a teacher needs for a link."""

from benchmarks import alone, classroom
from benchmarks.serving import Server
from benchmarks.students import SHOWN, STORED, USABLE
from benchmarks.windows import IN
from tests.dashboard.asgi import finished

SHORT_S = 1.0


def test_real_browsers_come_vote_and_follow_beside_the_others(address, browser, monkeypatch):
    for name in ("JOIN_S", "VOTE_S", "ANEW_S", "MOVES_S"):
        monkeypatch.setattr(classroom, name, SHORT_S)
    said = []
    one = finished(classroom.measured(Server(address, 0), 2, 1, [], said.append))
    assert one.seen.lost() == []
    assert one.within_s.keys() >= {USABLE, STORED, SHOWN, IN + USABLE, IN + STORED, IN + SHOWN}
    assert any(line.startswith("3 rows of 3 votes") for line in said)


def test_a_teacher_has_a_rooms_link_after_three_clicks_at_most_and_a_phone_predicts_by_it(address, browser):
    found = finished(alone.measured(address))
    assert alone.many(found) == [] and found[alone.CLICKS] > 0
