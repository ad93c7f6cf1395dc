"""Experiments: whole runs at once, and all that a learner reads off one; asked for by the browser, answered as plain data."""

from dashboard.experiment.asked import reply

__all__ = ["reply"]
