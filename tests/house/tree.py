"""What the house rules look at: the project's own files, and what a piece of Python imports and names.

Knows no rule.
"""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = ("dashboard/static/vendor/", "dashboard/static/fonts/")
GENERATED = {".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project: what git tracks or would track; without git, all that is not generated."""
    if (ROOT / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        found = [ROOT / name for name in names if name]
    else:
        found = [path for path in ROOT.rglob("*") if not GENERATED & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def name_of(path: Path) -> str:
    """The path within the project, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def own_texts(suffixes: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """(name, text) of every text file that was written here, optionally of these suffixes only."""
    texts = []
    for path in project_files():
        if name_of(path).startswith(NOT_OURS) or (suffixes and path.suffix not in suffixes):
            continue
        try:
            texts.append((name_of(path), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:  # a picture or a typeface
            continue
    return texts


def python_sources(folder: str = "") -> list[tuple[str, str]]:
    """(name, text) of every Python file under `folder`."""
    return [(name, text) for name, text in own_texts((".py",)) if name.startswith(folder)]


def imports(source: str, name: str = "") -> set[str]:
    """The dotted names that a source imports, wherever in it the import stands; `name` is its path, for relative imports."""
    found = set()
    package = name.removesuffix(".py").replace("/", ".").split(".")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: -node.level] if node.level else [])
            module = ".".join(part for part in (base, node.module or "") if part)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found
