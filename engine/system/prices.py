"""What it costs."""

from engine.system.base import Part, field


class Prices(Part):
    """Prices that replace those of the dated list."""

    server_vcpu_hour: float | None = field(
        None, "Price of one vCPU for an hour; empty: from the list.", unit="$", ge=0, le=1e6, later="the price list"
    )
