"""What the pages cost a browser and the server: `python -m benchmarks.pages [repeats]`.

In headless Chromium: the first page of a warm server and changes of page, an experiment from the slider to its charts, and what a
viewer of a live page costs the browser's main thread and the server's process. Beside times stand CPU times, which other programs
on the machine change less.
"""

import statistics
import sys
import time

from benchmarks.serving import SWITCHES, Server, chromium, drag, served, share
from dashboard.journey import CONCEPTS

READY = ".stage:not([hidden]) .tile .big"
USABLE = """(title) => document.querySelector('.stage:not([hidden]) h1')?.textContent === title
  && /\\d/.test(document.querySelector('.tile .big')?.textContent)"""
WALK = ("web_app", "vertical_scaling", "load_balancing", "caching", "cdn", "challenge")
RATE = 2_000
WATCHED_S = 15.0
MOVES = 60
DRAG_S = 4.0
BIG = ("Requests per second, requests/s", RATE)
WATCH_EXPERIMENT = """() => {
  window.measured = [];
  let at = null;
  document.querySelector('[data-path="traffic.rate"]').addEventListener('input', () => { at ??= performance.now(); }, true);
  const card = document.querySelector('.experiment');
  new MutationObserver(() => {
    if (at === null || card.getAttribute('aria-busy') === 'true') return;
    const begin = at;
    at = null;
    requestAnimationFrame(() => setTimeout(() => measured.push(performance.now() - begin)));
  }).observe(card, { attributeFilter: ['aria-busy'] });
}"""


def main(arguments: list[str]) -> int:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    path, repeats = chromium(), int(arguments[0]) if arguments else 3
    if not path:
        print("No Chromium: install it (apt-get install chromium), or name it in CHROMIUM.")
        return 2
    with served() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=SWITCHES)
        for _ in range(repeats):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            _walk(context.new_page(), server)
            context.close()
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{server.address}/load-balancing")
        page.wait_for_selector(READY)
        _watch(page, server)
        _experiments(page, server)
        browser.close()
    return 0


def _walk(page, server: Server) -> None:
    """Open the first page as a new visitor, then go from page to page by the journey's links."""
    told = []
    for name in WALK:
        cpu_s, begin, title = server.cpu_s(), time.perf_counter(), dict(CONCEPTS)[name]
        if name == WALK[0]:
            page.goto(f"{server.address}/{name.replace('_', '-')}")
        else:
            page.get_by_role("link", name=title, exact=True).click()
        page.wait_for_function(USABLE, arg=title)
        told.append(f"{title} {1e3 * (time.perf_counter() - begin):.0f} ms ({1e3 * (server.cpu_s() - cpu_s):.0f} of CPU)")
        page.wait_for_timeout(1_500)
    print("usable after (the server's CPU time with it): " + ", ".join(told))


def _watch(page, server: Server) -> None:
    """A live page that is only watched."""
    box = page.get_by_label(BIG[0])
    box.fill(str(RATE))
    box.press("Enter")
    page.wait_for_timeout(4_000)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")

    def task_s() -> float:
        return next(one["value"] for one in devtools.send("Performance.getMetrics")["metrics"] if one["name"] == "TaskDuration")

    before, cpu_s, begin = task_s(), server.cpu_s(), time.perf_counter()
    page.wait_for_timeout(1_000 * WATCHED_S)
    spent_s = time.perf_counter() - begin
    server_share, browser_share = (server.cpu_s() - cpu_s) / spent_s, (task_s() - before) / spent_s
    print(
        f"a live page at {RATE:,} requests/s: {server_share:.1%} of a core of the server's, "
        f"{browser_share:.1%} of the time in tasks of the browser's main thread"
    )


def _experiments(page, server: Server) -> None:
    """Run an experiment, then move the slider by keys to one new value after the other, and by dragging."""
    page.get_by_role("button", name="Run it").click()
    page.wait_for_selector(".experiment table")
    page.wait_for_timeout(2_000)
    page.evaluate(WATCH_EXPERIMENT)
    page.locator('[data-path="traffic.rate"]').focus()
    cpu_s = server.cpu_s()
    for _ in range(MOVES):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(700)
    times = page.evaluate("() => measured")
    cpu_s = (server.cpu_s() - cpu_s) / max(1, len(times))
    print(
        f"an experiment, from the slider to its charts, {len(times)} of {MOVES} moves: median {statistics.median(times):.0f} ms, "
        f"95 % within {share(times, 0.95):.0f} ms; {1e3 * cpu_s:.0f} ms of the server's CPU a move, the live run's answers with it"
    )
    page.evaluate("() => { measured.length = 0; }")
    spent_s = drag(page, page.locator('[data-path="traffic.rate"]'), DRAG_S)
    answers = page.evaluate("() => measured.length")
    page.mouse.up()
    print(f"dragging with an experiment open: {answers / spent_s:.1f} experiments a second")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
