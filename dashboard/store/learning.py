"""Learning: reading and writing what learners did, as rows. Decides nothing about a lesson.

A learner has a row once they first did something. Every function runs within a transaction of `database`. What every action asks
for is a statement that is made once: making it anew took as long as the database.
"""

import hashlib
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from dashboard.store.models import Answer, Learner, Progress

MAX_ANSWERS = 5_000
"""Answers of one learner: some hundred lessons' worth."""


_BY_COOKIE = select(Learner).where(Learner.cookie_hash == bindparam("hash"))
_BY_COOKIE_LOCKED = _BY_COOKIE.with_for_update()
_PROGRESS = select(Progress).where(Progress.learner_id == bindparam("learner"))
_PROGRESS_IN = _PROGRESS.where(Progress.lesson == bindparam("lesson"))
_ANSWERS = (
    select(Answer)
    .where(
        Answer.learner_id == bindparam("learner"),
        Answer.lesson == bindparam("lesson"),
        or_(Answer.run_through == bindparam("run_through"), Answer.step == bindparam("also")),
    )
    .order_by(Answer.id)
)
_KNOWN = select(Answer.id).where(Answer.learner_id == bindparam("learner"), Answer.key == bindparam("key"))
_LAST_ATTEMPT = select(func.max(Answer.attempt)).where(
    Answer.learner_id == bindparam("learner"),
    Answer.lesson == bindparam("lesson"),
    Answer.run_through == bindparam("run_through"),
    Answer.step == bindparam("step"),
)


class Full(Exception):
    """The learner has stored as much as one may."""


class Gone(Exception):
    """The member was deleted with their room."""


MEMBER = "member:"


def member_name(room_id: int, number: int) -> str:
    """What a member of a room has in place of a cookie. No cookie looks like it."""
    return f"{MEMBER}{room_id}.{number}"


def hashed(cookie: str) -> str:
    """What is stored of a cookie; a member's name is no secret and stands as it is."""
    return cookie if cookie.startswith(MEMBER) else hashlib.sha256(cookie.encode()).hexdigest()


def learner_of(session: Session, cookie: str) -> Learner | None:
    """The learner with this cookie, if they have done anything."""
    return session.scalar(_BY_COOKIE, {"hash": hashed(cookie)})


def seen(session: Session, cookie: str, now_s: float) -> Learner:
    """The learner with this cookie, new if need be, seen now. Others who write for the same learner wait until this is over.

    A member has their learner from the begin: raises Gone where there is none any more.
    """
    learner = session.scalar(_BY_COOKIE_LOCKED, {"hash": hashed(cookie)})
    if learner is None:
        if cookie.startswith(MEMBER):
            raise Gone
        learner = Learner(cookie_hash=hashed(cookie), created_s=now_s, seen_s=now_s, answers_count=0)
        session.add(learner)
        session.flush()
    learner.seen_s = now_s
    return learner


def progress_of(session: Session, learner: Learner, lesson: str | None = None) -> list[Progress]:
    """How far the learner is, in one lesson or in all."""
    wanted = _PROGRESS if lesson is None else _PROGRESS_IN
    return list(session.scalars(wanted, {"learner": learner.id, "lesson": lesson}))


def answers_of(session: Session, learner: Learner, lesson: str, run_through: int, also: str | None = None) -> list[Answer]:
    """The learner's answers in one run-through, and of the others those to one step, as they were given."""
    mine = {"learner": learner.id, "lesson": lesson, "run_through": run_through, "also": also}
    return list(session.scalars(_ANSWERS, mine))


def known(session: Session, learner: Learner, key: str) -> bool:
    """Whether the answer with this key is there already."""
    return session.scalar(_KNOWN, {"learner": learner.id, "key": key}) is not None


def put_progress(session: Session, learner: Learner, lesson: str, now_s: float, values: dict[str, Any]) -> None:
    """Store how far the learner is."""
    row = session.get(Progress, (learner.id, lesson))
    if row is None:
        session.add(Progress(learner_id=learner.id, lesson=lesson, changed_s=now_s, **values))
        return
    for name, value in (values | {"changed_s": now_s}).items():
        setattr(row, name, value)


def add_answer(session: Session, learner: Learner, values: dict[str, Any]) -> None:
    """Store one more answer, as the next attempt at its step. Raises Full."""
    if learner.answers_count >= MAX_ANSWERS:
        raise Full
    place = {name: values[name] for name in ("lesson", "run_through", "step")}
    last = session.scalar(_LAST_ATTEMPT, {"learner": learner.id} | place)
    learner.answers_count += 1
    session.add(Answer(learner_id=learner.id, attempt=(last or 0) + 1, **values))
