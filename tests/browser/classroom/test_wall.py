"""The wall, read from the last row, and what its teacher brings onto it: hands that were counted, and runs side by side."""

import pytest

from tests.browser.classroom.conftest import GUESS, bars, wait
from tests.browser.reach import read_at

LEAST_PX = 24
SIZES = ({"width": 390, "height": 844}, {"width": 1280, "height": 720})
STEP = "run_final"
"""Which is answered with a run: the match ends ten seconds into it."""


@pytest.fixture
def wall(address):
    """Opens the wall of a room in another tab of its teacher."""

    def open_wall(page, token):
        opened = page.context.new_page()
        opened.goto(f"{address}/wall?room={token}")
        opened.wait_for_selector(".way-in")
        return opened

    return open_wall


def from_the_last_row(page, *words):
    """These words are on the wall, and none is smaller than it may be."""
    for size in SIZES:
        page.set_viewport_size(size)
        read = read_at(page)
        assert {text: px for text, px in read.items() if px < LEAST_PX} == {}, size
        for one in words:
            assert any(one in text for text in read), (one, [*read])


def takes(page, step):
    page.locator(f".stop-of[data-step={step}]").click()
    page.get_by_role("button", name="Take the class to this step").click()
    page.locator(f".stop-of[data-step={step}][aria-current=step]").wait_for()


def types(page, counts):
    """Counts hands and types the numbers, from box to box."""
    page.get_by_role("button", name="Count hands").click()
    page.get_by_role("dialog", name="Count hands").wait_for()
    for count in counts:
        page.keyboard.type(str(count))
        page.keyboard.press("Tab")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()


def test_a_class_without_devices_votes_by_hand_and_reads_the_wall_from_the_last_row(room, wall):
    page, token = room()
    wall = wall(page, token)
    from_the_last_row(wall, "Nobody is here yet", page.locator(".join .code-large").inner_text())
    takes(page, GUESS)
    wait(wall, "h1", "How many will stand there?")
    page.get_by_role("button", name="Start the countdown").click()
    wait(wall, ".countdown", ":")
    wall.evaluate("() => { const now = Date.now; Date.now = () => now() + 3_600_000; }")
    wait(wall, ".countdown", "Time is over")
    from_the_last_row(wall, "A", "About two.", "Time is over")

    types(page, (1001, 0, 0, 0))
    wait(page, "dialog [role=alert]", "give a number from 0 to 1000")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    types(page, (3, 1, 12, 4))
    wait(page, ".now .count", "20 hands counted")
    assert bars(page) == ["3 of 20, 15 %: 3 hands", "1 of 20, 5 %: 1 hand", "12 of 20, 60 %: 12 hands", "4 of 20, 20 %: 4 hands"]
    assert not wall.locator(".vote-of").count(), "results are held"

    page.get_by_role("button", name="Show results").click()
    wall.wait_for_selector(".vote-of")
    assert bars(wall) == bars(page)
    assert wall.locator(".figure").all_inner_texts() == ["3 · 15 %", "1 · 5 %", "12 · 60 %", "4 · 20 %"]
    long = wall.locator(".track").evaluate_all("(all) => all.map((one) => one.lastChild.offsetWidth / one.clientWidth)")
    assert long == pytest.approx([0.15, 0.05, 0.6, 0.2], abs=0.02)
    from_the_last_row(wall, "D", "hands counted", "12 · 60 %", "✓ right")

    types(page, (4,))  # one was not seen: the others are as they were
    wait(wall, ".figure", "4 · 19 %")
    page.get_by_role("button", name="Vote again").click()
    wall.wait_for_selector(".plain-options li")
    types(page, (0, 0, 21, 0))
    wait(page, ".now .count", "21 hands counted")
    page.get_by_role("button", name="Show results").click()
    wait(wall, ".figure", "21 · 100 %")
    assert bars(wall)[:2] == ["First vote: 4 of 21, 19 %: 4 hands", "Second vote: 0 of 21, 0 %"]
    from_the_last_row(wall, "Second vote")


def test_runs_of_two_are_side_by_side_on_the_wall_and_named_only_if_the_teacher_says_so(room, student, wall):
    page, token = room()
    wall = wall(page, token)
    three = [student(token, name) for name in ("Aurelia", "Bartholomew", "Clementine")]
    takes(page, STEP)
    for one, vcpus in zip(three, (1, 2, 4)):
        values = {"servers.vcpus": vcpus}
        run = {"scene": "full_time", "seed": 10, "changes": [[0, values]], "t_s": 40, "values": values, "pin": None}
        one.says(STEP, answer="90", run=run)
    tool = page.locator("[data-tool=spotlight]")
    tool.locator("summary").first.click()
    start = tool.get_by_role("button", name="Put side by side")
    tool.get_by_label("Aurelia").check()
    assert start.is_disabled(), "one is no two"
    tool.get_by_label("Clementine").check()
    start.click()
    for shown in (wall, tool):
        shown.locator(".spotlight .run .trace").nth(1).wait_for()
        told = shown.locator(".spotlight").first.inner_text()
        assert shown.locator(".spotlight .label").all_inner_texts() == ["A", "B"]
        assert "vCPUs: 1" in told and "vCPUs: 4" in told and "vCPUs: 2" not in told
        assert not any(one.name in told for one in three)
    from_the_last_row(wall, "A", "vCPUs: 4", "0 s", "40 s")

    tool.get_by_role("button", name="Take it away").click()
    wall.locator(".spotlight").first.wait_for(state="hidden")
    tool.get_by_label("With their names").check()
    start.click()
    wait(wall, ".spotlight h3", "Clementine")
    assert wall.locator(".spotlight h3").all_inner_texts() == ["A\nAurelia", "B\nClementine"]
    from_the_last_row(wall, "Clementine")
