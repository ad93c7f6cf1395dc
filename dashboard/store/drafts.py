"""Drafts: reading and writing the lesson files that somebody is writing, as rows. Decides nothing about a lesson.

There are few of one person, who loses the oldest with one more; and so many of all, beyond which nobody gets a new one: a stranger
has as many cookies as they like, and must not make others lose theirs. Every function runs within a transaction of `database`.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashboard.store.learning import learner_of, seen
from dashboard.store.models import Draft, Learner

MAX_OWN = 12
"""Drafts of one person."""
MAX_ALL = 1_000
"""Drafts that are kept in all: at most 200 MB, as a file has at most 200 kB."""
MAX_AGE_S = 30 * 24 * 3_600.0
"""A draft that was not written again for so long is forgotten."""


class Full(Exception):
    """There are as many drafts as are kept in all."""


@dataclass(frozen=True)
class Kept:
    """A draft as it was stored."""

    name: str
    file: str
    digest: str
    text: str
    changed_s: float


def put(session: Session, cookie: str, kept: Kept) -> None:
    """Store a draft in the place of the one with its name; of a person's too many the oldest is forgotten. Raises Full."""
    learner = seen(session, cookie, kept.changed_s)
    row = session.get(Draft, (learner.id, kept.name))
    if row is None:
        _make_room(session, learner)
        row = Draft(learner_id=learner.id, name=kept.name)
        session.add(row)
    row.file, row.digest, row.text, row.changed_s = kept.file, kept.digest, kept.text, kept.changed_s


def _make_room(session: Session, learner: Learner) -> None:
    """Have room for one more draft of a person, of theirs alone. Raises Full."""
    mine = select(Draft).where(Draft.learner_id == learner.id).order_by(Draft.changed_s.desc(), Draft.name)
    for row in session.scalars(mine.offset(MAX_OWN - 1)):
        session.delete(row)
    session.flush()
    if session.scalar(select(func.count()).select_from(Draft)) >= MAX_ALL:
        raise Full(f"a new draft was refused: {MAX_ALL:,} are kept, and there is no room for one more")


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


def drop(session: Session, cookie: str, name: str) -> bool:
    """Forget one; whether there was one."""
    learner = learner_of(session, cookie)
    row = session.get(Draft, (learner.id, name)) if learner else None
    if row is not None:
        session.delete(row)
    return row is not None


def _kept(row: Draft) -> Kept:
    return Kept(row.name, row.file, row.digest, row.text, row.changed_s)
