"""Shows: every misconception of the bank has a scenario, which opens on its page as the run that it promises."""

from urllib.parse import parse_qsl

import pytest

from dashboard import sharing
from dashboard.classroom import shows
from dashboard.classroom.commands import PUSHABLE
from dashboard.island import MAX_QUERY
from dashboard.lesson.beside import page_of
from dashboard.links import MAX_LINK_CHARS
from dashboard.page import book, chunk, description
from lessons.misconceptions import bank
from lessons.running import Run, Stretch, measured
from lessons.sound import met_misconceptions

EVERY = pytest.mark.parametrize("name", bank())


@EVERY
def test_each_misconception_has_a_scenario_that_opens_as_it_was_made(name):
    found, push = shows.shown(name), shows.push(name)
    assert name in met_misconceptions(found.step), "it is of a step that meets it"
    assert push["view"] in PUSHABLE and push["view"] == found.lesson.concept
    assert found.lesson.title in push["title"]
    assert len(push["query"]) <= min(MAX_QUERY, MAX_LINK_CHARS)
    there, refused = shows.staged(page_of(push["view"]), name)
    assert refused is None
    assert there.question == bank()[name].shows
    opened = sharing.opened(parse_qsl(push["query"][1:]), book(there), lambda token: None)
    assert opened["reasons"] == []
    assert opened["changes"] == found.changes
    assert opened["until_s"] == found.until_s
    assert (opened["pin"] is not None) == found.pinned
    assert description(there)["lesson"] is None, "the page is free to play with: nobody is asked anything"


@EVERY
def test_something_happens_in_it_or_the_scene_is_all(name):
    """Whatever happens lies within what is replayed, in order, and there is time to look at it."""
    found = shows.shown(name)
    times = [at_s for at_s, _ in found.changes]
    assert times == sorted(times)
    assert max(times, default=0) + shows.AFTER_S <= found.until_s <= 200


def test_the_first_chunk_of_the_page_is_the_replayed_run():
    found, push = shows.shown("M07"), shows.push("M07")
    there, _ = shows.staged(page_of("overload"), "M07")
    opened = sharing.opened(parse_qsl(push["query"][1:]), book(there), lambda token: None)
    begun = chunk(there, None, opened)
    assert begun["echo"] == "first" and "problem" not in begun
    rate = begun["pieces"][-1]["series"]["offered_rate"]
    assert max(rate) > 2 * found.lesson.system["traffic.rate"], "the crowd of the scene is in the first 24 seconds"


def test_what_is_played_is_the_lessons_own_run():
    """The page's system and the link together are the run that the lesson measures: the outage outlives its trigger."""
    found = shows.shown("M07")
    there, _ = shows.staged(page_of("overload"), "M07")
    run = Run.of(there.start, 1, found.changes)
    before = measured(run, Stretch("goodput", "", 2, 10))
    after = measured(run, Stretch("goodput", "", 30, found.until_s))
    assert after < 0.3 * before


@pytest.mark.parametrize("name", ["M99", "", "<b>", "x" * 500])
def test_what_is_no_misconception_shows_nothing(name):
    page = page_of("overload")
    assert shows.push(name) is None
    there, refused = shows.staged(page, name)
    assert there is page
    assert refused["reasons"] and len(refused["name"]) < 100


def test_a_scenario_of_another_page_opens_nothing():
    page = page_of("overload")
    there, refused = shows.staged(page, "M01")
    assert there is page and refused["reasons"]
