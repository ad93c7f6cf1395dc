"""The pages around the concept pages as a person uses them: the road, the gallery, the glossary, the proof, the settings."""

import re

import pytest

SHOWN = ".leaf[data-shown]"
PAGES = ("", "gallery", "glossary", "look-inside", "settings", "privacy")


@pytest.fixture
def leaf(visit):
    """Opens one of these pages."""

    def open_leaf(path="", **more):
        return visit(path=path, ready=SHOWN, **more)

    return open_leaf


def test_the_road_leads_to_a_page_and_home_remembers_it(leaf):
    page = leaf()
    assert page.locator(".stop").count() == 9
    page.evaluate("window.stayed = true")
    page.locator(".stop[href='load-balancing']").click()
    page.wait_for_selector(".stage:not([hidden]) .node.servers")
    assert page.url.endswith("/load-balancing")
    page.locator('[data-path="servers.count"]').press("ArrowRight")
    page.get_by_role("link", name="Home").click()
    page.wait_for_selector(".stop.played.here")
    assert page.locator(".go a.primary").inner_text() == "Go on with: Load balancing"
    assert page.evaluate("window.stayed"), "nothing was loaded anew"


def test_every_stop_and_card_is_a_real_link_or_says_that_it_is_to_come(leaf):
    page = leaf()
    for stop in page.locator(".stop").all():
        assert stop.get_attribute("href") or "Still to come" in stop.inner_text()
    page = leaf("gallery")
    for card in page.locator(".situation").all():
        assert "?situation=" in (card.get_attribute("href") or "") or "still to come" in card.inner_text()


def test_the_road_can_be_walked_with_the_keyboard(leaf):
    page = leaf()
    page.locator(".go a.primary").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.stop')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".stage:not([hidden])")


def test_a_situation_opens_a_moment_before_it_happens_and_then_it_happens(leaf):
    page = leaf("gallery")
    page.locator("[data-situation=failing_fast]").click()
    page.wait_for_selector(".stage:not([hidden]) .node.servers")
    assert page.url.endswith("/load-balancing?situation=failing_fast")
    assert "One server answers every request at once with an error" in page.locator(".question").inner_text()
    wait = "() => /Server 2 answers with errors/.test(document.querySelector('.said').textContent)"
    assert not page.evaluate(wait)
    page.wait_for_function(wait)


def test_a_situation_can_be_opened_by_its_address_alone(visit):
    page = visit(path="load-balancing?situation=celebrity_post")
    assert page.locator(".node.servers").count() == 6
    assert (
        "Consistent hashing" in page.locator(".scene").inner_text()
        or "consistent hashing" in page.locator(".said").inner_text().lower()
    )


def test_the_glossary_filters_while_one_types(leaf):
    page = leaf("glossary")
    everything = page.locator(".term:visible").count()
    page.get_by_label("Search the terms").press_sequentially("repl")
    assert page.locator(".term:visible dt").first.inner_text() == "Replica"
    assert 1 < page.locator(".term:visible").count() < everything
    assert re.match(r"\d+ terms", page.locator(".find .quiet").inner_text())
    page.get_by_label("Search the terms").fill("zzz")
    assert page.get_by_text("No term fits").is_visible()
    page.locator(".letters a", has_text="L").click()
    assert page.locator(".term.found dt").inner_text().startswith("L")
    assert page.locator(".term:visible").count() == everything


def test_a_term_has_an_address_of_its_own(leaf):
    page = leaf("glossary#little-s-law")
    page.wait_for_selector(".term.found")
    assert page.locator(".term.found dt").inner_text() == "Little's law"
    assert page.locator(".term.found").bounding_box()["y"] < 200


def test_an_address_of_no_page_leads_home_which_says_so(leaf, address):
    page = leaf("no-such-page")
    assert page.url == f"{address}/?missing=no-such-page"
    assert page.locator(".notice:visible").inner_text().startswith("There is no page “no-such-page”.")
    assert page.locator(".stop").count() == 9
    assert page.get_by_role("dialog").count() == 0, "Streamlit's own message"


