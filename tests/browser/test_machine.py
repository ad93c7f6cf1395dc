"""The inside of the only server: its vCPUs and its memory, on numbers worked by hand and on the page."""

import pytest


@pytest.fixture
def page(visit):
    """The page of one machine."""
    return visit(path="vertical-scaling")


def call(page, body):
    """What a function of the module's exports gives."""
    return page.evaluate(f"async () => {{ const m = await import('/app/static/stage/machine.js'); {body} }}")


def test_cells_are_full_one_after_the_other(page):
    assert call(page, "return m.fills(4, 55).map((fill) => Number(fill.toFixed(6)));") == [1, 1, 0.2, 0]
    assert call(page, "return m.fills(2, 100);") == [1, 1]


def test_memory_is_the_mean_of_the_rows_that_tell_of_it(page):
    told = call(page, """
      const piece = { memory: { gb: 8, used: [1, 3] } };
      const rows = [{ piece: {}, k: 0 }, { piece, k: 0 }, { piece, k: 1 }];
      return [rows, rows.slice(0, 1), []].map((some) => m.memoryOf(some));
    """)  # fmt: skip
    assert told == [{"used": 2, "gb": 8}, None, None]


def test_memory_is_told_in_gigabytes_with_a_decimal_where_it_is_little(page):
    told = call(page, "return [[0.26, 8], [2, 0.5], [120, 768]].map(([used, gb]) => m.memoryWords({ used, gb }));")
    assert told == ["0.3 of 8 GB", "2.0 of 0.5 GB", "120 of 768 GB"]


def test_the_only_server_shows_a_cell_for_each_of_its_vcpus(page):
    page.wait_for_function("() => document.querySelectorAll('.node.lone .cells i').length === 4")
    assert page.locator(".node.lone .memory").inner_text().endswith("of 8 GB")
    box = page.get_by_role("textbox", name="vCPUs")
    box.fill("32")
    box.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.node.lone .cells i').length === 32")
    page.locator(".node.servers").click()
    assert "Memory" in page.locator(".popover").inner_text()


def test_one_of_several_servers_shows_no_inside(visit):
    page = visit()
    assert page.locator(".node.servers").count() == 4
    assert page.locator(".node.lone").count() == 0
    assert not page.locator(".node.servers .machine").first.is_visible()
