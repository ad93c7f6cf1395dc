"""The pure modules of time: what a list of changes comes to, undo and redo, the tally of a twin run, the clock, and the line."""

import pytest

START = "const start = { a: 1, b: 2 };"


def test_undo_and_redo_are_read_off_the_changes(run):
    values = run("history", START + """
      const list = [[1, { a: 5 }, { kind: 'move', words: 'a 5' }], [2, { b: 7 }, { kind: 'move', words: 'b 7' }]];
      const seen = [];
      const make = (changes) => {
        for (const [change, note] of changes) list.push([3, change, note]);
        const { values, undo, redo } = m.fold(start, list);
        seen.push([values.a, values.b, undo.length, redo.length]);
      };
      make([]); make(m.undoing(m.fold(start, list))); make(m.undoing(m.fold(start, list))); make(m.undoing(m.fold(start, list)));
      make(m.redoing(m.fold(start, list))); make([[{ a: 9 }, { kind: 'move' }]]);
      return [seen, m.undoing(m.fold(start, list.slice(0, 2)))[0][1].words];""")  # fmt: skip
    assert values == [
        [[5, 7, 2, 0], [5, 2, 1, 1], [1, 2, 0, 2], [1, 2, 0, 2], [5, 2, 1, 1], [9, 2, 2, 0]],
        "undone: b 7",
    ]


def test_what_a_run_begins_with_is_no_move(run):
    told = run("history", START + """
      const { values, undo } = m.fold(start, [[0, { a: 5 }, { kind: 'with' }], [0, { b: 6 }], [2, { a: 7 }, { kind: 'planned' }]]);
      return [values, undo.length];""")  # fmt: skip
    assert told == [{"a": 7, "b": 6}, 0]


def test_a_whole_drag_is_taken_back_at_once(run):
    back = run("history", START + """
      const list = [[1, { a: 2 }, { kind: 'move' }], [1.3, { a: 3 }, { kind: 'more' }], [1.6, { a: 4 }, { kind: 'more' }]];
      return [m.undoing(m.fold(start, list)).map(([change]) => change), m.fold(start, list).undo.length];""")  # fmt: skip
    assert back == [[{"a": 1}], 1]


CRASH, FAST, RECOVER = (f"{{ inject: {{ kind: '{kind}', index: 1 }} }}" for kind in ("crash", "fail_fast", "recover"))

CRASHES, CRASHES_END = (f"{{ inject: {{ kind: '{kind}', tier: 'servers' }} }}" for kind in ("random_crashes", "end_random_crashes"))


@pytest.mark.parametrize(
    ("faults", "undone"),
    [
        ([CRASH], ["recover"]),
        ([FAST], ["recover"]),
        ([CRASH, RECOVER], ["crash"]),
        ([FAST, CRASH], ["recover", "fail_fast"]),
        ([RECOVER], []),
        (["{ inject: { kind: 'flush_cache', index: 0 } }"], []),
        ([CRASHES], ["end_random_crashes"]),
        ([CRASH, CRASHES, CRASHES_END], ["random_crashes"]),
    ],
)
def test_a_fault_is_undone_by_what_mends_it(run, faults, undone):
    list_ = ", ".join(f"[{at}, {fault}]" for at, fault in enumerate(faults, 1))
    kinds = run("history", START + f"""
      const changes = m.undoing(m.fold(start, [{list_}]));
      return changes.map(([change]) => change.inject.kind);""")  # fmt: skip
    assert kinds == undone


def test_at_an_earlier_time_less_has_happened(run):
    values = run("history", START + """
      const list = [[1, { a: 5 }], [2, { inject: { kind: 'crash', index: 3 } }], [2.5, { a: 6 }]];
      return [0.5, 1, 2, 2.4999, 9].map((t) => {
        const { values, broken, undo } = m.fold(start, m.until(list, t));
        return [values.a, [...broken.values()].map((fault) => fault.index), undo.length];
      });""")  # fmt: skip
    assert values == [[1, [], 0], [5, [], 1], [5, [3], 2], [6, [3], 3], [6, [3], 3]]


def test_a_spike_is_taken_back_for_the_rest_of_its_time(run):
    faults = run("history", START + """
      const spiked = m.fold(start, [[10, { inject: { kind: 'traffic_spike', factor: 4, for_s: 20 } }]]);
      return [15, 40].map((t) => m.undoing(spiked, t)[0][0].inject);""")  # fmt: skip
    assert faults == [
        {"kind": "traffic_spike", "factor": 0.25, "for_s": 15},
        {"kind": "traffic_spike", "factor": 1, "for_s": 0.001},
    ]


