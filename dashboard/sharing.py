"""Sharing: what the browser asks about links and files, and what a page's address opens.

Between the page and `links`: puts what is asked through the same checks as a run, and never raises for what a stranger wrote.
"""

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from dashboard import links
from dashboard.asks import MAX_CHANGES, BadAsk, Change, read_change, read_seed
from dashboard.links import BadLink, Book, Opened
from dashboard.words import t

Kept = Callable[[str], dict[str, Any] | None]
"""What the page shows of a recording by its name; None if it is not here."""


def opened(pairs: links.Pairs, book: Book, kept: Kept) -> dict[str, Any] | None:
    """What the address of the page opens, for the browser: a run, or why not; None if it opens nothing."""
    pairs = list(pairs)
    return _opened(lambda: links.read(pairs, book), _name(pairs), kept)


def from_file(text: Any, book: Book, kept: Kept) -> dict[str, Any]:
    """What a file opens, for the browser."""

    def read() -> Opened | None:
        if not isinstance(text, str):
            raise BadLink([t("The file is no text.")])
        return links.read(links.pairs_of_file(text, book), book, limit=links.MAX_FILE_CHARS)

    return _opened(read, "", kept) or {"reasons": [t("This is no file of a run.")]}


def links_of(raw: dict[str, Any], book: Book, title: str) -> dict[str, Any]:
    """Both links of what the browser has, and the file where the second link would be too long. Raises BadAsk."""
    asked = raw["share"]
    if not isinstance(asked, dict) or not isinstance(asked.get("changes"), list) or len(asked["changes"]) > MAX_CHANGES:
        raise BadAsk(t("A share is an object with values, changes and until_s."))
    values = read_change([0, asked.get("values")], book.controls, frozenset(), 0).values
    changes = [read_change(change, book.controls, book.faults) for change in asked["changes"]]
    pin = None if asked.get("pin") is None else read_change(asked["pin"], book.controls, frozenset(), 0)
    until_s = asked.get("until_s")
    if isinstance(until_s, bool) or not isinstance(until_s, int | float) or not math.isfinite(until_s):
        raise BadAsk(t("{name}: give a number of seconds.", name="until_s"))
    run = Opened([_pair(change) for change in changes], read_seed(raw), pin and _pair(pin), round(max(0.0, until_s), 1))
    told = links.of_run(run, book)
    link = links.query(told)
    return {
        "system": links.query(links.of_system(values, book)),
        "run": link if len(link) <= links.MAX_LINK_CHARS else None,
        "file": links.file_text(told, book, title),
        "moves": sum(name == "at" for name, _ in told),
        "merged": len(run.changes) - len(links.thinned(run.changes)),
        "recording": bool(links.recorded(run)),
    }


def _pair(change: Change) -> list[Any]:
    return [change.t_ms / 1_000, change.values]


def _opened(read: Callable[[], Opened | None], name: str, kept: Kept) -> dict[str, Any] | None:
    try:
        found = read()
    except BadLink as problem:
        return {"name": name, "reasons": problem.reasons}
    return None if found is None else {"name": name, "reasons": [], **asdict(found), **_recording(found, kept)}


def _recording(found: Opened, kept: Kept) -> dict[str, Any]:
    """What is shown of the recording that a run plays; where one is not here, the run without, and as `missing` what it lacks."""
    shown = {token: kept(token) for token in links.recorded(found)}
    missing = next((token for token, told in shown.items() if told is None), None)
    if missing is None:
        return {"recording": next(reversed(shown.values()), None), "missing": None}
    return {
        "recording": None,
        "changes": links.without_recording(found.changes),
        "pin": found.pin and [found.pin[0], links.unrecorded(found.pin[1])],
        "missing": {"token": missing, "changes": found.changes, "pin": found.pin},
    }


def _name(pairs: list[tuple[str, str]]) -> str:
    """What tells one link from another, so that a refresh goes on with the run that it began."""
    return links.query(pairs)[: links.MAX_READ_CHARS]
