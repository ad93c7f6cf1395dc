"""The database: who is down, who took over, what lags, what is full and why. Each look gives a key and a sentence, or None."""

from dashboard.sentences.facts import DatabaseNode, Facts
from dashboard.sentences.words import FULL_PERCENT, capital, lately, listed, mean, percent, seconds, span

PROMOTED_TOLD_S = 20.0
"""For so long after its promotion a new primary is spoken of; then it is one like any other."""


def called(f: Facts, node: DatabaseNode) -> str:
    """What a node is called in a sentence."""
    if len(f.database) == 1:
        return "the database"
    role = "the primary" if node.primary else f"replica {node.member}" if node.member else "the old primary"
    group = part(f, node.group)
    return f"{role} of {group}" if group else role


def part(f: Facts, group: int) -> str:
    """What a group of nodes is called; nothing where there is one."""
    functions = len(f.functions)
    name = f"{f.functions[group % functions]}' database" if functions > 1 else ""
    shard = f"shard {group // functions + 1}" if f.shards > 1 else ""
    return f"{shard} of {name}" if name and shard else shard or name


def primary_down(f: Facts) -> tuple[str, str] | None:
    """A group without a primary that is up, or one where a replica has just taken over."""
    gone = [node for node in f.database if node.primary and not node.up]
    if gone:
        node = gone[0]
        if len(f.database) == 1 or f.replication is None:
            return (
                "no-database",
                f"{capital(called(f, node))} is down. What needs it fails at once: {_failed(f)} of the requests in {lately(f)}.",
            )
        others = [one for one in f.database if one.group == node.group and one.up]
        reads = "Reads still find replicas" if others and f.replication.read_from != "primary" else "Reads need it too"
        then = (
            f"After {seconds(f.replication.failover_s)} without it a replica is promoted."
            if f.replication.failover_s is not None and others
            else "Nobody is promoted, so this lasts until it recovers."
        )
        return f"primary-{node.group}", (
            f"{capital(called(f, node))} is down, so no write there can be committed: {_failed(f)} of the requests failed "
            f"in {lately(f)}. "
            f"{reads}. {then}"
        )
    promoted = [node for node in f.database if node.primary and node.member]
    if f.replication and (f.replication.crashed_s or 0) > (f.replication.failover_s or 0) + PROMOTED_TOLD_S:
        return None
    lost = f.replication.lost_writes if f.replication else 0
    old = [node for node in f.database if promoted and node.group == promoted[0].group and not node.member]
    if promoted and (lost or (old and not old[0].up)):
        node = promoted[0]
        words = f"Replica {node.member} was promoted and is the primary now: writes are committed again."
        gone_writes = f" {lost:,} writes that had been confirmed were on no replica yet: they are lost." if lost else ""
        return f"promoted-{node.group}-{bool(lost)}", words + gone_writes
    return None


def replica_down(f: Facts) -> tuple[str, str] | None:
    """Replicas that are down or cut off."""
    gone = [node for node in f.database if not node.up]
    if gone:
        node = gone[0]
        rest = [one for one in f.database if one.group == node.group and one.up and not one.primary]
        load = (
            mean([one.busy for one in rest])
            if rest
            else next(one.busy for one in f.database if one.primary and one.group == node.group)
        )
        who = (
            "The replicas that are left are"
            if len(rest) > 1
            else "The replica that is left is"
            if rest
            else "The primary reads for it and is"
        )
        return f"replica-{node.group}-{node.member}", (
            f"{capital(called(f, node))} is down and gets no reads. {who} {load:.0f} % busy; the writes it misses wait for it."
        )
    cut = f.replication.cut if f.replication else ()
    off = [node for node in f.database if (node.group, node.member) in cut and not node.primary]
    if off:
        return f"cut-{off[0].group}-{off[0].member}", (
            f"{capital(called(f, off[0]))} receives no writes and goes on answering as of then: "
            f"{percent(f.replication.stale_ratio)} of the reads were stale in {lately(f)}. Nothing looks broken."
        )
    return None


def full(f: Facts) -> tuple[str, str] | None:
    """A full database, and why."""
    busiest = [node for node in f.database if node.busy >= FULL_PERCENT]
    if f.colocated:
        return None
    if not busiest and f.database_busy < FULL_PERCENT:
        return None
    idle = f"while the servers compute only {mean(f.busy):.0f} % of the time. Another server would not help."
    if busiest and len(busiest) < len(f.database):
        return _some_full(f, busiest)
    why = ""
    if f.caching is not None and f.caching.hit_ratio is not None:
        why = f" The cache answers only {percent(f.caching.hit_ratio)} of the look-ups; the rest comes here."
        if not f.caching.coalescing:
            why += " Whoever misses asks, even for what another is fetching."
        if f.caching.up == 0:
            why = " No cache node is up, so every read comes here."
    all_of = "Every node of the database is" if len(f.database) > 1 else "The database is the bottleneck: it is"
    return "database", (f"{all_of} {f.database_busy:.0f} % busy and {f.database_waiting:,.0f} queries wait on average, {idle}{why}")


def _some_full(f: Facts, busiest: list[DatabaseNode]) -> tuple[str, str]:
    """Some nodes are full and others are not."""
    groups = {node.group for node in busiest}
    if len({node.group for node in f.database}) > len(groups):
        node = busiest[0]
        others = mean([one.busy for one in f.database if one.group not in groups])
        return f"hot-{node.group}", (
            f"{capital(part(f, node.group))} is full ({node.busy:.0f} % busy), the others are {others:.0f} % busy: some "
            f"keys are asked for "
            "far more than others, and they live there."
        )
    if all(node.primary for node in busiest):
        return "writes", (
            f"The primary is full ({busiest[0].busy:.0f} % busy): every write goes there, however many replicas there are. "
            f"Replicas are {mean([one.busy for one in f.database if not one.primary]):.0f} % busy."
        )
    if not any(node.primary for node in busiest):
        lag = f.replication.lag_ms if f.replication else None
        late = f" They apply what was written only after {span(lag)}, and reads there are as old." if lag else ""
        names = listed([called(f, node) for node in busiest[:3]])
        return (
            "reads",
            f"{capital(names)} {'is' if len(busiest) == 1 else 'are'} full: reads and applied writes share the same "
            f"connections.{late}",
        )
    names = listed([called(f, node) for node in busiest[:3]])
    return "database", f"The database is the bottleneck: {names} {'is' if len(busiest) == 1 else 'are'} full."


def lagging(f: Facts) -> tuple[str, str] | None:
    """Much lag, without a full node."""
    told = f.replication
    if told is None or told.lag_ms is None or told.lag_ms < 500 or told.read_from == "primary" or told.stale_ratio < 0.01:
        return None
    own = f" {told.violations:,} of the users did not see their own last write." if told.violations else ""
    return "lagging", (
        f"Replicas show a write after {span(told.lag_ms)}. Reads go there, so {percent(told.stale_ratio)} of them were "
        f"stale in {lately(f)}.{own}"
    )


def _failed(f: Facts) -> str:
    return percent(f.errors)
