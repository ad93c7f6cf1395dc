"""The pages' declarations, without drawing them: for tests that hold for every page."""

import runpy
from pathlib import Path
from unittest import mock

from dashboard.journey import CONCEPTS
from dashboard.page import Page

VIEWS = Path(__file__).resolve().parents[2] / "dashboard/views"


def all_pages() -> list[Page]:
    """Every page with a stage: the views of the concepts."""
    found = []
    with mock.patch("dashboard.page.show"):
        for name, _ in CONCEPTS:
            found += [value for value in runpy.run_path(str(VIEWS / f"{name}.py")).values() if isinstance(value, Page)]
    return found
