"""Lost: whoever comes to an address without a page is shown home, and nobody else is."""

import pytest

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
