"""The measured settings are on when the app is started from the project's folder: off, they cost a class seconds."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WANTED = {
    "runner.postScriptGC": False,
    "runner.magicEnabled": False,
    "server.fileWatcherType": "none",
    "server.enableStaticServing": True,
    "server.maxUploadSize": 1,
    "server.headless": True,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "logger.hideWelcomeMessage": True,
}


@pytest.fixture(scope="module")
def in_force():
    """What Streamlit itself reads when it starts dashboard/app.py from the project's folder."""
    program = (
        "import json, sys; from streamlit import config; config._main_script_path = 'dashboard/app.py';"
        "config.get_config_options(force_reparse=True);"
        "print(json.dumps({name: config.get_option(name) for name in json.loads(sys.argv[1])}))"
    )
    command = [sys.executable, "-c", program, json.dumps(list(WANTED))]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("name", WANTED)
def test_a_setting_is_on(in_force, name):
    assert in_force[name] == WANTED[name]


def test_hosting_is_no_business_of_this_configuration():
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())
    assert "allowedHosts" not in config["server"]
    assert "serverAddress" not in config["browser"]


def test_what_the_imports_left_is_frozen_and_the_page_serves_the_engine():
    program = (
        "import asyncio, gc, sys; sys.argv = ['x']; sys.path.insert(0, 'dashboard'); import app;"
        "async def run():\n async with app.lifespan(None): return gc.get_freeze_count()\n"
        "print(asyncio.run(run()))"
    ).replace("import app;", "import app\n")
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) > 100_000


def test_no_font_style_or_script_comes_from_elsewhere():
    own = [path for path in (ROOT / "dashboard").rglob("*") if path.suffix in (".js", ".css", ".py") and "vendor" not in path.parts]
    assert own
    for path in [*own, ROOT / ".streamlit/config.toml"]:
        text = (
            path.read_text()
            .replace("http://www.w3.org/2000/svg", "")
            .replace("http://localhost", "")
            .replace("https://lab.example.org", "")
        )
        assert not re.search(r"https?://\w", text), path
