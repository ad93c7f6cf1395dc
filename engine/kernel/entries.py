"""The kernel's entry points as compiled code takes them: the address table of the state's arrays instead of the arrays.

Import only where numba is; `compiled` decorates them, and the names of their parameters are the loop's.
"""

from engine.kernel import life, loop
from engine.kernel.memory import state_at


def start(table, warm_items):
    life.start(state_at(table), warm_items)


def advance(table, until, stop):
    return loop.advance(state_at(table), until, stop)


def change(table, pattern_changed, old_count, reset_credit, interval_changed, items_move):
    life.change(state_at(table), pattern_changed, old_count, reset_credit, interval_changed, items_move)


def inject(table, kind, tier, index, number, after_ns, passes_checks):
    life.inject(state_at(table), kind, tier, index, number, after_ns, passes_checks)


def surge(table, factor):
    life.surge(state_at(table), factor)


def quiet(table):
    life.quiet(state_at(table))


def read(table, nodes, stores):
    life.read(state_at(table), nodes, stores)


def stop_pattern(table):
    life.stop_pattern(state_at(table))
