"""Two charts with a curve of theory, on numbers worked by hand: what a machine carries, and the knee."""

import pytest

LAW = "vcpus: [1, 4, 8], rate: [100, 300, 200], peak: [4, 300]"
VIEW = f"""const piece = (from_s, now, law = {{ {LAW} }}) => ({{ from_s, window_s: 1, curves: {{ capacity: {{ ...law, now }} }},
    series: {{ offered_rate: [250, 250], goodput: [90, 95] }} }});
  const row = (t, piece, k = 0) => ({{ t, piece, k }});
  const [before, now] = [piece(0, [1, 100]), piece(10, [8, 200])];
  const rows = [row(0.5, before), row(9, before), row(10.5, now), row(12, now, 1)];
  const view = {{ rows, row: rows[3], pinned: null }};"""


@pytest.fixture
def run(visit):
    """Runs a function of the chart's module in the page and returns what it gives."""
    page = visit(path="vertical-scaling")
    return lambda body: page.evaluate(f"async () => {{ const m = await import('/app/static/stage/capacity.js'); {VIEW} {body} }}")


def test_the_run_stands_beside_the_curve_and_only_windows_of_one_machine_count(run):
    told = run("const { asked, answered, slower, past } = m.capacityOf(view); return { asked, answered, slower, past };")
    assert told == {"asked": 250, "answered": 95, "slower": 4, "past": [[1, 90], [8, 95]]}


def test_points_of_another_law_are_left_out(run):
    past = run("""
      before.curves.capacity.rate = [90, 250, 150];
      return m.capacityOf(view).past;""")
    assert past == [[8, 95]]


def test_where_the_largest_machine_carries_most_none_makes_it_slower(run):
    slower = run("""
      Object.assign(now.curves.capacity, { rate: [100, 300, 400], peak: [8, 400] });
      return m.capacityOf(view).slower;""")
    assert slower is None


def test_the_pinned_design_keeps_its_curve(run):
    ghost = run("view.pinned = { rows: [row(12, before)] }; return m.capacityOf(view).ghost.now;")
    assert ghost == [1, 100]


def test_a_system_without_a_curve_has_nothing_to_draw(run):
    assert run("now.curves = null; return m.capacityOf(view);") is None


def test_the_axis_holds_the_load_unless_it_is_far_above_the_curve(run):
    told = run("""
      const curve = now.curves.capacity;
      return [250, 500, 5000].map((asked) => m.reach({ curve, asked, answered: 95 }));""")
    assert told == [375, 500, 375]


def test_the_chart_follows_the_machine(visit):
    """8 vCPUs: 8 / (6 ms × (1 + 0.02 × 7 + 0.0004 × 56)) = 1,147 a second."""
    page = visit(path="vertical-scaling")
    words = "() => document.querySelector('[data-chart=capacity]').getAttribute('aria-label')"
    page.locator("[data-chart=capacity]").scroll_into_view_if_needed()
    page.wait_for_function(f"() => /4 vCPUs carry 626 requests/.test(({words})())")
    assert "More than 50 vCPUs make it slower." in page.evaluate(words)
    box = page.get_by_role("textbox", name="vCPUs")
    box.fill("8")
    box.press("Enter")
    page.wait_for_function(f"() => /8 vCPUs carry 1,147 requests/.test(({words})())")
    page.get_by_role("button", name="What a machine carries: show the data as a table").click()
    page.wait_for_function("() => /1,147/.test(document.querySelector('.chart.capacity table').textContent)")


def test_the_knee_has_the_expected_curve_beside_the_runs_points(visit):
    page = visit(path="vertical-scaling")
    page.locator("[data-chart=knee]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-chart=knee] .annotation-text:has-text('expected if nobody gives up')")
    page.get_by_role("button", name="Latency against utilisation: show the data as a table").click()
    # At 99 % the mean wait alone is some 160 ms; the run has not been there.
    page.wait_for_function("() => /^99 %/m.test(document.querySelector('.chart.knee table').innerText)")


def test_the_expected_curves_name_makes_way_for_the_newest_point(run):
    places = run("""
      const { labelOf } = await import('/app/static/stage/knee.js');
      const knee = { busy: [0.1, 0.5, 0.9], latency_ms: [10, 40, 200], patient: true };
      return [20, 90].map((now) => labelOf(knee, 100, now, {})).map(({ x, y, text }) => [x, y, text]);""")
    assert places == [[0.5, 80, "expected"], [0.5, 45, "expected"]]
