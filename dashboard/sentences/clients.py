"""Impatience: retries, what they make of an overload, and what refuses work. Each look gives a key and a sentence, or None."""

from dashboard.sentences import servers
from dashboard.sentences.facts import Facts
from dashboard.sentences.words import FULL_PERCENT, answered, booting, capital, lately, mean, percent, seconds
from dashboard.words import figure, plural, t

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
        end = t("{some} answered in time.", some=capital(answered(f))) if poor else t("All of them are answered.")
        tries = " " + t("With retries that makes {number} attempts.", number=figure(told.attempt_rate))
        spike = t("For {span} more, {rate} requests arrive in a second.", span=seconds(-ago), rate=figure(f.rate))
        return f"spike-{poor}", f"{spike}{tries if told.attempts > 1.1 else ''} {end}"
    if poor and told.attempts >= STORM and ago > 2:
        return "metastable", t(
            "The spike ended {span} ago and {rate} requests arrive in a second as before, but {answered} answered: each "
            "is tried {tries} times, so {attempts} attempts arrive. The retries are now the load that makes them necessary.",
            span=seconds(ago), rate=figure(f.rate), tries=figure(told.attempts, 1, grouped=False),
            answered=t("only {some}", some=answered(f)) if round(f.goodput) else answered(f), attempts=figure(told.attempt_rate),
        )  # fmt: skip
    return None


def storm(f: Facts) -> tuple[str, str] | None:
    """Retries make more load than the people do."""
    told = f.impatience
    if told.attempts < STORM:
        return None
    busy = mean([one for one, up in zip(f.busy, f.up) if up])
    wasted = " " + t("Much of the work is for clients who have left.") if f.timeouts > 0.05 and busy > 80 else ""
    return "storm", t(
        "{rate} requests arrive in a second, each is tried {tries} times: {attempts} attempts. "
        "The servers are {busy} % busy and {answered} answered in time.",
        rate=figure(f.rate), tries=figure(told.attempts, 1, grouped=False), attempts=figure(told.attempt_rate), busy=figure(busy),
        answered=answered(f),
    ) + wasted  # fmt: skip


def breaker(f: Facts) -> tuple[str, str] | None:
    """Circuit breakers that are open."""
    many = f.impatience.open_breakers
    if not many:
        return None
    return f"breaker-{many}", plural(
        "The circuit breaker of one server is open: calls to the database are refused at once instead of waiting, {share} of the "
        "requests in {window}. Now and then one call tries whether it is well again.",
        "The circuit breakers of {number} servers are open: calls to the database are refused at once instead of waiting, {share} "
        "of the requests in {window}. Now and then one call tries whether it is well again.",
        many, share=percent(f.impatience.refused), window=lately(f),
    )  # fmt: skip


def crowded(f: Facts) -> tuple[str, str] | None:
    """The memory is full of requests."""
    told = f.impatience
    if told.refused < 0.01 or told.limit != "memory":
        return None
    if f.database_busy >= FULL_PERCENT > mean(f.busy) and not f.colocated:
        return None  # the requests wait for the database
    busy = mean([one for one, up in zip(f.busy, f.up) if up])
    share = percent(told.refused)
    full = (
        t("The machine's memory is full of requests that wait or are in progress, so {share} are refused.", share=share)
        if len(f.up) == 1
        else t("The servers' memory is full of requests that wait or are in progress, so {share} are refused.", share=share)
    )
    load = t("{rate} arrive in a second, and the vCPUs are {busy} % busy.", rate=figure(f.rate), busy=figure(busy))
    return "memory", f"{full} {load}{booting(f)}"


def shedding(f: Facts) -> tuple[str, str] | None:
    """Work is refused so that the rest is done in time."""
    told = f.impatience
    if told.refused < 0.01:
        return None
    if one := servers.hot(f):  # there is room, elsewhere
        return servers.slow(f) or one
    slowest = ""
    if f.p95_ms is not None:
        slowest = " " + t("Of those who are let in, 19 of 20 are answered within {number} ms.", number=figure(f.p95_ms))
    return "shedding", t(
        "{rate} requests arrive in a second, more than there is room for: {share} are refused at once.",
        rate=figure(f.rate), share=percent(told.refused),
    ) + slowest  # fmt: skip
