"""Lost: whoever comes to an address without a page is shown home, and nobody else is; and no file is left with Streamlit."""

from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.starlette.starlette_routes import create_upload_routes

from dashboard.lost import Lost, way_home
from tests.dashboard.asgi import finished


@pytest.mark.parametrize(
    ("path", "base", "way"),
    [
        ("/", "", None),
        ("/caching", "", None),
        ("/look-inside/", "", None),
        ("/no-such-page", "", "./?missing=no-such-page"),
        ("/a/b/caching", "", "../../?missing=a%2Fb%2Fcaching"),
        ("/home", "", "./"),
        ("/<b>&x=1", "", "./?missing=%3Cb%3E%26x%3D1"),
        ("/" + "x" * 99, "", "./?missing=" + "x" * 60),
        ("/lab", "lab", None),
        ("/lab/caching", "lab", None),
        ("/lab/nothing", "/lab/", "./?missing=nothing"),
    ],
)
def test_the_way_home_is_relative_and_names_what_is_missing(path, base, way):
    assert way_home(path, base) == way


def asked(app, path: str, method: str = "GET") -> list[dict]:
    """What an app sends for a path, after what a browser encodes in it was decoded, as the server does."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": unquote(path), "root_path": "", "query_string": b"", "headers": []}
    finished(app(scope, receive, send))
    return sent


@pytest.mark.parametrize("base", ["", "lab", "lab/scale"])
@pytest.mark.parametrize("method", ["PUT", "OPTIONS", "DELETE", "GET"])
def test_where_streamlit_takes_files_there_is_nothing(base, method):
    """A file that is not there is deleted, and what may be done is told, without a session: so the routes show what passes."""
    routes = create_upload_routes(None, MemoryUploadedFileManager(""), base)
    open_app, app = Starlette(routes=routes), Lost(Starlette(routes=routes))
    place = f"/{base}/_stcore/upload_file" if base else "/_stcore/upload_file"
    if method == "OPTIONS":
        assert asked(open_app, f"{place}/s/f", method)[0]["status"] == 204
    spellings = (
        f"{place}/s/f", f"{place}/s/f/", place, f"{place}/", f"/{place}/s/f", f"{place}//s//f", f"{place}/s/%2e%2e",
        f"/x/..{place}/s/f",
        place.replace("_stcore", "%5Fstcore") + "/s/f", place.replace("/upload", "%2Fupload") + "/s/f",
        place.replace("/upload", "//upload") + "/s/f",
    )  # fmt: skip
    assert {asked(app, spelt, method)[0]["status"] for spelt in spellings} == {404}


def answered(path: str, kind: bytes, status: int = 200) -> list[dict]:
    """What is sent for a path at which the app would answer with this."""
    sent = []

    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": b"the answer"})

    async def send(message):
        sent.append(message)

    finished(Lost(app)({"type": "http", "path": path}, None, send))
    return sent


def test_only_the_app_itself_at_the_address_of_no_page_is_turned():
    start, body = answered("/nothing", b"text/html; charset=utf-8")
    assert (start["status"], dict(start["headers"])[b"location"], body["body"]) == (303, b"./?missing=nothing", b"")
    for path, kind, status in (
        ("/caching", b"text/html", 200), ("/static/app.js", b"text/javascript", 200), ("/static/app.css", b"", 304),
        ("/api/nothing", b"text/html", 404),
    ):  # fmt: skip
        assert answered(path, kind, status)[0]["status"] == status
        assert answered(path, kind, status)[1]["body"] == b"the answer"
