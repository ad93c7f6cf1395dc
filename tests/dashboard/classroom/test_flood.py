"""Many who come at once, a class or a script: each source has its share, and nobody uses up what others need to get in."""

from dashboard.classroom import api, codes
from dashboard.classroom.rooms import MOST_ROOMS
from dashboard.store import rooms as stored
from dashboard.store.models import Learner, Member
from tests.dashboard.classroom.test_doors import KEY, OTHER_SOURCE, count, find
from tests.dashboard.classroom.world import Person, browser, told_by
from tests.dashboard.lesson.played import LESSON


def test_wrong_codes_are_limited_per_source_and_right_ones_are_not(school, monkeypatch):
    assert api.TRIED_CODES._at_once >= 100, "a school shares an address"
    most = 20
    monkeypatch.setattr(api, "TRIED_CODES", type(api.TRIED_CODES)(most, 60, lambda: school.clock.now_s))
    for _ in range(most + 20):
        assert find(school, school.code()).status == 200
    assert [find(school, "2222-2222").status for _ in range(most + 5)] == [404] * most + [429] * 5
    assert find(school, "2222-2222", OTHER_SOURCE).status == 404, "others go on"
    assert find(school, school.code(), OTHER_SOURCE).status == 200
    refused = find(school, school.code())
    assert refused.status == 429 and "link or the QR code" in refused.json["problem"], "it says how a class still comes in"
    forged = {"x-forwarded-for": OTHER_SOURCE, "forwarded": f"for={OTHER_SOURCE}", "x-real-ip": OTHER_SOURCE}
    assert school.post(browser(), "/find", {"code": "2222-2222"}, forged).status == 429, "nobody says themselves where they are"
    school.clock.now_s += 1
    assert find(school, school.code()).status == 200


def test_whoever_tries_without_end_keeps_nobody_out_who_has_the_right_code(school, monkeypatch):
    """All from one address: short codes are tried up, and wrong ones of every kind are refused; a teacher and a member get in."""
    for name in ("TRIED_CODES", "TRIED_RESUME", "TRIED_SECRETS"):
        monkeypatch.setattr(api, name, type(api.TRIED_CODES)(5, 60, lambda: school.clock.now_s))
    resume = school.rooms.me(school.comes("Ann").actor, school.token, "code")["resume"]
    wrong = [
        ("/find", {"code": "2222-2222"}), (f"/{school.token}/resume", {"code": "2222-2222-2222"}),
        (f"/{school.token}/claim", {"secret": KEY}), (f"/{school.token}/claim", {"secret": "2222-2222-2222-2222-2222"}),
    ]  # fmt: skip
    assert [school.post(browser(), *wrong[0]).status for _ in range(7)] == [404] * 5 + [429] * 2
    for path, body in (wrong[1], (f"/{school.token}/resume", {"code": resume})):
        assert school.post(browser(), path, body).status != 429, "each kind has tries of its own"
    for path, body in wrong * 10:
        last = school.post(browser(), path, body).status
    assert last == 429
    link = school.tell("key", kind="teacher")["secret"]
    for path, body in (("claim", {"secret": school.recovery}), ("claim", {"secret": link}), ("resume", {"code": resume})):
        assert school.post(browser(), f"/{school.token}/{path}", body).status == 200, path


def test_who_joins_without_end_does_not_use_up_what_their_school_needs(school):
    """The same browser again, a name that is taken, one that is none, a room that is none: only who is new counts."""
    ann = school.comes("Ann")
    for name, who, token in (
        ("Ann", ann, school.token),
        ("Ann", browser(), school.token),
        ("", browser(), school.token),
        ("B", ann, "x"),
    ):
        school.post(who, f"/{token}/join", {"name": name})
    assert api.JOINED._now("192.0.2.1") == api.JOINED._at_once
    school.post(browser(), f"/{school.token}/join", {"name": "Ben"})
    assert api.JOINED._now("192.0.2.1") == api.JOINED._at_once - 1


def test_new_members_are_limited_per_source(school, monkeypatch):
    monkeypatch.setattr(api, "JOINED", type(api.JOINED)(5, 60, lambda: school.clock.now_s))
    joined = [school.post(browser(), f"/{school.token}/join", {"name": f"n{number}"}).status for number in range(8)]
    assert joined == [200] * 5 + [429] * 3
    assert count(school, Member) == 5 == count(school, Learner), "who is refused leaves nothing"
    assert school.post(browser(), f"/{school.token}/join", {"name": "x"}, source=OTHER_SOURCE).status == 200


def test_a_script_that_joins_without_end_leaves_room_for_the_class(school, monkeypatch):
    """It has its places, and no more; removed it has none, and what it may take again it takes slowly. Others come in meanwhile."""
    assert 300 <= api.JOINED_ROOM._at_once <= stored.MAX_MEMBERS // 2, "a class that shares an address comes in at once"
    monkeypatch.setattr(api, "JOINED_ROOM", type(api.JOINED_ROOM)(4, 60, lambda: school.clock.now_s))
    monkeypatch.setattr(stored, "MAX_MEMBERS", 7)

    def join(names: str, source: str = "192.0.2.1", token: str = school.token) -> list[int]:
        return [school.post(browser(), f"/{token}/join", {"name": name}, source=source).status for name in names]

    assert join("abcdef") == [200] * 4 + [429] * 2
    assert join("ghij", OTHER_SOURCE) == [200] * 3 + [400], "the room is full"
    school.tell("member", numbers=[1, 2, 3], do="remove")
    school.tell("member", number=4, do="block")
    assert join("jk", OTHER_SOURCE) == [200, 429]
    assert join("l", token=school.rooms.open(codes.new_secret(), LESSON.id)["token"]) == [200], "the next class of the school"
    school.clock.now_s += 2
    assert join("mno") == [200, 200, 429]


