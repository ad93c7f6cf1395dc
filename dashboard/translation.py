"""Translation: finds the texts of the interface in the sources and keeps the catalogues in step: `python -m dashboard.translation`.

A file takes part once all its texts go through `t` or `mark` (CONVERTED). Needs Babel; the running page does not need this module.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from dashboard.words import ENGLISH, LOCALE, NAMES, TEMPLATE

ROOT = Path(__file__).resolve().parent
CONVERTED = (
    "glossary.py", "inside.py", "listing.py", "milestones.py", "situations.py", "staging.py", "views/gallery.py",
    "views/glossary.py", "views/home.py", "views/look_inside.py", "views/settings.py", "static/pages/*.js",
)  # fmt: skip
"""Files whose texts all stand in the catalogue, within dashboard/."""
KEYWORDS = {"t": None, "mark": None}
METHODS = {".py": "python", ".js": "javascript"}
WIDTH = 120


def converted() -> list[Path]:
    """The converted files, in order. Raises ValueError for an entry of CONVERTED that is no file."""
    found = []
    for pattern in CONVERTED:
        files = sorted(ROOT.glob(pattern))
        if not files:
            raise ValueError(f"{pattern} is listed as converted, but there is no such file in dashboard/")
        found += files
    return found


def texts(path: Path) -> Iterator[tuple[str, int]]:
    """The texts of one file that go through `t` or `mark`, each with its line."""
    for line, message, _, _ in extract_from_file(METHODS[path.suffix], str(path), KEYWORDS):
        yield message, line


def extracted() -> Catalog:
    """All texts of the converted files, each with the files in which it stands."""
    catalog = Catalog(fuzzy=False)
    for path in converted():
        for text, _ in texts(path):
            catalog.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalog


def write(path: Path, catalog: Catalog) -> None:
    """Write a catalogue in a form in which only changes of texts are changes of the file."""
    with path.open("wb") as file:
        write_po(file, catalog, width=WIDTH, omit_header=True, include_lineno=False, sort_output=True)


def main() -> None:
    """Write the template, and bring every language's catalogue into step with it; what is new there is empty."""
    template = extracted()
    LOCALE.mkdir(exist_ok=True)
    write(TEMPLATE, template)
    print(f"{len(template)} texts in {TEMPLATE.name}")
    for name in NAMES:
        if name == ENGLISH:
            continue
        path = LOCALE / f"{name}.po"
        catalog = Catalog(locale=name)
        if path.is_file():
            with path.open("rb") as file:
                catalog = read_po(file, locale=name)
        catalog.update(template, no_fuzzy_matching=True)
        write(path, catalog)
        done = sum(bool(entry.string) for entry in catalog if entry.id)
        print(f"{done} of {len(template)} translated in {path.name}")


if __name__ == "__main__":
    main()
