"""Links: a system, or a whole run, as readable text that anybody may keep, and the way back from the text of a stranger.

`?v=1&servers.count=6` opens a system: what is not named is as the page has it. A run is replayed by
`&seed=1&at=4.25:traffic.rate:900&at=9:crash,index:1,tier:servers&pin=4:servers.count:6&until=30`. A file has the same, but one to
a line. `v` is the version of the names and of the pages' defaults: what is older is brought forward by `migrations`, what is bad
is refused as a whole, with reasons. Knows nothing of Streamlit, nor of how a run is simulated.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from dashboard.asks import MAX_CHANGES, MAX_RUN_S, MAX_SEED, RECORDING, BadAsk, read_change
from dashboard.controls import BadValue, Control
from dashboard.migrations import SCHEMA, Draft, Schema, TooNew, TooOld
from dashboard.words import figure, t

MAX_LINK_CHARS = 2_000
"""What every mail program and chat still takes as one link."""
MAX_READ_CHARS = 8_000
MAX_FILE_CHARS = 200_000
APART_S = 0.25
"""Moves of the same sliders that lie closer are one, with the last values."""
MAX_REASONS = 3
OTHERS = frozenset({"class", "embed", "embed_options", "lesson", "pushed", "room", "scene", "shows", "situation"})
"""Parameters of an address that are no part of a link."""
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,9})?", re.ASCII)
TOKEN = re.compile(r"[0-9a-f]{32}")
"""What a recording is named by: made of its file's content, so that the same file has the same name everywhere."""
SAFE = ":,.-_~"
WORDS = {None: "none", True: "on", False: "off"}
BETWEEN = "~"
"""What stands between the names of a set."""

Pairs = Iterable[tuple[str, str]]


class BadLink(ValueError):
    """A link that cannot be opened. `reasons` are shown to the person, as plain text."""

    def __init__(self, reasons: list[str]) -> None:
        more = len(reasons) - MAX_REASONS
        self.reasons = reasons[:MAX_REASONS] + ([t("There are {number} more.", number=more)] if more > 0 else [])
        super().__init__(" ".join(self.reasons))


@dataclass(frozen=True)
class Book:
    """What a page lets a link speak of."""

    page: str
    controls: dict[str, Control]
    defaults: dict[str, Any]
    faults: frozenset[str] = frozenset()
    recordings: bool = False


@dataclass(frozen=True)
class Opened:
    """What a link says: the changes of a run, from 0 on; a system is a run with all its changes at 0."""

    changes: list[list[Any]]
    """[[t_s, {path: value}], [t_s, {"inject": fault}]], as the browser keeps them."""
    seed: int = 1
    pin: list[Any] | None = None
    until_s: float | None = None
    """How far the run went; None if the link opens a system."""


def of_system(values: dict[str, Any], book: Book) -> list[tuple[str, str]]:
    """The link of a system: what differs from the page's own, in the order of the page's controls."""
    return [("v", str(SCHEMA.version)), *_differing(values, book)]


def of_run(opened: Opened, book: Book) -> list[tuple[str, str]]:
    """The link of a run. Of a recording it has the name only: the file lives on the server that it was given to."""
    changes = thinned(opened.changes if book.recordings else without_recording(opened.changes))
    pairs = [("v", str(SCHEMA.version))]
    if changes and changes[0][0] == 0 and len(_differing(changes[0][1], book)) == len(changes[0][1]):
        pairs += _differing(changes.pop(0)[1], book)
    pairs.append(("seed", str(opened.seed)))
    pairs += [("at", f"{_text(t_s)}:{_moves(values)}") for t_s, values in changes]
    if opened.pin:
        pairs.append(("pin", ":".join(filter(None, [_text(opened.pin[0]), _moves(opened.pin[1])]))))
    return [*pairs, ("until", _text(opened.until_s or 0))]


def thinned(changes: list[list[Any]]) -> list[list[Any]]:
    """At most four moves of the same sliders in a second; faults all stay."""
    kept: list[list[Any]] = []
    for t_s, values in changes:
        near = kept and kept[-1][0] > 0 and round(t_s - kept[-1][0], 6) < APART_S  # 1.001 − 0.751 is less, by rounding
        if near and "inject" not in values and values.keys() == kept[-1][1].keys():
            kept[-1] = [kept[-1][0], values]
        else:
            kept.append([t_s, values])
    return kept


def without_recording(changes: list[list[Any]]) -> list[list[Any]]:
    """The changes without those that switch a recording on or off."""
    rest = [[t_s, unrecorded(values)] for t_s, values in changes]
    return [change for change in rest if change[1]]


