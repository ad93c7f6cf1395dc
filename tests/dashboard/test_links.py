"""Links: there and back over every control of every page, old versions, and what strangers write."""

import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import links
from dashboard.asks import MAX_CHANGES, RECORDING
from dashboard.controls import control
from dashboard.faults import KINDS, read_fault
from dashboard.links import BadLink, Book, Opened, read
from dashboard.migrations import SCHEMA, Schema, Step
from dashboard.page import book
from engine.workload.tables import REGIONS
from tests.dashboard import link_defaults
from tests.dashboard.pages import all_pages

PAGES = all_pages()
BOOKS = [pytest.param(book(page), id=page.name) for page in PAGES]
SMALL = Book(
    "shop",
    {
        one.path: one
        for one in (
            control("traffic.rate", "Rate", "", high=1_000, most=5_000),
            control("servers.count", "Servers", "", high=12),
            control("client.timeout_ms", "Timeout", "", low=50, high=10_000),
            control("cache.enabled", "Cache", ""),
            control("balancer.algorithm", "Algorithm", ""),
        )
    },
    {
        "traffic.rate": 100.0, "servers.count": 4, "client.timeout_ms": 1_000.0, "cache.enabled": False,
        "balancer.algorithm": "round_robin",
    },
    frozenset({"servers.crash"}),
)  # fmt: skip


def fault_of(name, index):
    """A fault that a page offers, as the browser sends it."""
    kind, tier = KINDS[name]
    where = {} if kind in ("traffic_spike", "random_crashes") else {"index": index}
    where = {"region": REGIONS[index % len(REGIONS)]} if kind == "pop_outage" else where
    return {"inject": read_fault({"kind": kind, **({"tier": tier} if tier else {}), **where}, frozenset({name}))}


def test_the_end_of_random_crashes_comes_back():
    end = {"inject": {"kind": "end_random_crashes", "tier": "servers"}}
    which = Book("small", SMALL.controls, SMALL.defaults, frozenset({"servers.random"}))
    pairs = links.of_run(Opened([[9.5, end]], until_s=10), which)
    assert links.query(pairs) == "?v=1&seed=1&at=9.5:end_random_crashes,tier:servers&until=10"
    assert back(pairs, which).changes == [[9.5, end]]


def back(pairs, which=SMALL):
    """What is read from the text of these pairs, as it stands in an address."""
    return read(parse_qsl(links.query(pairs)[1:], keep_blank_values=True, strict_parsing=True), which)


def values_of(one):
    """Any value that a control takes."""
    if one.kind == "switch":
        return st.booleans()
    if one.kind == "set":
        names = [name for name, _ in one.choices]
        return st.lists(st.sampled_from(names), min_size=1, unique=True).map(one.clean)
    if one.kind == "choice":
        return st.sampled_from([name for name, _ in one.choices])
    numbers = st.integers(int(one.low), int(one.most)) if one.whole else st.floats(one.low, one.most, allow_nan=False)
    return (numbers | st.none() if one.optional else numbers).map(one.clean)


