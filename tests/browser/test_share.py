"""Links as people pass them on: a system, a run, a file; and damaged ones."""

import hashlib

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


RECORDING = b"time_s,requests\n0,600\n60,1200\n120,900\n"
TOKEN = f"() => ({KEPT})().changes.map((one) => one[1]['traffic.recording']).findLast(Boolean)"


def upload(page, content: bytes):
    """Plays a recording from a file."""
    page.get_by_label("Recording", exact=True).check(force=True)
    page.locator(".source input[type=file]").set_input_files({"name": "log.csv", "mimeType": "text/csv", "buffer": content})


def test_a_link_to_a_recording_that_is_here_plays_it(visit):
    page = visit()
    upload(page, RECORDING)
    page.wait_for_function(TOKEN)
    system, run = links(page)
    assert page.locator(".share").get_by_text("its file does not travel").is_visible()
    for link in (system, run):
        other = opened(page, link)
        other.get_by_label("Timeline").focus()
        other.keyboard.press("End")  # the run's link comes to the recording where it was chosen
        other.wait_for_selector(".recording .strip")
        assert other.evaluate(TOKEN) == page.evaluate(TOKEN)
        assert "log.csv" not in other.locator(".recording").inner_text()


def test_a_link_to_a_recording_that_is_not_here_says_so_and_plays_it_once_the_file_is_chosen(visit):
    """A link as another server made it: the name of a recording is made of its content."""
    content = RECORDING + b"180,300\n"
    token = hashlib.sha256(content + b"0").hexdigest()[:32]
    page = visit(
        path=f"load-balancing?v=1&seed=5&at=2:traffic.recording:{token},traffic.recording_speed:3&at=4:servers.count:6&until=8"
    )
    said = page.locator(".stage .notice").inner_text()
    assert "a recording that is not on this server, so the sliders make the traffic" in said
    assert page.evaluate(TOKEN) is None
    upload(page, RECORDING + b"180,301\n")
    page.get_by_text("This is another file than the one of the link.").wait_for()
    upload(page, content)
    page.wait_for_function(f"() => ({TOKEN})() === '{token}'")
    changes = page.evaluate(KEPT)["changes"]
    assert changes == [[2, {"traffic.recording": token, "traffic.recording_speed": 3}], [4, {"servers.count": 6}]]
    page.wait_for_function("() => document.querySelectorAll('.node.servers').length === 6")
    assert not page.locator(".stage .notice").inner_text().count("not on this server")
