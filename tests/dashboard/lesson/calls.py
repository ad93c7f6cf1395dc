"""Calls: requests to our own routes and middleware as an ASGI server would make them."""

import json
from dataclasses import dataclass
from typing import Any

from tests.dashboard.asgi import finished

HOST = "lab.test"


@dataclass
class Reply:
    """Status, headers (the last of a name), body and cookies of an answer; a cookie that ends is empty."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(
    app: Any,
    method: str,
    path: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    scheme: str = "http",
    source: str = "192.0.2.1",
) -> Reply:
    """The answer to one request from an address, whose body comes in two parts; then whoever asked goes away."""
    path, _, query = path.partition("?")
    parts = [body[: len(body) // 2], body[len(body) // 2 :]]
    sent: list[dict] = []

    async def receive():
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)} if parts else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": query.encode(), "client": (source, 50_000),
        "headers": [(name.encode(), value.encode()) for name, value in ({"host": HOST} | (headers or {})).items()],
        "scheme": scheme, "server": (HOST, 80), "http_version": "1.1",
    }  # fmt: skip
    finished(app(scope, receive, send))
    told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    set_cookies = [value.decode().partition(";")[0] for name, value in sent[0]["headers"] if name.lower() == b"set-cookie"]
    cookies = {name: value.strip('"') for name, _, value in (one.partition("=") for one in set_cookies)}
    return Reply(sent[0]["status"], told, b"".join(message.get("body", b"") for message in sent[1:]), cookies)