def test_a_situation_that_is_none_is_told_of(visit):
    page = visit(path="load-balancing?situation=nothing")
    said = page.locator(".stage .notice").inner_text()
    assert said.startswith("This link cannot be opened")
    assert "There is no situation 'nothing'" in said


CHOSEN = "() => document.querySelector('#system').selectedOptions[0].text"


def test_look_inside_proves_the_system_as_it_was_left_on_a_page(visit, leaf):
    page = visit(path="caching")
    page.evaluate("window.stayed = true")
    page.locator('[data-path="cache.nodes"]').press("ArrowRight")
    page.locator(".stage .inside").click()
    page.wait_for_selector(".chosen code")
    assert page.evaluate("window.stayed"), "nothing was loaded anew"
    assert page.evaluate(CHOSEN) == "Your system on Caching"
    assert page.locator(".chosen code").all_inner_texts() == ["cache.nodes=3"]
    assert page.locator("#tier").input_value() == "cache"
    page.wait_for_selector(".code[data-tier=cache]")
    page.get_by_role("button", name="Run both engines").click()
    page.wait_for_selector(".verdict")
    assert page.locator(".verdict").inner_text() == "0 of 300 rows differ"
    assert page.locator(".told").first.inner_text().count("Your system on Caching, seed 1") == 1


def kept(page, name, **run):
    """Makes the tab remember such a run of a page."""
    run = {"version": 1, "t": 9, "changes": []} | run
    page.evaluate("([name, run]) => sessionStorage.setItem(name, JSON.stringify(run))", [f"stage:{name}", run])


def test_the_system_last_played_comes_first_with_its_seed_and_the_others_after_it(leaf):
    page = leaf("settings")
    kept(page, "cdn", seed=3, at=1)
    crash = {"kind": "crash", "tier": "servers", "index": 0}
    changes = [[1, {"servers.count": 5, "balancer.algorithm": "random"}], [5, {"inject": crash}], [20, {"servers.count": 9}]]
    kept(page, "load-balancing.celebrity_post", seed=7, at=2, changes=changes)
    page.get_by_role("link", name="Look inside").first.click()
    page.wait_for_selector(".chosen code")
    assert page.locator("#system option").all_inner_texts()[:3] == [
        "Your system on Load balancing, A celebrity's post", "Your system on CDN", "The default system",
    ]  # fmt: skip
    assert page.locator("#seed").input_value() == "7"
    differs = set(page.locator(".chosen code").all_inner_texts())
    assert differs == {"servers.count=5", "balancer.algorithm=random"}, "what comes later than the clock is not yet"
    page.locator("#system").select_option("default")
    page.wait_for_function("() => !document.querySelector('.chosen').textContent")


def test_a_damaged_system_of_the_learners_is_told_of_and_the_default_stands(leaf):
    page = leaf("settings")
    kept(page, "caching", seed=1, changes=[[1, {"cache.nodes": "many"}]])
    page.get_by_role("link", name="Look inside").first.click()
    page.wait_for_selector(".chosen .notice")
    said = page.locator(".chosen .notice").inner_text()
    assert said.startswith("Your system on Caching cannot be read, so the default system is chosen.")
    assert page.evaluate(CHOSEN) == "The default system"
    page.evaluate("() => sessionStorage.setItem('stage:cdn', '{')")
    page.reload()
    page.wait_for_selector(".chosen .notice")
    page.locator("#system").select_option(label="Your system on CDN")
    page.wait_for_function("() => /Nothing of it can be read/.test(document.querySelector('.chosen').textContent)")


def test_both_engines_are_run_and_agree(leaf):
    page = leaf("look-inside")
    page.get_by_role("button", name="Run both engines").click()
    page.wait_for_selector(".verdict")
    assert page.locator(".verdict").inner_text() == "0 of 300 rows differ"
    page.get_by_text("The columns").click()
    assert page.locator(".columns tbody tr").count() == 36
    page.get_by_label("Part of the system").select_option("cache")
    page.wait_for_selector(".code[data-tier=cache]")
    assert "class Cache" in page.locator(".code").inner_text()
    assert page.locator(".verdict").is_visible(), "another listing does not take the proof away"


