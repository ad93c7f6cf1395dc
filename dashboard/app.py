"""The ASGI application: `streamlit run dashboard/app.py`. Puts the project's root on the path, warms up, and sets the headers.

Draws nothing: that is main.py's navigation and the views.
"""

import gc
import sys
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

import dashboard.page  # noqa: E402, F401  (the heavy imports, before the objects are frozen)
from dashboard import recordings, words  # noqa: E402
from dashboard.headers import Headers  # noqa: E402
from dashboard.lost import Lost  # noqa: E402
from engine import Simulation, System  # noqa: E402


@asynccontextmanager
async def lifespan(_app):
    """What the imports left is never garbage: keep it out of every later collection. Then say where the page is."""
    # The first live run begins the compilation, if one is needed, before anybody asks.
    Simulation(System())
    gc.collect()
    gc.freeze()
    print(f"Open http://localhost:{st.get_option('server.port')} in a browser.", flush=True)
    yield


app = st.App(
    "main.py",
    lifespan=lifespan,
    routes=[*recordings.ROUTES, *words.ROUTES],
    middleware=[Middleware(Headers), Middleware(Lost)],
)
