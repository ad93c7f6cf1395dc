"""Rooms: reading and writing rooms, their members and their keys, as rows. Decides nothing about who may.

Every function runs within a transaction of `database`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import String, bindparam, cast, delete, func, select
from sqlalchemy.orm import Session

from dashboard.store.learning import hashed, member_name
from dashboard.store.models import Answer, Device, HandCount, Learner, Member, Progress, Room, RoomKey

MAX_MEMBERS = 1_000
"""In a room at a time: whoever leaves, is removed or is blocked frees a place."""
MAX_EVER = 5_000
"""That are kept of a room, those who are in it no more included: of them whoever has said nothing makes place for others."""
MAX_KEYS = 40
"""Of one kind in a room. Then none is added: if an older one went for it, whoever got in could put the teacher out."""
BROWSERS = ("teacher", "wall")
"""Kinds of keys that are a browser's."""
GONE = ("left", "removed")
"""Statuses of members whose name is free, and whose browsers may come in as somebody new;"""
OUT = (*GONE, "blocked")
"""of all who are in the room no more;"""
UNCOUNTED = ("removed", "blocked")
"""of those whose answers count no more. What somebody said who has left by themselves was said."""
# What every request asks for is made once.
_BY_TOKEN = select(Room).where(Room.token == bindparam("token"))
_BY_TOKEN_LOCKED = _BY_TOKEN.with_for_update()
_BY_DEVICE = (
    select(Member)
    .join(Device, Device.member_id == Member.id)
    .where(Device.room_id == bindparam("room"), Device.cookie_hash == bindparam("hash"))
)


class FullOfKeys(Exception):
    """A room, whose title this says, has as many keys of a kind as there may be."""


def by_token(session: Session, token: str, locks: bool = False) -> Room | None:
    """The room with this token; with `locks` others who want to change it wait until this transaction is over."""
    return session.scalar(_BY_TOKEN_LOCKED if locks else _BY_TOKEN, {"token": token})


def by_code(session: Session, code: str, now_s: float) -> Room | None:
    """The open room with this short code."""
    return session.scalar(select(Room).where(Room.code == code, Room.closes_s > now_s))


def taught(session: Session, key_hash: str, now_s: float) -> list[Room]:
    """The rooms that a key is a teacher's of, the newest first."""
    mine = (RoomKey.hash == key_hash, RoomKey.kind == "teacher", RoomKey.room_id == Room.id, Room.deletes_s > now_s)
    return list(session.scalars(select(Room).join(RoomKey, RoomKey.room_id == Room.id).where(*mine).order_by(Room.id.desc())))


def keys(session: Session, room: Room, kinds: Iterable[str]) -> list[RoomKey]:
    """The room's keys of these kinds, the oldest first."""
    wanted = select(RoomKey).where(RoomKey.room_id == room.id, RoomKey.kind.in_(tuple(kinds)))
    return list(session.scalars(wanted.order_by(RoomKey.created_s)))


def add_key(session: Session, room: Room, kind: str, key_hash: str, now_s: float, ends_s: float | None = None) -> None:
    """Let a key in. Raises FullOfKeys."""
    same = session.get(RoomKey, (key_hash, room.id))
    if same is not None and same.kind in ("teacher", kind):
        return  # a teacher who opens a wall in the same browser stays a teacher
    if sum(one.ends_s is None or now_s < one.ends_s for one in keys(session, room, (kind,))) >= MAX_KEYS:
        raise FullOfKeys(room.title)
    if same is not None:
        same.kind = kind
    else:
        session.add(RoomKey(hash=key_hash, room_id=room.id, kind=kind, created_s=now_s, ends_s=ends_s))
    session.flush()


def succeed(session: Session, old: str, new: str, now_s: float) -> None:
    """Let a key in wherever a browser's old one is, as what that is there. Raises FullOfKeys."""
    for one in session.scalars(select(RoomKey).where(RoomKey.hash == old, RoomKey.kind.in_(BROWSERS))).all():
        add_key(session, session.get_one(Room, one.room_id), one.kind, new, now_s)


def end_key(session: Session, key_hash: str, heir: str | None = None) -> None:
    """End a browser's key in every room; `heir`: only in those in which this one is."""
    ended = delete(RoomKey).where(RoomKey.hash == key_hash, RoomKey.kind.in_(BROWSERS))
    if heir is not None:
        ended = ended.where(RoomKey.room_id.in_(select(RoomKey.room_id).where(RoomKey.hash == heir)))
    session.execute(ended)


def end_keys(session: Session, room: Room, but: str) -> None:
    """End all of the room's keys, links and codes, but for one."""
    session.execute(delete(RoomKey).where(RoomKey.room_id == room.id, RoomKey.hash != but))


