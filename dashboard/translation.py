"""Translation: finds the texts of the interface in the sources and keeps the catalogues in step: `python -m dashboard.translation`.

Every file of the interface takes part, and so does the help of every field of the system, which the engine keeps in English. Needs
Babel; the running page does not need this module.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from dashboard.experiment.money import LISTED
from dashboard.goal import HUNDRED_THOUSAND
from dashboard.situations import SITUATIONS
from dashboard.staging import called, moved
from dashboard.words import ENGLISH, LOCALE, NAMES, TEMPLATE
from engine.system import System
from engine.system.base import Part

ROOT = Path(__file__).resolve().parent
ENGINE = ROOT.parent / "engine"
LESSONS = ROOT.parent / "lessons"
STRING = r"'(?:\\.|[^'\\\n])*'"
CALL = re.compile(rf"(?<![\w.])(?:(?:t|mark)\(|(?P<plural>plural\())\s*(?P<text>{STRING})(?(plural)\s*,\s*(?P<many>{STRING}))")
"""A text of a module, wherever it stands, in a template too."""
DECLARED = {"control": (1, 2), "Chart": (1, 2), "_line": (1,), "Page": ("title", "question"), "Place": (0,)}
"""Declarations whose texts need no mark: these of their arguments are texts of the page, looked up where it is described."""
TABLE = "marked"
BILLED = ("BillLine", "_hours")
SENTENCE = re.compile(r"[A-Z].* .*[.]")
Text = str | tuple[str, str]
WIDTH = 120
HEADER = 'msgid ""\nmsgstr ""\n"Language: {name}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {forms}\\n"\n\n'
"""What an editor must know of a language's file."""


def files() -> list[Path]:
    """The files of the interface, in order: all python, and all modules that are our own."""
    found = [*ROOT.rglob("*.py"), *(path for path in ROOT.glob("static/*/*.js") if path.parent.name != "vendor")]
    return sorted(path for path in found if path != ROOT / "words.py")


def texts(path: Path) -> Iterator[tuple[Text, int]]:
    """The texts of one file, each with its line; one that changes with a number is a pair."""
    if path.suffix == ".py":
        yield from python_texts(ast.parse(path.read_text(encoding="utf-8")))
        return
    source = path.read_text(encoding="utf-8")
    for call in CALL.finditer(source):
        found = tuple(unquoted(text) for text in call.group("text", "many") if text)
        yield found if call["plural"] else found[0], source.count("\n", 0, call.start()) + 1


def unquoted(text: str) -> str:
    """What a string literal of JavaScript stands for."""
    return text[1:-1].replace("\\'", "'")


def python_texts(tree: ast.AST) -> Iterator[tuple[Text, int]]:
    """The texts of a module. Raises ValueError where a call holds something else than the text itself."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        name = node.func.id
        if name == "plural":
            yield tuple(literal(argument) for argument in node.args[:2]), node.lineno
        elif name == "mark" or (name == "t" and isinstance(node.args[0], ast.Constant | ast.JoinedStr)):
            yield literal(node.args[0]), node.lineno
        elif name == TABLE:
            yield from ((text, node.lineno) for text in values(node.args[0]))
        elif name in DECLARED:
            yield from ((text.value, node.lineno) for text in declared(node, DECLARED[name]))


def declared(call: ast.Call, wanted: tuple[int | str, ...]) -> Iterator[ast.Constant]:
    """The arguments of a declaration that are texts, by their place or their name."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    for one in wanted:
        node = named.get(one) if isinstance(one, str) else call.args[one] if one < len(call.args) else None
        if isinstance(node, ast.Constant) and node.value:
            yield node


def values(node: ast.AST) -> Iterator[str]:
    """The texts of a table: a dictionary's values and a tuple's members, but for names in the code."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from [value.value] if isinstance(value, ast.Constant) else values(value)
    elif isinstance(node, ast.Tuple):
        for member in node.elts:
            if not isinstance(member, ast.Constant):
                yield from values(member)
            elif not (member.value.isidentifier() and member.value.islower()):
                yield member.value


def literal(node: ast.AST) -> str:
    """The text that stands there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError(f"line {node.lineno}: give the text itself, with names in braces for what is filled in")


def declared_elsewhere() -> Iterator[tuple[str, str]]:
    """Texts that stand in no source of the interface: (text, where it comes from)."""
    for text in helps(System):
        yield text, "engine/system"
    for path in (path for situation in SITUATIONS for path in moved(situation)):
        part, name, *item = path.split(".")
        yield from ((called(word), "situations.py") for word in ([part] if item else [part, name]))
    yield HUNDRED_THOUSAND.title, "engine/best_known"
    for path in sorted((ENGINE / "theory").glob("*.py")):
        yield from ((text, "engine/theory") for text in sentences(ast.parse(path.read_text(encoding="utf-8"))))
    for path in sorted([*ENGINE.rglob("*.py"), *LESSONS.glob("*.py")]):
        messages = said(ast.parse(path.read_text(encoding="utf-8")))
        yield from ((text, path.relative_to(ROOT.parent).as_posix()) for text in messages)
    yield from ((text, "engine/bill") for text in billed(ast.parse((ENGINE / "bill.py").read_text(encoding="utf-8"))))
    yield from ((line.name, "engine/prices") for lines in LISTED.values() for line in lines if " " in line.name)


def said(tree: ast.AST) -> Iterator[str]:
    """The messages of a module of the engine that keep what they were made of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said":
            yield literal(node.args[0])


def sentences(tree: ast.AST) -> Iterator[str]:
    """The whole sentences of a module of the engine, but for docstrings: what a formula says of a system."""
    spared = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    spared |= {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.Raise) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in spared and SENTENCE.fullmatch(node.value):
            yield node.value


def billed(tree: ast.AST) -> Iterator[str]:
    """Names and units of what is on a bill, where they stand as they are."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") in BILLED):
        named = (argument for argument in call.args[1:] if isinstance(argument, ast.Constant) and isinstance(argument.value, str))
        yield from (argument.value for argument in named if len(argument.value) > 2)


def helps(part: type[Part]) -> Iterator[str]:
    """The help of every field, of parts within a part too."""
    for info in part.model_fields.values():
        if isinstance(info.annotation, type) and issubclass(info.annotation, Part):
            yield from helps(info.annotation)
        if info.description:
            yield info.description


def extracted() -> Catalog:
    """All texts, each with the files in which it stands."""
    catalog = Catalog(fuzzy=False)
    for path in files():
        for text, _ in texts(path):
            catalog.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    for text, place in declared_elsewhere():
        catalog.add(text, locations=[(place, 0)])
    return catalog


def write(path: Path, catalog: Catalog) -> None:
    """Write a catalogue so that only changes of texts are changes of the file; a language's says how many forms it has."""
    for entry in catalog:
        entry.flags.discard("python-format")  # "95 % interval" is none
    with path.open("wb") as file:
        if catalog.locale:
            file.write(HEADER.format(name=catalog.locale, forms=catalog.plural_forms).encode())
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
