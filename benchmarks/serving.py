"""The app as it is started for a benchmark, the CPU time of its process, and the Chromium that looks at it."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SWITCHES = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Server(NamedTuple):
    """A running app."""

    address: str
    pid: int

    def cpu_s(self) -> float:
        """CPU time that its process has taken so far; not a number where the system does not tell."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.exists():
            return float("nan")
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(seconds: float = 60) -> Iterator[Server]:
    """The app, started from the project's folder as the README says, on a free port, with a database that goes with it."""
    with TemporaryDirectory() as folder, _started(seconds, {"DATABASE_URL": f"sqlite:///{folder}/app.db"} | os.environ) as server:
        yield server


@contextmanager
def _started(seconds: float, environment: Mapping[str, str]) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(int(seconds * 10)):
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield Server(address, server.pid)
    finally:
        server.terminate()
        server.wait(10)


@cache
def trusting() -> ssl.SSLContext:
    """What takes a certificate that the machine has made itself; one for all, because to make it takes as long as a page."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def chromium() -> str | None:
    """The path of a Chromium, or None."""
    return os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell"))), None
    )


def share(values: Sequence[float], part: float) -> float:
    """The value below which such a part of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")


def drag(page, slider, length_s: float) -> float:
    """Drag a slider at an even pace over three fifths of its length, as a mouse that reports 60 times a second; how long (s) it
    took. The button stays down.
    """
    box = slider.bounding_box()
    y, begin, done = box["y"] + box["height"] / 2, time.perf_counter(), 0.0
    page.mouse.move(box["x"] + 0.2 * box["width"], y)
    page.mouse.down()
    while done < length_s:
        done = time.perf_counter() - begin
        page.mouse.move(box["x"] + (0.2 + 0.6 * min(done / length_s, 1.0)) * box["width"], y)
        page.wait_for_timeout(16)
    return done
