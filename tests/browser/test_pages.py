"""The concept pages as a person walks through them: each shows its tiers, and one move makes it interesting."""

import re

import pytest

PAGES = {
    "A web app under load": ["servers", "database"],
    "Vertical scaling": ["servers", "database"],
    "Horizontal scaling": ["balancer", "servers", "database"],
    "Replication": ["balancer", "servers", "database"],
    "Caching": ["balancer", "servers", "cache", "database"],
    "CDN": ["cdn", "balancer", "servers", "cache", "database"],
    "Overload and retries": ["balancer", "servers", "database"],
    "100k+ challenge": ["balancer", "servers", "database"],
}


def go(page, title):
    """Follow the journey to a page, as a person does."""
    page.get_by_role("link", name=title, exact=True).click()
    page.wait_for_function("(title) => document.querySelector('.stage:not([hidden]) h1')?.textContent === title", arg=title)
    page.wait_for_function("() => /\\d/.test(document.querySelector('.tile .big')?.textContent)")


def wait_for(page, condition, argument=None):
    """Wait until a condition written in JavaScript holds."""
    page.wait_for_function(condition, arg=argument)


@pytest.mark.parametrize(("title", "tiers"), PAGES.items())
def test_the_journey_leads_to_a_page_with_its_tiers(visit, title, tiers):
    page = visit()
    go(page, title)
    assert re.fullmatch(r"[a-z0-9-]+", page.url.rsplit("/", 1)[1])
    for tier in tiers:
        assert page.locator(f".node.{tier}").count() >= 1, tier
    assert (page.locator(".node.balancer").count() == 1) == ("balancer" in tiers)
    wait_for(page, "() => [...document.querySelectorAll('.plot')].length >= 4")
    assert "What just happened." in page.locator(".said").inner_text()
    assert page.locator("[aria-current=page]").inner_text() == title


def test_people_become_requests(visit):
    page = visit()
    go(page, "A web app under load")
    assert "69 requests/s" in page.locator(".sum").inner_text()
    page.locator('[data-worksheet="users"]').focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    wait_for(page, "() => /300,000 × 20 ÷ 86,400 s = 69.s, × 3 = 208 requests/.test(document.querySelector('.sum').textContent)")
    assert page.get_by_label("Requests per second, requests/s").input_value() == "208.3"
    wait_for(page, "() => /The machine is/.test(document.querySelector('.said').textContent)")


def test_a_box_says_what_it_takes(visit):
    page = visit()
    go(page, "A web app under load")
    box = page.get_by_label("Requests per second, requests/s")
    wrong = page.locator(".control.slider", has=box).locator(".wrong")
    for written, kept in (("abc", "69.4"), ("-5", "1")):
        box.fill(written)
        box.press("Enter")
        assert wrong.inner_text() == "Give a number from 1 /s to 20,000 /s."
        assert box.input_value() == kept
    box.fill("120")
    box.press("Enter")
    assert not wrong.is_visible()


def test_the_database_moves_out_of_the_machine(visit):
    page = visit()
    go(page, "A web app under load")
    host, inside = (page.locator(f'[data-id="{name}"]').bounding_box() for name in ("s0", "d0"))
    assert host["x"] < inside["x"] and inside["x"] + inside["width"] < host["x"] + host["width"]
    page.locator('[data-path="database.colocated"]').click()
    wait_for(page, "() => !document.querySelector('[data-id=d0]').classList.contains('inside')")
    host, outside = (page.locator(f'[data-id="{name}"]').bounding_box() for name in ("s0", "d0"))
    assert outside["x"] > host["x"] + host["width"]


def test_a_machine_of_the_price_list_sets_both_sizes(visit):
    page = visit()
    go(page, "Vertical scaling")
    page.get_by_role("button", name="16 vCPU").click()
    assert page.get_by_label("vCPUs, number").input_value() == "16"
    assert page.get_by_label("Memory, GB").input_value() == "32"
    assert page.locator(".size", has_text="16 vCPU").get_attribute("aria-pressed") == "true"


def test_a_primary_that_dies_is_replaced(visit):
    page = visit()
    go(page, "Replication")
    page.get_by_role("button", name="Crash primary").click()
    wait_for(page, "() => document.querySelector('[data-id=d0]').dataset.look === 'down'")
    wait_for(page, "() => /no write there can be committed/.test(document.querySelector('.said').textContent)")
    wait_for(page, "() => /was promoted/.test(document.querySelector('.said').textContent)")
    wait_for(page, "() => document.querySelector('[data-id=d1] .name').textContent === 'Primary'")
    page.get_by_role("button", name="Recover old primary").click()
    wait_for(page, "() => document.querySelector('[data-id=d0]').dataset.look !== 'down'")


def test_what_is_broken_can_be_mended_from_the_list_and_undone(visit):
    page = visit()
    go(page, "Replication")
    page.get_by_label("What to break").select_option("d2")
    page.get_by_role("button", name="Cut replication").click()
    wait_for(page, "() => /cut off/.test(document.querySelector('[data-id=d2] .state').textContent)")
    page.get_by_label("What to break").select_option("d0")
    page.get_by_role("button", name="Mend: Replica 2 is cut off").click()
    wait_for(page, "() => !/cut off/.test(document.querySelector('[data-id=d2] .state').textContent)")
    page.get_by_role("button", name="Crash primary").click()
    page.get_by_role("button", name="Recover primary").wait_for()
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Crash primary").wait_for()


def test_a_point_of_presence_comes_and_is_on_the_map(visit):
    page = visit()
    go(page, "CDN")
    assert page.locator(".node.cdn").count() == 1
    page.get_by_role("checkbox", name="Sydney").check(force=True)
    wait_for(page, "() => document.querySelectorAll('.node.cdn').length === 2")
    wait_for(page, "() => document.querySelectorAll('.world .pop:not(.none)').length === 2")
    shown = page.locator(".world .number").all_text_contents()
    assert sum(text.isdigit() for text in shown) == 6
    page.locator('[data-id="p9"]').click()
    page.get_by_role("button", name="Outage of Sydney").click()
    wait_for(page, "() => document.querySelector('[data-id=p9]').dataset.look === 'down'")


def test_a_spike_ends_by_itself_or_at_once(visit):
    page = visit()
    go(page, "Overload and retries")
    page.get_by_role("button", name="Spike × 3", exact=True).click()
    page.get_by_role("button", name="End the spike").click()
    page.get_by_role("button", name="Spike × 3", exact=True).wait_for()
    page.wait_for_timeout(700)
    assert not page.locator(".notice").is_visible()


def test_the_goal_is_held_against_the_running_system(visit):
    page = visit()
    go(page, "100k+ challenge")
    wait_for(page, "() => /meets 3 of four/.test(document.querySelector('.verdict').textContent)")
    assert not page.get_by_text("found on").is_visible()


@pytest.mark.parametrize("title", ["CDN", "Replication", "100k+ challenge"])
def test_a_phone_shows_every_tier_in_one_column(visit, title):
    page = visit(390, 844, has_touch=True)
    page.locator('[data-testid="stExpandSidebarButton"]').click()
    go(page, title)
    assert page.evaluate("() => document.documentElement.scrollWidth <= 390")
    cut = page.evaluate("""() => [...document.querySelectorAll('.scene .node')].filter((node) => {
      const box = node.getBoundingClientRect(), scene = node.closest('.scene').getBoundingClientRect();
      return box.left < scene.left || box.right > scene.right + 1 || box.bottom > scene.bottom + 1;
    }).map((node) => node.dataset.id)""")
    assert cut == []
