"""Servers: who is down, slow, hot or full, and what the balancer makes of it. Each look gives a key and a sentence, or None."""

from dashboard.sentences.facts import Facts
from dashboard.sentences.words import (
    ADAPTIVE,
    FULL_PERCENT,
    booting,
    capital,
    count,
    lately,
    mean,
    name,
    percent,
    pressing,
    queue,
    ratio,
    servers,
    share,
    wasted,
)  # fmt: skip


def nobody(f: Facts) -> tuple[str, str] | None:
    """Nobody is left to answer."""
    if not any(f.up) and len(f.up) == 1:
        also = ", and the database with it" if f.colocated else ""
        return "nobody", f"The only server is down{also}: nobody can answer, so every request fails."
    if not any(f.up):
        return "nobody", f"All {count(len(f.up))} servers are down: nobody can answer, so every request fails."
    if not any(f.seen):
        return "nobody", "The balancer believes that no server is healthy, so it turns every request away at once."
    return None


def down(f: Facts) -> tuple[str, str] | None:
    """Some servers are down, or just up again."""
    gone = [i for i, up in enumerate(f.up) if not up]
    unnoticed = [i for i in gone if f.seen[i]]
    back = [i for i, up in enumerate(f.up) if up and not f.seen[i]]
    if unnoticed:
        i = unnoticed[0]
        part = share(f, i)
        return f"unnoticed-{i}", (
            f"Server {i + 1} is down and the balancer has not noticed yet: {name(f)} still sends it {part}, "
            "and all of those fail. Failed health checks will take it out."
        )
    if gone:
        rest = sum(f.up)
        load = mean([f.busy[k] for k in range(len(f.up)) if f.up[k]])
        end = "That is more than they can do, so queues grow." if load >= FULL_PERCENT else "Nobody fails any more."
        return f"out-{len(gone)}-{load >= FULL_PERCENT}", (
            f"The balancer noticed that {servers(gone)} {'is' if len(gone) == 1 else 'are'} down and sends nothing there. "
            + (f"The other {count(rest)} share" if rest > 1 else "The last one carries")
            + f" the traffic and {'are' if rest > 1 else 'is'} {load:.0f} % busy. {end}"
        )
    if back:
        return f"back-{back[0]}", (
            f"Server {back[0] + 1} is up again and empty. It gets no requests until it has passed its health checks."
        )
    return None


def failing(f: Facts) -> tuple[str, str] | None:
    """A server answers with errors."""
    bad = [i for i, failing in enumerate(f.failing) if failing and f.up[i]]
    if not bad:
        return None
    i = bad[0]
    why = (
        f"An answer that comes at once makes it look idle, so {name(f)} sends it {share(f, i)}."
        if f.algorithm in ADAPTIVE
        else f"{name(f).capitalize()} does not look at answers and sends it {share(f, i)}."
    )
    return f"failing-{i}", f"Server {i + 1} answers with errors, fast, and passes its health checks. {why}"


def starting(f: Facts) -> tuple[str, str] | None:
    """Servers that boot."""
    if not f.starting:
        return None
    new = f"{count(f.starting).capitalize()} new server{' is' if f.starting == 1 else 's are'} starting"
    ready = "it is ready" if f.starting == 1 else "they are ready"
    return (
        f"starting-{f.starting}",
        f"{new}. Until {ready}, the other {count(len(f.up))} carry everything: they are {mean(f.busy):.0f} % busy.",
    )


def overload(f: Facts) -> tuple[str, str] | None:
    """All servers are full: more comes than they can do, or they work off what has queued."""
    working = [i for i, up in enumerate(f.up) if up and f.seen[i]]
    if mean([f.busy[i] for i in working]) < FULL_PERCENT or min(f.busy[i] for i in working) < FULL_PERCENT - 5:
        return None
    late = f" {percent(f.timeouts)} of the clients give up." if f.timeouts >= 0.005 else ""
    many = f"{count(len(working))} server{'' if len(working) == 1 else 's'}"
    return "overload", f"Every server is full: {pressing(f, many)}{late}{wasted(f)}{booting(f)}"


def slow(f: Facts) -> tuple[str, str] | None:
    """One is slower than the others."""
    slow = [i for i, speed in enumerate(f.speeds[: len(f.up)]) if speed < 0.999 * max(f.speeds[: len(f.up)])]
    if not slow or len(f.up) < 2:
        return None
    i = max(slow, key=lambda k: f.busy[k])
    speed = f"Server {i + 1} works at {percent(f.speeds[i] / max(f.speeds))} of the others' speed"
    tail = f.tail_in_queue[i] if i < len(f.tail_in_queue) else 0.0
    if f.algorithm in ADAPTIVE:
        others = mean([busy for k, busy in enumerate(f.busy) if k != i])
        return f"slow-adaptive-{i}", (
            f"{speed}, so its answers take longer, and {name(f)} sends it {percent(ratio(f, i))} of the requests "
            f"instead of {percent(1 / len(f.up))}. It is {f.busy[i]:.0f} % busy, the others {others:.0f} %."
        )
    told = f"{speed}, and {name(f)} still sends it {share(f, i)}."
    if f.busy[i] < FULL_PERCENT - 10 and f.waiting[i] < 3:
        return f"slow-room-{i}", f"{told} It is {f.busy[i]:.0f} % busy and still keeps up: slow alone is not yet a queue."
    whole = round(f.waiting[i])
    state = f"{f.busy[i]:.0f} % busy, a mean queue of {count(whole) if whole else 'less than one'}"
    blame = f", and {percent(tail)} of the time of the slowest 1 % spent in it." if tail >= 0.1 else "."
    return f"slow-{i}", f"{told} In {lately(f)}: {state}{blame}"


def hot(f: Facts) -> tuple[str, str] | None:
    """One server is full and the others are not, though all are alike."""
    full = [i for i, busy in enumerate(f.busy) if busy >= FULL_PERCENT and f.waiting[i] >= 3]
    if not full or len(full) == len(f.busy):
        return None
    i = max(full, key=lambda k: f.waiting[k])
    return f"hot-{i}", (
        f"{capital(servers(full))} {'is' if len(full) == 1 else 'are'} full while others have room: {name(f)} does not see queues. "
        f"Server {i + 1} gets {percent(ratio(f, i))} of the requests, and {queue(f, i)}."
    )


def uneven(f: Facts) -> tuple[str, str] | None:
    """One gets more than the others, and has room."""
    usual = mean(f.taken)
    if f.algorithm == "round_robin":
        return None  # what is uneven there is that a server has just come
    if usual <= 0 or max(f.taken) < 1.25 * usual or len(f.taken) < 2:
        return None
    i = f.taken.index(max(f.taken))
    more = f"{max(f.taken) / usual:.1f} times the mean"
    return f"uneven-{i}", f"{name(f).capitalize()} sends {more} to server {i + 1}. It is {f.busy[i]:.0f} % busy, so there is room."
