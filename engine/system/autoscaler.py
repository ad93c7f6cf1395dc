"""Who adds servers, and when."""

from engine.system.base import MAX_LISTED, Part, field

LATER = "the autoscaler"


class Autoscaler(Part):
    """The autoscaler, with the formula of the Kubernetes Horizontal Pod Autoscaler."""

    enabled: bool = field(False, "Whether the number of servers follows the load.", later=LATER)
    min: int = field(1, "Fewest servers.", ge=1, le=MAX_LISTED, later=LATER)
    max: int = field(10, "Most servers.", ge=1, le=MAX_LISTED, later=LATER)
    target_utilisation: float = field(0.7, "Utilisation it aims for.", unit="%", ge=0.01, le=1, later=LATER)
    interval_s: float = field(15.0, "Time between two decisions.", unit="s", ge=0.1, le=3_600, later=LATER)
    scale_up_cooldown_s: float = field(0.0, "Rest after adding.", unit="s", ge=0, le=1e5, later=LATER)
    scale_down_cooldown_s: float = field(300.0, "Rest after removing.", unit="s", ge=0, le=1e5, later=LATER)
    metric_window_s: float = field(60.0, "Time over which utilisation is averaged.", unit="s", ge=0.1, le=3_600, later=LATER)
    tolerance: float = field(0.1, "Deviation from the target that is let pass.", ge=0, le=1, later=LATER)
