"""Walker: plays any lesson in the browser by the keyboard alone, with given answers, to the end of its exit ticket.

Presses Tab to whatever it wants to use and never clicks; wherever the focus goes it must be seen. Knows how a person answers, and
nothing of what is right: an answer that turns out wrong is left behind with "Continue", as a person may do.
"""

from typing import Any

MOST_TABS = 220
MOST_STEPS = 80
JUDGED_MS = 120_000
SEEN = """() => {
  const e = document.activeElement;
  const shows = (one) => {
    const { outlineStyle, outlineWidth } = one ? getComputedStyle(one) : {};
    return outlineStyle !== undefined && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  };
  if (e === document.body || e.type === 'range' || !e.closest('.stage, .leaf')) return true;
  const ring = e.querySelector?.('.ring');
  if (ring && getComputedStyle(ring).stroke !== 'none') return true;
  return shows(e) || shows(e.nextElementSibling) || shows(e.closest('.option, .entered'));
}"""
FOCUSED = "(selector) => document.activeElement.matches(selector)"
LANDED = f"(selector) => [({SEEN})(), ({FOCUSED})(selector)]"
WHERE = "() => { const e = document.activeElement; return `${e.tagName} ${e.className} ${e.textContent.slice(0, 60)}`; }"
STEP = """() => {
  const step = document.querySelector('.lesson .step');
  const ask = step?.querySelector('.ask');
  const button = ask?.querySelector('[data-do=answer]');
  return step && {
    id: step.dataset.step ?? '', closing: step.classList.contains('closing'), ask: ask?.dataset.ask ?? '',
    open: !!button && !button.hidden, sure: !!step.querySelector('.sure'),
  };
}"""
ARRIVED = "(before) => { const e = document.querySelector('.lesson .step'); return e && (e.dataset.step ?? '') !== before; }"
ANSWERED = "() => document.querySelector('.lesson .verdict') && !document.querySelector('.lesson [data-busy]')"


