"""The live page as a person uses it: it runs, answers while a slider is dragged, breaks and mends, and keeps its charts."""

import re

import pytest

RATE = '[data-path="traffic.rate"]'
CLIENTS = '[data-id="client"] .state'


def number(text: str) -> float:
    """The first number in a text."""
    return float(re.search(r"[\d,.]+", text).group().replace(",", ""))


def wait_for(page, condition: str, argument=None):
    """Wait until a condition written in JavaScript holds."""
    page.wait_for_function(condition, arg=argument)


def test_the_page_opens_live(visit):
    page = visit()
    assert page.title() == "Scale it up"
    assert page.locator("h1").inner_text() == "Load balancing"
    assert page.locator(".node.servers").count() == 4
    wait_for(page, "() => [...document.querySelectorAll('.tile .big')].every((tile) => /\\d/.test(tile.textContent))")
    assert "What just happened." in page.locator(".said").inner_text()
    clock = page.locator(".transport .time").inner_text()
    wait_for(page, "(before) => document.querySelector('.transport .time').textContent !== before", clock)


def test_a_browser_that_cannot_unpack_what_the_page_begins_with_asks_for_it(visit):
    page = visit()
    page.add_init_script("delete window.DecompressionStream")
    with page.expect_response(re.compile("/api/stages/load-balancing")) as answer:
        page.reload()
    assert answer.value.ok
    page.wait_for_selector(".node.servers")
    assert page.locator(".node.servers").count() == 4


def test_the_page_begins_with_cause_sentence_and_numbers_in_view(visit):
    page = visit()
    for part in (".scene", ".said", ".numbers"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= 900


def test_a_slider_answers_while_it_is_dragged(visit):
    page = visit()
    slider = page.locator(RATE)
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.6, y)
    page.mouse.down()
    for share in (0.5, 0.4, 0.3, 0.2, 0.1):
        page.mouse.move(box["x"] + box["width"] * share, y)
        page.wait_for_timeout(60)
    # The button is still down.
    wait_for(page, "() => Number(document.querySelector('[data-id=client] .state').textContent.replace(/\\D/g, '')) < 400")
    page.mouse.up()
    assert number(page.locator(".value .box").first.input_value()) < 200


def test_the_last_of_many_fast_moves_wins(visit):
    page = visit()
    slider = page.locator('[data-path="servers.count"]')
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    wait_for(page, "() => document.querySelectorAll('.node.servers').length === 9")
    page.wait_for_timeout(1_500)
    assert page.locator(".node.servers").count() == 9
    changes = page.evaluate("() => JSON.parse(sessionStorage.getItem('stage:load-balancing')).changes")
    assert changes[-1][1] == {"servers.count": 9}
    assert len(changes) < 9


def test_a_number_can_be_typed_and_is_clamped(visit):
    page = visit()
    box = page.get_by_label("Servers, number")
    box.fill("0")
    box.press("Enter")
    assert box.input_value() == "1"
    wait_for(page, "() => document.querySelectorAll('.node.servers').length === 1")


def test_many_servers_are_grouped(visit):
    page = visit()
    box = page.get_by_label("Servers, number")
    box.fill("40")
    box.press("Enter")
    wait_for(page, "() => document.querySelectorAll('.node.servers').length <= 3")
    assert "40" in page.locator(".node.servers .state").all_inner_texts()[0] or page.locator(".node.servers").count() > 1


def test_a_crash_is_seen_and_mended(visit):
    page = visit()
    page.get_by_role("button", name="Crash server 2").click()
    wait_for(page, "() => document.querySelector('[data-id=s1]').dataset.look === 'down'")
    wait_for(page, "() => parseFloat(document.querySelector('[data-name=errors] .big').textContent) > 1")
    wait_for(page, "() => /Server 2 is down/.test(document.querySelector('.said').textContent)")
    page.get_by_role("button", name="Recover server 2").click()
    wait_for(page, "() => document.querySelector('[data-id=s1]').dataset.look !== 'down'")


def test_another_algorithm_sends_the_slow_server_less(visit):
    page = visit()
    page.get_by_label("Least connections").check()
    wait_for(page, "() => document.querySelector('[data-id=balancer] .state').textContent === 'least connections'")
    wait_for(page, "() => /instead of 25 %/.test(document.querySelector('.said').textContent)")


