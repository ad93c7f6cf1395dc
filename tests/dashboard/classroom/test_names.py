"""Names: plain text of visible characters, and nobody can pass for another to the eye."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.classroom.names import MOST_VISIBLE, BadName, look, plain
from dashboard.store.models import SHOWN


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Ann \t Lee\n", "Ann Lee"), ("Ａｎｎ", "Ann"), ("\u202eAnn\u202c", "Ann"), ("A\u200bn\u2060n\ufeff", "Ann"),
        ("A\x00n\x1bn", "Ann"), ("\u2066Ann\u2069", "Ann"), ("Ann\u034f\u180b\U000e0100\U000e0041", "Ann"), ("\ud800Ann", "Ann"),
        ("A\u00a0\u3000nn", "A nn"), ("Zoe\u200b\u0301", "Zoé"), ("n" + "\u0336" * 9, "n\u0336\u0336"), ("\u0301Ann", "Ann"),
        ("👩\u200d🚀", "👩🚀"), ("❤\ufe0f", "❤"), ("김철수", "김철수"), ("राम", "राम"), ("<b>Ann</b>", "<b>Ann</b>"),
        ("![x](http://x.test)", "![x](http://x.test)"), ("=1+1", "=1+1"), ("'; DROP TABLE members", "'; DROP TABLE members"),
    ],
)  # fmt: skip
def test_a_name_is_shown_as_plain_text(typed, shown):
    assert plain(typed) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "", " \n\t", "\u200b\u200d", "\u3164", "\u2800\u2800", "\u202e", "!!!", "…", "\u0301", "\U0001d159", "x" * 201, "x" * 25,
        "ﷺ ﷺ", None, 7, ["Ann"], {"a": 1}, True,
    ],
)  # fmt: skip
def test_what_shows_nothing_or_too_much_is_no_name(typed):
    with pytest.raises(BadName):
        plain(typed)


def test_a_name_may_have_as_many_characters_as_are_promised():
    assert plain("x" * MOST_VISIBLE) and plain("김" * MOST_VISIBLE) and plain("🎈" * MOST_VISIBLE)
    assert plain("é" * MOST_VISIBLE) == "é" * MOST_VISIBLE


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_shows_what_it_is(typed):
    try:
        name = plain(typed)
    except BadName:
        return
    assert name == name.strip() and "  " not in name and len(name) <= SHOWN
    assert not any(unicodedata.category(sign)[0] == "C" or unicodedata.category(sign) in ("Zl", "Zp") for sign in name)
    assert 1 <= sum(unicodedata.category(sign)[0] != "M" for sign in name) <= MOST_VISIBLE
    assert plain(name) == name
    assert 1 <= len(look(name)) <= SHOWN
    assert " " not in look(name)


ALIKE = [
    ("Anna", "ANNA"), ("Anna", "АNNА"), ("ANNA", "ΑΝΝΑ"), ("Henry", "ΗΕΝRΥ"), ("Zoe", "Ζοé"), ("Anna", "ᴀɴɴᴀ"), ("Anna", "𝒜nnɑ"),
    ("Anna", "A n n a"), ("Anna", "An-na."), ("Bob l", "Bob1"), ("Bob l", "BobI"), ("Bob l", "Bob|"), ("modern", "modem"),
    ("Willy", "VVilly"), ("Tom", "T0m"), ("Tom", "Т\u03bfm"), ("Anna", "A̶nna"), ("Anna", "a⃝nna"), ("Łukasz", "lukasz"),
    ("fin", "ﬁn"), ("Straße", "STRASSE"), ("Ilse", "llse"), ("Jo", "Ꭻo".replace("Ꭻ", "Ј")), ("sam", "ѕаm"), ("paypal", "раураl"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_that_look_alike_are_one_to_the_eye(one, other):
    assert look(plain(one)) == look(plain(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Anna", "Anne"), ("राम", "रोम"), ("Bob 2", "Bob 3"), ("김철수", "김철호"), ("👍", "👎"), ("Tim", "Tom"), ("สมชาย", "สมชัย")],
)
def test_names_that_differ_to_the_eye_are_two(one, other):
    assert look(plain(one)) != look(plain(other))
