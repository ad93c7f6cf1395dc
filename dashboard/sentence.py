"""The sentence: what just happened and why, in plain words, computed from a slice of the run.

`describe` is pure: the same facts give the same words. It knows nothing of asks, nor of where the words are shown.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard.payload import Tail, server_count, shown
from dashboard.window import Over, over
from engine.reading import Reading
from engine.system import System

EVERY_S = 0.2
"""Time between two looks: the page takes all its numbers from the instant of a look."""
FULL_PERCENT = 95
ADAPTIVE = {"least_connections": "least connections", "power_of_two": "two choices", "least_latency": "least latency"}
NAMES = ADAPTIVE | {
    "round_robin": "round robin",
    "weighted_round_robin": "weighted round robin",
    "random": "random choice",
    "client_hash": "hashing by client",
    "consistent_hash": "consistent hashing",
}
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Facts:
    """What a sentence may speak of, over the trailing window; one entry a server."""

    algorithm: str
    rate: float
    """Requests that arrive in a second."""
    busy: tuple[float, ...]
    """In percent."""
    waiting: tuple[float, ...]
    """Mean length of its queue."""
    taken: tuple[float, ...]
    """Attempts that reached it in a second."""
    up: tuple[bool, ...]
    seen: tuple[bool, ...]
    speeds: tuple[float, ...]
    queue_growth: float = 0.0
    """Requests by which all queues grew in a second."""
    database_busy: float = 0.0
    database_waiting: float = 0.0
    tail_in_queue: tuple[float, ...] = ()
    """Share of the time of the slowest 1 % that was spent in this server's queue."""
    failing: tuple[bool, ...] = ()
    """Whether the server answers with errors at once."""
    errors: float = 0.0
    timeouts: float = 0.0
    starting: int = 0
    """Servers that were added and do not take requests yet."""
    window_s: float = 1.0


def describe(facts: Facts) -> tuple[str, str]:
    """The kind of situation and its sentence."""
    for look in (_nobody, _down, _failing, _starting, _overload, _database, _slow, _hot, _uneven):
        said = look(facts)
        if said:
            return said
    return _calm(facts)


def _nobody(f: Facts) -> tuple[str, str] | None:
    if not any(f.up):
        return "nobody", f"All {_count(len(f.up))} servers are down: nobody can answer, so every request fails."
    if not any(f.seen):
        return "nobody", "The balancer believes that no server is healthy, so it turns every request away at once."
    return None


def _down(f: Facts) -> tuple[str, str] | None:
    down = [i for i, up in enumerate(f.up) if not up]
    unnoticed = [i for i in down if f.seen[i]]
    back = [i for i, up in enumerate(f.up) if up and not f.seen[i]]
    if unnoticed:
        i = unnoticed[0]
        share = _share(f, i)
        return f"unnoticed-{i}", (
            f"Server {i + 1} is down and the balancer has not noticed yet: {_name(f)} still sends it {share}, "
            "and all of those fail. Failed health checks will take it out."
        )
    if down:
        i, rest = down[0], sum(f.up)
        load = _mean([f.busy[k] for k in range(len(f.up)) if f.up[k]])
        end = "That is more than they can do, so queues grow." if load >= FULL_PERCENT else "Nobody fails any more."
        return f"out-{len(down)}-{load >= FULL_PERCENT}", (
            f"The balancer noticed that {_servers(down)} {'is' if len(down) == 1 else 'are'} down and sends nothing there. "
            f"The other {_count(rest)} share the traffic and are {load:.0f} % busy. {end}"
        )
    if back:
        return f"back-{back[0]}", (
            f"Server {back[0] + 1} is up again and empty. It gets no requests until it has passed its health checks."
        )
    return None


def _failing(f: Facts) -> tuple[str, str] | None:
    bad = [i for i, failing in enumerate(f.failing) if failing and f.up[i]]
    if not bad:
        return None
    i = bad[0]
    why = (
        f"An answer that comes at once makes it look idle, so {_name(f)} sends it {_share(f, i)}."
        if f.algorithm in ADAPTIVE
        else f"{_name(f).capitalize()} does not look at answers and sends it {_share(f, i)}."
    )
    return f"failing-{i}", f"Server {i + 1} answers with errors, fast, and passes its health checks. {why}"


def _starting(f: Facts) -> tuple[str, str] | None:
    if not f.starting:
        return None
    new = f"{_count(f.starting).capitalize()} new server{' is' if f.starting == 1 else 's are'} starting"
    ready = "it is ready" if f.starting == 1 else "they are ready"
    return (
        f"starting-{f.starting}",
        f"{new}. Until {ready}, the other {_count(len(f.up))} carry everything: they are {_mean(f.busy):.0f} % busy.",
    )


