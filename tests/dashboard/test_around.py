"""The pages around the concept pages, as Streamlit runs them: what they tell the browser, and where their links lead."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import places
from dashboard.around import APART, AROUND
from dashboard.island import destination
from dashboard.journey import CONCEPTS
from dashboard.milestones import MILESTONES, USERS, figures, rate
from dashboard.situations import BY_NAME

MAIN = str(Path(__file__).resolve().parents[2] / "dashboard/main.py")


def islands(name: str, ask=None) -> list[dict]:
    """The data of the islands of a page."""
    at = AppTest.from_file(MAIN, default_timeout=120)
    if name != places.HOME:
        at.run().switch_page(f"views/{name}.py")
    if ask is not None:
        at.session_state[f"island-{name}"] = {"ask": ask}
    at.run()
    assert not at.exception
    return [json.loads(component.proto.json) for component in at.get("bidi_component")]


def test_home_tells_the_whole_road_and_says_what_is_there():
    (home,) = islands("home")
    assert [stop["view"] for stop in home["stops"]] == [name for name, _ in CONCEPTS]
    for stop in home["stops"]:
        assert stop["live"] == places.exists(stop["view"])
        assert stop["question"].endswith("?")
    assert [mark["users"] for mark in home["marks"]] == list(USERS)


def test_wherever_users_stand_their_requests_stand_beside_them():
    """100,000 users × 20 actions a day × peak 3 ÷ 86,400 s = 69.4/s; 144 million are 100,000/s."""
    assert rate(100_000) == pytest.approx(69.44, abs=0.01)
    assert rate(144_000_000) == 100_000
    assert [figures(rate(users)) for users in (1, 1_000, 10_000, 100_000, 144_000_000)] == ["0.0007", "0.7", "6.9", "69", "100,000"]


def test_a_milestone_names_a_bottleneck_not_a_number_of_users():
    assert [stop.name for stop in MILESTONES] == [name for name, _ in CONCEPTS]
    for stop in MILESTONES:
        assert not any(letter.isdigit() for letter in stop.bottleneck)


def test_the_gallery_shows_every_situation_with_its_link():
    (gallery,) = islands("gallery")
    cards = {card["name"]: card for card in gallery["situations"]}
    assert set(cards) == set(BY_NAME)
    assert cards["bad_deploy"]["href"] == "load-balancing?situation=bad_deploy"
    assert all(card["live"] == places.exists(card["view"]) for card in cards.values())


def test_the_glossary_is_sorted_and_each_term_has_its_place():
    (glossary,) = islands("glossary")
    titles = [term["title"].lower() for term in glossary["terms"]]
    assert titles == sorted(titles)
    assert {term["anchor"] for term in glossary["terms"]} >= {"little-s-law", "stampede", "hot-shard"}


def test_look_inside_answers_what_was_asked():
    inside, model = islands("look_inside", {"tier": "client", "work": ["prove"]})
    assert inside["tier"] == "client"
    assert inside["prove"]["differing"] == 0
    assert [section["title"] for section in model["sections"]][13] == "What is left out"


def test_settings_know_every_page():
    (settings,) = islands("settings")
    assert set(settings["paths"]) >= {".", "gallery", "load-balancing"}
    assert settings["languages"] == [["en", "English"]]


@pytest.mark.parametrize("name", places.every())
def test_every_page_file_is_in_the_navigation(name):
    assert name in AROUND | APART | dict(CONCEPTS)


def test_a_link_leads_to_a_page_of_ours_and_nowhere_else():
    assert destination({"view": "gallery"}) == ("views/gallery.py", {})
    query = {"view": "load_balancing", "query": "situation=bad_deploy&x=%26"}
    assert destination(query) == ("views/load_balancing.py", {"situation": "bad_deploy", "x": "&"})
    for raw in (
        None,
        3,
        {},
        {"view": 3},
        {"view": "../main"},
        {"view": "nothing"},
        {"view": "home", "query": 3},
        {"view": "home", "query": "x" * 9_000},
    ):
        assert destination(raw) is None
