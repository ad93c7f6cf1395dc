"""Serve: Streamlit's command with what takes long loaded before it opens the port. `python -m deploy.serve run dashboard/app.py`.

Streamlit opens the port and loads the app then, for some seconds; whoever a proxy leads there waits for as long. At a port that is
closed yet it passes them on to another process at once. Knows nothing of the app but what it has to read.
"""

import sys

from streamlit.web.cli import main

import dashboard.page  # noqa: F401  (the heavy imports)
from dashboard.classroom import api as classroom_api  # noqa: F401
from dashboard.lesson.beside import SHELF
from dashboard.store import schema  # noqa: F401
from engine import Simulation, System

if __name__ == "__main__":
    SHELF.every()
    Simulation(System())
    sys.exit(main(prog_name="streamlit"))
