"""The browser's tests run in one process, because more browsers at once make them late; walks bear that, in another one."""

import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
MODULE = """import os, pathlib, time
import pytest

@pytest.mark.parametrize("n", range(6))
def test_it(n):
    time.sleep(0.05)
    with open(pathlib.Path(__file__).with_suffix(".txt"), "a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + " ")
"""


def test_the_browsers_tests_stay_together_and_the_others_are_shared_out(tmp_path):
    """Eighteen tests on two processes, given out as ours are."""
    files = {"browser": "browser/test_it.py", "engine": "engine/test_it.py", "walks": "browser/lessons/test_course.py"}
    for name in files.values():
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MODULE)
    (tmp_path / "tests" / "conftest.py").write_text((TESTS / "conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist=load", "-p", "no:cacheprovider", "tests"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    ran = {name: (tmp_path / "tests" / file).with_suffix(".txt").read_text().split() for name, file in files.items()}
    assert [len(workers) for workers in ran.values()] == [6, 6, 6]
    assert len(set(ran["browser"])) == len(set(ran["walks"])) == 1
    assert set(ran["walks"]) != set(ran["browser"]), "the walks are the other's"
    assert set(ran["engine"]) <= {*ran["browser"], *ran["walks"]}
