"""The experiment as a person uses it: one click, an answer with intervals, and again when a control has moved."""

import re

RUN = "Run it"


def shown(page, name: str) -> list[str]:
    """The cells of a row."""
    return [cell.strip() for cell in page.locator(f".experiment tr[data-name={name}] td").all_inner_texts()]


def test_one_click_gives_numbers_with_intervals_and_a_moved_control_another_run(visit):
    page = visit(1440, 1800)
    page.get_by_role("button", name=RUN, exact=True).click()
    page.wait_for_selector(".experiment table")
    value, interval = shown(page, "latency_p95_ms")
    low, high = (float(part.replace(",", "")) for part in re.findall(r"[\d,.]+", interval))
    assert low < float(re.search(r"[\d.]+", value).group()) < high
    requests = re.search(r"([\d,]+) requests", page.locator(".experiment .hint").inner_text()).group(1)
    assert int(requests.replace(",", "")) >= 100_000
    page.get_by_role("radio", name="Least connections").check()
    page.wait_for_selector(".experiment th:has-text('Run before')")
    now, _, before = shown(page, "latency_p95_ms")
    assert now.startswith("↓"), "the slow server gets less: the intervals are far apart"
    assert before == value


def test_while_a_control_moves_a_run_is_cut_and_made_whole_when_it_rests(visit):
    """Caching's items expire, so its experiment wants more than three times the requests that answer at once."""
    page = visit(1440, 1800, path="caching")
    page.get_by_role("button", name=RUN, exact=True).click()
    page.evaluate("""() => {
      window.hint = () => document.querySelector('.experiment .hint:last-child')?.textContent.match(/^([0-9,]+) requests/)?.[1];
    }""")
    page.wait_for_function("() => Number(hint()?.replace(',', '')) > 300_000")
    page.evaluate("""() => {
      window.told = [hint()];
      new MutationObserver(() => told.at(-1) !== hint() && told.push(hint()))
        .observe(document.querySelector('.experiment'), { childList: true, subtree: true });
    }""")
    page.locator('[data-path="traffic.rate"]').focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => told.length >= 3")
    quick, whole = (int(told.replace(",", "")) for told in page.evaluate("() => told.slice(1, 3)"))
    assert 100_000 <= quick < 103_000 < 3 * quick < whole


def test_an_overload_says_why_there_are_no_intervals(visit):
    page = visit(1440, 1800)
    box = page.get_by_label("Requests per second, requests/s")
    box.fill("9000")
    box.press("Enter")
    page.get_by_role("button", name=RUN, exact=True).click()
    page.wait_for_selector(".experiment table")
    assert page.locator(".experiment th:has-text('95 %')").count() == 0
    assert "full all the time" in page.locator(".experiment .hint").inner_text()


def test_the_live_run_goes_on_meanwhile_and_a_refresh_runs_it_again(visit):
    page = visit(1440, 1800)
    page.get_by_role("button", name=RUN, exact=True).click()
    page.wait_for_selector(".experiment table")
    clock = page.locator(".transport .time").inner_text()
    page.wait_for_function("(before) => document.querySelector('.transport .time').textContent !== before", arg=clock)
    before = shown(page, "latency_p99_ms")
    page.reload()
    page.wait_for_selector(".experiment table")
    assert shown(page, "latency_p99_ms") == before


def test_it_fits_a_phone(visit):
    page = visit(390, 844)
    page.get_by_role("button", name=RUN, exact=True).click()
    page.wait_for_selector(".experiment table")
    card, table = (page.locator(query).bounding_box() for query in (".experiment", ".experiment table"))
    assert card["x"] + card["width"] <= 390
    assert table["width"] <= card["width"]
