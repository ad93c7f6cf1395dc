"""Links as people pass them on: a system, a run, a file; and damaged ones."""

import pytest

READY = ".stage:not([hidden]) .node.servers"
SERVERS = "Servers, number"
KEPT = "() => JSON.parse(sessionStorage.getItem('stage:load-balancing'))"


def links(page) -> list[str]:
    """Both links of the panel."""
    page.get_by_role("button", name="Share").click()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.share .line input')].every((box) => box.value.startsWith('http'))"
    )
    return [box.input_value() for box in page.locator(".share .line input").all()]


def played(page):
    """A page with a pinned design, six servers and a crash."""
    page.get_by_role("button", name="Pin design").click()
    box = page.get_by_label(SERVERS)
    box.fill("6")
    box.press("Enter")
    page.get_by_role("button", name="Crash server 2").click()
    page.wait_for_function("() => document.querySelector('[data-id=s1]').dataset.look === 'down'")


def choose(page, content: bytes):
    """Opens a file through the panel."""
    page.get_by_role("button", name="Share").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a file").click()
    chooser.value.set_files({"name": "run.txt", "mimeType": "text/plain", "buffer": content})


def opened(page, url: str):
    """The link in a tab of its own."""
    other = page.context.new_page()
    other.goto(url)
    other.wait_for_selector(READY)
    return other


def test_a_link_opens_the_system_elsewhere_and_a_refresh_goes_on_with_what_became_of_it(visit):
    page = visit()
    played(page)
    link = links(page)[0]
    assert link.endswith("/load-balancing?v=1&servers.count=6")
    other = opened(page, link)
    assert other.get_by_label(SERVERS).input_value() == "6"
    assert other.locator(".node.servers").count() == 6
    assert not other.locator(".notice").is_visible()
    other.get_by_label("Least connections").check()
    other.reload()
    other.wait_for_selector(READY)
    assert other.get_by_role("radio", name="Least connections").is_checked()


def test_a_link_replays_the_run_move_by_move(visit):
    page = visit()
    played(page)
    mine = page.evaluate(KEPT)
    other = opened(page, links(page)[1])
    assert other.get_by_label(SERVERS).input_value() == "4"
    assert "replayed" in other.locator(".notice").inner_text()
    assert other.get_by_role("button", name="Unpin").is_visible()
    other.get_by_label("Timeline").focus()
    other.keyboard.press("End")
    other.get_by_role("button", name="Recover server 2").wait_for()
    assert other.get_by_label(SERVERS).input_value() == "6"
    theirs = other.evaluate(KEPT)
    assert [(t, change.get("servers.count")) for t, change, *_ in theirs["changes"]] == [
        (t, change.get("servers.count")) for t, change, *_ in mine["changes"]
    ]
    assert theirs["pin"]["at"] == mine["pin"]["at"]


def test_a_run_can_be_saved_as_a_file_and_opened(visit):
    page = visit()
    played(page)
    links(page)
    with page.expect_download() as kept:
        page.get_by_role("button", name="Save as a file").click()
    text = kept.value.path().read_text()
    assert "page=load-balancing\nv=1\nseed=1\nat=" in text
    other = opened(page, page.url)
    choose(other, text.encode())
    other.wait_for_function("() => /replayed/.test(document.querySelector('.notice').textContent)")
    assert len(other.evaluate(KEPT)["changes"]) == 2
    choose(other, b"<script>alert(1)</script>")
    other.wait_for_function("() => /cannot be opened/.test(document.querySelector('.notice').textContent)")


def test_a_link_that_may_not_be_copied_is_selected(visit):
    page = visit()
    page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject() } })")
    link = links(page)[0]
    page.get_by_role("button", name="Copy the link: This system").click()
    page.wait_for_function("() => /press Ctrl/.test(document.querySelector('.share .status').textContent)")
    assert (
        page.evaluate("() => { const box = document.activeElement; return box.value.slice(box.selectionStart, box.selectionEnd); }")
        == link
    )
    page.keyboard.press("Escape")
    assert not page.locator(".share").is_visible()


@pytest.mark.parametrize(
    "query",
    [
        "?v=1&servers.count=<img src=x onerror=alert(1)>",
        "?v=1&servers.count=NaN",
        "?v=1&at=1:servers.count:9999",
        "?v=2000&servers.count=6",
        "?servers.count=6",
        "?v=1&x=" + "y" * 20_000,
    ],
)
def test_a_damaged_or_hostile_link_is_told_and_the_page_begins_as_usual(visit, query):
    page = visit()
    other = opened(page, page.url.split("?")[0] + query)
    assert "cannot be opened" in other.locator(".notice").inner_text()
    assert other.locator(".notice *").count() == 0
    assert other.get_by_label(SERVERS).input_value() == "4"
    other.wait_for_function("() => /\\d/.test(document.querySelector('.tile .big').textContent)")
