"""A page with a live system: its declaration as a value, and the stage that shows it.

The stage is one component of the browser (dashboard/static/stage); this module gives it the page's description and the begin of its
run, and answers what it asks from then on. Knows nothing of which concept the page teaches.
"""

import gzip
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import streamlit as st

from dashboard import charts, experiment, files, recordings, regions, runs, sharing, staging, words
from dashboard.asks import MAX_CHANGES, MAX_RUN_S, BadAsk, read_ask
from dashboard.catalogue import machines
from dashboard.charts import LAST_S, Chart
from dashboard.controls import Control
from dashboard.goal import Goal
from dashboard.island import destination
from dashboard.lesson.beside import SHELF
from dashboard.lesson.cards import card
from dashboard.lesson.drafts import PREFIX as DRAFT
from dashboard.lesson.who import learner
from dashboard.links import Book
from dashboard.memo import written
from dashboard.once import Once
from dashboard.words import t
from engine.system import System
from engine.system.paths import value_at

LOG = logging.getLogger(__name__)
ASKS = "api/asks"
"""Where the browser asks for all but the begin of the run, below the app's root (`ask_api`)."""
FIRST_S = 24
"""Simulated time of the first chunk, which comes with the page itself: the system has been running for a while when one arrives."""


Pairs = list[tuple[str, str]]
"""The parameters of an address, in their order."""
MAX_DESCRIPTIONS = 200
"""Pages with a draft of a lesson are as many as people write."""
COMPRESSION = 6
_BEGINS = Once(20_000_000)
"""What stages begin with, compressed: some 600 of them."""
_DESCRIPTIONS: dict[tuple[str, ...], dict[str, Any]] = {}
"""What each page's browser must know."""


FIXED = (
    "traffic.functions", "client.timeout_ms", "client.retries", "network.zones", "balancer.algorithm", "servers.count",
    "servers.vcpus", "autoscaler.enabled", "autoscaler.target_utilisation", "cache.nodes", "database.colocated",
    "database.replicas", "database.federated", "network.origin_region",
)  # fmt: skip
"""What the picture must know of a system even where no control shows it."""


@dataclass(frozen=True)
class Page:
    """What a page is: declared in one file a page, without drawing code."""

    name: str
    title: str
    question: str
    start: System
    controls: tuple[Control, ...]
    faults: tuple[str, ...] = ()
    """Names of `faults.KINDS`;"""
    target: str = ""
    """which box they are for at first ("s1", "d0", "c0", "p3")."""
    charts: tuple[Chart, ...] = ()
    tile: str = "load_imbalance"
    """The fifth of the numbers."""
    recordings: bool = False
    worksheet: bool = False
    """Whether users × actions × peak can be set instead of the rate;"""
    catalogue: bool = False
    """whether machines of the price list can be chosen;"""
    goal: Goal | None = None
    """what the running system is held against."""
    sweep: tuple[str, str] = ("", "")
    """The control that a sweep moves at first, and the metric that it draws; empty: what suits the controls."""
    lesson: str = ""
    """The lesson that is played on it;"""
    scenes: Mapping[str, System] = field(default_factory=dict)
    """the systems that it plays, by the names that asks give;"""
    edition: str = ""
    """which edition of the lesson it is."""


@cache
def _stage():
    """The component, registered once. Its code is a static file, because inline code is sent again with every chunk."""
    loader = f"""
const stage = import(new URL("{files.address("stage/stage.js")}", document.baseURI).href);
export default function (component) {{
  let left = false; let leave = null;
  stage.then(async (module) => {{
    const data = await module.unpacked(component.data);
    if (!left) leave = module.mount(component, data);
  }});
  return () => {{ left = true; leave?.(); }};
}}"""
    return st.components.v2.component("stage", js=loader, isolate_styles=False)


def show(page: Page) -> None:
    """Draw the page, or the page in the situation that its address names, with the begin of its run."""
    place = staging.Place.of(st.query_params)
    cookie = learner(st.context.cookies) if (place.lesson or "").startswith(DRAFT) else None
    with words.speaking():  # the viewer's language is looked up once
        _draw(page.name, place, *staging.staged(page, place, cookie), cookie)


def _draw(view: str, place: staging.Place, page: Page, opened: dict[str, Any] | None, cookie: str | None) -> None:
    key = f"stage-{page.name}"
    if target := destination((st.session_state.get(key) or {}).get("go")):
        st.switch_page(target[0])
    pairs = [(name, text) for name in st.query_params for text in st.query_params.get_all(name)]
    _stage()(key=key, data=packed(view, place, page, opened, pairs, cookie, SHELF.edition()), on_go_change=lambda: None)


def packed(
    view: str, place: staging.Place, page: Page, opened: dict[str, Any] | None, pairs: Pairs, cookie: str | None, edition: str
) -> bytes:  # fmt: skip
    """What a stage begins with, as compressed JSON, made once for all who open the same in one edition of the lessons; of a draft
    for its writer alone (`cookie`).
    """

    def work() -> tuple[bytes, bool]:
        told = begun(view, place, page, opened, pairs)
        # What was made while the kernel compiles is short; what is wrong may be right later.
        whole = told["chunk"].get("engine", runs.PLAIN) != runs.PLAIN and not (told["opened"] and told["opened"]["reasons"])
        return gzip.compress(written(told), COMPRESSION), whole

    whose = cookie if page.lesson.startswith(DRAFT) else None
    return _BEGINS.get((view, tuple(pairs), page.edition or edition, words.language(), whose), work)


