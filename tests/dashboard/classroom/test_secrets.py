"""What may not be told is in no answer: no teacher's secret, no other member's name, and not what comes of a vote too early.

Every answer that somebody can get is searched as a whole; and each search finds what it looks for where it may be.
"""

import hmac
import json
from typing import Any

import pytest

from dashboard.classroom import api, codes
from dashboard.store import learning
from dashboard.store import rooms as stored
from tests.dashboard.classroom.people import BLOCKED, MEMBERS, STRANGERS, everybody
from tests.dashboard.classroom.world import Person, School, texts_of, told_by
from tests.dashboard.lesson.played import LESSON

GETS = [
    "", "/results", *(f"/results?step={step.id}" for step in LESSON.all_steps), "/wall", "/class", "/spotlight", "/load",
    f"/lessons/{LESSON.id}", "/lessons/second", "/lessons/nothing", *(f"/export/{kind}" for kind in ("long", "wide", "archive")),
]  # fmt: skip
KEPT = (
    "student",
    "hidden",
    "removed",
    "blocked",
    "waiting",
    "elsewhere",
    "wall and student",
    "teacher and student",
    "teacher and blocked",
)
"""Names of members, all of them in the room of `everybody`."""


def streamed(school: School) -> str:
    """What a stream tells members."""
    with school.store.reading() as session:
        room_id = stored.by_token(session, school.token).id
    return api._look([room_id])[room_id].told("en")


def all_told(school: School, who: Person, acts: list[dict[str, Any]] | None = None, gets: list[str] = GETS) -> str:
    """All that somebody can get, with the headers, as one text; and what comes of what they do."""
    told = [school.get(who, f"/{school.token}{path}") for path in gets]
    told += [school.post(who, f"/{school.token}/lessons/{LESSON.id}", one) for one in acts or []]
    told += [school.post(who, f"/{school.token}/me", {"do": do}) for do in ("help", "fine")]
    return "\n".join([streamed(school), *(f"{one.headers} {one.body.decode()}" for one in told)])


@pytest.fixture
def full(school, monkeypatch):
    """A room with everybody, a pending claim link of each kind, and a code for another device."""
    people = everybody(school, School(monkeypatch, school.store, school.clock))
    secrets = [school.tell("key", kind=kind)["secret"] for kind in ("teacher", "wall")]
    secrets += [people[who].key for who in ("teacher", "second teacher", "wall", "former teacher")]
    secrets += [school.recovery, school.recovery.replace("-", "")]
    secrets += [one.learner for one in people.values() if one.learner]
    secrets += [codes.hashed(one) for one in secrets] + [learning.hashed(one) for one in secrets]
    return school, people, secrets


def test_no_secret_and_no_other_name_is_told(full):
    """Strangers are told no name at all, members only their own, and a wall neither; a teacher is, so it would be found."""
    school, people, secrets = full
    code, names = school.code(), {}
    for number, name in enumerate(KEPT, start=1):
        if name not in ("elsewhere", "removed"):
            names[name] = f"Quetzal{number}"
            school.tell("member", number=school.number(people[name]), do="rename", name=names[name])
    for who in (*STRANGERS, *BLOCKED, *MEMBERS, "wall"):
        told, own = all_told(school, people[who]), {"second device": "student"}.get(who, who)
        assert [one for one in secrets if one in told] == [], who
        assert [one for name, one in names.items() if one in told and name != own] == [], who
        assert own not in names or names[own] in told, who
        if who != "wall":
            assert code not in told and code.replace("-", "") not in told and "results_hidden" not in told, who
    told = all_told(school, people["teacher"])
    assert code in told and all(one in told for one in names.values())


def words_of(step_id: str) -> list[str]:
    """What only the outcome of a step says: the longest piece of each reply and of its explanation without a number."""
    step = LESSON.step(step_id)
    options = step.choice.options if step.choice else step.check.wrong
    texts = [step.explanation, *(one.reply for one in options)]
    pieces = [max((part for part in text.replace("{", "}").split("}")[::2]), key=len) for text in texts if text]
    return [" ".join(one.split()) for one in pieces]


def told_of(text: str, step_id: str) -> list[str]:
    return [one for one in words_of(step_id) if one in text]


def outcomes(told: Any) -> list[Any]:
    """Whatever in an answer says whether something is right, or how it went: fields that are not empty."""
    found = []
    if isinstance(told, dict):
        found = [(name, told[name]) for name in ("right", "reply", "explanation", "simulated") if told.get(name) not in (None, [])]
    parts = told.values() if isinstance(told, dict) else told if isinstance(told, list) else []
    return found + [one for part in parts for one in outcomes(part)]


ANSWERS = {"guess": (0, 1), "draw": ([1, 2, 3, 4, 5], [5, 4, 3, 2, 1])}


