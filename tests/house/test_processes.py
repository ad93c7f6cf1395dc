"""The tests of the browser run in one process: two browsers and two servers at once make all of them late on two cores."""

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
    """Twelve tests on two processes, given out as ours are."""
    for name in ("browser", "engine"):
        (tmp_path / "tests" / name).mkdir(parents=True)
        (tmp_path / "tests" / name / "test_it.py").write_text(MODULE)
    (tmp_path / "tests" / "conftest.py").write_text((TESTS / "conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist=load", "-p", "no:cacheprovider", "tests"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    ran = {name: (tmp_path / "tests" / name / "test_it.txt").read_text().split() for name in ("browser", "engine")}
    assert [len(workers) for workers in ran.values()] == [6, 6]
    assert len(set(ran["browser"])) == 1
    assert set(ran["engine"]) - set(ran["browser"]), "the other process has not been idle"
