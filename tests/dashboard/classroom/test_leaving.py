"""Who is let in, leaves, is removed or comes back: who is counted, whose the name is, and who somebody is afterwards."""

from typing import Any

import pytest

from dashboard.classroom.names import BadName
from dashboard.classroom.overview import class_told
from dashboard.classroom.rights import Forbidden
from dashboard.lesson.way import Refused
from tests.dashboard.classroom.test_votes import answers, at_once, here, marks
from tests.dashboard.classroom.world import browser


def statuses(school) -> list[str]:
    return [one["status"] for one in class_told(school.rooms, school.teacher.actor, school.token)["people"]]


def test_all_who_wait_are_let_in_with_one_change_or_none_of_them(school):
    """One change of the room: everybody's page asks once, not once for each who is let in."""
    school.tell("settings", approves=True)
    people = [school.comes(f"Member {number}") for number in range(5)]

    def told() -> dict[str, Any]:
        return class_told(school.rooms, school.teacher.actor, school.token)

    before = told()["room"]
    school.tell("member", numbers=[1, 2, 3, 4], do="approve")
    assert [one["status"] for one in told()["people"]] == ["present"] * 4 + ["waiting"]
    assert (told()["room"]["revision"], told()["room"]["people"]) == (before["revision"] + 1, before["people"] + 1)
    for numbers in ([5, 6], [], [5, "5"], 5, [5] * 2_000, [5, None], None):
        with pytest.raises(Refused):
            school.tell("member", numbers=numbers, do="approve")
    assert school.rooms.state(people[4].actor, school.token)["me"]["status"] == "waiting"


def test_who_is_removed_or_blocked_is_not_counted_and_their_name_is_free(school):
    people = [school.comes(name) for name in ("Ann", "Ben", "Cy")]
    school.tell("pace", pacing="paced", step="recall_mean")
    for choice, who in enumerate(people):
        school.answer(who, "recall_mean", choice % 2)
    school.tell("member", number=1, do="remove")
    school.tell("member", number=3, do="block")
    told = class_told(school.rooms, school.teacher.actor, school.token)
    assert [one["count"] for one in told["results"]["votes"][0]["options"]] == [0, 1]
    assert [(one["number"], one["status"]) for one in told["people"]] == [(1, "removed"), (2, "present"), (3, "blocked")]
    with pytest.raises(Forbidden):
        school.answer(people[2], "recall_mean", 1)
    again = school.comes("Ann", people[0])
    assert school.number(again) == 4, "as somebody new"
    school.tell("member", number=3, do="restore")
    assert school.rooms.state(people[2].actor, school.token)["roles"] == ["student"]
    school.tell("member", number=1, do="restore")
    assert statuses(school)[0] == "left", "no browser is the first Ann any more"
    with pytest.raises(BadName):
        school.tell("member", number=2, do="rename", name="\u200b")


def test_who_was_removed_by_mistake_is_themselves_again(both_schools):
    school = both_schools
    ann, ben = school.comes("Ann"), school.comes("Ben")
    school.act(ann, "next")
    school.tell("member", number=1, do="remove")
    with pytest.raises(Forbidden):
        here(school, ann)
    school.tell("member", number=1, do="restore")
    assert (here(school, ann), statuses(school)) == ("hook", ["present", "present"])
    school.tell("member", number=2, do="remove")
    other = school.comes("Ben")
    with pytest.raises(Refused, match="taken"):
        school.tell("member", number=2, do="restore")
    assert (school.number(school.comes("Ben B", ben)), school.number(other)) == (4, 3)


