"""A laptop that is all there is: its class comes in by an address of its own network, and its card says which addresses answer."""

from urllib.parse import quote

import pytest

from dashboard.classroom.addresses import local
from tests.browser.classroom.conftest import HOME, STEP, wait

NO_NETWORK = "127.0.0.2"
"""Another address of the machine than the one that its teacher uses, where it is in no network."""


@pytest.fixture
def person(contexts):
    """A page of somebody new."""

    def page():
        opened = contexts.page(1280, 800)
        opened.set_default_timeout(60_000)
        return opened

    yield page
    contexts.leave()


def test_a_class_comes_in_by_an_address_of_the_laptop_and_the_card_tries_each(person, address):
    page, port = person(), address.rpartition(":")[2]
    page.goto(f"{address}/")
    page.wait_for_selector(HOME)
    page.get_by_role("button", name="Open a classroom").click()
    page.wait_for_selector(".join .code-large")
    token = page.url.rpartition("room=")[2]
    networks = [f"http://{one}:{port}/" for one in local()]
    outside = networks[0] if networks else f"http://{NO_NETWORK}:{port}/"
    link, offered = f"{outside}room/{token}", networks or [f"{address}/"]
    picture = f".join .qr[src$='address={quote(offered[0], safe='')}']"
    page.wait_for_selector(picture)
    assert page.get_by_label("Link for your students").input_value() == f"{offered[0]}room/{token}"
    told = page.request.get(f"{address}/api/addresses").json()["addresses"]
    assert [(one["address"], one["answers"]) for one in told] == [(one, True) for one in offered]

    ann = person()
    ann.goto(link)
    ann.wait_for_selector("form .primary")
    ann.locator("form input").first.fill("Ann")
    ann.locator("form .primary").first.click()
    ann.wait_for_selector(STEP)
    assert ann.url.startswith(outside)
    wait(page, ".class .summary", "1 student")

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Join card to print").click()
    card = opened.value
    wait(card, ".join-card .whole", f"{offered[0]}room/{token}")
    states = card.locator(".offered .state")
    assert states.count() == len(networks)
    for at in range(len(networks)):
        states.nth(at).get_by_text("✓ answers here").wait_for()
    card.route(f"{outside}**", lambda asked: asked.abort("addressunreachable"))  # as where a guest network keeps devices apart
    card.reload()
    for at in range(len(networks)):
        states.nth(at).get_by_text("✓ answers here" if at else "✗ does not answer here").wait_for()
