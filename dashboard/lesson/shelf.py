"""The shelf: the library's lessons in the viewer's language, as far as they fit the app's pages. Reads no file itself."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from dashboard.words import engine_text, language
from lessons.format import Lesson
from lessons.library import OWN, Library, Shelved


class Shelf:
    """Lessons by their ids. `fits` says what of a lesson does not fit the app, or ""."""

    def __init__(self, fits: Callable[[Lesson], str], own: Path = OWN) -> None:
        self._library = Library(own, fits)

    def every(self) -> list[Shelved]:
        """All of them in the order of the course; what is broken comes last."""
        return self._library.every(language())

    def playable(self) -> list[Lesson]:
        """Those that can be played, in the order of the course."""
        return self._library.lessons(language())

    def get(self, lesson_id: str) -> Lesson | None:
        """The lesson with this id, or None."""
        return next((lesson for lesson in self.playable() if lesson.id == lesson_id), None)

    def problems(self) -> list[str]:
        """What is wrong with the files that are no lessons."""
        return [f"{one.name}: {engine_text(one.problem)}" for one in self.every() if one.lesson is None]

    def edition(self) -> str:
        """Changes whenever any of the files does."""
        return hashlib.sha256("".join(one.edition for one in self.every()).encode()).hexdigest()[:12]
