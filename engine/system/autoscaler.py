"""Who adds servers, and when."""

from engine.system.base import MAX_LISTED, Part, field


class Autoscaler(Part):
    """The autoscaler, with the formula of the Kubernetes Horizontal Pod Autoscaler."""

    enabled: bool = field(False, "Whether the number of servers follows the load; it begins with `servers.count`.")
    min: int = field(1, "Fewest servers; where it exceeds the most, the most counts.", ge=1, le=MAX_LISTED)
    max: int = field(10, "Most servers.", ge=1, le=MAX_LISTED)
    target_utilisation: float = field(
        0.7, "Mean utilisation of the servers' vCPUs that it aims for.", unit="%", ge=0.01, le=1, step=0.01
    )
    interval_s: float = field(15.0, "Time between two decisions.", unit="s", ge=0.1, le=3_600, scale="log")
    scale_up_cooldown_s: float = field(
        0.0,
        "The number rises only to the lowest that was asked for during this time (stabilisation window).",
        unit="s",
        ge=0,
        le=1e5,
    )
    scale_down_cooldown_s: float = field(
        300.0,
        "The number falls only to the highest that was asked for during this time (stabilisation window).",
        unit="s",
        ge=0,
        le=1e5,
    )
    metric_window_s: float = field(
        60.0, "Time before a decision over which utilisation is averaged.", unit="s", ge=0.1, le=3_600, scale="log"
    )
    tolerance: float = field(
        0.1, "Deviation of the mean utilisation from the target, as a share of it, that changes nothing.", unit="%", ge=0, le=1
    )
