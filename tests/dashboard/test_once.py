"""Once: equal work is done once, whoever asks at the same time; what may not be kept is not, and the rest stays within bounds."""

import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.once import Once


def counted(calls, text=b"told", keep=True):
    def work():
        calls.append(text)
        return text, keep

    return work


def test_what_was_worked_out_is_kept():
    once, calls = Once(100), []
    assert [once.get("a", counted(calls)) for _ in range(3)] == [b"told"] * 3
    assert once.get("b", counted(calls, b"else")) == b"else"
    assert calls == [b"told", b"else"]


def test_what_may_not_be_kept_is_worked_out_again():
    once, calls = Once(100), []
    assert [once.get("a", counted(calls, keep=False)) for _ in range(2)] == [b"told"] * 2
    assert len(calls) == 2


def test_those_who_ask_meanwhile_wait_for_it():
    once, calls, begun, go = Once(100), [], threading.Event(), threading.Event()

    def work():
        calls.append(1)
        begun.set()
        assert go.wait(20)
        return b"told", False

    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(once.get, "a", work)
        assert begun.wait(20)
        others = [threads.submit(once.get, "a", work) for _ in range(6)]
        assert threads.submit(once.get, "b", counted([], b"other")).result(20) == b"other", "other work goes on"
        assert not any(one.done() for one in others)
        go.set()
        assert [one.result(20) for one in [first, *others]] == [b"told"] * 7
    assert len(calls) == 1


def test_a_failure_is_everybodys_and_is_forgotten():
    once = Once(100)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            once.get("a", lambda: 1 / 0)
    assert once.get("a", counted([])) == b"told"


def test_the_longest_unused_make_room():
    once, calls = Once(10), []
    for name in "abacab":
        once.get(name, counted(calls, name.encode() * 4))
    # Two of four bytes fit. The third name takes the place of b, because a was used since; then b takes that of c.
    assert [text[:1] for text in calls] == [b"a", b"b", b"c", b"b"]


def test_of_a_long_key_little_is_kept():
    once = Once(1_000)
    tracemalloc.start()
    try:
        for number in range(50):
            once.get(("view", f"{number}" + "x" * 100_000), counted([]))
        held_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held_bytes < 50 * 1_000, "the keys alone would be five million"


@given(st.lists(st.tuples(st.text(max_size=5), st.integers(0, 3), st.none() | st.booleans()), max_size=8))
def test_each_key_has_a_text_of_its_own(keys):
    once = Once(10_000)
    for key in keys:
        once.get(key, lambda key=key: (repr(key).encode(), True))
    assert [once.get(key, lambda: 1 / 0) for key in keys] == [repr(key).encode() for key in keys]
