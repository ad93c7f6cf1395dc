"""A class at one process: `python -m benchmarks.sockets [viewers] [seconds] [page]`.

So many viewers each move a slider every two seconds, not all at once, on a page that was opened by Streamlit's own protocol,
without browsers: the time from the ask to its answer, and the CPU time of the server. The load is open: who waits asks all the
same at their next turn.
"""

import asyncio
import gzip
import json
import statistics
import sys
import time
from functools import lru_cache
from typing import Any

import aiohttp
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.serving import Server, served, share, trusting

VIEWERS, SECONDS, PAGE = 30, 30.0, "load-balancing"
BETWEEN_S = 2.0
GOLDEN = 0.618034
"""What is left of its multiples without whole numbers is spread evenly over 0 to 1, however many there are, and never the same."""
REPLY_S, NEXT_S = 1.6, 2.0
LATE_S, OPENING_S = 20.0, 60.0
"""Who has no answer for so long is counted as this late."""


@lru_cache(maxsize=10)
def begin_of(packed: bytes) -> dict[str, Any]:
    """What a stage begins with. It is the same for a whole class, whose browsers unpack it on their own machines."""
    return json.loads(gzip.decompress(packed))


class Viewer:
    """One tab: opens a page, then sends asks over its browser's connections and waits for their answers."""

    def __init__(
        self, server: Server, number: int, page: str, http: aiohttp.ClientSession, query: str = "", cookie: str = ""
    ) -> None:  # fmt: skip
        self.server, self.number, self.page, self.http, self.query, self.cookie = server, number, page, http, query, cookie
        self.asks = ""
        self.changes: list[list[Any]] = []
        self.count, self.bytes = 0, 0
        self.waited_s: list[float] = []

    async def open(self) -> float:
        """Open the page; how long it took until its first chunk was there."""
        begin = time.perf_counter()
        address = self.server.address.replace("http", "ws", 1) + "/_stcore/stream"
        tls = {"ssl": trusting()} if address.startswith("wss") else {}
        headers = {"Cookie": self.cookie} if self.cookie else {}
        self.socket = await websockets.connect(
            address, subprotocols=["streamlit"], max_size=None, compression=None, origin=self.server.address,
            additional_headers=headers, open_timeout=OPENING_S, **tls,
        )  # fmt: skip
        self.begun: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        message = BackMsg()
        message.rerun_script.page_name = self.page
        message.rerun_script.query_string = self.query
        message.rerun_script.context_info.url = f"{self.server.address}/{self.page}?{self.query}"
        await self.socket.send(message.SerializeToString())
        self.listening = asyncio.create_task(self._listen())
        await asyncio.wait_for(self.begun, OPENING_S)
        return time.perf_counter() - begin

    async def _listen(self) -> None:
        async for raw in self.socket:
            message = ForwardMsg.FromString(raw)
            element = message.delta.new_element
            if not message.HasField("delta") or not element.HasField("bidi_component"):
                continue
            component = element.bidi_component
            if not component.bytes:
                continue
            data = begin_of(component.bytes)
            self.asks = f"{self.server.address}/{data['asks']}"
            if not self.begun.done():
                self.begun.set_result(data["chunk"])

    async def ask(self, **ask: Any) -> tuple[dict[str, Any], float]:
        """Send an ask; its answer and how long (s) it took. Raises TimeoutError, or RuntimeError where there is none."""
        self.count += 1
        asked = {"id": f"v{self.number}-{self.count}", "seed": 1, "pace": 1, "changes": self.changes} | ask
        begin = time.perf_counter()
        async with (
            asyncio.timeout(LATE_S),
            self.http.post(self.asks, json=asked, headers={"Origin": self.server.address}) as answer,
        ):
            body = await answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {body[:60]!r}")
        self.bytes = len(body)
        return json.loads(body), time.perf_counter() - begin

    def begin_anew(self) -> None:
        """A run without moves, of which nothing was measured yet."""
        self.changes, self.waited_s = [], []

    async def live(self, seconds: float, begin: float, together: bool = False) -> None:
        """Move the slider in turn until the time is over, each move followed by the stretch after its reply; `together`: all
        viewers make the same moves at the same times of the run, so all of them ask for a handful of runs; without it each at
        times and values of their own, and no two ask for the same run.
        """
        turn = begin + BETWEEN_S * (self.number * GOLDEN % 1)
        end, phase = begin + seconds, turn - begin if together else 0.0
        while turn < end:
            await asyncio.sleep(max(0.0, turn - time.perf_counter()))
            at = round(20 + turn - begin - phase, 3)
            rate = 40 + 4 * ((7 * (0 if together else self.number) + 3 * len(self.changes)) % 20)
            self.changes = [*self.changes, [at, {"traffic.rate": rate}]]
            try:
                chunk, _ = await self.ask(from_s=at, length_s=REPLY_S)
                assert "problem" not in chunk, chunk["problem"]
                self.waited_s.append(time.perf_counter() - turn)
                await self.ask(from_s=chunk["to_s"], length_s=NEXT_S)
            except (TimeoutError, RuntimeError, aiohttp.ClientError):
                self.waited_s.append(LATE_S)
            turn += BETWEEN_S


async def measured(server: Server, count: int, seconds: float, page: str) -> None:
    """Open the pages one after the other, let everybody live, and print."""
    people = [aiohttp.ClientSession() for _ in range(count)]
    viewers = [Viewer(server, number, page, http) for number, http in enumerate(people)]
    opened = [await viewer.open() for viewer in viewers]
    begin, cpu_s = time.perf_counter() + 1.0, server.cpu_s()
    await asyncio.gather(*(viewer.live(seconds, begin) for viewer in viewers))
    spent_s, cpu_s = time.perf_counter() - begin, server.cpu_s() - cpu_s
    waited = [second for viewer in viewers for second in viewer.waited_s]
    asks = sum(viewer.count for viewer in viewers)
    print(f"{page}: {count} viewers, each a move every {BETWEEN_S:g} s for {spent_s:.0f} s")
    print(f"  first page {1e3 * opened[0]:.0f} ms, the next {1e3 * statistics.median(opened[1:] or opened):.0f} ms")
    print(f"  a move answered: median {1e3 * statistics.median(waited):.0f} ms, 95 % within {1e3 * share(waited, 0.95):.0f} ms")
    print(
        f"  the server's CPU: {cpu_s / spent_s:.2f} cores, {1e3 * cpu_s / asks:.1f} ms an ask; {viewers[0].bytes:,} bytes the last"
    )
    for viewer in viewers:
        viewer.listening.cancel()
        await viewer.socket.close()
        await viewer.http.close()


def main(arguments: list[str]) -> int:
    """Measure with so many viewers for so long on a page."""
    count = int(arguments[0]) if arguments else VIEWERS
    seconds = float(arguments[1]) if len(arguments) > 1 else SECONDS
    page = arguments[2] if len(arguments) > 2 else PAGE
    if not (1 <= count <= 200 and 1 <= seconds <= 300):
        print("Give up to 200 viewers and up to 300 seconds.")
        return 2
    with served() as server:
        asyncio.run(measured(server, count, seconds, page))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
