"""Uploads are read within limits, kept by their content, and used with bad lines only when somebody agreed."""

import asyncio
import gzip
import json
import threading
from collections import OrderedDict
from pathlib import Path

import pytest
from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette

from dashboard import recordings
from dashboard.asks import LostRecording
from dashboard.lesson import gate
from tests.dashboard.asgi import finished

GOOD = b"time_s,requests\n0,10\n60,30\n120,20\n"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.3"
BAD = b"time_s,requests\n0,10\n60,x\n120,20\n180,40\n"
EXAMPLE = Path(recordings.__file__).parent / "static/examples/ticket-sale.csv"


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    monkeypatch.setattr(recordings, "_kept", OrderedDict())


def keep(data: bytes, name: str, accept_bad_lines: bool = False, source: str = HERE) -> dict:
    return recordings.keep(data, name, accept_bad_lines, source)


def scope_of(query: str = "", headers: dict[str, str] | None = None, source: str = HERE) -> dict:
    """A request to the upload route, as the page sends it."""
    given = {"host": "lab.test", "content-type": recordings.KIND} | (headers or {})
    return {
        "type": "http", "method": "POST", "path": recordings.PATH, "raw_path": recordings.PATH.encode(), "root_path": "",
        "query_string": query.encode(), "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "scheme": "http", "server": ("lab.test", 80), "client": (source, 9),
    }  # fmt: skip


async def called(scope: dict, receive) -> tuple[int, dict]:
    """Status and answer of the upload route."""
    sent = []

    async def send(message):
        sent.append(message)

    await Starlette(routes=recordings.ROUTES)(scope, receive, send)
    return sent[0]["status"], json.loads(b"".join(message.get("body", b"") for message in sent[1:]))


