"""Cores: one simulation each; long work leaves a core to the others, lets them have its own between its pieces, and is bounded."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from dashboard.cores import Busy, Cores

PATIENCE_S = 30


class LongWork:
    """Somebody who works long until told to end, and steps aside as often as that is looked at."""

    def __init__(self, cores: Cores) -> None:
        self._cores, self.begun, self.ends = cores, threading.Event(), threading.Event()

    def __call__(self) -> str:
        with self._cores, self._cores.long() as step_aside:
            self.begun.set()
            while not self.ends.is_set():
                step_aside()
        return "done"


@pytest.fixture
def threads():
    with ThreadPoolExecutor(8) as pool:
        yield pool


def short(cores: Cores) -> str:
    with cores:
        return "short"


@pytest.mark.parametrize("count", [1, 2, 4])
def test_short_work_is_done_while_more_long_work_than_cores_waits(threads, count):
    cores = Cores(count, most_waiting=3)
    works = [LongWork(cores) for _ in range(max(1, count - 1) + 3)]
    going = [threads.submit(work) for work in works]
    try:
        assert any(work.begun.wait(PATIENCE_S) for work in works)
        assert threads.submit(short, cores).result(PATIENCE_S) == "short"
        assert not any(one.done() for one in going)
        assert sum(work.begun.is_set() for work in works) <= max(1, count - 1)
    finally:
        for work in works:
            work.ends.set()
    assert [one.result(PATIENCE_S) for one in going] == ["done"] * len(works), "each had its turn"


def test_of_long_work_only_so_much_waits_and_who_is_refused_still_has_a_core(threads):
    cores = Cores(2, most_waiting=0)
    work = LongWork(cores)
    going = threads.submit(work)
    try:
        assert work.begun.wait(PATIENCE_S)
        with cores, pytest.raises(Busy), cores.long():
            pass
    finally:
        work.ends.set()
    assert going.result(PATIENCE_S) == "done"
    with cores, cores.long() as step_aside:
        step_aside()


def test_nothing_is_lost_when_the_work_fails():
    cores = Cores(1, most_waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), cores, cores.long():
            raise ZeroDivisionError
    with pytest.raises(ValueError, match="released too many"), ExitStack() as stack:
        stack.push(cores)  # given back without having been taken
