"""Words: English as it stands, other languages from their catalogue, placeholders filled, and a pseudo-language that shows gaps."""

import json
import re

import pytest
from starlette.requests import Request

from dashboard import words
from dashboard.words import BETWEEN, ENGLISH, NAMES, PSEUDO, RULE, figure, known, mark, marked, messages, plural, pseudo, t


@pytest.fixture
def speaking(monkeypatch):
    """Makes the viewer's language this one."""

    def choose(name):
        monkeypatch.setattr(words, "language", lambda: name)

    return choose


def test_english_is_what_stands_in_the_code(speaking):
    speaking(ENGLISH)
    assert t("Next: {title}", title="Caching") == "Next: Caching"
    assert t("A text without a catalogue {as it is}") == "A text without a catalogue {as it is}"
    assert mark("Caching") == "Caching"


def test_a_language_comes_from_its_file_and_what_is_missing_there_stays_english(speaking, tmp_path, monkeypatch):
    (tmp_path / "fr.po").write_text(
        'msgid "Next: {title}"\nmsgstr "Weiter: {title}"\n\nmsgid "Gallery"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "Glossary"\nmsgstr "Vielleicht"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    speaking("fr")
    assert t("Next: {title}", title="Cache") == "Weiter: Cache"
    assert (t("Gallery"), t("Glossary")) == ("Gallery", "Glossary")
    messages.cache_clear()


def test_a_number_changes_the_word_as_the_language_wants(speaking, tmp_path, monkeypatch):
    """French counts nought as one; Polish has a form for 2 to 4, and again for 22 to 24 and 102 to 104, but not for 12 to 14."""
    one, many = "{number} move", "{number} moves"
    assert [plural(one, many, count) for count in (0, 1, 2, 1200)] == ["0 moves", "1 move", "2 moves", "1,200 moves"]
    assert plural("{who} waits", "{who} wait", 2, who="Two") == "Two wait"
    entry = f'msgid "{one}"\nmsgid_plural "{many}"\n'
    french = 'msgstr[0] "{number} coup"\nmsgstr[1] ""\nmsgstr[2] "{number} coups"\n'  # the second is for whole millions
    (tmp_path / "fr.po").write_text(entry + french, encoding="utf-8")
    polish = 'msgstr[0] "{number} ruch"\nmsgstr[1] "{number} ruchy"\nmsgstr[2] "{number} ruchów"\n'
    (tmp_path / "pl.po").write_text(entry + polish, encoding="utf-8")
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    speaking("fr")
    assert [plural(one, many, count) for count in (0, 1, 2)] == ["0 coup", "1 coup", "2 coups"]
    speaking("pl")
    said = [plural(one, many, count).split()[-1] for count in (1, 3, 5, 12, 23, 103, 112, 1024)]
    assert said == ["ruch", "ruchy", "ruchów", "ruchów", "ruchy", "ruchy", "ruchów", "ruchy"]
    messages.cache_clear()


def test_a_form_that_is_missing_leaves_the_text_in_english(speaking, tmp_path, monkeypatch):
    (tmp_path / "fr.po").write_text('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[1] "x"\nmsgstr[2] ""\n', encoding="utf-8")
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    speaking("fr")
    assert (plural("a", "b", 1), plural("a", "b", 2)) == ("a", "b")
    messages.cache_clear()


def test_numbers_are_written_as_the_language_writes_them(speaking):
    assert (figure(1234.56), figure(1234.56, 1), figure(1234.56, 1, grouped=False)) == ("1,235", "1,234.6", "1234.6")
    speaking("de")
    assert (figure(1234.56), figure(1234.56, 1), figure(1234.56, 1, grouped=False)) == ("1.235", "1.234,6", "1234,6")


def test_a_language_is_spoken_for_a_while():
    with words.speaking(PSEUDO):
        assert words.language() == PSEUDO
        with words.speaking("nobody's"):
            assert words.language() == ENGLISH
        assert words.language() == PSEUDO
    assert words.language() == ENGLISH
    assert marked({"a": "A text"}) == {"a": "A text"}


def test_an_unknown_language_is_english():
    assert [known(name) for name in ("en", "pseudo", "xx", "../secrets", "")] == ["en", "pseudo", "en", "en", "en"]


def test_the_pseudo_language_is_accented_longer_and_keeps_placeholders():
    assert pseudo("Next: {title}") == "Ñéxt: {title} ~~~~~"
    for english, others in messages(PSEUDO).items():
        if english == RULE:
            continue
        pairs = zip(english.split(BETWEEN), others) if isinstance(others, tuple) else [(english, others)]
        for text, other in pairs:
            assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", other)
            assert len(other) >= 1.35 * len(text)


def test_the_browser_gets_the_same_catalogue():
    (route,) = words.ROUTES

    def sent(name):
        request = Request({"type": "http", "method": "GET", "path_params": {"language": name}})
        return json.loads(route.endpoint(request).body)

    assert route.path == "/api/words/{language}"
    assert (sent("en"), sent("nobody")) == ({}, {})
    assert sent("pseudo") == {text: list(other) if isinstance(other, tuple) else other for text, other in messages(PSEUDO).items()}


def test_every_language_that_is_offered_has_its_catalogue():
    for name in NAMES:
        messages(name)
