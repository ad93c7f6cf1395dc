"""Places: which pages there are, by the files in `views/`, and their addresses.

Knows nothing of what is on a page, and nothing of Streamlit.
"""

from pathlib import Path

VIEWS = Path(__file__).parent / "views"
HOME = "home"


def exists(name: str) -> bool:
    """Whether there is a page of this name."""
    return (VIEWS / f"{name}.py").is_file()


def path(name: str) -> str:
    """The address of a page within the app: relative, so that it holds under any prefix."""
    return "." if name == HOME else name.replace("_", "-")


def every() -> list[str]:
    """The names of all pages."""
    return sorted(file.stem for file in VIEWS.glob("*.py") if file.stem != "__init__")
