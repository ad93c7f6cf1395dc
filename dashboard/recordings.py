"""Recordings: traffic that was measured somewhere, taken as an upload and kept for the runs that play it.

The engine reads the file; this module takes the bytes of a stranger within limits, keeps a bounded number of recordings by a token
made of their content, and tells the page about them. Knows nothing of how the page shows it.
"""

import hashlib
import threading
from collections import Counter, OrderedDict
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboard import files
from dashboard.asks import LostRecording
from dashboard.controls import control
from dashboard.lesson.gate import Turns, body_of, check_sender, reply
from dashboard.source import source_of
from dashboard.words import t
from engine.recording import Recording, RecordingError, read_recording

PATH = "/api/recordings"
KIND = "application/octet-stream"
MAX_BYTES, MAX_INFLATED = 20_000_000, 100_000_000
"""Of a file as it comes, and unpacked."""
MAX_KEPT = 16
"""Some 100 MB, if each is as long as one can be."""
AT_ONCE, MOST_WAITING = 6, 12
"""Files of one source, and of all, that are on their way or being read: each is in memory. One is read at a time."""
PLAYED_IN_S = 240.0
"""A recording's first speed lets it pass in about four minutes."""
SHAPE_POINTS = 120
CONTROLS = (control("traffic.recording_speed", "Recording plays at", "Traffic", low=1, high=100_000, most=1_000_000),)

TURNS = Turns("recordings", 1, AT_ONCE, MOST_WAITING)

_kept: OrderedDict[tuple[str, str], Recording] = OrderedDict()
"""By the source that they came from and their token, those unused for longest first. What two sources sent is kept for each."""
_lock = threading.Lock()


def fields(token: str) -> dict[str, Any]:
    """The traffic fields that play the recording; its rate and speed are controls of their own."""
    recording = _used(token)
    if recording is None:
        raise LostRecording(
            t("The recording is no longer here, so the sliders make the traffic. To go on with it, choose the file again.")
        )
    played = recording.traffic_fields()
    return {"pattern": played["pattern"], "recording": played["recording"]}


def _used(token: str) -> Recording | None:
    """The recording, if it is kept, as one that is in use."""
    with _lock:
        same = [key for key in _kept if key[1] == token]
        for key in same:
            _kept.move_to_end(key)
        return _kept[same[0]] if same else None


def keep(data: bytes, name: str, accept_bad_lines: bool, source: str) -> dict[str, Any]:
    """Read a file and remember it; what the page shows of it, or why it cannot be used."""
    try:
        recording = read_recording(
            data, name=name, accept_bad_lines=accept_bad_lines, limit_bytes=MAX_BYTES, limit_inflated=MAX_INFLATED
        )
    except RecordingError as problem:
        lines = [{"number": line.number, "text": line.text, "reason": line.reason} for line in problem.bad_lines[:5]]
        usable = bool(problem.bad_count) and "accept_bad_lines" in str(problem)
        return {
            "problem": str(problem).split("\n")[0].rstrip(":"),
            "bad_lines": lines,
            "bad_count": problem.bad_count,
            "rest_is_usable": usable,
        }
    token = hashlib.sha256(data + (b"1" if accept_bad_lines else b"0")).hexdigest()[:32]
    with _lock:
        _kept[source, token] = recording
        _kept.move_to_end((source, token))
        while len(_kept) > MAX_KEPT:
            _make_room()
    return _told(token, recording)


def _make_room() -> None:
    """Drop the one that is unused for longest of the source that keeps the most: who sends many throws out their own."""
    counts = Counter(source for source, _ in _kept)
    most = max(counts.values())
    del _kept[next(key for key in _kept if counts[key[0]] == most)]


def told(token: str) -> dict[str, Any] | None:
    """What the page shows of a recording that is kept here, for whoever has a link that names it: not what its file is called."""
    recording = _used(token)
    return None if recording is None else _told(token, replace(recording, name=""))


def _told(token: str, recording: Recording) -> dict[str, Any]:
    return {
        "token": token,
        "name": recording.name or t("recording"),
        "words": recording.in_words,
        "notes": list(recording.notes),
        "duration_s": recording.duration_s,
        "mean_rate": recording.mean_rate,
        "speed": CONTROLS[0].clean(float(f"{max(1.0, recording.duration_s / PLAYED_IN_S):.2g}")),
        "shape": _shape(recording),
    }


def offer() -> dict[str, Any]:
    """What the page must know to take a recording."""
    return {
        "path": PATH.lstrip("/"),
        "limit_bytes": MAX_BYTES,
        "example": {"name": "ticket-sale.csv", "url": files.address("examples/ticket-sale.csv")},
    }


def _shape(recording: Recording) -> list[float]:
    """The recording's curve in few points, each the mean of its part as a share of the greatest one."""
    counts = list(recording.requests)
    stride = max(1, -(-len(counts) // SHAPE_POINTS))
    means = [sum(counts[k : k + stride]) / len(counts[k : k + stride]) for k in range(0, len(counts), stride)]
    peak = max(means) or 1.0
    return [round(mean / peak, 3) for mean in means]


async def _upload(request: Request) -> JSONResponse:
    """Take a file's bytes as the body of a POST from our own page."""
    return await reply(request, _taken(request))


async def _taken(request: Request) -> dict[str, Any]:
    check_sender(request)
    source, asked = source_of(request.scope), request.query_params
    return await TURNS.take(
        source, keep, asked.get("name", "")[:80], asked.get("accept") == "1", source,
        first=lambda: body_of(request, KIND, MAX_BYTES),
    )  # fmt: skip


ROUTES = [Route(PATH, _upload, methods=["POST"])]
