"""The tail: what the slowest requests spend their time on, beside ordinary ones, and the sentence that says it.

Knows the engine's attribution; nothing of drawing.
"""

from typing import Any

from dashboard.words import figure, mark, marked, t
from engine import Result
from engine.tail import Tail

QUANTILE = 0.99
STAGE_WORDS = marked({
    "network": "the network",
    "cdn": "the CDN",
    "balancer": "the balancer",
    "server_queue": "the wait in a server's queue",
    "server_cpu": "a server's CPU",
    "cache": "the cache",
    "coalesced_wait": "the wait for another's fetch",
    "database_queue": "the wait for a database connection",
    "database_service": "the database's work",
    "commit_wait": "the wait for replicas",
    "failed_attempts": "attempts that failed",
    "retry_wait": "pauses before retries",
})  # fmt: skip
"""The stages as a sentence speaks of them."""
TOO_FEW = mark("Too few requests were answered to speak of a slowest 1 %.")
ALIKE = mark("All requests take equally long: there is no tail.")


def described(result: Result) -> dict[str, Any]:
    """{words, tail_ms, middle_ms, tail_count, parts: [[stage, ms in the tail, ms in the middle]]}; only words without a tail."""
    tail = result.tail(QUANTILE)
    if tail is None:
        return {"words": t(TOO_FEW), "parts": []}
    return {
        "words": sentence(tail),
        "tail_ms": _ms(tail.tail_ns),
        "middle_ms": _ms(tail.middle_ns),
        "tail_count": tail.tail_count,
        "parts": [[part.stage, _ms(part.tail_ns), _ms(part.middle_ns)] for part in tail.parts if part.tail_ns or part.middle_ns],
    }


def sentence(tail: Tail) -> str:
    """What the tail is made of: its largest part, and how large that is in an ordinary request."""
    if tail.tail_ns == tail.middle_ns or not tail.middle_ns:
        return t(ALIKE)
    most = max(tail.parts, key=lambda part: part.tail_ns)
    grown = max(tail.parts, key=lambda part: part.excess_ns)
    share, usual = 100 * most.tail_ns / tail.tail_ns, 100 * most.middle_ns / tail.middle_ns
    said = t(
        "{share} % of the time of the slowest 1 % is {stage}; in an ordinary request that is {usual} %.",
        share=figure(share), usual=figure(usual), stage=t(STAGE_WORDS[most.stage]),
    )  # fmt: skip
    if grown is most:
        return said
    return said + " " + t("What grows most is {stage}.", stage=t(STAGE_WORDS[grown.stage]))


def _ms(value_ns: int) -> float:
    return round(value_ns / 1e6, 3)
