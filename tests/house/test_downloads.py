"""Downloads: what a simulated browser loads comes whole, however it is sent, over few connections, and what does not is told."""

import asyncio
from collections.abc import Callable

import pytest

from benchmarks.downloads import CONNECTIONS, Downloads, Loaded
from tests.dashboard.asgi import finished

FIXED = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: public, immutable\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\na\r\n, students\r\n0\r\n\r\n"
ANSWERS = {"/fixed": FIXED, "/chunked": CHUNKED, "/missing": b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"}


def served(use: Callable[[Downloads], object]) -> tuple[object, list[list[str]]]:
    """What comes of using downloads from a server of its own, and what each of its connections was asked for."""
    connections: list[list[str]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append([])
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                assert "Cookie: a=b\r\n" in head
                path = head.split()[1]
                connections[-1].append(path)
                if path == "/silent":
                    break
                if path == "/cut":
                    writer.write(FIXED[:-1])
                    break
                writer.write(ANSWERS.get(path, FIXED))
                if path.startswith("/last"):
                    break
        except asyncio.IncompleteReadError:
            pass
        writer.close()

    async def whole() -> object:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            downloads = Downloads(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", None)
            try:
                return await use(downloads)
            finally:
                downloads.close()

    return finished(whole()), connections


def test_files_come_whole_and_say_whether_they_are_kept():
    loaded, _ = served(lambda downloads: downloads.load(["/fixed", "/chunked"], "a=b"))
    assert loaded == {"/fixed": Loaded(b"hello", True), "/chunked": Loaded(b"hello, students", False)}


def test_many_files_come_over_few_connections_that_serve_the_next_page_too():
    paths = [f"/{number}" for number in range(40)]

    async def pages(downloads: Downloads) -> int:
        return len(await downloads.load(paths, "a=b")) + len(await downloads.load(["/one", "/two"], "a=b"))

    count, connections = served(pages)
    assert count == 42 and len(connections) == CONNECTIONS
    assert sorted(path for asked in connections for path in asked) == sorted([*paths, "/one", "/two"])


def test_a_connection_that_has_ended_gives_way_to_another():
    async def pages(downloads: Downloads) -> object:
        await downloads.load(["/last"], "a=b")
        await asyncio.sleep(0.1)
        return await downloads.load(["/fixed"], "a=b")

    loaded, connections = served(pages)
    assert loaded["/fixed"].body == b"hello" and connections == [["/last"], ["/fixed"]]


def test_what_was_asked_on_a_connection_that_has_just_ended_is_asked_again_on_a_new_one():
    """Each connection ends after a file without a word, as one that has rested too long; one that never answers is given up."""
    paths = [f"/last?{number}" for number in range(20)]
    loaded, connections = served(lambda downloads: downloads.load(paths, "a=b"))
    assert {path: one.body for path, one in loaded.items()} == dict.fromkeys(paths, b"hello")
    assert sorted(path for asked in connections for path in asked) == sorted(paths)
    with pytest.raises(OSError, match="closed before /silent"):
        served(lambda downloads: downloads.load(["/silent"], "a=b"))


@pytest.mark.parametrize(("path", "problem"), [("/missing", "404 /missing"), ("/cut", "closed before /cut")])
def test_what_does_not_come_is_told(path, problem):
    with pytest.raises((RuntimeError, OSError), match=problem):
        served(lambda downloads: downloads.load([path], "a=b"))