def test_a_lost_cache_node_is_brought_back_where_it_was(run):
    back = run("history", START + """
      const lost = [[1, { inject: { kind: 'lose_cache_node', index: 2 } }]];
      const back = [2, { inject: { kind: 'recover', tier: 'cache', index: 2 } }];
      return [m.undoing(m.fold(start, lost), 3)[0][0], m.fold(start, [...lost, back]).broken.size];""")  # fmt: skip
    assert back == [{"inject": {"kind": "recover", "tier": "cache", "index": 2}}, 0]


COUNTS = """const chunk = (from, to, saved, step = 0.5) => ({ from_s: from, to_s: to,
    counts: { step_s: step, every: 1, saved, hurt: saved.map(() => 1), both: saved.map(() => 10) } });
  const tally = new m.Tally();"""


def test_the_tally_adds_up_and_what_a_chunk_covers_is_counted_once(run):
    told = run("tally", COUNTS + """
      tally.merge(chunk(10, 12, [1, 2, 3, 4]), 10); tally.merge(chunk(12, 13, [5, 6]), 10);
      const before = tally.at(13); tally.merge(chunk(11, 12, [0, 0]), 10);
      return [before.saved, before.hurt, before.both, tally.at(12).saved, tally.at(11).saved, tally.at(99).saved, tally.edge(11.7)];
    """)  # fmt: skip
    assert told == [21, 6, 60, 3, 3, 3, 11.5]


def test_where_counts_are_missing_counting_begins_anew_and_says_since_when(run):
    told = run("tally", COUNTS + """
      tally.merge(chunk(10, 11, [1, 2]), 10); tally.merge(chunk(20, 21, [7, 8]), 10);
      return [tally.at(21).saved, tally.at(21).since, tally.at(15)];""")  # fmt: skip
    assert told == [15, 20, None]


def test_the_tally_stays_small_and_exact(run):
    told = run("tally", COUNTS + """
      for (let t = 0; t < 4000; t += 4) tally.merge(chunk(t, t + 4, Array(40).fill(1), 0.1), 0);
      const kept = new m.Tally(JSON.parse(JSON.stringify(tally.list)), tally.every);
      return [tally.list.length, kept.at(4000).saved, kept.at(4000).since];""")  # fmt: skip
    assert told[0] < 2_000
    assert told[1:] == [40_000, 0]


def test_the_sentence_of_both_runs(run):
    said = run("pin", """const told = (saved, hurt, every = 1) =>
        m.sentence({ at: 24 }, { since: 24, saved, hurt, both: 48210, every });
      return [told(1204, 11), told(0, 0), told(1204, 11, 3), m.sentence({ at: 24 }, null)];""")  # fmt: skip
    assert said[0] == "1,204 requests saved, 11 hurt, of 48,210 since 00:24: those answered in one design only."
    assert "No request saved, none hurt" in said[1]
    assert said[2].startswith("About 1,204 requests saved, about 11 hurt")
    assert "one request in 3" in said[2]
    assert "change something" in said[3]


@pytest.mark.parametrize(
    ("call", "note"),
    [
        ("80, 54, 1", ["▲ 26 against pinned", "bad"]),
        ("54, 80, 1", ["▼ 26 against pinned", "good"]),
        ("80, 77, 1", ["▲ 3 against pinned", ""]),
        ("80, 80.04, 1", ["as pinned", ""]),
        ("1800, 2000, -1", ["▼ 200 against pinned", ""]),
        ("1000, 2000, -1", ["▼ 1,000 against pinned", "bad"]),
        ("0.12, 0.02, 1, 100", ["▲ 10 against pinned", "bad"]),
        ("null, 80, 1", None),
    ],
)
def test_the_difference_to_the_pinned_design(run, call, note):
    assert run("pin", f"return m.against({call});") == note


def test_who_comes_back_finds_the_run_a_minute_on_at_most(run):
    t = run("clock", """const away = (speed, playing, seconds) => {
        const clock = new m.Clock(10, speed, playing);
        clock.leave(100); clock.leave(101); clock.back(100 + seconds, 1000);
        return clock.t;
      };
      return [away(1, true, 5), away(1, true, 3600), away(0.1, true, 5), away(20, true, 5), away(1, false, 5)];""")  # fmt: skip
    assert t == [15, 70, 10.5, 15, 10]


