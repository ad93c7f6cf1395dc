"""The library: which lessons there are, in the course's own folder and in one of the teacher's.

A lesson of the teacher's folder (environment variable LESSONS_FOLDER) comes besides; one that cannot be read is told with its
problems and takes nothing else away. Knows folders; nothing of what a lesson says.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from lessons.format import Lesson
from lessons.reading import BadLesson, Problem, Source, load

OWN = Path(__file__).parent
VARIABLE = "LESSONS_FOLDER"
ENGLISH = "en"


@dataclass(frozen=True)
class Shelf:
    """The lessons that can be read, in the order of the course, and what is wrong with the others."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]

    @property
    def lessons(self) -> list[Lesson]:
        """The lessons alone."""
        return [source.lesson for source in self.sources]


def folders() -> list[Path]:
    """The folders in which lessons are looked for; of two lessons with one id the first counts."""
    more = os.environ.get(VARIABLE)
    return [OWN, *([Path(more)] if more else [])]


def shelf(language: str = ENGLISH) -> Shelf:
    """All lessons in a language; those that are not there in it come in English. Read anew where a file has changed."""
    found: dict[str, Source] = {}
    problems: list[Problem] = []
    for folder in folders():
        for place in sorted(path.parent.parent for path in folder.glob(f"*/{ENGLISH}/lesson.yaml")):
            if place.name in found:
                continue
            try:
                found[place.name] = _loaded(place, language)
            except BadLesson as problem:
                problems += problem.problems
    ordered = sorted(found.values(), key=lambda source: (source.lesson.number, source.lesson.id))
    return Shelf(tuple(ordered), tuple(problems))


def lesson_of(lesson_id: str, language: str = ENGLISH) -> Lesson:
    """A lesson by its id. Raises KeyError where there is none that can be read."""
    return {lesson.id: lesson for lesson in shelf(language).lessons}[lesson_id]


_read: dict[tuple[Path, str], tuple[int, Source]] = {}
"""What was read, by file, with the time of its last change."""


def _loaded(place: Path, language: str) -> Source:
    chosen = language if (place / language / "lesson.yaml").is_file() else ENGLISH
    changed_ns = (place / chosen / "lesson.yaml").stat().st_mtime_ns
    known = _read.get((place, chosen))
    if known is None or known[0] != changed_ns:
        known = _read[place, chosen] = (changed_ns, load(place, chosen))
    return known[1]
