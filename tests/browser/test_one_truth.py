"""What stands on the screen at one instant is one truth: the strip, the labels in the charts, the bars and the sentence."""

import re

SHOWN = """() => {
  const texts = (query) => [...document.querySelectorAll(query)].map((element) => element.textContent.trim());
  const tile = (name) => document.querySelector(`[data-name=${name}] .big`).textContent;
  return {
    reading: document.querySelector('.stage').dataset.reading,
    strip: { p50: tile('latency_p50_ms'), p95: tile('latency_p95_ms'), p99: tile('latency_p99_ms') },
    ends: texts('[data-chart=latency] .textpoint text').filter((words) => /^p\\d+ /.test(words)),
    loads: texts('[data-chart=load] .textpoint text'),
    boxes: texts('.node.servers .state'),
    kicker: document.querySelector('.kicker').textContent,
    asked: document.querySelector('.node.clients .state').textContent,
    looks: [...document.querySelectorAll('.node.servers')].map((node) => node.dataset.look),
    bars: [...document.querySelectorAll('[data-chart=load] .bars .point path')].map((bar) => bar.style.fill),
    said: document.querySelector('.said > span').textContent,
  };
}"""
READY = """() => document.querySelectorAll('[data-chart=load] .textpoint text').length === 4
  && [...document.querySelectorAll('[data-chart=latency] .textpoint text')].some((one) => /^p99/.test(one.textContent.trim()))
  && Number(document.querySelector('.stage').dataset.reading) > 3"""


def check(shown):
    """Every number that stands in two places is the same in both."""
    assert sorted(shown["ends"]) == sorted(f"{name} {value}" for name, value in shown["strip"].items())
    busy = [int(re.search(r"· (\d+) %", label).group(1)) for label in shown["loads"]]
    assert [int(re.match(r"(\d+) % busy", words).group(1)) for words in shown["boxes"]] == busy
    asked, above = (int(re.match(r"[\d,]+", shown[name]).group().replace(",", "")) for name in ("asked", "kicker"))
    assert above == 1_800, "what is set"
    assert abs(asked - above) <= 4 * above**0.5, "what arrived in a second"
    slow = re.search(r"Server 3 works at .* (\d+) % busy", shown["said"])
    assert slow, shown["said"]
    assert int(slow.group(1)) == busy[2]


def test_strip_labels_bars_and_sentence_are_of_one_instant(visit):
    page = visit(1440, 1500)
    page.wait_for_function(READY)
    readings = set()
    for _ in range(6):
        page.wait_for_function("(t) => document.querySelector('.stage').dataset.reading !== t", arg=page.evaluate(SHOWN)["reading"])
        shown = page.evaluate(SHOWN)
        readings.add(shown["reading"])
        check(shown)
    assert len(readings) == 6


def test_a_paused_page_is_one_truth_and_stays(visit):
    page = visit(1440, 1500)
    page.wait_for_function(READY)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    first = page.evaluate(SHOWN)
    check(first)
    page.wait_for_timeout(1_500)
    assert page.evaluate(SHOWN) == first


def test_there_are_as_many_squares_as_the_box_says(visit):
    page = visit()
    squares = page.evaluate("""async () => {
      const { Picture } = await import('/app/static/stage/picture.js');
      const picture = new Picture();
      picture.colors = { queue: '#000', red: '#f00' };
      picture.plan = { boxes: new Map([['s0', { x: 200, y: 50, w: 170, h: 58 }]]), vertical: false };
      picture.boxes = [...picture.plan.boxes.values()];
      return [0, 1, 6, 36, 50].map((waiting) => {
        let drawn = 0;
        const words = [];
        picture.list = [{ id: 's0', tier: 'servers', waiting, part: true, up: true, full: false }];
        picture.queues({ fillRect: () => { drawn += 1; }, fillText: (text) => words.push(text) });
        return [drawn, words];
      });
    }""")
    assert squares == [[0, []], [1, []], [6, []], [36, []], [36, ["+14"]]]
