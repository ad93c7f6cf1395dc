"""Uploads are read within limits, kept by their content, and used with bad lines only when somebody agreed."""

import gzip
import json
from pathlib import Path

import pytest
from starlette.applications import Starlette

from dashboard import recordings
from dashboard.asks import LostRecording
from tests.dashboard.asgi import finished

GOOD = b"time_s,requests\n0,10\n60,30\n120,20\n"
BAD = b"time_s,requests\n0,10\n60,x\n120,20\n180,40\n"
EXAMPLE = Path(recordings.__file__).parent / "static/examples/ticket-sale.csv"


def post(query: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, dict]:
    """Status and answer of the upload route, called as an ASGI server would, in two parts."""
    parts = [body[: len(body) // 2], body[len(body) // 2 :]]
    sent = []

    async def receive():
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message):
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in ({"host": "lab.test"} | (headers or {})).items()]
    scope = {
        "type": "http", "method": "POST", "path": recordings.PATH, "raw_path": recordings.PATH.encode(), "root_path": "",
        "query_string": query.encode(), "headers": raw, "scheme": "http", "server": ("lab.test", 80),
    }  # fmt: skip
    finished(Starlette(routes=recordings.ROUTES)(scope, receive, send))
    return sent[0]["status"], json.loads(b"".join(message.get("body", b"") for message in sent[1:]))


def test_a_recording_is_kept_by_its_content():
    kept = recordings.keep(GOOD, "good.csv", False)
    assert kept["token"] == recordings.keep(GOOD, "other name.csv", False)["token"]
    assert kept["duration_s"] == 180
    assert kept["mean_rate"] == pytest.approx(60 / 180)
    assert kept["shape"] == [pytest.approx(1 / 3, abs=1e-3), 1, pytest.approx(2 / 3, abs=1e-3)]
    assert recordings.fields(kept["token"])["pattern"] == "recorded"


def test_whoever_has_a_link_sees_what_is_played_but_not_what_the_file_is_called():
    kept = recordings.keep(GOOD, "customers-of-acme.csv", False)
    shown = recordings.told(kept["token"])
    assert (shown["token"], shown["shape"], shown["name"]) == (kept["token"], kept["shape"], "recording")
    assert "acme" in kept["words"]
    assert "acme" not in str(shown)
    assert recordings.told("0" * 32) is None


def test_a_long_recording_is_shown_at_a_speed_that_passes_in_minutes():
    day = b"time_s,requests\n" + b"".join(b"%d,5\n" % (300 * k) for k in range(288))
    kept = recordings.keep(day, "day.csv", False)
    assert kept["duration_s"] / kept["speed"] == pytest.approx(recordings.PLAYED_IN_S, rel=0.05)


def test_bad_lines_are_named_and_used_only_if_agreed():
    refused = recordings.keep(BAD, "bad.csv", False)
    assert refused["bad_count"] == 1
    assert refused["bad_lines"][0]["number"] == 3
    assert refused["rest_is_usable"]
    agreed = recordings.keep(BAD, "bad.csv", True)
    assert len(recordings.fields(agreed["token"])["recording"]) == 3
    assert any("left out" in note for note in agreed["notes"])


def test_a_file_without_any_use_cannot_be_agreed_to():
    refused = recordings.keep(b"hello\nworld\n", "x.txt", False)
    assert "problem" in refused
    assert not refused["rest_is_usable"]


def test_the_number_of_kept_recordings_is_bounded():
    tokens = [recordings.keep(GOOD + b"180,%d\n" % k, "x", False)["token"] for k in range(recordings.MAX_KEPT + 1)]
    with pytest.raises(LostRecording, match="choose the file again"):
        recordings.fields(tokens[0])
    assert recordings.fields(tokens[-1])


def test_the_example_says_that_it_is_small_and_can_be_read():
    kept = recordings.keep(EXAMPLE.read_bytes(), "ticket-sale.csv", False)
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


def test_an_upload_from_another_site_is_refused():
    status, answer = post("", GOOD, {"origin": "http://elsewhere.test"})
    assert status == 403
    assert "token" not in answer


def test_an_upload_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(recordings, "limit_bytes", lambda: 1_000)
    assert post("", b"x" * 2_000)[0] == 413


def test_a_file_that_inflates_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(recordings, "MAX_INFLATED", 10_000)
    assert "problem" in recordings.keep(gzip.compress(b"0,1\n" * 100_000), "bomb.gz", False)
