"""A class in browsers: from the code to the first prediction, and every page goes where the teacher leads."""

import time

from tests.browser.classroom.conftest import DOOR, PHONE, STEP
from tests.browser.reach import findings

BAR = ".room-bar:not([hidden])"
BARS = """() => [...document.querySelectorAll('.class-said .said-bar')].every((bar) => {
  const [inner, outer] = [bar, bar.closest('li')].map((one) => one.getBoundingClientRect());
  return inner.height > 0 && inner.top >= outer.top && inner.bottom <= outer.bottom;
})"""
CUT = """() => document.querySelector('[data-testid=stMain]').getBoundingClientRect().bottom - innerHeight"""
CLICKS = "window.clicks = 0; addEventListener('click', (event) => event.isTrusted && window.clicks++, true)"


def slowly(route) -> None:
    """Lets a page come so late that what the one before it does every second happens once more."""
    time.sleep(2.5)
    route.continue_()


def test_from_the_code_to_the_first_prediction_on_a_phone(comes, teacher, address):
    code = teacher.paces("guess")["room"]["code"]
    ann = comes(f"{address}/join?code={code.replace('-', '').lower()}", **PHONE)
    page = ann.page
    page.wait_for_selector("form")
    assert page.locator("input").input_value() == code
    page.locator("form .primary").click()
    ann.enters("  Ann   Lee ")
    ann.at("guess")
    assert page.locator(".room-news.calm").is_hidden(), "nobody has gone on: one has only just come"
    page.evaluate(CLICKS)
    ann.votes(1, sure=3)
    page.wait_for_selector(".verdict")
    assert page.evaluate("window.clicks") == 3  # with the two before it is five, and the name
    seen = teacher.sees()
    assert [one["name"] for one in seen["people"]] == ["Ann Lee"]
    (vote,) = seen["results"]["votes"]
    assert (vote["answered"], vote["options"][1]["sure"]) == (1, [0, 0, 0, 1])
    assert page.locator(f"{BAR} .room-name").inner_text() == "Ann Lee"
    assert page.evaluate(CUT) == 0
    assert findings(page, BAR) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_wrong_code_is_told_beside_its_field(comes, address):
    page = comes(f"{address}/join?code=2222-2222").page
    page.locator("form .primary").click()
    page.wait_for_selector("form [role=alert]:not([hidden])")
    assert "no open room" in page.locator("form [role=alert]").inner_text()
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    assert findings(page) == []


def test_whoever_has_a_link_to_the_lesson_is_asked_for_a_name_and_comes_back(comes, teacher):
    hal = comes(teacher.lesson)
    hal.page.wait_for_url(DOOR)
    hal.page.wait_for_selector("h1")
    assert "Form 4b" in hal.page.locator("h1").inner_text()
    hal.enters("Hal")
    assert hal.page.url == teacher.lesson


