"""Files: what an address names never changes, a page names all that it loads, and nobody reads what is not the app's own."""

import gzip
import re

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from dashboard import files, journey
from tests.dashboard.asgi import finished
from tests.dashboard.lesson.calls import call

LINK = re.compile(r'<link rel="(\w+)"(?: as="\w+")? href="([^"]+)" fetchpriority="low">')
SHELL = "<!DOCTYPE html><html><head><title>A</title></head><body></body></html>"


@pytest.fixture
def app():
    """In place of Streamlit a document at every address."""
    shell = Route("/{path:path}", lambda _request: HTMLResponse(SHELL, headers={"etag": '"1"'}))
    return files.Early(Starlette(routes=[shell]))


def got(app, path, **headers):
    return call(app, "GET", path, headers=headers)


def linked(app, path):
    """The names of the files that the document at an address names."""
    html = got(app, path).body.decode()
    begin = files.address("")
    found = [href for _, href in LINK.findall(html)]
    assert all(href.startswith(begin) for href in found) and len(set(found)) == len(found)
    return {href.removeprefix(begin) for href in found}


def test_a_changed_file_has_another_address(tmp_path, monkeypatch):
    (tmp_path / "one.js").write_text("1")
    monkeypatch.setattr(files, "STATIC", tmp_path)
    seen = []
    for change in (
        lambda: None,
        lambda: (tmp_path / "one.js").write_text("2"),
        lambda: (tmp_path / "one.js").rename(tmp_path / "two.js"),
    ):
        change()
        files.names.cache_clear()
        seen.append(files.version.__wrapped__())
    assert len(set(seen)) == 3
    files.names.cache_clear()


@pytest.mark.parametrize(("view", "_"), journey.CONCEPTS)
def test_a_page_names_all_modules_and_sheets_that_it_imports(app, view, _):
    names = linked(app, f"/{view.replace('_', '-')}")
    assert {"stage/stage.js", "stage/stage.css", "lesson/offer.js", files.PLOTLY} <= names
    for name in (one for one in names if one.endswith(".js") and not one.startswith("vendor/")):
        text = (files.STATIC / name).read_text(encoding="utf-8")
        for path in re.findall(r"^(?:import|export|\}).* from '(\.[^']*)';", text, re.MULTILINE):
            needed = (files.STATIC / name).parent.joinpath(path).resolve().relative_to(files.STATIC).as_posix()
            assert needed in names, f"{name} needs {needed}"


def test_a_lesson_a_room_and_an_island_bring_their_own(app):
    lesson = linked(app, "/load-balancing?lesson=load_balancing")
    assert "lesson/player.js" in lesson and not {"lesson/offer.js", "room/bar.js"} & lesson
    assert {"room/bar.js", "room/follow.js", "room/bar.css"} <= linked(app, "/load-balancing?lesson=load_balancing&room=x")
    teach = linked(app, "/teach?room=x")
    assert {"pages/island.js", "pages/teach.js", "pages/teach.css"} <= teach and "stage/stage.js" not in teach
    assert {"pages/island.js", "pages/home.js", "room/bar.css"} <= linked(app, "/?room=x")
    assert linked(app, "/nowhere") == set()


@pytest.mark.parametrize("path", ["/teach", "/teach?room=x", "/wall?room=x"])
def test_who_leads_a_room_is_not_given_what_its_members_and_runs_side_by_side_are_drawn_with(app, path):
    assert linked(app, path).isdisjoint({"room/bar.js", "room/bar.css", "pages/spotlight.css"})


def test_a_document_is_whole_for_those_who_take_gzip_and_is_not_taken_for_one_without_its_links(app):
    plain, packed = got(app, "/teach"), got(app, "/teach", **{"accept-encoding": "gzip"})
    assert gzip.decompress(packed.body) == plain.body
    for reply in (plain, packed):
        assert int(reply.headers["content-length"]) == len(reply.body) and "etag" not in reply.headers
    assert plain.body.decode().replace("".join(files._links(("pages/island.js", "pages/teach.js"))), "") == SHELL


def test_what_is_no_document_passes_as_it_is():
    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain"), (b"etag", b"1")]})
        await send({"type": "http.response.body", "body": b"</head>"})

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/teach", "query_string": b"", "headers": []}
    finished(files.Early(app)(scope, None, send))
    assert sent[0]["headers"][1] == (b"etag", b"1") and sent[1]["body"] == b"</head>"


@pytest.mark.parametrize("path", ["/api/stages/load-balancing", "/below/api/lessons/caching"])
def test_what_is_asked_of_the_api_by_a_pages_name_is_no_document(path):
    asked = []

    async def app(scope, _receive, _send):
        asked.extend(scope["headers"])

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [(b"accept-encoding", b"gzip")]}
    finished(files.Early(app)(scope, None, None))
    assert asked == scope["headers"]


def test_a_proxy_finds_the_files_at_their_address(tmp_path):
    files.link_to(tmp_path)
    files.link_to(tmp_path)
    assert (tmp_path / files.address("stage/dom.js")).read_bytes() == (files.STATIC / "stage/dom.js").read_bytes()
