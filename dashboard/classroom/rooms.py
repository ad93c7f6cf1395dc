"""Rooms: opening one, coming into it, and learning in it. What a teacher does there is `commands`; who may is `rights`.

Everything is stored before it is acknowledged. Knows nothing of the web.
"""

import hmac
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.classroom import codes, names, pace
from dashboard.classroom.rights import Actor, Forbidden, NoRoom, Seat, authorise
from dashboard.classroom.told import member_told, room_told
from dashboard.lesson.desk import Desk, lesson_of
from dashboard.lesson.way import SUPPORTS, Refused
from dashboard.store import learning, rooms
from dashboard.store.database import DATABASE, Database
from dashboard.store.models import TITLE, Member, Room
from dashboard.words import t
from lessons.format import Lesson

DAY_S = 24 * 3_600.0
OPEN_DAYS = 30
KEPT_DAYS = 30
"""After it was closed it is deleted."""
MOST_OPEN_DAYS = 200
MOST_ROOMS = 50
"""That one browser teaches at a time."""
TRIES = 4
CLAIMS = ("claim_teacher", "claim_wall")
"""Kinds of keys that are links, good once."""


class Rooms:
    """The rooms on a database, by a clock."""

    def __init__(self, database: Database = DATABASE, clock: Callable[[], float] = time.time, desk: Desk | None = None) -> None:
        self.database, self.clock = database, clock
        self._desk = desk or Desk(database, clock)

    def open(self, key: str, lesson_id: Any, title: Any = "") -> dict[str, Any]:
        """A new room, whose teacher is the browser with this key. Raises Missing, Refused or Away."""
        lesson = lesson_of(lesson_id)
        now_s, recovery = self.clock(), codes.new_code(codes.RECOVERY)
        with self.database.writing() as session:
            if len(rooms.taught(session, codes.hashed(key), now_s)) >= MOST_ROOMS:
                raise Refused(t("You have {most} rooms. Delete one that you no longer need.", most=MOST_ROOMS))
            room = Room(
                token=codes.new_token(), code=codes.new_code(codes.CODE), title=titled(title) or lesson.title, created_s=now_s,
                closes_s=now_s + OPEN_DAYS * DAY_S, deletes_s=now_s + (OPEN_DAYS + KEPT_DAYS) * DAY_S, lesson=lesson.id,
                pacing=pace.FREELY, step=None, support=SUPPORTS[0], rounds={}, revealed=[], locks=[], push=None, spotlight=None,
                approves=False, results_hidden=True, countdown_s=None, pushes_count=0, members_count=0, revision=1,
                people_revision=1,
            )  # fmt: skip
            session.add(room)
            session.flush()
            rooms.add_key(session, room, "teacher", codes.hashed(key), now_s)
            rooms.add_key(session, room, "recovery", codes.hashed(recovery), now_s)
            return {"token": room.token, "recovery": codes.written(recovery)}

    def taught(self, actor: Actor) -> list[dict[str, Any]]:
        """The rooms that this browser teaches."""
        now_s = self.clock()
        if actor.key is None:
            return []
        with self.database.reading() as session:
            found = rooms.taught(session, codes.hashed(actor.key), now_s)
            counts = rooms.counts(session, [room.id for room in found])
            return [
                {
                    "token": room.token, "title": room.title, "lesson": room.lesson, "members": counts.get(room.id, 0),
                    "closes_s": room.closes_s, "closed": now_s >= room.closes_s,
                }
                for room in found
            ]  # fmt: skip

    def find(self, code: Any) -> str | None:
        """The token of the open room with this code; None for all others alike."""
        read = codes.read(code, codes.CODE)
        with self.database.reading() as session:
            room = rooms.by_code(session, read, self.clock()) if read else None
            return room.token if room else None

    def state(self, actor: Actor, token: str, action: str = "look") -> dict[str, Any]:
        """The room, and who this browser is in it. Raises NoRoom or Forbidden."""
        now_s = self.clock()
        with self.database.reading() as session:
            return _state(authorise(session, actor, action, token, now_s), now_s)

    def join(self, actor: Actor, token: str, name: Any, admit: Callable[[Room], None] = lambda _: None) -> dict[str, Any]:
        """Come in with a name; whoever is in already stays who they are. `admit` is asked before there is one more.

        Raises BadName and what `admit` and `authorise` raise.
        """
        for _ in range(TRIES):
            try:
                return self._joined(actor, token, name, admit)
            except IntegrityError:
                continue  # somebody came in with the same name at the same time
        raise Refused(t("This name is taken here. Add a letter or a number; if it is you, open “I was here before”."))

    def _joined(self, actor: Actor, token: str, name: Any, admit: Callable[[Room], None]) -> dict[str, Any]:
        now_s, cookie = self.clock(), _cookie(actor)
        shown = names.plain(name)
        with self.database.writing() as session:
            seat = authorise(session, actor, "join", token, now_s, locks=True)
            if seat.member is not None and seat.member.status not in rooms.GONE:
                return _state(seat, now_s)
            look = names.look(shown)
            if rooms.by_look(session, seat.room, look):
                raise Refused(t("This name is taken here. Add a letter or a number; if it is you, open “I was here before”."))
            if rooms.is_full(session, seat.room):
                raise Refused(t("This room is full. Tell your teacher."))
            admit(seat.room)
            member = rooms.add_member(session, seat.room, {"name": shown, "look": look, "status": _at_first(seat.room)}, now_s)
            rooms.bind(session, seat.room, member, cookie)
            return _state(authorise(session, actor, "look", token, now_s), now_s)

    def resume(self, actor: Actor, token: str, code: Any) -> dict[str, Any] | None:
        """Go on as the member with this code; None for a wrong one. Raises what `authorise` raises."""
        now_s, cookie, read = self.clock(), _cookie(actor), codes.read(code, codes.RESUME)
        with self.database.writing() as session:
            seat = authorise(session, actor, "resume", token, now_s, locks=True)
            member = rooms.by_resume(session, seat.room, codes.hashed(read)) if read else None
            if member is None or member.status in ("removed", "blocked"):
                return None
            if member.status == "left":
                _come_back(session, seat.room, member, now_s)
            rooms.bind(session, seat.room, member, cookie)
            return _state(authorise(session, actor, "look", token, now_s), now_s)

    def claim(self, actor: Actor, token: str, secret: Any) -> bool:
        """Let the browser's key in with a claim link's secret, once, or with the recovery code; False for a wrong one."""
        now_s = self.clock()
        if actor.key is None:
            raise Forbidden(t("Your browser has no cookie of this page. Allow cookies here, and load the page again."))
        recovery = codes.read(secret, codes.RECOVERY)
        given = recovery or (secret if isinstance(secret, str) and codes.SECRET.fullmatch(secret) else "")
        with self.database.writing() as session:
            room = authorise(session, actor, "claim", token, now_s, locks=True).room
            kinds = ("recovery",) if recovery else CLAIMS
            kept = [one for one in rooms.keys(session, room, kinds) if hmac.compare_digest(one.hash, codes.hashed(given))]
            if not kept or (kept[0].ends_s is not None and now_s >= kept[0].ends_s):
                return False
            kind = "wall" if kept[0].kind == "claim_wall" else "teacher"
            if not recovery:
                session.delete(kept[0])
                session.flush()
                room.revision += 1  # whoever made the link sees that it is used up
            rooms.add_key(session, room, kind, codes.hashed(actor.key), now_s)
            return True

    def me(self, actor: Actor, token: str, do: Any) -> dict[str, Any]:
        """What a member does with themselves. Raises Refused and what `authorise` raises."""
        now_s = self.clock()
        with self.database.writing() as session:
            # Their own row only, so a class need not go one by one; but of two browsers that leave at once one is the last.
            seat = authorise(session, actor, "me", token, now_s, locks=do == "leave")
            member = seat.member
            member.seen_s = now_s
            match do:
                case "help" | "fine":
                    member.help = do == "help"
                case "code":
                    code = codes.new_code(codes.RESUME)
                    member.resume_hash = codes.hashed(code)
                    return {"me": member_told(member), "resume": codes.written(code)}
                case "leave":
                    rooms.unbind(session, seat.room, _cookie(actor))
                    if rooms.is_bound(session, member):
                        member.browser_hash = None  # whoever comes in next with this browser is somebody else
                    else:
                        rooms.part(member, "left")
                        if unlit(seat.room, member):
                            seat.room.revision += 1
                        # Of whoever has said nothing, and has no code with which to come back, nothing stays.
                        rooms.forget_silent(session, seat.room, Member.id == member.id, Member.resume_hash.is_(None))
                    return {"me": None}
                case _:
                    raise Refused(t("There is no such action in a room."))
            return {"me": member_told(member)}

    def lesson(self, actor: Actor, token: str, lesson_id: str) -> dict[str, Any]:
        """Where a member is in a lesson; once the room is closed, where they were. Raises Missing and what `authorise` raises."""
        who, lesson, rules = self._learner(actor, token, lesson_id, "read")
        return self._desk.state(who, lesson.id, rules)

    def act(self, actor: Actor, token: str, lesson_id: str, action: Any) -> dict[str, Any]:
        """Take a member's action in a lesson; the state after it. Raises what the desk and `authorise` raise."""
        who, lesson, rules = self._learner(actor, token, lesson_id, "learn")
        try:
            return self._desk.act(who, lesson.id, action, rules)
        except learning.Gone:
            raise NoRoom(t("There is no such room. Ask your teacher for the link again.")) from None

    def _learner(self, actor: Actor, token: str, lesson_id: str, action: str) -> tuple[str, Lesson, Any]:
        lesson = lesson_of(lesson_id)
        with self.database.reading() as session:
            seat = authorise(session, actor, action, token, self.clock())
            return learning.member_name(seat.room.id, seat.member.number), lesson, pace.rules(seat.room, lesson)