def test_a_room_takes_so_many_members_and_no_more(school, monkeypatch):
    monkeypatch.setattr(stored, "MAX_MEMBERS", 3)
    monkeypatch.setattr(stored, "MAX_EVER", 5)

    def join(name: str) -> int:
        reply = school.post(browser(), f"/{school.token}/join", {"name": name})
        assert reply.status == 200 or "full" in reply.json["problem"]
        return reply.status

    assert [join(name) for name in "abcd"] == [200, 200, 200, 400]
    for number, do in ((1, "remove"), (2, "block"), (3, "remove")):
        school.tell("member", number=number, do=do)
    assert [join(name) for name in "efg"] == [200, 200, 200], "of five that are kept two were removed without a word"
    assert (count(school, Member), count(school, Learner)) == (4, 4)
    assert join("h") == 400, "three are in it"


def test_a_teacher_lets_a_class_in_that_a_script_at_its_address_kept_out(school, monkeypatch):
    """Ann has begun, Ben is blocked; the script takes what is left. The class comes as soon as the teacher has cleared the room."""
    monkeypatch.setattr(api, "JOINED_ROOM", type(api.JOINED_ROOM)(6, 1, lambda: school.clock.now_s))
    people = {name: browser() for name in ("Ann", "Ben", "Cy", "Dora", "Eli")}

    def join(name: str, who: Person | None = None):
        return school.post(who or people[name], f"/{school.token}/join", {"name": name})

    assert [join(name).status for name in ("Ann", "Ben")] == [200, 200]
    school.act(people["Ann"], "next")
    school.tell("member", number=2, do="block")
    assert [join(f"x{number}", browser()).status for number in range(6)] == [200] * 4 + [429] * 2
    refused = join("Cy")
    assert refused.status == 429 and "teacher" in refused.json["problem"]
    code, before = school.code(), school.get(school.teacher, f"/{school.token}").json["room"]
    reply = school.post(school.teacher, f"/{school.token}/commands", {"command": "clear"})
    assert (reply.json["cleared"], [one["name"] for one in reply.json["people"]]) == (4, ["Ann", "Ben"])
    assert school.code() != code and reply.json["room"]["people"] > before["people"], "whoever is out is told to ask again"
    assert [join(name).status for name in ("Cy", "Dora", "Eli")] == [200] * 3
    assert join("Ben again", people["Ben"]).status == 403
    assert [school.get(people[name], f"/{school.token}").json["roles"] for name in ("Ann", "Ben")] == [["student"], ["out"]]
    assert [join(f"y{number}", browser()).status for number in range(4)] == [200] * 3 + [429], "the script is as limited as before"
    school.tell("code", do="close")
    assert school.post(school.teacher, f"/{school.token}/commands", {"command": "clear"}).status == 200
    assert join("Flo", browser()).status == 200, "also where the code was closed"


def test_a_script_that_joins_and_leaves_fills_no_room(school, monkeypatch):
    """It comes and goes, gets a code each time, or is removed; and what somebody has said is not deleted for it."""
    monkeypatch.setattr(stored, "MAX_EVER", 6)
    ann = school.comes("Ann")
    school.answer(ann, "recall_mean", 1)
    for number in range(20):
        who = school.comes(f"x{number}")
        if number % 3 == 1:
            school.rooms.me(who.actor, school.token, "code")
        if number % 3 == 2:
            school.tell("member", number=school.number(who), do="remove")
        else:
            school.rooms.me(who.actor, school.token, "leave")
        assert count(school, Member) <= 6
    assert school.post(browser(), f"/{school.token}/join", {"name": "Cleo"}).status == 200
    school.rooms.me(ann.actor, school.token, "leave")
    for number in range(20, 30):
        school.rooms.me(school.comes(f"x{number}").actor, school.token, "leave")
    assert school.get(school.teacher, f"/{school.token}/class").json["people"][0]["name"] == "Ann"


def test_what_was_said_in_a_room_is_bounded(school, monkeypatch):
    monkeypatch.setattr(stored, "MAX_EVER", 3)
    for number in range(3):
        who = school.comes(f"x{number}")
        school.answer(who, "recall_mean", 1)
        school.rooms.me(who.actor, school.token, "leave")
    reply = school.post(browser(), f"/{school.token}/join", {"name": "Cleo"})
    assert reply.status == 400 and "full" in reply.json["problem"]


def test_rooms_are_limited_per_source_and_per_browser(school, monkeypatch):
    key = codes.new_secret()
    assert [school.post(told_by(key), "", {"lesson": LESSON.id}).status for _ in range(31)] == [200] * 30 + [429]
    assert school.post(told_by(key), "", {"lesson": "nothing"}, source=OTHER_SOURCE).status == 404
    for number in range(MOST_ROOMS - 30):
        source = f"203.0.113.{number}"
        assert school.post(told_by(key), "", {"lesson": LESSON.id, "title": f"{number}"}, source=source).status == 200
    assert school.post(told_by(key), "", {"lesson": LESSON.id}, source=OTHER_SOURCE).status == 400
    taught = school.get(told_by(key)).json["rooms"]
    assert len(taught) == MOST_ROOMS
    assert school.get(browser()).json == {"rooms": []}
