"""The pages' declarations, without drawing them: for tests that hold for every page."""

import runpy
from pathlib import Path
from unittest import mock

from dashboard.page import Page

VIEWS = Path(__file__).resolve().parents[2] / "dashboard/views"


def all_pages() -> list[Page]:
    """Every page that a view declares."""
    found = []
    with mock.patch("dashboard.page.show"):
        for path in sorted(VIEWS.glob("*.py")):
            found += [value for value in runpy.run_path(str(path)).values() if isinstance(value, Page)]
    return found
