"""The report on a design: what breaks first where theory says so, a bill that adds up, a link that leads back, and a safe page."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard import links
from dashboard.lesson.beside import stage_of
from dashboard.lesson.report import DOWN, FULL, UP, Limit, Reading, limit_of, report_on
from dashboard.lesson.report_page import MOST_DRAWN, broken_said, page_of, picture
from dashboard.page import book
from engine import System
from engine.system.paths import with_values
from lessons import goals
from lessons.library import VARIABLE
from tests.dashboard.lesson.played import LESSON

ADDRESS = "https://example.org/load_balancing?lesson=every_kind"
STAGE = stage_of(LESSON)
BEST = {
    "set": {"servers.count": 5, "balancer.algorithm": "round_robin"},
    "cost_per_hour": 100.0,
    "designs_count": 10,
    "tried_count": 3,
    "date": "2026-01-02",
}
SIX = {"servers.count": 6}
EVIL = '<script>alert("x")</script>'


@pytest.fixture
def searched(tmp_path, monkeypatch):
    """As if a search had found a design at $100 an hour."""
    folder = tmp_path / LESSON.id
    folder.mkdir()
    (folder / goals.BEST_KNOWN).write_text(json.dumps({"build": BEST}))
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    goals.best_known.cache_clear()
    yield
    goals.best_known.cache_clear()


def reported(values, lesson=LESSON):
    return report_on(lesson, values, book(STAGE), ADDRESS, STAGE.start)


def fake(capacity, longest=float("inf")):
    """A design whose servers are as busy as theory says: rate ÷ capacity."""

    def at(rate):
        busy = min(rate / capacity, 1.0)
        return Reading(rate, {}, {"servers": busy, "database": 0.2}, "servers" if busy >= FULL else "") if rate <= longest else None

    return at


@pytest.mark.parametrize("rate", [300, 900, 979, 981, 1_500, 4_000])
def test_the_limit_lies_between_the_last_rate_that_was_well_and_the_first_that_was_not(rate):
    limit = limit_of(fake(1_000), rate)
    assert limit.holds < 1_000 * FULL <= limit.breaks.rate
    step = (UP if rate < 1_000 * FULL else DOWN) - 1
    assert limit.breaks.rate - limit.holds <= 1_000 * step / 3
    assert limit.tier == "servers"
    assert [one.rate for one in limit.readings] == sorted(one.rate for one in limit.readings)


def test_a_design_that_holds_as_far_as_runs_can_be_made_has_no_limit():
    limit = limit_of(fake(1e9, longest=1_300), 1_000)
    assert limit.breaks is None and limit.holds <= 1_300 and limit.tier == ""
    assert "Nothing broke" in broken_said(limit, 1_000)


def test_a_design_that_breaks_at_every_rate_holds_none():
    limit = limit_of(lambda rate: Reading(rate, {"error_rate": 1.0}, {"servers": 0.1, "database": 0.1}, "error_rate"), 1_000)
    assert limit.holds is None and limit.tier == ""
    assert "Even at" in broken_said(limit, 1_000) and "No tier is full" in broken_said(limit, 1_000)


def test_servers_break_where_the_utilisation_law_says():
    report = reported({"servers.count": 5})
    capacity = 5 * 4 / 0.006  # servers × vCPUs ÷ CPU seconds of a request: Denning and Buzen 1978
    assert report.limit.tier == "servers"
    assert report.limit.holds < capacity < report.limit.breaks.rate * 1.1
    assert capacity * 0.9 < report.limit.breaks.rate


def test_the_bill_adds_up_to_what_the_goal_is_judged_by(searched):
    report = reported(SIX)
    judged = next(one for one in report.outcomes if one.metric == goals.COST)
    assert report.cost_per_hour == pytest.approx(judged.found)
    assert set(report.bill) == {"servers", "database", "balancer", "traffic"}


def test_the_link_opens_the_very_design():
    report = reported(SIX | {"balancer.algorithm": "least_connections"})
    pairs = [pair for pair in parse_qsl(urlsplit(report.address).query) if pair[0] != "lesson"]
    opened = links.read(pairs, book(STAGE))
    assert with_values(STAGE.start, opened.changes[0][1]) == report.system
    assert report.unsaid == ()


def test_what_the_link_cannot_say_is_named():
    start = with_values(STAGE.start, {"network.jitter_cv": 0.5, "prices.file_kb": 1.0})
    report = report_on(LESSON, SIX, book(STAGE), ADDRESS, start)
    assert report.unsaid == ("network.jitter_cv", "prices.file_kb")
    assert "network.jitter_cv, prices.file_kb" in page_of(report, "today")


def test_the_best_known_differs_in_what_it_has_otherwise_and_in_nothing_else(searched):
    report = reported(SIX)
    assert [(one.mine, one.best) for one in report.best.differences] == [("6", "5")]
    more = 100 * (report.cost_per_hour / BEST["cost_per_hour"] - 1)
    assert f"{abs(more):.1f} % {'more' if more >= 0 else 'less'}" in page_of(report, "today")
    assert "<td>5</td></tr>" in page_of(report, "today")
    same = reported({"servers.count": 5})
    assert same.best.differences == () and "It is the same design." in page_of(same, "today")


def test_before_a_search_there_is_no_best_known():
    report = reported(SIX)
    assert report.best is None and "best known" not in page_of(report, "today")


def test_what_the_learner_moved_beyond_the_goal_does_not_count():
    assert reported(SIX | {"servers.cpu_ms": 0.1}).system == reported(SIX).system


def test_a_design_that_fails_is_told_so_at_its_condition():
    report = reported({})
    assert not report.passed
    page = page_of(report, "today")
    assert "The design does not keep the promise." in page and "not kept" in page
    assert "The design keeps the promise." in page_of(reported(SIX), "today")


def test_a_lesson_without_a_goal_has_no_report():
    without = LESSON.model_copy(update={"steps": [step for step in LESSON.steps if not step.goal]})
    with pytest.raises(ValueError, match="no goal"):
        reported(SIX, without)


class Elements(HTMLParser):
    """The elements of a page, whether they are closed in order, and what they refer to."""

    VOID = ("meta",)

    def __init__(self, page):
        super().__init__()
        self.open, self.names, self.references = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        self.references += [value for name, value in attributes if name in ("src", "href", "xlink:href", "action", "data")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.names.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_stands_on_its_own_and_escapes_what_others_wrote(searched):
    steps = [one.model_copy(update={"title": EVIL}) if one.goal else one for one in LESSON.steps]
    evil = LESSON.model_copy(update={"title": EVIL, "steps": steps})
    report = report_on(evil, SIX, book(STAGE), f'https://example.org/"{EVIL}', STAGE.start)
    page = page_of(report, EVIL)
    found = Elements(page)
    assert found.open == [] and "script" not in found.names and EVIL not in page
    assert found.references == [report.address]
    assert "url(" not in page and "@import" not in page and "default-src 'none'".replace("'", "&#x27;") in page


@pytest.mark.parametrize(("count", "squares"), [(1, 1), (MOST_DRAWN, MOST_DRAWN), (MOST_DRAWN + 1, 1)])
def test_the_picture_has_a_square_a_server_and_a_number_where_they_are_many(count, squares):
    drawn = picture(with_values(System(), {"servers.count": count}), {})
    green = drawn.count('fill="#0a7d61"')
    texts = drawn.count('fill="#0a7d61" font-weight')
    assert green - texts == squares
    assert (f"× {count}<" in drawn) == (count > MOST_DRAWN)


def test_the_picture_has_the_tiers_that_the_design_has():
    plain = with_values(System(), {"servers.count": 1})
    assert "CDN" not in picture(plain, {}) and "Cache" not in picture(plain, {}) and "Load balancer" not in picture(plain, {})
    more = {"servers.count": 2, "cdn.enabled": True, "cache.enabled": True, "database.shards": 3, "database.replicas": 1}
    drawn = picture(with_values(plain, more), {"servers": 0.5, "database": 0.25})
    for said in ("CDN", "Cache", "Load balancer", "3 shards", "1 replica each", "50 % busy", "25 % busy"):
        assert said in drawn


def test_a_goal_that_limits_how_busy_a_tier_is_has_no_second_column_for_it():
    busy = {"servers": 0.5, "database": 0.2}
    at = Reading(1_000, {"latency_p95_ms": 40.0, "server_utilisation": 0.5}, busy, "")
    report = replace(reported(SIX), limit=Limit(1_000, None, "", (at,)))
    heads = page_of(report, "today").split("What would break first")[1].split("</thead>")[0]
    assert heads.count("<th>") == len(["rate", "p95", "servers", "database", "what breaks"])


def test_what_the_best_known_does_is_told_only_to_who_keeps_the_promise(searched):
    page = page_of(reported({}), "today")
    assert "once your design keeps the promise" in page and "<td>5</td></tr>" not in page
