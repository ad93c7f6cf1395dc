"""Health: whether this process lives and may be given work, and what it has done so far, for those who run it.

    GET healthz     200 as long as the process answers
    GET readyz      200 once everything is warm and the database answers; 503 with what is waited for
    GET metrics     Prometheus text; from this machine only, or, where the app is hosted, from whoever asks past the proxy

No name, cookie, address or room is in any of it. Knows nothing of what requests are about.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.hosted import hosted
from dashboard.sockets import COUNT
from dashboard.source import is_local, through_a_proxy
from dashboard.stopping import is_stream
from dashboard.store.database import DATABASE, Away, Database
from dashboard.store.schema import TooNew

LOG = logging.getLogger(__name__)
FRESH_S = 1.0
"""So long the database's last answer is good for all who ask."""
PATIENCE_S = 3.0
SLOW_S = 2.0
"""A request that takes longer is logged, but for streams, which last."""
KINDS = (
    ("/api/lessons", "lessons"), ("/api/rooms", "rooms"), ("/api/", "api"), ("/files/", "static"), ("/app/static/", "static"),
    ("/static/", "static"), ("/_stcore/", "streamlit"), ("/media/", "streamlit"),
    ("/healthz", "health"), ("/readyz", "health"), ("/metrics", "health"),
)  # fmt: skip
"""Classes of requests, by how their paths begin; all others are pages."""
PRIVATE = ("/metrics", "/_stcore/metrics")
SAVING = ("lessons", "rooms")

PREFIX = "scale_it_up"
REGISTRY = CollectorRegistry()
REQUESTS = Counter("requests", "Requests, by what they ask for.", ["kind", "status"], PREFIX, registry=REGISTRY)
SAVED = Histogram(
    "saved_seconds",
    "From the request with an answer, or another action in a lesson or room, until it is acknowledged.",
    namespace=PREFIX,
    registry=REGISTRY,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20),
)
STREAMS = Gauge("event_streams_open", "Streams of server-sent events that are open.", namespace=PREFIX, registry=REGISTRY)
ProcessCollector(registry=REGISTRY)


class Counted(Collector):
    """What others count for themselves."""

    def collect(self) -> Iterator[Metric]:
        """The counts as they stand."""
        yield GaugeMetricFamily(f"{PREFIX}_sessions_open", "Pages that are open: each has one WebSocket.", COUNT.open)
        yield CounterMetricFamily(
            f"{PREFIX}_sessions_closed", "WebSockets that were closed for what they sent, or for silence.", COUNT.closed
        )
        yield CounterMetricFamily(
            f"{PREFIX}_database_errors", "Transactions for which the database could not be reached.", DATABASE.failures
        )


REGISTRY.register(Counted())


class Warm:
    """What must be done before the process is given work, by name. Each says whether it is."""

    def __init__(self) -> None:
        self._wanted: dict[str, Callable[[], bool]] = {}

    def up(self, name: str, is_done: Callable[[], bool]) -> None:
        """Wait for this too."""
        self._wanted[name] = is_done

    def waits_for(self) -> list[str]:
        """What is not done yet."""
        return [name for name, is_done in self._wanted.items() if not is_done()]


class Pulse:
    """Whether the database answers: asked by one thread, however many want to know."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._thread = ThreadPoolExecutor(1, "pulse")
        self._asked: Future[bool] | None = None
        self._asked_s = 0.0

    async def beats(self) -> bool:
        """Whether it answered just now; no answer in time is none."""
        if self._asked is None or (self._asked.done() and self._clock() > self._asked_s + FRESH_S):
            self._asked, self._asked_s = self._thread.submit(self._ask), self._clock()
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._asked)), PATIENCE_S)
        except TimeoutError:
            return False

    def _ask(self) -> bool:
        try:
            with self._database.reading() as session:
                session.execute(text("SELECT 1"))
        except (Away, TooNew):
            return False
        return True


WARM = Warm()
PULSE = Pulse(DATABASE)


class Measured:
    """ASGI middleware that counts requests, and hides the metrics from strangers."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass everything on that is not hidden."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen = _Seen(scope)

        async def send_and_see(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                seen.status, seen.streamed = message["status"], is_stream(message)
            elif not message.get("more_body", False):
                seen.done()  # before whoever asked knows it
            await send(message)

        try:
            if scope["path"] in PRIVATE and not _may_read(scope):
                await Response(status_code=404)(scope, receive, send_and_see)
            else:
                await self.app(scope, receive, send_and_see)
        finally:
            seen.done()


class _Seen:
    """One request as it is counted, once."""

    def __init__(self, scope: dict[str, Any]) -> None:
        self.kind, self.method = kind_of(scope["path"]), scope["method"]
        self.begin_s, self.status, self.streamed = time.monotonic(), 500, False
        self._counted = False

    def done(self) -> None:
        """It was answered, or will not be."""
        if self._counted:
            return
        self._counted = True
        took_s = time.monotonic() - self.begin_s
        REQUESTS.labels(self.kind, str(self.status)).inc()
        if self.method == "POST" and self.kind in SAVING and self.status == 200:
            SAVED.observe(took_s)
        if self.kind != "health" and (self.status >= 500 or (took_s > SLOW_S and not self.streamed)):
            facts = {"kind": self.kind, "method": self.method, "status": self.status, "took_ms": round(1_000 * took_s)}
            LOG.warning("a request failed or was slow", extra={"facts": facts})


def kind_of(path: str) -> str:
    """The class of a request."""
    return next((kind for begin, kind in KINDS if path.startswith(begin)), "page")


def _may_read(scope: dict[str, Any]) -> bool:
    """Whether whoever asks may see the metrics: hosted, the proxy is the only way in for strangers."""
    return is_local(scope) or (hosted() and not through_a_proxy(scope))


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("alive\n", headers={"cache-control": "no-store"})


async def _ready(_request: Request) -> Response:
    waits = WARM.waits_for()
    if not waits and not await PULSE.beats():
        waits = ["the database"]
    return JSONResponse({"ready": not waits, "waits_for": waits}, 503 if waits else 200, headers={"cache-control": "no-store"})


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(REGISTRY), headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})


ROUTES = [Route("/healthz", _alive), Route("/readyz", _ready), Route("/metrics", _metrics)]
