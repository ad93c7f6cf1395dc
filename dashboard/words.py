"""Words: the texts of the interface in the viewer's language, looked up by their English.

English stands in the code and needs no catalogue; another language is a gettext file `locale/<language>.po`. The browser's
modules get the same catalogue as JSON (`static/stage/translate.js`). Finding texts in the sources is `translation.py`.
"""

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engine.system.shown import Said, shown

LOCALE = Path(__file__).parent / "locale"
TEMPLATE = LOCALE / "messages.pot"
ENGLISH = "en"
PSEUDO = "pseudo"
"""A made-up language, accented and 40 % longer, that shows which texts do not fit and which are not in the catalogue."""
COOKIE = "language"
NAMES = {ENGLISH: "English"}
"""The languages that the settings offer, each by its own name; one more line for one more file in `locale/`."""
ACCENTS = str.maketrans("aceinosuyACEINOSUY", "áçéíñóšúýÁÇÉÍÑÓŠÚÝ")
PATH = "/api/words/{language}"


RULE = "\0"
"""The entry that tells which form a number takes: for 0 to 199, then by the last two digits from 100 on."""
BETWEEN = "\0"
"""Stands between the two English forms in the key of a text that changes with a number."""

Table = TypeVar("Table")
_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def mark(text: str) -> str:
    """The text itself: says that it stands in the catalogue and is translated where it is shown."""
    return text


def marked(table: Table) -> Table:
    """The table itself, of dictionaries and tuples: says that every text among its values stands in the catalogue."""
    return table


def t(text: str, /, **values: object) -> str:
    """The text in the viewer's language, its {placeholders} filled in."""
    found = messages(language()).get(text, text)
    return found.format(**values) if values else found


def engine_text(text: str) -> str:
    """A message of the engine in the viewer's language, its numbers as the language writes them."""
    if not isinstance(text, Said):
        return t(text)
    return t(text.template, **{name: _written(value) for name, value in text.values.items()})


def _written(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return figure(value)
    return value if isinstance(value, str) else shown(value)


def plural(one: str, many: str, number: int, /, **values: object) -> str:
    """The text for so many, in the form that the language has for this number; {number} is filled in with it."""
    catalogue = messages(language())
    forms = catalogue.get(one + BETWEEN + many)
    form = catalogue[RULE][number if number < 200 else 100 + number % 100] if forms else int(number != 1)
    return (forms or (one, many))[form].format(**{"number": figure(number), **values})


def figure(value: float, digits: int = 0, *, grouped: bool = True) -> str:
    """A number with so many decimals as the viewer's language writes it."""
    name = language()
    if name in (ENGLISH, PSEUDO):
        return f"{value:,.{digits}f}" if grouped else f"{value:.{digits}f}"
    from babel.numbers import format_decimal

    whole = "#,##0" if grouped else "0"
    return format_decimal(value, f"{whole}.{digits * '0'}" if digits else whole, name)


def language() -> str:
    """The viewer's language: what the settings have put into the cookie, if there is a catalogue of it."""
    if _chosen.get() is None and get_script_run_ctx(suppress_warning=True) is None:
        return ENGLISH
    return _chosen.get() or known(st.context.cookies.get(COOKIE, ENGLISH))


@contextmanager
def speaking(name: str | None = None) -> Iterator[None]:
    """While this lasts, the viewer's language is the one of this name; without a name it is looked up once and kept."""
    before = _chosen.set(language() if name is None else known(name))
    try:
        yield
    finally:
        _chosen.reset(before)


def known(name: str) -> str:
    """The language of this name, or English where there is no catalogue of it."""
    return name if name == PSEUDO or name in NAMES else ENGLISH


@cache
def messages(name: str) -> Mapping[str, str | tuple]:
    """The catalogue of a language: its text by the English one, forms by both English ones; not what is untranslated."""
    if name == ENGLISH:
        return MappingProxyType({})
    from babel.messages.plurals import get_plural
    from babel.messages.pofile import read_po

    with (TEMPLATE if name == PSEUDO else LOCALE / f"{name}.po").open("rb") as file:
        entries = [entry for entry in read_po(file, locale=None if name == PSEUDO else name) if entry.id]
    form_of = gettext.c2py(get_plural(ENGLISH if name == PSEUDO else name).plural_expr)
    found = {RULE: tuple(form_of(number) for number in range(200))}
    used = set(found[RULE])
    for entry in entries:
        if name == PSEUDO:
            found[_key(entry.id)] = tuple(map(pseudo, entry.id)) if isinstance(entry.id, tuple) else pseudo(entry.id)
        elif not entry.fuzzy and entry.string and (isinstance(entry.string, str) or all(entry.string[form] for form in used)):
            found[_key(entry.id)] = entry.string
    return MappingProxyType(found)


def _key(english: str | tuple[str, str]) -> str:
    return english if isinstance(english, str) else BETWEEN.join(english)


def pseudo(text: str) -> str:
    """The text as another language might look: accented, 40 % longer, its {placeholders} as they were."""
    parts, rest = [], text
    while rest:
        before, brace, after = rest.partition("{")
        name, _, rest = after.partition("}") if brace else ("", "", "")
        parts += [before.translate(ACCENTS), f"{{{name}}}" if brace else ""]
    return "".join(parts) + " " + ("~" * round(0.4 * len(text))).replace("~~~~~~~~", "~~~~~~~ ")


def _send(request: Request) -> JSONResponse:
    return JSONResponse(dict(messages(known(request.path_params["language"]))))


ROUTES = [Route(PATH, _send)]
