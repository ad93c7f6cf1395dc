"""Whoever writes a lesson loads its file, mends what is told, reads it with its numbers, plays and prints it, and loses nothing."""

import re

import pytest

from dashboard.lesson.manual import example
from tests.browser.reach import findings, too_small, too_wide

SHOWN = ".leaf[data-shown] .opener"
CHOOSES = "delete window.showOpenFilePicker"
"""As in a browser that cannot read a file again by itself."""
READS = """(() => {
  window.written = { name: 'mine.yaml', text: '', at: 1 };
  const getFile = async () => new File([window.written.text], window.written.name, { lastModified: window.written.at });
  window.showOpenFilePicker = async () => [{ kind: 'file', getFile }];
})()"""
"""As in a browser that can: a file of the test's."""
PROVEN_MS = 180_000


@pytest.fixture
def writer(visit):
    """Opens the page in which lessons are written."""

    def open_page(script=CHOOSES, **more):
        page = visit(path="write-lesson", ready=SHOWN, **more)
        page.add_init_script(script)
        page.reload()
        page.wait_for_selector(SHOWN)
        return page

    return open_page


def choose(page, path, button="Choose a file"):
    before = page.locator(".opener [role=status]").get_attribute("data-loads")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button, exact=True).click()
    chooser.value.set_files(path)
    told = page.locator(".opener [role=status]", has_text=re.compile(rf"^{re.escape(path.name)}, loaded at"))
    told.wait_for()
    loads = "(before) => document.querySelector('.opener [role=status]').dataset.loads !== (before ?? undefined)"
    page.wait_for_function(loads, arg=before)


def proven(page):
    page.wait_for_selector(".proof .verdict", timeout=PROVEN_MS)
    return page.locator(".proof .verdict").inner_text()


def test_a_file_is_loaded_mended_read_and_proven(writer, tmp_path):
    page, path = writer(), tmp_path / "mine.yaml"
    path.write_text(example().replace("left >= 0.9", "lft >= 0.9").replace("kind: text", "kind: txt"))
    choose(page, path)
    assert page.locator(".outcome h2").inner_text() == "1 thing to mend in mine.yaml", "what the format cannot read comes first"
    path.write_text(example().replace("left >= 0.9", "lft >= 0.9"))
    choose(page, path, "Load again")
    problem = page.locator("button.problem")
    assert "there is no value lft" in problem.inner_text()
    line = int(re.search(r"Line (\d+)", problem.inner_text())[1])
    problem.focus()
    page.keyboard.press("Enter")
    focused = page.evaluate("() => [document.activeElement.dataset.line, document.activeElement.textContent.trim()]")
    assert focused == [str(line), "when: lft >= 0.9"]
    path.write_text(example())
    choose(page, path, "Load again")
    page.wait_for_selector(".read .step", timeout=PROVEN_MS)
    right = page.locator(".read [data-step=guess] .option.right p").all_text_contents()
    assert right == ["right: It hardly moves", "right if left >= 0.9"]
    assert re.search(r"They are \d[\d.]* % busy", page.locator("[data-step=hook]").inner_text())
    assert page.locator(".measured summary").inner_text() == "8 values that are measured"
    assert proven(page) == "✓ Proven"


def test_a_lesson_that_is_not_true_is_told_so_with_the_line(writer, tmp_path):
    page, path = writer(), tmp_path / "mine.yaml"
    path.write_text(example().replace("left >= 0.9", "left > 2"))
    choose(page, path)
    assert proven(page) == "Not proven"
    page.locator(".proof button.problem").click()
    assert page.evaluate("() => document.activeElement.textContent.trim()") == "options:"


def test_markup_in_a_file_is_text(writer, tmp_path):
    page, path = writer(), tmp_path / "<img src=x onerror=alert(1)>.yaml"
    bold = "<b>bold</b> <img src=x onerror=document.title=1> [link](javascript:alert(1))"
    path.write_text(example().replace("title: A quiet night", f"title: '{bold}'"))
    choose(page, path)
    page.wait_for_selector(".read .step", timeout=PROVEN_MS)
    assert bold in page.locator("[data-step=hook] h3").inner_text()
    assert page.locator(".leaf img, .read b").count() == 0


def test_the_proof_can_be_cancelled_and_begun_again(writer):
    page = writer()
    page.get_by_role("button", name="Open the example").click()
    page.locator(".proof").get_by_role("button", name="Cancel").click()
    page.get_by_text("The proof was cancelled.").wait_for()
    page.get_by_role("button", name="Prove it again").click()
    page.wait_for_selector(".proof progress")


