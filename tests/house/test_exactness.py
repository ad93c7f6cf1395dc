"""What would make two machines, or two engines, differ in the last bit stays out of the engine."""

import ast

import pytest

from tests.house.tree import python_sources

REORDERING = {"fastmath", "parallel"}
"""Options of numba that let additions change places."""
OWN_GENERATORS = {"default_rng", "Generator", "SeedSequence", "Philox", "PCG64"}
"""What NumPy offers for a generator of one's own; everything else in `numpy.random` is the global one."""


def breaches(source: str) -> list[str]:
    """Reordering options, parallel loops and global random generators, with their lines."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg in REORDERING and not _is_false(node.value):
            found.append(f"line {node.value.lineno}: {node.arg}")
        elif isinstance(node, ast.Attribute | ast.Name) and _last(node) == "prange":
            found.append(f"line {node.lineno}: prange")
        elif isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "random" for alias in node.names):
            found.append(f"line {node.lineno}: import random")
        elif isinstance(node, ast.ImportFrom) and node.module in ("random", "numpy.random"):
            found.append(f"line {node.lineno}: from {node.module}")
        elif _is_global_generator(node):
            found.append(f"line {node.lineno}: np.random.{node.attr}")
    return found


def _is_false(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_global_generator(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute) and _dotted(node.value) in ("np.random", "numpy.random") and node.attr not in OWN_GENERATORS
    )


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize(("name", "source"), [pytest.param(*pair, id=pair[0]) for pair in python_sources("engine/")])
def test_the_engine_is_exact(name, source):
    assert breaches(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "@numba.njit(fastmath=True)\ndef f(): pass",
        "njit(fastmath={'nnan'})(f)",
        "@njit(parallel=True)\ndef f(): pass",
        "for i in numba.prange(3): pass",
        "import random",
        "from random import random",
        "np.random.seed(1)",
        "x = np.random.exponential(1.0, 3)",
    ],
)
def test_the_rule_sees_a_breach(source):
    assert breaches(source)


def test_the_rule_lets_a_generator_of_ones_own_pass():
    assert breaches("rng = np.random.default_rng(1)\n@njit(fastmath=False)\ndef f(): pass") == []
