"""How messages are written: values as their JSON has them, and short; whole messages so that they can be said in another language.

Knows nothing of what a value or a message is for.
"""

from reprlib import Repr
from typing import Any

_SHORT = Repr()
_SHORT.maxstring, _SHORT.maxother, _SHORT.maxlevel = 60, 60, 2
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = _SHORT.maxset = 3


def shown(value: Any) -> str:
    """A value as its JSON has it, shortened where it is long."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        return f"{value:,}" if value.bit_length() < 100 else f"a whole number of {value.bit_length():,} bits"
    if isinstance(value, float):
        return f"{int(value):,}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (str, list, tuple, dict, set)):
        return _SHORT.repr(value)
    return f"a value of type {type(value).__name__}"


class Said(str):
    """A message in English that keeps what it was made of: its `template` with {names} in braces, and the `values` for them."""

    template: str
    values: dict[str, Any]


def said(template: str, /, **values: Any) -> Said:
    """The message with its values filled in, numbers as they are shown."""
    written = {name: value if isinstance(value, str) else shown(value) for name, value in values.items()}
    message = Said(template.format(**written))
    message.template, message.values = template, values
    return message
