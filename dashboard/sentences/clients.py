"""Impatience: retries, what they make of an overload, and what refuses work. Each look gives a key and a sentence, or None."""

from dashboard.sentences import servers
from dashboard.sentences.facts import Facts
from dashboard.sentences.words import FULL_PERCENT, answered, booting, capital, lately, mean, percent, seconds

STORM = 1.3
"""Attempts per request from which retries are spoken of."""
POOR = 0.85
"""Share of what is asked below which too little is answered."""


def spike(f: Facts) -> tuple[str, str] | None:
    """More people for a while, and what is left of it afterwards."""
    told = f.impatience
    if told.spike_ended_s is None:
        return None
    ago = told.spike_ended_s
    poor = f.goodput < POOR * f.rate
    if ago < 0:
        end = "All of them are answered." if not poor else f"{capital(answered(f))} answered in time."
        tried = f" With retries that makes {told.attempt_rate:,.0f} attempts." if told.attempts > 1.1 else ""
        return f"spike-{poor}", f"For {seconds(-ago)} more, {f.rate:,.0f} requests arrive in a second.{tried} {end}"
    if poor and told.attempts >= STORM and ago > 2:
        return "metastable", (
            f"The spike ended {seconds(ago)} ago and {f.rate:,.0f} requests arrive in a second as before, but "
            f"{'only ' if round(f.goodput) else ''}{answered(f)} answered: "
            f"each is tried {told.attempts:.1f} times, so {told.attempt_rate:,.0f} attempts arrive. "
            "The retries are now the load that makes them necessary."
        )
    return None


def storm(f: Facts) -> tuple[str, str] | None:
    """Retries make more load than the people do."""
    told = f.impatience
    if told.attempts < STORM:
        return None
    busy = mean([one for one, up in zip(f.busy, f.up) if up])
    wasted = " Much of the work is for clients who have left." if f.timeouts > 0.05 and busy > 80 else ""
    return "storm", (
        f"{f.rate:,.0f} requests arrive in a second, each is tried {told.attempts:.1f} times: {told.attempt_rate:,.0f} attempts. "
        f"The servers are {busy:.0f} % busy and {answered(f)} answered in time.{wasted}"
    )


def breaker(f: Facts) -> tuple[str, str] | None:
    """Circuit breakers that are open."""
    many = f.impatience.open_breakers
    if not many:
        return None
    who = "The circuit breaker of one server is" if many == 1 else f"The circuit breakers of {many} servers are"
    return f"breaker-{many}", (
        f"{who} open: calls to the database are refused at once instead of waiting, "
        f"{percent(f.impatience.refused)} of the requests in {lately(f)}. Now and then one call tries whether it is well again."
    )


def crowded(f: Facts) -> tuple[str, str] | None:
    """The memory is full of requests."""
    told = f.impatience
    if told.refused < 0.01 or told.limit != "memory":
        return None
    if f.database_busy >= FULL_PERCENT > mean(f.busy) and not f.colocated:
        return None  # the requests wait for the database
    who = "The machine's memory is" if len(f.up) == 1 else "The servers' memory is"
    busy = mean([one for one, up in zip(f.busy, f.up) if up])
    return "memory", (
        f"{who} full of requests that wait or are in progress, so {percent(told.refused)} are refused. "
        f"{f.rate:,.0f} arrive in a second, and the vCPUs are {busy:.0f} % busy.{booting(f)}"
    )


def shedding(f: Facts) -> tuple[str, str] | None:
    """Work is refused so that the rest is done in time."""
    told = f.impatience
    if told.refused < 0.01:
        return None
    if one := servers.hot(f):  # there is room, elsewhere
        return servers.slow(f) or one
    slowest = f" Of those who are let in, 19 of 20 are answered within {f.p95_ms:,.0f} ms." if f.p95_ms is not None else ""
    return "shedding", (
        f"{f.rate:,.0f} requests arrive in a second, more than there is room for: "
        f"{percent(told.refused)} are refused at once.{slowest}"
    )