def test_charts_stay_in_place(visit):
    page = visit()
    wait_for(page, "() => document.querySelector('[data-chart=latency] .main-svg')")
    page.evaluate("""() => document.querySelectorAll('.plot').forEach((plot) => {
      plot.marked = true;
      const svg = plot.querySelector('.main-svg');
      if (svg) svg.marked = true;
    })""")
    drawn = page.evaluate("() => document.querySelector('[data-chart=latency] .scatterlayer path.js-line').getAttribute('d')")
    page.locator(RATE).focus()
    page.keyboard.press("ArrowRight")
    wait_for(
        page, "(d) => document.querySelector('[data-chart=latency] .scatterlayer path.js-line').getAttribute('d') !== d", drawn
    )
    assert page.evaluate("() => document.querySelector('[data-chart=latency]').marked")
    assert page.evaluate("() => document.querySelector('[data-chart=latency] .main-svg').marked")


def test_a_refresh_loses_nothing(visit):
    page = visit()
    box = page.get_by_label("Requests per second, requests/s")
    box.fill("900")
    box.press("Enter")
    page.get_by_role("button", name="Crash server 2").click()
    wait_for(page, "() => document.querySelector('[data-id=s1]').dataset.look === 'down'")
    page.reload()
    page.wait_for_selector(".stage:not([hidden]) .node.servers")
    assert page.get_by_label("Requests per second, requests/s").input_value() == "900"
    wait_for(page, "() => document.querySelector('[data-id=s1]')?.dataset.look === 'down'")
    assert page.get_by_role("button", name="Recover server 2").is_visible()


def test_the_clock_obeys_the_keyboard(visit):
    page = visit()
    page.locator("h1").click()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    before = page.evaluate("() => JSON.parse(sessionStorage.getItem('stage:load-balancing')).t")
    page.keyboard.press(".")
    page.wait_for_timeout(1_200)
    stopped = page.locator(".transport .time").inner_text()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    wait_for(page, "(t) => document.querySelector('.transport .time').textContent !== t", stopped)
    assert before >= 0


def test_undo_takes_the_last_change_back(visit):
    page = visit()
    box = page.get_by_label("Servers, number")
    box.fill("6")
    box.press("Enter")
    wait_for(page, "() => document.querySelectorAll('.node.servers').length === 6")
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    wait_for(page, "() => document.querySelectorAll('.node.servers').length === 4")
    assert box.input_value() == "4"


def test_a_box_shows_its_numbers_by_keyboard(visit):
    page = visit()
    page.locator('[data-id="s2"]').focus()
    page.keyboard.press("Enter")
    card = page.locator(".popover")
    card.wait_for()
    assert "Server 3" in card.inner_text()
    assert "Waiting" in card.inner_text()
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(246, 245, 241)"), ("dark", "rgb(18, 21, 26)")])
def test_the_theme_follows_the_system(visit, scheme, ground):
    page = visit(color_scheme=scheme)
    assert page.locator(".stage").get_attribute("data-theme") == scheme
    assert page.evaluate("() => getComputedStyle(document.querySelector('.stApp')).backgroundColor") == ground
    assert "Inter" in page.evaluate("() => getComputedStyle(document.querySelector('h1')).fontFamily")
    assert page.evaluate("() => document.fonts.check('16px Inter')")


