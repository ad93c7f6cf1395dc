"""Caches near and far: cold, lost, cut off. Each look gives a key and a sentence, or None."""

from dashboard.sentences.facts import Facts
from dashboard.sentences.words import FULL_PERCENT, count, listed, percent, queries, seconds
from dashboard.words import figure, plural, t

COLD_S = 15.0
"""For so long after it was emptied a cache is spoken of as cold."""


def cache_lost(f: Facts) -> tuple[str, str] | None:
    """Cache nodes are down, or the cache has been emptied lately."""
    told = f.caching
    if told is None:
        return None
    hits = (
        t("{share} of the look-ups find something", share=percent(told.hit_ratio))
        if told.hit_ratio
        else t("no look-up finds anything")
    )
    values = {"hits": hits, "busy": figure(f.database_busy), "waiting": queries(f.database_waiting)}
    waits = f.database_waiting >= 1
    if told.up < told.nodes:
        gone = told.nodes - told.up
        many = (
            t("The cache is down, with all that was there.")
            if told.nodes == 1
            else plural(
                "{gone} of {nodes} cache nodes is down, with all that was there.",
                "{gone} of {nodes} cache nodes are down, with all that was there.", gone,
                gone=count(gone).capitalize(), nodes=count(told.nodes),
            )
        )  # fmt: skip
        now = (
            t("Now {hits}, and the database is {busy} % busy and {waiting}.", **values)
            if waits
            else t("Now {hits}, and the database is {busy} % busy.", **values)
        )
        return f"cache-down-{told.up}", f"{many} {now}"
    then = (
        t("{hits}, and the database is {busy} % busy and {waiting}.", **values)
        if waits
        else t("{hits}, and the database is {busy} % busy.", **values)
    )
    emptied_s = COLD_S if told.emptied_s is None else told.emptied_s
    if told.placed_s is not None and told.placed_s < min(COLD_S, emptied_s):
        ago = seconds(told.placed_s)
        most = t("most keys belong") if told.placement == "modulo" else t("only some keys belong")
        moved = t(
            "The cache nodes changed {span} ago, so {most} to another node now, which has to fetch them first:", span=ago, most=most
        )
        return "cache-moved", f"{moved} {then}"
    if emptied_s < COLD_S:
        ago = seconds(emptied_s)
        cold = (
            t("The cache was emptied {span} ago and fills again read by read:", span=ago)
            if told.emptied is None or told.nodes == 1
            else t("Cache node {number} was emptied {span} ago and fills again read by read:", number=told.emptied + 1, span=ago)
        )
        return "cache-cold", f"{cold} {then}"
    return None


def stampede(f: Facts) -> tuple[str, str] | None:
    """A time to live so short that the database sees everything again and again."""
    told = f.caching
    if told is None or told.hit_ratio is None or told.hit_ratio > 0.5 or f.database_busy >= FULL_PERCENT:
        return None
    if told.capacity is not None and told.items >= 0.98 * told.capacity * max(told.up, 1):
        return "cache-small", t(
            "The cache is full: to take one item in it throws another out. {share} of the look-ups find what they want; the "
            "database is {busy} % busy.",
            share=percent(told.hit_ratio), busy=figure(f.database_busy),
        )  # fmt: skip
    if told.ttl_s is not None and told.ttl_s <= 10:
        return "cache-short", t(
            "What the cache holds expires after {span}, often before it is asked for again: {share} of the look-ups find what they "
            "want. The database is {busy} % busy.",
            span=seconds(told.ttl_s), share=percent(told.hit_ratio), busy=figure(f.database_busy),
        )  # fmt: skip
    return None


def pops_down(f: Facts) -> tuple[str, str] | None:
    """Points of presence that cannot be reached."""
    told = f.delivery
    if told is None or not told.down:
        return None
    names = listed(list(told.down))
    if not told.pops:
        none = plural(
            "{names} is down, and there is no other point of presence: everybody asks the origin itself.",
            "{names} are down, and there is no other point of presence: everybody asks the origin itself.", len(told.down),
            names=names,
        )  # fmt: skip
        return "pops-none", f"{none} {_farthest(f)}"
    down = plural("{names} is down.", "{names} are down.", len(told.down), names=names)
    left = (
        t("The users there are sent to {city}, the only one left.", city=told.pops[0])
        if len(told.pops) == 1
        else t("The users there are sent to the nearest of the {number} left.", number=count(len(told.pops)))
    )
    return f"pops-{len(told.down)}", f"{down} {left} {_farthest(f)}"


def _farthest(f: Facts) -> str:
    if not f.regions:
        return ""
    city, ms = max(f.regions, key=lambda one: one[1])
    return t("Users near {city} wait longest now: {number} ms on average.", city=city, number=figure(ms, grouped=False))


def delivered(f: Facts) -> tuple[str, str] | None:
    """A CDN on a calm day."""
    told = f.delivery
    if told is None or told.hit_ratio is None:
        return None
    near = min(f.regions, key=lambda one: one[1], default=None)
    far = max(f.regions, key=lambda one: one[1], default=None)
    apart = ""
    if near and far and far[1] > 1.3 * near[1]:
        apart = " " + t(
            "Users near {near} wait {less} ms on average, those near {far} {more} ms.",
            near=near[0], less=figure(near[1], grouped=False), far=far[0], more=figure(far[1], grouped=False),
        )  # fmt: skip
    return "delivered", t(
        "{share} of what is asked never reaches the origin; what is personal or changes still does.", share=percent(told.offload)
    ) + apart  # fmt: skip


def cached(f: Facts) -> tuple[str, str] | None:
    """A cache on a calm day."""
    told = f.caching
    if told is None or told.hit_ratio is None:
        return None
    return "cached", t(
        "The cache answers {share} of the look-ups. The database sees the rest and the writes: it is {busy} % busy.",
        share=percent(told.hit_ratio), busy=figure(f.database_busy),
    )  # fmt: skip
