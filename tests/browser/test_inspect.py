"""What is read off a whole run as a person uses it: bars, requests, the tail, theory, money, a sweep, files; keyboard and phone."""

import csv
import io
import re

import pytest

RUN = "Run it"


@pytest.fixture
def ran(visit):
    """A page on which the experiment has run."""

    def open_page(width=1440, height=2400, **more):
        page = visit(width, height, **more)
        page.get_by_role("button", name=RUN, exact=True).click()
        page.wait_for_selector(".inspect:not([hidden]) .plot.bars .drawing")
        return page

    return open_page


def milliseconds(words: str) -> float:
    return float(re.search(r"[\d,]+\.\d{3}", words).group().replace(",", ""))


def parts(page) -> list[float]:
    return [milliseconds(cell) for cell in page.locator(".parts div:not(.sum) dd").all_inner_texts()]


def test_a_bar_opens_a_real_request_whose_parts_sum_to_the_microsecond(ran):
    page = ran()
    seen = set()
    for share in (0.15, 0.3, 0.9):
        box = page.locator(".plot.bars").bounding_box()
        page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        seen.add(page.locator(".microscope").get_attribute("data-request"))
        total = milliseconds(page.locator(".microscope h2 small").inner_text())
        assert round(sum(parts(page)) * 1_000) == round(total * 1_000)
        assert milliseconds(page.locator(".parts .sum dd").inner_text()) == total
    assert len(seen) == 3


def test_a_database_node_is_called_as_in_the_picture(ran):
    page = ran(path="replication")
    boxes = {name.lower() for name in page.locator(".node.database .name").all_inner_texts()}
    assert boxes == {"primary", "replica 1", "replica 2"}
    faster, called = page.get_by_role("button", name="Next faster request"), set()
    while boxes - called and faster.is_enabled():
        called |= {words.split(":")[0] for words in page.locator(".parts dt:has(.violet)").all_inner_texts()}
        faster.click()
    assert called - {"waiting for replicas"} == boxes


def test_the_histogram_is_played_from_the_keyboard(ran):
    page = ran()
    bars = page.locator(".plot.bars")
    bars.focus()
    bars.press("Home")
    first, words = page.locator(".microscope").get_attribute("data-request"), bars.get_attribute("aria-valuetext")
    for _ in range(4):
        bars.press("ArrowRight")
    assert page.locator(".microscope").get_attribute("data-request") != first
    assert bars.get_attribute("aria-valuetext") != words and "answers" in bars.get_attribute("aria-valuetext")
    slower = page.get_by_role("button", name="Next slower request")
    before = milliseconds(page.locator(".microscope h2 small").inner_text())
    slower.click()
    assert milliseconds(page.locator(".microscope h2 small").inner_text()) >= before


def test_ada_can_be_followed_and_is_the_same_person_in_the_next_run(ran):
    page = ran()
    assert page.locator(".microscope h2").inner_text().startswith("One of Ada")
    request = page.locator(".microscope").get_attribute("data-request")
    page.get_by_role("radio", name="Least connections").check()
    page.wait_for_selector(".experiment th:has-text('Run before')")
    assert page.locator(".microscope").get_attribute("data-request") == request
    assert "In the run before:" in page.locator(".microscope .hint").inner_text()
    assert page.locator(".experiment .words").inner_text().startswith("Algorithm: Round robin → Least connections.")


def test_the_tail_is_one_sentence_with_its_bars_and_table(ran):
    page = ran()
    words = page.locator(".pane[data-chart=tail] .words").inner_text()
    share = re.match(r"(\d+) % of the time of the slowest 1 % is", words).group(1)
    assert f"{share} %" in page.locator(".pane[data-chart=tail] table").inner_text()
    assert page.locator(".plot.tail svg rect").count() > 4