CONTRAST = """() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll('.stage *')) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest('.sr, :disabled, svg')) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${element.className} ${element.textContent.slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(visit, scheme):
    page = visit(color_scheme=scheme)
    page.locator(".more summary").click()
    assert page.evaluate(CONTRAST) == []


def test_a_phone_gets_one_column_and_the_controls_in_a_sheet(visit):
    page = visit(390, 844, has_touch=True)
    assert page.evaluate("() => document.documentElement.scrollWidth <= 390")
    boxes = [page.locator(f'[data-id="{name}"]').bounding_box() for name in ("client", "balancer", "s0", "d0")]
    assert [box["y"] for box in boxes] == sorted(box["y"] for box in boxes)
    assert not page.locator(RATE).is_visible()
    page.get_by_role("button", name="Controls", exact=True).click()
    page.locator(RATE).wait_for()
    page.wait_for_timeout(600)
    scene, sheet = page.locator(".scene").bounding_box(), page.locator(".side").bounding_box()
    assert scene["y"] >= -1
    assert sheet["y"] - scene["y"] > 300
    for target in (page.locator(".sheet"), page.locator(".primary"), page.locator(RATE)):
        assert target.bounding_box()["height"] >= 44


def test_reduced_motion_gets_a_still_picture_with_counts(visit):
    page = visit(reduced_motion="reduce")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    wait_for(page, "() => /\\d/.test(document.querySelector('.tile .big').textContent)")
    still = page.locator(".transport .time").inner_text()
    page.wait_for_timeout(1_200)
    assert page.locator(".transport .time").inner_text() == still


def test_every_control_and_chart_has_a_name(visit):
    page = visit()
    wait_for(page, "() => /Now: p50/.test(document.querySelector('[data-chart=latency]').getAttribute('aria-label'))")
    nameless = page.evaluate("""() => [...document.querySelectorAll('.stage :is(button, input, select)')].filter((element) =>
      !element.closest('.sr') && !element.ariaHidden
      && !(element.labels?.length || element.getAttribute('aria-label') || element.textContent.trim())
    ).map((element) => element.outerHTML.slice(0, 80))""")
    assert nameless == []
    page.get_by_label("Latency: show the data as a table").click()
    assert page.locator(".chart.time .data table").first.locator("thead th").all_inner_texts() == ["second", "p50", "p99", "p95"]


RECORDED = b"time_s,requests\n" + b"".join(b"%d,%d\n" % (60 * k, 100 + 50 * (k % 2)) for k in range(60))


def test_a_recording_is_played(visit):
    page = visit()
    page.get_by_label("Recording", exact=True).check(force=True)
    page.locator("input[type=file]").set_input_files({"name": "hour.csv", "mimeType": "text/csv", "buffer": RECORDED})
    wait_for(page, "() => /hour.csv/.test(document.querySelector('.told').textContent)")
    page.get_by_label("Recording plays at, ×").wait_for(state="visible")
    wait_for(page, "() => 'traffic.recording' in JSON.parse(sessionStorage.getItem('stage:load-balancing')).changes.at(-1)[1]")
    changes = page.evaluate("() => JSON.parse(sessionStorage.getItem('stage:load-balancing')).changes")
    assert set(changes[-1][1]) == {"traffic.recording", "traffic.recording_speed"}
    wait_for(page, "() => document.querySelector('.stage').dataset.numbers")
    assert not page.locator(".notice").is_visible()
    page.get_by_label("Sliders", exact=True).check(force=True)
    wait_for(page, "() => !document.querySelector('.recording').checkVisibility()")


def test_bad_lines_of_a_recording_are_used_only_if_agreed(visit):
    page = visit()
    page.get_by_label("Recording", exact=True).check(force=True)
    bad = RECORDED.replace(b"\n120,", b"\nnoon,")
    page.locator("input[type=file]").set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": bad})
    wait_for(page, "() => /Line 4/.test(document.querySelector('.told').textContent)")
    page.get_by_role("button", name="Use the rest").click()
    wait_for(page, "() => /bad line left out/.test(document.querySelector('.told').textContent)")


def test_a_recording_that_the_server_forgot_gives_way_to_the_sliders(visit):
    page = visit()
    page.evaluate("""() => sessionStorage.setItem('stage:load-balancing', JSON.stringify({ version: 1, seed: 1, t: 3, speed: 1,
      playing: true, labels: [], spiking: null, source: null, changes: [[0, { 'traffic.recording': 'f'.repeat(32) }]] }))""")
    page.evaluate("() => Object.defineProperty(Storage.prototype, 'setItem', { value: () => {} })")
    page.reload()
    page.locator(".notice").wait_for()
    assert "choose the file again" in page.locator(".notice").inner_text()
    wait_for(page, "() => /\\d/.test(document.querySelector('.tile .big')?.textContent)")


def test_a_recording_that_the_server_has_no_turn_for_is_sent_again_with_a_button(visit):
    page = visit()
    page.evaluate("""() => { const real = window.fetch; window.fetch = async (url, ...more) => {
      if (!String(url).includes('api/recordings')) return real(url, ...more);
      window.fetch = real; return new Response('{"problem": "One moment."}', { status: 429 }); }; }""")
    page.get_by_label("Recording", exact=True).check(force=True)
    page.locator("input[type=file]").set_input_files({"name": "hour.csv", "mimeType": "text/csv", "buffer": RECORDED})
    page.locator(".told .bad").wait_for()
    assert page.locator(".told .bad").inner_text() == "One moment."
    page.get_by_role("button", name="Try again").click()
    wait_for(page, "() => /hour.csv/.test(document.querySelector('.told').textContent)")
