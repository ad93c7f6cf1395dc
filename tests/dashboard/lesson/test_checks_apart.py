"""Checks of drafts run apart, one a person and few at once; whoever is ended leaves nothing behind."""

import secrets
import sys
import threading
import time

import pytest

from dashboard.lesson import checks_apart
from dashboard.lesson.checks_apart import CANCELLED, DONE, FAILED, RUNNING, Busy, Checks
from dashboard.lesson.manual import example

GOOD = example().encode()
ADA, BOB = "a" * 32, "b" * 32
TALKS = 'import sys; sys.stdin.read(); print(\'{"done": 1, "all": 2}\', flush=True)'
PROVES = f"{TALKS}; print('{{\"problems\": []}}', flush=True)"
WAITS = f"{TALKS}; import time; time.sleep(60)"


def ended(check, within_s: float = 20):
    until = time.monotonic() + within_s
    while check.state == RUNNING and time.monotonic() < until:
        time.sleep(0.02)
    return check.state


@pytest.fixture
def checks():
    """Checks by processes that do nothing; a test says which."""
    made = []

    def of(program: str) -> Checks:
        made.append(Checks((sys.executable, "-c", program)))
        return made[-1]

    yield of
    for one in made:
        one.end_all()


def begun(check) -> None:
    """Wait until its process has said something."""
    until = time.monotonic() + 20
    while not check.all and time.monotonic() < until:
        time.sleep(0.02)
    assert check.all == 2


def test_a_check_is_cancelled_at_once(checks):
    check = checks(WAITS).begin(ADA, "x", "1", GOOD)
    begun(check)
    check.end(CANCELLED)
    assert check.state == CANCELLED
    assert check._process.wait(5) != 0, "the process is gone"


def test_a_person_has_one_check_at_a_time_and_the_same_text_is_checked_once(checks):
    all_ = checks(WAITS)
    first = all_.begin(ADA, "x", "1", GOOD)
    assert all_.begin(ADA, "x", "1", GOOD) is first
    second = all_.begin(ADA, "x", "2", GOOD)
    assert (first.state, second.state) == (CANCELLED, RUNNING)
    assert all_.of(ADA, "x") is second
    assert all_.of(BOB, "x") is None


def test_only_few_run_at_once_and_not_many_wait(checks, monkeypatch):
    monkeypatch.setattr(checks_apart, "WAITING", 4)
    all_ = checks(WAITS)
    found = [all_.begin(secrets.token_hex(16), "x", "1", GOOD) for _ in range(4)]
    begun(found[0])
    begun(found[1])
    assert [one._process is not None for one in found] == [True, True, False, False]
    with pytest.raises(Busy):
        all_.begin(ADA, "x", "1", GOOD)


def test_whoever_is_ended_while_they_wait_leaves_no_thread_behind(checks, monkeypatch):
    monkeypatch.setattr(checks_apart, "WAIT_S", 0.05)
    all_ = checks(WAITS)
    for name in range(checks_apart.AT_ONCE):
        begun(all_.begin(str(name), "x", "1", GOOD))
    before = threading.active_count()
    for digest in range(20):
        all_.begin(ADA, "x", str(digest), GOOD).end(CANCELLED)
    until = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.05)
    assert threading.active_count() <= before


def test_many_who_come_and_go_end_nobody_elses_check(checks, monkeypatch):
    monkeypatch.setattr(checks_apart, "KEPT", 3)
    all_ = checks(WAITS)
    first = all_.begin(ADA, "x", "1", GOOD)
    for name in range(9):
        all_.begin(str(name), "x", "1", GOOD).end(CANCELLED)
    assert (first.state, all_.of(ADA, "x")) == (RUNNING, first)
    assert len(all_._known) <= 4


def test_a_process_that_breaks_off_says_so(checks):
    assert ended(checks("raise SystemExit(1)").begin(ADA, "x", "1", GOOD)) == FAILED


def test_a_process_that_cannot_begin_says_so(tmp_path):
    check = Checks((str(tmp_path / "nothing"),)).begin(ADA, "x", "1", GOOD)
    assert ended(check) == FAILED
    assert check.failed


def test_a_proof_that_takes_too_long_is_ended(checks, monkeypatch):
    monkeypatch.setattr(checks_apart, "LIMIT_S", 0.5)
    check = checks(WAITS).begin(ADA, "x", "1", GOOD)
    assert ended(check) == FAILED
    assert "too long" in check.failed


def test_what_is_over_leaves_no_thread_behind(checks):
    before = threading.active_count()
    assert ended(checks(PROVES).begin(ADA, "x", "1", GOOD)) == DONE
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.05)
    assert threading.active_count() <= before
