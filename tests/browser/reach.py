"""What a page must be for everybody, measured in the browser: axe's findings, what is too wide, too small to be touched or read."""

from pathlib import Path

import axe_playwright_python

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
RUN = """async ([tags, within]) => {
  const found = await axe.run(within, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] });
  return found.violations.filter((one) => ['serious', 'critical'].includes(one.impact)).flatMap((one) =>
    one.nodes.map((node) => `${one.id} (${one.impact}): ${node.target.join(' ')}: ${node.failureSummary}`));
}"""
TOO_WIDE = """() => {
  // Streamlit's own column scrolls, not the document, so both are measured; what scrolls in a box of its own may be wider.
  const main = document.querySelector('[data-testid=stMain]');
  const { scrollWidth } = document.documentElement;
  const wide = Math.max(main.scrollWidth - main.clientWidth, scrollWidth - innerWidth);
  if (wide <= 0) return [];
  const own = (e) => {
    for (let p = e; p && p !== main; p = p.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(p).overflowX)) return true;
    return false;
  };
  const guilty = [...main.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5 && !own(e));
  const words = (e) => `${e.tagName} ${e.getAttribute('class')} ${e.textContent.slice(0, 40)}`;
  return [`${wide} px too wide`, ...guilty.slice(0, 5).map(words)];
}"""
TOO_SMALL = """() => {
  const targets = ':is(.stage, .leaf) :is(button, a, input, select, summary, textarea, [role=tab])';
  const within = '.sr, .skip, .code, dd, .prose p, .prose li';
  const words = (e) => `${e.getAttribute('class') ?? e.tagName} ${e.getAttribute('aria-label') ?? e.textContent ?? e.id}`;
  return [...document.querySelectorAll(targets)]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(within))
    .map((e) => [e, e.getBoundingClientRect()])
    .filter(([, box]) => box.height < 43.5 && box.width > 1)
    .map(([e, box]) => `${words(e)}: ${box.width}×${box.height}`);
}"""

SIZES = """() => {
  const seen = (e) => {
    for (let p = e; p; p = p.parentElement) if (getComputedStyle(p).clipPath !== 'none') return false; // only to be heard
    return e.checkVisibility({ visibilityProperty: true });
  };
  const found = [];
  const every = document.createTreeWalker(document.querySelector('.leaf'), NodeFilter.SHOW_TEXT);
  while (every.nextNode()) {
    const { data, parentElement } = every.currentNode;
    if (data.trim() && seen(parentElement)) found.push([data, parseFloat(getComputedStyle(parentElement).fontSize)]);
  }
  return found;
}"""


def findings(page, within: str = "html") -> list[str]:
    """What axe finds serious or critical in WCAG 2.2 A and AA, Streamlit's own parts included."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(RUN, [RULES, within])


def too_wide(page) -> list[str]:
    """What makes the page scroll sideways."""
    return page.evaluate(TOO_WIDE)


def too_small(page) -> list[str]:
    """What can be touched and is less than 44 px high; links within a sentence are as high as its lines."""
    return page.evaluate(TOO_SMALL)


def read_at(page) -> dict[str, float]:
    """Each text that is to be seen, and how large (px) it is at its smallest."""
    found: dict[str, float] = {}
    for text, size in page.evaluate(SIZES):
        found[text] = min(size, found.get(text, size))
    return found
