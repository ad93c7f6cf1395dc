"""One teacher and a phone: `python -m benchmarks.alone`; how long each takes who has the app for themselves.

In a real browser a teacher opens home and clicks until the link of a room is on the screen; then a phone opens this link, types a
name as fast as people do, and locks the class's first prediction. Both have nothing kept from before, and read nothing; the app is
warm, because another teacher and another phone came before.
"""

import asyncio
import sys
import time
from collections.abc import Callable

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.classroom import FIRST, LINK
from benchmarks.serving import SWITCHES, chromium, served
from benchmarks.windows import PATIENCE_MS, PHONE, chosen, locked

STEP = "guess"
"""The first prediction of the lesson that home offers first."""
NAME, KEY_MS = "Wilhelmina", 100
CLICKS = "clicks from home to the room's link"
MOST_CLICKS = 3


async def measured(address: str, tell: Callable[[str], None] = print) -> dict[str, float]:
    """Seconds by what was measured, and the clicks."""
    found: dict[str, float] = {}
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium(), args=SWITCHES)
        for _ in range(2):
            found = await _both(browser, address)
        await browser.close()
    tell(f"{LINK}: {found[LINK]:.1f} s, {found[CLICKS]:g} of at most {MOST_CLICKS} clicks")
    tell(f"{FIRST}: {found[FIRST]:.1f} s, {len(NAME) * KEY_MS / 1e3:g} s of it for the name")
    return found


def many(found: dict[str, float]) -> list[str]:
    """Whether there were more clicks than promised."""
    return [f"{found[CLICKS]:g} {CLICKS}"] if found[CLICKS] > MOST_CLICKS else []


async def _both(browser: Browser, address: str) -> dict[str, float]:
    clicks: list[None] = []
    teacher = await (await browser.new_context(viewport={"width": 1280, "height": 800}, base_url=address)).new_page()
    await teacher.expose_function("clicked", lambda: clicks.append(None))
    await teacher.add_init_script("addEventListener('pointerdown', () => clicked(), true)")
    link, link_s = await _opens(teacher)
    token = link.rpartition("/")[2]
    paced = {"command": "pace", "pacing": "paced", "step": STEP}
    answer = await teacher.context.request.post(f"/api/rooms/{token}/commands", data=paced, headers={"Origin": address})
    assert answer.ok, await answer.text()
    await teacher.close()
    phone = await (await browser.new_context(**PHONE, has_touch=True)).new_page()
    first_s = await _predicts(phone, link)
    await asyncio.gather(teacher.context.close(), phone.context.close())
    return {LINK: link_s, CLICKS: len(clicks), FIRST: first_s}


async def _opens(page: Page) -> tuple[str, float]:
    """A room, from home; its link, and how long it took until that was there."""
    page.set_default_timeout(PATIENCE_MS)
    begin = time.perf_counter()
    await page.goto("/")
    await page.get_by_role("button", name="Open a classroom").click()
    link = page.get_by_label("Link for your students")
    await link.wait_for()
    return await link.input_value(), time.perf_counter() - begin


async def _predicts(page: Page, link: str) -> float:
    """From the link to a locked answer to the class's step."""
    page.set_default_timeout(PATIENCE_MS)
    begin = time.perf_counter()
    await page.goto(link)
    await page.locator("form input").first.press_sequentially(NAME, delay=KEY_MS)
    await page.locator("form .primary").first.click()
    await page.wait_for_selector(f".lesson .step[data-step={STEP}]")
    await chosen(page, 0)
    await locked(page)
    return time.perf_counter() - begin


def main() -> int:
    """Measure both."""
    with served() as server:
        asyncio.run(measured(server.address))
    return 0


if __name__ == "__main__":
    sys.exit(main())
