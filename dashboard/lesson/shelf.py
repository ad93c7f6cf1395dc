"""Shelf: which lessons there are, those of the app and those of the teacher's own folder, read again when their files change.

A file that is no lesson, or does not fit the app's pages, is on the shelf with what is wrong with it, and is never played.
"""

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import lessons
from dashboard.words import ENGLISH, language, t
from lessons.format import Lesson
from lessons.reading import BadLesson, load

OWN = Path(lessons.__file__).parent
VARIABLE = "LESSONS_FOLDER"
"""Names the folder of the teacher's own lessons."""
FILE = "lesson.yaml"
MAX_LESSONS = 300
"""Folders that are looked at in one place."""

Stamp = tuple[str, int, int]
"""A file as it is now: its path, when it was written and how long it is."""


@dataclass(frozen=True)
class Shelved:
    """A lesson, or in its place what is wrong with its file."""

    name: str
    lesson: Lesson | None
    problem: str
    edition: str
    """Changes whenever the file does."""


class Shelf:
    """Lessons by their ids. `fits` says what of a lesson does not fit the app, or ""."""

    def __init__(self, fits: Callable[[Lesson], str], own: Path = OWN) -> None:
        self._fits = fits
        self._own = own
        self._lock = threading.Lock()
        self._read: dict[Stamp, Shelved] = {}

    def every(self) -> list[Shelved]:
        """All of them, in the order of the course, in the viewer's language; what is broken comes last."""
        stamps = [stamp for folder in self._folders() for stamp in _stamps(folder, language())]
        with self._lock:
            known = {stamp: self._read.get(stamp) or self._shelved(stamp) for stamp in stamps}
            # Other languages are kept, older editions of the same files are not.
            paths = {stamp[0] for stamp in stamps}
            self._read = {stamp: one for stamp, one in self._read.items() if stamp[0] not in paths} | known
        found: dict[str, Shelved] = {}
        broken = []
        for one in known.values():
            if one.lesson is None:
                broken.append(one)
            elif one.lesson.id in found:
                taken = t("There is a lesson {name} already; give this one another id.", name=one.lesson.id)
                broken.append(Shelved(one.name, None, taken, one.edition))
            else:
                found[one.lesson.id] = one
        return [*sorted(found.values(), key=lambda one: (one.lesson.number, one.lesson.id)), *broken]

    def playable(self) -> list[Lesson]:
        """Those that can be played, in the order of the course."""
        return [one.lesson for one in self.every() if one.lesson]

    def get(self, lesson_id: str) -> Lesson | None:
        """The lesson with this id, or None."""
        return next((lesson for lesson in self.playable() if lesson.id == lesson_id), None)

    def problems(self) -> list[str]:
        """What is wrong with the files that are no lessons."""
        return [f"{one.name}: {one.problem}" for one in self.every() if one.lesson is None]

    def edition(self) -> str:
        """Changes whenever any of the files does."""
        return hashlib.sha256("".join(one.edition for one in self.every()).encode()).hexdigest()[:12]

    def _folders(self) -> list[Path]:
        given = os.environ.get(VARIABLE, "").strip()
        return [self._own, *([Path(given)] if given else [])]

    def _shelved(self, stamp: Stamp) -> Shelved:
        path = Path(stamp[0])
        name = path.parent.parent.name
        edition = hashlib.sha256(repr(stamp).encode()).hexdigest()[:12]
        try:
            lesson = load(path.parent.parent, path.parent.name).lesson
        except BadLesson as problem:
            return Shelved(name, None, str(problem), edition)
        problem = self._fits(lesson)
        return Shelved(name, None if problem else lesson, problem, edition)


def _stamps(folder: Path, wanted: str) -> list[Stamp]:
    """The lesson files of a folder, in the language that is wanted or else in English."""
    found = []
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())[:MAX_LESSONS]
    except OSError:
        return []  # a folder that is not there has no lessons; the rest of the app goes on
    for name in names:
        for spoken in dict.fromkeys((wanted, ENGLISH)):
            path = folder / name / spoken / FILE
            try:
                stat = path.stat()
            except OSError:
                continue
            found.append((str(path), stat.st_mtime_ns, stat.st_size))
            break
    return found