def _state(seat: Seat, now_s: float) -> dict[str, Any]:
    inside = bool(seat.roles & {"teacher", "wall"})
    return {"room": room_told(seat.room, now_s, inside), "me": member_told(seat.member), "roles": sorted(seat.roles)}


def _at_first(room: Room) -> str:
    """The status of whoever comes in."""
    return "waiting" if room.approves else "present"


def _come_back(session: Session, room: Room, member: Member, now_s: float) -> None:
    """A member who had left is in the class again; where somebody else has their name by now, their number stands behind it."""
    for name in (member.name, f"{member.name[: names.MOST_VISIBLE - 6]} {member.number}"):
        if rooms.by_look(session, room, names.look(name)) is None:
            member.name, member.look, member.status, member.seen_s = name, names.look(name), _at_first(room), now_s
            return
    raise Refused(t("This name is taken here. Add a letter or a number."))


def shown_name(member: Member) -> str | None:
    """The name by which the class may know the member."""
    return member.name if member.status == "present" else None


def unlit(room: Room, member: Member) -> bool:
    """End a spotlight on somebody who is out, or whose name in it is theirs no more, or may not be shown; whether there was one."""
    for one in room.spotlight["runs"] if room.spotlight else ():
        is_theirs = one.get("number", member.number) == member.number  # older rows do not say whose it is
        if is_theirs and (member.status in rooms.OUT or one["name"] not in (None, shown_name(member))):
            room.spotlight = None
            return True
    return False


def titled(raw: Any) -> str:
    """A room's title as it is kept: plain, in one line; "" for none."""
    if not isinstance(raw, str) or not raw.strip():
        return ""
    return " ".join("".join(sign for sign in raw if sign.isprintable() or sign.isspace()).split())[:TITLE]


def _cookie(actor: Actor) -> str:
    if actor.cookie is None:
        raise Forbidden(t("Your browser has no cookie of this page. Allow cookies here, and load the page again."))
    return actor.cookie
