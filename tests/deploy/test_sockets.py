"""What every WebSocket passes before Streamlit: our own page, not too many, none that floods; and whoever waits is never closed."""

import asyncio

import pytest

from dashboard import sockets
from dashboard.sockets import BURST, COUNT, LATER, MAX_BYTES, POLICY, RATE, TOO_BIG, Sockets, foreign
from tests.dashboard.asgi import finished

HOST = "lab.example.org"
SCHOOL, OTHER, THIRD = "192.0.2.1", "198.51.100.3", "203.0.113.5"


class Wire:
    """A socket whose other side sends messages at times of a clock that only moves with them."""

    def __init__(self, monkeypatch, messages: list[tuple[float, bytes]]) -> None:
        self.now_s, self.messages, self.sent, self.taken = 0.0, list(messages), [], []
        monkeypatch.setattr(sockets, "sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    async def receive(self) -> dict:
        if not self.messages:
            return {"type": "websocket.disconnect", "code": 1000}
        at_s, data = self.messages.pop(0)
        self.now_s = max(self.now_s, at_s)
        return {"type": "websocket.receive", "bytes": data}

    async def send(self, message: dict) -> None:
        self.sent.append(message)

    async def app(self, _scope, receive, send) -> None:
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.taken.append((self.now_s, message["bytes"]))
        await send({"type": "websocket.send", "bytes": b"late"})

    def run(self, headers: dict[str, str] | None = None, **limits) -> "Wire":
        scope = {"type": "websocket", "headers": [(k.encode(), v.encode()) for k, v in ({"host": HOST} | (headers or {})).items()]}
        finished(Sockets(self.app, clock=lambda: self.now_s, **limits)(scope, self.receive, self.send))
        return self

    @property
    def closed(self) -> list[int]:
        return [message["code"] for message in self.sent if message["type"] == "websocket.close"]


@pytest.mark.parametrize(
    ("origin", "refused"),
    [
        (None, False),  # no browser
        (f"https://{HOST}", False), (f"http://{HOST}", False),
        ("https://evil.example", True), (f"https://{HOST}.evil.example", True), (f"https://{HOST}:444", True), ("null", True),
        (f"https://evil.example/{HOST}", True), (f"https://me@{HOST}", True), ("https://[", True), ("", True),
    ],
)  # fmt: skip
def test_a_page_of_another_site_is_refused_before_anybody_else_sees_it(monkeypatch, origin, refused):
    wire = Wire(monkeypatch, []).run({} if origin is None else {"origin": origin})
    assert wire.closed == ([POLICY] if refused else [])
    assert ({"type": "websocket.accept"} in wire.sent) is not refused


def test_an_origin_that_was_allowed_by_name_is_let_in(monkeypatch):
    monkeypatch.setattr(sockets.config, "get_option", {"server.corsAllowedOrigins": ["https://school.example"]}.get)
    host = (b"host", HOST.encode())
    assert not foreign({"headers": [host, (b"origin", b"https://school.example")]})
    assert foreign({"headers": [host, (b"origin", b"https://other.example")]})


def test_a_flood_is_closed_at_once(monkeypatch):
    wire = Wire(monkeypatch, [(1.0, b"x")] * 400).run()
    assert wire.closed == [POLICY]
    assert len(wire.taken) == BURST + 1
    assert len(wire.messages) > 300, "the rest is not even read"
    assert wire.sent[-1]["type"] == "websocket.close", "nothing is sent after the end"


def test_who_sends_without_waiting_for_long_is_closed_too(monkeypatch):
    pace = 2 * RATE
    wire = Wire(monkeypatch, [(number / pace, b"x") for number in range(4_000)]).run()
    assert wire.closed == [POLICY]


def test_who_waits_for_each_answer_is_slowed_down_and_never_closed(monkeypatch):
    """As our page does while a slider is dragged for a minute: the next message comes 5 ms after the last one was taken."""
    wire = Wire(monkeypatch, [])
    left = 3_000

    async def receive():
        nonlocal left
        left -= 1
        wire.now_s += 0.005
        return {"type": "websocket.receive", "bytes": b"x"} if left else {"type": "websocket.disconnect", "code": 1000}

    monkeypatch.setattr(wire, "receive", receive)
    wire.run()
    assert wire.closed == []
    assert len(wire.taken) == 2_999
    # The burst is free, and from then on there are RATE a second.
    assert wire.taken[-1][0] == pytest.approx((2_999 - BURST) / RATE, rel=0.01)


@pytest.mark.parametrize(("size", "closed"), [(MAX_BYTES, []), (MAX_BYTES + 1, [TOO_BIG])])
def test_a_message_has_a_size(monkeypatch, size, closed):
    wire = Wire(monkeypatch, [(1.0, b"x" * size)]).run()
    assert wire.closed == closed
    assert len(wire.taken) == (0 if closed else 1)


def socket(source: str) -> dict:
    return {"type": "websocket", "headers": [], "client": (source, 9)}


def test_sockets_are_counted_and_those_beyond_the_most_refused_in_all_and_of_one_source():
    seen = []

    async def meet():
        leave = asyncio.Event()

        async def app(_scope, _receive, _send):
            seen.append(COUNT.open)
            await leave.wait()

        refused = []

        async def opened(source: str):
            """The socket, once it is open or refused."""

            async def send(message):
                refused.append((source, message["code"]))

            one = asyncio.create_task(wall(socket(source), None, send))
            await asyncio.sleep(0)
            return one

        wall = Sockets(app, most=3, of_one=2)
        every = [await opened(source) for source in (SCHOOL, SCHOOL, SCHOOL, OTHER, THIRD)]
        leave.set()
        await asyncio.gather(*every)
        assert not wall._open, "nobody is remembered who has none"
        await opened(SCHOOL)
        return refused

    assert COUNT.open == 0
    assert finished(meet()) == [(SCHOOL, LATER), (THIRD, LATER)]
    assert seen == [1, 2, 3, 1]
    assert COUNT.open == 0


def test_the_sockets_of_a_class_whose_lines_break_fit_in_and_leave_some_to_others():
    class_count = 300
    assert 2 * class_count < sockets.MAX_OF_ONE < sockets.MAX_SOCKETS


TURNS_OF_THE_LOOP = 100
"""Far more than what is due at once takes."""


def silent(monkeypatch, subprotocols: list[str], first: list[dict]) -> tuple[list[dict], bool]:
    """What a socket is sent that says only this, and whether it is still there long after the time for it."""
    monkeypatch.setattr(sockets, "SILENT_S", 0)
    sent = []

    async def receive():
        if not first:
            await asyncio.Event().wait()
        return first.pop(0)

    async def send(message):
        sent.append(message)

    async def app(_scope, receive, send):
        while (await receive())["type"] != "websocket.disconnect":
            pass
        await send({"type": "websocket.send", "bytes": b"late"})

    async def stay():
        one = asyncio.create_task(Sockets(app)(socket(SCHOOL) | {"subprotocols": subprotocols}, receive, send))
        for _ in range(TURNS_OF_THE_LOOP):
            await asyncio.sleep(0)
        return one.cancel()

    return sent, finished(stay())


CONNECT, SAID = {"type": "websocket.connect"}, {"type": "websocket.receive", "bytes": b"x"}


def test_who_says_nothing_is_closed(monkeypatch):
    sent, is_there = silent(monkeypatch, ["streamlit", "token"], [CONNECT])
    assert (sent, is_there) == ([{"type": "websocket.close", "code": POLICY}], False)


@pytest.mark.parametrize(
    ("subprotocols", "first"),
    [(["streamlit", "token"], [CONNECT, SAID]), (["streamlit", "token", "session"], [CONNECT])],
)
def test_who_said_something_or_goes_on_with_a_session_may_be_silent(monkeypatch, subprotocols, first):
    """A page whose line broke has what it shows: Streamlit's says nothing when it is back."""
    assert silent(monkeypatch, subprotocols, first) == ([], True)


def test_what_is_no_socket_passes(monkeypatch):
    passed = []

    async def app(scope, _receive, _send):
        passed.append(scope["type"])

    finished(Sockets(app)({"type": "http", "headers": [(b"origin", b"https://evil.example")]}, None, None))
    assert passed == ["http"]
