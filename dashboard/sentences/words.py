"""Words: how names, counts, shares and times are said in a sentence. Pure."""

import math
from typing import Any

import numpy as np

from dashboard.sentences.facts import Facts

FULL_PERCENT = 95
ADAPTIVE = {"least_connections": "least connections", "power_of_two": "power of two choices", "least_latency": "least latency"}
NAMES = ADAPTIVE | {
    "round_robin": "round robin",
    "weighted_round_robin": "weighted round robin",
    "random": "random choice",
    "client_hash": "hashing by client",
    "consistent_hash": "consistent hashing",
}
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def name(f: Facts) -> str:
    """What the algorithm is called in a sentence."""
    return NAMES.get(f.algorithm, f.algorithm.replace("_", " "))


def ratio(f: Facts, i: int) -> float:
    """The share of the attempts that a server gets."""
    return f.taken[i] / max(sum(f.taken), 1e-9)


def share(f: Facts, i: int) -> str:
    """The share of the requests that a server gets, said as people say it."""
    part = ratio(f, i)
    parts = round(1 / part) if part > 0 else 0
    ordinal = {2: "every second", 3: "every third", 4: "every fourth", 5: "every fifth", 6: "every sixth"}.get(parts)
    if ordinal and abs(part * parts - 1) < 0.06:
        return f"{ordinal} request"
    return f"{percent(part)} of the requests"


def queue(f: Facts, i: int) -> str:
    """The queue of a server in words."""
    whole = round(f.waiting[i])
    if whole < 1:
        return "hardly anybody waits there"
    return f"its queue was {count(whole)} long on average over {lately(f)}"


def lately(f: Facts) -> str:
    """The window in words."""
    seconds = round(f.window_s)
    return "the last second" if seconds <= 1 else f"the last {count(seconds)} seconds"


def count(number: int) -> str:
    """A number in words up to twelve."""
    return COUNTS[number] if 0 <= number < len(COUNTS) else f"{number:,}"


def servers(which: list[int]) -> str:
    """Servers by their numbers."""
    if len(which) == 1:
        return f"server {which[0] + 1}"
    if len(which) > 4:
        return f"{count(len(which))} servers"
    return "servers " + ", ".join(str(i + 1) for i in which[:-1]) + f" and {which[-1] + 1}"


def percent(ratio: float) -> str:
    """A share in percent."""
    return f"{100 * ratio:.0f} %"


def mean(values: Any) -> float:
    """The mean, 0 of nothing."""
    return float(np.mean(values)) if len(values) else 0.0


def seconds(value: float) -> str:
    """A time in words: 0.3 s, two seconds, 40 seconds."""
    whole = round(value)
    if value < 1:
        return f"{value:.1f} s"
    return "one second" if whole == 1 else f"{count(whole)} seconds"


def span(ms: float) -> str:
    """Milliseconds, in seconds where they are many."""
    return f"{ms / 1_000:.1f} s" if ms >= 1_000 else f"{ms:.0f} ms"


def listed(names: list[str]) -> str:
    """Names one after the other, the last two joined by "and"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def pressing(f: Facts, who: str) -> str:
    """What keeps them full: more comes than `who` can do, or what has queued."""
    chance = 2 * math.sqrt(2 * f.rate / max(f.window_s, 0.1))  # twice what Poisson arrivals and services make of it
    if f.queue_growth > chance:
        return (
            f"{f.rate:,.0f} requests arrive in a second, more than {who} can do. "
            f"The queue grows by {f.queue_growth:,.0f} requests every second."
        )
    if f.queue_growth < -chance:
        return f"what has queued is worked off, {-f.queue_growth:,.0f} requests every second."
    if sum(f.waiting) >= 2 * len(f.waiting):
        return f"{f.rate:,.0f} requests arrive in a second, and {sum(f.waiting):,.0f} wait on average."
    return f"{f.rate:,.0f} requests arrive in a second, all that {who} can do."


def requests(number: float) -> str:
    """So many requests, and what they do."""
    whole = round(number)
    return f"{whole:,} {'request waits' if whole == 1 else 'requests wait'}"


def answered(f: Facts) -> str:
    """How many requests are answered in a second, as the begin of a clause."""
    good = round(f.goodput)
    return f"{good:,} are" if good else "none is"


def times(growth: float) -> str:
    """How much longer something takes: a share, or from twice on a multiple."""
    return f"{growth:.1f} times as long as" if growth >= 2 else f"{percent(growth - 1)} longer than"


def wasted(f: Facts) -> str:
    """Full servers that answer hardly anybody in time work for clients who have left."""
    return " What is worked on is for clients who have left." if f.timeouts > 0.5 and f.goodput < 0.1 * f.rate else ""


def booting(f: Facts) -> str:
    """Servers that the autoscaler wants and that are not there yet."""
    return f" The autoscaler wants {count(f.wanted)} servers; the others still boot." if f.wanted > sum(f.up) else ""


def queries(number: float) -> str:
    """So many queries, and what they do."""
    whole = round(number)
    return f"{whole:,} {'query waits' if whole == 1 else 'queries wait'}"


def capital(text: str) -> str:
    """With a capital, the rest as it is."""
    return text[:1].upper() + text[1:]
