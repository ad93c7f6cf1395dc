"""The stage's pure modules, run where they live: merging chunks, legs of a request, stops of a slider, thinning of changes."""

import pytest

CHUNK = """const chunk = (from, to, rate, ids) => ({ from_s: from, to_s: to, sentences: [[to, 'k', `at ${to}`]],
  pieces: [{ from_s: from, to_s: to, step_s: 0.5, window_s: 1, nodes: {},
    series: { offered_rate: Array(Math.ceil((to - from) / 0.5)).fill(rate) } }],
  moves: { every: 1, ada: [], id: ids,
    server: ids.map(() => 0), db: ids.map(() => 0), hit: ids.map(() => -1), outcome: ids.map(() => 0),
    sent: ids.map(() => 0), dispatched: ids.map(() => 12000), cpu_at: ids.map(() => 12000), cpu_done: ids.map(() => 15000),
    db_at: ids.map(() => 15000), db_done: ids.map(() => 20000), left: ids.map(() => 20000), ended: ids.map(() => 32000) } });
  const store = new m.Store();"""


def test_a_new_chunk_replaces_what_it_covers_and_keeps_the_past(run):
    rows = run("store", CHUNK + """
      store.merge(chunk(0, 2, 10, [1])); store.merge(chunk(2, 4, 10, [2])); store.merge(chunk(1.25, 3, 99, [3]));
      return [store.rows.map((row) => [row.t, m.value(row, 'offered_rate')]), store.until, store.sentence(3)[2]];""")  # fmt: skip
    assert rows == [[[0.5, 10], [1, 10], [1.75, 99], [2.25, 99], [2.75, 99], [3, 99]], 3, "at 3"]


def test_moves_that_a_new_chunk_does_not_know_are_gone_unless_they_ended_before(run):
    ids = run("store", CHUNK + """
      store.merge(chunk(0, 2, 10, [1])); store.merge(chunk(2, 4, 10, [2])); store.merge(chunk(1, 3, 10, [3]));
      return [...store.moves.keys()].sort();""")  # fmt: skip
    assert ids == [1, 3]


MOVE = """const move = (more) => ({ server: 0, db: 0, hit: -1, outcome: 0, sent: 0, dispatched: 0.012, cpuDone: 0.02, dbAt: 0.02,
  dbDone: 0.03, left: 0.03, ended: 0.042, ...more });"""


def test_at_a_slow_pace_a_request_is_drawn_at_its_real_instants(run):
    legs = run("moves", MOVE + "return m.legs(move({}), 0.001).map((leg) => [leg.kind, leg.from, leg.to]);")
    assert legs[0] == ["out", 0, 0.012]
    assert legs[-1] == ["back", pytest.approx(0.03, abs=1e-3), pytest.approx(0.042, abs=1e-3)]


def test_at_full_pace_no_leg_is_too_short_to_be_seen(run):
    legs = run("moves", MOVE + "return [m.legs(move({}), 1).map((leg) => leg.to - leg.from), m.LEAST_S];")
    assert [round(length, 6) for length in legs[0]] == [legs[1][name] for name in ("out", "inner", "inner", "back")]


def test_a_request_that_gave_up_goes_on_as_work_for_nobody(run):
    kinds = run("moves", MOVE + "return m.legs(move({ outcome: 1, ended: 0.015 }), 1).map((leg) => leg.kind);")
    assert "gave-up" in kinds
    assert "inward" in kinds
    assert "back" not in kinds


@pytest.mark.parametrize(("outcome", "server", "last"), [(2, 0, "back"), (3, 0, "back"), (4, -1, "from-balancer")])
def test_a_refusal_comes_back_from_where_it_happened(run, outcome, server, last):
    change = f"outcome: {outcome}, server: {server}, cpuDone: Infinity, dbAt: Infinity, dbDone: Infinity, left: 0.012, ended: 0.024"
    kinds = run("moves", MOVE + f"return m.legs(move({{ {change} }}), 1).map((leg) => leg.kind);")
    assert kinds[-1] == last
    assert "inward" not in kinds


