"""What it costs: prices that replace those of the list, and what a bill must assume because nothing else says it."""

from engine.system.base import Part, field


class Prices(Part):
    """Prices that replace those of the dated list, and the sizes that a bill assumes."""

    server_vcpu_hour: float | None = field(
        None,
        "Price of one vCPU for an hour. With it or the price of memory, servers cost in proportion to their size; empty: the list.",
        unit="$",
        ge=0,
        le=1e6,
        step=0.01,
    )
    server_memory_gb_hour: float | None = field(
        None,
        "Price of one GB of a server's memory for an hour; empty: the list.",
        unit="$",
        ge=0,
        le=1e6,
        step=0.001,
    )
    database_vcpu_hour: float | None = field(
        None,
        "Price of one vCPU of a database node, primary or replica, for an hour; empty: the list.",
        unit="$",
        ge=0,
        le=1e6,
        step=0.01,
    )
    storage_gb_month: float | None = field(
        None, "Price of storing one GB in a database node for a month; empty: the list.", unit="$", ge=0, le=1e6, step=0.01
    )
    cache_gb_hour: float | None = field(
        None, "Price of one GB of a cache node for an hour; empty: nodes of the list.", unit="$", ge=0, le=1e6, step=0.001
    )
    balancer_hour: float | None = field(
        None, "Price of the load balancer for an hour; empty: the list.", unit="$", ge=0, le=1e6, step=0.01
    )
    balancer_gb_price: float | None = field(
        None, "Price of one GB that passes the load balancer; empty: the list.", unit="$", ge=0, le=1e6, step=0.001
    )
    traffic_gb_price: float | None = field(
        None, "Price of one GB from the origin to people; empty: the list, by amount.", unit="$", ge=0, le=1e6, step=0.01
    )
    cdn_gb_price: float | None = field(
        None,
        "Price of one GB from the CDN to people; empty: the list, by amount.",
        unit="$",
        ge=0,
        le=1e6,
        step=0.01,
    )
    cdn_10k_requests: float | None = field(
        None,
        "Price of 10,000 requests to the CDN; empty: the list.",
        unit="$",
        ge=0,
        le=1e6,
        step=0.001,
    )
    answer_kb: float = field(10.0, "Size of an answer to a read or a write (an assumption).", unit="kB", ge=0, le=1e6, scale="log")
    file_kb: float = field(50.0, "Size of a static file (an assumption).", unit="kB", ge=0, le=1e6, scale="log")
    item_kb: float = field(2.0, "Memory that one item takes in a cache (an assumption).", unit="kB", ge=0, le=1e6, scale="log")
    data_gb: float = field(100.0, "Storage that one copy of all data takes (an assumption).", unit="GB", ge=0, le=1e7, scale="log")
    connections_per_vcpu: float = field(
        2.0,
        "Connections for which a database node needs one vCPU (an assumption, after PostgreSQL's rule of two a core).",
        ge=0.01,
        le=10_000,
        scale="log",
    )
