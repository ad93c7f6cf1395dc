"""Recordings: traffic that was measured somewhere, taken as an upload and kept for the runs that play it.

The engine reads the file; this module takes the bytes of a stranger, keeps a bounded number of recordings by a token made of their
content, and tells the page about them. Knows nothing of how the page shows it.
"""

from dashboard.asks import BadAsk

CONTROLS = ()


def fields(token: str) -> dict:
    raise BadAsk("This recording is no longer here: choose the file again.")


def offer() -> dict:
    return {}
