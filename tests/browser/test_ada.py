"""Ada in the live picture: her request is ringed, her line is what the run's log says; the pure parts by numbers worked by hand."""

import re

import pytest

from engine import Simulation
from engine.log import COLUMNS
from tests.dashboard.pages import all_pages

CANVAS = "document.querySelector('.scene canvas')"
TOLD = "() => document.querySelector('.ada').dataset.request !== ''"
INK = """() => {
  // Pixels in the colour of the words: nothing else on the canvas has it.
  const canvas = document.querySelector('.scene canvas');
  const ink = document.createElement('canvas').getContext('2d');
  ink.fillStyle = getComputedStyle(canvas).getPropertyValue('--ink');
  ink.fillRect(0, 0, 1, 1);
  const wanted = ink.getImageData(0, 0, 1, 1).data;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let i = 0; i < data.length; i += 4) if ([0, 1, 2, 3].every((k) => Math.abs(data[i + k] - wanted[k]) < 4)) found++;
  return found;
}"""


@pytest.mark.parametrize("look", ["light", "dark"])
def test_her_request_is_ringed_and_her_line_is_what_the_log_says(visit, look):
    page = visit(color_scheme=look)
    page.wait_for_function(TOLD)
    page.wait_for_function(f"() => {CANVAS}.dataset.ada && ({INK})() > 40", polling=300)
    page.wait_for_function(f"() => {CANVAS}.dataset.ada === '' && ({INK})() === 0", polling=300)
    page.locator(".transport .primary").click()
    line, number = page.evaluate("() => { const p = document.querySelector('.ada'); return [p.innerText, p.dataset.request]; }")
    seconds = float(page.locator(".stage").get_attribute("data-reading")) + 5
    start = next(one.start for one in all_pages() if one.name == "load-balancing")
    rows = Simulation(start, seed=1).advance(seconds, keep_every=1).rows
    row = dict(zip(COLUMNS, next(row for row in rows.tolist() if row[0] == int(number))))
    assert f"user {row['user']:,}" in line
    parts = {
        "in the server’s queue": row["cpu_at"] - row["dispatched"],
        "waiting for the database": row["db_at"] - row["db_queued"] if row["db_node"] >= 0 else 0,
        "network": row["at_balancer"] - row["sent"] + row["ended"] - row["left"],
        "server CPU": row["cpu_done"] - row["cpu_at"],
        "database at work": row["db_done"] - row["db_at"] if row["db_node"] >= 0 else 0,
    }
    told = {words: float(figure.replace(",", "")) for words, figure in re.findall(r"· (?:([^\d·]+) )?([\d,.]+) ms", line)}
    assert told.pop("") == pytest.approx((row["ended"] - row["arrived"]) / 1e6, rel=0.05)
    longest = {max(parts, key=parts.get), max(list(parts)[:2], key=parts.get)}
    assert told == {name: pytest.approx(parts[name] / 1e6, rel=0.05) for name in longest if parts[name]}


MOVE = """const move = (id, ended, ada, more = {}) => ({ id, ada, server: 0, db: 0, hit: -1, outcome: 0, sent: 0, dispatched: 0.012,
  cpuDone: 0.02, dbAt: 0.02, dbDone: 0.03, left: 0.03, ended, ...more });"""


def test_the_line_is_of_the_request_that_came_home_last(run):
    told = run("ada", MOVE + """
      const done = [7, 48000, [['server_queue', 31000]], 1];
      const moves = [move(64, 0.05, done), move(128, 0.06, done), move(192, 0.07, [7]), move(256, 0.2, done)];
      const at = (t, still, ...followed) => m.latest({ moves, t, speed: 0.001, still, followed: new Set(followed) })?.id ?? null;
      return [at(0.04, true), at(0.055, true), at(0.1, true), at(0.2, true), at(0.055, false),
              at(0.2, true, 1, 2), at(0.2, true, 3)];""")  # fmt: skip
    # The third is a first try only; where things move the picture decides, and at a thousandth of the pace it shows real instants.
    # Of those who were followed (the first and the second) it is the last one.
    assert told == [None, 64, 128, 256, 64, 128, 256]


def test_at_full_pace_the_line_waits_until_the_request_is_home_in_the_picture(run):
    told = run("ada", MOVE + """
      const one = [move(64, 0.05, [7, 48000, [], 1])];
      const at = (t, still) => m.latest({ moves: one, t, speed: 1, still, followed: new Set() })?.id ?? null;
      return [at(1, false), at(3, false), at(1, true)];""")  # fmt: skip
    assert told == [None, 64, 64]  # out 0.8 s, to the database and back 0.36 s each, home 0.8 s


