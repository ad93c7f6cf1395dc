"""What every part of a system's description shares: fields with bounds, units and help, and honest refusals.

Knows nothing of any particular tier.
"""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.system.shown import shown

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
    later: str = "",
    later_values: tuple[str, ...] = (),
    **more: Any,
) -> Any:
    """A field of the system: what a slider, the documentation and the validation all read.

    `unit` is shown after the value; `step` and `scale` ("linear" or "log") suggest how a slider moves;
    `later` names the tier whose engine part is not delivered yet, so that any value but the default is refused;
    `later_values` are single values of which the same is true.
    """
    extra = {"unit": unit, "step": step, "scale": scale, "later": later, "later_values": list(later_values)}
    factory = {"default_factory": default} if callable(default) else {"default": default}
    return Field(**factory, ge=ge, le=le, description=help, json_schema_extra=extra, **more)


class Part(BaseModel):
    """One part of the system: immutable, strict about types, closed to unknown names and to infinities.

    A validator of a part begins its message with the name of the field and a colon: `engine.system.errors` relies on it.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, validate_default=True, use_attribute_docstrings=False
    )

    @model_validator(mode="after")
    def _refuse_what_comes_later(self) -> Self:
        for name, info in type(self).model_fields.items():
            extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
            value = getattr(self, name)
            default = info.get_default(call_default_factory=True)
            if extra.get("later") and value != default:
                raise ValueError(
                    f"{name}: {extra['later']} is not simulated yet, so {name} = {shown(value)} would do nothing; "
                    f"leave it at its default, {shown(default)}"
                )
            if value in extra.get("later_values", []):
                raise ValueError(f"{name}: {shown(value)} is not simulated yet; choose another value, such as {shown(default)}")
        return self