def unrecorded(values: dict[str, Any]) -> dict[str, Any]:
    """The values without a recording's name."""
    return {path: value for path, value in values.items() if path != RECORDING}


def recorded(opened: Opened) -> list[str]:
    """The names of the recordings that it plays, in the order of their first use."""
    named = [values.get(RECORDING) for _, values in [*opened.changes, *([opened.pin] if opened.pin else [])]]
    return list(dict.fromkeys(name for name in named if name))


def query(pairs: Pairs) -> str:
    """As it stands in an address, with nothing escaped that may stand there."""
    return "?" + "&".join(f"{quote(name, safe=SAFE)}={quote(text, safe=SAFE)}" for name, text in pairs)


def file_text(pairs: Pairs, book: Book, title: str) -> str:
    """As a file, one to a line, so that a person can read and a teacher can edit it."""
    head = ["# " + t("A run of the page {title}. To see it: Share, then Open a file.", title=title), f"page={book.page}"]
    return "\n".join([*head, *(f"{name}={text}" for name, text in pairs)]) + "\n"


def pairs_of_file(text: str, book: Book) -> list[tuple[str, str]]:
    """What a file says. Raises BadLink if it is none of this page's."""
    if len(text) > MAX_FILE_CHARS:
        raise BadLink([t("The file is longer than {number} characters.", number=figure(MAX_FILE_CHARS))])
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    pairs = [(name.strip(), value.strip()) for name, _, value in (line.partition("=") for line in lines)]
    named = dict(pairs)
    if "page" not in named or "v" not in named:
        raise BadLink([t("This is no file of a run: such a file says page=… and v=….")])
    if named["page"] != book.page:
        raise BadLink([t("The file belongs to the page {page}; open it there.", page=f"{named['page']!r:.40}")])
    return [pair for pair in pairs if pair[0] != "page"]


def read(pairs: Pairs, book: Book, schema: Schema = SCHEMA, limit: int = MAX_READ_CHARS) -> Opened | None:
    """What a link says, checked to the last value; None if it is no link of ours. Raises BadLink."""
    pairs = [(name, text) for name, text in pairs if name not in OTHERS]
    named = [name for name, _ in pairs]
    if "v" not in named and not any("." in name for name in named):
        return None
    if sum(len(name) + len(text) + 2 for name, text in pairs) > limit:
        raise BadLink([t("It is longer than {number} characters.", number=figure(limit))])
    doubled = {name for name in named if named.count(name) > 1} - {"at"}
    if doubled:
        raise BadLink([t("{name} is given more than once.", name=f"{min(doubled)!r:.40}")])
    return _Reader(book, schema).read(pairs)


