"""Commands: what a teacher does in a room, each stored before it is acknowledged. Who may is `rights`; what members see is `told`.

A command is a function of the room's row and the request's fields; it changes the row, or raises Refused, or Missing where there is
no such lesson.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy.orm import Session

from dashboard import places
from dashboard.classroom import codes, names, pace
from dashboard.classroom.rights import Actor, Forbidden, authorise
from dashboard.classroom.rooms import DAY_S, KEPT_DAYS, MOST_OPEN_DAYS, Rooms, shown_name, titled, unlit
from dashboard.classroom.told import PUSHABLE
from dashboard.island import MAX_QUERY
from dashboard.lesson.beside import SHELF, stage_of
from dashboard.lesson.desk import lesson_of
from dashboard.lesson.way import SUPPORTS, Refused
from dashboard.store import rooms
from dashboard.store.models import Member, Room
from dashboard.words import t
from lessons.format import Lesson, Step

CLAIM_S = 3_600.0
"""How long a claim link is good."""
MOST_LOCKS = 200
MOST_COUNTDOWN_S = 3_600.0
MOST_HANDS = 1_000
LABELS = "ABCD"
WHEN_CLOSED = frozenset({"settings", "delete", "end", "key", "unpush", "unspotlight"})
"""What can still be done in a room that is closed."""
Told = dict[str, Any] | None


def command(service: Rooms, actor: Actor, token: str, asked: Any) -> dict[str, Any]:
    """Do what a teacher asks for; what there is to say besides the class. Raises Refused, Missing and what `authorise` raises."""
    name, now_s = asked.get("command") if isinstance(asked, dict) else None, service.clock()
    if not isinstance(name, str) or name not in COMMANDS:
        raise Refused(t("There is no such command."))
    with service.database.writing() as session:
        seat = authorise(session, actor, "command", token, now_s, locks=True)
        if seat.closed and name not in WHEN_CLOSED:
            raise Forbidden(t("This room is closed. What you have done is kept until it is deleted."))
        told = COMMANDS[name](session, seat.room, asked, now_s)
        if name == "delete":
            return {}
        seat.room.revision += 1
        return told or {}


def _lesson(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    lesson, before = lesson_of(asked.get("lesson")), SHELF.get(room.lesson)
    if before is not None and room.title == before.title:
        room.title = lesson.title  # nobody gave the room a title of its own
    room.lesson, room.step, room.countdown_s, room.spotlight, room.push = lesson.id, None, None, None, None
    room.locks = []
    if room.pacing != pace.FREELY:
        room.step = lesson.steps_for(room.support)[0].id
    return None


def _pace(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    pacing, lesson = asked.get("pacing"), _of(room)
    if pacing not in pace.PACINGS:
        raise Refused(t("pacing: one of {names}.", names=", ".join(pace.PACINGS)))
    if asked.get("step") is not None:
        room.step = _step(lesson, asked["step"]).id
    elif pacing == pace.PAUSED and room.pacing == pace.FREELY:
        room.step = None  # everybody stays where they are, wherever the class was together before
    room.pacing = pacing
    if pacing == pace.PACED and pace.at(room, lesson) is None:
        room.step = lesson.steps_for(room.support)[0].id
    countdown_s = asked.get("countdown_s")
    room.countdown_s = None if countdown_s is None else now_s + _number(countdown_s, "countdown_s", 0, MOST_COUNTDOWN_S)
    room.spotlight = None
    return None


def _reveal(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    lesson = _of(room)
    step = pace.held(room, lesson)
    if step is None:
        raise Refused(t("There is no vote on this step whose outcome could be shown."))
    room.revealed = [*room.revealed, pace.key(lesson.id, step.id)]
    room.countdown_s = None
    return None


def _vote_again(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    lesson = _of(room)
    step = pace.at(room, lesson)
    if step is None or not pace.polled(step):
        raise Refused(t("Go with the class to a step that is voted on; then it can vote once more."))
    key, open_vote = pace.key(lesson.id, step.id), pace.vote(room, lesson.id, step.id)
    if open_vote >= pace.MOST_VOTES:
        raise Refused(t("A class votes on a step at most {most} times.", most=pace.MOST_VOTES))
    room.rounds = room.rounds | {key: open_vote + 1}
    over = pace.key(lesson.id, step.id, open_vote)
    room.revealed = [over if one == key else one for one in room.revealed]
    room.countdown_s = None
    return None


def _push(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    view, query = asked.get("view"), asked.get("query", "")
    if not isinstance(view, str) or view not in PUSHABLE or not places.exists(view):
        raise Refused(t("There is no such page to show."))
    if not isinstance(query, str) or len(query) > MAX_QUERY:
        raise Refused(t("This link is too long to be shown to a class."))
    pairs = [(name, value) for name, value in parse_qsl(query.lstrip("?")) if name not in ("room", "pushed")]
    room.pushes_count += 1
    address = places.path(view) + (f"?{urlencode(pairs)}" if pairs else "")
    room.push = {"number": room.pushes_count, "view": view, "address": address}
    return None


def _unpush(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    room.push = None
    return None


def _locks(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    paths, offered = asked.get("paths"), [one.path for one in stage_of(_of(room)).controls]
    if not isinstance(paths, list) or len(paths) > MOST_LOCKS or any(path not in offered for path in paths):
        raise Refused(t("paths: a list of controls of the room's lesson."))
    room.locks = list(dict.fromkeys(paths))
    return None


def _spotlight(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    lesson, numbers = _of(room), asked.get("numbers")
    step = pace.at(room, lesson) if asked.get("step") is None else _step(lesson, asked["step"])
    if step is None:
        raise Refused(t("Say of which step the runs shall be."))
    if not isinstance(numbers, list) or not 2 <= len(numbers) <= len(LABELS) or len(set(map(str, numbers))) != len(numbers):
        raise Refused(t("Choose two to four members."))
    found = []
    for number in numbers:
        member = _member_of(session, room, number)
        if member.status in rooms.OUT:
            raise Refused(t("This cannot be done with {name} now.", name=member.name))
        run = rooms.last_run(session, member, lesson.id, step.id)
        if run is None:
            raise Refused(t("{name} has no run in this step yet.", name=member.name))
        found.append({"number": member.number, "name": shown_name(member), "run": run})
    if asked.get("named") is not True:
        found = [one | {"name": None} for one in codes.shuffled(found)]
    runs = [{"label": label} | one for label, one in zip(LABELS, found)]
    room.spotlight = {"lesson": lesson.id, "step": step.id, "runs": runs}
    return None


def _unspotlight(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    room.spotlight = None
    return None


def _member(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    numbers = asked.get("numbers", [asked.get("number")])
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= rooms.MAX_MEMBERS:
        raise Refused(t("There is no such member."))
    for number in numbers:
        member = _member_of(session, room, number)
        _moderate(session, room, member, asked)
        unlit(room, member)
    room.people_revision += 1
    return None


def _moderate(session: Session, room: Room, member: Member, asked: Mapping[str, Any]) -> None:
    match asked.get("do"):
        case "approve" | "show":
            _let(member, ("waiting", "hidden", "present"), "present")
        case "hide":
            _let(member, ("waiting", "present", "hidden"), "hidden")
        case "block":
            member.status = "blocked"
        case "remove":
            # Their browsers may come in as somebody new; those that have not are themselves again if it is taken back.
            rooms.part(member, "removed")
            member.resume_hash = None
        case "restore":
            _let(member, ("removed", "blocked"), "present")
            if rooms.is_bound(session, member):
                _named(session, room, member, member.name)
            else:
                rooms.part(member, "left")
        case "rename":
            _named(session, room, member, names.plain(asked.get("name")))
        case "helped":
            member.help = False
        case _:
            raise Refused(t("There is no such command."))


def _let(member: Member, before: tuple[str, ...], after: str) -> None:
    if member.status not in before:
        raise Refused(t("This cannot be done with {name} now.", name=member.name))
    member.status = after


def _named(session: Session, room: Room, member: Member, name: str) -> None:
    look = names.look(name)
    same = rooms.by_look(session, room, look)
    if same is not None and same.id != member.id:
        raise Refused(t("This name is taken here. Add a letter or a number."))
    member.name, member.look = name, look


def _settings(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    for name in ("approves", "results_hidden"):
        if name in asked:
            if not isinstance(asked[name], bool):
                raise Refused(t("{name}: true or false.", name=name))
            setattr(room, name, asked[name])
    if "title" in asked:
        room.title = titled(asked["title"]) or room.title
    if "support" in asked:
        if asked["support"] not in SUPPORTS:
            raise Refused(t("The support is one of {names}.", names=", ".join(SUPPORTS)))
        room.support = asked["support"]
    if "closes_s" in asked:
        room.closes_s = _number(asked["closes_s"], "closes_s", now_s, room.created_s + MOST_OPEN_DAYS * DAY_S)
        room.deletes_s = room.closes_s + KEPT_DAYS * DAY_S
    return None


def _code(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    match asked.get("do"):
        case "new":
            room.code = codes.new_code(codes.CODE)
        case "close":
            room.code = None
        case "open":
            room.code = room.code or codes.new_code(codes.CODE)
        case _:
            raise Refused(t("There is no such command."))
    return None


def _clear(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    """A script took the places of the class: it has them no more, and with a new code the limit on those who come begins anew."""
    cleared = rooms.forget_idle(session, room)
    room.code = codes.new_code(codes.CODE)
    room.people_revision += 1
    return {"cleared": cleared}


def _key(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    kind = asked.get("kind")
    if kind not in ("teacher", "wall"):
        raise Refused(t("{name}: one of {names}.", name="kind", names="teacher, wall"))
    secret = codes.new_secret()
    rooms.add_key(session, room, f"claim_{kind}", codes.hashed(secret), now_s, now_s + CLAIM_S)
    return {"secret": secret, "made_s": now_s}


def _recovery(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    recovery = codes.new_code(codes.RECOVERY)
    for old in rooms.keys(session, room, ("recovery",)):
        session.delete(old)
    session.flush()
    rooms.add_key(session, room, "recovery", codes.hashed(recovery), now_s)
    return {"recovery": codes.written(recovery)}


def _hands(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    lesson = _of(room)
    step, counts, vote = _step(lesson, asked.get("step")), asked.get("counts"), asked.get("vote", 1)
    if step.check_kind != "choice":
        raise Refused(t("Hands can be counted where there are options to choose from."))
    if isinstance(vote, bool) or not isinstance(vote, int) or not 1 <= vote <= pace.vote(room, lesson.id, step.id):
        raise Refused(t("There was no such vote."))
    if not isinstance(counts, list) or len(counts) != len(step.choice.options):
        raise Refused(t("counts: a number for each option."))
    whole = [int(_number(count, "counts", 0, MOST_HANDS)) for count in counts]
    rooms.put_hands(session, room, lesson.id, step.id, vote, whole)
    return None


def _end(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    room.closes_s = min(room.closes_s, now_s)
    room.deletes_s = room.closes_s + KEPT_DAYS * DAY_S
    room.push = room.spotlight = room.countdown_s = room.code = None
    return None


def _delete(session: Session, room: Room, asked: Mapping[str, Any], now_s: float) -> Told:
    if titled(asked.get("title")) != room.title:
        raise Refused(t("Type the room’s title, so that nothing is deleted by mistake."))
    rooms.forget(session, room)
    return {}


COMMANDS: Mapping[str, Callable[[Session, Room, Mapping[str, Any], float], Told]] = {
    "lesson": _lesson, "pace": _pace, "reveal": _reveal, "vote_again": _vote_again, "push": _push, "unpush": _unpush,
    "locks": _locks, "spotlight": _spotlight, "unspotlight": _unspotlight, "member": _member, "settings": _settings, "code": _code,
    "clear": _clear, "key": _key, "recovery": _recovery, "hands": _hands, "end": _end, "delete": _delete,
}  # fmt: skip


def _of(room: Room) -> Lesson:
    return lesson_of(room.lesson)


def _step(lesson: Lesson, step_id: Any) -> Step:
    step = next((one for one in lesson.all_steps if one.id == step_id), None)
    if step is None:
        raise Refused(t("This lesson has no such step."))
    return step


def _member_of(session: Session, room: Room, number: Any) -> Member:
    whole = isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**31
    member = rooms.by_number(session, room, number) if whole else None
    if member is None:
        raise Refused(t("There is no such member."))
    return member


def _number(raw: Any, name: str, low: float, high: float) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw) or not low <= raw <= high:
        raise Refused(t("{name}: give a number from {low} to {high}.", name=name, low=round(low), high=round(high)))
    return float(raw)
