"""Drafts: reading and writing the lesson files that somebody is writing, as rows. Decides nothing about a lesson.

There are few of one person, and of all; whoever stores one more loses the oldest. Every function runs within a transaction of
`database`.
"""

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dashboard.store.learning import learner_of, seen
from dashboard.store.models import Draft, Learner

MAX_OWN = 12
"""Drafts of one person."""
MAX_ALL = 1_000
"""Drafts that are kept in all: at most some 200 MB."""
MAX_AGE_S = 30 * 24 * 3_600.0
"""A draft that was not written again for so long is forgotten."""


@dataclass(frozen=True)
class Kept:
    """A draft as it was stored."""

    name: str
    file: str
    digest: str
    text: str
    changed_s: float


def put(session: Session, cookie: str, kept: Kept) -> None:
    """Store a draft in the place of the one with its name, and forget those that are too old or too many."""
    learner = seen(session, cookie, kept.changed_s)
    row = session.get(Draft, (learner.id, kept.name))
    if row is None:
        row = Draft(learner_id=learner.id, name=kept.name)
        session.add(row)
    row.file, row.digest, row.text, row.changed_s = kept.file, kept.digest, kept.text, kept.changed_s
    session.flush()
    session.execute(delete(Draft).where(Draft.changed_s < kept.changed_s - MAX_AGE_S))
    _keep_newest(session, MAX_OWN, learner)
    _keep_newest(session, MAX_ALL)


def _keep_newest(session: Session, most: int, learner: Learner | None = None) -> None:
    """Forget the oldest beyond so many, of one person or of all."""
    of = (Draft.learner_id == learner.id,) if learner else ()
    if session.scalar(select(func.count()).select_from(Draft).where(*of)) <= most:
        return
    oldest = select(Draft).where(*of).order_by(Draft.changed_s.desc(), Draft.name).offset(most)
    for row in session.scalars(oldest):
        session.delete(row)
    session.flush()


def of(session: Session, cookie: str, now_s: float) -> list[Kept]:
    """The drafts of whoever has this cookie, the newest first."""
    learner = learner_of(session, cookie)
    if learner is None:
        return []
    wanted = select(Draft).where(Draft.learner_id == learner.id, Draft.changed_s >= now_s - MAX_AGE_S)
    return [_kept(row) for row in session.scalars(wanted.order_by(Draft.changed_s.desc(), Draft.name))]


def named(session: Session, cookie: str, name: str, now_s: float) -> Kept | None:
    """One of them, or None."""
    learner = learner_of(session, cookie)
    row = session.get(Draft, (learner.id, name)) if learner else None
    return _kept(row) if row and row.changed_s >= now_s - MAX_AGE_S else None


def drop(session: Session, cookie: str, name: str) -> None:
    """Forget one."""
    learner = learner_of(session, cookie)
    row = session.get(Draft, (learner.id, name)) if learner else None
    if row is not None:
        session.delete(row)


def _kept(row: Draft) -> Kept:
    return Kept(row.name, row.file, row.digest, row.text, row.changed_s)