LINK = """const sent = [], told = [];
  const link = new m.Link({ limits: { changes: 50, run_s: 1000 }, send: (ask) => sent.push(ask), onChunk: (c) => told.push(c.n),
    onProblem() {}, onNewRun() {} });
  const at = (t, wall, until = 100) => ({ t, until, speed: 1, playing: true, wall });
  const answer = (n, wall) => link.take({ echo: sent.at(-1).id, n }, wall);"""


def test_a_slow_server_loses_pictures_but_no_move(run):
    asks, values = run("link", LINK + """
      for (let k = 0; k < 40; k++) {
        link.change(5 + k, { [`p${k}`]: k }, k); link.pump(at(5 + k, k));
        if (k % 10 === 9) answer(k, k);
      }
      link.pump(at(45, 41));
      return [sent.length, sent.at(-1).changes.map(([, change]) => Object.values(change)[0])];""")  # fmt: skip
    assert asks < 40
    assert values == list(range(40))


def test_a_move_after_a_rewind_takes_the_place_of_what_came_later(run):
    changes = run("link", LINK + """
      link.change(5, { a: 1 }, 0); link.change(9, { b: 2 }, 5); link.change(7, { c: 3 }, 20);
      return link.changes;""")  # fmt: skip
    assert changes == [[5, {"a": 1}], [7, {"c": 3}]]


def test_what_was_asked_before_the_clock_went_elsewhere_is_not_shown(run):
    told = run("link", LINK + """
      link.pump(at(50, 0, 50)); link.elsewhere(); link.pump(at(3, 0.1, 0)); const gated = sent.length; answer('old', 0.2);
      link.pump(at(3, 0.3, 0)); answer('new', 0.4);
      return [gated, sent.map((ask) => ask.from_s), told];""")  # fmt: skip
    assert told == [1, [50, 0], ["new"]]


def test_what_takes_long_is_asked_again_less_and_less_often(run):
    times = run("link", LINK + """
      const when = [];
      for (let wall = 0; wall < 100; wall += 0.5) {
        const before = sent.length;
        link.pump(at(50, wall, 50));
        if (sent.length > before) when.push(wall);
      }
      return when;""")  # fmt: skip
    assert times == [0, 4, 12, 28, 60, 92]


def test_a_pin_goes_with_every_ask_for_the_run(run):
    asks = run("link", LINK + """
      link.pin = { at: 4, values: { 'servers.count': 6 } };
      link.pump(at(50, 0, 50)); answer(1, 1); link.wish('experiment', {}, () => {}); link.pump(at(50, 2));
      return sent.map((ask) => ask.pin ?? null);""")  # fmt: skip
    assert asks == [[4, {"servers.count": 6}], None]


def test_the_line_is_late_before_it_is_lost(run):
    states = run("connection", "return [m.lineState(1, true), m.lineState(5, true), m.lineState(20, true), m.lineState(0, false)];")
    assert states == ["", "late", "lost", "lost"]


@pytest.mark.parametrize(("answered", "loads"), [(True, 0), (False, 1)])
def test_a_server_that_does_not_know_the_page_gets_it_anew(run, answered, loads):
    said = run("connection", f"""
      const link = {{ answers: 0, flight: {{}}, again() {{ this.asked = true; }} }};
      const done = [];
      const real = window.setTimeout;
      window.setTimeout = (call) => {{ if ({str(answered).lower()}) link.answers++; call(); }};
      m.keepAsking(link, () => done.push('saved'), () => done.push('loaded'))(true);
      window.setTimeout = real;
      return [link.asked, done];""")  # fmt: skip
    assert said == [True, ["saved", "loaded"] * loads]


def test_what_was_drawn_is_drawn_again_after_a_rewind(run):
    ids = run("store", """const store = new m.Store();
      const move = (id, sent, ended) => store.moves.set(id, { id, sent, ended });
      move(1, 1, 2); move(2, 50, 51); move(3, 130, 131);
      for (const one of [...store.moves.values()]) store.retire(one);
      store.rewind(125);
      return [[...store.moves.keys()].sort(), [...store.gone.keys()]];""")  # fmt: skip
    assert ids == [[3], [1, 2]]
