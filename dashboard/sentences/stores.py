"""Caches near and far: cold, lost, cut off. Each look gives a key and a sentence, or None."""

from dashboard.sentences.facts import Facts
from dashboard.sentences.words import FULL_PERCENT, count, listed, percent, queries, seconds

COLD_S = 15.0
"""For so long after it was emptied a cache is spoken of as cold."""


def cache_lost(f: Facts) -> tuple[str, str] | None:
    """Cache nodes are down, or the cache has been emptied lately."""
    told = f.caching
    if told is None:
        return None
    hits = "no look-up finds anything" if not told.hit_ratio else f"{percent(told.hit_ratio)} of the look-ups find something"
    database = f"the database is {f.database_busy:.0f} % busy"
    waits = f" and {queries(f.database_waiting)}" if f.database_waiting >= 1 else ""
    if told.up < told.nodes:
        gone = told.nodes - told.up
        many = (
            "The cache is"
            if told.nodes == 1
            else f"{count(gone).capitalize()} of {count(told.nodes)} cache nodes {'is' if gone == 1 else 'are'}"
        )
        return f"cache-down-{told.up}", f"{many} down, with all that was there. Now {hits}, and {database}{waits}."
    emptied_s = COLD_S if told.emptied_s is None else told.emptied_s
    if told.placed_s is not None and told.placed_s < min(COLD_S, emptied_s):
        part = "most keys belong" if told.placement == "modulo" else "only some keys belong"
        return "cache-moved", (
            f"The cache nodes changed {seconds(told.placed_s)} ago, so {part} to another node now, which has to fetch them first: "
            f"{hits}, and {database}{waits}."
        )
    if emptied_s < COLD_S:
        what = "The cache" if told.emptied is None or told.nodes == 1 else f"Cache node {told.emptied + 1}"
        return "cache-cold", (
            f"{what} was emptied {seconds(emptied_s)} ago and fills again read by read: {hits}, and {database}{waits}."
        )
    return None


def stampede(f: Facts) -> tuple[str, str] | None:
    """A time to live so short that the database sees everything again and again."""
    told = f.caching
    if told is None or told.hit_ratio is None or told.hit_ratio > 0.5 or f.database_busy >= FULL_PERCENT:
        return None
    if told.capacity is not None and told.items >= 0.98 * told.capacity * max(told.up, 1):
        return "cache-small", (
            f"The cache is full: to take one item in it throws another out. {percent(told.hit_ratio)} of the look-ups find "
            f"what they want; "
            f"the database is {f.database_busy:.0f} % busy."
        )
    if told.ttl_s is not None and told.ttl_s <= 10:
        return "cache-short", (
            f"What the cache holds expires after {seconds(told.ttl_s)}, often before it is asked for again: "
            f"{percent(told.hit_ratio)} of the "
            f"look-ups find what they want. The database is {f.database_busy:.0f} % busy."
        )
    return None


def pops_down(f: Facts) -> tuple[str, str] | None:
    """Points of presence that cannot be reached."""
    told = f.delivery
    if told is None or not told.down:
        return None
    names = listed(list(told.down))
    be = "is" if len(told.down) == 1 else "are"
    if not told.pops:
        return (
            "pops-none",
            f"{names} {be} down, and there is no other point of presence: everybody asks the origin itself. {_farthest(f)}",
        )
    left = f"to {told.pops[0]}, the only one left" if len(told.pops) == 1 else f"to the nearest of the {count(len(told.pops))} left"
    return f"pops-{len(told.down)}", f"{names} {be} down. The users there are sent {left}. {_farthest(f)}"


def _farthest(f: Facts) -> str:
    if not f.regions:
        return ""
    city, ms = max(f.regions, key=lambda one: one[1])
    return f"Users near {city} wait longest now: {ms:.0f} ms on average."


def delivered(f: Facts) -> tuple[str, str] | None:
    """A CDN on a calm day."""
    told = f.delivery
    if told is None or told.hit_ratio is None:
        return None
    near = min(f.regions, key=lambda one: one[1], default=None)
    far = max(f.regions, key=lambda one: one[1], default=None)
    apart = ""
    if near and far and far[1] > 1.3 * near[1]:
        apart = f" Users near {near[0]} wait {near[1]:.0f} ms on average, those near {far[0]} {far[1]:.0f} ms."
    return "delivered", (
        f"{percent(told.offload)} of what is asked never reaches the origin; what is personal or changes still does.{apart}"
    )


def cached(f: Facts) -> tuple[str, str] | None:
    """A cache on a calm day."""
    told = f.caching
    if told is None or told.hit_ratio is None:
        return None
    return "cached", (
        f"The cache answers {percent(told.hit_ratio)} of the look-ups. The database sees the rest and the writes: it is "
        f"{f.database_busy:.0f} % busy."
    )
