"""Codes and limits: what is random and how much, how people may type it, and that a source uses up nobody else's tries."""

import re
import threading

import pytest

from dashboard.classroom import codes, limits
from dashboard.classroom.api import TRIED_CODES
from dashboard.classroom.limits import Limit
from dashboard.lesson.gate import Refusal
from dashboard.store.rooms import MAX_MEMBERS
from tests.dashboard.classroom.world import browser


def test_secrets_are_as_long_as_is_promised():
    assert 4 * len(codes.new_secret()) == 256
    assert codes.SECRET.fullmatch(codes.new_secret())
    assert codes.TOKEN.fullmatch(codes.new_token())
    assert 8 * codes.TOKEN_BYTES == 128
    assert len({codes.new_token() for _ in range(100)} | {codes.new_secret() for _ in range(100)}) == 200


def test_a_code_cannot_be_guessed_within_the_limits():
    """The chance that one source that tries for a month hits one of a thousand open rooms."""
    tries = TRIED_CODES._at_once + TRIED_CODES._a_minute * 60 * 24 * 30
    assert tries * 1_000 / len(codes.SYMBOLS) ** codes.CODE < 0.004
    assert len(codes.SYMBOLS) == 31
    for symbol in "01ILO":
        assert symbol not in codes.SYMBOLS
    # The longer ones are looked up however many were tried: ten thousand a second for a month, against every member of a full room.
    tries = 10_000 * 3_600 * 24 * 30
    assert tries * MAX_MEMBERS / len(codes.SYMBOLS) ** codes.RESUME < 0.0001
    assert tries / len(codes.SYMBOLS) ** codes.RECOVERY < 1e-18


@pytest.mark.parametrize("typed", ["ABCD-2345", "abcd2345", " ab cd–23 45 ", "AB.CD_23—45", "abcd\u00a02345"])
def test_a_code_may_be_typed_in_many_ways(typed):
    assert codes.read(typed, codes.CODE) == "ABCD2345"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ABCD-234",
        "ABCD-23456",
        "ABCD-2340",
        "ABCD-234I",
        "ａｂｃｄ2345",
        "ÄBCD2345",
        None,
        7,
        ["ABCD2345"],
        "ABCD2345" + " " * 17,
    ],
)
def test_what_is_no_code_is_none(typed):
    assert codes.read(typed, codes.CODE) is None


@pytest.mark.parametrize("length", [codes.CODE, codes.RESUME, codes.RECOVERY])
def test_a_code_is_read_as_it_was_written(length):
    made = codes.new_code(length)
    assert codes.read(codes.written(made), length) == codes.read(codes.written(made).lower(), length) == made
    assert re.fullmatch(r"(\w{4}-)*\w{4}", codes.written(made))


def test_what_is_stored_of_a_secret_is_not_the_secret():
    assert codes.hashed("a") != codes.hashed("b") and "secret" not in codes.hashed("secret")
    assert re.fullmatch(r"[0-9a-f]{64}", codes.hashed("a"))


def test_shuffled_keeps_all_and_makes_every_order():
    assert {tuple(codes.shuffled([1, 2, 3])) for _ in range(300)} == {
        (1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)
    }  # fmt: skip


class Watch:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def refused(limit: Limit, source: str, check: bool = False) -> bool:
    try:
        (limit.check if check else limit.take)(source)
    except Refusal as problem:
        assert problem.status == 429
        return True
    return False


def test_a_source_has_so_many_tries_at_once_and_more_with_time():
    watch = Watch()
    limit = Limit(at_once=3, a_minute=6, clock=watch)
    assert [refused(limit, "a") for _ in range(5)] == [False, False, False, True, True]
    watch.now_s = 9.9
    assert refused(limit, "a") and refused(limit, "a", check=True)
    watch.now_s = 10
    assert [refused(limit, "a") for _ in range(2)] == [False, True]
    watch.now_s = 10_000
    assert [refused(limit, "a") for _ in range(4)] == [False, False, False, True], "never more than at first"


def test_to_look_uses_up_nothing():
    limit = Limit(at_once=1, a_minute=1, clock=Watch())
    assert [refused(limit, "a", check=True) for _ in range(5)] == [False] * 5
    assert not refused(limit, "a")
    assert refused(limit, "a", check=True)


def test_a_source_uses_up_nobody_elses_tries():
    limit = Limit(at_once=2, a_minute=1, clock=Watch())
    assert [refused(limit, "a") for _ in range(50)].count(False) == 2
    assert not refused(limit, "b")


def test_sources_without_number_take_no_memory_without_bound(monkeypatch):
    monkeypatch.setattr(limits, "MOST_SOURCES", 10)
    limit = Limit(at_once=1, a_minute=1, clock=Watch())
    for number in range(100):
        limit.take(f"source {number}")
    assert len(limit._left) == 10
    assert refused(limit, "source 99"), "the latest are known"


def test_threads_take_no_try_twice():
    limit, passed = Limit(at_once=200, a_minute=1, clock=Watch()), []

    def take() -> None:
        passed.extend(not refused(limit, "a") for _ in range(100))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(True) == 200


@pytest.mark.parametrize(
    ("secret", "given"), [("0f" * 32, "link"), ("ABCD-EFGH-JKMN-PQRS-TUVW", "recovery code"), ("nonsense", "recovery code")]
)
def test_who_is_not_let_in_is_told_of_what_they_gave(school, secret, given):
    reply = school.post(browser(), f"/{school.token}/claim", {"secret": secret})
    assert reply.status == 404
    assert reply.json["problem"].startswith(f"This {given} is not good, or no more")
