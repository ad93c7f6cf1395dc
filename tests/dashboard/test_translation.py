"""The catalogue is complete: the template is what the sources say, and no text of the interface stands outside it."""

import ast
import json
import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from dashboard import words
from dashboard.asks import BadAsk, Change
from dashboard.runs import changed
from dashboard.translation import DECLARED, ENGINE, ROOT, TABLE, declared, extracted, files, python_texts, texts
from dashboard.words import ENGLISH, LOCALE, NAMES, TEMPLATE
from engine.system import System
from tests.dashboard.pages import all_pages

PROSE = re.compile(r"(?:^|[^\w$])[A-Z][a-z’']*(?:[ :.,?!…]|$)|[a-z]{2,} [a-z]+")
"""What reads like a text for people: a word with a capital, or two words in a row."""
CODE = re.compile(r"\w[_.]\w|\(\?|^M\S*$|^\W*[A-Z]?\W*$")
"""What is none all the same: names in the code and paths of drawings."""
TAGS = re.compile(r"<[^>]*>")
CALLS = ("t", "mark", "plural", TABLE)
DEVELOPERS = {"ValueError", "TypeError", "KeyError", "RuntimeError"}
"""Errors that speak to who changes the project."""
EXCEPTIONS = {
    "app.py": (r"Open http|in a browser|Until then|^the (lessons|simulator)$", "the terminal and the log, to who runs the app"),
    "classroom/archive.py": (r"", "the terminal, to who reads an archive, and words by which one is known"),
    "classroom/export.py": (r"^%Y", "a form of dates"),
    "classroom/gradebook.py": (r"", "names of columns, by which gradebooks know them"),
    "classroom/hub.py": (r"could not be looked at|still here", "the log, and what keeps a line open"),
    "classroom/pages.py": (r"^card |^letters ", "classes"),
    "embed.py": (r"", "attributes of a cookie, and the terminal, to who runs the app"),
    "health.py": (r"", "what is measured, to who runs the app"),
    "hosted.py": (r"", "the terminal, to who starts the app"),
    "keeping.py": (r"", "the log"),
    "logs.py": (r"^%Y", "a form of dates"),
    "sockets.py": (r"", "why a socket was closed, which no page shows"),
    "store/address.py": (r"", "the terminal, to who starts the app"),
    "store/database.py": (r"", "the terminal, to who starts the app"),
    "store/drafts.py": (r"a new draft was refused|no room for", "the log"),
    "lesson/gate.py": (r"a request could", "the log"),
    "lesson/told.py": (r"a text of", "the log"),
    "lesson/drafts.py": (r"found|expected|values|could not find", "words by which messages of a library are known"),
    "lesson/who.py": (r"SameSite|Secure", "attributes of a cookie"),
    "lesson/report_page.py": (r"<meta http", "style and headers of the file"),
    "static/lesson/line.js": (r"Content-Type", "a header"),
    "static/lesson/step.js": (r" wide$", "classes"),
    "static/pages/draft_told.js": (r"^row |^option ", "classes"),
    "translation.py": (r"texts in|translated in|^msgid", "the terminal, to who translates"),
    "page.py": (r"const stage|an ask could not", "code for the browser, and the log"),
    "island.py": (r"const load|leave = null", "code for the browser"),
    "charts.py": (r"x unified|Inter|blue", "names of Plotly, a typeface and the palette"),
    "regions.py": (r"", "names of places on the map"),
    "experiment/theory.py": (r"least latency|Che's LRU", "names of formulas, by which they are told apart"),
    "glossary.py": (r"^[a-z ]+$", "names of metrics and faults that a term is about"),
    "static/pages/home.js": (r"^here ", "classes"),
    "static/pages/forgetting.js": (r"^primary ", "classes"),
    "static/pages/teach_member.js": (r"^plain ", "classes"),
    "static/pages/teach_pace.js": (r"^stop-of ", "classes"),
    "static/pages/teach_parts.js": (r"^primary ", "classes"),
    "static/pages/teach_settings.js": (r"^plain ", "classes"),
    "static/pages/teach_show.js": (r"^form button", "what buttons are found by"),
    "static/room/wire.js": (r"Content-Type", "a header"),
    "static/stage/charts.js": (r"^middle right$", "where Plotly puts a text"),
    "static/stage/colors.js": (r"", "names of the palette"),
    "static/stage/report.js": (r"^body|Content-Security|default-src", "style and headers of the file"),
    "static/stage/store.js": (r"^Key$", "names in the code"),
    "static/stage/worldmap.js": (r"^pop|^city|^near|^far", "classes"),
}
"""{file: (which literals are no texts of the interface, what they are)}."""
NAMES_OF_OTHERS = re.compile(
    r"Arrow\w+|Ctrl\+.*|Enter|Escape|Home|End|Page(Up|Down)|System|Light|Dark|currentColor|userSpaceOnUse|"
    r".*Inter, (system-ui, )?sans-serif"
)
"""Keys, Streamlit's themes, words of SVG and the typeface."""
PIECE = re.compile(
    r"//[^\n]*|/\*.*?\*/|(?P<string>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")|(?<![\w)\]\s])/(?:\\.|[^/\n\\])+/\w*|[\w$]+|\S",
    re.S,
)
IN_TEMPLATE = re.compile(r"(?:\\.|[^`\\$]|\$(?!\{))*", re.S)
PYTHON = [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in files() if path.suffix == ".py"]
JAVASCRIPT = [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in files() if path.suffix == ".js"]