def begun(view: str, place: staging.Place, page: Page, opened: dict[str, Any] | None, pairs: Pairs) -> dict[str, Any]:
    """What a stage begins with: the page's description, where it asks, what its address opens, and the begin of the run."""
    opened = opened if opened and opened["reasons"] else sharing.opened(pairs, book(page), recordings.told) or opened
    return {
        "page": described(page),
        "asks": f"{ASKS}/{view}?{place.query}",
        "opened": opened,
        "chunk": chunk(page, None, opened),
    }


def described(page: Page) -> dict[str, Any]:
    """The page's description, made once for a language."""
    known = (page.name, words.language(), page.edition or SHELF.edition())
    if known not in _DESCRIPTIONS:
        for old in [one for one in _DESCRIPTIONS if one[:2] == known[:2]] + list(_DESCRIPTIONS)[:-MAX_DESCRIPTIONS]:
            _DESCRIPTIONS.pop(old, None)
        _DESCRIPTIONS[known] = description(page)
    return _DESCRIPTIONS[known]


def book(page: Page) -> Book:
    """What a link may say of the page."""
    controls = {control.path: control for control in (*page.controls, *(recordings.CONTROLS if page.recordings else ()))}
    return Book(
        page.name, controls, {path: value_at(page.start, path) for path in controls}, frozenset(page.faults), page.recordings
    )


def chunk(page: Page, raw: Any, opened: dict[str, Any] | None = None) -> dict[str, Any]:
    """The answer to what the browser sent: a stretch of the live run, an experiment, links, or what a file opens.

    Before it has sent anything it is the begin of the run that the page starts with, or that a link or a situation opens.
    """
    controls = {control.path: control for control in (*page.controls, *recordings.CONTROLS)}
    run = opened if opened and not opened["reasons"] else {"seed": 1, "changes": []}
    raw = raw or {name: run.get(name) for name in ("seed", "changes", "pin")} | {"id": "first", "from_s": 0, "length_s": FIRST_S}
    ask_id = str(raw.get("id", ""))[:40] if isinstance(raw, dict) else ""
    try:
        page = _in_scene(page, raw)
        if (told := experiment.reply(page.start, raw, controls, recordings.fields)) is not None:
            return {"echo": ask_id} | told
        if isinstance(raw, dict) and "share" in raw:
            return {"echo": ask_id, "share": sharing.links_of(raw, book(page), t(page.title))}
        if isinstance(raw, dict) and "open" in raw:
            return {"echo": ask_id, "opened": sharing.from_file(raw["open"], book(page), recordings.told)}
        _, ask = read_ask(raw, controls, frozenset(page.faults))
        return {"echo": ask_id} | runs.answer(page.start, ask, recordings.fields, owner=ask_id.rpartition("-")[0])
    except BadAsk as problem:
        return {"echo": ask_id, "problem": str(problem), "lost": problem.lost}
    except Exception:
        # A defect must not take the page away from a person in the middle of a run: the log has it, the page goes on.
        LOG.exception("an ask could not be answered: %.2000r", raw)
        return {"echo": ask_id, "problem": t("The simulation failed at this point. Undo the last change, or go back to the start.")}


def _in_scene(page: Page, raw: Any) -> Page:
    """The page with the system of the scene that an ask names. Raises BadAsk."""
    name = raw.get("scene") if isinstance(raw, dict) else None
    if name is None:
        return page
    if not isinstance(name, str) or name not in page.scenes:
        raise BadAsk(t("This page plays no scene {name}.", name=f"{name!r:.40}"))
    return replace(page, start=page.scenes[name])


def description(page: Page) -> dict[str, Any]:
    """What the browser must know of the page: all of it plain data."""
    shown = (*page.controls, *(recordings.CONTROLS if page.recordings else ()))
    return {
        "name": page.name,
        "title": t(page.title),
        "question": t(page.question),
        "controls": [control.told() | {"value": value_at(page.start, control.path)} for control in shown],
        "fixed": {path: value_at(page.start, path) for path in FIXED},
        "faults": list(page.faults),
        "target": page.target,
        "tile": page.tile,
        "regions": regions.offer(),
        "charts": [charts.told(chart) for chart in page.charts],
        "sweep": list(page.sweep),
        "recordings": recordings.offer() if page.recordings else None,
        "worksheet": page.worksheet,
        "catalogue": machines() if page.catalogue else None,
        "goal": page.goal.told() if page.goal else None,
        "lesson": {"id": page.lesson} if page.lesson else None,
        "lessons": [] if page.lesson else [card(one) for one in SHELF.playable() if one.concept.replace("_", "-") == page.name],
        "limits": {"changes": MAX_CHANGES, "run_s": MAX_RUN_S, "first_s": FIRST_S, "past_s": LAST_S},
        "files": {"plotly": files.address(files.PLOTLY)},
    }
