"""The app in a frame of a learning platform, which is another site: a class is joined and answered there, and nothing is taught."""

import http.server
import ssl
import threading
from html import escape
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from dashboard import embed
from tests.browser.classroom.conftest import GUESS, Student
from tests.deploy.room import Teacher
from tests.deploy.whole import HOST, hosted
from tests.postgres import free_port

PLATFORM = "platform.localhost"


class Frames(http.server.BaseHTTPRequestHandler):
    """A page of the platform, in which the address that its own names stands in a frame."""

    def do_GET(self) -> None:
        inside = parse_qs(urlsplit(self.path).query).get("inside", ["about:blank"])[0]
        page = f'<!doctype html><link rel="icon" href="data:,"><iframe src="{escape(inside)}" width="1200" height="800"></iframe>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def platform(cluster, tmp_path_factory):
    """The app that a platform may frame, and a function that gives the address of the platform's page with one of its pages."""
    folder, port, url = tmp_path_factory.mktemp("framed"), free_port(), cluster.create()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(embed.VARIABLE, f"{PLATFORM}:{port}")
        with hosted(url, folder) as whole, http.server.ThreadingHTTPServer(("127.0.0.1", port), Frames) as server:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
            server.socket = tls.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            own = f"https://{HOST}:{whole.proxy.port}"
            yield whole, lambda path: f"https://{PLATFORM}:{port}/?inside={quote(own + path)}"
            server.shutdown()
    cluster.drop(url)


def test_a_class_is_joined_and_answered_in_a_frame_and_who_comes_by_another_way_is_somebody_else(platform, comes):
    whole, framed = platform
    teacher = Teacher(whole.learner())
    teacher.paces(GUESS)
    page = comes(framed(f"/room/{teacher.token}"), ignore_https_errors=True).page
    ann = Student(page.frames[1])
    ann.enters("Ann").at(GUESS)
    ann.votes(1, sure=3)
    ann.page.wait_for_selector(".lesson .verdict")
    assert teacher.votes()[:2] == [0, 1]
    page.reload()
    Student(page.frames[1]).at(GUESS)
    page.goto(f"https://{HOST}:{whole.proxy.port}/room/{teacher.token}")
    page.wait_for_selector("form .primary")
    assert page.locator("form input").first.input_value() == ""


@pytest.mark.parametrize("path", ["/", "/teach"])
def test_nothing_is_taught_in_a_frame(platform, browser, path):
    _, framed = platform
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(framed(path))
    assert not page.frames[1].url.startswith(f"https://{HOST}")
    context.close()