def is_prose(text: str, name: str = "") -> bool:
    """Whether a literal of the file of this name is a text for people."""
    text = TAGS.sub("", text)
    spared, _ = EXCEPTIONS.get(name, (r"^\b$", ""))
    return (
        bool(PROSE.search(text)) and not CODE.search(text) and not re.search(spared, text) and not NAMES_OF_OTHERS.fullmatch(text)
    )


def left_out_of_python(source: str, name: str = "") -> list[str]:
    """Literals that read like a text and go through nothing, but for docstrings, annotations and what developers are told."""
    tree = ast.parse(source)
    spared = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spared.add(node.value)
        elif getattr(getattr(getattr(node, "exc", node), "func", None), "id", "") in DEVELOPERS | set(CALLS):
            spared |= set(ast.walk(node))
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in DECLARED:
            spared |= set(declared(node, DECLARED[node.func.id]))
        elif isinstance(node, ast.FunctionDef | ast.arg | ast.AnnAssign):
            hint = node.returns if isinstance(node, ast.FunctionDef) else node.annotation
            spared |= set(ast.walk(hint)) if hint else set()
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("__all__", "DECLARED"):
            spared |= set(ast.walk(node))
    literals = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [node.value for node in literals if node not in spared and is_prose(node.value, name)]


def literals(source: str) -> Iterator[tuple[str, list[str]]]:
    """The string literals of a module and the words of its templates, each with the four tokens before it."""
    before, outer, depth, at = [""] * 4, [], 0, 0

    def template(start: int) -> tuple[str, int, bool]:
        end = IN_TEMPLATE.match(source, start).end()
        opens = source.startswith("${", end)
        return source[start:end], end + (2 if opens else 1), opens

    while token := PIECE.search(source, at):
        at, resumes = token.end(), token[0] == "}" and not depth and outer
        if token["string"]:
            yield token["string"][1:-1], before
        if token[0] == "`" or resumes:
            depth = outer.pop() if resumes else depth
            words, at, opens = template(at)
            yield words, ["`"] if resumes else before
            if opens:
                outer.append(depth)
                depth = 0
        elif token[0] in "{}":
            depth += 1 if token[0] == "{" else -1
        if not token[0].startswith(("//", "/*")):
            before = [*before[1:], token[0]]


def left_out_of_javascript(source: str, name: str = "") -> list[str]:
    """The same for a module: what stands in no call; a list of classes and the name of a file are no texts."""
    found = []
    for text, before in literals(source):
        called = before[-2:] in (["t", "("], ["mark", "("], ["plural", "("]) or (before[0] == "plural" and before[3] == ",")
        spared = called or before[-2:] == ["class", ":"] or before[-1] == "from"
        if not spared and is_prose(text, name):
            found.append(text)
    return found


@pytest.mark.parametrize("path", PYTHON)
def test_no_text_of_a_python_file_is_left_out(path):
    assert left_out_of_python(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()) == []


@pytest.mark.parametrize("path", JAVASCRIPT)
def test_no_text_of_a_module_is_left_out(path):
    assert left_out_of_javascript(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()) == []


@pytest.mark.parametrize("path", JAVASCRIPT)
def test_every_call_in_a_module_holds_the_text_itself(path):
    source = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
    calls = len(re.findall(r"(?<![\w.])(?:t|mark|plural)\(\s*['\"`]", source))
    assert len(list(texts(path))) == calls


def test_the_rules_see_what_is_left_out():
    assert left_out_of_python('"""A docstring."""\nx = {"title": "A title", "key": "load_balancing", "t": t("Fine text")}') == [
        "A title"
    ]
    assert left_out_of_python('control("a.b", "Label here", "Group", note="not a text")') == ["not a text"]
    assert left_out_of_python('raise BadAsk("say this to people")\nraise ValueError("say this to developers")') == [
        "say this to people"
    ]
    assert left_out_of_python('x = f"{n} servers are full"') == [" servers are full"]
    assert left_out_of_javascript("h('p', { class: 'big red box' }, 'Some words'); t('Fine words'); // No text") == ["Some words"]
    assert left_out_of_javascript("const x = `still one to go`;") == ["still one to go"]
    assert left_out_of_javascript("`${a ? `${t('Fine')} and more` : { b: 'left out' }.b} at last`") == [
        " and more", "left out", " at last",
    ]  # fmt: skip
    assert left_out_of_javascript("plural('one fine move', '{number} fine moves', n, { number: 'not fine' })") == ["not fine"]


