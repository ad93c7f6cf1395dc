"""What the browser is told of links and files, and what a page's address opens, through the page as Streamlit runs it."""

import math

import pytest

from dashboard import links, sharing
from dashboard.asks import RECORDING, BadAsk
from dashboard.links import Book
from dashboard.page import chunk
from dashboard.views.load_balancing import PAGE
from tests.dashboard.test_links import SMALL
from tests.dashboard.test_page import opened, stage

TOKEN = "0123456789abcdef" * 2
PLAYING = Book(SMALL.page, SMALL.controls, SMALL.defaults, SMALL.faults, recordings=True)


def nothing(_token):
    """No recording is kept here."""


def asked(**more):
    """Both links of a run with six servers; parts of the ask replaced."""
    run = {"values": {"servers.count": 6}, "changes": [[3, {"servers.count": 6}]], "pin": None, "until_s": 12.34} | more
    return sharing.links_of({"seed": 2, "share": run}, SMALL, "Shop")


def test_both_links_and_the_file():
    told = asked(pin=[1.5, {}])
    assert told["system"] == "?v=1&servers.count=6"
    assert told["run"] == "?v=1&seed=2&at=3:servers.count:6&pin=1.5&until=12.3"
    assert told["file"].splitlines()[1:] == ["page=shop", "v=1", "seed=2", "at=3:servers.count:6", "pin=1.5", "until=12.3"]
    assert (told["moves"], told["merged"], told["recording"]) == (1, 0, False)


def test_a_link_of_many_moves_is_offered_as_a_file_only():
    told = asked(changes=[[k, {"servers.count": 1 + k % 9}] for k in range(200)])
    assert told["run"] is None
    assert len(links.pairs_of_file(told["file"], SMALL)) == 203
    longest = asked(changes=[[k, {"servers.count": 1 + k % 9}] for k in range(60)])["run"]
    assert len(longest) <= links.MAX_LINK_CHARS


def recorded_run():
    """The links of a run that plays a recording from 1 s on, and a pinned design that plays it too."""
    run = {
        "values": {"traffic.rate": 5, RECORDING: TOKEN}, "until_s": 9, "pin": [4, {RECORDING: TOKEN, "servers.count": 2}],
        "changes": [[1, {RECORDING: TOKEN}], [2, {"traffic.rate": 5}]],
    }  # fmt: skip
    return sharing.links_of({"seed": 2, "share": run}, PLAYING, "Shop")


def test_links_name_a_recording_and_nothing_more_of_it():
    told = recorded_run()
    assert told["recording"]
    assert told["system"] == f"?v=1&traffic.rate=5&traffic.recording={TOKEN}"
    assert f"&at=1:traffic.recording:{TOKEN}&at=2:traffic.rate:5&pin=4:" in told["run"]


def test_a_run_whose_recording_is_kept_here_plays_it():
    shown = {"token": TOKEN, "words": "a sale"}
    found = sharing.from_file(recorded_run()["file"], PLAYING, {TOKEN: shown}.get)
    assert (found["recording"], found["missing"]) == (shown, None)
    assert found["changes"] == [[1, {RECORDING: TOKEN}], [2, {"traffic.rate": 5}]]


def test_a_run_whose_recording_is_not_here_is_played_without_and_says_what_it_lacks():
    found = sharing.from_file(recorded_run()["file"], PLAYING, nothing)
    assert (found["reasons"], found["recording"]) == ([], None)
    assert (found["changes"], found["pin"]) == ([[2, {"traffic.rate": 5}]], [4, {"servers.count": 2}])
    whole = {"changes": [[1, {RECORDING: TOKEN}], [2, {"traffic.rate": 5}]], "pin": [4, {RECORDING: TOKEN, "servers.count": 2}]}
    assert found["missing"] == {"token": TOKEN} | whole


def test_a_run_without_a_recording_lacks_none():
    found = sharing.from_file(asked()["file"], SMALL, nothing)
    assert (found["recording"], found["missing"]) == (None, None)


def test_merged_moves_and_a_recording_are_said():
    told = asked(changes=[[1, {RECORDING: "a" * 32}], [2, {"traffic.rate": 5}], [2.1, {"traffic.rate": 6}]])
    assert (told["merged"], told["recording"], told["moves"]) == (1, True, 1)
    assert RECORDING not in told["file"]


@pytest.mark.parametrize(
    "share",
    [
        None, [], {}, {"changes": 5}, {"values": 5, "changes": [], "until_s": 0},
        {"values": {}, "changes": [], "until_s": math.nan},
        {"values": {"x": 1}, "changes": [], "until_s": 0}, {"values": {}, "changes": [[0]], "until_s": 0},
        {"values": {}, "changes": [[0, {"servers.count": 2}]] * 500, "until_s": 0},
    ],
)  # fmt: skip
def test_an_ask_that_makes_no_sense_is_refused(share):
    with pytest.raises(BadAsk):
        sharing.links_of({"share": share}, SMALL, "Shop")


def test_a_file_opens_or_says_why_not():
    opened = sharing.from_file(asked()["file"], SMALL, nothing)
    assert opened["reasons"] == []
    assert opened["changes"] == [[3, {"servers.count": 6}]]
    assert opened["until_s"] == 12.3
    for junk in (None, 7, "", "<b>", "page=shop\nv=1\nservers.count=x"):
        assert sharing.from_file(junk, SMALL, nothing)["reasons"]


def page(**query) -> dict:
    """The data of the page that an address opens."""
    at = opened()
    for name, text in query.items():
        at.query_params[name.replace("__", ".")] = text
    return stage(at.run())


def test_an_address_opens_its_system_with_the_first_chunk():
    data = page(v="1", servers__count="6")
    assert data["opened"]["changes"] == [[0, {"servers.count": 6}]]
    assert data["chunk"]["pieces"][-1]["nodes"]["tier"].count("servers") == 6


def test_an_address_replays_a_run_with_its_twin():
    data = page(v="1", seed="4", at=["0.5:servers.count:6", "0.6:crash,index:1,tier:servers"], pin="0.3", until="9")
    assert (data["opened"]["seed"], data["opened"]["until_s"], data["opened"]["pin"]) == (4, 9, [0.3, {}])
    assert len(data["opened"]["changes"]) == 2
    assert data["chunk"]["twin"]["pieces"][-1]["nodes"]["tier"].count("servers") == 4


def test_a_damaged_address_opens_the_page_as_it_is():
    data = page(v="1", servers__count="<script>")
    assert "servers.count" in data["opened"]["reasons"][0]
    assert data["chunk"] == page()["chunk"]


def test_an_address_without_a_link_opens_nothing():
    assert page()["opened"] is None
    assert page(class_="K7QM")["opened"] is None


@pytest.mark.parametrize("ask", [{"share": 5}, {"share": {"changes": []}}, {"open": 7}, {"open": "x"}])
def test_the_page_answers_what_makes_no_sense_in_words(ask):
    told = chunk(PAGE, {"id": "s", "seed": 1} | ask)
    assert told["echo"] == "s"
    assert told.get("problem") or told["opened"]["reasons"]
