"""Words: the texts of the interface in the viewer's language, looked up by their English.

English stands in the code and needs no catalogue; another language is a gettext file `locale/<language>.po`. The browser's
modules get the same catalogue as JSON (`static/stage/translate.js`). Finding texts in the sources is `translation.py`.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

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


def mark(text: str) -> str:
    """The text itself: says that it stands in the catalogue and is translated where it is shown."""
    return text


def t(text: str, **values: object) -> str:
    """The text in the viewer's language, its {placeholders} filled in."""
    found = messages(language()).get(text, text)
    return found.format(**values) if values else found


def language() -> str:
    """The viewer's language: what the settings have put into the cookie, if there is a catalogue of it."""
    return known(st.context.cookies.get(COOKIE, ENGLISH))


def known(name: str) -> str:
    """The language of this name, or English where there is no catalogue of it."""
    return name if name == PSEUDO or name in NAMES else ENGLISH


@cache
def messages(name: str) -> Mapping[str, str]:
    """The catalogue of a language: its text by the English one; what is not translated yet is not in it."""
    if name == ENGLISH:
        return MappingProxyType({})
    from babel.messages.pofile import read_po

    with (TEMPLATE if name == PSEUDO else LOCALE / f"{name}.po").open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id]
    if name == PSEUDO:
        return MappingProxyType({entry.id: pseudo(entry.id) for entry in entries})
    return MappingProxyType({entry.id: entry.string for entry in entries if entry.string and not entry.fuzzy})


def pseudo(text: str) -> str:
    """The text as another language might look: accented, 40 % longer, its {placeholders} as they were."""
    parts, rest = [], text
    while rest:
        before, brace, after = rest.partition("{")
        name, _, rest = after.partition("}") if brace else ("", "", "")
        parts += [before.translate(ACCENTS), f"{{{name}}}" if brace else ""]
    return "".join(parts) + " " + ("~" * round(0.4 * len(text))).replace("~~~~~~~~", "~~~~~~~ ")


async def _send(request: Request) -> JSONResponse:
    return JSONResponse(dict(messages(known(request.path_params["language"]))))


ROUTES = [Route(PATH, _send)]
