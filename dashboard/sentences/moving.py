"""Items on their way to another shard: how many are still to come, and what that costs meanwhile."""

from dashboard.sentences.facts import Facts
from dashboard.sentences.words import mean, percent
from dashboard.words import figure, t


def resharding(f: Facts) -> tuple[str, str] | None:
    """Items are being copied."""
    if not f.keys_moving:
        return None
    busy = mean([node.busy for node in f.database if node.primary])
    return "resharding", t(
        "Keys move to another shard: {number} ({share} of all) are still to be copied. "
        "Copying is work for both databases, whose primaries are {busy} % busy, and a query of a key on its way waits.",
        number=figure(f.keys_moving), share=percent(f.keys_moving / f.items), busy=figure(busy),
    )  # fmt: skip
