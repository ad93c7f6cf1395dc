"""Health, readiness, metrics: they say what is, to whom it concerns, and nothing about people."""

import logging
import sqlite3

import pytest
from sqlalchemy.engine import URL
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dashboard import health
from dashboard.health import Measured, Pulse, Warm, kind_of
from dashboard.hosted import HOSTED
from dashboard.store import database as databases
from dashboard.store.database import Database
from tests.dashboard.asgi import finished

PROXIED = {b"x-forwarded-for": b"203.0.113.7"}


@pytest.fixture
def store(tmp_path):
    opened = Database(URL.create("sqlite", database=str(tmp_path / "store.sqlite")))
    yield opened
    opened.close()


@pytest.fixture
def parts(monkeypatch, store):
    """What is waited for, on a database of the test's own."""
    warm = Warm()
    monkeypatch.setattr(health, "WARM", warm)
    monkeypatch.setattr(health, "PULSE", Pulse(store))
    return warm


async def _answered(request):
    if request.path_params["status"] == "500":
        raise ZeroDivisionError("Anna divided by zero")
    return PlainTextResponse("", int(request.path_params["status"]))


ROUTES = [*health.ROUTES, Route("/api/lessons/{status}", _answered, methods=["GET", "POST"]), Route("/{status:int}", _answered)]
APP = Starlette(routes=ROUTES, middleware=[Middleware(Measured)])


def ask(path: str, peer: str = "127.0.0.1", headers: dict[bytes, bytes] | None = None, method: str = "GET") -> tuple[int, str]:
    sent = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"secret=1",
        "headers": list((headers or {}).items()), "scheme": "http", "http_version": "1.1",
        "server": ("lab", 80), "client": (peer, 9),
    }  # fmt: skip
    try:
        finished(APP(scope, receive, send))
    except ZeroDivisionError:
        return 500, ""
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


def metric(name: str) -> float:
    told = ask("/metrics")[1]
    return next((float(line.rpartition(" ")[2]) for line in told.splitlines() if line.startswith(f"{name} ")), 0.0)


def test_it_lives_whatever_the_database_does(parts):
    assert ask("/healthz", "203.0.113.7", PROXIED) == (200, "alive\n")


def test_it_is_ready_once_all_is_warm_and_the_database_answers(parts, store, tmp_path, monkeypatch):
    done = []
    parts.up("the kettle", lambda: bool(done))
    assert ask("/readyz") == (503, '{"ready":false,"waits_for":["the kettle"]}')
    done.append(1)
    assert ask("/readyz") == (200, '{"ready":true,"waits_for":[]}')
    monkeypatch.setattr(health, "FRESH_S", -1.0)
    store.close()
    monkeypatch.setattr(databases, "BUSY_S", 0.01)
    monkeypatch.setattr(databases, "RETRY_S", 0.0)
    with sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert ask("/readyz") == (503, '{"ready":false,"waits_for":["the database"]}')
        other.execute("ROLLBACK")
    other.close()
    assert ask("/readyz")[0] == 200


def test_many_who_ask_are_one_question_to_the_database(store):
    asked, now_s = [], 100.0

    class Asked(Pulse):
        def _ask(self):
            asked.append(now_s)
            return super()._ask()

    pulse = Asked(store, clock=lambda: now_s)
    assert [finished(pulse.beats()) for _ in range(5)] == [True] * 5
    now_s += health.FRESH_S + 0.1
    assert finished(pulse.beats())
    assert asked == [100.0, now_s]


@pytest.mark.parametrize(
    ("hosted", "peer", "headers", "status"),
    [
        ("", "127.0.0.1", {}, 200), ("", "192.168.1.7", {}, 404), ("", "127.0.0.1", PROXIED, 404),
        ("1", "127.0.0.1", {}, 200), ("1", "172.18.0.9", {}, 200),
        ("1", "127.0.0.1", PROXIED, 404), ("1", "172.18.0.5", PROXIED, 404),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/metrics", "/_stcore/metrics"])
def test_metrics_are_for_those_who_run_it(monkeypatch, hosted, peer, headers, status, path):
    monkeypatch.setenv(HOSTED, hosted)
    found = ask(path, peer, headers)[0]
    # Streamlit's own are not in this small app: what is let through to them finds nothing, by another way.
    assert found == (status if path == "/metrics" else 404)


def test_what_is_done_is_counted_by_kind_and_status():
    before = {name: metric(name) for name in (
        'scale_it_up_requests_total{kind="lessons",status="200"}', 'scale_it_up_requests_total{kind="page",status="404"}',
        'scale_it_up_requests_total{kind="lessons",status="500"}', "scale_it_up_saved_seconds_count",
    )}  # fmt: skip
    ask("/api/lessons/200", method="POST")
    ask("/api/lessons/200")
    ask("/api/lessons/400", method="POST")
    ask("/api/lessons/500", method="POST")
    ask("/404")
    assert [metric(name) - count for name, count in before.items()] == [2, 1, 1, 1]
    told = ask("/metrics")[1]
    for name in ("process_resident_memory_bytes", "scale_it_up_sessions_open", "scale_it_up_event_streams_open",
                 "scale_it_up_database_errors_total"):  # fmt: skip
        assert f"\n{name} " in told
    assert "secret" not in told and "127.0.0.1" not in told


def test_whoever_opens_streams_sets_their_number():
    health.STREAMS.set(3)
    assert metric("scale_it_up_event_streams_open") == 3
    health.STREAMS.set(0)


def test_what_failed_is_logged_without_what_was_asked(caplog):
    with caplog.at_level(logging.WARNING, "dashboard.health"):
        ask("/api/lessons/500", "203.0.113.7", method="POST")
        ask("/api/lessons/404")
    (record,) = caplog.records
    assert {name: record.facts[name] for name in ("kind", "method", "status")} == {
        "kind": "lessons",
        "method": "POST",
        "status": 500,
    }
    assert "secret" not in record.getMessage() and "203.0" not in record.getMessage()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "page"), ("/load_balancing", "page"), ("/api/lessons/knee", "lessons"), ("/api/rooms/AB/join", "rooms"),
     ("/api/drafts", "api"),
     ("/app/static/stage/dom.js", "static"), ("/_stcore/health", "streamlit"), ("/metrics", "health")],
)  # fmt: skip
def test_paths_have_kinds(path, kind):
    assert kind_of(path) == kind
