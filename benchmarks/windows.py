"""Windows: some of the students of `benchmarks.classroom` with a real browser, of which is measured what is on the screen.

They draw without a graphics card and on the cores of all the others, which they let go first: students bring machines of their own.
"""

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page, async_playwright

from benchmarks.serving import SWITCHES, chromium
from benchmarks.students import SHOWN, STEP, STORED, USABLE

IN = "in a browser: "
"""Begins the name of what was measured there."""
PHONE = {"viewport": {"width": 390, "height": 844}}
PATIENCE_MS = 120_000
PICTURE = ".stage:not([hidden]) .node.servers"


class Windows:
    """Browsers of a class, one a student. `add(what, begin)` is told whenever something is on a screen."""

    def __init__(self, pages: list[Page], add: Callable[[str, float], None]) -> None:
        self.pages, self._add = pages, add

    def __len__(self) -> int:
        return len(self.pages)

    async def come(self, address: str, token: str, within_s: float) -> None:
        """From the link to the lesson, spread over so many seconds; nobody waits for another."""

        async def one(number: int, page: Page) -> None:
            await asyncio.sleep(within_s * number / len(self))
            begin = time.perf_counter()
            await page.goto(f"{address}/room/{token}")
            await page.locator("form input").first.fill(f"Browser {number}")
            await page.locator("form button[value='']").first.click()  # the whole page, however slow the line seems
            await page.wait_for_selector(".lesson .step h3")
            await page.wait_for_selector(PICTURE)
            self._add(IN + USABLE, begin)

        await asyncio.gather(*(one(number, page) for number, page in enumerate(self.pages)))

    async def vote(self, begin: float, option: int) -> None:
        """Wait for the class's step, then lock an answer in all of them."""

        async def one(page: Page) -> None:
            await page.wait_for_selector(f".lesson .step[data-step={STEP}]")
            self._add(f"{IN}the class's step", begin)
            await chosen(page, option)
            sent = time.perf_counter()
            await locked(page)
            self._add(IN + STORED, sent)

        await asyncio.gather(*map(one, self.pages))

    async def follow(self, address: str, begin: float) -> None:
        """Wait until the page that the teacher shows is there."""

        async def one(page: Page) -> None:
            await page.wait_for_url(lambda url: address in url)
            await page.wait_for_selector(PICTURE)
            self._add(IN + SHOWN, begin)

        await asyncio.gather(*map(one, self.pages))


async def chosen(page: Page, option: int) -> None:
    """Choose an answer, and how sure one is."""
    await page.locator(".lesson .ask > .options .option").nth(option).click()
    await page.locator(".lesson .sure input").nth(2).click()


async def locked(page: Page) -> None:
    """Lock it, and wait until that was acknowledged."""
    await page.locator("[data-do=answer]").click()
    await page.wait_for_selector(".lesson .verdict")


@contextlib.asynccontextmanager
async def windows(count: int, add: Callable[[str, float], None]) -> AsyncIterator[Windows]:
    """So many browsers with nothing in them yet; none takes no Chromium either."""
    if not count:
        yield Windows([], add)
        return
    with _modest() as path:
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=path, args=SWITCHES)
            contexts = [await browser.new_context(**PHONE, ignore_https_errors=True) for _ in range(count)]
            pages = [await context.new_page() for context in contexts]
            for page in pages:
                page.set_default_timeout(PATIENCE_MS)
            yield Windows(pages, add)
            await browser.close()


@contextlib.contextmanager
def _modest() -> Iterator[Path]:
    """A Chromium that takes what the others leave of the cores; being nice it forgets where it may."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "chromium"
        modest = "chrt --idle 0 " if shutil.which("chrt") else ""
        path.write_text(f'#!/bin/sh\nexec {modest}"{chromium()}" "$@"\n')
        path.chmod(0o700)
        yield path