def test_a_logarithmic_slider_stops_at_round_numbers_from_end_to_end(run):
    stops = run("controls", "return m.stops({ low: 50, high: 20000, step: 1, scale: 'log', whole: false });")
    assert (stops[0], stops[-1]) == (50, 20_000)
    assert {100, 1_000, 2_000, 10_000} <= set(stops)
    assert stops == sorted(set(stops))
    assert max(later / earlier for earlier, later in zip(stops, stops[1:])) < 1.11


def test_a_linear_slider_stops_at_its_steps(run):
    assert run("controls", "return m.stops({ low: 1, high: 4, step: 1, scale: 'linear', whole: true });") == [1, 2, 3, 4]


def test_what_is_no_number_of_a_control_is_known(run):
    spec = "{ low: 0, high: 0.5, most: 1, unit: '%', whole: false }"
    told = run("format", f"return ['abc', '', '-1', '101', '100', '0', '12.5 %'].map((one) => m.outside({spec}, one));")
    assert told == [True, True, True, True, False, False, False]


def test_the_rate_above_the_title_is_the_one_that_is_set_while_chance_explains_the_measured_one(run):
    """Four standard deviations of 69 arrivals in a second are 33."""
    calls = "m.rateTold(69, 77, 1), m.rateTold(69, 110, 1), m.rateTold(69, 110, 1, 4), m.rateTold(undefined, 77, 1)"
    assert run("format", f"return [{calls}];") == [69, 110, 69, 77]


def test_a_group_of_nodes_says_less_where_there_is_less_room(run):
    node = "{ id: 'd-1', tier: 'database', merged: true, size: 3, busy: 8.6, group: 0 }"
    facts = "{ functions: [''], shards: 3, replicas: 2 }"
    calls = ", ".join(
        f"m.told({node}, {facts}, {box}).state"
        for box in ("{ w: 170 }", "{ w: 128 }", "{ w: 97 }", "{ compact: true }", "{ compact: true, tight: true }")
    )
    assert run("words", f"return [{calls}];") == ["3 nodes · 9 % busy", "3 · 9 % busy", "9 % busy", "9 %", "9 %"]


def test_a_server_says_less_where_there_is_less_room(run):
    node = "{ id: 's0', tier: 'servers', part: true, up: true, seen: true, busy: 99.7, waiting: 2012 }"
    calls = ", ".join(f"m.told({node}, {{}}, {box}).state" for box in ("{ w: 178 }", "{ w: 145 }", "{ w: 178, compact: true }"))
    assert run("words", f"return [{calls}];") == ["100 % busy · queue 2.0k", "100 % · queue 2.0k", "100 %"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ("{ 'client.timeout_ms': 1000, 'client.retries': 3 }", ["1,000 ms", True, "3"]),
        ("{ 'client.timeout_ms': null }", [None, True, "0"]),
        ("{ 'client.timeout_ms': 9, 'traffic.cohorts': ['22-1000-0-none-500', '2-1000-3-none-500'] }", ["1,000 ms", True, "0–3"]),
        ("{ 'traffic.cohorts': ['1-5000-2-none-500', '1-500-2-none-500', '1-1000-2-none-500'] }", ["500–5,000 ms", False, "2"]),
        ("{ 'traffic.cohorts': ['1-none-2-none-500', '1-500-2-none-500'] }", ["500–∞ ms", False, "2"]),
    ],
)
def test_clients_wait_as_long_as_their_class_chose(run, values, told):
    facts = f"m.factsOf({{ row: () => null }}, 0, {values}, [])"
    assert run("facts", f"const facts = {facts}; return [facts.timeout, facts.alike, facts.retries];") == told


def test_whole_numbers_stand_without_a_fraction(run):
    assert run("format", "return [0, 4, 4.02, 0.25, 12.6, 1204].map((one) => m.short(one));") == [
        "0", "4", "4.0", "0.25", "13", "1,204",
    ]  # fmt: skip


