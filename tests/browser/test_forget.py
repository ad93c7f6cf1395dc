"""Whoever wants it deletes what is kept of them, as they do it: told, asked twice, rid of it, and somebody new from then on."""

DO = """async () => {
  const post = async (path, body) => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(`/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const { token } = await post('rooms', { lesson: 'load_balancing', title: 'Physics 9b' });
  await post(`rooms/${token}/join`, { name: 'Ann' });
  await post('lessons/caching', { action: 'next' });
  localStorage.setItem('lesson:caching:waiting', '{}');
  localStorage.setItem('progress', '{"caching": {"opened": 1}}');
  localStorage.setItem('settings:motion', 'reduced');
}"""


def test_what_is_kept_of_one_is_told_and_deleted_when_one_is_sure(visit, address):
    page = visit(path="settings", ready=".leaf[data-shown] .kept .told p")
    kept = page.locator(".kept")
    assert kept.locator("button").count() == 0, "of whoever did nothing there is nothing to delete"
    page.evaluate(DO)
    page.reload()
    page.wait_for_selector(".kept button")
    told = kept.inner_text()
    assert "1 lesson begun, 0 answers." in told and "In the room Physics 9b you are Ann." in told and "You teach 1 room" in told
    kept.get_by_role("button", name="Delete what is kept of me here").click()
    kept.get_by_role("button", name="Keep it").click()
    kept.get_by_role("button", name="Delete what is kept of me here").click()
    before = {one["name"]: one["value"] for one in page.context.cookies()}
    kept.get_by_role("button", name="Delete all of it").click()
    kept.get_by_role("button", name="Begin anew").click()
    page.wait_for_selector(".leaf[data-shown] .stop")
    after = {one["name"]: one["value"] for one in page.context.cookies()}
    assert page.url == f"{address}/"
    assert after["learner"] != before["learner"] and after["room_key"] == before["room_key"]
    said = page.evaluate("async () => (await fetch('/api/forget')).json()")
    assert said == {"answers": 0, "lessons": 0, "drafts": 0, "rooms": [], "teaches": 1}
    left = page.evaluate("() => [localStorage.getItem('lesson:caching:waiting'), localStorage.getItem('settings:motion')]")
    assert left == [None, "reduced"], "settings are no memory of what one did"
