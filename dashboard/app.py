"""The ASGI application: `streamlit run dashboard/app.py`. Puts the project's root on the path, sees that it may serve others where
it is to, opens the store, warms up, and says what every request passes.

Draws nothing: that is main.py's navigation and the views.
"""

import gc
import sys
import threading
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

import dashboard.page  # noqa: E402, F401  (the heavy imports, before the objects are frozen)
from dashboard import ask_api, embed, files, health, hosted, logs, packed, recordings, stopping, words  # noqa: E402
from dashboard.classroom import access_api, export_api, live_api  # noqa: E402
from dashboard.classroom import api as classroom_api  # noqa: E402
from dashboard.classroom import pages as classroom_pages  # noqa: E402
from dashboard.headers import Headers  # noqa: E402
from dashboard.keeping import KEEPER  # noqa: E402
from dashboard.lesson import api, draft_api, forget, printed, reported  # noqa: E402
from dashboard.lesson.beside import SHELF  # noqa: E402
from dashboard.lesson.who import Who  # noqa: E402
from dashboard.lost import Lost  # noqa: E402
from dashboard.sockets import Sockets  # noqa: E402
from dashboard.source import Declared  # noqa: E402
from dashboard.store.address import BadAddress  # noqa: E402
from dashboard.store.database import DATABASE, Away  # noqa: E402
from dashboard.store.schema import TooNew  # noqa: E402
from engine import Simulation, System  # noqa: E402
from engine.kernel import compiled  # noqa: E402


@asynccontextmanager
async def lifespan(_app):
    """What the imports left is never garbage: keep it out of every later collection. Then say where the page is."""
    # The first live run begins the compilation, if one is needed, before anybody asks.
    Simulation(System())
    # Lesson files take a while to read; whoever comes first need not wait for that longer than they must.
    reading = threading.Thread(target=SHELF.every, daemon=True)
    reading.start()
    health.WARM.up("the lessons", lambda: not reading.is_alive())
    health.WARM.up("the simulator", lambda: not compiled.preparing())
    stopping.watch()
    gc.collect()
    gc.freeze()
    if not hosted.hosted():
        print(f"Open http://localhost:{st.get_option('server.port')} in a browser.", flush=True)
    KEEPER.start()
    yield
    KEEPER.stop()


def _open_the_store() -> None:
    """Bring the database up to date. One that is away is waited for by whoever needs it; one that cannot be right ends the app."""
    try:
        DATABASE.open()
    except Away as problem:
        print(f"{problem} Until then nothing that learners do in lessons can be saved.", file=sys.stderr, flush=True)
    except (BadAddress, TooNew) as problem:
        raise SystemExit(str(problem)) from None


hosted.check()
embed.check()
if hosted.hosted():
    logs.begin()
health.STREAMS.set_function(lambda: classroom_api.HUB.streams)
_open_the_store()  # before there is a server, so that what is wrong with the address is the last that is said
app = st.App(
    "main.py",
    lifespan=lifespan,
    routes=[
        *ask_api.ROUTES,
        *recordings.ROUTES,
        *words.ROUTES,
        *api.ROUTES,
        *draft_api.ROUTES,
        *printed.ROUTES,
        *reported.ROUTES,
        *forget.ROUTES,
        *classroom_api.ROUTES,
        *classroom_pages.ROUTES,
        *access_api.ROUTES,
        *export_api.ROUTES,
        *live_api.ROUTES,
        *health.ROUTES,
    ],
    middleware=[
        Middleware(health.Measured),
        Middleware(packed.Packed),
        Middleware(stopping.Streams),
        Middleware(Declared),
        Middleware(Headers),
        Middleware(Sockets),
        Middleware(Who),
        Middleware(Lost),
        Middleware(files.Early),
    ],
)
