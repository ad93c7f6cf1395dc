"""Recordings: traffic that was measured somewhere, taken as an upload and kept for the runs that play it.

The engine reads the file; this module takes the bytes of a stranger within limits, keeps a bounded number of recordings by a token
made of their content, and tells the page about them. Knows nothing of how the page shows it.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from dashboard import files
from dashboard.asks import LostRecording
from dashboard.controls import control
from dashboard.words import COOKIE, speaking, t
from engine.recording import Recording, RecordingError, read_recording

PATH = "/api/recordings"
MAX_KEPT = 16
MAX_INFLATED = 100_000_000
PLAYED_IN_S = 240.0
"""A recording's first speed lets it pass in about four minutes."""
SHAPE_POINTS = 120
CONTROLS = (control("traffic.recording_speed", "Recording plays at", "Traffic", low=1, high=100_000, most=1_000_000),)

_kept: OrderedDict[str, Recording] = OrderedDict()
_lock = threading.Lock()
_one_at_a_time = threading.BoundedSemaphore(1)


def fields(token: str) -> dict[str, Any]:
    """The traffic fields that play the recording; its rate and speed are controls of their own."""
    with _lock:
        recording = _kept.get(token)
        if recording is None:
            raise LostRecording(
                t("The recording is no longer here, so the sliders make the traffic. To go on with it, choose the file again.")
            )
        _kept.move_to_end(token)
    played = recording.traffic_fields()
    return {"pattern": played["pattern"], "recording": played["recording"]}


def keep(data: bytes, name: str, accept_bad_lines: bool) -> dict[str, Any]:
    """Read a file and remember it; what the page shows of it, or why it cannot be used."""
    try:
        with _one_at_a_time:
            recording = read_recording(
                data, name=name, accept_bad_lines=accept_bad_lines, limit_bytes=limit_bytes(), limit_inflated=MAX_INFLATED
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
        _kept[token] = recording
        _kept.move_to_end(token)
        while len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
    return _told(token, recording)


def told(token: str) -> dict[str, Any] | None:
    """What the page shows of a recording that is kept here, for whoever has a link that names it: not what its file is called."""
    with _lock:
        recording = _kept.get(token)
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
        "limit_bytes": limit_bytes(),
        "example": {"name": "ticket-sale.csv", "url": files.address("examples/ticket-sale.csv")},
    }


def limit_bytes() -> int:
    """The upload limit of the configuration."""
    return int(st.get_option("server.maxUploadSize")) * 1_000_000


def _shape(recording: Recording) -> list[float]:
    """The recording's curve in few points, each the mean of its part as a share of the greatest one."""
    counts = list(recording.requests)
    stride = max(1, -(-len(counts) // SHAPE_POINTS))
    means = [sum(counts[k : k + stride]) / len(counts[k : k + stride]) for k in range(0, len(counts), stride)]
    peak = max(means) or 1.0
    return [round(mean / peak, 3) for mean in means]


async def _upload(request: Request) -> JSONResponse:
    """Take a file's bytes as the body of a POST from our own page."""
    with speaking(request.cookies.get(COOKIE, "")):
        return await _take(request)


async def _take(request: Request) -> JSONResponse:
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        return JSONResponse({"problem": t("Uploads come from this app's own page only.")}, status_code=403)
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > limit_bytes():
            return JSONResponse(
                {"problem": t("The file is larger than {number} MB.", number=limit_bytes() // 1_000_000)}, status_code=413
            )
    name = request.query_params.get("name", "")[:80]
    answer = await run_sync(keep, bytes(data), name, request.query_params.get("accept") == "1")
    return JSONResponse(answer)


ROUTES = [Route(PATH, _upload, methods=["POST"])]
