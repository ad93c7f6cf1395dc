"""The short code of a room, made anew, closed and opened again by its teacher: whom it lets in, and that the link always does."""

from tests.browser.classroom.conftest import Member, wait


def tries(page, address, code):
    """Types a code where a class comes in."""
    page.goto(f"{address}/join")
    page.locator("form input").fill(code)
    page.locator("form .primary").click()


def refused(page, address, code):
    tries(page, address, code)
    wait(page, "form [role=alert]:not([hidden])", "no open room")


def test_an_old_code_and_a_closed_one_let_nobody_in_and_the_link_still_does(room, comes, address):
    page, token = room()
    other = comes(f"{address}/join").page
    code, link = page.locator(".join .code-large"), page.get_by_label("Link for your students")
    picture, way = page.locator(".join .qr"), (link.input_value(), page.locator(".join .qr").get_attribute("src"))
    old = code.inner_text()
    tries(other, address, old)
    other.wait_for_url(f"**/room/{token}")

    page.get_by_role("button", name="New code").click()
    page.get_by_role("dialog", name="A new code").get_by_role("button", name="Cancel").click()
    assert code.inner_text() == old
    page.get_by_role("button", name="New code").click()
    page.get_by_role("dialog").get_by_role("button", name="Make a new code").click()
    page.wait_for_function("(old) => document.querySelector('.join .code-large').textContent !== old", arg=old)
    new = code.inner_text()
    assert (link.input_value(), picture.get_attribute("src")) == way, "what is printed stays good"
    refused(other, address, old)
    tries(other, address, new)
    other.wait_for_url(f"**/room/{token}")

    page.get_by_role("button", name="Close the code").click()
    wait(page, ".join .typed", "The short code lets nobody in now.")
    assert code.inner_text() == "closed"
    assert page.get_by_role("button", name="New code").is_hidden()
    for one in (old, new):
        refused(other, address, one)
    comes(link.input_value()).enters("Ann", light=True)
    wait(page, ".class .summary", "1 student")

    page.get_by_role("button", name="Open the code").click()
    page.wait_for_selector(".join .code-large[data-open=true]")
    again = code.inner_text()
    assert again not in (old, new)
    refused(other, address, new)
    tries(other, address, again)
    other.wait_for_url(f"**/room/{token}")


def test_a_teacher_puts_out_what_a_program_let_in_and_the_class_stays(room, comes, address):
    """Who has answered stays; of an empty room there is nothing to clear."""
    page, token = room()
    clear, summary = page.get_by_role("button", name="Too many came in"), page.locator(".class .summary")
    assert clear.is_hidden()
    ann = comes(f"{address}/room/{token}").enters("Ann", light=True)
    ann.page.locator(".lesson .ask > .options .option").nth(1).click()
    ann.page.locator("[data-do=answer]").click()
    ann.page.wait_for_selector(".verdict")
    program = Member(page.context.browser, address, token, "Program")
    wait(page, ".class .summary", "2 students")
    old = page.locator(".join .code-large").inner_text()
    clear.click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert summary.inner_text().startswith("2 students")
    clear.click()
    page.get_by_role("dialog", name="Let the class in?").get_by_role("button", name="Clear the room").click()
    wait(page, ".class .summary", "1 student")
    assert page.locator(".join .code-large").inner_text() != old
    assert "Ann" in page.locator(".class-table tbody").inner_text()
    ann.page.wait_for_selector(".room-line[data-line=on]")
    program.context.close()
    comes(f"{address}/room/{token}").enters("Bea", light=True)
    wait(page, ".class .summary", "2 students")