def test_who_leaves_is_waited_for_no_more_and_anybody_may_take_their_name(both_schools):
    """Ann asks for help, votes and leaves, and comes back by the door; Ben stays."""
    school = both_schools
    ann, ben, wall = school.comes("Ann"), school.comes("Ben"), school.claims("wall")
    school.tell("pace", pacing="paced", step="recall_mean")
    for who in (ann, ben):
        school.answer(who, "recall_mean", 1)
    school.rooms.me(ann.actor, school.token, "help")
    before = marks(school)
    assert school.rooms.me(ann.actor, school.token, "leave") == {"me": None}
    assert marks(school) != before, "the teacher is told"
    assert school.get(wall, f"/{school.token}/wall").json["counts"] == {"present": 1, "answered": 2, "of": 2, "help": 0}
    assert [one["members"] for one in school.rooms.taught(school.teacher.actor)] == [1]
    assert school.rooms.state(ann.actor, school.token)["roles"] == ["stranger"]
    assert school.number(school.comes("Ann", ann)) == 3, "as somebody new"
    assert statuses(school) == ["left", "present", "present"]
    assert len(answers(school)) == 2


def test_of_who_leaves_without_a_word_nothing_stays(both_schools):
    """Neither their name nor a row; whoever has answered, or has a code to come back with, stays known. A number is given once."""
    school = both_schools
    ann, ben, cy = (school.comes(name) for name in ("Ann", "Ben", "Cy"))
    school.answer(ann, "recall_mean", 1)
    school.act(ben, "next")
    code = school.rooms.me(cy.actor, school.token, "code")["resume"]
    before = marks(school)
    for who in (ann, ben, cy):
        school.rooms.me(who.actor, school.token, "leave")
    assert marks(school) != before, "the teacher is told"
    people = class_told(school.rooms, school.teacher.actor, school.token)["people"]
    assert [(one["number"], one["status"]) for one in people] == [(1, "left"), (3, "left")]
    rows = school.rows()
    assert (len(rows["members"]), len(rows["learners"]), len(rows["devices"]), len(rows["progress"])) == (2, 2, 0, 1)
    assert school.rooms.resume(browser().actor, school.token, code)["me"]["number"] == 3
    assert school.number(school.comes("Ben", ben)) == 4


def counted(school) -> tuple[Any, ...]:
    """Of the class's last vote: how many answered, of how many, and the options; what moved; who holds what."""
    told = class_told(school.rooms, school.teacher.actor, school.token)
    vote, inside = told["results"]["votes"][-1], sum(one["status"] == "present" for one in told["people"])
    wall = school.get(school.claims("wall"), f"/{school.token}/wall").json["counts"]
    assert (wall["present"], wall["answered"], wall["of"]) == (inside, vote["answered"], inside + vote["left"])
    holders = {one["id"]: (one["holders"], one["before"], one["asked"]) for one in told["radar"]}
    options = [(one["count"], one["sure"]) for one in vote["options"]]
    return vote["answered"], wall["of"], options, told["results"]["shift"], holders["M02"]


@pytest.mark.parametrize("shown", [False, True])
def test_what_was_said_is_said_though_the_bell_rings_and_they_leave(both_schools, shown):
    """Of four three vote, and of the two who leave one: Cy, who never answered, was waited for till then."""
    school = both_schools
    ann, ben, cy, dee = (school.comes(name) for name in ("Ann", "Ben", "Cy", "Dee"))
    school.tell("pace", pacing="paced", step="recall_mean")
    for who, choice in ((ann, 0), (ben, 1), (dee, 0)):
        school.answer(who, "recall_mean", choice, confidence=3)
    if shown:
        school.tell("reveal")
    rest = ([(2, [0, 0, 0, 2]), (1, [0, 0, 0, 1])], None, (2, 2, 3))
    assert counted(school) == (3, 4, *rest)
    school.rooms.me(ann.actor, school.token, "leave")
    assert counted(school) == (3, 4, *rest)
    school.rooms.me(cy.actor, school.token, "leave")
    assert counted(school) == (3, 3, *rest)
    school.tell("member", number=school.number(dee), do="remove")
    assert counted(school) == (2, 2, [(1, [0, 0, 0, 1]), (1, [0, 0, 0, 1])], None, (1, 1, 2)), "she was put out"


