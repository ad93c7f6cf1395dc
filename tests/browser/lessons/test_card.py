"""The card as a person uses it: answers that are tried again, hints when they are due, the way back, and beginning anew."""

import re

from tests.browser.lessons.walker import press

FOCUS = "(selector) => document.activeElement.matches(selector)"


def test_a_wrong_answer_is_replied_to_and_can_be_tried_again(learn):
    learner = learn()
    page = learner.page
    learner.choose(0)
    learner.answer()
    assert "Not yet" in page.locator(".verdict h4").inner_text()
    assert "nobody in particular" in page.locator(".verdict").inner_text()
    assert page.locator(".option[data-right=false] .mark").inner_text() == "✗", "not by its colour alone"
    assert page.evaluate(FOCUS, ".verdict h4")
    learner.choose(1)
    page.locator("[data-do=answer]", has_text="Try again").click()
    page.wait_for_selector(".verdict.right")
    assert page.locator(".option[data-right=true] .mark").inner_text() == "✓"
    assert page.locator(".leg[aria-current]").get_attribute("data-status") == "right"


def test_a_prediction_is_locked_and_seen_again_beside_the_result(learn):
    learner = learn(step="guess")
    page = learner.page
    page.locator("[data-do=answer]").click()
    assert "Choose one" in page.locator(".ask .problem").inner_text()
    learner.choose(0)
    page.locator("[data-do=answer]").click()
    assert "how sure" in page.locator(".ask .problem").inner_text()
    page.locator(".sure input").nth(2).check()
    learner.answer()
    assert page.locator(".option input:disabled").count() == 3
    assert not page.locator("[data-do=answer]").is_visible()
    learner.come_to("run_it")
    assert page.locator(".step > .quoted p").all_inner_texts() == ["You predicted, fairly sure", "It hardly moves"]


def test_a_number_may_have_a_comma_and_is_sent_with_enter(learn):
    learner = learn(step="guess_number")
    page = learner.page
    page.locator(".sure input").nth(0).check()
    page.locator(".entry").fill("many")
    press(page, "Enter")
    assert "Write a number" in page.locator(".ask .problem").inner_text()
    page.locator(".entry").fill("500,5")
    press(page, "Enter")
    page.wait_for_selector(".verdict.right")
    assert learner.state()["step"]["answered"]["right"]


def test_a_hint_says_when_it_is_due_and_stays_once_it_is_shown(learn):
    learner = learn(step="run_it")
    page = learner.page
    hint = page.locator(".hinted")
    assert "after one more try" in hint.inner_text()
    assert hint.get_attribute("aria-disabled") == "true"
    hint.click(force=True)
    assert page.locator(".hints li").count() == 0
    page.get_by_role("button", name="Pin this design").click()
    page.get_by_text("is pinned.").wait_for()
    page.locator("[data-do=answer]").click()
    page.locator(".ask .problem", has_text="change one thing").wait_for()
    count = page.locator('.side .control:has([data-path="servers.count"]) .box')
    count.fill("5")
    count.press("Enter")
    page.locator("[data-do=answer]").click()
    page.locator(".ask .problem", has_text="another control: Algorithm").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.locator(".side .choice .link").first.click()
    # Equal weights share like round robin: the same run again, which is no better.
    page.locator('[data-path="balancer.algorithm"][value="weighted_round_robin"]').check(force=True)
    page.locator("[data-do=answer]").click()
    page.wait_for_selector(".verdict.wrong")
    page.locator(".hinted", has_text=re.compile("^Hint$")).click()
    page.wait_for_selector(".hints li")
    assert "Who decides" in page.locator(".hints").inner_text()
    assert re.search(r"Hint in \d+ (s|min)", hint.inner_text())
    learner.open()
    assert page.locator(".hints li").count() == 1


def test_bars_lead_back_and_the_focus_goes_where_the_step_begins(learn):
    learner = learn()
    page = learner.page
    page.get_by_role("button", name="Skip this step").click()
    page.wait_for_selector(".step[data-step=hook]")
    assert page.evaluate(FOCUS, ".lesson h3")
    legs = page.locator(".trail > li > .leg")
    assert legs.count() == len(learner.state()["steps"])
    assert page.locator("button.leg").count() == 2, "what is ahead is no button"
    page.locator("button.leg").first.click()
    page.wait_for_selector(".step[data-step=recall_mean]")
    assert page.evaluate(FOCUS, ".lesson h3")
    assert "skipped" in page.locator("button.leg").first.get_attribute("aria-label")
    assert not page.locator(".ways button", has_text="Back").is_visible(), "there is no step before the first"