def _overload(f: Facts) -> tuple[str, str] | None:
    working = [i for i, up in enumerate(f.up) if up and f.seen[i]]
    if _mean([f.busy[i] for i in working]) < FULL_PERCENT or min(f.busy[i] for i in working) < FULL_PERCENT - 5:
        return None
    grows = f" Together the queues grow by {f.queue_growth:,.0f} requests every second." if f.queue_growth >= 1 else ""
    late = f" {_percent(f.timeouts)} of the clients give up." if f.timeouts >= 0.005 else ""
    many = f"{_count(len(working))} server{'' if len(working) == 1 else 's'}"
    return "overload", f"Every server is full: {f.rate:,.0f} requests arrive in a second, more than {many} can do.{grows}{late}"


def _database(f: Facts) -> tuple[str, str] | None:
    if f.database_busy < FULL_PERCENT:
        return None
    return "database", (
        f"The database is the bottleneck: it is {f.database_busy:.0f} % busy and {f.database_waiting:,.0f} queries wait "
        "on average, "
        f"while the servers compute only {_mean(f.busy):.0f} % of the time. Another server would not help."
    )


def _slow(f: Facts) -> tuple[str, str] | None:
    slow = [i for i, speed in enumerate(f.speeds[: len(f.up)]) if speed < 0.999 * max(f.speeds[: len(f.up)])]
    if not slow or len(f.up) < 2:
        return None
    i = max(slow, key=lambda k: f.busy[k])
    speed = f"Server {i + 1} works at {_percent(f.speeds[i] / max(f.speeds))} of the others' speed"
    tail = f.tail_in_queue[i] if i < len(f.tail_in_queue) else 0.0
    if f.algorithm in ADAPTIVE:
        others = _mean([busy for k, busy in enumerate(f.busy) if k != i])
        return f"slow-adaptive-{i}", (
            f"{speed}, so its answers take longer, and {_name(f)} sends it {_percent(_ratio(f, i))} of the requests "
            f"instead of {_percent(1 / len(f.up))}. It is {f.busy[i]:.0f} % busy, the others {others:.0f} %."
        )
    told = f"{speed}, and {_name(f)} still sends it {_share(f, i)}."
    if f.busy[i] < FULL_PERCENT - 10 and f.waiting[i] < 3:
        return f"slow-room-{i}", f"{told} It is {f.busy[i]:.0f} % busy and still keeps up: slow alone is not yet a queue."
    whole = round(f.waiting[i])
    queue = f"{f.busy[i]:.0f} % busy, a mean queue of {_count(whole) if whole else 'less than one'}"
    blame = f", and {_percent(tail)} of the time of the slowest 1 % spent in it." if tail >= 0.1 else "."
    return f"slow-{i}", f"{told} In {_lately(f)}: {queue}{blame}"


def _hot(f: Facts) -> tuple[str, str] | None:
    """One server is full and the others are not, though all are alike."""
    full = [i for i, busy in enumerate(f.busy) if busy >= FULL_PERCENT and f.waiting[i] >= 3]
    if not full or len(full) == len(f.busy):
        return None
    i = max(full, key=lambda k: f.waiting[k])
    return f"hot-{i}", (
        f"{_servers(full)} {'is' if len(full) == 1 else 'are'} full while others have room: {_name(f)} does not see queues. "
        f"Server {i + 1} gets {_percent(_ratio(f, i))} of the requests, and {_queue(f, i)}."
    )


def _uneven(f: Facts) -> tuple[str, str] | None:
    mean = _mean(f.taken)
    if mean <= 0 or max(f.taken) < 1.25 * mean or len(f.taken) < 2:
        return None
    i = f.taken.index(max(f.taken))
    more = f"{max(f.taken) / mean:.1f} times the mean"
    return f"uneven-{i}", f"{_name(f).capitalize()} sends server {i + 1} {more}. It is {f.busy[i]:.0f} % busy, so there is room."


def _calm(f: Facts) -> tuple[str, str]:
    if sum(f.waiting) < len(f.waiting):
        queues = "hardly anybody waits"
    else:
        queues = f"on average {sum(f.waiting):,.0f} requests wait, because they do not come evenly"
    if len(f.up) == 1:
        return "calm", f"One server takes {f.rate:,.0f} requests a second. It is {_mean(f.busy):.0f} % busy and {queues}."
    shares = f"{_name(f).capitalize()} shares {f.rate:,.0f} requests a second"
    return "calm", f"{shares}. The servers are {_mean(f.busy):.0f} % busy and {queues}."


