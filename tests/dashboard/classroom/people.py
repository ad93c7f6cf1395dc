"""People: everybody who may come to a room, by what they are there, and what each of them may do. Written by hand, not read off."""

from dashboard.classroom import codes
from dashboard.store import rooms
from tests.dashboard.classroom.world import Person, School, browser, told_by

STRANGERS = ("nobody", "forged", "passing", "removed", "former teacher", "teaches elsewhere", "member elsewhere")
"""No cookies; cookies that are none of ours; cookies that the room does not know, for one reason or another."""
MEMBERS = ("student", "waiting", "hidden", "second device")
WALLS = ("wall",)
TEACHERS = ("teacher", "second teacher", "recovered teacher", "teacher and student", "teacher and blocked")
BLOCKED = ("blocked",)
EVERYBODY = (*STRANGERS, *BLOCKED, *MEMBERS, "wall and student", *WALLS, *TEACHERS)
INSIDE = (*MEMBERS, "wall and student", *WALLS, *TEACHERS)
LEARN = (*MEMBERS, "wall and student", "teacher and student")

MAY: dict[str, tuple[str, ...]] = {
    "look": EVERYBODY,
    "join": tuple(one for one in EVERYBODY if one not in ("blocked", "nobody", "forged")),
    "resume": tuple(one for one in EVERYBODY if one not in ("blocked", "nobody", "forged")),
    "claim": EVERYBODY,
    "me": LEARN,
    "learn": LEARN,
    "read": LEARN,
    "events": INSIDE,
    "results": INSIDE,
    "spotlight": INSIDE,
    "load": INSIDE,
    "wall": ("wall and student", *WALLS, *TEACHERS),
    "class": TEACHERS,
    "command": TEACHERS,
    "export": TEACHERS,
    "access": TEACHERS,
}
"""Who may do what in a room that is open. Without a cookie of ours nobody can be known again, so they cannot come in."""
STILL = {"look", "claim", "read", "results", "spotlight", "load", "events", "wall", "class", "command", "export", "access"}
"""What may be done in a room that is closed, by those who may do it in an open one."""


def everybody(school: School, other: School) -> dict[str, Person]:
    """All of them, in a room and in another one."""
    found = {"nobody": Person(), "forged": Person("g" * 32, "../../etc/passwd"), "passing": browser()}
    for name in ("student", "hidden", "removed", "blocked"):
        found[name] = school.comes(name)
    for name, do in (("hidden", "hide"), ("removed", "remove"), ("blocked", "block")):
        school.tell("member", number=school.number(found[name]), do=do)
    school.tell("settings", approves=True)
    found["waiting"] = school.comes("waiting")
    school.tell("settings", approves=False)
    found["second device"] = browser()
    resume = school.rooms.me(found["student"].actor, school.token, "code")["resume"]
    assert school.rooms.resume(found["second device"].actor, school.token, resume)
    found |= {"teacher": school.teacher, "wall": school.claims("wall"), "second teacher": school.claims("teacher")}
    found["recovered teacher"] = told_by(codes.new_secret())
    assert school.rooms.claim(found["recovered teacher"].actor, school.token, school.recovery)
    for name, kind in (("wall and student", "wall"), ("teacher and student", "teacher"), ("teacher and blocked", "teacher")):
        found[name] = school.claims(kind)
        school.comes(name, found[name])
    school.tell("member", number=school.number(found["teacher and blocked"]), do="block")
    found |= {"teaches elsewhere": other.teacher, "member elsewhere": other.comes("elsewhere")}
    found["former teacher"] = school.claims("teacher")
    with school.store.writing() as session:
        room = rooms.by_token(session, school.token)
        (kept,) = [one for one in rooms.keys(session, room, ("teacher",)) if one.hash == codes.hashed(found["former teacher"].key)]
        session.delete(kept)
    assert found.keys() == set(EVERYBODY)
    return found
