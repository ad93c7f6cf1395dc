"""The library: which lessons there are, in the course's own folder and in one of the teacher's, read again when their files change.

A lesson of the teacher's folder (environment variable LESSONS_FOLDER) comes besides. A file that is no lesson stands there with
what is wrong with it, and takes nothing else away. Knows folders; nothing of what a lesson says.
"""

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.system.shown import said
from lessons.format import Lesson
from lessons.reading import BadLesson, Source, load

OWN = Path(__file__).parent
VARIABLE = "LESSONS_FOLDER"
"""Names the folder of the teacher's own lessons."""
ENGLISH = "en"
FILE = "lesson.yaml"
MAX_LESSONS = 300
"""Folders that are looked at in one place."""

Stamp = tuple[str, int, int]
"""A file as it is now: its path, when it was written and how long it is."""


@dataclass(frozen=True)
class Shelved:
    """A lesson, or in its place what is wrong with its file."""

    name: str
    source: Source | None
    problem: str
    edition: str
    """Changes whenever the file does."""

    @property
    def lesson(self) -> Lesson | None:
        """The lesson alone."""
        return self.source and self.source.lesson


class Library:
    """Lessons by their ids. `fits` says what of a lesson does not fit whoever plays it, or ""."""

    def __init__(self, own: Path = OWN, fits: Callable[[Lesson], str] = lambda lesson: "") -> None:
        self._own = own
        self._fits = fits
        self._lock = threading.Lock()
        self._read: dict[Stamp, Shelved] = {}

    def every(self, language: str = ENGLISH) -> list[Shelved]:
        """All of them in the order of the course; one that is not there in a language comes in English, what is broken last."""
        stamps = [stamp for folder in folders(self._own) for stamp in _stamps(folder, language)]
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
                taken = said("There is a lesson {name} already; give this one another id.", name=one.lesson.id)
                broken.append(Shelved(one.name, None, taken, one.edition))
            else:
                found[one.lesson.id] = one
        return [*sorted(found.values(), key=lambda one: (one.lesson.number, one.lesson.id)), *broken]

    def sources(self, language: str = ENGLISH) -> list[Source]:
        """Those that can be read."""
        return [one.source for one in self.every(language) if one.source]

    def lessons(self, language: str = ENGLISH) -> list[Lesson]:
        """The same without their files."""
        return [source.lesson for source in self.sources(language)]

    def _shelved(self, stamp: Stamp) -> Shelved:
        path = Path(stamp[0])
        name = path.parent.parent.name
        edition = hashlib.sha256(repr(stamp).encode()).hexdigest()[:12]
        try:
            source = load(path.parent.parent, path.parent.name)
        except BadLesson as problem:
            return Shelved(name, None, str(problem), edition)
        problem = self._fits(source.lesson)
        return Shelved(name, None if problem else source, problem, edition)


def folders(own: Path = OWN) -> list[Path]:
    """The folders in which lessons are looked for; of two lessons with one id the first counts."""
    given = os.environ.get(VARIABLE, "").strip()
    return [own, *([Path(given)] if given else [])]


def _stamps(folder: Path, wanted: str) -> list[Stamp]:
    """The lesson files of a folder, in the language that is wanted or else in English."""
    found = []
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())[:MAX_LESSONS]
    except OSError:
        return []  # a folder that is not there has no lessons; the rest goes on
    for name in names:
        for spoken in dict.fromkeys((wanted, ENGLISH)):
            path = os.path.join(folder, name, spoken, FILE)  # every request comes by here, and a Path takes ten times as long
            try:
                stat = os.stat(path)
            except OSError:
                continue
            found.append((path, stat.st_mtime_ns, stat.st_size))
            break
    return found


COURSE = Library()
"""The lessons of this process."""
