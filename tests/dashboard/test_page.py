"""The page as Streamlit runs it: main.py draws one stage with the page's words and the begin of a run, and answers asks."""

import gzip
import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.around import AROUND
from dashboard.journey import CONCEPTS
from dashboard.page import chunk
from dashboard.views.load_balancing import PAGE

MAIN = str(Path(__file__).resolve().parents[2] / "dashboard/main.py")
KEY = "stage-load-balancing"


def opened() -> AppTest:
    """The app on this page, about to run."""
    return AppTest.from_file(MAIN, default_timeout=120).run().switch_page("views/load_balancing.py")


def stage(at: AppTest) -> dict:
    """The data of the one stage on the page."""
    assert not at.exception
    components = at.get("bidi_component")
    assert len(components) == 1
    return json.loads(gzip.decompress(components[0].proto.bytes))


@pytest.fixture(scope="module")
def first():
    """The data of a page that was just opened."""
    return stage(opened().run())


def answer(**ask) -> dict:
    """The chunk that the page answers to an ask."""
    return json.loads(json.dumps(chunk(PAGE, {"id": "t", "seed": 1, "changes": [], "from_s": 0, "length_s": 2} | ask)))


def asked(until_s: float, **ask) -> list[dict]:
    """The chunks up to a time, asked for one after the other as the browser does: without compiled code each is short."""
    chunks, now_s = [], 0.0
    while now_s < until_s:
        chunks.append(answer(**ask, from_s=now_s, length_s=until_s - now_s))
        assert chunks[-1]["to_s"] > now_s
        now_s = chunks[-1]["to_s"]
    return chunks


def test_the_page_says_what_it_is(first):
    page = first["page"]
    assert page["title"] == "Load balancing"
    assert page["question"].endswith("?")
    shown_first = [control["label"] for control in page["controls"] if not control["more"]]
    assert shown_first[:4] == ["Requests per second", "Algorithm", "Servers", "Server 3 speed"]
    assert {"servers.crash", "servers.fail_fast", "traffic.spike"} <= set(page["faults"])
    titles = [chart["title"] for chart in page["charts"]]
    assert titles[:4] == ["Latency", "Load per server", "Errors by cause", "Asked and answered"]


def test_every_control_has_help_and_bounds_and_a_value_within(first):
    for control in first["page"]["controls"]:
        assert len(control["help"]) > 10
        if control["kind"] == "slider" and control["value"] is not None:
            assert control["low"] <= control["value"] <= control["high"], control["path"]


def test_the_journey_stands_beside_the_page():
    at = opened().run()
    html = "".join(element.proto.body for element in at.get("html"))
    assert "Scale it up" in html
    assert 'aria-current="page">Load balancing' in html
    journey = [title for _, title in CONCEPTS if title != "Load balancing"]
    assert [link.proto.label for link in at.get("page_link")] == [*journey, *AROUND.values()]


def test_the_first_chunk_is_a_run(first):
    chunk = first["chunk"]
    assert chunk["echo"] == "first"
    assert chunk["to_s"] > chunk["from_s"] == 0
    series = chunk["pieces"][0]["series"]
    assert series["offered_rate"][-1] == pytest.approx(1_800, rel=0.15)  # Poisson, 0.7 s and more: five standard deviations
    assert series["latency_p99_ms"][-1] > series["latency_p50_ms"][-1] > 24  # the network alone takes 24 ms
    assert len(chunk["moves"]["id"]) > 50
    assert chunk["sentences"]


def test_the_slow_server_is_the_one_that_queues():
    waiting = [0.0] * 4
    for told in asked(4):
        for piece in told["pieces"]:
            assert piece["nodes"]["tier"] == ["servers"] * 4 + ["database"]
            waiting = [total + sum(rows) for total, rows in zip(waiting, piece["nodes"]["waiting"])]
    assert waiting.index(max(waiting)) == 2


def test_an_answer_carries_the_name_of_its_ask_and_the_time_asked_for():
    chunk = answer(id="a7", from_s=1.5, length_s=0.5)
    assert chunk["echo"] == "a7"
    assert chunk["from_s"] == 1.5
    assert chunk["to_s"] == 2


def test_a_change_takes_effect_at_its_time():
    changes = [[0, {"traffic.rate": 200}], [1, {"servers.count": 6, "traffic.rate": 50}]]
    before, after = (piece for chunk in asked(5, changes=changes) for piece in chunk["pieces"])
    assert before["to_s"] == after["from_s"] == 1
    assert before["nodes"]["tier"].count("servers") == 4
    assert after["nodes"]["tier"].count("servers") == 6
    assert 150 < before["series"]["offered_rate"][-1] < 250  # Poisson: 200 ± 3.5 standard deviations
    assert 25 < after["series"]["offered_rate"][-1] < 75  # 200 ± 7 standard deviations in the window's four seconds


def test_a_crash_fails_requests_until_the_balancer_notices():
    changes = [[0, {"traffic.rate": 200}], [1, {"inject": {"kind": "crash", "index": 1}}]]
    chunks = asked(12, changes=changes)
    pieces = [piece for chunk in chunks for piece in chunk["pieces"]]
    failed = [share for piece in pieces for share in piece["series"]["errors.failed"]]
    assert max(failed) > 0.1
    assert failed[-1] == 0
    assert pieces[-1]["nodes"]["up"][1][-1] == 0
    assert pieces[-1]["nodes"]["seen"][1][-1] == 0
    told = [key for chunk in chunks for _, key, _, _ in chunk["sentences"]]
    assert any(key.startswith("unnoticed-1") for key in told)
    assert told[-1].startswith("out-1")


def test_a_bad_ask_is_answered_in_words_and_breaks_nothing():
    told = answer(id="bad", changes=[[0, {"traffic.rate": "much"}]])
    assert told["echo"] == "bad"
    assert "traffic.rate" in told["problem"]


def test_the_way_inside_leaves_the_page_and_an_address_elsewhere_does_not():
    for view, words in (("look_inside", "tiers"), ("../main", "chunk"), (7, "chunk")):
        at = opened()
        at.session_state[KEY] = {"go": {"view": view}}
        at.run()
        assert not at.exception
        proto = at.get("bidi_component")[0].proto
        assert words in json.loads(gzip.decompress(proto.bytes) if view != "look_inside" else proto.json)


def test_a_lost_recording_is_named_so_that_the_page_can_go_on():
    chunk = answer(changes=[[0, {"traffic.recording": "0" * 32}]])
    assert chunk["lost"] == "recording"
    assert "choose the file again" in chunk["problem"]


def test_a_defect_in_the_engine_is_told_and_breaks_nothing(monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("dashboard.runs.answer", fail)
    assert "failed" in answer(id="d")["problem"]


def test_the_payload_stays_small():
    few, many = answer(length_s=4), answer(length_s=4, changes=[[0, {"servers.count": 12, "traffic.rate": 6_000}]])
    for told in (few, many):
        assert len(json.dumps(told, separators=(",", ":"))) < 60_000
