"""Mouse: plays a lesson with the pointer; where a second try is taken, each question gets a wrong answer before the right one.

Knows how a person points, and nothing of what is right.
"""

from typing import Any

from tests.browser.lessons.walker import ANSWERED, ARRIVED, JUDGED_MS, MOST_STEPS, STEP, _wait_for_run, draw, set_control

WRONG = {"number": "0.000123", "own_run": "0.000123", "goal": {}}
LOCKING = "() => document.querySelector('.lesson .step').dataset.kind === 'predict'"


def walk(page, answers: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Play the lesson that is open to its closing card; gives the steps, and those that were answered wrongly first."""
    went, wrong = [], []
    page.wait_for_selector(".lesson .step h3")
    for _ in range(MOST_STEPS):
        step = page.evaluate(STEP)
        if step["closing"]:
            return went, wrong
        went.append(step["id"])
        if step["open"]:
            if not page.evaluate(LOCKING) and (first := _wrong(page, step["ask"], answers[step["id"]])) is not None:
                _answer(page, step["ask"], first, step["sure"])
                assert page.locator(".lesson .verdict.wrong").count() == 1, step["id"]
                assert page.locator(".lesson [data-do=answer]").is_visible(), f"{step['id']}: there is no second try"
                wrong.append(step["id"])
            _answer(page, step["ask"], answers[step["id"]], step["sure"])
        page.locator('.lesson [data-do="next"]').click()
        page.wait_for_function(ARRIVED, arg=step["id"])
    raise AssertionError(f"the lesson does not end: {went}")


def _wrong(page, kind: str, right: Any) -> Any:
    if kind == "choice":
        return (right + 1) % page.locator(".lesson .ask > .options .option").count()
    return WRONG.get(kind)


def _answer(page, kind: str, answer: Any, sure: bool) -> None:
    if kind == "choice":
        page.locator(".lesson .ask > .options .option").nth(answer).click()
    elif kind in ("number", "own_run"):
        _wait_for_run(page)
        page.locator(".lesson .entry").click()
        page.locator(".lesson .entry").fill(str(answer(page) if callable(answer) else answer))
    elif kind == "sketch":
        for place, height in enumerate(answer):
            draw(page, place, height)
    elif kind == "writing":
        for place, text in enumerate(answer):
            page.locator(".lesson .writing textarea").nth(place).fill(text)
    elif kind == "part":
        for path, place in answer.items():
            page.locator(f'.lesson .part [data-path="{path}"] input').nth(place).click()
    else:
        if kind == "compare":
            page.locator(".lesson .tasks .plain").click()
        for path, value in answer.items():
            set_control(page, path, value)
    if sure:
        page.locator(".lesson .sure input").nth(1).check(force=True)
    page.locator(".lesson [data-do=answer]").click()
    page.wait_for_function(ANSWERED, timeout=JUDGED_MS)
