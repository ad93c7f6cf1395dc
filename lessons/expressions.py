"""Expressions: the arithmetic and the comparisons of lesson files, read and computed without ever running code.

They are parsed with Python's grammar, and only what is listed here is understood; everything else is refused with what is allowed.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

MAX_NODES = 120
OPERATORS: dict[type, Callable] = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
COMPARISONS: dict[type, Callable] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
}  # fmt: skip
FUNCTIONS: dict[str, Callable] = {"min": min, "max": max, "abs": abs}
ALLOWED = "numbers, names of values, + - * / ( ), < <= > >= ==, and, or, not, min, max, abs"


class BadExpression(ValueError):
    """An expression that cannot be read, or not be computed from these values."""


@dataclass(frozen=True)
class Expression:
    """An expression that was read; `names` are the values that it needs."""

    text: str
    names: frozenset[str]
    tree: ast.expr

    def number(self, values: Mapping[str, float | None]) -> float | None:
        """What arithmetic comes to; None where a value is missing, or a divisor is 0."""
        try:
            result = float(_computed(self.tree, values))
        except (_Missing, ZeroDivisionError, OverflowError):
            return None
        return result if math.isfinite(result) else None

    def holds(self, values: Mapping[str, float | None]) -> bool:
        """Whether a condition holds; it does not where a value is missing."""
        try:
            return bool(_computed(self.tree, values))
        except (_Missing, ZeroDivisionError, OverflowError):
            return False

    def margins(self) -> list["Expression"]:
        """Of every comparison in it the difference of its sides: how far it is from the other truth."""
        pairs = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                pairs += [ast.BinOp(left, ast.Sub(), right) for left, right in zip(sides, sides[1:])]
        return [Expression(ast.unparse(pair), _names(pair), pair) for pair in pairs]


class _Missing(Exception):
    """A value is not there."""


@lru_cache(maxsize=4_000)
def parsed(text: str) -> Expression:
    """The expression that a text holds. Raises BadExpression."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadExpression(f"{text!r:.80} is no expression; allowed are {ALLOWED}") from None
    nodes = list(ast.walk(tree))
    if len(nodes) > MAX_NODES:
        raise BadExpression(f"{text!r:.80} is too long")
    _refuse_what_is_unknown(tree, text)
    return Expression(text, _names(tree), tree)


def _refuse_what_is_unknown(node: ast.AST, text: str) -> None:
    match node:
        case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(value, bool):
            return
        case ast.Name():
            return
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            parts = [left, right]
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            parts = [operand]
        case ast.BoolOp(values=values):
            parts = values
        case ast.Compare(left=left, ops=ops, comparators=rest) if all(type(op) in COMPARISONS for op in ops):
            parts = [left, *rest]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS and _fits(name, len(args)):
            parts = args
        case _:
            raise BadExpression(f"{text!r:.80} is no expression; allowed are {ALLOWED}")
    for part in parts:
        _refuse_what_is_unknown(part, text)


def _fits(name: str, arguments: int) -> bool:
    return arguments == 1 if name == "abs" else arguments > 1


def _names(tree: ast.expr) -> frozenset[str]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called)


def _computed(node: ast.expr, values: Mapping[str, float | None]) -> float | bool:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            if values.get(name) is None:
                raise _Missing(name)
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)](_computed(left, values), _computed(right, values))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_computed(operand, values)
        case ast.UnaryOp(operand=operand):
            return not _computed(operand, values)
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_computed(part, values) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_computed(part, values) for part in parts)
        case ast.Compare(left=left, ops=ops, comparators=rest):
            sides = [_computed(side, values) for side in (left, *rest)]
            return all(COMPARISONS[type(op)](a, b) for op, a, b in zip(ops, sides, sides[1:]))
        case ast.Call(func=ast.Name(id=name), args=args):
            return FUNCTIONS[name](*[_computed(arg, values) for arg in args])
    raise BadExpression("unknown part of an expression")