def browsers(session: Session, room_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The keys of browsers in each of these rooms."""
    found: dict[int, set[str]] = {}
    wanted = select(RoomKey.room_id, RoomKey.hash).where(RoomKey.room_id.in_(room_ids), RoomKey.kind.in_(BROWSERS))
    for room_id, key_hash in session.execute(wanted):
        found.setdefault(room_id, set()).add(key_hash)
    return {room_id: frozenset(hashes) for room_id, hashes in found.items()}


def member_of(session: Session, room: Room, cookie: str) -> Member | None:
    """The member that the browser with this cookie is in the room."""
    return session.scalar(_BY_DEVICE, {"room": room.id, "hash": hashed(cookie)})


def members(session: Session, room: Room) -> list[Member]:
    """All who ever joined, by their numbers."""
    return list(session.scalars(select(Member).where(Member.room_id == room.id).order_by(Member.number)))


def by_number(session: Session, room: Room, number: int) -> Member | None:
    """The member with this number."""
    return session.scalar(select(Member).where(Member.room_id == room.id, Member.number == number))


def by_look(session: Session, room: Room, look: str) -> Member | None:
    """The member whose name looks like this."""
    return session.scalar(select(Member).where(Member.room_id == room.id, Member.look == look))


def by_resume(session: Session, room: Room, resume_hash: str) -> Member | None:
    """The member with this code for another device."""
    return session.scalar(select(Member).where(Member.room_id == room.id, Member.resume_hash == resume_hash))


def is_full(session: Session, room: Room) -> bool:
    """Whether nobody more fits into the room. Whoever has left or was removed without a word makes place, once it is needed."""
    if counts(session, [room.id]).get(room.id, 0) >= MAX_MEMBERS:
        return True
    if room.members_count < MAX_EVER or _kept(session, room) < MAX_EVER:
        return False
    forget_silent(session, room, Member.status.in_(GONE))
    return _kept(session, room) >= MAX_EVER


def _kept(session: Session, room: Room) -> int:
    return session.scalar(select(func.count(Member.id)).where(Member.room_id == room.id))


def forget_silent(session: Session, room: Room, *which: Any) -> int:
    """Delete those of these members who have never answered anything; how many there were."""
    whose = select(Member.learner_id).where(Member.room_id == room.id, *which)
    # The count is the deleted row's own: an answer that is stored at this moment keeps whoever gave it.
    return session.execute(delete(Learner).where(Learner.answers_count == 0, Learner.id.in_(whose))).rowcount


def forget_idle(session: Session, room: Room) -> int:
    """Delete the members who have done nothing yet; how many there were. Whoever is blocked stays so."""
    begun = select(Progress.learner_id).where(Progress.learner_id == Member.learner_id).exists()
    return forget_silent(session, room, Member.status != "blocked", ~begun)


def add_member(session: Session, room: Room, values: dict[str, Any], now_s: float) -> Member:
    """One more member, with a learner of their own. The room must be locked."""
    room.members_count += 1
    learner = Learner(
        cookie_hash=member_name(room.id, room.members_count), created_s=now_s, seen_s=now_s, answers_count=0
    )  # fmt: skip
    session.add(learner)
    session.flush()
    fixed = {"help": False, "resume_hash": None, "joined_s": now_s, "seen_s": now_s}
    member = Member(room_id=room.id, learner_id=learner.id, number=room.members_count, **fixed, **values)
    session.add(member)
    session.flush()
    return member


def bind(session: Session, room: Room, member: Member, cookie: str) -> None:
    """From now on the browser with this cookie is this member."""
    member.browser_hash = hashed(cookie)
    device = session.get(Device, (room.id, hashed(cookie)))
    if device is None:
        session.add(Device(room_id=room.id, cookie_hash=hashed(cookie), member_id=member.id))
    else:
        device.member_id = member.id
    session.flush()


def unbind(session: Session, room: Room, cookie: str) -> None:
    """The browser with this cookie is nobody in the room any more."""
    session.execute(delete(Device).where(Device.room_id == room.id, Device.cookie_hash == hashed(cookie)))


def is_bound(session: Session, member: Member) -> bool:
    """Whether any browser is this member."""
    return session.scalar(select(Device.member_id).where(Device.member_id == member.id).limit(1)) is not None


def part(member: Member, status: str) -> None:
    """They are out of the class: their name is free again and they need no help. What they said stays."""
    member.status, member.look, member.help = status, f"{status} {member.number}", False


def answers(session: Session, room: Room, lesson: str, step: str) -> list[Any]:
    """Answers of all members to a step, as they were given: rows of member_id, voter (the same for all that one browser was, one
    after the other), status, step, confidence, right, answer and verdict.
    """
    given = (*_GIVEN, Answer.answer, Answer.verdict)
    return _answered(session, given, room, Answer.lesson == lesson, Answer.step == step)


def marked(session: Session, room: Room, lesson: str) -> list[Any]:
    """What is known of all answers to a lesson without what was said, which takes long to read: rows of member_id, voter, status,
    step, run_through, confidence, right, misconception, and late, as in the verdict.
    """
    kept = Answer.verdict["misconception"].as_string().label("misconception"), Answer.verdict["late"].as_boolean().label("late")
    return _answered(session, (*_GIVEN, Answer.run_through, *kept), room, Answer.lesson == lesson)


_VOTER = func.coalesce(Member.browser_hash, cast(Member.id, String)).label("voter")
_GIVEN = (Member.id.label("member_id"), _VOTER, Member.status, Answer.step, Answer.confidence, Answer.right.label("right"))


def _answered(session: Session, columns: Sequence[Any], room: Room, *which: Any) -> list[Any]:
    wanted = select(*columns).join(Member, Member.learner_id == Answer.learner_id).where(Member.room_id == room.id, *which)
    # Past the session, which would look at each of thousands of values to find objects of its own.
    return list(session.connection().execute(wanted.order_by(Answer.id)))


def last_run(session: Session, member: Member, lesson: str, step: str) -> dict[str, Any] | None:
    """The run that came with a member's last answer to a step."""
    mine = (Answer.learner_id == member.learner_id, Answer.lesson == lesson, Answer.step == step)
    rows = session.scalars(select(Answer.run).where(*mine).order_by(Answer.id.desc()))
    return next((run for run in rows if run), None)


def progress(session: Session, room: Room, lesson: str) -> dict[int, Any]:
    """How far the members are in a lesson, by their ids: rows of run_through, support, step, passed, entered and changed_s."""
    far = [getattr(Progress, name) for name in ("run_through", "support", "step", "passed", "entered", "changed_s")]
    wanted = select(Member.id, *far).join(Member, Member.learner_id == Progress.learner_id)
    rows = session.connection().execute(wanted.where(Member.room_id == room.id, Progress.lesson == lesson))
    return {row.id: row for row in rows}


def begun(session: Session, room: Room) -> set[int]:
    """The ids of the members who have done something in any lesson."""
    wanted = select(Member.id).join(Progress, Progress.learner_id == Member.learner_id).where(Member.room_id == room.id)
    return set(session.scalars(wanted.distinct()))


def marks(session: Session, room_ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Of each room what changes whenever a member does something."""
    # Sums of times, not the last of them: a clock that was set back would hide what is done until it has caught up.
    told = (func.count(Member.id), func.sum(Learner.answers_count), func.sum(Learner.seen_s), func.sum(Member.seen_s))
    helped = func.sum(func.coalesce(Member.number, 0)).filter(Member.help)
    wanted = select(Member.room_id, *told, helped).join(Learner, Learner.id == Member.learner_id)
    rows = session.execute(wanted.where(Member.room_id.in_(room_ids)).group_by(Member.room_id))
    return {row[0]: tuple(row[1:]) for row in rows}


def out(session: Session, room_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Members of each room who are in it no more."""
    found: dict[int, set[int]] = {}
    for room_id, member_id in session.execute(
        select(Member.room_id, Member.id).where(Member.room_id.in_(room_ids), Member.status.in_(OUT))
    ):
        found.setdefault(room_id, set()).add(member_id)
    return {room_id: frozenset(ids) for room_id, ids in found.items()}


def counts(session: Session, room_ids: Sequence[int]) -> dict[int, int]:
    """How many members are in each of these rooms now."""
    inside = (Member.room_id.in_(room_ids), Member.status.not_in(OUT))
    rows = session.execute(select(Member.room_id, func.count(Member.id)).where(*inside).group_by(Member.room_id))
    return dict(rows.all())


def by_ids(session: Session, room_ids: Sequence[int], now_s: float) -> list[Room]:
    """The rooms with these ids that are still kept."""
    return list(session.scalars(select(Room).where(Room.id.in_(room_ids), Room.deletes_s > now_s)))


def hands(session: Session, room: Room, lesson: str, step: str) -> dict[int, list[int]]:
    """The votes on a step that were counted by hand, by the vote's number."""
    mine = (HandCount.room_id == room.id, HandCount.lesson == lesson, HandCount.step == step)
    return {row.round: row.counts["counts"] for row in session.scalars(select(HandCount).where(*mine))}


def put_hands(session: Session, room: Room, lesson: str, step: str, vote: int, counts: list[int]) -> None:
    """Store votes that were counted by hand, in the place of those before."""
    row = session.get(HandCount, (room.id, lesson, step, vote))
    if row is None:
        session.add(HandCount(room_id=room.id, lesson=lesson, step=step, round=vote, counts={"counts": counts}))
    else:
        row.counts = {"counts": counts}


def forget(session: Session, room: Room) -> None:
    """Delete the room and everything of its members."""
    learners = select(Member.learner_id).where(Member.room_id == room.id)
    session.execute(delete(Learner).where(Learner.id.in_(learners)))
    session.execute(delete(Room).where(Room.id == room.id))


def overdue(session: Session, now_s: float) -> list[Room]:
    """The rooms whose time to be deleted has come."""
    return list(session.scalars(select(Room).where(Room.deletes_s <= now_s)))
