"""A server of the app for all browser tests, and pages of the one Chromium (tests/conftest.py)."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from engine.kernel import compiled

ROOT = Path(__file__).resolve().parents[2]
READY = ".stage:not([hidden]) .node.servers"
KEPT = "local_storage,indexeddb,cache_storage"


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The address of the app, started as the README says, from the project's folder, once the kernel is compiled."""
    compiled.build()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port)]
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('store')}/app.db"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for _ in range(600):
            if server.poll() is not None:
                pytest.fail(f"the app did not start: {server.stdout.read()}")
            try:
                with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(20)


class Contexts:
    """Contexts of the browser that are used again, so that files which never change are loaded once for all tests. In each an
    empty page stays, whose process its other pages share: what that has compiled once is not compiled for every page.

    A person leaves nothing behind: pages are closed, cookies and what the app keeps in the browser are gone.
    """

    ALIKE = ("viewport", "color_scheme", "reduced_motion", "has_touch", "is_mobile", "accept_downloads")
    """Options that a context which has them may be used with again. Whatever else is opened in one has its size, too."""

    def __init__(self, browser) -> None:
        self._browser, self._free, self._taken = browser, [], []

    def page(self, width, height, cookies=(), **options):
        """A new page of a new person, who may bring cookies."""
        options["viewport"] = {"width": width, "height": height}
        again = set(options) <= set(self.ALIKE)
        found = next((one for one in self._free if again and one[0] == options), None)
        if found:
            self._free.remove(found)
        context = found[1] if found else self._browser.new_context(**options)
        if again and not found:
            context.new_page()  # the one that stays
        context.add_cookies(list(cookies))
        self._taken.append((options, context, again))
        return context.new_page()

    def leave(self):
        """Everybody goes."""
        for options, context, again in self._taken:
            if not again:
                context.close()
                continue
            stays, *pages = context.pages
            origins = {urlsplit(page.url) for page in pages}
            for page in pages:
                page.close()
            context.clear_cookies()
            # Only now: what a page keeps it writes when it is closed.
            line = context.new_cdp_session(stays)
            for origin in {f"{one.scheme}://{one.netloc}" for one in origins if one.netloc}:
                line.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": KEPT})
            line.detach()
            self._free.append((options, context))
        self._taken = []

    def close(self):
        for _, context in self._free:
            context.close()


@pytest.fixture(scope="session")
def contexts(browser):
    """Those of all tests."""
    every = Contexts(browser)
    yield every
    every.close()


@pytest.fixture
def visit(contexts, address):
    """Opens the page for a new person; afterwards nothing may have been written to the console or asked of another host."""
    trouble = []

    def open_page(width=1440, height=900, path="load-balancing", ready=READY, **more):
        page = contexts.page(width, height, **more)
        page.set_default_timeout(60_000)
        page.on("console", lambda message: trouble.append(message.text) if message.type == "error" and ours(message) else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: trouble.append(f"asked elsewhere: {request.url}") if elsewhere(request.url) else None)
        page.goto(f"{address}/{path}")
        page.wait_for_selector(ready)
        return page

    def ours(message):
        # At the address of a page Streamlit first asks there for its own endpoints, then one level above, where they are.
        return "/_stcore/" not in message.location.get("url", "")

    def elsewhere(url):
        return not url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))

    yield open_page
    contexts.leave()
    assert trouble == []


@pytest.fixture
def run(visit):
    """Runs a function of a stage module's exports beside no stage, and returns what it gives."""
    page = visit(path="app/static/stage/history.js", ready="body")

    def call(module: str, body: str):
        return page.evaluate(f"async () => {{ const m = await import('/app/static/stage/{module}.js'); {body} }}")

    return call
