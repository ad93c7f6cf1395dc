"""The browser's tests run in one process, because two browsers at once make them late; walks bear that, in the other."""

import subprocess
import sys
import tomllib
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
MODULE = """import os, pathlib, time
import pytest

@pytest.mark.parametrize("n", range(6))
def test_it(n):
    with open(pathlib.Path(__file__).with_suffix(".txt"), "a") as file:
        file.write(f"{os.environ['PYTEST_XDIST_WORKER']} {time.monotonic()}\\n")
    time.sleep(LASTS_S)
"""


def test_what_belongs_together_stays_together_and_the_others_are_shared_out(tmp_path):
    """Thirty tests on three processes, given out as ours are."""
    files = {
        "browser": "browser/test_it.py", "walks": "browser/lessons/test_course.py", "waits": "deploy/test_hosted.py",
        "plain": "house/test_it.py", "engine": "engine/test_it.py",
    }  # fmt: skip
    for name, file in files.items():
        path = tmp_path / "tests" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MODULE.replace("LASTS_S", "0.5" if name in ("browser", "waits") else "0.05"))
    (tmp_path / "tests" / "conftest.py").write_text((TESTS / "conftest.py").read_text())
    ours = tomllib.loads((TESTS.parent / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["addopts"]
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", *ours, "-p", "no:cacheprovider", "tests"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    told = {name: (tmp_path / "tests" / file).with_suffix(".txt").read_text().splitlines() for name, file in files.items()}
    ran = {name: [line.split()[0] for line in lines] for name, lines in told.items()}
    began = {name: min(float(line.split()[1]) for line in lines) for name, lines in told.items()}
    assert [len(workers) for workers in ran.values()] == [6] * 5
    browser, walks, waits = (set(ran[name]) for name in ("browser", "walks", "waits"))
    assert len(browser) == len(walks) == len(waits) == 1
    assert walks != browser, "the walks are the other's"
    assert not waits & (browser | walks)
    assert set(ran["plain"]) | set(ran["engine"]) <= browser | walks, "two share out what does not wait"
    assert began["plain"] < began["walks"], "what needs no kernel comes while it is compiled"