def test_texts_are_found_where_they_stand():
    source = 't("One")\nmark("Two")\nplural("{number} a", "{number} b", n)\nmarked({"k": "Three", "l": {"m": "four words"}})\n'
    source += 'marked((("a_name", "Five"),))\nPage(name="x", title="Six")\ncontrol("p", "Seven", "Eight", low=1)'
    found = {text for text, _ in python_texts(ast.parse(source))}
    assert found == {"One", "Two", ("{number} a", "{number} b"), "Three", "four words", "Five", "Six", "Seven", "Eight"}
    with pytest.raises(ValueError, match="line 1: give the text itself"):
        list(python_texts(ast.parse('t(f"{n} left")')))


def kept() -> set:
    """The texts of the template."""
    with TEMPLATE.open("rb") as file:
        return {entry.id for entry in read_po(file) if entry.id}


def test_the_template_is_what_the_sources_say():
    assert kept() == {entry.id for entry in extracted() if entry.id}, "run python -m dashboard.translation"


def test_what_a_page_declares_is_in_the_template():
    known = kept()
    for page in all_pages():
        wanted = {page.title, page.question, *(chart.title for chart in page.charts), *(chart.note for chart in page.charts)}
        for control in page.controls:
            wanted |= {control.label, control.group, control.help}
            if not control.path.endswith(("pops", "origin_region")):  # cities
                wanted |= {name for _, name in control.choices}
        assert wanted - known == set(), page.name


def test_the_help_of_every_field_is_in_the_template():
    known = kept()
    for name, field in System.model_fields.items():
        assert field.description is None or field.description in known, name
    assert System.model_fields["servers"].annotation.model_fields["cpu_ms"].description in known
    assert (
        System.model_fields["database"].annotation.model_fields["breaker"].annotation.model_fields["failures"].description in known
    )


def raised_as_they_are(source: str) -> list[int]:
    """Lines that refuse a description in words which nobody could say in another language."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and getattr(getattr(node.exc, "func", None), "id", "") == "ValueError":
            message = node.exc.args[0]
            if not (isinstance(message, ast.Call) and getattr(message.func, "id", "") == "said"):
                found.append(node.lineno)
    return found


def test_what_the_engine_refuses_can_be_said_in_another_language():
    """But for faults that stand in a description: a page breaks things by buttons, which offer only what there is."""
    found = {path.name: raised_as_they_are(path.read_text(encoding="utf-8")) for path in (ENGINE / "system").glob("*.py")}
    assert {name: len(lines) for name, lines in found.items() if lines} == {"__init__.py": 1}
    assert raised_as_they_are("raise ValueError(f'{n} is too much')\nraise ValueError(said('{n}', n=1))") == [1]
    known = kept()
    assert "the run's budget of {limit} requests is used up" in known
    assert "database.colocated: one machine holds one database, not {groups}; use 1 shard and no federation" in known


def test_a_refusal_of_the_engine_is_told_in_the_viewers_language(monkeypatch):
    german = {"users: a closed loop follows each user; at most 100,000 of them, not {users}": "höchstens 100.000, nicht {users}"}
    monkeypatch.setattr(words, "messages", lambda name: german if name == "de" else {})
    monkeypatch.setattr(words, "NAMES", {"en": "English", "de": "Deutsch"})
    change = Change(0, json.dumps({"traffic.loop": "closed", "traffic.users": 123_456}))
    with words.speaking("de"), pytest.raises(BadAsk, match=r"^höchstens 100\.000, nicht 123\.456$"):
        changed(System(), change, lambda _: {})
    with pytest.raises(BadAsk, match=r"^users: a closed loop follows each user; at most 100,000 of them, not 123,456$"):
        changed(System(), change, lambda _: {})


def test_a_translation_keeps_the_placeholders():
    for name in NAMES:
        if name != ENGLISH:
            with (LOCALE / f"{name}.po").open("rb") as file:
                for entry in read_po(file, locale=name):
                    if entry.id and entry.string:
                        assert set(re.findall(r"\{\w+\}", str(entry.id))) == set(re.findall(r"\{\w+\}", str(entry.string))), (
                            entry.id
                        )


def test_placeholders_are_names():
    for entry in extracted():
        assert re.sub(r"\{[a-z_]+\}", "", str(entry.id or "")).count("{") == 0


def test_the_files_are_the_projects():
    assert all(path.is_relative_to(ROOT) for path in files())
    assert {"views/caching.py", "sentences/words.py", "static/stage/stage.js"} <= {p.relative_to(ROOT).as_posix() for p in files()}
    assert {name for name in EXCEPTIONS if not (ROOT / name).is_file()} == set()