def test_one_request_is_ringed_until_it_is_home_and_of_it_the_last_attempt(run):
    chosen = run("ada", """
      const shown = (...list) => list.map(([request, attempt, sent]) => [{ id: 64 * request + attempt, sent }, []]);
      const of = (list, before) => m.ringed(list, before)?.[0].id ?? null;
      return [of(shown([3, 0, 1], [9, 0, 2], [5, 0, 1.5]), null), of(shown([3, 0, 1], [9, 0, 2], [3, 1, 1.8]), 3),
              of(shown([3, 0, 1], [9, 0, 2]), 7), of([], 7)];""")  # fmt: skip
    # Who set out last is seen for longest; whoever is followed stays followed, with her newest try; then it is another's turn.
    assert chosen == [9 * 64, 3 * 64 + 1, 9 * 64, None]


def test_the_line_tells_how_long_it_took_its_longest_wait_and_the_attempts(run):
    lines = run("ada", MOVE + """
      const of = (ada, outcome = 0) => m.told(move(64, 1, ada, { outcome })).join(' · ');
      return [m.told(null).join(''), of([4711, 48000, [['server_queue', 31000]], 1]),
              of([0, 278400, [['network', 254000], ['database_queue', 400]], 1]),
              of([12, 1204000, [['failed_attempts', 1000000]], 3]), of([12, 0, [], 1], 4),
              of([12, 5e5, [['network', 5e5]], 1], 1)];""")  # fmt: skip
    assert lines == [
        "–",
        "user 4,711 · 48 ms · in the server’s queue 31 ms",
        "user 0 · 278 ms · network 254 ms · waiting for the database 0.40 ms",
        "user 12 · 1,204 ms · earlier attempts 1,000 ms · 3 attempts",
        "user 12 · nobody could serve her, 0 ms",
        "user 12 · gave up after 500 ms · network 500 ms",
    ]


def test_a_screen_reader_hears_of_another_outcome_and_not_of_every_request(run):
    heard = run("ada", MOVE + """
      const ada = new m.Ada();
      const now = (outcome, wall) => {
        const moves = [move(64, 1, [5, 30000, [], 1], { outcome })];
        ada.update({ moves, t: 2, speed: 1, still: true, followed: new Set() }, wall);
        return ada.spoken.textContent;
      };
      return [now(0, 0), now(0, 30), now(1, 31), now(2, 40), now(2, 52), now(0, 53)];""")  # fmt: skip
    gave_up, refused = "Ada: user 5 · gave up after 30 ms", "Ada: user 5 · refused after 30 ms"
    assert heard == ["", "", gave_up, gave_up, refused, refused]  # at most every 20 s


def test_the_store_knows_hers_until_they_are_long_past(run):
    known = run("store", """
      const chunk = (from, ids, hers) => ({ from_s: from, to_s: from + 1, sentences: [], pieces: [], moves: { every: 1, id: ids,
        ada: hers.map((id) => [id, 7]),
        ...Object.fromEntries(['server', 'db', 'hit', 'outcome'].map((name) => [name, ids.map(() => 0)])),
        ...Object.fromEntries(['sent', 'dispatched', 'cpu_done', 'db_at', 'db_done', 'left', 'ended'].map((name) =>
          [name, ids.map(() => 1000)])) } });
      const store = new m.Store();
      store.merge(chunk(0, [1, 2], [1]));
      const first = [...store.hers.keys()];
      store.retire(store.moves.get(1));
      store.merge(chunk(1, [3, 4], [4]));
      const both = [...store.hers.keys()];
      store.merge(chunk(1, [3, 4], []));
      const fewer = [...store.hers.keys()];
      store.forget(500);
      return [first, both, fewer, [...store.hers.keys()]];""")  # fmt: skip
    assert known == [[1], [1, 4], [1], []]


def test_no_box_cuts_her_name(run):
    """A box of 60 px at the left covers the picture; her name is about 22 px wide and stands above her, 8 px high."""
    counted = run("ada", """
      const boxes = [{ x: 0, y: 20, w: 60, h: 58 }];
      const colors = { card: '#ffffff', ink: '#000000' };
      const inkAt = (x, y) => {
        const canvas = document.createElement('canvas');
        Object.assign(canvas, { width: 200, height: 130 });
        const c = canvas.getContext('2d');
        m.ring(c, [x, y], colors, boxes);
        const dark = (left, top, wide, tall) => {
          const { data } = c.getImageData(left, top, wide, tall);
          return data.some((v, i) => i % 4 === 3 && v > 128 && data[i - 3] < 128);
        };
        return [dark(x - 12, y - 20, 24, 8), dark(x - 12, y + 12, 24, 8)];
      };
      return [inkAt(100, 49), inkAt(68, 49), inkAt(30, 85), inkAt(100, 15)];""")  # fmt: skip
    # Above where she is free, nowhere where she leaves the box at its side, beneath her below the box and at the picture's edge.
    assert counted == [[True, False], [False, False], [False, True], [False, True]]