def tab_to(page, selector: str, back: bool = False) -> None:
    """Press Tab until what matches has the focus, which is seen wherever it goes."""
    if page.evaluate(FOCUSED, selector):
        return
    for _ in range(MOST_TABS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        is_seen, is_there = page.evaluate(LANDED, selector)
        assert is_seen, f"the focus cannot be seen: {page.evaluate(WHERE)}"
        if is_there:
            return
    raise AssertionError(f"{selector} was not reached by Tab")


def press(page, *keys: str) -> None:
    """Press the keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)


def walk(page, answers: dict[str, Any], sure: int = 2) -> list[str]:
    """Play the lesson that is open from its step on screen to its closing card; gives the ids of the steps, in order.

    `answers` by step: an option's place (choice), a text or number (number, own_run: also a function of the page), heights
    (sketch), texts (writing), {path: an option's place} (part), {path: value} to set by the controls (compare, after pinning;
    goal). A step that asks for something and is not among them is skipped.
    """
    went = []
    page.wait_for_selector(".lesson .step h3")
    for _ in range(MOST_STEPS):
        step = page.evaluate(STEP)
        if step["closing"]:
            return went
        went.append(step["id"])
        if step["open"] and step["id"] in answers:
            _answer(page, step, answers[step["id"]], sure)
        _go_on(page, step, answers)
    raise AssertionError(f"the lesson does not end: {went}")


def _go_on(page, step: dict[str, Any], answers: dict[str, Any]) -> None:
    skipped = step["open"] and step["id"] not in answers
    tab_to(page, ".lesson .ways button:last-child" if skipped else '.lesson [data-do="next"]')
    press(page, "Enter")
    page.wait_for_function(ARRIVED, arg=step["id"])
    assert page.evaluate("() => document.activeElement.matches('.lesson h3')"), f"after {step['id']} the focus is elsewhere"


def _answer(page, step: dict[str, Any], answer: Any, sure: int) -> None:
    kind = step["ask"]
    if kind == "choice":
        _choose(page, ".ask > .options", answer)
    elif kind in ("number", "own_run"):
        _wait_for_run(page)
        tab_to(page, ".lesson .entry")
        page.keyboard.type(str(answer(page) if callable(answer) else answer))
    elif kind == "sketch":
        for place, height in enumerate(answer):
            draw(page, place, height)
    elif kind == "writing":
        for place, text in enumerate(answer if isinstance(answer, list) else [answer]):
            tab_to(page, f".lesson .writing .field:nth-child({place + 1}) textarea")
            page.keyboard.type(text)
    elif kind == "part":
        for path, place in answer.items():
            _choose(page, f'.part [data-path="{path}"]', place)
    elif kind in ("compare", "goal"):
        if kind == "compare" and page.locator(".lesson .tasks .plain").is_visible():
            tab_to(page, ".lesson .tasks .plain")
            press(page, "Enter")
        for path, value in answer.items():
            set_control(page, path, value)
    if step["sure"]:
        _choose(page, ".sure", sure)
    # From the controls the way back to the card is the shorter one.
    tab_to(page, '.lesson [data-do="answer"]', back=kind in ("compare", "goal"))
    press(page, "Enter")
    page.wait_for_function(ANSWERED, timeout=JUDGED_MS)
    assert page.evaluate("() => document.activeElement.matches('.lesson .verdict h4')"), f"{step['id']}: {page.evaluate(WHERE)}"


def _choose(page, group: str, place: int) -> None:
    """Arrows go from option to option, and choose what they come to."""
    tab_to(page, f".lesson {group} input")
    here = page.evaluate("() => Number(document.activeElement.value)")
    press(page, *["ArrowDown" if place > here else "ArrowUp"] * abs(place - here))
    if not page.evaluate("() => document.activeElement.checked"):
        press(page, " ")
    assert page.evaluate("() => document.activeElement.checked && Number(document.activeElement.value)") == place


def draw(page, place: int, height: float) -> None:
    """One point of a sketch, as near to the height as steps of two hundredths of the axis come."""
    tab_to(page, f'.lesson .sketch [data-place="{place}"]')
    most = page.evaluate("() => Number(document.activeElement.getAttribute('aria-valuemax'))")
    steps = round(50 * height / most)
    press(page, "Home", *["PageUp"] * (steps // 5), *["ArrowUp"] * (steps % 5))


def _wait_for_run(page) -> None:
    """Where the run has not come far enough yet, time is let pass quickly."""
    page.wait_for_timeout(600)
    if not page.locator(".lesson .wait").is_visible():
        return
    tab_to(page, ".transport select", back=True)
    press(page, "End")
    if page.locator('.transport .primary[aria-label="Play"]').count():  # where nothing is to move by itself, the run stands
        tab_to(page, ".transport .primary", back=True)
        press(page, "Enter")
        tab_to(page, ".transport select")
    page.wait_for_selector(".lesson .wait", state="hidden", timeout=60_000)
    press(page, *["Home", *["ArrowDown"] * 4])  # at the usual pace again


def set_control(page, path: str, value: Any) -> None:
    """A control as a person sets it: a number is typed, an option is gone to, a switch is turned."""
    first = page.locator(f'.side [data-path="{path}"]').first
    if not first.is_visible():
        _unfold(page, path)
    kind = first.get_attribute("type")
    if kind == "range":
        control = f'.side .control:has([data-path="{path}"])'
        switch = page.locator(f"{control} .switch")
        if switch.count() and switch.is_checked() == (value is None):
            tab_to(page, f"{control} .switch")
            press(page, " ")
        if value is None:
            return
        percent = page.locator(f"{control} .unit").inner_text() == "%"
        tab_to(page, f"{control} .box")
        press(page, "Control+a")
        page.keyboard.type(f"{100 * value if percent else value:.6g}")
        press(page, "Enter")
    elif kind == "radio":
        _arrow_to(page, path, value)
    elif isinstance(value, bool):
        if first.is_checked() != value:
            tab_to(page, f'.side [data-path="{path}"]')
            press(page, " ")
    else:  # some of several, at least one of which stays chosen: first those that are wanted
        for wanted in (True, False):
            for box in page.locator(f'.side [data-path="{path}"]').all():
                name = box.get_attribute("value")
                if (name in value) == wanted and box.is_checked() != wanted:
                    tab_to(page, f'.side [data-path="{path}"][value="{name}"]')
                    press(page, " ")


def _unfold(page, path: str) -> None:
    more = ".side .more > summary"
    if page.locator(".side .more:not([open])").count():
        tab_to(page, more)
        press(page, "Enter")
    fold = f'.side .control:has([data-path="{path}"]) > .link[aria-expanded="false"]'
    if page.locator(fold).count() and not page.locator(f'.side [data-path="{path}"]').first.is_visible():
        tab_to(page, fold)
        press(page, "Enter")


def _arrow_to(page, path: str, value: str) -> None:
    option = f'.side [data-path="{path}"][value="{value}"]'
    if not page.locator(option).is_visible():
        tab_to(page, f'.side .control:has([data-path="{path}"]) > .link[aria-expanded="false"]')
        press(page, "Enter")
    tab_to(page, f'.side [data-path="{path}"]:checked')
    for _ in range(20):
        if page.locator(option).is_checked():
            return
        press(page, "ArrowRight")
    raise AssertionError(f"{path} cannot be set to {value}")
