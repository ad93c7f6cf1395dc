"""Downloads: the files of a page over a browser's few connections, at a fraction of what a whole HTTP client takes for each.

A class of 300 loads 30,000 files within a minute. Its browsers share the machine with the app, and must not be what is slow there.
Nothing is decompressed. Knows nothing of what is in the files.
"""

import asyncio
import ssl
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

CONNECTIONS = 6
"""Of a browser to one host."""
KEPT = "immutable"
LIMIT_BYTES = 1 << 20
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Loaded(NamedTuple):
    """A file that came: as it was on the way, and whether a browser may keep it for good."""

    body: bytes
    kept: bool


class Ended(ConnectionError):
    """A server lets go of a connection that has rested for a while; a browser asks once more on a new one."""


class Downloads:
    """The connections of one browser to an address."""

    def __init__(self, address: str, tls: ssl.SSLContext | None) -> None:
        parts = urlsplit(address)
        self._host, self._name = parts.hostname, parts.netloc
        self._port, self._tls = parts.port or (443 if tls else 80), tls
        self._open: list[Connection] = []

    async def load(self, paths: Iterable[str], cookie: str) -> dict[str, Loaded]:
        """All files at these paths. Raises OSError or RuntimeError where one does not come."""
        wanted, loaded = list(paths), {}

        async def through_one() -> None:
            connection, used = await self._connected()
            while wanted:
                path = wanted.pop()
                try:
                    loaded[path] = await self._one(connection, path, cookie)
                    used = True
                except Ended:
                    connection[1].close()
                    if not used:
                        raise
                    wanted.append(path)
                    connection, used = await self._connected()
            self._open.append(connection)

        await asyncio.gather(*(through_one() for _ in range(min(CONNECTIONS, len(wanted)))))
        return loaded

    def close(self) -> None:
        """Let go of the connections."""
        for _, writer in self._open:
            writer.close()
        self._open = []

    async def _connected(self) -> tuple[Connection, bool]:
        """A connection, and whether it was used before."""
        while self._open:
            reader, writer = self._open.pop()
            if not reader.at_eof():
                return (reader, writer), True
            writer.close()
        name = {"server_hostname": self._host} if self._tls else {}
        return await asyncio.open_connection(self._host, self._port, ssl=self._tls, limit=LIMIT_BYTES, **name), False

    async def _one(self, connection: Connection, path: str, cookie: str) -> Loaded:
        reader, writer = connection
        asked = f"GET {path} HTTP/1.1\r\nHost: {self._name}\r\nAccept-Encoding: gzip\r\nCookie: {cookie}\r\n\r\n"
        writer.write(asked.encode())
        head = b""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
            if (status := head[9:12]) != b"200":
                raise RuntimeError(f"{status.decode()} {path[:60]}")
            if fields.get(b"transfer-encoding") == b"chunked":
                body = b""
                while size := int(await reader.readuntil(b"\r\n"), 16):
                    body += (await reader.readexactly(size + 2))[:-2]
                await reader.readexactly(2)
            else:
                body = await reader.readexactly(int(fields.get(b"content-length", 0)))
        except (asyncio.IncompleteReadError, ConnectionResetError) as problem:
            begun = head or getattr(problem, "partial", b"")
            raise (ConnectionError if begun else Ended)(f"the connection was closed before {path[:60]} had come") from None
        return Loaded(body, KEPT.encode() in fields.get(b"cache-control", b""))
