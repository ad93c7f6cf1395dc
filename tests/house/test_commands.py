"""The README's commands are the ones that work: what continuous integration runs is read from it, never copied."""

import re
import shutil
import subprocess

import pytest

from tests.house.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
ENVIRONMENT = "python3 -m venv .venv && .venv/bin/pip install -q -r requirements.txt && "


def commands() -> list[str]:
    """The one-line commands in the README's shell blocks."""
    return [line for block in re.findall(r"```bash\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]


def test_there_are_two_commands_each_on_one_line():
    assert commands() == [ENVIRONMENT + ".venv/bin/streamlit run dashboard/app.py", ENVIRONMENT + ".venv/bin/python -m pytest"]


@pytest.mark.skipif(shutil.which("sed") is None, reason="needs sed, which a Windows machine may lack")
def test_ci_reads_the_test_command_from_the_readme():
    program = re.search(r"^test_command=\"\$\((.*)\)\"$", CI, re.MULTILINE).group(1)
    read = subprocess.run(["bash", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert read.splitlines() == [commands()[1]]
    assert 'bash -c "$test_command"' in CI


def test_ci_has_no_test_command_of_its_own():
    lines = [line for line in CI.splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in lines if "pytest" in line] == [
        line for line in lines if line.startswith(("test_command=", '    echo "README'))
    ]


def test_every_requirement_is_pinned():
    for name in ("requirements.txt", "benchmarks/requirements.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                assert re.fullmatch(r"[\w.\-]+(\[\w+\])?==\d[\w.]*(; .+)?", line), f"{name}: {line} is not pinned to one version"


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:engine|dashboard|benchmarks|tests|\.ci)/[\w/.]*)`", README))))
def test_what_the_readme_names_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", README))))
def test_what_the_readme_links_to_exists(target):
    assert (ROOT / target).exists()
