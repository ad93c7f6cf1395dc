"""A learner's cookie is set with the first page, and by nothing else; it is a secret that no script of the page can read."""

import pytest

from dashboard.lesson import who
from dashboard.lesson.who import Who, learner
from tests.dashboard.lesson.calls import Reply, call

OURS = "0123456789abcdef" * 2


def answering(status: int = 200, kind: str = "text/html; charset=utf-8", **more: str):
    async def app(scope, receive, send):
        told = {"content_type": kind} | more
        headers = [(name.replace("_", "-").encode(), text.encode()) for name, text in told.items()]
        if any(name == b"if-none-match" for name, _ in scope["headers"]):
            status_now = 304
        else:
            status_now = status
        await send({"type": "http.response.start", "status": status_now, "headers": headers})
        await send({"type": "http.response.body", "body": b"x"})

    return Who(app)


def opened(app, cookie: str | None = None, scheme: str = "http", method: str = "GET", **headers: str) -> Reply:
    sent = headers | ({"cookie": cookie} if cookie else {})
    return call(app, method, "/load-balancing", headers=sent, scheme=scheme)


def test_the_first_page_sets_a_cookie_that_no_script_reads_and_no_other_site_sends():
    parts = opened(answering()).headers["set-cookie"].split("; ")
    name, _, value = parts[0].partition("=")
    assert (name, len(value) * 4) == (who.COOKIE, 128)
    assert learner({name: value}) == value
    assert {"HttpOnly", "SameSite=Lax", "Path=/", f"Max-Age={365 * 24 * 3600}"} == set(parts[1:])


def test_over_https_it_is_never_sent_over_http():
    assert "Secure" in opened(answering(), scheme="https").headers["set-cookie"].split("; ")


def test_every_learner_has_another():
    assert len({opened(answering()).headers["set-cookie"] for _ in range(20)}) == 20


def test_no_cache_may_hand_it_on():
    assert opened(answering(cache_control="public, max-age=600")).headers["cache-control"] == "no-store"
    assert opened(answering(cache_control="public"), f"learner={OURS}").headers["cache-control"] == "public"


@pytest.mark.parametrize("cookie", [f"learner={OURS}", f"language=en; learner={OURS}; theme=dark", f'learner="{OURS}"'])
def test_who_has_it_keeps_it(cookie):
    assert "set-cookie" not in opened(answering(), cookie).headers


@pytest.mark.parametrize("cookie", ["learner=", "learner=abc", f"learner={OURS}0", f"learner={'G' * 32}", f"other={OURS}", ";;=;"])
def test_what_is_not_ours_is_replaced(cookie):
    assert "set-cookie" in opened(answering(), cookie).headers


@pytest.mark.parametrize(
    ("app", "method"),
    [
        (answering(kind="application/json"), "GET"), (answering(404), "GET"), (answering(303), "GET"), (answering(), "POST"),
        (answering(kind="text/javascript"), "GET"),
    ],
)  # fmt: skip
def test_nothing_but_a_page_sets_it(app, method):
    assert "set-cookie" not in opened(app, method=method).headers


def test_a_browser_that_has_the_page_but_no_cookie_gets_both_again():
    again = opened(answering(), **{"accept": "text/html", "if-none-match": '"x"'})
    assert (again.status, "set-cookie" in again.headers) == (200, True)
    known = opened(answering(), f"learner={OURS}", **{"accept": "text/html", "if-none-match": '"x"'})
    assert known.status == 304


@pytest.mark.parametrize("text", ["", "x", OURS.upper(), f"{OURS}\n", "é" * 32, " " + OURS])
def test_a_cookie_of_another_form_is_nobody(text):
    assert learner({"learner": text}) is None
    assert learner({}) is None
