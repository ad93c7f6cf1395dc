"""Knowledge flows one way: dashboard → engine, and inside the engine system ← workload ← {reference, kernel} ← metrics."""

import subprocess
import sys

import pytest

from tests.house.tree import ROOT, imports, python_sources

# What each part of the engine may know of the others; whatever is not listed here (the run, the command line) may know all.
MAY_IMPORT = {
    "system": set(),
    "jit": set(),
    "theory": {"system"},
    "workload": {"system", "jit"},
    "log": set(),
    "reading": {"log"},
    "stages": {"log"},
    "tail": {"log", "stages"},
    "reference": {"system", "workload", "log", "reading", "stages"},
    "kernel": {"system", "workload", "log", "reading", "jit"},
    "prices": set(),
    "bill": {"system", "log", "reading", "prices"},
    "metrics": {"system", "workload", "log", "reading"},
    "recording": {"system"},
    "table": set(),
}
SEEN_ONLY_BY_THE_DASHBOARD = {"streamlit", "plotly", "starlette", "uvicorn", "dashboard", "lessons", "tests", "benchmarks"}


def strays(name: str, source: str) -> list[str]:
    """What a file of the engine imports although its part must not know it."""
    found = imports(source, name)
    part = name.split("/")[1].removesuffix(".py")
    wrong = {module for module in found if module.split(".")[0] in SEEN_ONLY_BY_THE_DASHBOARD}
    if part in MAY_IMPORT:
        allowed = MAY_IMPORT[part] | {part}
        wrong |= {module for module in found if module.startswith("engine.") and module.split(".")[1] not in allowed}
    if part == "reference":
        wrong |= {module for module in found if module.split(".")[0] == "numba"}
    return sorted(wrong)


@pytest.mark.parametrize(("name", "source"), [pytest.param(*pair, id=pair[0]) for pair in python_sources("engine/")])
def test_the_engine_imports_only_what_it_may_know(name, source):
    assert strays(name, source) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("engine/metrics/a.py", "import plotly.graph_objects as go"),
        ("engine/system/a.py", "from engine.workload import draws"),
        ("engine/kernel/a.py", "def late():\n    from engine.reference import run"),
        ("engine/reference/a.py", "import engine.kernel.run"),
        ("engine/reference/a.py", "from engine import kernel"),
        ("engine/reference/a.py", "from ..kernel import run"),
        ("engine/reference/a.py", "import numba"),
        ("engine/run.py", "import streamlit"),
    ],
)
def test_the_rule_sees_a_stray_import(name, source):
    assert strays(name, source)


def test_importing_the_engine_loads_no_page():
    program = "import sys, engine; print(sorted({'streamlit', 'plotly', 'dashboard'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"


def lesson_strays(name: str, source: str) -> list[str]:
    """What a file of the lessons imports although lessons know no page."""
    return sorted(module for module in imports(source, name) if module.split(".")[0] in SEEN_ONLY_BY_THE_DASHBOARD - {"lessons"})


@pytest.mark.parametrize(("name", "source"), [pytest.param(*pair, id=pair[0]) for pair in python_sources("lessons/")])
def test_lessons_know_the_engine_and_no_page(name, source):
    assert lesson_strays(name, source) == []


@pytest.mark.parametrize("source", ["import streamlit", "from dashboard.words import t", "def late():\n    import tests.lessons"])
def test_the_rule_of_lessons_sees_a_wrong_import(source):
    assert lesson_strays("lessons/a.py", source) != []
