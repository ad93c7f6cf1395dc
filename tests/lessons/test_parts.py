"""Parts: what the members of a class choose is merged into one system, judged as if most of them did the same, and proven."""

from statistics import fmean, stdev

import pytest

from engine.system import System
from engine.system.paths import value_at, with_values
from lessons.checks import Part
from lessons.facts import Facts
from lessons.judging import NotYet, judge, right_option, together
from lessons.library import COURSE
from lessons.parts import COHORTS, chosen, cohorts, expanded, followed, merged, texts_of, usual
from lessons.proving import MARGIN, SEEDS, prove
from lessons.reading import BadLesson
from lessons.running import MOST_REQUESTS, BadRun, Run, Stretch, changed, check_run, measured, moves_of, scene_of, system_of
from tests.lessons.small import LESSON, small

SYSTEM = with_values(System(), {"client.timeout_ms": 1000.0, "client.retries": 3, "client.backoff": "none", "servers.count": 4})
CHOICES = {"client.timeout_ms": [1000, 5000, None], "client.retries": [0, 3], "cohort.share": [1, 2]}
WHEN = {"at_s": 5, "from_s": 10, "to_s": 20}
GOOD = {"name": "Nobody tries again", "set": {"client.retries": 0}}
OVERLOAD = next(lesson for lesson in COURSE.lessons() if lesson.id == "overload")
STEP = OVERLOAD.step("our_load")


def part(choices=CHOICES, **more) -> Part:
    limit = {"metric": "goodput", "at_least": 1}
    return Part(**({"choices": choices, "condition": limit, "solutions": [GOOD]} | WHEN | more))


def policy(timeout_ms=1000, retries=3, share=1) -> dict:
    return {"client.timeout_ms": timeout_ms, "client.retries": retries, "cohort.share": share}


def test_equal_policies_are_one_cohort_whoever_follows_them():
    values = merged(part(), SYSTEM, [policy(), policy(retries=0), policy(share=2), policy(None, 0)])
    assert values == {COHORTS: ["1-1000-0-none-100", "3-1000-3-none-100", "1-none-0-none-100"]}
    everybody = merged(part(), SYSTEM, [policy()] * 300)
    assert everybody == {COHORTS: ["300-1000-3-none-100"]}
    assert merged(part(), SYSTEM, []) == {COHORTS: []}


def test_the_engine_gets_what_was_chosen_and_the_rest_from_the_systems_client():
    system = changed(SYSTEM, {"client.retry_budget": 0.5} | merged(part(), SYSTEM, [policy(), policy(None, 0, 2)]))
    first, second = system.traffic.cohorts
    assert (first.share, first.client.timeout_ms, first.client.retries, first.client.backoff) == (1, 1000, 3, "none")
    assert (second.share, second.client.timeout_ms, second.client.retries) == (2, None, 0)
    assert changed(system, {"client.backoff_cap_ms": 5.0}).traffic.cohorts == system.traffic.cohorts
    assert changed(system, merged(part(), SYSTEM, [])).traffic.cohorts == []


def test_what_is_said_of_a_cohort_beyond_its_policy_is_the_clients():
    client = with_values(SYSTEM, {"client.retry_budget": 0.25}).client
    (one,) = cohorts(["2.5-1000-3-none-100"], client)
    assert (one["share"], one["client"]["retry_budget"]) == (2.5, 0.25)


@pytest.mark.parametrize("text", ["", "1", "1-1000-3-none", "1-1000-3-none-100-7", "1-x-3-none-100", "a-1000-3-none-100"])
def test_a_text_that_is_no_cohort_is_refused(text):
    with pytest.raises(BadRun):
        changed(SYSTEM, {COHORTS: [text]})


def test_cohorts_in_the_engines_own_form_are_left_as_they_are():
    values = {COHORTS: [{"name": "one", "share": 1.0}]}
    assert expanded(values, SYSTEM.client) is values


def test_every_policy_that_may_be_chosen_is_known():
    assert len(texts_of(part(), SYSTEM)) == 6, "three timeouts, two numbers of retries; a share is no policy"
    assert set(texts_of(STEP.part, system_of(OVERLOAD, "slow_servers"))) >= {"1000-3-none-500", "5000-0-exponential_jitter-500"}


