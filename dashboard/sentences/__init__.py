"""Sentences: which situation the facts are, the most telling first. Pure: the same facts give the same words."""

from dashboard.sentences import calm, clients, database, moving, servers, stores
from dashboard.sentences.facts import Facts

LOOKS = (
    servers.nobody,
    database.primary_down,
    clients.breaker,
    servers.down,
    clients.spike,
    stores.cache_lost,
    stores.pops_down,
    database.replica_down,
    moving.resharding,
    servers.failing,
    clients.storm,
    servers.starting,
    clients.crowded,
    calm.one_machine,
    servers.overload,
    database.full,
    clients.shedding,
    database.lagging,
    servers.slow,
    servers.hot,
    servers.uneven,
    stores.stampede,
    calm.scaling,
    stores.delivered,
    stores.cached,
    calm.sharded,
    calm.replicated,
)


def describe(facts: Facts) -> tuple[str, str]:
    """The kind of situation and its sentence."""
    for look in LOOKS:
        said = look(facts)
        if said:
            return said
    return calm.plain(facts)
