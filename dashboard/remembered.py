"""Remembered: the system that a browser keeps of a concept page, from the text of a stranger to a system that can be run.

The text is that of a link with the page's name: `?page=load-balancing&situation=bad_deploy&v=1&seed=3&servers.count=6`. It is
refused as a whole, with reasons, like a link. Knows nothing of what is done with the system.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl

from dashboard import links, recordings
from dashboard.asks import RECORDING, BadAsk, Change, canonical, read_change
from dashboard.journey import CONCEPTS
from dashboard.links import MAX_READ_CHARS, BadLink
from dashboard.page import Page, book
from dashboard.runs import Recordings, changed
from dashboard.staging import SITUATION, Place, staged
from dashboard.words import figure, t
from engine.system import System

PAGE = "page"


@dataclass(frozen=True)
class Remembered:
    """A system as it was left on a page. `differs` names what it has differently from the page's own, as in a link."""

    system: System
    seed: int
    differs: list[str]


@cache
def pages() -> dict[str, Page]:
    """The declarations of all concept pages by their names, in the order of the journey."""
    declared = [import_module(f"dashboard.views.{name}").PAGE for name, _ in CONCEPTS]
    return {page.name: page for page in declared}


def read(text: Any, played: Recordings = recordings.fields) -> Remembered:
    """The system that a text speaks of. Raises BadLink with what is wrong in it."""
    if not isinstance(text, str):
        raise BadLink([t("Nothing of it can be read.")])
    if len(text) > MAX_READ_CHARS:
        raise BadLink([t("It is longer than {number} characters.", number=figure(MAX_READ_CHARS))])
    pairs = parse_qsl(text.removeprefix("?"), keep_blank_values=True)
    named = dict(pairs)
    name = named.get(PAGE, "")
    if name not in pages():
        raise BadLink([t("There is no page {name}.", name=f"{name!r:.40}")])
    page, situation = staged(pages()[name], Place(situation=named.get(SITUATION)))
    if situation and situation["reasons"]:
        raise BadLink(situation["reasons"])
    pages_book = book(page)
    opened = links.read([pair for pair in pairs if pair[0] not in (PAGE, RECORDING)], pages_book)
    if opened is None:
        raise BadLink([t("Nothing of it can be read.")])
    values = {path: value for _, change in opened.changes if "inject" not in change for path, value in change.items()}
    differs = [f"{path}={value}" for path, value in links.of_system(values, pages_book)[1:]]
    try:
        if page.recordings and RECORDING in named:
            values |= read_change([0, {RECORDING: named[RECORDING]}], {}, frozenset()).values
        system, _ = changed(page.start, Change(0, canonical(values)), played)
    except BadAsk as problem:
        raise BadLink([str(problem)]) from None
    return Remembered(system, opened.seed, differs)
