"""The database: who is down, who took over, what lags, what is full and why. Each look gives a key and a sentence, or None."""

from dashboard.sentences.facts import DatabaseNode, Facts
from dashboard.sentences.words import FULL_PERCENT, capital, lately, listed, mean, percent, seconds, span
from dashboard.words import figure, plural, t

PROMOTED_TOLD_S = 20.0
"""For so long after its promotion a new primary is spoken of; then it is one like any other."""


def called(f: Facts, node: DatabaseNode) -> str:
    """What a node is called in a sentence."""
    if len(f.database) == 1:
        return t("the database")
    role = t("the primary") if node.primary else t("replica {number}", number=node.member) if node.member else t("the old primary")
    group = part(f, node.group)
    return t("{role} of {group}", role=role, group=group) if group else role


def part(f: Facts, group: int) -> str:
    """What a group of nodes is called; nothing where there is one."""
    functions = len(f.functions)
    name = t("{function}' database", function=f.functions[group % functions]) if functions > 1 else ""
    shard = t("shard {number}", number=group // functions + 1) if f.shards > 1 else ""
    return t("{role} of {group}", role=shard, group=name) if name and shard else shard or name


def primary_down(f: Facts) -> tuple[str, str] | None:
    """A group without a primary that is up, or one where a replica has just taken over."""
    gone = [node for node in f.database if node.primary and not node.up]
    if gone:
        node = gone[0]
        if len(f.database) == 1 or f.replication is None:
            return "no-database", t(
                "{node} is down. What needs it fails at once: {share} of the requests in {window}.",
                node=capital(called(f, node)), share=_failed(f), window=lately(f),
            )  # fmt: skip
        others = [one for one in f.database if one.group == node.group and one.up]
        reads = t("Reads still find replicas.") if others and f.replication.read_from != "primary" else t("Reads need it too.")
        then = (
            t("After {span} without it a replica is promoted.", span=seconds(f.replication.failover_s))
            if f.replication.failover_s is not None and others
            else t("Nobody is promoted, so this lasts until it recovers.")
        )
        down = t(
            "{node} is down, so no write there can be committed: {share} of the requests failed in {window}.",
            node=capital(called(f, node)), share=_failed(f), window=lately(f),
        )  # fmt: skip
        return f"primary-{node.group}", f"{down} {reads} {then}"
    promoted = [node for node in f.database if node.primary and node.member]
    if f.replication and (f.replication.crashed_s or 0) > (f.replication.failover_s or 0) + PROMOTED_TOLD_S:
        return None
    lost = f.replication.lost_writes if f.replication else 0
    old = [node for node in f.database if promoted and node.group == promoted[0].group and not node.member]
    if promoted and (lost or (old and not old[0].up)):
        node = promoted[0]
        words = t("Replica {number} was promoted and is the primary now: writes are committed again.", number=node.member)
        gone_writes = (
            " " + plural(
                "{number} write that had been confirmed was on no replica yet: it is lost.",
                "{number} writes that had been confirmed were on no replica yet: they are lost.", lost,
            )
            if lost
            else ""
        )  # fmt: skip
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
        texts = {
            0: t("The primary reads for it and is {busy} % busy; the writes it misses wait for it.", busy=figure(load)),
            1: t("The replica that is left is {busy} % busy; the writes it misses wait for it.", busy=figure(load)),
            2: t("The replicas that are left are {busy} % busy; the writes it misses wait for it.", busy=figure(load)),
        }
        gone_words = t("{node} is down and gets no reads.", node=capital(called(f, node)))
        return f"replica-{node.group}-{node.member}", f"{gone_words} {texts[min(2, len(rest))]}"
    cut = f.replication.cut if f.replication else ()
    off = [node for node in f.database if (node.group, node.member) in cut and not node.primary]
    if off:
        return f"cut-{off[0].group}-{off[0].member}", t(
            "{node} receives no writes and goes on answering as of then: {share} of the reads were stale in {window}. Nothing "
            "looks broken.",
            node=capital(called(f, off[0])), share=percent(f.replication.stale_ratio), window=lately(f),
        )  # fmt: skip
    return None


def full(f: Facts) -> tuple[str, str] | None:
    """A full database, and why."""
    busiest = [node for node in f.database if node.busy >= FULL_PERCENT]
    if f.colocated:
        return None
    if not busiest and f.database_busy < FULL_PERCENT:
        return None
    if busiest and len(busiest) < len(f.database):
        return _some_full(f, busiest)
    why = ""
    if f.caching is not None and f.caching.hit_ratio is not None:
        why = " " + t("The cache answers only {share} of the look-ups; the rest comes here.", share=percent(f.caching.hit_ratio))
        if not f.caching.coalescing:
            why += " " + t("Whoever misses asks, even for what another is fetching.")
        if f.caching.up == 0:
            why = " " + t("No cache node is up, so every read comes here.")
    values = {"busy": figure(f.database_busy), "waiting": figure(f.database_waiting), "computing": figure(mean(f.busy))}
    said = (
        t(
            "Every node of the database is {busy} % busy and {waiting} queries wait on average, while the servers compute only "
            "{computing} % of the time. Another server would not help.", **values,
        )
        if len(f.database) > 1
        else t(
            "The database is the bottleneck: it is {busy} % busy and {waiting} queries wait on average, while the servers compute "
            "only {computing} % of the time. Another server would not help.", **values,
        )
    )  # fmt: skip
    return "database", said + why


def _some_full(f: Facts, busiest: list[DatabaseNode]) -> tuple[str, str]:
    """Some nodes are full and others are not."""
    groups = {node.group for node in busiest}
    if len({node.group for node in f.database}) > len(groups):
        node = busiest[0]
        others = mean([one.busy for one in f.database if one.group not in groups])
        return f"hot-{node.group}", t(
            "{node} is full ({busy} % busy), the others are {others} % busy: some keys are asked for far more than others, and "
            "they live there.",
            node=capital(part(f, node.group)), busy=figure(node.busy), others=figure(others),
        )  # fmt: skip
    if all(node.primary for node in busiest):
        return "writes", t(
            "The primary is full ({busy} % busy): every write goes there, however many replicas there are. Replicas are {others} % "
            "busy.",
            busy=figure(busiest[0].busy), others=figure(mean([one.busy for one in f.database if not one.primary])),
        )  # fmt: skip
    if not any(node.primary for node in busiest):
        lag = f.replication.lag_ms if f.replication else None
        late = " " + t("They apply what was written only after {span}, and reads there are as old.", span=span(lag)) if lag else ""
        names = listed([called(f, node) for node in busiest[:3]])
        said = plural(
            "{names} is full: reads and applied writes share the same connections.",
            "{names} are full: reads and applied writes share the same connections.", len(busiest), names=capital(names),
        )  # fmt: skip
        return "reads", said + late
    names = listed([called(f, node) for node in busiest[:3]])
    return "database", plural(
        "The database is the bottleneck: {names} is full.", "The database is the bottleneck: {names} are full.", len(busiest),
        names=names,
    )  # fmt: skip


def lagging(f: Facts) -> tuple[str, str] | None:
    """Much lag, without a full node."""
    told = f.replication
    if told is None or told.lag_ms is None or told.lag_ms < 500 or told.read_from == "primary" or told.stale_ratio < 0.01:
        return None
    unseen = t("{number} of the users did not see their own last write.", number=figure(told.violations))
    own = f" {unseen}" if told.violations else ""
    return "lagging", t(
        "Replicas show a write after {span}. Reads go there, so {share} of them were stale in {window}.",
        span=span(told.lag_ms), share=percent(told.stale_ratio), window=lately(f),
    ) + own  # fmt: skip


def _failed(f: Facts) -> str:
    return percent(f.errors)