def sentences(
    piece: dict[str, Any], result: Any, system: System, tail: Tail, cuts: list[Reading], failing: frozenset[int] = frozenset()
) -> list[list[Any]]:
    """[[t_s, key, text, nodes]] for one stretch of a run; `tail` and `cuts` reach back before it."""
    rows = len(piece["series"]["offered_rate"])
    stride = max(1, round(EVERY_S / piece["step_s"]))
    grouped, there = "size" in piece["nodes"], shown(result)
    said: list[list[Any]] = []
    for row in sorted({0, *range(stride - 1, rows, stride), rows - 1} if rows else set()):
        end_ns = result.readings[row + 1].time_ns
        window = over(cuts, end_ns, piece["window_s"], server_count(result))
        key, text = describe(_facts(piece, result, system, row, window, tail, failing))
        nodes = None if grouped else {
            "busy": np.rint(window.busy[there]).astype(int).tolist(),
            "waiting": np.round(window.waiting[there], 1).tolist(),
            "taken": np.round(window.taken[there], 1).tolist(),
        }  # fmt: skip
        said.append([round(end_ns / 1e9, 3), key, text, nodes])
    return said


def _facts(
    piece: dict[str, Any], result: Any, system: System, row: int, window: Over, tail: Tail, failing: frozenset[int]
) -> Facts:
    """The facts of the trailing window at a row's end: the one that the row's series tell of."""
    lines, many = result.node_timeline, server_count(result)
    taking_part = np.flatnonzero(lines["takes_part"][row, :many])
    series, speeds = piece["series"], system.servers.speeds
    end_ns = result.readings[row + 1].time_ns
    blame = tail_in_queue(tail, many, end_ns - round(window.span_s * 1e9), end_ns)
    return Facts(
        algorithm=system.balancer.algorithm,
        rate=series["offered_rate"][row],
        busy=tuple(window.busy[taking_part]),
        waiting=tuple(window.waiting[taking_part]),
        taken=tuple(window.taken[taking_part]),
        up=tuple(lines["up"][row, taking_part] > 0),
        seen=tuple(lines["believed_healthy"][row, taking_part] > 0),
        speeds=tuple(speeds[i] if i < len(speeds) else 1.0 for i in taking_part),
        queue_growth=float(window.growth[taking_part].sum()),
        database_busy=float(window.busy[many]),
        database_waiting=float(window.waiting[many]),
        tail_in_queue=tuple(blame[i] for i in taking_part),
        failing=tuple(i in failing for i in taking_part),
        timeouts=series["errors.timeout"][row],
        starting=int((lines["up"][row, : system.servers.count] == 0)[lines["takes_part"][row, : system.servers.count] == 0].sum()),
        window_s=window.span_s,
    )


def tail_in_queue(tail: Tail, servers: int, after_ns: int, until_ns: int) -> tuple[float, ...]:
    """Of the time of the slowest 1 % of those served in this window, the share that was spent in each server's queue."""
    low, high = np.searchsorted(tail.ended, [after_ns, until_ns], "right")
    served = low + np.flatnonzero(tail.outcome[low:high] == 0)
    if len(served) < 100:
        return (0.0,) * servers
    latency = tail.latency[served]
    slowest = served[np.argsort(latency, kind="stable")[-max(1, len(served) // 100) :]]
    by_server = np.bincount(np.maximum(tail.home[slowest], 0), tail.queued[slowest], minlength=servers)[:servers]
    return tuple(by_server / max(1, tail.latency[slowest].sum()))


def _name(f: Facts) -> str:
    return NAMES.get(f.algorithm, f.algorithm.replace("_", " "))


def _ratio(f: Facts, i: int) -> float:
    return f.taken[i] / max(sum(f.taken), 1e-9)


def _share(f: Facts, i: int) -> str:
    """The share of the requests that a server gets, said as people say it."""
    ratio = _ratio(f, i)
    parts = round(1 / ratio) if ratio > 0 else 0
    ordinal = {2: "every second", 3: "every third", 4: "every fourth", 5: "every fifth", 6: "every sixth"}.get(parts)
    if ordinal and abs(ratio * parts - 1) < 0.06:
        return f"{ordinal} request"
    return f"{_percent(ratio)} of the requests"


def _queue(f: Facts, i: int) -> str:
    whole = round(f.waiting[i])
    if whole < 1:
        return "hardly anybody waits there"
    return f"its queue was {_count(whole)} long on average over {_lately(f)}"


def _lately(f: Facts) -> str:
    seconds = round(f.window_s)
    return "the last second" if seconds <= 1 else f"the last {_count(seconds)} seconds"


def _count(number: int) -> str:
    return COUNTS[number] if 0 <= number < len(COUNTS) else f"{number:,}"


def _servers(which: list[int]) -> str:
    if len(which) == 1:
        return f"server {which[0] + 1}"
    if len(which) > 4:
        return f"{_count(len(which))} servers"
    return "servers " + ", ".join(str(i + 1) for i in which[:-1]) + f" and {which[-1] + 1}"


def _percent(ratio: float) -> str:
    return f"{100 * ratio:.0f} %"


def _mean(values: Any) -> float:
    return float(np.mean(values)) if len(values) else 0.0
