"""Contexts of the browser that are used again: a person leaves nothing behind, not even the size of their window."""


def test_whatever_is_opened_beside_a_page_has_its_size_whoever_came_before(contexts):
    contexts.page(320, 640)
    contexts.leave()
    page = contexts.page(1440, 900)
    sizes = [one.viewport_size for one in (page, page.context.new_page())]
    contexts.leave()
    assert sizes == [{"width": 1440, "height": 900}] * 2