def test_nothing_is_lost_on_refresh(writer, tmp_path):
    page, path = writer(), tmp_path / "mine.yaml"
    path.write_text(example().replace("a quiet night", "a calm night"))
    choose(page, path)
    page.locator(".outcome h2", has_text="a calm night").wait_for()
    page.reload()
    page.locator(".outcome h2", has_text="a calm night").wait_for()
    assert page.locator(".file summary").inner_text() == "The file mine.yaml"
    assert page.locator(".drafts strong").all_inner_texts() == ["Twice the servers: a calm night"]
    page.locator(".drafts").get_by_role("button", name="Forget it").click()
    page.wait_for_selector(".drafts", state="hidden")


def test_where_the_browser_can_the_same_file_is_read_again(writer):
    page = writer(READS)
    page.evaluate("(text) => { window.written.text = text; }", example().replace("left >= 0.9", "lft >= 0.9"))
    page.get_by_role("button", name="Choose a file").click()
    page.wait_for_selector("button.problem")
    page.evaluate("(text) => { window.written.text = text; window.written.at = 2; }", example())
    page.get_by_role("button", name="Load again").click()
    page.locator(".outcome h2", has_text="a quiet night").wait_for()
    page.evaluate("(text) => { window.written.text = text; window.written.at = 3; }", "id: 7\n")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_selector("button.problem")


def test_a_text_can_be_pasted_and_a_file_dropped(writer):
    page = writer()
    page.get_by_role("button", name="Paste a text").press("Enter")
    page.get_by_label("The text of a lesson file").fill("id: x\n")
    page.get_by_role("button", name="Check it").press("Enter")
    page.wait_for_selector("button.problem")
    drop = """(text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], 'dropped.yaml'));
      const drop = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
      document.querySelector('.opener').dispatchEvent(drop);
    }"""
    page.evaluate(drop, example())
    page.get_by_text(re.compile("^dropped.yaml, loaded at")).wait_for()
    page.locator(".outcome h2", has_text="a quiet night").wait_for()


def test_a_file_that_is_too_long_is_not_sent(writer, tmp_path):
    page, path = writer(), tmp_path / "long.yaml"
    path.write_text("#" * 300_000)
    choose(page, path)
    assert "at most 200 kB" in page.get_by_role("alert").inner_text()


def test_a_preview_plays_it_and_keeps_the_place_when_it_is_loaded_again(writer, tmp_path):
    page, path = writer(), tmp_path / "mine.yaml"
    path.write_text(example())
    choose(page, path)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Preview it").click()
    preview = opened.value
    heading = preview.locator(".lesson .step h3")
    heading.wait_for()
    for _ in range(2):
        before = preview.locator(".lesson .step").get_attribute("data-step")
        preview.get_by_role("button", name="Skip this step").click()
        preview.wait_for_function("(id) => document.querySelector('.lesson .step').dataset.step !== id", arg=before)
    assert heading.inner_text() == "A quiet night"
    path.write_text(example().replace("title: A quiet night", "title: A calm night"))
    choose(page, path, "Load again")
    page.locator(".outcome .go a", has_text="Preview it").wait_for()
    preview.reload()
    heading.wait_for()
    assert heading.inner_text() == "A calm night"


def test_worksheet_and_key_are_printed_from_here(writer, address):
    page = writer()
    page.locator(".printing summary").click()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name=re.compile("^Key: A web app")).click()
    key = opened.value
    key.wait_for_selector(".box.on")
    assert key.locator("script").count() == 0
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=re.compile("^Worksheet: A web app")).click()
    opened.value.wait_for_selector("svg")
    assert opened.value.locator(".box.on").count() == 0
    answer = page.context.request.get(f"{address}/lessons/web_app/key")
    assert (answer.status, "printed from the page" in answer.text()) == (403, True)


LOOKS = {"phone": {"width": 320, "height": 640, "has_touch": True}, "dark": {"color_scheme": "dark"}, "light": {}}


@pytest.mark.parametrize("look", LOOKS)
def test_problems_and_a_lesson_are_for_everybody(writer, look):
    page = writer(**LOOKS[look])
    page.get_by_role("button", name="Paste a text").click()
    area, check = page.get_by_label("The text of a lesson file"), page.get_by_role("button", name="Check it")

    def wrong():
        page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        return findings(page) + (too_wide(page) + too_small(page) if look == "phone" else [])

    area.fill(example().replace("left >= 0.9", "lft >= 0.9"))
    check.click()
    page.locator("button.problem").click()
    assert wrong() == []
    area.fill(example())
    check.click()
    page.wait_for_selector(".read .step", timeout=PROVEN_MS)
    assert wrong() == []


def test_the_manual_is_there_to_read(writer):
    page = writer()
    assert page.locator(".sections summary").count() == 12
    page.locator(".sections summary", has_text="The example, line by line").click()
    assert page.locator(".sample").first.inner_text().startswith("# Who it is for")
