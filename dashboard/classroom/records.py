"""Records: what a room holds about its class, without secrets, as plain rows: read from the database, or from an archive.

Answers are read member by member in small transactions, so that a long export keeps nobody waiting. `LEFT_OUT` says of each table
what no export holds: secrets, numbers of rows, and what only the moment needs. Knows nothing of files.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dashboard.classroom.rights import Actor, authorise
from dashboard.classroom.rooms import Rooms
from dashboard.lesson.way import Refused
from dashboard.store import rooms
from dashboard.store.models import Answer, Base, HandCount, Member, Progress, Room
from dashboard.words import t

NAMES, NUMBERS = WHO = ("names", "numbers")
"""Whether members stand with their names, or with their numbers only."""
BATCH = 200
"""Answers that are read at a time: at most some 13 MB of them."""
LEFT_OUT = {
    Room: {"id", "token", "code", "spotlight", "countdown_s", "pushes_count", "revision", "people_revision"},
    Member: {"id", "room_id", "learner_id", "look", "resume_hash", "browser_hash"},
    Answer: {"id", "learner_id", "key"},
    Progress: {"learner_id"},
    HandCount: {"room_id"},
}
"""By table; of devices, keys of rooms, learners and drafts there is nothing at all."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Record:
    """A room as it is exported. Rows of members, progress and answers name the member by `number`."""

    who: str
    room: Row
    members: list[Row]
    progress: list[Row]
    hand_counts: list[Row]
    lessons: list[str]
    """Those to which there are answers, and the room's own."""
    answers: Callable[[int], Iterator[Row]]
    """The answers of a member, as they were given."""

    def called(self, member: Row) -> str:
        """What stands for a member where one name is wanted."""
        return member["name"] or t("Member {number}", number=member["number"])

    def every_answer(self) -> Iterator[Row]:
        """The answers of all members, one member after the other."""
        for member in self.members:
            yield from self.answers(member["number"])


def kept(table: type[Base]) -> list[str]:
    """The columns of a table that exports hold, as the rows name them."""
    return [one.key for one in table.__mapper__.column_attrs if one.key not in LEFT_OUT[table]]


def record(service: Rooms, actor: Actor, token: str, who: Any = NAMES) -> Record:
    """A room's record for its teacher. Raises Refused and what `authorise` raises."""
    if who not in WHO:
        raise Refused(t("{name}: one of {names}.", name="who", names=", ".join(WHO)))
    with service.database.reading() as session:
        room = authorise(session, actor, "export", token, service.clock()).room
        members = rooms.members(session, room)
        learners = {one.number: one.learner_id for one in members}
        numbers = {one.learner_id: one.number for one in members}
        mine = Member.room_id == room.id
        joined = (Member, Member.learner_id == Answer.learner_id)
        lessons = session.scalars(select(Answer.lesson).join(*joined).where(mine).distinct().order_by(Answer.lesson))
        progress = session.scalars(select(Progress).join(Member, Member.learner_id == Progress.learner_id).where(mine))
        hands = session.scalars(select(HandCount).where(HandCount.room_id == room.id))
        progress = [{"number": numbers[one.learner_id]} | _row(one) for one in progress]
        latest: dict[int, float] = {}
        for one in progress:
            latest[one["number"]] = max(one["changed_s"], latest.get(one["number"], 0.0))
        return Record(
            who=who,
            room=_row(room),
            members=[_seen(_row(one), latest) | ({"name": None} if who == NUMBERS else {}) for one in members],
            progress=progress,
            hand_counts=[_row(one) for one in hands],
            lessons=sorted({*lessons, room.lesson}),
            answers=lambda number: _answers(service, number, learners[number]),
        )


def _row(one: Any) -> Row:
    return {name: getattr(one, name) for name in kept(type(one))}


def _seen(member: Row, latest: dict[int, float]) -> Row:
    """The member with when they were last seen: whoever does something in a lesson is seen there."""
    return member | {"seen_s": max(member["seen_s"], latest.get(member["number"], 0.0))}


def _answers(service: Rooms, number: int, learner_id: int) -> Iterator[Row]:
    """A member's answers, some at a time; rows are added and never changed, so that none is missed or comes twice."""
    last, columns = 0, [getattr(Answer, name) for name in kept(Answer)]
    while True:
        wanted = select(Answer.id, *columns).where(Answer.learner_id == learner_id, Answer.id > last)
        with service.database.reading() as session:
            found = session.execute(wanted.order_by(Answer.id).limit(BATCH)).all()
        for values in found:
            yield {"number": number} | dict(zip(kept(Answer), values[1:]))
        if len(found) < BATCH:
            return
        last = found[-1][0]


def answers_of(rows: Iterable[Row]) -> Callable[[int], Iterator[Row]]:
    """Answers that are all there, by member."""
    by_number: dict[int, list[Row]] = {}
    for row in rows:
        by_number.setdefault(row["number"], []).append(row)
    return lambda number: iter(by_number.get(number, ()))