def test_beginning_anew_asks_first_and_forgets_nothing_before(learn):
    learner = learn()
    page = learner.page
    learner.choose(1)
    learner.answer()
    learner.go_on()
    page.locator(".lesson .choices > summary").click()
    page.get_by_role("button", name="Begin the lesson anew").click()
    page.get_by_role("button", name="No, go on").click()
    assert learner.state()["step"]["id"] == "hook"
    page.get_by_role("button", name="Begin the lesson anew").click()
    page.get_by_role("button", name="Yes, from the first step").click()
    page.wait_for_selector(".step[data-step=recall_mean]")
    assert page.locator(".ask > .options input:checked").count() == 0
    assert learner.state()["step"]["answered"] is None


def test_the_level_of_support_changes_the_steps_and_is_kept(learn):
    learner = learn(step="hook")
    page = learner.page
    page.locator(".lesson .choices > summary").click()
    page.get_by_label("Let me explore first").check()
    page.wait_for_function("async () => (await (await fetch('/api/lessons/every_kind')).json()).lesson.support === 'explore'")
    learner.go_on()
    assert page.locator(".lesson .step").get_attribute("data-step") == "look_around"
    learner.open()
    page.locator(".lesson .choices > summary").click()
    assert page.get_by_label("Let me explore first").is_checked()


def test_a_design_is_judged_condition_by_condition(learn):
    learner = learn(step="build")
    page = learner.page
    learner.answer()
    met = page.locator(".conditions li").evaluate_all("(list) => list.map((e) => e.dataset.met)")
    assert "false" in met
    assert "Not met" in page.locator(".conditions li[data-met=false] .found").first.inner_text()
    count = page.locator('.side .control:has([data-path="servers.count"]) .box')
    count.fill("5")
    count.press("Enter")
    page.locator("[data-do=answer]").click()
    page.locator(".judging:visible").wait_for()
    page.wait_for_selector(".verdict.right", timeout=120_000)
    assert set(page.locator(".conditions li").evaluate_all("(list) => list.map((e) => e.dataset.met)")) == {"true"}


def test_writing_is_held_against_a_model_and_marked_by_the_learner_alone(learn):
    learner = learn(step="in_words")
    page = learner.page
    assert page.locator(".writing textarea").count() == 3
    assert "Equal numbers" not in page.locator(".lesson").inner_text()
    page.locator(".writing textarea").first.fill("Not every server is as fast")
    learner.answer()
    assert "Equal numbers are unequal work" in page.locator(".model").inner_text()
    page.get_by_label("Sound").check()
    learner.open()
    assert page.get_by_label("Sound").is_checked()


def test_the_card_folds_and_never_covers_the_picture(learn):
    learner = learn()
    page = learner.page
    card, scene = page.locator(".lesson").bounding_box(), page.locator(".scene").bounding_box()
    assert card["x"] >= scene["x"] + scene["width"]
    page.get_by_role("button", name="Fold the lesson").click()
    assert not page.locator(".lesson .body").is_visible()
    learner.page.reload()
    page.wait_for_selector(".stage:not([hidden]) .lesson .trail li")
    assert not page.locator(".lesson .body").is_visible()
    page.get_by_role("button", name="Unfold the lesson").click()
    assert page.locator(".lesson .body").is_visible()


def test_the_page_offers_its_lessons_and_the_list_knows_how_far_one_is(learn):
    learner = learn(step="guess")
    page = learner.page
    page.goto(page.url.split("?")[0])
    row = page.locator(".offered[data-lesson=every_kind]")
    row.get_by_text("Go on").wait_for()
    assert row.get_by_role("link").get_attribute("href") == "load-balancing?lesson=every_kind"
    page.goto(page.url.rpartition("/")[0] + "/lessons")
    card = page.locator("[data-lesson=every_kind]")
    card.get_by_text("Go on").wait_for()
    card.click()
    page.wait_for_selector(".lesson .step[data-step=guess]")
    page.goto(page.url.rpartition("/")[0] + "/")
    page.locator(".go .primary", has_text="Go on: lesson 900").wait_for()
    assert page.locator(".stop[href='load-balancing'] .chip").inner_text() == "Lesson 900 is next"