def test_theory_stands_beside_a_run(leaf):
    page = leaf("look-inside")
    page.get_by_role("button", name="Hold theory against a run").click()
    page.wait_for_selector(".theory tbody tr")
    assert "server_utilisation" in page.locator(".theory").inner_text()
    assert "What is left out" in page.locator(".model details[open]").inner_text()


def test_the_theme_counts_on_every_page_and_after_a_refresh(leaf):
    page = leaf("settings")
    page.get_by_role("radio", name="Dark").check(force=True)
    page.wait_for_selector(".leaf[data-theme=dark]")
    page.goto(page.url.replace("settings", "glossary"))
    page.wait_for_selector(f"{SHOWN}[data-theme=dark]")
    page.goto(page.url.replace("glossary", "settings"))
    page.wait_for_selector(SHOWN)
    page.get_by_role("radio", name="Light").check(force=True)
    page.wait_for_selector(".leaf[data-theme=light]")


def test_reduced_motion_can_be_asked_for_and_the_stage_begins_paused(leaf):
    page = leaf("settings")
    page.get_by_role("radio", name="Reduced").check(force=True)
    page.goto(page.url.replace("settings", "load-balancing"))
    page.wait_for_selector(".stage:not([hidden]) .node.servers")
    clock = page.locator(".transport .time").inner_text()
    page.wait_for_timeout(1_500)
    assert page.locator(".transport .time").inner_text() == clock


def test_full_motion_overrides_the_system(leaf):
    page = leaf("settings", reduced_motion="reduce")
    reduced = "async () => (await import('/app/static/stage/settings.js')).reducedMotion()"
    assert page.evaluate(reduced)
    page.get_by_role("radio", name="Full").check(force=True)
    assert not page.evaluate(reduced)


LEFT = """() => {
  const walker = document.createTreeWalker(document.querySelector('.leaf'), NodeFilter.SHOW_TEXT);
  const left = [];
  while (walker.nextNode()) {
    const words = walker.currentNode.data.trim();
    const outside = walker.currentNode.parentElement.closest('[translate=no], .cell [for^=language]');
    if (/[a-z]{3}/i.test(words) && !outside && !/[áçéíñóšúýÁÇÉÍÑÓŠÚÝ~]/.test(words)) left.push(words);
  }
  return left;
}"""


@pytest.mark.parametrize("path", PAGES)
def test_every_text_on_a_page_comes_from_the_catalogue_and_longer_ones_fit(leaf, address, path):
    cookies = [{"name": "language", "value": "pseudo", "url": address}]
    page = leaf(path, width=390, height=844, cookies=cookies)
    page.wait_for_function("() => /[áéíóú]/.test(document.querySelector('.leaf h1').textContent)")
    assert page.evaluate(LEFT) == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_and_a_small_one(leaf, path):
    page = leaf(path, width=320, height=700)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 320
    small = """() => [...document.querySelectorAll('.leaf :is(.primary, .plain, .box, .cell label)')]
      .filter((one) => one.clientHeight && one.clientHeight < 42).length"""
    assert page.evaluate(small) == 0


def test_the_journey_comes_from_what_was_opened_and_moved(leaf):
    told = leaf().evaluate("""async () => {
      const { journey } = await import('/app/static/stage/progress.js');
      const pages = ['a', 'b', 'c'];
      return [journey(pages, {}), journey(pages, { a: { opened: 1, moved: 2 }, c: { opened: 5 } }),
        journey(pages, { a: { moved: 1 }, b: { moved: 1 }, c: { moved: 1 } }), journey(pages, { a: 'junk', z: { opened: 9 } })];
    }""")
    assert told == [
        {"played": [], "last": None, "next": "a"},
        {"played": ["a"], "last": "c", "next": "b"},
        {"played": ["a", "b", "c"], "last": None, "next": None},
        {"played": [], "last": None, "next": "a"},
    ]


def test_a_search_prefers_what_begins_so(leaf):
    told = leaf("glossary").evaluate("""async () => {
      const { fit } = await import('/app/static/pages/glossary.js');
      const term = { title: 'Réplica lag', text: 'Grows when busy.' };
      return ['', 'repl', 'lag', 'busy', 'shard'].map((typed) => fit(term, typed));
    }""")
    assert told == [1, 3, 2, 1, 0]
