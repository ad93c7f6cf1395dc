"""Migrations: what changed between the versions of links, so that an old link opens the system that it meant.

A version is a set of names of controls and faults, and of the pages' own values. Whoever renames a control, or gives a page another
value to start with, raises the version and adds a step here, and a link of the version before to the tests.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from dashboard.words import t

Moves = list[tuple[str, str]]


class TooNew(ValueError):
    """A link of a version that does not exist yet."""


class TooOld(ValueError):
    """A link of a version from which no step leads on."""


@dataclass(frozen=True)
class Draft:
    """What a link says before anything in it is believed: names and texts."""

    values: dict[str, str]
    changes: list[tuple[str, Moves]]
    pin: tuple[str, Moves] | None = None


@dataclass(frozen=True)
class Step:
    """From one version to the next."""

    renamed: dict[str, str] = field(default_factory=dict)
    """{old path or kind of fault: new one}."""
    converted: dict[str, Callable[[str], str]] = field(default_factory=dict)
    """{new path: what makes a new text of an old one}, where a unit or the name of a choice changed."""
    defaults: dict[str, dict[str, str]] = field(default_factory=dict)
    """{page: {new path: text}}: values that pages started with in the old version, where they start with others now."""

    def forward(self, draft: Draft, page: str) -> Draft:
        """The draft in the words of the next version."""
        begin = self.defaults.get(page, {}) | dict(self._moves(draft.values.items()))
        pin = draft.pin and (draft.pin[0], list((self.defaults.get(page, {}) | dict(self._moves(draft.pin[1]))).items()))
        return replace(draft, values=begin, changes=[(time, self._moves(moves)) for time, moves in draft.changes], pin=pin)

    def _moves(self, moves) -> Moves:
        named = [(self.renamed.get(name, name), text) for name, text in moves]
        return [(name, self.converted[name](text) if name in self.converted else text) for name, text in named]


@dataclass(frozen=True)
class Schema:
    """The present version, and the steps that lead to it: `steps[n]` from n to n + 1."""

    version: int
    steps: dict[int, Step] = field(default_factory=dict)

    def forward(self, draft: Draft, version: str | None, page: str) -> Draft:
        """The draft in the words of the present version. Raises ValueError, TooNew, TooOld."""
        if version is None:
            raise ValueError(t("It does not say its version (v=…)."))
        if not (version.isascii() and version.isdecimal() and len(version) < 6):
            raise ValueError(t("Its version is {version}; a whole number is wanted.", version=f"{version!r:.20}"))
        number = int(version)
        if number > self.version:
            newer = t("It was made by a newer version of this page ({version}; this is {own}).", version=number, own=self.version)
            raise TooNew(newer)
        for place in range(number, self.version):
            if place not in self.steps:
                raise TooOld(t("Its version, {version}, is not known.", version=number))
            draft = self.steps[place].forward(draft, page)
        return draft


SCHEMA = Schema(version=1)
