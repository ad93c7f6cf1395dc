"""Words: English as it stands, other languages from their catalogue, placeholders filled, and a pseudo-language that shows gaps."""

import asyncio
import json
import re

import pytest
from starlette.requests import Request

from dashboard import words
from dashboard.words import ENGLISH, NAMES, PSEUDO, known, mark, messages, pseudo, t


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


def test_an_unknown_language_is_english():
    assert [known(name) for name in ("en", "pseudo", "xx", "../secrets", "")] == ["en", "pseudo", "en", "en", "en"]


def test_the_pseudo_language_is_accented_longer_and_keeps_placeholders():
    assert pseudo("Next: {title}") == "Ñéxt: {title} ~~~~~"
    for english, other in messages(PSEUDO).items():
        assert re.findall(r"\{\w+\}", english) == re.findall(r"\{\w+\}", other)
        assert len(other) >= 1.35 * len(english)


def test_the_browser_gets_the_same_catalogue():
    (route,) = words.ROUTES

    def sent(name):
        request = Request({"type": "http", "method": "GET", "path_params": {"language": name}})
        return json.loads(asyncio.run(route.endpoint(request)).body)

    assert route.path == "/api/words/{language}"
    assert (sent("en"), sent("nobody")) == ({}, {})
    assert sent("pseudo") == dict(messages(PSEUDO))


def test_every_language_that_is_offered_has_its_catalogue():
    for name in NAMES:
        messages(name)