def test_servers_are_owned_one_each_and_then_together():
    own = part({"server.speed": [0.5, 1.0]}, solutions=[{"name": "All fast", "set": {"server.speed": 1.0}}])
    slow, fast = {"server.speed": 0.5}, {"server.speed": 1.0}
    assert merged(own, SYSTEM, [slow, fast]) == {f"servers.speeds.{k}": (0.5, 1.0, 1.0, 1.0)[k] for k in range(4)}
    both = merged(own, SYSTEM, [slow, fast, fast, fast, fast, slow])
    assert [both[f"servers.speeds.{k}"] for k in range(4)] == [0.75, 0.75, 1.0, 1.0]
    assert value_at(changed(SYSTEM, both), "servers.speeds") == [0.75, 0.75, 1.0, 1.0]
    assert texts_of(own, SYSTEM) == []


def test_an_answer_is_one_of_the_values_of_each_choice():
    assert chosen(part(), policy()) == policy()
    assert chosen(part(), {"client.timeout_ms": 1000.0, "client.retries": 3.0, "cohort.share": 1}) == policy()
    wrong = (
        None, [], "x", {}, {"client.retries": 3}, policy() | {"client.backoff": "none"}, policy(timeout_ms=7), policy(share=True),
        policy(retries="3"), policy(retries=[3]), policy(retries={}),
    )  # fmt: skip
    for answer in wrong:
        assert chosen(part(), answer) is None, answer


def test_a_class_follows_but_for_a_few():
    own = part(members=10, stay=3)
    assert usual(own, SYSTEM) == policy()
    assert followed(own, SYSTEM, policy(retries=0)) == {COHORTS: ["7-1000-0-none-100", "3-1000-3-none-100"]}


@pytest.mark.parametrize(
    ("more", "about"),
    [
        ({"choices": {"client.retries": [1]}}, "two to eight"),
        ({"choices": {"client.retries": [1, 1]}}, "different"),
        ({"choices": {"servers.count": [1, 2]}}, "choices"),
        ({"choices": {"server.speed": [1, 2], "client.retries": [0, 3]}}, "choices"),
        ({"choices": {name: list(range(8)) for name in ("client.timeout_ms", "client.retries", "client.backoff_ms")}}, "300"),
        ({"members": 4, "stay": 4}, "stay"),
        ({"from_s": 2}, "first the class"),
        ({"to_s": 10}, "first the class"),
    ],
)
def test_a_part_that_is_none_is_refused(more, about):
    with pytest.raises(ValueError, match=about):
        part(**more)


def answered(share=1, **chosen_values) -> dict:
    changed_values = {"cohort.share": share} | {f"client.{k}": v for k, v in chosen_values.items()}
    return usual(STEP.part, system_of(OVERLOAD, "slow_servers")) | changed_values


def test_an_answer_is_judged_as_if_most_of_the_class_did_the_same():
    verdict = judge(OVERLOAD, STEP, answered(retries=0))
    assert verdict.right and verdict.said == "share 1, timeout_ms 1000, retries 0, backoff none"
    assert verdict.numbers["measured"] == together(OVERLOAD, STEP, answered(retries=0)) >= STEP.part.condition.at_least
    wrong = judge(OVERLOAD, STEP, answered(retries=1))
    assert (wrong.right, wrong.misconception) == (False, "M08")
    assert "two attempts" in wrong.reply
    assert judge(OVERLOAD, STEP, answered(backoff="exponential_jitter")).misconception == "M08"
    assert "the others ask more" in judge(OVERLOAD, STEP, answered(share=0.5)).reply
    for answer in (None, {}, answered(retries=7)):
        with pytest.raises(NotYet):
            judge(OVERLOAD, STEP, answer)


def goodput(policies, seed) -> float:
    """What is answered half a minute after the class of the overload lesson has changed to these policies."""
    system, scene = system_of(OVERLOAD, "slow_servers"), scene_of(OVERLOAD, "slow_servers")
    change = merged(STEP.part, system, policies)
    run = Run.of(system, seed, [*moves_of(scene.events), [STEP.part.at_s, change]])
    return measured(run, Stretch("goodput", "", STEP.part.from_s, STEP.part.to_s))