def parts_of(body: bytes):
    """A body that comes in two parts, as an ASGI server passes them on."""
    parts = [body[: len(body) // 2], body[len(body) // 2 :]]

    async def receive():
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    return receive


def post(query: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, dict]:
    return finished(called(scope_of(query, headers), parts_of(body)))


def test_a_recording_is_kept_by_its_content():
    kept = keep(GOOD, "good.csv")
    assert kept["token"] == keep(GOOD, "other name.csv")["token"]
    assert kept["duration_s"] == 180
    assert kept["mean_rate"] == pytest.approx(60 / 180)
    assert kept["shape"] == [pytest.approx(1 / 3, abs=1e-3), 1, pytest.approx(2 / 3, abs=1e-3)]
    assert recordings.fields(kept["token"])["pattern"] == "recorded"


def test_whoever_has_a_link_sees_what_is_played_but_not_what_the_file_is_called():
    kept = keep(GOOD, "customers-of-acme.csv")
    shown = recordings.told(kept["token"])
    assert (shown["token"], shown["shape"], shown["name"]) == (kept["token"], kept["shape"], "recording")
    assert "acme" in kept["words"]
    assert "acme" not in str(shown)
    assert recordings.told("0" * 32) is None


def test_a_long_recording_is_shown_at_a_speed_that_passes_in_minutes():
    day = b"time_s,requests\n" + b"".join(b"%d,5\n" % (300 * k) for k in range(288))
    kept = keep(day, "day.csv")
    assert kept["duration_s"] / kept["speed"] == pytest.approx(recordings.PLAYED_IN_S, rel=0.05)


def test_bad_lines_are_named_and_used_only_if_agreed():
    refused = keep(BAD, "bad.csv")
    assert refused["bad_count"] == 1
    assert refused["bad_lines"][0]["number"] == 3
    assert refused["rest_is_usable"]
    agreed = keep(BAD, "bad.csv", True)
    assert len(recordings.fields(agreed["token"])["recording"]) == 3
    assert any("left out" in note for note in agreed["notes"])


def test_a_file_without_any_use_cannot_be_agreed_to():
    refused = keep(b"hello\nworld\n", "x.txt")
    assert "problem" in refused
    assert not refused["rest_is_usable"]


def fill(count: int, source: str, begin: int = 0) -> list[str]:
    """The tokens of so many different recordings from there."""
    return [keep(GOOD + b"180,%d\n" % number, "x", source=source)["token"] for number in range(begin, begin + count)]


def is_kept(token: str) -> bool:
    return recordings.told(token) is not None


def test_the_number_of_kept_recordings_is_bounded():
    tokens = fill(recordings.MAX_KEPT + 1, HERE)
    with pytest.raises(LostRecording, match="choose the file again"):
        recordings.fields(tokens[0])
    assert recordings.fields(tokens[-1])


def test_who_sends_many_throws_out_their_own():
    others = fill(recordings.MAX_KEPT, ELSEWHERE)
    theirs = keep(GOOD, "lesson.csv")["token"]
    more = fill(2 * recordings.MAX_KEPT, ELSEWHERE, begin=100)
    assert is_kept(theirs)
    assert sum(is_kept(token) for token in (*others, *more)) == recordings.MAX_KEPT - 1


def test_who_sends_what_somebody_else_plays_cannot_throw_it_out():
    """The example is the same file for everybody."""
    fill(recordings.MAX_KEPT - 1, ELSEWHERE)
    token = keep(GOOD, "ticket-sale.csv", source=ELSEWHERE)["token"]
    assert keep(GOOD, "ticket-sale.csv")["token"] == token
    fill(2 * recordings.MAX_KEPT, ELSEWHERE, begin=100)
    assert is_kept(token)


def test_where_all_keep_as_many_the_longest_unused_one_goes():
    sources = [f"203.0.113.{number}" for number in range(recordings.MAX_KEPT + 1)]
    played, unused, *_ = [fill(1, source, begin=number)[0] for number, source in enumerate(sources[:-1])]
    recordings.fields(played)
    fill(1, sources[-1], begin=100)
    assert is_kept(played)
    assert not is_kept(unused)


def test_the_example_says_that_it_is_small_and_can_be_read():
    kept = keep(EXAMPLE.read_bytes(), "ticket-sale.csv")
    assert kept["duration_s"] == 12 * 3_600
    assert max(kept["shape"]) == 1


def test_an_upload_answers_with_the_recording():
    status, answer = post("name=good.csv", gzip.compress(GOOD), {"origin": "http://lab.test"})
    assert status == 200
    assert answer["name"] == "good.csv"
    assert recordings.fields(answer["token"])


def test_bad_lines_are_agreed_to_by_a_second_upload():
    assert post("name=bad.csv", BAD)[1]["bad_count"] == 1
    assert "token" in post("name=bad.csv&accept=1", BAD)[1]


@pytest.mark.parametrize("headers", [{"origin": "http://elsewhere.test"}, {"origin": "http://["}, {"sec-fetch-site": "cross-site"}])
def test_an_upload_from_another_site_is_refused(headers):
    status, answer = post("", GOOD, headers)
    assert status == 403
    assert "token" not in answer


def test_an_upload_is_of_a_kind_that_no_form_of_another_site_can_send():
    assert post("", GOOD, {"content-type": "text/plain"})[0] == 400


def test_an_upload_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(recordings, "MAX_BYTES", 1_000)
    assert post("", b"x" * 2_000)[0] == 413


def test_a_file_that_inflates_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(recordings, "MAX_INFLATED", 10_000)
    assert "problem" in keep(gzip.compress(b"0,1\n" * 100_000), "bomb.gz")


async def never() -> dict:
    """A body that does not come."""
    await asyncio.Event().wait()
    raise AssertionError


def test_a_body_has_a_time(monkeypatch):
    monkeypatch.setattr(gate, "BODY_S", 0)
    status, answer = finished(called(scope_of(), never))
    assert (status, "too long to come" in answer["problem"]) == (400, True)


def test_of_one_source_and_of_all_only_so_many_files_are_taken_in_at_a_time():
    async def work() -> None:
        sources = [f"203.0.113.{number}" for number in range(recordings.MOST_WAITING // recordings.AT_ONCE)]
        slow = []
        for number, source in enumerate(sources):
            slow += [asyncio.create_task(called(scope_of(source=source), never)) for _ in range(recordings.AT_ONCE)]
            while len(recordings.TURNS.working) < len(slow):
                await asyncio.sleep(0)
            assert (await called(scope_of(source=source), never))[0] == 429, "without a look at the body"
            others = await called(scope_of(source=ELSEWHERE), parts_of(GOOD))
            assert others[0] == (200 if number + 1 < len(sources) else 429)
        for one in slow:
            one.cancel()
        await asyncio.wait(slow)
        assert (await called(scope_of(), parts_of(GOOD)))[0] == 200, "their turns are free again"

    finished(work())


def test_files_are_read_one_at_a_time_and_in_no_thread_that_pages_need(monkeypatch):
    begun, go, read = [], threading.Event(), recordings.read_recording

    def slow(data, **how):
        begun.append(data)
        go.wait(20)
        return read(data, **how)

    async def work() -> None:
        monkeypatch.setattr(recordings, "read_recording", slow)
        two = [asyncio.create_task(called(scope_of(source=source), parts_of(GOOD))) for source in (HERE, ELSEWHERE)]
        while not begun or len(recordings.TURNS.working) < 2:
            await asyncio.sleep(0.001)
        try:
            assert current_default_thread_limiter().borrowed_tokens == 0
            assert len(begun) == 1
        finally:
            go.set()
        assert [status for status, _ in await asyncio.gather(*two)] == [200, 200]

    finished(work())
