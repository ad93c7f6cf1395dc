"""The scripts that set the app up are whole: what runs on somebody's machine as root is at least read by the shell before."""

import shutil
import subprocess

import pytest

from tests.house.tree import ROOT

SCRIPTS = [file for file in sorted((ROOT / "deploy").iterdir()) if file.is_file() and file.suffix in ("", ".sh")]
SCRIPTS = [file for file in SCRIPTS if file.name != "Containerfile"]


def test_there_are_scripts():
    assert {"common.sh", "install", "restart", "upgrade", "back", "backup", "restore"} <= {file.name for file in SCRIPTS}


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash, which a Windows machine may lack")
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.name)
def test_a_script_can_be_read(script):
    assert script.suffix == ".sh" or script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    read = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
    assert (read.returncode, read.stderr) == (0, "")
