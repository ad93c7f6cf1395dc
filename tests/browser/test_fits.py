"""That what is drawn has room where it is drawn, at the scale that the course leads to."""

import pytest

LARGEST = "challenge?v=1&traffic.rate=200000&servers.count=400&database.replicas=20"
OUTSIDE = """() => [...document.querySelectorAll('.stage .plot[data-chart]')].flatMap((plot) => {
  const frame = plot.getBoundingClientRect();
  const outside = ({ left, right, top, bottom }) =>
    left < frame.left || right > frame.right || top < frame.top - 2 || bottom > frame.bottom; // a line is taller than its digits
  return [...plot.querySelectorAll('text')].filter((one) => outside(one.getBoundingClientRect())).map((one) => one.textContent);
})"""
FEDERATED = "replication?v=1&database.federated=on&database.shards=2&database.replicas=1"
CUT = """() => [...document.querySelectorAll('.node :is(.name, .state)')].filter((one) => one.scrollWidth > one.clientWidth)
  .map((one) => one.textContent)"""
TOLD = """() => /answered 1\\d\\d,\\d{3}/.test(document.querySelector('[data-chart=answered]').getAttribute('aria-label'))
  && document.querySelector('[data-chart=answered] .textpoint')"""


@pytest.mark.parametrize("width", [1440, 390])
def test_at_200_000_requests_a_second_no_number_is_cut(visit, width):
    page = visit(width, 4000, path=LARGEST)
    page.wait_for_function(TOLD)
    assert page.locator(".node.database .state").inner_text().startswith("21 nodes · ")
    assert page.evaluate(f"() => [({OUTSIDE})(), ({CUT})()]") == [[], []]


def test_what_a_group_of_nodes_says_stands_beside_its_name(visit):
    page = visit(path=FEDERATED)
    page.wait_for_selector(".node.database .name:has-text('Media shard 2')")
    assert page.evaluate(CUT) == []


def test_a_load_far_above_the_curve_is_told_within_the_chart(visit):
    page = visit(390, 4000, path="vertical-scaling?v=1&traffic.rate=50000")
    page.wait_for_selector("[data-chart=capacity] .annotation-text:has-text('asked')")
    assert page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize(("servers", "databases"), [(1, 1), (1, 2), (12, 1), (12, 9)])
@pytest.mark.parametrize("pops", [[], ["p0"]])
def test_how_many_wait_stands_beside_the_boxes(run, servers, databases, pops):
    under = run("picture", f"""
      const {{ layout }} = await import('/app/static/stage/layout.js');
      const ids = (letter, count) => [...Array(count).keys()].map((i) => letter + i);
      const [servers, databases] = [ids('s', {servers}), ids('d', {databases})];
      const groups = [{{ label: '', ids: databases }}];
      const plan = layout(866, 352, {{ servers, pops: {pops}, caches: [], groups, balancer: true }});
      const node = (tier) => (id, index) => ({{ id, tier, index, waiting: 262530, up: true, part: true, seen: true }});
      const picture = new m.Picture();
      picture.arrange(plan);
      const list = [...servers.map(node('servers')), ...databases.map(node('database'))];
      Object.assign(picture, {{ still: true, colors: {{}}, list }});
      const c = picture.canvas.getContext('2d');
      const written = [];
      c.fillText = (words, x, y) => {{
        const wide = c.measureText(words).width;
        const left = x - {{ left: 0, center: wide / 2, right: wide }}[c.textAlign];
        written.push([words, left, left + wide, y]);
      }};
      picture.draw({{ moves: new Map() }}, 0, 1);
      const covers = ([, left, right, y]) => (box) => left < box.x + box.w && right > box.x && y - 8 < box.y + box.h && y > box.y;
      return [written.length, written.filter((one) => [...plan.boxes.values()].some(covers(one)))];""")  # fmt: skip
    assert under == [servers + databases, []]


def test_on_a_phone_how_many_wait_stands_beside_the_way_which_goes_down_the_middle(run):
    left = run("picture", """
      const picture = new m.Picture();
      const box = { x: 110, y: 540, w: 170, h: 56 };
      Object.assign(picture, { colors: {}, plan: { boxes: new Map([['s0', box]]), vertical: true }, boxes: [box] });
      picture.list = [{ id: 's0', tier: 'servers', waiting: 7500, part: true, up: true, full: false }];
      const c = picture.canvas.getContext('2d');
      let left = null;
      c.fillText = (words, x) => { left = x - c.measureText(words).width * { left: 0, center: 0.5, right: 1 }[c.textAlign]; };
      picture.queues(c);
      return left - (box.x + box.w / 2);""")  # fmt: skip
    assert left > 10, "marks are some 8 px wide"
