"""Replays: the link that plays a member's run again on its page, from its scene, seed and moves."""

from functools import lru_cache
from typing import Any

from dashboard import links
from dashboard.lesson.beside import SHELF, stage_of
from dashboard.page import LESSON, SCENE, book
from dashboard.places import path
from dashboard.staging import in_scene
from lessons.format import Lesson


def link(lesson: Lesson | None, run: dict[str, Any] | None, address: str) -> str:
    """The link; "" without a run, for one that the lesson as it is now does not play, and for one that is too long for a link."""
    if lesson is None or not run:
        return ""
    try:
        offered = _book(lesson.id, run["scene"], SHELF.edition())
        opened = links.Opened(run["changes"], run["seed"], run["pin"], run["t_s"])
        pairs = links.of_run(opened, offered)
        links.read(pairs, offered)
    except (LookupError, TypeError, ValueError):
        return ""
    query = links.query([(LESSON, lesson.id), (SCENE, run["scene"]), *pairs])
    return f"{address}{path(lesson.concept)}{query}" if len(query) <= links.MAX_LINK_CHARS else ""


@lru_cache(maxsize=200)
def _book(lesson_id: str, scene: str, _edition: str) -> links.Book:
    """What a link may say of a lesson's page in a scene. Raises LookupError."""
    lesson = SHELF.get(lesson_id)
    return book(in_scene(stage_of(lesson), scene))