LINK = """const sent = [];
  const link = new m.Link({ limits: { changes: 5, run_s: 1000 }, send: (ask) => sent.push(ask), onChunk() {}, onProblem() {},
    later: (work) => work(), onNewRun: (values) => sent.push(values) });
  const at = (t, wall) => ({ t, until: 100, speed: 1, playing: true, wall });"""


def test_moves_of_one_slider_are_thinned_to_four_a_second_and_the_last_one_counts(run):
    changes = run("link", LINK + """
      for (let k = 0; k <= 20; k++) link.change(5 + k / 20, { 'traffic.rate': k }, k / 20);
      return link.changes;""")  # fmt: skip
    assert len(changes) <= 5
    assert changes[-1][1] == {"traffic.rate": 20}


def test_one_ask_is_in_flight_and_nothing_is_lost(run):
    asks = run("link", LINK + """
      link.change(5, { a: 1 }, 0); link.pump(at(5, 0)); link.change(5.1, { b: 2 }, 0.1); link.pump(at(5.1, 0.1));
      const before = sent.length;
      link.take({ echo: 'somebody else' }, 0.2); link.pump(at(5.2, 0.2)); const still = sent.length;
      link.take({ echo: sent[0].id }, 0.3); link.pump(at(5.3, 0.3));
      return [before, still, sent.map((ask) => [ask.from_s, ask.changes.length])];""")  # fmt: skip
    assert asks == [1, 1, [[5, 1], [5.1, 2]]]


def test_an_ask_without_an_answer_is_sent_again(run):
    asks = run("link", LINK + """
      link.change(5, { a: 1 }, 0); link.pump(at(5, 0)); link.pump(at(5, 1)); link.pump(at(5, 9));
      return sent.map((ask) => ask.from_s);""")  # fmt: skip
    assert asks == [5, 5]


def test_a_wish_waits_for_the_change_and_is_asked_again_when_it_got_lost(run):
    asks, told = run("link", LINK + """
      const told = [], take = (got) => told.push(got.experiment ?? got.problem);
      const want = (a) => link.wish('experiment', { experiment: { a } }, take);
      link.change(5, { a: 1 }, 0); want(1); link.pump(at(5, 0));
      link.take({ echo: sent[0].id }, 0.1); link.pump(at(5, 0.2)); link.pump(at(5, 9));
      link.take({ echo: sent[1].id, experiment: 'late' }, 9.1);
      link.take({ echo: sent[2].id, experiment: 'in time' }, 9.2);
      want(2); link.pump(at(5, 10)); link.take({ echo: sent.at(-1).id, problem: 'no' }, 10.1);
      return [sent.map((ask) => ask.experiment ?? ask.from_s), told];""")  # fmt: skip
    assert asks == [5, {"a": 1}, {"a": 1}, {"a": 2}]
    assert told == ["in time", "no"]


@pytest.mark.parametrize("took_s", [0.1, 0.9])
def test_while_a_slider_is_dragged_changes_and_wishes_take_turns(run, took_s):
    asks = run("link", LINK + f"""
      for (let k = 0; k < 5; k++) {{
        link.change(5, {{ a: k }}, k); link.wish('experiment', {{ experiment: {{ a: k }} }}, () => {{}});
        link.pump(at(5, k)); link.take({{ echo: sent.at(-1).id }}, k + {took_s});
      }}
      return sent.map((ask) => ask.experiment?.a ?? 'live');""")  # fmt: skip
    assert asks == ["live", 1, "live", 3, "live"]


@pytest.mark.parametrize(("took_s", "order"), [(0.1, ["experiment", "live"]), (1.0, ["live", "experiment"])])
def test_an_experiment_that_is_soon_answered_goes_before_a_move_that_finds_nothing_on_its_way(run, took_s, order):
    asks = run("link", LINK + f"""
      let wall = 0, known = 100;
      const take = () => link.take({{ echo: sent.at(-1).id }}, wall);
      const answer = (s) => {{ link.pump({{ ...at(5, wall), until: known }}); wall += s; take(); }};
      const move = (a) => {{ link.change(5, {{ a }}, wall); link.wish('experiment', {{ experiment: {{ a }} }}, () => {{}}); }};
      move(1); answer(0.1); answer({took_s}); wall += 9;
      known = 5; answer(0.1); known = 100; // the next stretch of a live run that nobody touches
      move(2); answer(0.1); answer(0.1);
      return sent.map((ask) => (ask.experiment ? 'experiment' : 'live'));""")  # fmt: skip
    assert asks == ["live", "experiment", "live", *order]


