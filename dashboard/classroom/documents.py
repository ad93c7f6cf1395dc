"""Documents: plain HTML with a sheet and a module of static/room, light enough for a phone on a bad line. Knows no room.

Everything that is not markup of this module is escaped, and no script stands in a document (the policy of `headers` allows none).
"""

from collections.abc import Iterable
from html import escape

from starlette.responses import HTMLResponse

from dashboard import files
from dashboard.words import language, t

HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex"}


class Markup(str):
    """Text that is markup already."""


def tag(name: str, /, *children: str, **attributes: object) -> Markup:
    """An element; children that are no markup are escaped, and so is every attribute. None leaves an attribute out."""
    inner = "".join(child if isinstance(child, Markup) else escape(str(child)) for child in children)
    return Markup(f"<{name}{_attributes(attributes)}>{inner}</{name}>")


def void(name: str, /, **attributes: object) -> Markup:
    """An element without content."""
    return Markup(f"<{name}{_attributes(attributes)}>")


def document(
    title: str,
    *body: Markup,
    path: str,
    module: str = "",
    early: str = "",
    status: int = 200,
    sheets: Iterable[str] = (),
    asks: Iterable[str] = (),
    **data: str,
) -> HTMLResponse:
    """A whole document with this address below the app's root; `module` of static/room fills its <main>, where nothing stands in it
    yet, and `early` runs as soon as it is there. What it `asks` first is asked for while it comes. `data` goes to the module.
    """
    script = [*(_module(one, now=True) for one in [early] if one), *(_module(one) for one in [module] if one)]
    links = [void("link", rel="stylesheet", href=files.address(one)) for one in ["room/room.css", *sheets]]
    needed = files.modules(f"room/{module}") if module else ()
    loads = [void("link", rel="modulepreload", href=files.address(one)) for one in needed]
    asked = [void("link", rel="preload", **{"as": "fetch"}, crossorigin="", href=one) for one in asks]
    head = tag(
        "head",
        void("meta", charset="utf-8"),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void("base", href="../" * path.count("/") or "./"),
        tag("title", title),
        void("link", rel="icon", href=files.address("icon.svg")),
        *links,
        *asked,
        *loads,
        *script,
    )
    without = tag("noscript", tag("p", t("This page needs JavaScript. Allow it for this page, and load it again."), cls="notice"))
    # Seen where the line broke before the modules came; they take its place.
    waiting = tag("p", t("One moment …"), " ", tag("a", t("Load it again"), href=path), cls="waiting")
    inside = [*(body or [waiting]), without] if module else body
    marks = {f"data_{name}": text for name, text in data.items()}
    main = tag("main", *inside, id="main", **marks)
    whole = tag("html", head, tag("body", main, cls="room-page"), lang=language().replace("_", "-"))
    return HTMLResponse(f"<!doctype html>{whole}", status, headers=HEADERS)


def _module(name: str, now: bool = False) -> Markup:
    return tag("script", type="module", src=files.address(f"room/{name}"), **({"async": ""} if now else {}))


def _attributes(attributes: dict[str, object]) -> str:
    named = {"class" if name == "cls" else name.replace("_", "-"): value for name, value in attributes.items() if value is not None}
    return "".join(f' {name}="{escape(str(value))}"' for name, value in named.items())
