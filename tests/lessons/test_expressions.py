"""Expressions compute arithmetic and comparisons, and nothing else."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.expressions import BadExpression, parsed

VALUES = {"a": 6.0, "b": 4.0, "none": None}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a + b * 2", 14), ("(a + b) * 2", 20), ("a / b", 1.5), ("-a + 1", -5), ("min(a, b, 5)", 4), ("max(a, b)", 6),
        ("abs(b - a)", 2),
        ("a / (b - 4)", None), ("a + none", None), ("1e300 * 1e300", None), ("0x" + "f" * 290, None),
    ],
)  # fmt: skip
def test_arithmetic(text, result):
    assert parsed(text).number(VALUES) == result


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("a > b", True), ("a < b or b == 4", True), ("not a > b", False), ("3 < b <= 4", True), ("3 < b < 4", False),
        ("none > 0", False), ("none > 0 or a > b", False), ("a > b and a / (b - 4) > 1", False),
    ],
)  # fmt: skip
def test_conditions(text, holds):
    assert parsed(text).holds(VALUES) is holds


@pytest.mark.parametrize(
    "text",
    [
        "", "a +", "__import__('os')", "a.real", "a[0]", "'x'", "a ** b", "a % b", "lambda: a", "[a for a in b]", "f(a)",
        "abs(a, b)",
        "min(a)", "a if b else a", "a := 3", "a is b", "a in b", "True", "1j", "max(*a)", "min(a, key=b)", "a" * 400 + " +" * 400,
        "+".join(["a"] * 200), "(" * 300 + "a" + ")" * 300,
    ],
)  # fmt: skip
def test_everything_else_is_refused(text):
    with pytest.raises(BadExpression):
        parsed(text)


def test_the_names_and_the_margins_of_a_condition():
    condition = parsed("a > 1.3 * b and abs(b) <= c")
    assert condition.names == {"a", "b", "c"}
    assert [margin.number({"a": 6.0, "b": 4.0, "c": 5.0}) for margin in condition.margins()] == [pytest.approx(0.8), -1.0]


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_it_computes_what_python_computes(a, b):
    assert parsed("a * b - (a + b) / 3").number({"a": a, "b": b}) == a * b - (a + b) / 3
    assert parsed("a < b").holds({"a": a, "b": b}) is (a < b)
    assert math.isfinite(parsed("max(a, b)").number({"a": a, "b": b}))
