"""Cells: what a learner types is never a formula in a teacher's spreadsheet, numbers stay numbers, and a file has a sound name."""

import csv
import io
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.classroom.cells import BOM, NONE, NUMBER, safe, saved_as, table

FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0", "-2+3+cmd|' /C'!A0", "\t=1", "\tx", "\r=1",
    "\n=1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\x00=1", "\u202e=1", "  \u2060 +SUM(1)", "\u3000＝1", "＝1", "﹦1", "＋1",
    "﹢1+2", "－1+1", "﹣2+3", "＠x", "﹫x",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe(text):
    assert safe(text).startswith("'")


@pytest.mark.parametrize(
    "text", ["-5", "+5", "-0.25", "-1e-3", "12", "4 ms", "a=b", "Ann", "1-2", "x@y", "O'Neil", "'quoted", "–5", "-", ""]
)
def test_a_number_and_an_ordinary_text_stay_as_they_are(text):
    assert safe(text) == text


@pytest.mark.parametrize("value", [-5, 0, 3.25, -0.5])
def test_a_number_is_no_text(value):
    assert safe(value) == value
    assert table([[value]]) == f"{value}\r\n"


@pytest.mark.parametrize(("value", "told"), [(True, "yes"), (False, "no"), (None, "")])
def test_yes_no_and_nothing(value, told):
    assert safe(value) == told


SIGNS = st.sampled_from([*';;;\t\t""==+-@＝﹣\'|, \u00a0\u200b\x00!0aé'])


@given(st.lists(st.lists(st.text(SIGNS, max_size=12), min_size=2, max_size=2), min_size=1, max_size=3), st.sampled_from(";\t,"))
@example([["Ann;\"=cmd|'/C x'!A0;", "Bob"]], ";")
@example([["Ann;=1+1", "Ann; =1"], ["Ann;\u00a0＝1", "a;-2+3"]], ";")
@example([["Ann\t@x", '\t"\u200b"+1']], "\t")
def test_no_cell_begins_with_a_formula_whatever_parts_them(texts, sign):
    """A spreadsheet whose decimals have a comma parts cells at semicolons, within quotes too when the cell began without."""
    text = table([number, *row, 1.5] for number, row in enumerate(texts))
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
        for cell in row:
            seen = "".join(one for one in cell if not one.isspace() and unicodedata.category(one)[0] != "C")
            begins = unicodedata.normalize("NFKC", seen).startswith(("=", "+", "-", "@"))
            assert not begins or cell == NONE or NUMBER.fullmatch(cell), cell


def test_a_cell_is_one_line():
    assert safe("one\r\n=two\n\n three\u2028four") == "one =two three four"


def test_a_table_is_read_again_as_it_was():
    rows = [["name", "said"], ['Ann "the Fan", x', "ü字"], ["Bob", ""]]
    text = table(rows)
    assert text.count("\r\n") == len(rows) and text.replace("\r\n", "").count("\n") == 0
    assert list(csv.reader(io.StringIO(text, newline=""))) == rows
    assert BOM.encode() == b"\xef\xbb\xbf"


def test_a_cell_is_no_longer_than_excel_takes():
    assert len(safe("x" * 100_000)) <= 32_767
    assert len(safe("=" * 100_000)) <= 32_767


@pytest.mark.parametrize(
    ("title", "plain", "written"),
    [
        ("Physics 9b", "Physics-9b", "Physics-9b"),
        ("Übung für 9b", "Ubung-fur-9b", "%C3%9Cbung-f%C3%BCr-9b"),
        ("../../etc/passwd", "etc-passwd", "etc-passwd"),
        ('x"; filename="evil.exe', "x-filename-evil-exe", "x-filename-evil-exe"),
        ("a\r\nSet-Cookie: b=c", "a-Set-Cookie-b-c", "a-Set-Cookie-b-c"),
        ("\u202egpj.exe", "gpj-exe", "gpj-exe"),
        ("物理", "room", "%E7%89%A9%E7%90%86"),
        ("///", "room", "room"),
    ],
)
def test_a_file_is_saved_under_a_sound_name(title, plain, written):
    assert saved_as(title, "long.csv") == f"attachment; filename=\"{plain}-long.csv\"; filename*=UTF-8''{written}-long.csv"


def test_a_long_title_makes_no_long_name():
    assert len(saved_as("字" * 200, "long.csv")) < 700
