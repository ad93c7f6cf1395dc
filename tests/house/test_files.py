"""Every file says what it is for, is short enough to read, and carries nothing of the machine that it was written on."""

import ast
import re
import sys

import pytest

from tests.house.tree import own_texts, python_sources

MAX_LINES = 400
LONGER = {
    "tests/engine/field_cases.py": "a table with an entry for every field of the system",
    "tests/engine/test_live.py": "one subject, the live run as a value, in many small tests",
    "tests/engine/test_run.py": "one subject, a whole run and its numbers computed again, in many small tests",
}
"""Files that may be longer, each with the reason."""

MACHINE = re.compile(
    r"(?<![\w.\-/])/(?:work|tmp|root|home/\w+|opt)/|"  # a path of somebody's machine
    r"\b(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)\b|--(?:extra-)?index-url|"  # a package registry
    r"C:\\\\?Users"
)
TAKEN = set(sys.stdlib_module_names) | {"engine", "tests", "benchmarks", "streamlit", "plotly", "numpy", "pandas", "numba", "simpy"}
"""`streamlit run dashboard/app.py` puts dashboard/ first on the path: such a module there would hide the real one."""

PYTHON = [pytest.param(*pair, id=pair[0]) for pair in python_sources()]
TEXTS = [pytest.param(*pair, id=pair[0]) for pair in own_texts()]


@pytest.mark.parametrize(("name", "source"), PYTHON)
def test_a_module_says_what_it_is_responsible_for(name, source):
    if source.strip():
        docstring = ast.get_docstring(ast.parse(source)) or ""
        assert len(docstring) >= 12, f"{name} has no module docstring that says anything"


@pytest.mark.parametrize(("name", "text"), [pair for pair in TEXTS if pair.id.endswith((".py", ".js", ".css"))])
def test_a_file_is_short_enough_to_read(name, text):
    lines = text.count("\n")
    assert lines <= MAX_LINES or name in LONGER, f"{name} has {lines} lines; split it, or list it in LONGER with the reason"


def test_the_list_of_long_files_is_no_longer_than_needed():
    long = {name for name, text in own_texts() if text.count("\n") > MAX_LINES}
    assert set(LONGER) <= long


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_no_trace_of_a_machine(name, text):
    assert [found.group() for found in MACHINE.finditer(text)] == []


@pytest.mark.parametrize(
    "trace", ["open('" + "/tm" + "p/x')", "cd " + "/wo" + "rk/main", "https://" + "pypi" + ".org/simple", "--" + "index-url x"]
)
def test_the_rule_sees_a_trace(trace):
    assert MACHINE.search(trace)


def hiding(name: str) -> bool:
    """Whether a module of the dashboard has a name that is taken."""
    return name.startswith("dashboard/") and bool(TAKEN & set(name.removesuffix(".py").split("/")[1:]))


def test_no_module_of_the_dashboard_hides_another():
    assert [name for name, _ in python_sources("dashboard/") if hiding(name)] == []


@pytest.mark.parametrize("name", ["dashboard/code.py", "dashboard/views/calendar.py", "dashboard/engine/run.py"])
def test_the_rule_sees_a_hiding_name(name):
    assert hiding(name)
