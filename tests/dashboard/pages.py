"""The pages' declarations, without drawing them: for tests that hold for every page."""

from dashboard import remembered
from dashboard.page import Page


def all_pages() -> list[Page]:
    """Every page with a stage: the views of the concepts."""
    return list(remembered.pages().values())
