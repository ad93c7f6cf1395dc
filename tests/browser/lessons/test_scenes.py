"""Scenes as a step brings them: with or without what the learner has set, and played in the system that the step names."""

import json

import pytest

SET = {"balancer.algorithm": "least_connections", "servers.count": 6}
VALUES = """() => {
  const kept = JSON.parse(sessionStorage.getItem('stage:load-balancing.lesson.every_kind'));
  const begun = kept.changes.filter(([t]) => t === 0).map(([, change]) => change);
  return { scene: kept.scene.name, ...Object.assign({ ...kept.scene.start }, ...begun) };
}"""


def staged(learner, keeps: bool) -> None:
    """The next step plays the scene `sale`, which sets the traffic and the number of servers."""
    page = learner.page
    state = learner.state()

    def changed(route):
        told = route.fetch().json()
        if told.get("step", {}).get("id") != state["step"]["id"]:
            told["scene"] |= {"name": "sale", "keeps": keeps, "named": ["traffic.rate", "servers.count"]}
            told["scene"]["start"]["traffic.rate"] = 3000
        route.fulfill(status=200, content_type="application/json", body=json.dumps(told))

    page.route("**/api/lessons/every_kind", changed)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_scene_that_keeps_lets_the_learners_own_settings_stay_but_not_what_it_names(learn, keeps):
    learner = learn(step="hook")
    page = learner.page
    start = page.evaluate(VALUES)
    page.locator('[data-path="balancer.algorithm"][value="least_connections"]').check(force=True)
    page.locator(".side .more > summary").click()
    count = page.locator('.side .control:has([data-path="servers.count"]) .box')
    count.fill(str(SET["servers.count"]))
    count.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.node.servers').length === 6")
    staged(learner, keeps)
    learner.go_on()
    page.wait_for_function(f"() => ({VALUES})().scene === 'sale'")
    now = page.evaluate(VALUES)
    assert now["traffic.rate"] == 3000
    assert now["servers.count"] == start["servers.count"], "the scene names it"
    assert now["balancer.algorithm"] == (SET["balancer.algorithm"] if keeps else start["balancer.algorithm"])
    page.wait_for_function("() => document.querySelectorAll('.node.servers').length === 4")
    assert page.locator('[data-path="balancer.algorithm"]:checked').get_attribute("value") == now["balancer.algorithm"]
    page.wait_for_function("() => /^[23],\\d{3} requests/.test(document.querySelector('[data-id=client] .state').textContent)")
