"""A teacher ends the access of others, and what somebody noted of their own; a lost answer on the way costs them nothing."""

import pytest

from dashboard.classroom import codes
from dashboard.store import rooms as stored
from tests.dashboard.classroom.world import Person, browser, told_by
from tests.dashboard.lesson.played import LESSON


def roles(school, who: Person, token: str | None = None) -> list[str]:
    return school.get(who, f"/{token or school.token}").json["roles"]


def access(school, who: Person, do: str, token: str | None = None, arrives: bool = True):
    """`arrives`: whether the answer does."""
    reply = school.post(who, f"/{token or school.token}/access", {"do": do})
    return who.takes(reply) if arrives else reply


def puts_others_out(school, who: Person) -> str:
    """What the teacher's page does when its button is pressed; the recovery code."""
    for do in ("end", "renew", "end"):
        reply = access(school, who, do)
        assert reply.status == 200, reply.body
    return reply.json["recovery"]


def copy(who: Person) -> Person:
    """Somebody with the same cookies, who noted them."""
    return Person(who.learner, who.key, who.former)


def test_a_pupil_who_got_in_as_a_teacher_is_out_for_good(both_schools):
    school = both_schools
    pupil, wall, friend, fool = (told_by(codes.new_secret()) for _ in range(4))
    school.rooms.claim(pupil.actor, school.token, school.recovery)
    school.claims("wall", wall)
    school.comes("Ann", friend)
    link = school.tell("key", kind="teacher")["secret"]
    recovery = puts_others_out(school, school.teacher)
    assert [roles(school, one) for one in (school.teacher, pupil, wall, friend)] == [
        ["teacher"], ["stranger"], ["stranger"], ["student"]
    ]  # fmt: skip
    for secret in (link, school.recovery):
        assert school.post(pupil, f"/{school.token}/claim", {"secret": secret}).status == 404
    assert school.post(pupil, f"/{school.token}/commands", {"command": "recovery"}).status == 403
    assert school.post(fool, f"/{school.token}/claim", {"secret": recovery}).status == 200


def test_a_key_that_somebody_noted_is_worthless_in_every_room(school):
    """Of a classroom's computer: the key was there before the room was opened, and the same browser is a wall of another room."""
    noted = copy(school.teacher)
    second = school.post(school.teacher, "", {"lesson": LESSON.id, "title": "Form 5c"}).json["token"]
    elsewhere = school.rooms.open(codes.new_secret(), LESSON.id)["token"]
    with school.store.writing() as session:
        stored.add_key(session, stored.by_token(session, elsewhere), "wall", codes.hashed(noted.key), 0.0)
    assert roles(school, noted, second) == ["teacher"]
    puts_others_out(school, school.teacher)
    assert school.teacher.key != noted.key and school.teacher.former is None
    tokens = (school.token, second, elsewhere)
    assert [roles(school, noted, token) for token in tokens] == [["stranger"]] * 3
    assert [roles(school, school.teacher, token) for token in tokens] == [["teacher"], ["teacher"], ["wall"]]


@pytest.mark.parametrize("lost", range(3), ids=["end", "renew", "end again"])
def test_an_answer_that_is_lost_on_the_way_costs_the_teacher_nothing(school, lost):
    """The page says so, and the teacher presses again."""
    noted = copy(school.teacher)
    second = school.post(school.teacher, "", {"lesson": LESSON.id}).json["token"]
    for number, do in enumerate(("end", "renew", "end")):
        access(school, school.teacher, do, arrives=number != lost)
        assert [roles(school, school.teacher, token) for token in (school.token, second)] == [["teacher"]] * 2
        if number == lost:
            break
    puts_others_out(school, school.teacher)
    assert [roles(school, school.teacher, token) for token in (school.token, second)] == [["teacher"]] * 2
    assert [roles(school, noted, token) for token in (school.token, second)] == [["stranger"]] * 2
    with school.store.reading() as session:
        room = stored.by_token(session, school.token)
        assert [one.hash for one in stored.keys(session, room, ("teacher",))] == [codes.hashed(school.teacher.key)]


def test_two_tabs_that_both_press_it_leave_one_teacher(school):
    """One cookie jar: whatever was set last is what both have."""
    for do in ("end", "end", "renew", "renew", "end", "end"):
        access(school, school.teacher, do)
    assert roles(school, school.teacher) == ["teacher"]
    assert school.post(school.teacher, f"/{school.token}/commands", {"command": "recovery"}).status == 200


def test_it_works_in_a_room_whose_keys_were_used_up_and_says_where_another_is(school, monkeypatch):
    monkeypatch.setattr(stored, "MAX_KEYS", 3)
    second = school.post(school.teacher, "", {"lesson": LESSON.id, "title": "Form 5c"}).json["token"]
    for token in (school.token, second):
        for _ in range(2):
            with school.store.writing() as session:
                stored.add_key(session, stored.by_token(session, token), "teacher", codes.hashed(codes.new_secret()), 0.0)
    assert access(school, school.teacher, "end").status == 200
    reply = access(school, school.teacher, "renew")
    assert reply.status == 400 and "Form 5c" in reply.json["problem"] and not reply.cookies
    assert access(school, school.teacher, "end", second).status == 200
    puts_others_out(school, school.teacher)
    assert [roles(school, school.teacher, token) for token in (school.token, second)] == [["teacher"]] * 2


@pytest.mark.parametrize("body", [None, {}, {"do": "leave"}, {"do": ["end"]}, "end"])
def test_nothing_else_ends_access(school, body):
    before = school.rows()
    assert school.post(school.teacher, f"/{school.token}/access", body).status == 400
    assert school.post(school.teacher, "/stop", body).status == 400
    assert school.rows() == before


def test_whoever_stops_teaching_in_a_browser_is_nobody_there_with_whatever_key_was_noted(school):
    """On a classroom's computer; with the recovery code they come back, and the room is as it was."""
    second = school.claims("teacher")
    noted = copy(school.teacher)
    access(school, school.teacher, "renew")
    noted_now = copy(school.teacher)
    reply = school.teacher.takes(school.post(school.teacher, "/stop", {"sure": True}))
    assert reply.json == {"rooms": 1}
    assert (school.teacher.key, school.teacher.former) == (None, None)
    assert [roles(school, one) for one in (noted, noted_now, school.teacher, second)] == [["stranger"]] * 3 + [["teacher"]]
    home = browser()
    assert school.post(home, f"/{school.token}/claim", {"secret": school.recovery}).json["roles"] == ["teacher"]
    assert school.post(browser(), "/stop", {"sure": True}).json == {"rooms": 0}
