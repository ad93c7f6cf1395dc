"""The kernel's entry points, compiled or plain, and where compiled code is kept."""

from types import SimpleNamespace

from engine.jit import NUMBA_PRESENT, numba
from engine.kernel import loop

ENTRIES = ("start", "advance", "change", "inject", "quiet", "read", "stop_pattern")
PLAIN = SimpleNamespace(**{name: getattr(loop, name) for name in ENTRIES})
_compiled: SimpleNamespace | None = None


def functions(plain: bool) -> SimpleNamespace:
    """The entry points: plain ones take the state's lists, compiled ones the address table of its arrays."""
    global _compiled
    if plain or not NUMBA_PRESENT:
        return PLAIN
    if _compiled is None:
        _compiled = _compile()
    return _compiled


def _compile() -> SimpleNamespace:
    from engine.kernel.memory import state_at

    entry = numba.njit(cache=True, nogil=True, error_model="numpy")

    @entry
    def start(table, warm_items):
        loop.start(state_at(table), warm_items)

    @entry
    def advance(table, until, stop):
        return loop.advance(state_at(table), until, stop)

    @entry
    def change(table, pattern_changed, old_count, reset_credit, interval_changed):
        loop.change(state_at(table), pattern_changed, old_count, reset_credit, interval_changed)

    @entry
    def inject(table, kind, tier, index, number, after_ns, passes_checks):
        loop.inject(state_at(table), kind, tier, index, number, after_ns, passes_checks)

    @entry
    def quiet(table):
        loop.quiet(state_at(table))

    @entry
    def read(table):
        loop.read(state_at(table))

    @entry
    def stop_pattern(table):
        loop.stop_pattern(state_at(table))

    made = locals()
    return SimpleNamespace(**{name: made[name] for name in ENTRIES})


def choose(engine: str) -> tuple[str, str]:
    """Which engine answers now, and what to say about it."""
    if engine in ("plain", "reference"):
        return engine, ""
    if not NUMBA_PRESENT:
        if engine == "compiled":
            raise ValueError("engine 'compiled' needs numba, which is not installed; use 'auto' or 'plain'")
        return "plain", "numba is not installed: runs are short and slow"
    return "compiled", ""
