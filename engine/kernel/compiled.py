"""The kernel's entry points, compiled or plain, and where compiled code is kept."""

from types import SimpleNamespace

from engine.jit import NUMBA_PRESENT, numba
from engine.kernel import loop

ENTRIES = ("start", "advance", "change", "inject", "stop_pattern")

PLAIN = SimpleNamespace(**{name: getattr(loop, name) for name in ENTRIES})
_compiled: SimpleNamespace | None = None


def functions(plain: bool) -> SimpleNamespace:
    """The entry points, as plain Python or compiled."""
    global _compiled
    if plain or not NUMBA_PRESENT:
        return PLAIN
    if _compiled is None:
        options = dict(cache=True, nogil=True, error_model="numpy")
        _compiled = SimpleNamespace(**{name: numba.njit(**options)(getattr(loop, name)) for name in ENTRIES})
    return _compiled
