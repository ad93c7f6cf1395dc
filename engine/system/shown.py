"""How a value is written in a message: as its JSON has it, and short.

Knows nothing of what the value is for.
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
