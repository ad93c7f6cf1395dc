"""Quiet days: what a system does when nothing is wrong, said of what its page is about. Each look gives a key "
"and a sentence, or None."""

from dashboard.sentences.facts import Facts
from dashboard.sentences.words import capital, count, lately, mean, name, percent, pressing, requests, span, times, wasted


def scaling(f: Facts) -> tuple[str, str] | None:
    """The autoscaler, and servers that boot for it."""
    if not f.wanted:
        return None
    serving = sum(f.up)
    busy = mean([one for one, up in zip(f.busy, f.up) if up])
    if f.wanted > serving:
        return f"scaling-up-{f.wanted}", (
            f"The autoscaler wants {count(f.wanted)} servers and {count(serving)} serve: the others still boot, and until then "
            f"those carry everything, {busy:.0f} % busy."
        )
    return "scaled", f"The autoscaler keeps {count(f.wanted)} servers: they are {busy:.0f} % busy, it aims for {f.target:.0f} %."


def one_machine(f: Facts) -> tuple[str, str] | None:
    """One server, with or without the database on it."""
    if len(f.up) != 1:
        return None
    busy, waiting = f.busy[0], f.waiting[0] + (f.database_waiting if f.colocated else 0)
    size = (
        f" On {f.vcpus} vCPUs a request computes {times(f.growth)} on one, because they wait for each other."
        if f.growth >= 1.3
        else ""
    )
    if busy >= 95:
        late = f" {percent(f.timeouts)} of the clients give up." if f.timeouts >= 0.005 else ""
        return "one-full", f"The machine is full: {pressing(f, 'it')}{late}{wasted(f)}{size}"
    sharing = " The database shares its vCPUs." if f.colocated else ""
    if busy >= 75:
        return "one-busy", (
            f"The machine is {busy:.0f} % busy. That is not full, and yet {requests(waiting)} on average: they do "
            f"not come evenly, "
            "and behind one that takes long there is a queue."
        )
    if waiting < 1:
        return (
            "calm",
            f"One server takes {f.rate:,.0f} requests a second. It is {busy:.0f} % busy and hardly anybody waits.{sharing}{size}",
        )
    return (
        "calm",
        f"One server takes {f.rate:,.0f} requests a second. It is {busy:.0f} % busy and {requests(waiting)} on "
        f"average.{sharing}{size}",
    )


def replicated(f: Facts) -> tuple[str, str] | None:
    """Copies of the database on a calm day."""
    told = f.replication
    if told is None or told.lag_ms is None or len({node.group for node in f.database}) > 1:
        return None
    primary = [node for node in f.database if node.primary]
    replicas = [node for node in f.database if not node.primary]
    if not primary or not replicas:
        return None
    if told.read_from == "primary":
        return "replicated-idle", (
            f"The primary answers all reads and is {primary[0].busy:.0f} % busy. The replicas only apply what was written, "
            f"{span(told.lag_ms)} later."
        )
    stale = (
        f" {percent(told.stale_ratio)} of the reads in {lately(f)} did not see the newest write."
        if told.stale_ratio >= 0.005
        else ""
    )
    return "replicated", (
        f"The replicas answer the reads and are {mean([node.busy for node in replicas]):.0f} % busy, the primary takes "
        f"the writes and is "
        f"{primary[0].busy:.0f} % busy. A write shows on them after {span(told.lag_ms)}.{stale}"
    )


def sharded(f: Facts) -> tuple[str, str] | None:
    """Several groups of nodes on a calm day."""
    groups = sorted({node.group for node in f.database})
    if len(groups) < 2:
        return None
    taken = {group: sum(node.taken for node in f.database if node.group == group) for group in groups}
    most = max(taken, key=taken.get)
    total = sum(taken.values()) or 1.0
    what = "functions" if f.shards == 1 else "shards" if len(f.functions) == 1 else "parts"
    return "sharded", (
        f"{count(len(groups)).capitalize()} {what} share the queries, not equally: the busiest gets "
        f"{percent(taken[most] / total)} instead of "
        f"{percent(1 / len(groups))}. Nodes are {mean([node.busy for node in f.database]):.0f} % busy on average."
    )


def plain(f: Facts) -> tuple[str, str]:
    """Servers behind a balancer."""
    if sum(f.waiting) < len(f.waiting):
        queues = "hardly anybody waits"
    else:
        queues = f"on average {sum(f.waiting):,.0f} requests wait, because they do not come evenly"
    shares = f"{capital(name(f))} shares {f.rate:,.0f} requests a second"
    behind = f" The database is {f.database_busy:.0f} % busy." if f.database_busy >= 60 else ""
    return "calm", f"{shares}. The servers are {mean(f.busy):.0f} % busy and {queues}.{behind}"
