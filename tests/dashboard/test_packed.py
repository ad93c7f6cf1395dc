"""Packed: what a browser gets is what stands on the disk, in a quarter of the bytes, to keep for ever; all else passes by."""

import gzip
import re

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard import files
from dashboard.packed import FOLDER, Packed
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
        content, packed = (FOLDER / name).read_bytes(), "content-encoding" in reply.headers
        assert (gzip.decompress(reply.body) if packed else reply.body) == content and packed == (len(content) > 1_000)
        assert (reply.status, reply.headers["vary"]) == (200, "accept-encoding")
        assert reply.headers["content-type"].startswith("text/css" if name.endswith("css") else "text/javascript")
        assert "immutable" in reply.headers["cache-control"]


def test_whatever_else_is_asked_for_passes_by(app):
    name = NAMED.search((FOLDER / "index.html").read_text(encoding="utf-8")).group(1)
    assert got(app, f"/{name}").headers["content-encoding"] == "gzip"
    others = ["/", "/static/js/nothing.js", "/static/../index.html", "/static/js/..%2f..%2findex.html", f"/more/{name}"]
    asked = [got(app, other) for other in others]
    asked += [
        got(app, f"/{name}", "POST"),
    ]
    assert [reply.body for reply in asked] == [b"passed"] * len(asked)


def test_what_has_an_address_is_kept_for_ever_and_is_what_stands_on_the_disk(app):
    reply = got(app, f"/{files.address('stage/dom.js')}", **{"accept-encoding": ""})
    content = (files.STATIC / "stage/dom.js").read_bytes()
    assert (reply.status, reply.body, reply.headers["cache-control"]) == (200, content, "public, immutable, max-age=31536000")
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    packed = got(app, f"/{files.address('stage/dom.js')}")
    assert packed.headers["content-encoding"] == "gzip" and gzip.decompress(packed.body) == content
    assert len(packed.body) < len(content) / 2
    for one in (reply, packed):
        assert int(one.headers["content-length"]) == len(one.body) and one.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in one.headers["content-security-policy"]
    head = got(app, f"/{files.address('stage/dom.js')}", "HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(packed.body)))


def test_under_the_address_of_another_version_nothing_is_kept(app):
    reply = got(app, "/files/0123456789ab/stage/dom.js")
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize("name", ["stage/nothing.js", "../app.py", "..%2Fapp.py", "stage/../../app.py", "/etc/passwd", "", "stage"])
def test_what_is_no_file_of_ours_is_not_found(app, name):
    reply = got(app, f"/{files.address(name)}")
    assert reply.status == 404
