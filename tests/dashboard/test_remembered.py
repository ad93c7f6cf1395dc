"""Remembered systems: the text of a browser becomes the system that was left on a page, or is refused with reasons."""

import pytest

from dashboard import inside, remembered
from dashboard.asks import LostRecording
from dashboard.journey import CONCEPTS
from dashboard.links import BadLink
from dashboard.listing import TIERS
from dashboard.situations import BY_NAME


def reasons(text) -> str:
    with pytest.raises(BadLink) as caught:
        remembered.read(text)
    return " ".join(caught.value.reasons)


def test_every_concept_page_has_its_declaration_and_a_part_of_the_code():
    assert [name.replace("-", "_") for name in remembered.pages()] == [name for name, _ in CONCEPTS]
    assert set(inside.TIER_OF) == set(remembered.pages())
    assert set(inside.TIER_OF.values()) <= set(TIERS)


def test_a_system_is_the_pages_own_with_what_was_left():
    found = remembered.read("?page=caching&v=1&seed=7&cache.nodes=3&cache.ttl_s=none&cache.coalescing=on&traffic.rate=2000.000000")
    assert (found.system.cache.nodes, found.system.cache.ttl_s, found.system.cache.coalescing) == (3, None, True)
    assert found.system.servers == remembered.pages()["caching"].start.servers, "what is not named is as the page has it"
    assert (found.seed, found.differs) == (7, ["cache.ttl_s=none", "cache.nodes=3", "cache.coalescing=on"])


def test_a_page_in_a_situation_has_the_situations_system():
    found = remembered.read("?page=load-balancing&situation=celebrity_post&v=1&seed=1")
    assert found.system == BY_NAME["celebrity_post"].system
    assert found.differs == []


def test_a_recording_is_played_as_long_as_it_is_here():
    def played(token):
        assert token == "abc"
        return {"pattern": "recorded", "recording": [(0.0, 10.0), (60.0, 30.0)]}

    text = "?page=load-balancing&v=1&traffic.recording=abc&traffic.recording_speed=2"
    found = remembered.read(text, played)
    assert (found.system.traffic.pattern, found.system.traffic.recording_speed) == ("recorded", 2.0)

    def lost(_):
        raise LostRecording("It is gone.")

    with pytest.raises(BadLink, match="It is gone"):
        remembered.read(text, lost)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("?page=caching", "Nothing of it can be read"),
        ("?page=nowhere&v=1", "There is no page 'nowhere'"),
        ("?v=1&cache.nodes=3", "There is no page ''"),
        ("?page=caching&v=1&cache.nodes=NaN", "cache.nodes: give a number from 1 to 20, not 'NaN'"),
        ("?page=caching&v=1&cache.nodes=3&cache.nodes=4", "given more than once"),
        ("?page=caching&v=99", "newer version"),
        ("?page=caching&v=1&traffic.pattern=daily", "not a control of this page"),
        ("?page=load-balancing&v=1&traffic.recording=a/b", "A recording is named by the token"),
        ("?page=caching&v=1&cache.nodes=" + "3" * 9_000, "longer than 8,000 characters"),
        (7, "Nothing of it can be read"),
    ],
)
def test_what_is_damaged_is_refused_and_says_why(text, said):
    assert said in reasons(text)


def test_both_engines_agree_on_a_remembered_system_and_theory_stands_beside_it():
    text = "?page=caching&v=1&seed=7&cache.nodes=3"
    told = inside.answer({"system": text, "seed": 7, "work": ["prove", "theory"]})
    assert told["chosen"] == {"asked": text, "reasons": [], "differs": ["cache.nodes=3"]}
    assert (told["prove"]["system"], told["prove"]["differing"], told["theory"]["seed"]) == (text, 0, 7)


def test_instead_of_a_damaged_system_the_default_is_taken_and_it_is_said():
    text = "?page=caching&v=1&cache.nodes=many"
    told = inside.answer({"system": text, "work": ["prove"]})
    assert told["prove"]["system"] == inside.DEFAULT
    assert told["chosen"]["asked"] == text
    assert told["chosen"]["reasons"] == ["cache.nodes: give a number from 1 to 20, not 'many'"]


@pytest.mark.parametrize("name", list(remembered.pages()))
def test_both_engines_agree_on_what_every_page_begins_with(name):
    assert inside.answer({"system": f"?page={name}&v=1", "work": ["prove"]})["prove"]["differing"] == 0
