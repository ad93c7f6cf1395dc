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
from dashboard.words import figure, plural, t


def nobody(f: Facts) -> tuple[str, str] | None:
    """Nobody is left to answer."""
    if not any(f.up) and len(f.up) == 1:
        if f.colocated:
            return "nobody", t("The only server is down, and the database with it: nobody can answer, so every request fails.")
        return "nobody", t("The only server is down: nobody can answer, so every request fails.")
    if not any(f.up):
        return "nobody", t("All {number} servers are down: nobody can answer, so every request fails.", number=count(len(f.up)))
    if not any(f.seen):
        return "nobody", t("The balancer believes that no server is healthy, so it turns every request away at once.")
    return None


def down(f: Facts) -> tuple[str, str] | None:
    """Some servers are down, or just up again."""
    gone = [i for i, up in enumerate(f.up) if not up]
    unnoticed = [i for i in gone if f.seen[i]]
    back = [i for i, up in enumerate(f.up) if up and not f.seen[i]]
    if unnoticed:
        i = unnoticed[0]
        part = share(f, i)
        return f"unnoticed-{i}", t(
            "Server {number} is down and the balancer has not noticed yet: {algorithm} still sends it {share}, "
            "and all of those fail. Failed health checks will take it out.",
            number=i + 1, algorithm=name(f), share=part,
        )  # fmt: skip
    if gone:
        rest = sum(f.up)
        load = mean([f.busy[k] for k in range(len(f.up)) if f.up[k]])
        end = t("That is more than they can do, so queues grow.") if load >= FULL_PERCENT else t("Nobody fails any more.")
        noticed = plural(
            "The balancer noticed that {servers} is down and sends nothing there.",
            "The balancer noticed that {servers} are down and sends nothing there.", len(gone), servers=servers(gone),
        )  # fmt: skip
        others = (
            t("The other {number} share the traffic and are {busy} % busy.", number=count(rest), busy=figure(load))
            if rest > 1
            else t("The last one carries the traffic and is {busy} % busy.", busy=figure(load))
        )
        return f"out-{len(gone)}-{load >= FULL_PERCENT}", f"{noticed} {others} {end}"
    if back:
        return f"back-{back[0]}", t(
            "Server {number} is up again and empty. It gets no requests until it has passed its health checks.", number=back[0] + 1
        )
    return None


def failing(f: Facts) -> tuple[str, str] | None:
    """A server answers with errors."""
    bad = [i for i, failing in enumerate(f.failing) if failing and f.up[i]]
    if not bad:
        return None
    i = bad[0]
    why = (
        t("An answer that comes at once makes it look idle, so {algorithm} sends it {share}.", algorithm=name(f), share=share(f, i))
        if f.algorithm in ADAPTIVE
        else t("{algorithm} does not look at answers and sends it {share}.", algorithm=name(f).capitalize(), share=share(f, i))
    )
    what = t("Server {number} answers with errors, fast, and passes its health checks.", number=i + 1)
    return f"failing-{i}", f"{what} {why}"


def starting(f: Facts) -> tuple[str, str] | None:
    """Servers that boot."""
    if not f.starting:
        return None
    return f"starting-{f.starting}", plural(
        "{new} new server is starting. Until it is ready, the other {others} carry everything: they are {busy} % busy.",
        "{new} new servers are starting. Until they are ready, the other {others} carry everything: they are {busy} % busy.",
        f.starting, new=count(f.starting).capitalize(), others=count(len(f.up)), busy=figure(mean(f.busy)),
    )  # fmt: skip


def overload(f: Facts) -> tuple[str, str] | None:
    """All servers are full: more comes than they can do, or they work off what has queued."""
    working = [i for i, up in enumerate(f.up) if up and f.seen[i]]
    if mean([f.busy[i] for i in working]) < FULL_PERCENT or min(f.busy[i] for i in working) < FULL_PERCENT - 5:
        return None
    late = " " + t("{share} of the clients give up.", share=percent(f.timeouts)) if f.timeouts >= 0.005 else ""
    many = plural("{number} server", "{number} servers", len(working), number=count(len(working)))
    return "overload", t("Every server is full: {cause}", cause=pressing(f, many)) + late + wasted(f) + booting(f)


def slow(f: Facts) -> tuple[str, str] | None:
    """One is slower than the others."""
    slow = [i for i, speed in enumerate(f.speeds[: len(f.up)]) if speed < 0.999 * max(f.speeds[: len(f.up)])]
    if not slow or len(f.up) < 2:
        return None
    i = max(slow, key=lambda k: f.busy[k])
    values = {"number": i + 1, "speed": percent(f.speeds[i] / max(f.speeds)), "algorithm": name(f), "busy": figure(f.busy[i])}
    tail = f.tail_in_queue[i] if i < len(f.tail_in_queue) else 0.0
    if f.algorithm in ADAPTIVE:
        others = mean([busy for k, busy in enumerate(f.busy) if k != i])
        return f"slow-adaptive-{i}", t(
            "Server {number} works at {speed} of the others' speed, so its answers take longer, and {algorithm} sends it {share} "
            "of the requests instead of {fair}. It is {busy} % busy, the others {others} %.",
            share=percent(ratio(f, i)), fair=percent(1 / len(f.up)), others=figure(others), **values,
        )  # fmt: skip
    told = t(
        "Server {number} works at {speed} of the others' speed, and {algorithm} still sends it {share}.",
        share=share(f, i),
        **values,
    )
    if f.busy[i] < FULL_PERCENT - 10 and f.waiting[i] < 3:
        room = t("It is {busy} % busy and still keeps up: slow alone is not yet a queue.", **values)
        return f"slow-room-{i}", f"{told} {room}"
    whole = round(f.waiting[i])
    values |= {"window": lately(f), "length": count(whole) if whole else t("less than one"), "share": percent(tail)}
    state = (
        t("In {window}: {busy} % busy, a mean queue of {length}, and {share} of the time of the slowest 1 % spent in it.", **values)
        if tail >= 0.1
        else t("In {window}: {busy} % busy, a mean queue of {length}.", **values)
    )
    return f"slow-{i}", f"{told} {state}"


def hot(f: Facts) -> tuple[str, str] | None:
    """One server is full and the others are not, though all are alike."""
    full = [i for i, busy in enumerate(f.busy) if busy >= FULL_PERCENT and f.waiting[i] >= 3]
    if not full or len(full) == len(f.busy):
        return None
    i = max(full, key=lambda k: f.waiting[k])
    blind = plural(
        "{servers} is full while others have room: {algorithm} does not see queues.",
        "{servers} are full while others have room: {algorithm} does not see queues.", len(full),
        servers=capital(servers(full)), algorithm=name(f),
    )  # fmt: skip
    gets = t(
        "Server {number} gets {share} of the requests, and {queue}.", number=i + 1, share=percent(ratio(f, i)), queue=queue(f, i)
    )
    return f"hot-{i}", f"{blind} {gets}"


def uneven(f: Facts) -> tuple[str, str] | None:
    """One gets more than the others, and has room."""
    usual = mean(f.taken)
    if f.algorithm == "round_robin":
        return None  # what is uneven there is that a server has just come
    if usual <= 0 or max(f.taken) < 1.25 * usual or len(f.taken) < 2:
        return None
    i = f.taken.index(max(f.taken))
    return f"uneven-{i}", t(
        "{algorithm} sends {times} times the mean to server {number}. It is {busy} % busy, so there is room.",
        algorithm=name(f).capitalize(), number=i + 1, times=figure(max(f.taken) / usual, 1, grouped=False), busy=figure(f.busy[i]),
    )  # fmt: skip