def test_a_short_slowdown_becomes_a_lasting_storm_and_the_class_can_end_it():
    """On twenty seeds, each side of the limit by three standard deviations: nobody changes; one does; most do, in two ways; all but
    three do, and it is their rate that decides.
    """
    limit, members = STEP.part.condition.at_least, STEP.part.members
    impatient, polite, patient = answered(), answered(retries=0), answered(timeout_ms=5000)
    greedy = answered(share=2)
    mixed = [impatient, impatient, *[polite] * (members // 2), *[patient] * (members - 2 - members // 2)]
    classes = {
        "as it is": ([impatient] * members, -1), "one polite client": ([polite, *[impatient] * (members - 1)], -1),
        "three stay": ([*[impatient] * 3, *[polite] * (members - 3)], 1),
        "three stay, and ask twice as often": ([*[greedy] * 3, *[polite] * (members - 3)], -1),
        "polite": ([*[polite] * (members - 2), *[impatient] * 2], 1),
        "patient": ([*[patient] * (members - 2), *[impatient] * 2], 1), "each in their own way": (mixed, 1),
    }  # fmt: skip
    assert len(SEEDS) == 20
    for name, (policies, side) in classes.items():
        room = [side * (goodput(policies, seed) - limit) for seed in SEEDS]
        assert min(room) > 0 and fmean(room) >= MARGIN * stdev(room), name


def test_before_the_slowdown_all_is_well():
    run = Run.of(system_of(OVERLOAD, "slow_servers"), 1, moves_of(scene_of(OVERLOAD, "slow_servers").events))
    assert measured(run, Stretch("error_rate", "", 2, 10)) == 0
    check_run(run, STEP.part.to_s, MOST_REQUESTS)


LOAD = {
    "id": "load", "kind": "experiment", "prompt": "Choose.",
    "part": {
        "choices": {"client.timeout_ms": [50, 1000], "client.retries": [0, 1]}, "members": 4, "at_s": 5,
        "condition": {"metric": "server_utilisation", "at_most": 0.9}, "from_s": 10, "to_s": 40,
        "solutions": [{"name": "None", "set": {"client.retries": 0}}],
    },
}  # fmt: skip


def mended(**more):
    step = LOAD | {"part": LOAD["part"] | more}
    system = LESSON["system"] | {"client.timeout_ms": 1000.0, "client.retries": 1}
    return small({"system": system, "steps.1": step})


@pytest.mark.parametrize(
    ("more", "about"),
    [
        ({}, "the class as it is does not clearly fail"),
        ({"choices": {"client.retries": [0, 3]}}, "1 is missing, which is what the scene has"),
        ({"choices": {"client.retries": [0, 1, -4]}}, "-4 cannot be taken"),
        ({"solutions": [{"name": "Two", "set": {"client.retries": 2}}]}, "is none of the `choices`"),
        ({"condition": {"metric": "colour", "at_most": 1}}, "there is no metric 'colour'"),
        ({"at_s": 100_000}, "less than or equal to 3600"),
    ],
)
def test_a_part_that_is_not_sound_or_not_true_is_told_with_its_line(more, about):
    try:
        told = [str(problem) for problem in prove(mended(**more), SEEDS[:3])]
    except BadLesson as problem:
        told = [str(problem)]
    assert any(about in one for one in told), told
    assert all(one.startswith("small/en/lesson.yaml:") for one in told)


def test_a_mistake_that_helps_and_a_solution_that_does_not_are_told():
    good, poor = {"name": "None", "set": {"client.retries": 0}}, {"name": "One", "set": {"client.retries": 1}}
    limit = {"metric": "attempts_per_request", "at_most": 1.0}
    swapped = mended(condition=limit | {"at_most": 0.5}, solutions=[good], mistakes=[poor])
    told = [str(problem) for problem in prove(swapped, SEEDS[:3])]
    assert any("None does not clearly hold: attempts_per_request is 1" in one for one in told), told


def test_the_lessons_other_questions_are_as_they_were():
    assert right_option(OVERLOAD.step("when_well").choice, Facts(OVERLOAD)) == 3