@dataclass
class _Reader:
    book: Book
    schema: Schema
    reasons: list[str] = field(default_factory=list)

    def read(self, pairs: list[tuple[str, str]]) -> Opened:
        given = dict(pairs)
        moves = [text for name, text in pairs if name == "at"]
        draft = Draft(
            values={name: text for name, text in pairs if "." in name},
            changes=[_split(text) for text in moves],
            pin=_split(given["pin"]) if "pin" in given else None,
        )
        known = {"v", "seed", "at", "pin", "until"} | draft.values.keys()
        self.reasons += [t("{name} is not known.", name=f"{name!r:.40}") for name in given if name not in known]
        try:
            draft = self.schema.forward(draft, given.get("v"), self.book.page)
        except (TooNew, TooOld, ValueError) as problem:
            raise BadLink([str(problem)]) from None
        if len(draft.changes) >= MAX_CHANGES:
            raise BadLink([t("It has more than {number} changes.", number=MAX_CHANGES - 1)])
        begin = self._values(draft.values.items())
        changes = [[0, begin]] if begin else []
        changes += [change for text in draft.changes if (change := self._change(*text))]
        times = [change[0] for change in changes]
        if times != sorted(times):
            self.reasons.append(t("Its changes are not in the order of their times."))
        pin = None
        if draft.pin is not None:
            pin = [self._number("pin", draft.pin[0], 0, MAX_RUN_S), self._values(draft.pin[1])]
        is_run = any(name in given for name in ("seed", "at", "pin", "until"))
        seed = self._number("seed", given.get("seed", "1"), 0, MAX_SEED)
        until_s = self._number("until", given.get("until", "0"), 0, MAX_RUN_S) if is_run else None
        if seed != int(seed):
            self.reasons.append(t("seed: give a whole number."))
        if self.reasons:
            raise BadLink(self.reasons)
        return Opened(changes, int(seed), pin, max([until_s, *times]) if is_run else None)

    def _change(self, time: str, moves: list[tuple[str, str]]) -> list[Any] | None:
        t_s = self._number("at", time, 0, MAX_RUN_S)
        if not moves:
            self.reasons.append(t("at {time}: it does not say what changes.", time=f"{time!r:.20}"))
            return None
        kind, value = moves[0]
        if "." in kind or value:
            values = self._values(moves)
            return [t_s, values] if values else None
        fault = {"kind": kind} | {name: _plain(text) for name, text in moves[1:]}
        try:
            checked = read_change([t_s, {"inject": fault}], self.book.controls, self.book.faults).values["inject"]
        except BadAsk as problem:
            self.reasons.append(str(problem))
            return None
        if fault.items() - checked.items():
            self.reasons.append(t("at {time}: this fault has something that is not known.", time=f"{time!r:.20}"))
        return [t_s, {"inject": checked}]

    def _values(self, texts: Iterable[tuple[str, str]]) -> dict[str, Any]:
        values = {}
        for path, text in texts:
            if path == RECORDING and self.book.recordings:
                if text == WORDS[None] or TOKEN.fullmatch(text):
                    values[path] = None if text == WORDS[None] else text
                else:
                    self.reasons.append(t("{path}: {value} names no recording.", path=path, value=f"{text!r:.40}"))
                continue
            control = self.book.controls.get(path)
            if control is None:
                self.reasons.append(t("{path} is not a control of this page.", path=f"{path!r:.40}"))
                continue
            try:
                values[path] = _parsed(control, text)
            except BadValue as problem:
                self.reasons.append(str(problem))
        return values

    def _number(self, name: str, text: str, low: float, high: float) -> float:
        value = float(text) if NUMBER.fullmatch(text) else None
        if value is None or not low <= value <= high:
            bounds = {"low": f"{low:g}", "most": figure(high), "value": f"{text!r:.20}"}
            self.reasons.append(t("{path}: {value} is not a number from {low} to {most}.", path=name, **bounds))
            return low
        return int(value) if value == int(value) else value


def _split(text: str) -> tuple[str, list[tuple[str, str]]]:
    """ "4.25:a.b:1,c.d:2" is a time and names with their texts."""
    time, _, rest = text.partition(":")
    parts = [part.partition(":") for part in rest.split(",")] if rest else []
    return time, [(name, value) for name, _, value in parts]


def _parsed(control: Control, text: str) -> Any:
    """The value that a text gives a control: nothing is clamped, because a link means what it says. Raises BadValue."""
    if control.kind == "choice":
        return control.clean(text)
    if control.kind in ("set", "class"):
        return control.clean(text.split(BETWEEN) if text else [])
    if control.kind == "switch":
        return control.clean({"on": True, "off": False}.get(text, text))
    if text == "none":
        return control.clean(None)
    value: Any = float(text) if NUMBER.fullmatch(text) else text
    clean = control.clean(value)
    if clean != value:
        bounds = {"low": f"{control.low:g}", "most": f"{control.most:,.10g}", "path": control.path, "value": f"{text!r:.20}"}
        if control.whole and control.low <= value <= control.most:
            raise BadValue(t("{path}: {value} is not a whole number from {low} to {most}.", **bounds))
        raise BadValue(t("{path}: {value} is not a number from {low} to {most}.", **bounds))
    return clean


def _plain(text: str) -> Any:
    """The value of a fault's field, which is checked with the fault."""
    if text in WORDS.values():
        return next(value for value, word in WORDS.items() if word == text)
    if not NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _differing(values: dict[str, Any], book: Book) -> list[tuple[str, str]]:
    order = list(book.controls)
    named = [path for path in values if path in book.controls and values[path] != book.defaults[path]]
    told = [(path, _text(values[path])) for path in sorted(named, key=order.index)]
    return told + ([(RECORDING, values[RECORDING])] if book.recordings and values.get(RECORDING) else [])


def _moves(values: dict[str, Any]) -> str:
    """A change as text: "a.b:1,c.d:2", or "crash,index:1,tier:servers"."""
    if "inject" not in values:
        return ",".join(f"{path}:{_text(value)}" for path, value in values.items())
    fault = values["inject"]
    return ",".join([fault["kind"], *(f"{name}:{_text(fault[name])}" for name in sorted(fault) if name != "kind")])


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return WORDS[value]
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return BETWEEN.join(value)
    plain = format(Decimal(repr(value)), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
