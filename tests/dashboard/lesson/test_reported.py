"""The report's address: a page on the learner's own design, once it was judged, and nobody else's."""

import pytest
from starlette.applications import Starlette

from dashboard.lesson import api, reported
from tests.dashboard.lesson.calls import call
from tests.dashboard.lesson.played import run

APP = Starlette(routes=reported.ROUTES)
ADDRESS = "/lessons/every_kind/report"


@pytest.fixture
def judged(player, monkeypatch):
    """A learner who had a design of five servers judged."""
    monkeypatch.setattr(api, "DESK", player.desk)
    player.to("build")
    player.answer("build", None, run=run("sale", values={"servers.count": 5}, changes=[[0.0, {"servers.count": 5}]]))
    return player


def report(cookie):
    return call(APP, "GET", ADDRESS, headers={"cookie": f"learner={cookie}"})


def test_the_state_says_that_there_is_a_report(judged):
    assert judged.state()["report"] == ADDRESS.removeprefix("/")


def test_the_report_is_on_the_learners_own_design(judged):
    told = report(judged.cookie)
    page = told.body.decode()
    assert told.status == 200 and told.headers["content-type"].startswith("text/html")
    assert "servers.count=5" in page and "<script" not in page
    assert told.headers["cache-control"] == "no-store"


def test_without_a_judged_design_there_is_none(judged):
    stranger = report("f" * 32)
    assert stranger.status == 404 and b"have one judged" in stranger.body
    assert call(APP, "GET", "/lessons/nowhere/report").status == 404
