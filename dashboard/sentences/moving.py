"""Items on their way to another shard: how many are still to come, and what that costs meanwhile."""

from dashboard.sentences.facts import Facts
from dashboard.sentences.words import mean, percent


def resharding(f: Facts) -> tuple[str, str] | None:
    """Items are being copied."""
    if not f.keys_moving:
        return None
    busy = mean([node.busy for node in f.database if node.primary])
    return "resharding", (
        f"Keys move to another shard: {f.keys_moving:,} ({percent(f.keys_moving / f.items)} of all) are still to be copied. "
        f"Copying is work for both databases, whose primaries are {busy:.0f} % busy, and a query of a key on its way waits."
    )