def test_every_page_follows_the_teacher(comes, teacher):
    ben = comes(teacher.room).enters("Ben <img src=x>")
    page = ben.page
    page.wait_for_selector(BAR)
    assert page.locator(".room-name").inner_text() == "Ben <img src=x>"
    assert page.locator(".room-bar img").count() == 0
    teacher.paces("in_words")
    ben.at("in_words")
    assert "step 9 of" in page.locator(".room-what").inner_text()
    page.locator(".lesson textarea").first.fill("A queue")
    page.locator(".lesson textarea").first.press("End")

    teacher.tell("pace", pacing="paused")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.keyboard.type("lost")
    assert page.locator("dialog").inner_text().startswith("Look to the front")
    stands = page.locator(".transport .time").inner_text()
    page.wait_for_timeout(1_500)
    assert page.locator(".transport .time").inner_text() == stands, "the class looks to the front, so nobody's run goes on"
    teacher.tell("pace", pacing="paced")
    page.wait_for_selector("dialog:not([open])", state="attached")
    page.wait_for_function("(at) => document.querySelector('.transport .time').textContent !== at", arg=stands)
    page.keyboard.type(" grows")
    assert page.locator(".lesson textarea").first.input_value() == "A queue grows"  # the cursor is where it was

    page.reload()
    ben.at("in_words")
    assert page.locator(".lesson textarea").first.input_value() == "A queue grows"

    teacher.paces("guess")
    ben.at("guess")
    ben.votes(0, sure=1)
    page.wait_for_selector(".verdict.kept")
    assert "Your vote is locked" in page.locator(".verdict").inner_text()
    assert "goes on together" in page.locator(STEP).inner_text()
    assert page.locator(".veil").is_visible() and page.locator(".class-said").count() == 0
    assert page.locator("[data-do=next]").is_hidden()

    teacher.tell("vote_again")
    page.wait_for_selector(".quoted")
    assert "In the vote before" in page.locator(".quoted").inner_text() and "maybe" in page.locator(".quoted").inner_text()
    assert page.locator(".ask > .options input:checked").count() == 0
    ben.votes(1, sure=2)
    page.wait_for_selector(".verdict.kept")
    teacher.tell("reveal")
    page.wait_for_selector(".verdict:is(.right, .wrong)")
    page.wait_for_selector(".class-said")
    told = page.locator(".class-said .count .sr").all_inner_texts()
    assert told[:2] == ["0, in the vote before 1", "1, in the vote before 0"]
    assert page.locator(".class-said .said-bar").count() == 2 * page.locator(".class-said li").count()
    assert page.evaluate(BARS), "each bar is in its row"
    assert page.locator(".veil").is_hidden()

    teacher.tell("locks", paths=["balancer.algorithm"])
    page.get_by_text("Your teacher has locked: Algorithm.").wait_for()
    page.wait_for_selector("[data-path='balancer.algorithm']", state="detached")

    teacher.tell("push", view="glossary", query="")
    page.wait_for_url("**/glossary?**")
    page.get_by_role("button", name="Back to my own").click()
    ben.at("guess")
    assert page.locator(".room-bar").get_by_text("Go and look").is_visible()
    teacher.tell("unpush")
    page.locator(".room-bar").get_by_text("Go and look").wait_for(state="hidden")

    teacher.tell("member", number=1, do="remove")
    page.wait_for_url(DOOR)
    assert "not in this room any more" in page.locator(".notice:not([hidden])").inner_text()

    teacher.paces("in_words")
    ben.enters("Ben again").at("in_words")
    page.wait_for_selector(BAR)
    page.get_by_role("button", name="More").click()
    teacher.tell("end")
    for _ in range(2):  # a refresh changes nothing
        page.wait_for_selector(".class-over")
        ben.at("in_words")
        assert "The class has ended" in page.locator(".class-over").inner_text()
        for name in ("[data-do=answer]", "[data-do=next]", ".room-more", ".room-bar .help", ".room-bar .dots", ".lesson footer"):
            assert page.locator(name).is_hidden(), name
        assert page.locator("button.leg").count() == 0 and page.locator(".lesson textarea").first.get_attribute("readonly") == ""
        page.reload()
    page.wait_for_selector(".class-over")
    assert findings(page, ".lesson") == []
    teacher.tell("delete", title="Form 4b")
    page.locator(".class-over").get_by_text("This room was deleted").wait_for()
    page.route("**/load-balancing?lesson=*", slowly)
    page.get_by_role("link", name="Begin it alone").dblclick()
    page.wait_for_selector(f"{STEP}[data-step=recall_mean]")
    assert "room=" not in page.url and page.locator(".room-bar").count() == 0


def test_another_device_goes_on_as_the_same_member_and_both_agree(comes, teacher):
    teacher.paces("guess")
    first = comes(teacher.room, **PHONE).enters("Cleo", light=True)
    first.page.locator(".room-bar .dots").click()
    first.page.get_by_role("button", name="Go on with another device").click()
    code = first.page.locator(".room-code").inner_text()
    first.page.locator(".room-bar .help").click()
    first.page.wait_for_selector(".help[data-on=true]")
    assert [one["help"] for one in teacher.sees()["people"]] == [True]

    second = comes(f"{teacher.room}/questions", **PHONE)
    second.page.locator("summary").click()
    second.page.locator("details input").fill(code.lower())
    second.page.locator("details button").click()
    second.at("guess")
    second.votes(2, sure=0)
    second.page.wait_for_selector(".verdict")
    assert second.page.locator(".help[data-on=true]").count() == 1
    first.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when the phone is taken up again
    first.page.wait_for_selector(".verdict")
    assert first.page.locator(".ask > .options input:checked").get_attribute("value") == "2"
    assert len(teacher.sees()["people"]) == 1
    teacher.tell("end")
    second.page.locator(".class-over").get_by_text("The class has ended").wait_for()


def test_a_claim_link_works_once_and_leaves_no_secret_behind(comes, teacher, address):
    secret = teacher.tell("key", kind="wall")["secret"]
    page = comes(f"{address}/claim/{teacher.token}#{secret}").page
    page.wait_for_selector("main button")
    assert secret not in page.url and secret not in page.content()
    page.go_back()
    page.go_forward()
    assert secret not in page.url
    page.goto(f"{address}/claim/{teacher.token}#{secret}")
    page.locator("main > p > button").click()
    page.wait_for_url(f"**/wall?room={teacher.token}")
    page.goto(f"{address}/claim/{teacher.token}#{secret}")
    page.wait_for_selector("main button")
    page.locator("main > p > button").click()
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert "works once" in page.locator("[role=alert]").first.inner_text()