@pytest.mark.parametrize("which", BOOKS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_system_that_the_controls_can_make_comes_back(which, data):
    drawn = data.draw(st.fixed_dictionaries({}, optional={path: values_of(one) for path, one in which.controls.items()}))
    differing = {path: value for path, value in drawn.items() if value != which.defaults[path]}
    assert back(links.of_system(drawn, which), which) == Opened([[0, differing]] if differing else [])


@st.composite
def runs(draw, which):
    """Any run on a page, moves at least a quarter of a second apart."""
    values = st.fixed_dictionaries({}, optional={path: values_of(one) for path, one in which.controls.items()}).filter(bool)
    faults = st.builds(fault_of, st.sampled_from(sorted(which.faults or {"servers.crash"})), st.integers(0, 40))
    moves = draw(st.lists(values | faults if which.faults else values, max_size=6))
    times = sorted(draw(st.lists(st.integers(0, 400), min_size=len(moves), max_size=len(moves), unique=True)))
    changes = [[t / 4 + 0.001 if t else 0, move] for t, move in zip(times, moves)]
    pin = draw(st.none() | st.tuples(st.sampled_from([0, 1.5]), values).map(list))
    return Opened(changes, draw(st.integers(0, 2**31 - 1)), pin, 150.5)


@pytest.mark.parametrize("which", BOOKS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_run_comes_back_from_its_link_and_from_its_file(which, data):
    run = data.draw(runs(which))
    pairs = links.of_run(run, which)
    assert read(parse_qsl(links.query(pairs)[1:], keep_blank_values=True), which, limit=10**6) == run
    text = links.file_text(pairs, which, "A page")
    assert read(links.pairs_of_file(text, which), which, limit=links.MAX_FILE_CHARS) == run


def test_a_link_is_readable_and_says_only_what_differs():
    values = {"servers.count": 6, "traffic.rate": 100.0, "client.timeout_ms": None, "balancer.algorithm": "power_of_two"}
    assert links.query(links.of_system(values, SMALL)) == (
        "?v=1&servers.count=6&client.timeout_ms=none&balancer.algorithm=power_of_two"
    )


def test_a_run_reads_like_a_list_of_what_happened():
    crash = {"inject": {"kind": "crash", "tier": "servers", "index": 1}}
    run = Opened([[0, {"servers.count": 6}], [4.25, {"traffic.rate": 900.5}], [9, crash]], 7, [4, {"cache.enabled": True}], 30)
    assert links.query(links.of_run(run, SMALL)) == (
        "?v=1&servers.count=6&seed=7&at=4.25:traffic.rate:900.5&at=9:crash,index:1,tier:servers&pin=4:cache.enabled:on&until=30"
    )


def test_moves_are_thinned_to_four_a_second_and_the_last_one_counts():
    drag = [[1 + k / 20, {"traffic.rate": 100 + k}] for k in range(21)]
    kept = links.thinned([*drag, [2.01, {"inject": {"kind": "crash"}}], [2.02, {"servers.count": 3}]])
    assert [t for t, _ in kept] == [1, 1.25, 1.5, 1.75, 2, 2.01, 2.02]
    assert [values.get("traffic.rate") for _, values in kept[:5]] == [104, 109, 114, 119, 120]


def test_moves_a_quarter_of_a_second_apart_both_stay_however_their_difference_is_rounded():
    assert 1.001 - 0.751 < 0.25
    moves = [[0.751, {"cdn.ttl_s": 1.0}], [1.001, {"cdn.ttl_s": None}]]
    assert links.thinned(moves) == moves
    assert links.thinned([moves[0], [1.0, {"cdn.ttl_s": None}]]) == [[0.751, {"cdn.ttl_s": None}]]


def test_a_recording_stays_where_it_is():
    assert links.without_recording([[1, {RECORDING: "f" * 32}], [2, {RECORDING: None, "traffic.rate": 5}]]) == [
        [2, {"traffic.rate": 5}]
    ]


def test_a_recording_is_named_by_its_fingerprint_where_the_page_plays_any():
    which = Book("small", SMALL.controls, SMALL.defaults, recordings=True)
    changes = [[0, {RECORDING: "0a" * 16, "traffic.rate": 5}], [2, {RECORDING: None}]]
    assert back(links.of_run(Opened(changes, until_s=3), which), which).changes == changes
    assert back(links.of_system({RECORDING: "0a" * 16}, which), which).changes == [[0, {RECORDING: "0a" * 16}]]
    assert links.of_system({RECORDING: None}, which) == [("v", "1")]
    assert links.of_run(Opened([[2, {RECORDING: "0a" * 16}]], until_s=3), SMALL) == [("v", "1"), ("seed", "1"), ("until", "3")]
    for name in ("../etc", "0A" * 16, "0a" * 15, ""):
        with pytest.raises(BadLink, match="names no recording"):
            read([("v", "1"), (RECORDING, name)], which)


CRASH = {"kind": "crash", "tier": "servers", "index": 0}
OLD = Schema(
    2,
    {
        0: Step(renamed={"servers.number": "servers.count", "kill": "crash"}, defaults={"shop": {"traffic.rate": "50"}}),
        1: Step(converted={"client.timeout_ms": lambda text: str(round(float(text) * 1_000))}),
    },
)
"""An invented past: servers.number was renamed, shops had half the traffic, and time-outs were in seconds."""


@pytest.mark.parametrize(
    ("link", "changes", "pin"),
    [
        ("v=0&servers.number=6", [[0, {"traffic.rate": 50, "servers.count": 6}]], None),
        ("v=0&traffic.rate=100&client.timeout_ms=2", [[0, {"traffic.rate": 100, "client.timeout_ms": 2_000}]], None),
        (
            "v=0&seed=1&at=2:servers.number:3&at=3:kill,index:0&pin=1:servers.number:2",
            [[0, {"traffic.rate": 50}], [2, {"servers.count": 3}], [3, {"inject": CRASH}]],
            [1, {"traffic.rate": 50, "servers.count": 2}],
        ),
        ("v=1&servers.count=6&client.timeout_ms=0.5", [[0, {"servers.count": 6, "client.timeout_ms": 500}]], None),
        ("v=2&servers.count=6&client.timeout_ms=500", [[0, {"servers.count": 6, "client.timeout_ms": 500}]], None),
    ],
)  # fmt: skip
def test_an_old_link_keeps_opening(link, changes, pin):
    opened = read(parse_qsl(link), SMALL, OLD)
    assert opened.changes == changes
    assert opened.pin == pin


def test_a_gap_in_the_steps_is_told():
    with pytest.raises(BadLink, match="not known"):
        read([("v", "0")], SMALL, Schema(2, {1: OLD.steps[1]}))


def test_every_version_so_far_can_be_brought_forward():
    assert sorted(SCHEMA.steps) == list(range(1, SCHEMA.version))
    assert read([("v", "1")], SMALL) == Opened([]), "the first version's link: it must open for ever"


@pytest.mark.parametrize(
    ("link", "word"),
    [
        ("servers.count=6", "version"),
        ("v=99&servers.count=6", "newer"),
        ("v=one", "whole number"),
        ("v=-1", "whole number"),
        ("v=1.0", "whole number"),
        ("v=%D9%A1", "whole number"),
        ("v=1&v=1", "more than once"),
        ("v=1&servers.count=6&servers.count=7", "more than once"),
        ("v=1&servers.number=6", "servers.number"),
        ("v=1&servers.__class__=6", "not a control"),
        ("v=1&database.read_ms=6", "not a control"),
        ("v=1&speed=10", "not known"),
        ("v=1&servers.count=0", "from 1"),
        ("v=1&servers.count=13", "to 12"),
        ("v=1&servers.count=2.5", "whole number"),
        ("v=1&servers.count=1e3", "number"),
        ("v=1&servers.count=NaN", "number"),
        ("v=1&traffic.rate=nan", "number"),
        ("v=1&traffic.rate=inf", "number"),
        ("v=1&traffic.rate=1_000", "number"),
        ("v=1&traffic.rate=none", "number"),
        ("v=1&traffic.rate=", "number"),
        ("v=1&traffic.rate=%D9%A1%D9%A2", "number"),
        ("v=1&cache.enabled=true", "true or false"),
        ("v=1&balancer.algorithm=<script>alert(1)</script>", "not one of"),
        ("v=1&balancer.algorithm=magic", "not one of"),
        ("v=1&seed=-1", "seed"),
        ("v=1&seed=1.5", "seed"),
        ("v=1&seed=99999999999", "seed"),
        ("v=1&until=1e9", "until"),
        ("v=1&until=999999", "until"),
        ("v=1&at=", "at"),
        ("v=1&at=5", "what changes"),
        ("v=1&at=soon:servers.count:5", "at"),
        ("v=1&at=5:servers.count", "number"),
        ("v=1&at=5:crash,index:-1", "index"),
        ("v=1&at=5:crash,index:1e3", "index"),
        ("v=1&at=5:crash,index:1,tier:database", "one of those of this page"),
        ("v=1&at=5:explode", "fault"),
        ("v=1&at=5:traffic.recording:abc", "not a control"),
        ("v=1&at=5:servers.count:5&at=4:servers.count:6", "order"),
        ("v=1&pin=x:servers.count:5", "pin"),
        ("v=1&pin=1:servers.count:500", "servers.count"),
        ("v=1&" + "&".join(["at=1:servers.count:2"] * MAX_CHANGES), "longer"),
        ("v=1&traffic.rate=" + "9" * 10_000, "longer"),
    ],
)
def test_a_damaged_or_hostile_link_is_refused_in_words(link, word):
    with pytest.raises(BadLink) as problem:
        read(parse_qsl(link, keep_blank_values=True), SMALL)
    told = " ".join(problem.value.reasons)
    assert word in told
    assert len(told) < 400
    assert len(problem.value.reasons) <= links.MAX_REASONS + 1


def test_too_many_changes_in_a_file_are_refused():
    text = "page=shop\nv=1\n" + "at=1:servers.count:2\n" * MAX_CHANGES
    with pytest.raises(BadLink, match="more than"):
        read(links.pairs_of_file(text, SMALL), SMALL, limit=links.MAX_FILE_CHARS)


@pytest.mark.parametrize(
    ("text", "word"),
    [("", "no file"), ("v=1", "no file"), ("\0\1\2", "no file"), ("page=other\nv=1", "belongs"), ("x" * 10**6, "longer")],
)
def test_a_file_that_is_none_of_the_page_is_refused(text, word):
    with pytest.raises(BadLink, match=word):
        links.pairs_of_file(text, SMALL)


@pytest.mark.parametrize("link", ["", "class=K7QM", "utm_source=mail", "embed=true&x=1"])
def test_an_address_that_is_no_link_of_ours_opens_nothing_and_is_not_complained_of(link):
    assert read(parse_qsl(link), SMALL) is None


def test_what_belongs_to_others_stands_beside_a_link():
    assert read(parse_qsl("class=K7QM&v=1&servers.count=5"), SMALL) == Opened([[0, {"servers.count": 5}]])


NAMES = st.sampled_from(["v", "seed", "at", "pin", "until", "servers.count", "traffic.rate", "x"]) | st.text(max_size=8)
TEXTS = st.text(max_size=30) | st.sampled_from(["1", "5:servers.count:3", "1e9", "NaN", "none", ":", ",,:"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(NAMES, TEXTS), max_size=8))
def test_junk_is_refused_or_becomes_a_sound_run(pairs):
    try:
        opened = read(pairs, SMALL)
    except BadLink as problem:
        assert problem.reasons
        return
    if opened is None:
        return
    for _, values in opened.changes:
        for path, value in values.items():
            assert path == "inject" or SMALL.controls[path].clean(value) == value


def test_links_of_this_version_open_what_they_opened():
    # Whoever changes a page's begin raises SCHEMA.version, writes a Step with the old values, and keeps the new ones beside them.
    known = link_defaults.kept()[str(SCHEMA.version)]
    now = json.loads(json.dumps(link_defaults.today()))
    assert {page: {path: values[path] for path in known[page]} for page, values in now.items() if page in known} == known
