"""The command line: reads a system, runs it, and prints what came of it.

Knows files, options, messages and exit codes; it does not know what a number means (`engine.table`) or how it comes about.
Exit codes: 0 done, 1 stopped by the run's budget, 2 wrong usage or input, 130 interrupted.
"""

import argparse
import json
import math
import os
import sys
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from engine import VERSION
from engine.recording import RecordingError, read_recording
from engine.run import ENGINES, MAX_REQUESTS, simulate
from engine.system import System
from engine.system.errors import explain
from engine.table import as_json, as_table, tail_as_json, tail_as_table
from engine.workload.counter import MAX_SEED

PROGRAM = "python -m engine"
MAX_INPUT_BYTES = 20_000_000
DONE, STOPPED, WRONG, INTERRUPTED = 0, 1, 2, 130


class InputError(Exception):
    """What is wrong with the input, one message a line."""


def main(arguments: list[str] | None = None, run: Callable[..., Any] = simulate) -> int:
    """Do what the arguments say, and return the exit code; `run` may stand in for `simulate`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that has no "–" gets a "?"
    options = _parser().parse_args(arguments)
    try:
        return _run(options, run)
    except InputError as error:
        for message in error.args:
            print(f"{PROGRAM}: {message}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM, description="Simulate a web system request by request, and print what its clients and servers saw."
    )
    parser.add_argument("system", help="the system's description, a JSON file; - reads standard input")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--requests", type=_whole(1, MAX_REQUESTS), metavar="N", help="how many requests to simulate")
    length.add_argument("--duration", type=_positive, metavar="S", help="how many seconds to simulate")
    parser.add_argument(
        "--seed", type=_whole(0, MAX_SEED), default=1, metavar="N", help="what the run's randomness starts from (default: 1)"
    )
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default="auto",
        help="which engine runs it; all give the same answer, and compiled waits for the compiler (default: auto)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--csv", metavar="FILE", help="write the timeline, one row a window, to this file")
    parser.add_argument("--tail", action="store_true", help="say what makes the slow requests slow, and show some of every speed")
    recorded = parser.add_argument_group(
        "recorded traffic", "a CSV of (time, requests) or a web server's access log replaces the pattern"
    )
    recorded.add_argument("--recording", metavar="FILE", help="the recording, plain or gzip; - reads standard input")
    recorded.add_argument("--speed", type=_positive, metavar="X", help="recorded seconds in a simulated one (default: 1)")
    recorded.add_argument("--scale", type=_positive, metavar="X", help="multiple of the recorded mean rate (default: 1)")
    recorded.add_argument(
        "--interval", type=_positive, metavar="S", help="count an access log by this interval (default: one that suits it)"
    )
    recorded.add_argument("--accept-bad-lines", action="store_true", help="leave out the lines that cannot be used")
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {VERSION}")
    return parser


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{value:,} is not between {least:,} and {most:,}")
        return value

    return parse


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return value


def _run(options: argparse.Namespace, run: Callable[..., Any]) -> int:
    description = _read_json(options.system)
    if options.recording is not None:
        _add_recording(description, options)
    elif any((options.speed, options.scale, options.interval, options.accept_bad_lines)):
        raise InputError("--speed, --scale, --interval and --accept-bad-lines need a --recording")
    system = _validated(description, _name(options.system))
    if options.csv:
        _open_for_writing(options.csv, "a").close()  # a long run must not end at a folder that is not there
    try:
        result = run(system, requests=options.requests, duration_s=options.duration, seed=options.seed, engine=options.engine)
    except ValueError as error:  # an argument out of its bounds, or an engine that is not here
        raise InputError(str(error)) from None
    try:
        if options.csv:
            _write_timeline(result, options.csv)
    finally:  # whatever becomes of the file, the answer is printed
        _print(_said(result, options))
    if reason := _why_short(result, options):
        print(f"{PROGRAM}: stopped early: {reason}", file=sys.stderr)
        return STOPPED
    return DONE


def _said(result: Any, options: argparse.Namespace) -> str:
    """What is printed about a run."""
    tail = (result.tail(), result.exemplars()) if options.tail else None
    if options.json:
        return as_json(result, tail_as_json(*tail) if tail else None)
    return as_table(result) + (f"\n\n{tail_as_table(*tail)}" if tail else "")


def _why_short(result: Any, options: argparse.Namespace) -> str:
    """Why the run is shorter than was asked for; nothing if it is not."""
    reason = result.stopped
    if not reason and options.requests and result.requests_sent < options.requests:
        reason = f"{result.requests_sent:,} of {options.requests:,} requests are simulated"
    if reason and result.note:
        reason += f" ({result.note})"
    return reason


def _name(path: str) -> str:
    return "standard input" if path == "-" else path


def _read(path: str, limit: int) -> bytes:
    try:
        if path == "-":
            data = sys.stdin.buffer.read(limit + 1)
        else:
            with open(path, "rb") as file:
                data = file.read(limit + 1)
    except (OSError, ValueError) as error:  # a path with a zero byte is a ValueError
        raise InputError(f"{_name(path)}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > limit:
        raise InputError(f"{_name(path)}: has more than {limit:,} bytes")
    return data


def _read_json(path: str) -> Any:
    data = _read(path, MAX_INPUT_BYTES)
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_doubles)
    except InputError as error:
        raise InputError(f"{_name(path)}: {error}") from None
    except RecursionError:
        raise InputError(f"{_name(path)}: is nested too deeply") from None
    except ValueError as error:  # not UTF-8, not JSON, or a number of thousands of digits
        raise InputError(f"{_name(path)}: is not JSON: {error}") from None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise InputError(f"{name[:60]}: is given twice")
        found[name] = value
    return found


def _add_recording(description: Any, options: argparse.Namespace) -> None:
    """Put the recording's fields into the description's traffic; whatever else is wrong with it, the validation says."""
    if options.recording == options.system == "-":
        raise InputError("--recording: standard input is read for the system already; give one of them as a file")
    try:
        recording = read_recording(
            _read("-", MAX_INPUT_BYTES) if options.recording == "-" else options.recording,
            name=_name(options.recording),
            accept_bad_lines=options.accept_bad_lines,
            interval_s=options.interval,
        )
        fields = recording.traffic_fields(speed=options.speed or 1.0, scale=options.scale or 1.0)
    except RecordingError as error:
        raise InputError(f"--recording: {error}") from None
    print("; ".join((recording.in_words, *recording.notes)), file=sys.stderr)
    for line in recording.bad_lines:
        print(f"left out: {line}", file=sys.stderr)
    if isinstance(description, dict):
        traffic = description.setdefault("traffic", {})
        if isinstance(traffic, dict):
            traffic.update(fields)


def _validated(description: Any, name: str) -> System:
    try:
        return System.model_validate(description)
    except ValidationError as error:
        raise InputError(*(f"{name}: {line}" for line in explain(error))) from None


def _write_timeline(result: Any, path: str) -> None:
    try:
        with _open_for_writing(path, "w") as file:
            result.timeline.to_csv(file, index=False)
    except OSError as error:
        raise InputError(f"--csv {path}: cannot be written: {error.strerror}") from None


def _print(text: str) -> None:
    try:
        print(text, flush=True)
    except OSError as error:
        # What is left in the buffer must go somewhere when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # that only says that whoever reads it has seen enough
            raise InputError(f"standard output: cannot be written: {error.strerror}") from None


def _open_for_writing(path: str, mode: str) -> Any:
    try:
        return open(path, mode, encoding="utf-8", newline="")
    except (OSError, ValueError) as error:
        raise InputError(f"--csv {path}: cannot be written: {getattr(error, 'strerror', None) or error}") from None