@pytest.mark.parametrize("step", ANSWERS)
def test_nothing_tells_what_comes_of_a_vote_before_it_is_shown(school, step):
    """The member tries every action, everywhere, before and after they have voted, and in the second vote again."""
    ann = school.comes("Ann")
    school.tell("pace", pacing="paced", step=step)
    school.act(ann, "goto", step=step)
    tries = [{"action": name} for name in ("next", "back", "next", "restart", "next")]
    tries += [{"action": "support", "support": name} for name in ("explore", "example")]
    tries += [{"action": "goto", "step": one.id} for one in LESSON.all_steps]
    tries += [{"action": name, "step": step} for name in ("goto", "hint")]
    state = f"/{school.token}/lessons/{LESSON.id}"
    gets = ["", "/results", f"/results?step={step}", "/spotlight", "/load", f"/lessons/{LESSON.id}"]
    for vote, answer in enumerate(ANSWERS[step], start=1):
        assert told_of(all_told(school, ann, tries, gets), step) == [], vote
        reply = school.post(ann, state, {"action": "answer", "step": step, "answer": answer, "key": f"{step}-{vote:08d}"})
        assert reply.status == 200 and outcomes(reply.json["step"]["answered"]) == []
        assert reply.json["step"]["answered"]["attempt"] == vote
        assert reply.json["step"]["veiled"], "the page hides what could give it away"
        more = school.post(ann, state, {"action": "answer", "step": step, "answer": answer, "key": f"again-{vote:08d}"})
        assert more.status == 400
        assert told_of(all_told(school, ann, tries, gets), step) == [], vote
        (mine,) = [one for one in school.get(ann, state).json["steps"] if one["id"] == step]
        assert mine["status"] == "answered"
        if vote == 1:
            school.tell("vote_again")
    school.tell("reveal")
    shown = all_told(school, ann, [])
    assert told_of(shown, step), "once it is shown the search finds it"
    assert outcomes(school.get(ann, state).json["step"]["answered"])
    assert not school.get(ann, state).json["step"]["veiled"]


def test_where_there_are_attempts_the_histogram_does_not_tell_the_right_option(school):
    """In a free room a member sees what the class said once they have answered; what is right only as the lesson tells it."""
    ann, ben = school.comes("Ann"), school.comes("Ben")
    path = f"/{school.token}/results?step=recall_mean"
    assert school.get(ann, path).status == 403
    school.answer(ann, "recall_mean", 0)
    school.answer(ben, "recall_mean", 1)
    assert [one["right"] for one in school.get(ann, path).json["votes"][0]["options"]] == [None, None]
    assert [one["count"] for one in school.get(ann, path).json["votes"][0]["options"]] == [1, 1]
    assert [one["right"] for one in school.get(ben, path).json["votes"][0]["options"]] == [False, True]
    school.answer(ann, "recall_mean", 1)
    assert [one["count"] for one in school.get(ann, path).json["votes"][0]["options"]] == [1, 1], "the first answer counts"
    assert [one["right"] for one in school.get(ann, path).json["votes"][0]["options"]] == [False, True]


def test_a_wall_is_told_what_the_teacher_shows(school):
    wall, ann = school.claims("wall"), school.comes("Ann")
    school.tell("pace", pacing="paced", step="recall_mean")
    school.answer(ann, "recall_mean", 1)
    get = lambda path: school.get(wall, f"/{school.token}{path}")  # noqa: E731
    assert get("/wall").json["results"] == {"hidden": True}
    assert get("/wall").json["counts"] == {"present": 1, "answered": 1, "of": 1, "help": 0}
    assert get("/results").status == 403
    school.tell("settings", results_hidden=False)
    assert [one["count"] for one in get("/wall").json["results"]["votes"][0]["options"]] == [0, 1]
    assert outcomes(get("/wall").json) == []
    for step in LESSON.all_steps:
        reply = get(f"/results?step={step.id}")
        assert outcomes(reply.json) == [], "nor of a step to which the class has not come"
    school.tell("reveal")
    assert outcomes(get("/wall").json) == outcomes(get("/results").json) == [("right", False), ("right", True)]
    assert "Ann" not in texts_of(get("/wall").json)


def test_the_wall_shows_the_prompt_of_the_class_step(school):
    wall = school.claims("wall")
    school.tell("pace", pacing="paced", step="hook")
    told = school.get(wall, f"/{school.token}/wall").json["step"]
    assert told["prompt"] == ["4 servers answer 2,000 requests a second. Nobody waits.", "Then one of them begins a backup."]
    assert (told["title"], told["options"], told["kind"]) == ("Ten o'clock", [], "text")
    school.tell("pace", pacing="paced", step="guess")
    told = school.get(wall, f"/{school.token}/wall").json["step"]
    assert told["options"] == [one.text for one in LESSON.step("guess").choice.options]


def test_no_name_and_no_secret_is_in_the_log(full, caplog):
    caplog.set_level("DEBUG")
    school, people, secrets = full
    for who in ("forged", "student", "blocked", "teacher"):
        all_told(school, people[who])
        school.post(people[who], f"/{school.token}/join", {"name": "Quetzalcoatl"})
    text = json.dumps([one.getMessage() for one in caplog.records])
    assert [one for one in [*secrets, "Quetzalcoatl"] if one in text] == []


def test_secrets_are_compared_in_constant_time(school, monkeypatch):
    """Whoever measures how long a refusal takes must not learn how much of a secret was right."""
    compare, compared = hmac.compare_digest, []
    monkeypatch.setattr(hmac, "compare_digest", lambda *pair: compared.append(pair) or compare(*pair))
    link, recovery = school.tell("key", kind="teacher")["secret"], school.recovery.replace("-", "")
    for good in (link, recovery):
        compared.clear()
        wrong = ("2" if good[0] != "2" else "3") + good[1:]
        for secret in (wrong, good):
            assert school.rooms.claim(told_by(codes.new_secret()).actor, school.token, secret) == (secret == good)
            assert (codes.hashed(good), codes.hashed(secret)) in compared
    compared.clear()
    assert school.rooms.state(school.teacher.actor, school.token)["roles"] == ["teacher"]
    assert (codes.hashed(school.teacher.key),) * 2 in compared, "and so is the key that a browser shows at each request"
