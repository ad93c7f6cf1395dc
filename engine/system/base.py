"""What every part of a system's description shares: fields with bounds, units and help, and honest refusals.

Knows nothing of any particular tier.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

MAX_LISTED = 1_000
"""The longest list a field takes (servers, steps, faults): a limit on everything."""


def field(
    default: Any,
    help: str,
    *,
    unit: str = "",
    ge: float | None = None,
    le: float | None = None,
    step: float | None = None,
    scale: str = "linear",
    **more: Any,
) -> Any:
    """A field of the system: what a slider, the documentation and the validation all read.

    `unit` is shown after the value; `step` and `scale` ("linear" or "log") suggest how a slider moves.
    """
    extra = {"unit": unit, "step": step, "scale": scale}
    factory = {"default_factory": default} if callable(default) else {"default": default}
    return Field(**factory, ge=ge, le=le, description=help, json_schema_extra=extra, **more)


class Part(BaseModel):
    """One part of the system: immutable, strict about types, closed to unknown names and to infinities.

    A validator of a part begins its message with the name of the field and a colon: `engine.system.errors` relies on it.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, validate_default=True, use_attribute_docstrings=False
    )
