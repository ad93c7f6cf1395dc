"""What is read off a run, in the browser: its pure modules, run where they live, on numbers that were worked by hand."""

import pytest


def test_bars_of_different_width_are_as_tall_as_they_are_dense(run):
    # Twice as wide on the log scale with twice as many answers is equally dense.
    one, two = run("histogram_chart", "return m.densities([10, 20, 80], [50, 100]);")
    assert one == pytest.approx(two)


def test_parts_follow_each_other_in_time_and_the_network_is_there_and_back(run):
    parts = run("stages", """
      const parts_us = { network: 25, server_queue: 5, server_cpu: 7, failed_attempts: 3 };
      return m.inTime({ there_us: 10, parts_us }).map((part) => [part.stage, part.from, part.us]);""")  # fmt: skip
    assert parts == [
        ["failed_attempts", 0, 3],
        ["network", 3, 10],
        ["server_queue", 13, 5],
        ["server_cpu", 18, 7],
        ["network", 25, 15],
    ]


SLIDER = """{ kind: 'slider', path: 'p', label: 'Servers', unit: '', low: 1, high: 12, most: 300, whole: true, scale: 'linear',
  choices: [] }"""


@pytest.mark.parametrize(
    ("spec", "ends", "values"),
    [
        (SLIDER, "1, 5", [1, 2, 3, 4, 5]),
        (SLIDER, "5, 1", [1, 2, 3, 4, 5]),
        ("{ kind: 'slider', whole: false, scale: 'log', choices: [] }", "1, 10000, 5", [1, 10, 100, 1000, 10000]),
        ("{ kind: 'slider', whole: false, scale: 'linear', choices: [] }", "0, 0.3, 4", [0, 0.1, 0.2, 0.3]),
        ("{ kind: 'switch', choices: [] }", "null, null", [False, True]),
        ("{ kind: 'choice', choices: [['a', 'A'], ['b', 'B']] }", "null, null", ["a", "b"]),
    ],
)
def test_a_sweep_goes_through_values_that_the_control_takes_and_none_twice(run, spec, ends, values):
    assert run("sweep_points", f"return m.valuesOf({spec}, {ends});") == values


def test_a_sweep_has_no_more_points_than_its_bound(run):
    spec = "{ kind: 'slider', whole: true, scale: 'linear', choices: [] }"
    assert len(run("sweep_points", f"return m.valuesOf({spec}, 0, 1e6, 1000);")) == 24


def test_the_first_sweep_is_the_pages_or_one_that_its_controls_allow(run):
    controls = "[{ path: 'traffic.rate', kind: 'slider' }, { path: 'client.retries', kind: 'slider' }]"
    assert run("sweep_points", f"return m.firstSweep({controls}, ['client.retries', 'goodput']);") == ["client.retries", "goodput"]
    assert run("sweep_points", f"return m.firstSweep({controls}, ['servers.count', 'goodput']);") == [
        "traffic.rate",
        "latency_p95_ms",
    ]
    assert run("sweep_points", "return m.firstSweep([{ path: 'x.y', kind: 'slider' }], ['', '']);") == ["x.y", "latency_p95_ms"]


def test_a_curve_is_told_with_what_is_full_and_who_got_nothing(run):
    words = run("sweep_points", f"""
      const point = (value, ms, full, errors) => ({{ value, answer: {{ numbers: {{ latency_p95_ms: [ms, ms && ms - 1, ms && ms + 1],
        error_rate: [errors, null, null] }}, theory: {{}}, simpler: {{}}, full }} }});
      const spec = {SLIDER};
      const curve = m.curveOf([point(1, null, true, 1), point(2, 900, true, 0.2), point(3, 50, false, 0), point(4, 40, false, 0)],
        'latency_p95_ms');
      return m.wordsOf(spec, 'latency_p95_ms', curve);""")  # fmt: skip
    assert words == (
        "p95 latency: 900 ms at 2, 40.0 ms at 4; best 40.0 ms at 4. More than 1 in 20 got no answer at 1, 2: latencies there are "
        "those of the others. Something is full all the time at 2: there the numbers depend on the length of the run."
    )


def test_what_changed_is_told_with_controls_and_effects_that_are_more_than_chance(run):
    words = run("changed", """
      const controls = [{ path: 'servers.count', label: 'Servers', kind: 'slider', unit: '', whole: true }];
      const run = (count, p95, p99) => ({ values: { 'servers.count': count },
        numbers: { latency_p95_ms: p95, latency_p99_ms: p99, error_rate: [0, 0, 0], goodput: [10, 9, 11] } });
      return [m.wordsOf(controls, run(6, [50, 49, 51], [90, 60, 120]), run(4, [120, 110, 130], [95, 70, 120])),
        m.wordsOf(controls, run(4, [50, 49, 51], [90, 60, 120]), run(4, [50, 49, 51], [90, 60, 120])),
        m.wordsOf(controls, run(4, [50, 49, 51], [90, 60, 120]), null)];""")  # fmt: skip
    assert words == [
        "Servers: 4 → 6. p95 latency fell from 120 ms to 50.0 ms.",
        "The controls are as in the run before. No percentile, error ratio or goodput moved by more than chance.",
        "",
    ]


def test_ticks_are_round_numbers(run):
    assert run("svg", "return [m.ticks(0, 100, 5), m.logTicks(20, 1000, 7)];") == [
        [0, 20, 40, 60, 80, 100],
        [20, 50, 100, 200, 500, 1000],
    ]


def test_a_cost_is_compared_with_that_of_the_run_before(run):
    said = run(
        "money", "return [m.change(11, 10), m.change(9, 10), m.change(10, 10.001), m.change(null, 10), m.change(3, undefined)];"
    )
    assert said == ["↑ 10 % against the run before", "↓ 10 % against the run before", "as in the run before", "", ""]


def test_a_dark_drawing_is_light_on_paper(run):
    assert run(
        "exports", "return m.onPaper('a #1a1e25 rgb(232, 234, 237) #6ea2ff', { card: '#1a1e25', ink: '#e8eaed', blue: '#6ea2ff' });"
    ) == ("a #ffffff #1c2128 #2563d0")
