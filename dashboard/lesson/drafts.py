"""Drafts: lesson files that somebody is writing: looked at, kept for their writer alone, and found again where they are previewed.

A draft is played like every lesson, beside its page, under the name `draft.<id>`; loading it again keeps its name, and so the place
in its preview. Knows nothing of the web; what a file may hold is `lessons.reading`'s, what is true is proven apart.
"""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from dashboard.lesson import fitting
from dashboard.lesson.checking import measurements, requests_needed
from dashboard.store import drafts as store
from dashboard.store.database import DATABASE, Database
from dashboard.store.drafts import Kept
from dashboard.words import figure, t
from lessons import sound
from lessons.format import Lesson
from lessons.reading import MAX_BYTES, BadLesson, Problem, Source, read

PREFIX = "draft."
MAX_NAME = 40 - len(PREFIX)
"""Characters of a draft's name: with the prefix it is kept where lessons' names are."""
NAME = re.compile(r"[a-z][a-z0-9_]*")
MAX_FILE = 80
MAX_MEASUREMENTS = 8_000
"""Of a proof: a lesson of the course takes about a thousand."""
MAX_REQUESTS = 10_000_000
"""Of all runs that its values and curves need once: the app's own processes make them while somebody waits. One of the course takes
about a million."""
UNREADABLE = ("expected", "but found", "found", "could not find", "mapping values", "unexpected")
"""How messages of the reader of YAML begin, which knows nothing of lessons."""
MOST_ENDS = 40_000
"""Commas and ends of lines in a file: one that has more holds more entries than a lesson may, and takes long to read."""
MOST_PROBLEMS = 100
"""Problems that are told at once."""


@dataclass(frozen=True)
class Looked:
    """A file that was looked at: either a lesson that can be played, or what is wrong with it."""

    file: str
    digest: str
    source: Source | None
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """What the draft is called; "" for what is none."""
        return name_of(self.source.lesson) if self.source else ""


def name_of(lesson: Lesson) -> str:
    """What a draft of this lesson is called: its id, cut where it is long."""
    return lesson.id[:MAX_NAME]


def _is_name(text: str) -> bool:
    """Whether a draft can be called so: other texts are a stranger's, and not all of them can be looked for in a database."""
    return len(text) <= MAX_NAME and NAME.fullmatch(text) is not None


def look(text: bytes, file: str) -> Looked:
    """Look at a file: whether it is a lesson, all of whose names are there, and which the pages can play. Runs nothing long."""
    file = "".join(one for one in file if one.isprintable())[:MAX_FILE] or "lesson.yaml"
    digest = hashlib.sha256(text).hexdigest()
    if len(text) <= MAX_BYTES and text.count(b",") + text.count(b"\n") > MOST_ENDS:
        return Looked(file, digest, None, (Problem(file, 0, "", t("the file has more entries than a lesson can have")),))
    try:
        source = read(text, file)
    except BadLesson as wrong:
        return Looked(file, digest, None, tuple(map(_with_advice, wrong.problems[:MOST_PROBLEMS])))
    problems = fitting.harmless(source) or [*sound.problems_of(source), *_fit(source)] or _long(source)
    by_line = sorted(dict.fromkeys(problems), key=lambda one: one.line)
    return Looked(file, digest, None if problems else source, tuple(by_line[:MOST_PROBLEMS]))


def _with_advice(problem: Problem) -> Problem:
    """The same; where the text cannot even be read, with what it mostly is."""
    if problem.field or not problem.message.startswith(UNREADABLE):
        return problem
    advice = t(
        "In this line or just above: indent by spaces alike, and put a text that holds : or # or stands in brackets in quotes"
    )
    return replace(problem, message=f"{problem.message}. {advice}.")


def _fit(source: Source) -> list[Problem]:
    try:
        return fitting.problems_of(source)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return []  # what is no field, or no value of one, is told by the lesson's own checks


def _long(source: Source) -> list[Problem]:
    requests = requests_needed(source.lesson)
    if requests > MAX_REQUESTS:
        told = t(
            "all values and curves together need some {count} requests; at most {most} are simulated",
            count=figure(requests), most=figure(MAX_REQUESTS),
        )  # fmt: skip
        return [source.problem(("values",), told)]
    count = measurements(source.lesson)
    if count <= MAX_MEASUREMENTS:
        return []
    told = t("the proof would take {count} measurements; at most {most} are made", count=count, most=MAX_MEASUREMENTS)
    return [source.problem(("values",), told)]


@lru_cache(maxsize=60)
def _lesson(text: str) -> Lesson | None:
    try:
        return read(text, "lesson.yaml").lesson
    except BadLesson:
        return None  # an older version of the app could read it


class Drafts:
    """The drafts on a database, by a clock. Whoever has no cookie has none. Everything raises Away."""

    def __init__(self, database: Database = DATABASE, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def keep(self, cookie: str, looked: Looked, text: bytes) -> None:
        """Keep a file that can be played, in the place of the one that it was before. Raises Full."""
        kept = Kept(looked.name, looked.file, looked.digest, text.decode("utf-8"), self._clock())
        with self._database.writing() as session:
            store.put(session, cookie, kept)

    def of(self, cookie: str | None) -> list[Kept]:
        """Somebody's drafts, the newest first."""
        if not cookie:
            return []
        with self._database.reading() as session:
            return store.of(session, cookie, self._clock())

    def named(self, cookie: str | None, name: str) -> Kept | None:
        """One of them, by its name without the prefix."""
        if not cookie or not _is_name(name):
            return None
        with self._database.reading() as session:
            return store.named(session, cookie, name, self._clock())

    def drop(self, cookie: str, name: str) -> bool:
        """Forget one; whether there was one."""
        if not _is_name(name):
            return False
        with self._database.writing() as session:
            return store.drop(session, cookie, name)

    def lesson(self, cookie: str | None, name: str) -> Lesson | None:
        """The lesson of a draft, under its own id."""
        kept = self.named(cookie, name)
        return _lesson(kept.text) if kept else None

    def opened(self, cookie: str | None, address: str) -> Lesson | None:
        """The lesson that an address means by `draft.<name>`, under that name; None for every other address."""
        if not address.startswith(PREFIX):
            return None
        lesson = self.lesson(cookie, address.removeprefix(PREFIX))
        return lesson and lesson.under(f"{PREFIX}{name_of(lesson)}")


DRAFTS = Drafts()
"""The drafts of this process."""
