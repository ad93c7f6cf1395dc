"""The catalogue is complete: the template is what the sources say, and no text of a converted file stands outside it."""

import ast
import re

import pytest
from babel.messages.pofile import read_po

from dashboard.translation import KEYWORDS, ROOT, converted, extracted, texts
from dashboard.words import ENGLISH, LOCALE, NAMES, TEMPLATE

PROSE = re.compile(r"[A-Z][a-z’']*[ :.,?!…]|[A-Z][a-z]+$|[a-z]+ [a-z]+ [a-z]+")
TOKENS = re.compile(r"//[^\n]*|/\*.*?\*/|(?P<string>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`)|[\w$]+|\S", re.S)
"""What reads like a text for people: a word with a capital, or three words in a row."""
NO_TEXTS = {"System", "Light", "Dark"}
"""Streamlit's names of its themes."""
PYTHON = [pytest.param(path, id=path.name) for path in converted() if path.suffix == ".py"]
JAVASCRIPT = [pytest.param(path, id=path.name) for path in converted() if path.suffix == ".js"]


def left_out_of_python(source: str) -> list[str]:
    """Literals that read like a text and go through neither `t` nor `mark`, but for docstrings and what developers are told."""
    tree = ast.parse(source)
    spared = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spared.add(node.value)
        elif isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS):
            spared |= set(ast.walk(node))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in spared and PROSE.match(node.value)
    ]


def left_out_of_javascript(source: str) -> list[str]:
    """The same for a module: string literals whose call is not `t`; a list of classes is no text."""
    found, before = [], ["", "", ""]
    for token in TOKENS.finditer(source):
        if token["string"]:
            text = token["string"][1:-1]
            spared = before[-2:] == ["t", "("] or before[-2:] == ["class", ":"] or before[-1] == "from" or text in NO_TEXTS
            if not spared and PROSE.match(text):
                found.append(text)
        if not token[0].startswith(("//", "/*")):
            before = [*before[1:], token[0]]
    return found


@pytest.mark.parametrize("path", PYTHON)
def test_no_text_of_a_python_file_is_left_out(path):
    assert left_out_of_python(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", JAVASCRIPT)
def test_no_text_of_a_module_is_left_out(path):
    assert left_out_of_javascript(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", JAVASCRIPT)
def test_every_call_of_t_in_a_module_is_found(path):
    source = path.read_text(encoding="utf-8")
    assert len(list(texts(path))) == len(re.findall(r"\bt\(\s*'", source))


def test_the_rules_see_what_is_left_out():
    assert left_out_of_python('"""A docstring."""\nx = {"title": "A title", "key": "load_balancing", "t": t("Fine text")}') == [
        "A title"
    ]
    assert left_out_of_javascript("h('p', { class: 'big red box' }, 'Some words'); t('Fine words'); // No text") == ["Some words"]
    assert left_out_of_javascript("const x = `still one to go`;") == ["still one to go"]


def test_the_template_is_what_the_sources_say():
    with TEMPLATE.open("rb") as file:
        kept = {entry.id for entry in read_po(file) if entry.id}
    assert kept == {entry.id for entry in extracted() if entry.id}, "run python -m dashboard.translation"


def test_a_translation_keeps_the_placeholders():
    for name in NAMES:
        if name != ENGLISH:
            with (LOCALE / f"{name}.po").open("rb") as file:
                for entry in read_po(file, locale=name):
                    if entry.id and entry.string:
                        assert set(re.findall(r"\{\w+\}", entry.id)) == set(re.findall(r"\{\w+\}", entry.string)), entry.id


def test_placeholders_are_names():
    for entry in extracted():
        assert re.sub(r"\{[a-z_]+\}", "", entry.id or "").count("{") == 0


def test_converted_files_are_the_projects():
    assert all(path.is_relative_to(ROOT) for path in converted())
