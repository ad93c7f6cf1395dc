"""Asks come from a browser that anybody may hold: everything in them is checked and clamped before it reaches the engine."""

import json
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.asks import MAX_CHANGES, MAX_LENGTH_S, MAX_RUN_S, RECORDING, BadAsk, read_ask
from dashboard.controls import control

CONTROLS = {
    one.path: one
    for one in (control("traffic.rate", "Rate", "Traffic", high=1_000), control("servers.count", "Servers", "Servers"))
}
FAULTS = frozenset({"servers.crash"})


def ask(**more):
    """A sound ask with some parts replaced."""
    return {"id": "a1", "seed": 1, "changes": [], "from_s": 0, "length_s": 2} | more


def read(**more):
    """The clean ask of `ask(**more)`."""
    return read_ask(ask(**more), CONTROLS, FAULTS)


def test_a_sound_ask_is_taken_as_it_is():
    name, clean = read(
        changes=[[0.5, {"traffic.rate": 200}], [1.25, {"inject": {"kind": "crash", "index": 2}}]], from_s=0.5, length_s=3
    )
    assert name == "a1"
    assert (clean.seed, clean.from_ms, clean.length_ms) == (1, 500, 3_000)
    assert [change.t_ms for change in clean.changes] == [500, 1_250]
    assert clean.changes[0].values == {"traffic.rate": 200.0}
    assert clean.changes[1].values == {"inject": {"kind": "crash", "tier": "servers", "index": 2}}


def test_values_and_times_are_clamped():
    _, clean = read(changes=[[-3, {"traffic.rate": 1e9, "servers.count": -1}]], from_s=-1, length_s=1e9)
    assert clean.changes[0].t_ms == 0
    assert clean.changes[0].values == {"traffic.rate": 1_000.0, "servers.count": 1}
    assert (clean.from_ms, clean.length_ms) == (0, MAX_LENGTH_S * 1_000)
    assert read(from_s=1e300)[1].from_ms == MAX_RUN_S * 1_000


def test_equal_asks_are_equal_values_whatever_the_order_of_their_keys():
    one = read(changes=[[1, {"traffic.rate": 5, "servers.count": 3}]])[1]
    other = read(changes=[[1.0, {"servers.count": 3, "traffic.rate": 5.0}]])[1]
    assert one == other
    assert hash(one) == hash(other)


def test_changes_after_the_slice_do_not_matter_to_it():
    assert read(changes=[[9, {"traffic.rate": 5}]], from_s=0, length_s=2)[1] == read()[1]


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": 2**40}, "seed"),
        ({"seed": True}, "seed"),
        ({"seed": "1"}, "seed"),
        ({"from_s": math.nan}, "from_s"),
        ({"from_s": "0"}, "from_s"),
        ({"pace": "fast"}, "pace"),
        ({"pace": math.nan}, "pace"),
        ({"length_s": None}, "length_s"),
        ({"length_s": math.inf}, "length_s"),
        ({"changes": "x"}, "changes"),
        ({"changes": [[0, {"traffic.rate": 1}]] * (MAX_CHANGES + 1)}, "changes"),
        ({"changes": [[0]]}, "change"),
        ({"changes": [[0, {}]]}, "change"),
        ({"changes": [[0, []]]}, "change"),
        ({"changes": [["now", {"traffic.rate": 1}]]}, "time"),
        ({"changes": [[2, {"traffic.rate": 1}], [1, {"traffic.rate": 1}]]}, "fall"),
        ({"changes": [[0, {"traffic.rate": "much"}]]}, "traffic.rate"),
        ({"changes": [[0, {"servers.__class__": 1}]]}, "control"),
        ({"changes": [[0, {"database.read_ms": 1}]]}, "control"),
        ({"changes": [[0, {RECORDING: "../../etc/passwd"}]]}, "token"),
        ({"changes": [[0, {RECORDING: 7}]]}, "token"),
        ({"changes": [[0, {"inject": {"kind": "explode"}}]]}, "fault"),
        ({"changes": [[0, {"inject": {"kind": "crash", "index": -1}}]]}, "index"),
        ({"changes": [[0, {"inject": {"kind": "crash", "index": 10**9}}]]}, "index"),
        ({"changes": [[0, {"inject": "crash"}]]}, "fault"),
    ],
)
def test_a_bad_ask_is_refused_in_words(more, word):
    with pytest.raises(BadAsk, match=word):
        read(**more)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["inject", "kind", "traffic.rate", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a machine with other work makes the first examples slowly
@given(st.dictionaries(st.sampled_from(["id", "seed", "changes", "from_s", "length_s"]), JUNK))
def test_junk_is_either_refused_or_becomes_a_bounded_ask(raw):
    try:
        name, clean = read_ask(raw, CONTROLS, FAULTS)
    except BadAsk:
        return
    assert len(name) <= 40
    assert 0 <= clean.from_ms <= MAX_RUN_S * 1_000
    assert 0 < clean.length_ms <= MAX_LENGTH_S * 1_000
    assert len(clean.changes) <= MAX_CHANGES
    assert all(json.loads(change.text) for change in clean.changes)


@pytest.mark.parametrize("raw", [None, 7, "ask", [], [{}]])
def test_what_is_no_object_is_refused(raw):
    with pytest.raises(BadAsk):
        read_ask(raw, CONTROLS, FAULTS)
