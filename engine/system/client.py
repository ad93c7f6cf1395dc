"""What a client does while it waits, and afterwards."""

from typing import Literal

from engine.system.base import Part, field


class Client(Part):
    """How long a client waits for one attempt, and what it tries again."""

    timeout_ms: float | None = field(
        None, "How long a client waits for one attempt before it leaves; empty: for ever.", unit="ms", ge=0.001, le=1e7, scale="log"
    )
    retries: int = field(0, "How often a client tries again after an attempt that did not succeed.", ge=0, le=100)
    backoff: Literal["none", "fixed", "exponential", "exponential_jitter"] = field(
        "exponential_jitter",
        "Pause before a retry: none, the same each time, doubling, or random up to the doubled pause (full jitter).",
    )
    backoff_ms: float = field(100.0, "Pause before the first retry.", unit="ms", ge=0, le=1e6, scale="log")
    backoff_cap_ms: float = field(20_000.0, "The longest pause that doubling reaches.", unit="ms", ge=0, le=1e7, scale="log")
    retry_budget: float | None = field(
        None, "Retries allowed for every request sent, over all clients (0.1: one in ten); empty: no limit.", ge=0, le=10, step=0.01
    )