def test_who_leaves_and_comes_in_again_has_no_second_vote(both_schools):
    """Ann comes in again by the door, twice, and votes each time; her last vote counts, and moves from her first one."""
    school = both_schools
    ann, ben = school.comes("Ann"), school.comes("Ben")
    school.tell("pace", pacing="paced", step="recall_mean")
    school.answer(ben, "recall_mean", 1)
    for name, choice in (("Ann", 0), ("Anna", 1), ("Annie", 0)):
        school.comes(name, ann)
        school.answer(ann, "recall_mean", choice)
        assert counted(school)[:2] == (2, 2)
        assert [count for count, _ in counted(school)[2]] == [1 - choice, 1 + choice]
        school.rooms.me(ann.actor, school.token, "leave")
    school.tell("vote_again")
    school.comes("Ann", ann)
    school.answer(ann, "recall_mean", 1)
    answered, of, options, shift, held = counted(school)
    assert (answered, of, [count for count, _ in options], shift) == (1, 2, [0, 1], [[0, 1], [0, 0]])
    assert held == (0, 1, 2)
    assert len(answers(school)) == 5, "all of it is kept"


def test_who_comes_back_with_a_code_has_no_second_vote(both_schools):
    school, phone = both_schools, browser()
    ann = school.comes("Ann")
    school.tell("pace", pacing="paced", step="recall_mean")
    code = school.rooms.me(ann.actor, school.token, "code")["resume"]
    school.answer(ann, "recall_mean", 0)
    school.rooms.me(ann.actor, school.token, "leave")
    school.rooms.resume(phone.actor, school.token, code)
    with pytest.raises(Refused):
        school.answer(phone, "recall_mean", 1)
    assert counted(school)[:2] == (1, 1)


@pytest.fixture
def twice(both_schools):
    """Ann, on two devices."""
    ann, phone = both_schools.comes("Ann"), browser()
    code = both_schools.rooms.me(ann.actor, both_schools.token, "code")["resume"]
    both_schools.rooms.resume(phone.actor, both_schools.token, code)
    return both_schools, ann, phone


def test_who_leaves_on_one_device_is_still_there_on_another(twice):
    school, ann, phone = twice
    school.rooms.me(ann.actor, school.token, "leave")
    assert statuses(school) == ["present"]
    school.rooms.me(phone.actor, school.token, "leave")
    assert statuses(school) == ["left"]


@pytest.mark.parametrize("lent", [0, 1])
def test_who_lends_a_device_on_is_somebody_else_than_who_takes_it(twice, lent):
    """Ann goes on with the one of her two devices, Ben comes in with the other."""
    school, *devices = twice
    school.rooms.me(devices[lent].actor, school.token, "leave")
    school.comes("Ben", devices[lent])
    school.tell("pace", pacing="paced", step="recall_mean")
    for who in devices:
        school.answer(who, "recall_mean", 1)
    assert counted(school)[:2] == (2, 2)


def test_two_devices_that_leave_at_once_leave_nobody_behind(twice):
    school, ann, phone = twice
    at_once(*(lambda who=who: school.rooms.me(who.actor, school.token, "leave") for who in (ann, phone)))
    assert statuses(school) == ["left"]


@pytest.mark.parametrize(("meanwhile", "name"), [(None, "Ann"), ("ann", "Ann 1")])
def test_who_left_with_a_code_comes_back_as_themselves(both_schools, meanwhile, name):
    school, phone = both_schools, browser()
    ann = school.comes("Ann")
    school.act(ann, "next")
    code = school.rooms.me(ann.actor, school.token, "code")["resume"]
    school.rooms.me(ann.actor, school.token, "leave")
    if meanwhile:
        school.comes(meanwhile)
    before = marks(school)
    school.clock.now_s += 1
    me = school.rooms.resume(phone.actor, school.token, code)["me"]
    assert (me["number"], me["name"], me["status"], here(school, phone)) == (1, name, "present", "hook")
    assert marks(school) != before, "the teacher is told"


def test_a_name_that_waits_to_be_let_in_waits_after_coming_back_too(school):
    school.tell("settings", approves=True)
    ann = school.comes("Ann")
    code = school.rooms.me(ann.actor, school.token, "code")["resume"]
    school.rooms.me(ann.actor, school.token, "leave")
    assert school.rooms.resume(ann.actor, school.token, code)["me"]["status"] == "waiting"
