"""Every text of a concept page comes from the catalogue, and longer ones fit, seen in a made-up language, accented and longer."""

import re

import pytest

from dashboard.catalogue import machines
from dashboard.journey import CONCEPTS
from dashboard.regions import PLACES

PIECES = """() => {
  const found = [];
  const spared = (one) => one.closest('[translate="no"], script, style');
  const parts = document.querySelectorAll('[data-testid=stMain], [data-testid=stSidebar]');
  for (const part of parts) {
    const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { parentElement: one, nodeValue } = walk.currentNode;
      if (nodeValue.trim() && !spared(one) && one.checkVisibility({ visibilityProperty: true })) found.push(nodeValue.trim());
    }
    for (const one of part.querySelectorAll('*'))
      for (const name of ['aria-label', 'title', 'alt', 'placeholder', 'aria-valuetext'])
        if (one.getAttribute(name)?.trim() && !spared(one) && one.checkVisibility()) found.push(one.getAttribute(name).trim());
  }
  return [...new Set(found)];
}"""
"""What is read on the page or read out: texts, labels and titles."""
CUT = """() => {
  const out = [];
  const shown = (one) => one.checkVisibility() && !one.closest('.sr, [aria-hidden=true]');
  for (const one of document.querySelectorAll('.stage *, [data-testid=stSidebar] *')) {
    const { display, overflowX, textOverflow } = getComputedStyle(one);
    const says = textOverflow === 'ellipsis' || ['auto', 'scroll'].includes(overflowX);
    const free = says || display === 'inline' || one.closest('svg');
    const spare = overflowX === 'visible' ? 14 : 1; // the target of a finger reaches over the edge of its row
    if (shown(one) && !free && one.clientWidth && one.scrollWidth > one.clientWidth + spare)
      out.push(`${one.className}: ${one.textContent.slice(0, 60)}`);
  }
  for (const plot of document.querySelectorAll('.stage .plot')) {
    const { left, right } = plot.getBoundingClientRect();
    for (const one of plot.querySelectorAll('text')) {
      const box = one.getBoundingClientRect();
      if (shown(plot) && box.width && (box.left < left - 3 || box.right > right + 3)) out.push(`chart: ${one.textContent}`);
    }
  }
  const main = document.querySelector('[data-testid=stMain]');
  if (main.scrollWidth > main.clientWidth) out.push(`the page: ${main.scrollWidth} > ${main.clientWidth}`);
  return out;
}"""
"""What is cut off; what ends with an ellipsis says so, and says all of it to a screen reader."""
ACCENTED = re.compile("[aceinosuyACEINOSUY]")
"""The letters that the made-up language writes with an accent: a text with one of them did not come from the catalogue."""
PLAIN = re.compile(
    r"\b(ms|s|GB|kB|MB|CSV|SVG|PNG|CPU|vCPU|Ctrl|Shift|" + "|".join(place.city for place in PLACES.values()) + r")\b"
)  # fmt: skip
"""Units, names of formats and of keys, and cities."""
NO_TEXTS = {machines()["source"]}
"""Sources, as they are cited."""
READY = "() => document.querySelector('.stage h1').textContent.includes('~')"


def english(page) -> list[str]:
    """The texts on the page that did not come from the catalogue."""
    return [text for text in page.evaluate(PIECES) if text not in NO_TEXTS and ACCENTED.search(PLAIN.sub("", text))]


@pytest.fixture
def spoken(visit, address):
    """Opens a concept page in the made-up language, with everything on it unfolded."""

    def open_page(name, width=1440, height=900):
        cookies = [{"name": "language", "value": "pseudo", "url": address}]
        page = visit(width, height, path=name, cookies=cookies)
        page.wait_for_function(READY)
        page.evaluate("document.querySelector('.chart:not(.map)').scrollIntoView()")  # charts are drawn where they are seen
        page.wait_for_selector(".stage[data-reading] .plot .main-svg")
        page.evaluate("document.querySelectorAll('.stage details').forEach((one) => { one.open = true; })")
        return page

    return open_page


EACH = [
    pytest.param(name.replace("_", "-"), *size, marks=() if place % 2 == turn else pytest.mark.full)
    for place, (name, _) in enumerate(CONCEPTS)
    for turn, size in enumerate([(1440, 900), (390, 844)])
]
"""Every concept page in both sizes; each in one of them where time is short."""


@pytest.mark.parametrize(("name", "width", "height"), EACH)
def test_every_text_of_a_concept_page_comes_from_the_catalogue_and_longer_ones_fit(spoken, name, width, height):
    page = spoken(name, width, height)
    assert english(page) == []
    assert page.evaluate(CUT) == []


def test_every_text_of_an_experiment_comes_from_the_catalogue(spoken):
    page = spoken("load-balancing")
    page.click(".experiment button")
    page.wait_for_selector(".inspect:not([hidden])")
    for tab in ("tail", "theory", "money", "sweep", "export"):
        page.click(f"#tab-{tab}")
        if tab == "theory":
            page.wait_for_selector("[data-chart=theory] :is(table, h3)")
        assert english(page) == [], tab


def test_what_happens_is_told_in_the_language(spoken):
    """A fault, an undo, a pin and the links: what is said after a person has done something."""
    page = spoken("load-balancing")
    page.click(".fault[data-fault=crash]")
    page.wait_for_selector(".fault[data-fault=crash][data-mends=true]")
    page.keyboard.press("Control+z")
    page.wait_for_selector(".fault[data-fault=crash][data-mends=false]")
    page.click("button:has-text('Píñ')")
    page.click("button[aria-haspopup=dialog]")
    page.wait_for_function("() => document.querySelector('.share input').value.includes('?v=')")
    assert english(page) == []


def test_numbers_change_the_word_and_are_written_as_the_language_writes_them(visit):
    """Polish has three forms; its point is a comma, and what is typed is read the same way."""
    page = visit()
    forms = [0] + [1] * 199
    for number in (2, 3, 4, 22, 23, 24, 102, 103, 104, 122):
        forms[number] = 2
    catalogue = {"\0": forms, "one\0many": ["x", "{number} b", "{number} c"]}
    page.route("**/api/words/pl", lambda route: route.fulfill(json=catalogue))
    page.evaluate("document.cookie = 'language=pl; path=/'")
    told = page.evaluate("""async () => {
      const { plural } = await import('/app/static/stage/translate.js?pl');
      return [0, 2, 5, 24, 304].map((number) => plural('one', 'many', number, { number }));
    }""")
    assert told == ["x", "2 c", "5 b", "24 c", "304 c"]
