"""Quiet days: what a system does when nothing is wrong, said of what its page is about. Each look gives a key "
"and a sentence, or None."""

from dashboard.sentences.facts import Facts
from dashboard.sentences.words import capital, count, lately, mean, name, percent, pressing, requests, span, times, wasted
from dashboard.words import figure, t


def scaling(f: Facts) -> tuple[str, str] | None:
    """The autoscaler, and servers that boot for it."""
    if not f.wanted:
        return None
    serving = sum(f.up)
    busy = mean([one for one, up in zip(f.busy, f.up) if up])
    if f.wanted > serving:
        return f"scaling-up-{f.wanted}", t(
            "The autoscaler wants {wanted} servers and {serving} serve: the others still boot, and until then those carry "
            "everything, {busy} % busy.",
            wanted=count(f.wanted), serving=count(serving), busy=figure(busy),
        )  # fmt: skip
    return "scaled", t(
        "The autoscaler keeps {wanted} servers: they are {busy} % busy, it aims for {target} %.",
        wanted=count(f.wanted), busy=figure(busy), target=figure(f.target),
    )  # fmt: skip


def one_machine(f: Facts) -> tuple[str, str] | None:
    """One server, with or without the database on it."""
    if len(f.up) != 1:
        return None
    busy, waiting = f.busy[0], f.waiting[0] + (f.database_waiting if f.colocated else 0)
    size = (
        " " + t(
            "On {number} vCPUs a request computes {longer} on one, because they wait for each other.",
            number=f.vcpus, longer=times(f.growth),
        )
        if f.growth >= 1.3
        else ""
    )  # fmt: skip
    if busy >= 95:
        late = " " + t("{share} of the clients give up.", share=percent(f.timeouts)) if f.timeouts >= 0.005 else ""
        return "one-full", t("The machine is full: {cause}", cause=pressing(f, t("it"))) + late + wasted(f) + size
    sharing = " " + t("The database shares its vCPUs.") if f.colocated else ""
    if busy >= 75:
        return "one-busy", t(
            "The machine is {busy} % busy. That is not full, and yet {waiting} on average: they do not come evenly, "
            "and behind one that takes long there is a queue.",
            busy=figure(busy), waiting=requests(waiting),
        )  # fmt: skip
    if waiting < 1:
        said = t(
            "One server takes {rate} requests a second. It is {busy} % busy and hardly anybody waits.",
            rate=figure(f.rate), busy=figure(busy),
        )  # fmt: skip
        return "calm", f"{said}{sharing}{size}"
    said = t(
        "One server takes {rate} requests a second. It is {busy} % busy and {waiting} on average.",
        rate=figure(f.rate), busy=figure(busy), waiting=requests(waiting),
    )  # fmt: skip
    return "calm", f"{said}{sharing}{size}"


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
        return "replicated-idle", t(
            "The primary answers all reads and is {busy} % busy. The replicas only apply what was written, {span} later.",
            busy=figure(primary[0].busy), span=span(told.lag_ms),
        )  # fmt: skip
    stale = (
        " " + t(
            "{share} of the reads in {window} did not see the newest write.", share=percent(told.stale_ratio), window=lately(f)
        )
        if told.stale_ratio >= 0.005
        else ""
    )  # fmt: skip
    return "replicated", t(
        "The replicas answer the reads and are {reading} % busy, the primary takes the writes and is {writing} % busy. A write "
        "shows on them after {span}.",
        reading=figure(mean([node.busy for node in replicas])), writing=figure(primary[0].busy), span=span(told.lag_ms),
    ) + stale  # fmt: skip


def sharded(f: Facts) -> tuple[str, str] | None:
    """Several groups of nodes on a calm day."""
    groups = sorted({node.group for node in f.database})
    if len(groups) < 2:
        return None
    taken = {group: sum(node.taken for node in f.database if node.group == group) for group in groups}
    most = max(taken, key=taken.get)
    total = sum(taken.values()) or 1.0
    what = t("functions") if f.shards == 1 else t("shards") if len(f.functions) == 1 else t("parts")
    return "sharded", t(
        "{number} {parts} share the queries, not equally: the busiest gets {share} instead of {fair}. Nodes are {busy} % busy on "
        "average.",
        number=count(len(groups)).capitalize(), parts=what, share=percent(taken[most] / total), fair=percent(1 / len(groups)),
        busy=figure(mean([node.busy for node in f.database])),
    )  # fmt: skip


def plain(f: Facts) -> tuple[str, str]:
    """Servers behind a balancer."""
    if sum(f.waiting) < len(f.waiting):
        queues = t("hardly anybody waits")
    else:
        queues = t("on average {number} requests wait, because they do not come evenly", number=figure(sum(f.waiting)))
    behind = " " + t("The database is {busy} % busy.", busy=figure(f.database_busy)) if f.database_busy >= 60 else ""
    return "calm", t(
        "{algorithm} shares {rate} requests a second. The servers are {busy} % busy and {queues}.",
        algorithm=capital(name(f)), rate=figure(f.rate), busy=figure(mean(f.busy)), queues=queues,
    ) + behind  # fmt: skip
