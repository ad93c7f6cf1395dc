"""Whole: the app as it is hosted, on this machine and without root's rights: processes behind nginx, and the learners before it.

The processes are started by deploy/process, and nginx by the configuration that deploy/render makes.
"""

import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit
from sqlalchemy.engine import URL

from dashboard import files
from tests.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
HOST = "lab.localhost"
"""Browsers look for it on their own machine."""
LESSON = "every_kind"
HOW = "needs nginx and openssl: on Debian and Ubuntu, apt-get install nginx openssl"
READY_S = 300
AWAY = (429, 502, 503, 504)
"""What is asked for may be done a little later."""
AGAIN_S = 0.2
PATIENCE_S = 90
NGINX = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
    include {types};
    default_type application/octet-stream;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def program(name: str) -> str:
    """A program's path; without it the test is skipped, or fails where all must run."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(HOW)
    return found


class Process:
    """One process of the app."""

    def __init__(self, url: URL, key: str, folder: Path) -> None:
        self.port = free_port()
        self._log = folder / f"{self.port}.log"
        self._environment = os.environ | {
            "DATABASE_URL": url.render_as_string(hide_password=False), "STREAMLIT_SERVER_COOKIE_SECRET": key,
            "SCALE_IT_UP_PROXY": "127.0.0.1", "SCALE_IT_UP_PROCESSES": "2", "SCALE_IT_UP_PYTHON": sys.executable,
            "LESSONS_FOLDER": str(ROOT / "tests/lesson_files"),
        }  # fmt: skip
        self.start()

    def start(self) -> None:
        """Start it; `wait` until it is ready."""
        with open(self._log, "a") as log:
            command = [ROOT / "deploy/process", str(self.port)]
            self._process = subprocess.Popen(command, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def pid(self) -> int:
        """Its number, also of the app that runs in it."""
        return self._process.pid

    def wait(self) -> None:
        """Until it may be given work."""
        until_s = time.monotonic() + READY_S
        while self.ask("/readyz")[0] != 200:
            assert time.monotonic() < until_s and self._process.poll() is None, self.log()
            time.sleep(0.2)

    def ask(self, path: str, **headers: str) -> tuple[int, str]:
        """What it answers past the proxy: status 0 where it does not."""
        try:
            request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode()
        except OSError:
            return 0, ""

    def metric(self, begin: str) -> float:
        """The value of a metric; 0 where it was never counted."""
        return next(
            (float(line.rpartition(" ")[2]) for line in self.ask("/metrics")[1].splitlines() if line.startswith(begin)), 0.0
        )

    def log(self) -> str:
        """All that it said."""
        return self._log.read_text()

    def stop(self) -> None:
        """Tell it to stop, and wait until it has."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)

    def kill(self) -> None:
        """End it as the power does."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(30)


class Proxy:
    """nginx with our configuration, on ports of its own."""

    def __init__(self, folder: Path, ports: list[int], host: str = HOST) -> None:
        self.port, self.plain_port = free_port(), free_port()
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        subprocess.run(
            [program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "2", "-subj", f"/CN={host}", "-keyout", key, "-out", certificate], check=True, capture_output=True,
        )  # fmt: skip
        rendered = subprocess.run(
            [ROOT / "deploy/render", "--host", host, "--to", " ".join(map(str, ports)), "--certificate", certificate, "--key", key,
             "--https", f"127.0.0.1:{self.port}", "--http", f"127.0.0.1:{self.plain_port}", "--files", files.link_to(folder).parent,
             "--challenges", folder,
             "--static", Path(streamlit.__file__).parent / "static/static", "--log", folder / "site.log"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        (folder / "site.conf").write_text(rendered)
        types = next(path for path in ("/etc/nginx/mime.types", "/usr/local/etc/nginx/mime.types") if os.path.exists(path))
        user = "user root;" if os.geteuid() == 0 else ""  # its own user may not read this folder
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, types=types, user=user))
        self._process = subprocess.Popen(
            [program("nginx"), "-e", folder / "error.log", "-p", folder, "-c", folder / "nginx.conf"], stdin=subprocess.DEVNULL
        )
        until_s = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return
            except OSError:
                assert time.monotonic() < until_s and self._process.poll() is None, (folder / "error.log").read_text()
                time.sleep(0.05)

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(30)


class Whole:
    """All of it."""

    def __init__(self, url: URL, folder: Path, host: str = HOST) -> None:
        key = secrets.token_hex(32)
        self.processes = [Process(url, key, folder) for _ in range(2)]
        self.proxy = Proxy(folder, [one.port for one in self.processes], host)

    def learner(self) -> "Learner":
        """Somebody new."""
        return Learner(self.proxy.port)

    def at(self, number: int) -> "Learner":
        """Somebody new whom the proxy leads to this process."""
        for _ in range(50):
            who = self.learner()
            before = self.processes[number].metric(COUNTED)
            who.ask("GET", f"/api/lessons/{LESSON}")
            if self.processes[number].metric(COUNTED) > before:
                return who
        raise AssertionError("fifty people in a row were led to the other process")

    def close(self) -> None:
        """Stop all of it."""
        self.proxy.close()
        for one in self.processes:
            one.kill()


COUNTED = 'scale_it_up_requests_total{kind="lessons",status="200"}'


@contextlib.contextmanager
def hosted(url: URL, folder: Path, host: str = HOST) -> Iterator[Whole]:
    """All of it under this name of the host, which ends with the test."""
    program("nginx")
    made = Whole(url, folder, host)
    try:
        for one in made.processes:
            one.wait()
        yield made
    finally:
        made.close()


class Learner:
    """A browser, as far as the proxy and the app can tell: it keeps cookies, and its own requests come from its own page."""

    def __init__(self, port: int) -> None:
        self.port, self.host = port, f"{HOST}:{port}"
        self.cookies: dict[str, str] = {}
        self.set: dict[str, str] = {}
        """The cookies as they were set, with what was said about them."""
        status, _, _ = self.ask("GET", "/", accept="text/html")
        assert status == 200, status

    def connection(self, silent_s: float = 20) -> http.client.HTTPSConnection:
        """A new connection to the proxy, which ends when nothing comes for so long."""
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=silent_s, context=trusting())

    def headers(self, **more: str) -> dict[str, str]:
        """Those of every request."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Host": self.host, "Cookie": cookie, **more}

    def ask(self, method: str, path: str, body: Any = None, **more: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body of an answer."""
        connection = self.connection()
        try:
            if method == "POST":
                more = {"Content-Type": "application/json", "Origin": f"https://{self.host}"} | more
            connection.request(method, path, None if body is None else json.dumps(body), self.headers(**more))
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("set-cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name], self.set[name] = value, cookie
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def post(self, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        """Status and JSON of an answer to what may be sent again; 0 where nobody answered."""
        try:
            status, headers, told = self.ask("POST", path, body)
        except (OSError, http.client.HTTPException):
            return 0, {}
        assert status in (200, *AWAY), (status, told)
        return status, json.loads(told) if headers.get_content_type() == "application/json" else {}

    def until_taken(self, path: str, body: Any) -> dict[str, Any]:
        """Send the same, as the page does, until it is acknowledged."""
        until_s = time.monotonic() + PATIENCE_S
        while (sent := self.post(path, body))[0] != 200:
            assert time.monotonic() < until_s, sent
            time.sleep(AGAIN_S)
        return sent[1]


def trusting() -> ssl.SSLContext:
    """What takes the machine's own certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
