"""Time in the hands of a person: speeds, the timeline, rewinds and branches, undo and redo, tabs in the background."""

KEPT = "() => JSON.parse(sessionStorage.getItem('stage:load-balancing'))"
SERVERS = "Servers, number"
TOLD = "() => /\\d/.test(document.querySelector('.tile .big').textContent)"


def seconds(page) -> float:
    """The clock's time, from the timeline's words."""
    minutes, rest = page.get_by_label("Timeline").get_attribute("aria-valuetext").split(" of ")[0].split(":")
    return 60 * int(minutes) + int(rest)


def told(page, words: str) -> None:
    """Waits until the timeline says so: it is told of ten times a second."""
    said = "(words) => document.querySelector('.timeline input').getAttribute('aria-valuetext').includes(words)"
    page.wait_for_function(said, arg=words)


def clock(seconds: float) -> str:
    """As the timeline's words begin."""
    return f"{int(seconds) // 60:02}:{int(seconds) % 60:02} of "


def servers(page, count: int) -> None:
    """Types a number of servers and waits until they are there."""
    box = page.get_by_label(SERVERS)
    box.fill(str(count))
    box.press("Enter")
    page.wait_for_function("(n) => document.querySelectorAll('.node.servers').length === n", arg=count)


def pause(page) -> None:
    """Stops the clock, and waits until the timeline tells of it."""
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).wait_for()


def test_undo_and_redo_say_what_they_do_and_survive_a_refresh(visit):
    page = visit()
    servers(page, 6)
    page.get_by_role("button", name="Crash server 2").click()
    page.get_by_role("button", name="Undo: server 2 crashes").click()
    page.get_by_role("button", name="Crash server 2").wait_for()
    page.reload()
    page.get_by_role("button", name="Undo: Servers 6").click()
    page.wait_for_function("() => document.querySelectorAll('.node.servers').length === 4")
    page.locator("h1").click()
    page.keyboard.press("Control+Shift+z")
    page.wait_for_function("() => document.querySelectorAll('.node.servers').length === 6")
    page.keyboard.press("Control+y")
    page.get_by_role("button", name="Recover server 2").wait_for()
    page.locator("[data-part=redo]:disabled").wait_for()


def test_an_undo_of_a_spike_ends_it(visit):
    page = visit()
    page.get_by_role("button", name="Spike × 3", exact=True).click()
    page.get_by_role("button", name="End the spike").wait_for()
    page.get_by_role("button", name="Undo: Spike × 3").click()
    page.get_by_role("button", name="Spike × 3", exact=True).wait_for()
    assert page.get_by_label("Requests per second, requests/s").input_value() == "1,800"


def test_the_timeline_goes_back_by_keyboard_and_the_controls_go_along(visit):
    page = visit()
    servers(page, 6)
    pause(page)
    line = page.get_by_label("Timeline")
    end = seconds(page)
    line.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.querySelectorAll('.node.servers').length === 4")
    told(page, clock(end - 8))
    assert page.get_by_label(SERVERS).input_value() == "4"
    page.keyboard.press("PageDown")
    told(page, "after: Servers 6")
    assert page.get_by_label(SERVERS).input_value() == "6"
    page.keyboard.press("Home")
    told(page, clock(0))
    page.keyboard.press("End")
    told(page, clock(end))
    page.wait_for_function("() => document.querySelectorAll('.node.servers').length === 6")


def test_what_is_known_is_shown_without_the_server(visit):
    page = visit()
    pause(page)
    page.wait_for_function(TOLD)
    sent = []
    page.on("websocket", lambda _: sent.append("a new line"))
    page.evaluate("() => { window.sends = 0; const real = WebSocket.prototype.send;"
                  "WebSocket.prototype.send = function (...all) { window.sends++; return real.apply(this, all); }; }")  # fmt: skip
    reading = page.locator(".stage").get_attribute("data-reading")
    page.get_by_label("Timeline").focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("(before) => Number(document.querySelector('.stage').dataset.reading) < Number(before) - 7", arg=reading)
    page.wait_for_function(TOLD)
    assert page.evaluate("() => window.sends") == 0
    assert sent == []


def test_a_drag_on_the_timeline_goes_back_and_a_move_there_begins_another_run(visit):
    page = visit()
    servers(page, 6)
    page.get_by_label("Least connections").check()
    line = page.get_by_label("Timeline")
    box = line.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 9, y)
    page.mouse.down()
    for share in (0.9, 0.7, 0.5):
        page.mouse.move(box["x"] + box["width"] * share, y)
    page.get_by_role("button", name="Play", exact=True).wait_for()  # the clock stands while the timeline is held
    page.mouse.up()
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    page.wait_for_function("() => document.querySelectorAll('.node.servers').length === 4")
    page.get_by_role("button", name="Crash server 2").click()
    page.wait_for_function("() => document.querySelector('[data-id=s1]').dataset.look === 'down'")
    kept = page.evaluate(KEPT)
    assert [change for _, change, *_ in kept["changes"]] == [{"inject": {"kind": "crash", "tier": "servers", "index": 1}}]
    assert kept["front"] < 30


def test_slow_motion_shows_single_requests_and_milliseconds(visit):
    page = visit()
    page.get_by_label("Speed", exact=True).select_option("0.01")
    page.wait_for_function("() => /^\\d\\d:\\d\\d\\.\\d{3}$/.test(document.querySelector('.transport .time').textContent)")
    page.wait_for_function("() => !/1 mark/.test(document.querySelector('.every').textContent)")
    before = page.locator(".transport .time").inner_text()
    page.wait_for_function("(before) => document.querySelector('.transport .time').textContent !== before", arg=before)


HIDE = """(hidden) => {
  window.isHidden = hidden;
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.isHidden });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_a_tab_in_the_background_asks_nothing_and_makes_up_for_it(visit):
    page = visit()
    page.wait_for_function(TOLD)
    page.evaluate("() => { window.sends = 0; const real = WebSocket.prototype.send;"
                  "WebSocket.prototype.send = function (...all) { window.sends++; return real.apply(this, all); }; }")  # fmt: skip
    page.evaluate(HIDE, True)
    before = seconds(page)
    page.evaluate("() => { window.sends = 0; }")
    page.wait_for_timeout(3_000)
    assert page.evaluate("() => window.sends") == 0
    page.evaluate(HIDE, False)
    page.wait_for_function(
        """(before) => {
          const [m, s] = document.querySelector('.timeline input').getAttribute('aria-valuetext').split(' of ')[0].split(':');
          return 60 * Number(m) + Number(s) >= before + 3;
        }""",
        arg=before,
    )
    page.wait_for_function("() => document.querySelector('.reached').textContent !== 'catching up'")
