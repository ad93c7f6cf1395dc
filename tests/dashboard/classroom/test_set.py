"""What a teacher sets is stored within its bounds, and told to everybody whom it is for."""

import json

import pytest

from dashboard.classroom.commands import MOST_COUNTDOWN_S
from dashboard.classroom.rooms import DAY_S, KEPT_DAYS
from dashboard.lesson.way import Refused
from dashboard.store import rooms as stored
from tests.dashboard.classroom.test_secrets import streamed


def post(school, **asked):
    return school.post(school.teacher, f"/{school.token}/commands", asked)


def test_the_end_of_a_countdown_is_stored_and_told_to_students_and_wall(school):
    ann, wall = school.comes("Ann"), school.claims("wall")
    school.clock.now_s = 5_000.0
    told = post(school, command="pace", pacing="paced", step="guess", countdown_s=90).json["room"]
    assert (told["countdown_s"], told["now_s"]) == (5_090.0, 5_000.0)
    school.clock.now_s += 30
    with school.store.reading() as session:
        assert stored.by_token(session, school.token).countdown_s == 5_090.0
    for who, path in ((ann, ""), (wall, "/wall")):
        room = school.get(who, f"/{school.token}{path}").json["room"]
        assert (room["countdown_s"], room["now_s"]) == (5_090.0, 5_030.0), "so a browser whose clock is wrong knows what is left"
    assert json.loads(streamed(school))["room"]["countdown_s"] == 5_090.0


@pytest.mark.parametrize("after", [{"command": "reveal"}, {"command": "vote_again"}, {"command": "pace", "pacing": "paced"}])
def test_a_countdown_ends_with_what_it_was_for(school, after):
    post(school, command="pace", pacing="paced", step="guess", countdown_s=90)
    assert post(school, **after).json["room"]["countdown_s"] is None


def test_a_countdown_has_an_hour_at_most(school):
    assert post(school, command="pace", pacing="paced", step="guess", countdown_s=MOST_COUNTDOWN_S).status == 200
    for wrong in (MOST_COUNTDOWN_S + 1, -1, True, "60", float("inf")):
        with pytest.raises(Refused, match="countdown_s"):
            school.tell("pace", pacing="paced", step="guess", countdown_s=wrong)


def test_a_room_is_open_for_200_days_at_most_counted_from_its_begin(school):
    begin_s = school.clock.now_s
    school.clock.now_s += 10 * DAY_S
    reply = post(school, command="settings", closes_s=begin_s + 201 * DAY_S)
    assert reply.status == 400 and "closes_s" in reply.json["problem"]
    room = post(school, command="settings", closes_s=begin_s + 200 * DAY_S).json["room"]
    assert (room["closes_s"], room["deletes_s"]) == (begin_s + 200 * DAY_S, begin_s + (200 + KEPT_DAYS) * DAY_S)
    school.clock.now_s = begin_s + 200 * DAY_S - 1
    assert not school.get(school.teacher, f"/{school.token}").json["room"]["closed"]
