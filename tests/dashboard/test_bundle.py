"""Bundle: what a browser gets of Streamlit's files is what Streamlit has, in a quarter of the bytes; all else passes by."""

import gzip
import re

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard.bundle import FOLDER, Packed
from tests.dashboard.lesson.calls import call

NAMED = re.compile(r'(?:src|href)="\./(static/[^"]+\.(?:js|css))"')


@pytest.fixture
def app():
    """In place of Streamlit a word at every address."""
    return Packed(Starlette(routes=[Route("/{path:path}", lambda _request: PlainTextResponse("passed"), methods=["GET", "POST"])]))


def got(app, path, method="GET", **headers):
    return call(app, method, path, headers={"accept-encoding": "gzip, deflate, br"} | headers)


def test_all_that_streamlits_document_names_is_compressed_and_is_what_it_has(app):
    names = NAMED.findall((FOLDER / "index.html").read_text(encoding="utf-8"))
    assert len(names) > 20 and {name.rpartition(".")[2] for name in names} == {"js", "css"}
    for name in names:
        reply = got(app, f"/{name}")
        assert gzip.decompress(reply.body) == (FOLDER / name).read_bytes()
        assert (reply.status, reply.headers["content-encoding"], reply.headers["vary"]) == (200, "gzip", "accept-encoding")
        assert reply.headers["content-type"].startswith("text/css" if name.endswith("css") else "text/javascript")
        assert "immutable" in reply.headers["cache-control"]


def test_whatever_else_is_asked_for_passes_by(app):
    name = NAMED.search((FOLDER / "index.html").read_text(encoding="utf-8")).group(1)
    assert got(app, f"/{name}").headers["content-encoding"] == "gzip"
    others = ["/", "/static/js/nothing.js", "/static/../index.html", "/static/js/..%2f..%2findex.html", f"/more/{name}"]
    asked = [got(app, other) for other in others]
    asked += [
        got(app, f"/{name}", "POST"),
        got(app, f"/{name}", range="bytes=0-9"),
        got(app, f"/{name}", **{"accept-encoding": ""}),
    ]
    assert [reply.body for reply in asked] == [b"passed"] * len(asked)
