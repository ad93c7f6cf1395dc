"""Simpler: a system without what no formula has, to hold a formula against. Knows the system's fields; no formula."""

from collections.abc import Callable
from typing import Any

from engine.system import System


def without(part: str, **values: Any) -> Callable[[System], System]:
    """What gives a system with these values in one of its parts."""
    return lambda system: system.model_copy(update={part: getattr(system, part).model_copy(update=values)})


patient = without("client", timeout_ms=None, retries=0)
unlimited = without("servers", queue_limit=None, shed_above=None, memory_mb_per_request=0.0)
