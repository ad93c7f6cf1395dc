"""The browser's tests run in one process, because two browsers at once make them late; walks bear that, in the other."""

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


def test_what_belongs_together_stays_together_and_the_others_are_shared_out(tmp_path):
    """Thirty tests on three processes, given out as ours are."""
    files = {
        "browser": "browser/test_it.py", "walks": "browser/lessons/test_course.py", "waits": "deploy/test_hosted.py",
        "plain": "house/test_it.py", "engine": "engine/test_it.py",
    }  # fmt: skip
    for name in files.values():
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MODULE)
    (tmp_path / "tests" / "conftest.py").write_text((TESTS / "conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "3", "--dist=load", "-p", "no:cacheprovider", "tests"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    ran = {name: (tmp_path / "tests" / file).with_suffix(".txt").read_text().split() for name, file in files.items()}
    assert [len(workers) for workers in ran.values()] == [6] * 5
    browser, walks, waits = (set(ran[name]) for name in ("browser", "walks", "waits"))
    assert len(browser) == len(walks) == len(waits) == 1
    assert walks != browser, "the walks are the other's"
    assert not waits & (browser | walks)
    assert set(ran["plain"]) | set(ran["engine"]) <= browser | walks, "two share out what does not wait"
