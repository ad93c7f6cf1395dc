"""Replays: links that play a member's run again on its page, from its scene, seed and moves."""

from typing import Any

from dashboard import links
from dashboard.lesson.beside import stage_of
from dashboard.page import book
from dashboard.places import path
from dashboard.staging import LESSON, SCENE, in_scene
from lessons.format import Lesson


class Replays:
    """Links to the app at an address."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._books: dict[tuple[str, str], links.Book] = {}

    def link(self, lesson: Lesson | None, run: dict[str, Any] | None) -> str:
        """The link; "" without a run, for one that the lesson as it is now does not play, and for one too long for a link."""
        if lesson is None or not run:
            return ""
        try:
            offered = self._book(lesson, run["scene"])
            pairs = links.of_run(links.Opened(run["changes"], run["seed"], run["pin"], run["t_s"]), offered)
            links.read(pairs, offered)
        except (LookupError, TypeError, ValueError):
            return ""
        query = links.query([(LESSON, lesson.id), (SCENE, run["scene"]), *pairs])
        return f"{self._address}{path(lesson.concept)}{query}" if len(query) <= links.MAX_LINK_CHARS else ""

    def _book(self, lesson: Lesson, scene: str) -> links.Book:
        """What a link may say of a lesson's page in a scene. Raises LookupError."""
        if (lesson.id, scene) not in self._books:
            self._books[lesson.id, scene] = book(in_scene(stage_of(lesson), scene))
        return self._books[lesson.id, scene]