def test_tabs_are_played_from_the_keyboard_and_theory_names_what_fails(ran):
    page = ran()
    page.get_by_role("tab", name="The tail").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", name="Theory").get_attribute("aria-selected") == "true"
    page.wait_for_selector(".pane[data-chart=theory] tr[data-metric=server_utilisation]")
    assert "The servers differ in speed" in page.locator(".pane[data-chart=theory]").inner_text()
    page.keyboard.press("End")
    assert page.locator(".pane[data-chart=export]").is_visible()


def test_the_bill_is_that_of_the_run_and_is_compared(ran):
    page = ran()
    page.get_by_role("tab", name="Money").click()
    first = page.locator(".totals [data-name=hour] .big").inner_text()
    box = page.get_by_label("Servers, number")
    box.fill("8")
    box.press("Enter")
    page.wait_for_function("() => document.querySelector('.totals [data-name=hour] .note').textContent.includes('↑')")
    assert page.locator(".totals [data-name=hour] .big").inner_text() != first
    assert "last read on" in page.locator(".sources summary").inner_text()


def test_a_sweep_grows_point_by_point_can_be_cancelled_and_run_to_its_end(ran):
    page = ran()
    page.get_by_role("tab", name="Sweep").click()
    page.get_by_label("To", exact=True).fill("6")
    page.get_by_role("button", name="Run the sweep").click()
    page.wait_for_function("() => Number(document.querySelector('.plot.sweep').dataset.points) >= 1")
    page.get_by_role("button", name="Cancel").click()
    assert "Cancelled after" in page.locator(".sweeping [role=status]").inner_text()
    kept = page.locator(".plot.sweep").get_attribute("data-points")
    page.locator(".sweeping button.strong").click()
    page.wait_for_function("() => document.querySelector('.sweeping button.strong').textContent === 'Run it again'")
    assert int(kept) < 6 and page.locator(".plot.sweep").get_attribute("data-points") == "6"
    assert page.locator(".plot.sweep svg .point").count() == 6
    page.get_by_role("button", name="Sweep: show the data as a table").click()
    assert page.locator(".sweeping .data tbody tr").count() == 6


@pytest.mark.parametrize("dark", [False, True])
def test_files_hold_what_is_seen_and_no_text_becomes_markup(ran, dark):
    page = ran(color_scheme="dark" if dark else "light", accept_downloads=True)
    page.get_by_role("tab", name="Export").click()

    def taken(name):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        with open(download.value.path(), "rb") as file:
            return file.read()

    rows = {row["name"]: row["value"] for row in csv.DictReader(io.StringIO(taken("Numbers as CSV").decode()))}
    shown = page.locator(".experiment tr[data-name=latency_p95_ms] td").first.inner_text()
    assert float(rows["latency_p95_ms"]) == pytest.approx(float(re.search(r"[\d.]+", shown).group()), abs=0.6)
    assert taken("Latency histogram as SVG").startswith(b"<svg")
    assert taken("Latency histogram as PNG").startswith(b"\x89PNG")
    assert taken("Latency, live as PNG").startswith(b"\x89PNG")
    page.get_by_label("What you found").fill("<img src=x onerror=alert(1)> & <b>tails</b>")
    report = taken("Save the lab report").decode()
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; &lt;b&gt;tails" in report
    assert "<img src=x" not in report
    assert "engine version" in report and "<svg" in report and "What it costs" in report
    assert "#1a1e25" not in report and "rgb(26, 30, 37)" not in report, "on paper it is light"


def test_it_fits_a_phone(ran):
    page = ran(390, 844)
    for name in ("The tail", "Theory", "Money", "Sweep", "Export"):
        page.get_by_role("tab", name=name).click()
        box = page.locator(".tabbed").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    too_wide = (
        "() => [...document.querySelectorAll('.inspected table')].filter((e) => e.getBoundingClientRect().right > 391).length"
    )
    assert page.evaluate(too_wide) == 0
    assert page.get_by_role("button", name="Next slower request").bounding_box()["height"] >= 44