def test_the_next_ask_goes_before_what_was_wished_for_is_drawn(run):
    told = run("link", """const told = [];
      const link = new m.Link({ limits: { changes: 5, run_s: 1000 }, send: () => told.push('ask'), onFree: () => told.push('free'),
        later: (work) => { told.push('later'); work(); } });
      link.wish('experiment', {}, () => told.push('drawn')); link.pump({ t: 5, until: 100, speed: 1, playing: true, wall: 0 });
      link.take({ echo: link.flight.id }, 0.1); return told;""")  # fmt: skip
    assert told == ["ask", "free", "later", "drawn"]


def test_after_the_reply_to_a_move_the_live_run_asks_on_only_when_there_is_no_other_move_soon(run):
    asks = run("link", LINK + """
      const known = (t, until, wall) => ({ t, until, speed: 1, playing: true, wall });
      link.change(5, { a: 1 }, 0); link.pump(known(5, 9, 0)); link.take({ echo: sent[0].id }, 0.1);
      link.pump(known(5.1, 6.6, 0.1)); const soon = sent.length;
      link.pump(known(5.5, 6.6, 0.5)); link.take({ echo: sent[1].id }, 0.6);
      link.pump(known(7.5, 8.6, 2.6)); return [soon, sent.map((ask) => [ask.from_s, ask.length_s])];""")  # fmt: skip
    assert asks == [1, [[5, pytest.approx(1.6)], [6.6, 2], [8.6, 4]]], "while somebody moves things, little is worked out in vain"


def test_an_ask_that_nobody_answers_is_asked_again_and_one_that_is_wrong_is_not(run):
    told = run(
        "asks",
        """
      const told = [], answers = [
        () => { throw new TypeError('no line'); }, () => new Response('{}', { status: 503 }),
        () => new Response('{"problem": "no"}', { status: 400 }), () => new Response('{"n": 1}'),
      ];
      [window.fetch, Math.random] = [async () => answers.shift()(), () => 0];
      const asks = new m.Asks('x', { onAnswer: (chunk) => told.push(chunk), onLost: (id) => told.push(`${id} again`) });
      for (const id of ['a', 'b', 'c', 'd']) {
        await asks.send({ id });
        await new Promise((done) => setTimeout(done, 600));
      }
      return told;""",
    )
    assert told == ["a again", "b again", {"echo": "c", "problem": "no"}, {"echo": "d", "n": 1}]


def test_a_newer_ask_ends_the_one_that_is_on_its_way(run):
    told = run(
        "asks",
        """
      const told = [];
      window.fetch = (_, { body, signal }) => new Promise((done, fail) => {
        signal.onabort = () => fail(signal.reason);
        if (JSON.parse(body).id === 'b') done(new Response('{}'));
      });
      const asks = new m.Asks('x', { onAnswer: (chunk) => told.push(chunk.echo), onLost: (id) => told.push(`${id} again`) });
      const first = asks.send({ id: 'a' });
      await Promise.all([first, asks.send({ id: 'b' })]);
      await new Promise((done) => setTimeout(done, 900));
      return told;""",
    )
    assert told == ["b"]


def test_what_is_no_longer_wished_for_is_not_asked_again_and_its_answer_is_nobodys(run):
    asks, told = run("link", LINK + """
      const told = []; link.wish('point', { point: {} }, () => told.push('point'));
      link.pump(at(5, 0)); link.unwish('point'); link.take({ echo: sent[0].id }, 0.1); link.pump(at(5, 0.2));
      link.wish('point', { point: {} }, () => told.push('again')); link.pump(at(5, 1)); link.unwish('point'); link.pump(at(5, 9));
      return [sent.length, told];""")  # fmt: skip
    assert (asks, told) == (2, [])


