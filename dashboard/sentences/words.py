"""Words: how names, counts, shares and times are said in a sentence. Pure."""

import math
from typing import Any

import numpy as np

from dashboard.sentences.facts import Facts
from dashboard.words import figure, marked, plural, t

FULL_PERCENT = 95
ADAPTIVE = marked(
    {"least_connections": "least connections", "power_of_two": "power of two choices", "least_latency": "least latency"}
)
NAMES = ADAPTIVE | marked({
    "round_robin": "round robin",
    "weighted_round_robin": "weighted round robin",
    "random": "random choice",
    "client_hash": "hashing by client",
    "consistent_hash": "consistent hashing",
})  # fmt: skip
COUNTS = marked(
    {
        0: "no", 1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
        11: "eleven", 12: "twelve",
    }
)  # fmt: skip
ORDINALS = marked({
    2: "every second request", 3: "every third request", 4: "every fourth request", 5: "every fifth request",
    6: "every sixth request",
})  # fmt: skip


def name(f: Facts) -> str:
    """What the algorithm is called in a sentence."""
    return t(NAMES.get(f.algorithm, f.algorithm.replace("_", " ")))


def ratio(f: Facts, i: int) -> float:
    """The share of the attempts that a server gets."""
    return f.taken[i] / max(sum(f.taken), 1e-9)


def share(f: Facts, i: int) -> str:
    """The share of the requests that a server gets, said as people say it."""
    part = ratio(f, i)
    parts = round(1 / part) if part > 0 else 0
    if parts in ORDINALS and abs(part * parts - 1) < 0.06:
        return t(ORDINALS[parts])
    return t("{share} of the requests", share=percent(part))


def queue(f: Facts, i: int) -> str:
    """The queue of a server in words."""
    whole = round(f.waiting[i])
    if whole < 1:
        return t("hardly anybody waits there")
    return t("its queue was {length} long on average over {window}", length=count(whole), window=lately(f))


def lately(f: Facts) -> str:
    """The window in words."""
    seconds = round(f.window_s)
    return t("the last second") if seconds <= 1 else t("the last {number} seconds", number=count(seconds))


def count(number: int) -> str:
    """A number in words up to twelve."""
    return t(COUNTS[number]) if number in COUNTS else figure(number)


def servers(which: list[int]) -> str:
    """Servers by their numbers."""
    if len(which) == 1:
        return t("server {number}", number=which[0] + 1)
    if len(which) > 4:
        return t("{number} servers", number=count(len(which)))
    return t("servers {names}", names=listed([str(i + 1) for i in which]))


def percent(ratio: float) -> str:
    """A share in percent."""
    return t("{number} %", number=figure(100 * ratio, grouped=False))


def mean(values: Any) -> float:
    """The mean, 0 of nothing."""
    return float(np.mean(values)) if len(values) else 0.0


def seconds(value: float) -> str:
    """A time in words: 0.3 s, two seconds, 40 seconds."""
    whole = round(value)
    if value < 1:
        return f"{figure(value, 1)} s"
    return t("one second") if whole == 1 else t("{number} seconds", number=count(whole))


def span(ms: float) -> str:
    """Milliseconds, in seconds where they are many."""
    return f"{figure(ms / 1_000, 1, grouped=False)} s" if ms >= 1_000 else f"{figure(ms, grouped=False)} ms"


def listed(names: list[str]) -> str:
    """Names one after the other, the last two joined by "and"."""
    return names[0] if len(names) == 1 else t("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


def pressing(f: Facts, who: str) -> str:
    """What keeps them full: more comes than `who` can do, or what has queued."""
    chance = 2 * math.sqrt(2 * f.rate / max(f.window_s, 0.1))  # twice what Poisson arrivals and services make of it
    if f.queue_growth > chance:
        return t(
            "{rate} requests arrive in a second, more than {who} can do. The queue grows by {growth} requests every second.",
            rate=figure(f.rate), who=who, growth=figure(f.queue_growth),
        )  # fmt: skip
    if f.queue_growth < -chance:
        return t("what has queued is worked off, {number} requests every second.", number=figure(-f.queue_growth))
    if sum(f.waiting) >= 2 * len(f.waiting):
        waiting = figure(sum(f.waiting))
        return t("{rate} requests arrive in a second, and {waiting} wait on average.", rate=figure(f.rate), waiting=waiting)
    return t("{rate} requests arrive in a second, all that {who} can do.", rate=figure(f.rate), who=who)


def requests(number: float) -> str:
    """So many requests, and what they do."""
    whole = round(number)
    return plural("{number} request waits", "{number} requests wait", whole)


def answered(f: Facts) -> str:
    """How many requests are answered in a second, as the begin of a clause."""
    good = round(f.goodput)
    return t("{number} are", number=figure(good)) if good else t("none is")


def times(growth: float) -> str:
    """How much longer something takes: a share, or from twice on a multiple."""
    if growth >= 2:
        return t("{number} times as long as", number=figure(growth, 1))
    return t("{share} longer than", share=percent(growth - 1))


def wasted(f: Facts) -> str:
    """Full servers that answer hardly anybody in time work for clients who have left."""
    return " " + t("What is worked on is for clients who have left.") if f.timeouts > 0.5 and f.goodput < 0.1 * f.rate else ""


def booting(f: Facts) -> str:
    """Servers that the autoscaler wants and that are not there yet."""
    if f.wanted <= sum(f.up):
        return ""
    return " " + t("The autoscaler wants {number} servers; the others still boot.", number=count(f.wanted))


def queries(number: float) -> str:
    """So many queries, and what they do."""
    whole = round(number)
    return plural("{number} query waits", "{number} queries wait", whole)


def capital(text: str) -> str:
    """With a capital, the rest as it is."""
    return text[:1].upper() + text[1:]
