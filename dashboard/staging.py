"""Staging: a concept page in a situation, whose whole system takes the place of the page's own, and whose changes are to come; or
with a lesson, whose scenes do; or with the scenario that shows a misconception false.

So what is played is exactly what was proven, whatever the page begins with. Knows pages as values, and nothing of Streamlit.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dashboard.classroom import shows
from dashboard.controls import control
from dashboard.journey import CONCEPTS
from dashboard.lesson.beside import SHELF, stage_of
from dashboard.lesson.drafts import DRAFTS
from dashboard.situations import BY_NAME, Situation
from dashboard.store.address import BadAddress
from dashboard.store.database import Away
from dashboard.store.schema import TooNew
from dashboard.words import t

BEFORE_S = 5.0
"""Simulated time that passes in front of one before something happens."""


class Place(NamedTuple):
    """What an address says of how a page is staged."""

    situation: str | None = None
    lesson: str | None = None
    shown: str | None = None
    """The misconception that is shown to be false."""
    scene: str | None = None
    """One of the lesson's, to be played without the lesson."""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Place":
        """From the parameters of an address."""
        return cls(*(parameters.get(name) or None for name in PARAMETERS))

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode({name: value for name, value in zip(PARAMETERS, self) if value})


SITUATION, LESSON, SCENE = "situation", "lesson", "scene"
PARAMETERS = (SITUATION, LESSON, shows.PARAMETER, SCENE)
"""Of an address, in the order of a place."""


def staged(page: Any, place: Place, cookie: str | None = None) -> tuple[Any, dict[str, Any] | None]:
    """The page in the situation of this name, and what its run begins with; or the page with the lesson of this name, or in a scene
    of it, where a run that somebody made in the lesson is replayed; or with what shows a misconception false.

    If it has no such situation, lesson or scene: the page as it is, and why nothing is opened.
    """
    name = place.situation
    if place.lesson:
        there, opened = _with_lesson(page, place.lesson, cookie)
        return (there, opened) if opened or not place.scene else _only_scene(page, there, place.scene)
    if place.shown:
        return shows.staged(page, place.shown)
    if not name:
        return page, None
    situation = BY_NAME.get(name)
    if situation is None or situation.page.replace("_", "-") != page.name:
        return page, {"name": _address(name), "reasons": [_missing(name, situation)]}
    known = {one.path for one in page.controls}
    added = tuple(_control(path) for path in moved(situation) if path not in known)
    there = replace(
        page,
        name=f"{page.name}.{situation.name}",
        question=situation.sentence,
        start=situation.system,
        controls=(*page.controls, *added),
    )
    return there, {
        "name": _address(name), "reasons": [], "seed": situation.seed, "changes": situation.changes, "pin": None,
        "until_s": None, "begin_s": max(0.0, situation.changes[0][0] - BEFORE_S),
    }  # fmt: skip


def _with_lesson(page: Any, name: str, cookie: str | None) -> tuple[Any, dict[str, Any] | None]:
    try:
        lesson = SHELF.get(name) or DRAFTS.opened(cookie, name)
    except (Away, BadAddress, TooNew):
        return page, {
            "name": f"?lesson={name:.80}",
            "reasons": [t("The database cannot be reached just now. Load the page again.")],
        }
    if lesson is not None and lesson.concept.replace("_", "-") == page.name:
        return stage_of(lesson), None
    if lesson is None:
        reason = t("There is no lesson {name}; the home page has all of them.", name=f"{name!r:.40}")
    else:
        title = t(dict(CONCEPTS)[lesson.concept])
        reason = t("The lesson {title} belongs to the page {page}; open it there.", title=lesson.title, page=title)
    return page, {"name": f"?lesson={name:.80}", "reasons": [reason]}


def in_scene(stage: Any, name: str) -> Any:
    """A lesson's page in one of its scenes, without the lesson. Raises KeyError."""
    return replace(stage, name=f"{stage.name}.{name}", start=stage.scenes[name], lesson="", scenes={})


def _only_scene(page: Any, stage: Any, name: str) -> tuple[Any, dict[str, Any] | None]:
    if name in stage.scenes:
        return in_scene(stage, name), None
    reason = t("The lesson {title} has no scene {name} any more.", title=stage.question, name=f"{name!r:.40}")
    return page, {"name": f"?scene={name:.80}", "reasons": [reason]}


def _address(name: str) -> str:
    return f"?situation={name:.80}"


def _missing(name: str, situation: Situation | None) -> str:
    """Why a page has no situation of this name."""
    if situation is None:
        return t("There is no situation {name}; the gallery has all of them.", name=f"{name!r:.40}")
    return t("The situation {title} belongs to another page; open it from the gallery.", title=t(situation.title))


def moved(situation: Situation) -> list[str]:
    """The paths that its changes move, in order, each once."""
    return list(dict.fromkeys(path for _, change in situation.changes if "inject" not in change for path in change))


def _control(path: str) -> Any:
    """A control for what a situation moves and the page does not show: among the further ones, named after its field."""
    part, name, *item = path.split(".")
    label = t("Server {number} speed", number=int(item[0]) + 1) if item else called(name)
    return control(path, label, called(part), more=True)


def called(name: str) -> str:
    """What a field or a part is called, after its name in the code."""
    return name.replace("_", " ").removesuffix(" ratio").capitalize()