def test_at_the_bound_of_changes_a_new_run_begins(run):
    last = run(
        "link", LINK + "for (let k = 0; k < 6; k++) link.change(k, { ['p' + k]: k }, k); return [link.changes.length, sent];"
    )
    assert last == [5, [{"p5": 5}]]


def test_after_a_problem_nothing_is_asked_until_the_person_does_something(run):
    asks = run("link", LINK + """
      const late = (wall) => ({ t: 5, until: 5, speed: 1, playing: true, wall });
      link.pump(late(0)); link.take({ echo: sent[0].id, problem: 'no' }, 0.1); link.pump(late(0.2)); link.pump(late(9));
      const held = sent.length; link.change(5, { a: 1 }, 10); link.pump(late(10));
      return [held, sent.length];""")  # fmt: skip
    assert asks == [1, 2]


def test_after_a_move_readings_rest_three_times_as_long_as_drawing_them_takes(run):
    due = run("screen", """
      const screen = new m.Screen();
      Object.assign(screen, { reading: { t: 4 }, soon: 11, last: { reading: 10 } });
      const at = (drawingS) => [0.11, 0.19, 0.21].map((s) => (Object.assign(screen, { drawingS }), screen.another({}, 5, 10 + s)));
      return [at(0), at(0.05)];""")  # fmt: skip
    assert due == [[True, True, True], [False, False, True]], "10 a second at most, and every 0.2 s where one takes 50 ms"


def test_a_server_stays_full_until_it_has_clearly_room_again(run):
    states = run("reading", """let full = new Set();
      return [80, 94, 95, 94, 89, 88, 87, 94, 100].map((busy) => {
        full = m.saturated([{ id: 's2', busy }], full);
        return full.has('s2');
      });""")  # fmt: skip
    assert states == [False, False, True, True, True, True, False, False, True]


def test_the_wording_is_what_remains_without_numbers(run):
    same, other = run("reading", """const said = (busy, queue) => `It is ${busy} % busy, its queue was ${queue} long.`;
      return [m.wording(said(97, 'twelve')) === m.wording(said(100, '1,204')), m.wording('Calm.') === m.wording('Busy.')];
    """)  # fmt: skip
    assert same
    assert not other


READ = """const { Store } = await import('/app/static/stage/store.js');
  const chunk = { from_s: 0, to_s: 2, moves: { every: 1, ada: [], id: [] }, pieces: [{ from_s: 0, to_s: 2, step_s: 0.5, window_s: 1,
    series: { offered_rate: [10, 20, 30, 40] },
    nodes: { id: ['s0'], tier: ['servers'], index: [0], group: [-1], member: [0], primary: [[0]],
      busy: [[0, 50, 90, 100]], waiting: [[0, 2, 6, 8]], taken: [[1, 2, 3, 4]],
      up: [[1, 1, 1, 1]], seen: [[1, 1, 1, 1]], part: [[1, 1, 1, 1]] } }],
    sentences: [[0.5, 'a', 'one', null], [1.5, 'b', 'two', { busy: [71], waiting: [4.2], taken: [10.5] }]] };
  const store = new Store(); store.merge(chunk);"""


def test_a_reading_is_of_one_instant_with_words(run):
    told = run("reading", READ + """const told = m.readingAt(store, 1.99, null);
      return [told.t, told.row.k, told.words, told.nodes[0].busy, told.nodes[0].waiting, told.nodes[0].taken];""")  # fmt: skip
    assert told == [1.5, 2, "two", 71, 4.2, 10.5]


def test_without_means_of_its_own_a_reading_averages_the_rows_of_its_window(run):
    # Of the one row there is: 1 in half a second.
    told = run("reading", READ + "const { t, nodes } = m.readingAt(store, 1.2, null); return [t, nodes[0].busy, nodes[0].taken];")
    assert told == [0.5, 0, 2]


def test_smoothed_boxes_average_what_waited_over_the_rows(run):
    told = run("store", READ + "const [node] = m.nodes(store.between(1, 2)); return [node.busy, node.waiting, node.taken];")
    assert told == [95, 7, 7]
