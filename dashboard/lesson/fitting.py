"""Fitting: what of a lesson the dashboard could not play or show, by file, line and field.

The lesson's own checks know the engine; this one knows the pages: which there are, what can be moved, broken and seen on them, and
which terms and lessons there are. Also whether a lesson's formulas are so many that somebody would have to wait for them. Runs
nothing, and does not know what is true.
"""

import ast
import re
from collections.abc import Collection, Iterator
from typing import Any

from dashboard.asks import BadAsk, read_change
from dashboard.controls import BadValue, control
from dashboard.faults import KINDS
from dashboard.glossary import TERMS
from dashboard.journey import CONCEPTS
from dashboard.lesson.beside import page_of, stage_of
from dashboard.words import t
from lessons.checks import SERVER, SHARE
from lessons.entries import Values
from lessons.expressions import BadExpression, parsed
from lessons.format import Lesson
from lessons.library import COURSE
from lessons.reading import Place, Problem, Source
from lessons.running import BadRun, moves_of, scene_of
from lessons.sound import placed_steps

NUMBERS = (
    "latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "errors", "load_imbalance", "goodput", "server_utilisation",
    "database_utilisation", "cache_hit_ratio", "cdn_offload", "stale_read_ratio", "attempts_per_request", "cost_per_hour",
)  # fmt: skip
"""What the strip of numbers can show on every page (static/stage/numbers.js)."""
SAME = {"error_rate": "errors", "errors.timeout": "errors", "errors.refused": "errors", "errors.failed": "errors"}
"""Metrics that are read off another's number."""
BOXES = ("rate", "utilisation", "queue_length_mean", "waiting", "in_progress")
"""What a box of the picture, or a bar of a chart, says of its node."""
OF_REGION = ("latency_mean_ms", "error_rate")
"""What the map says of a region."""
MAP = "map"
MOST_TERMS = 300
"""Numbers that one value may be made of, counted through all formulas that it needs: each is worked out anew."""
MOST_CONTROLS = 200
"""Fields that a lesson may move, all its scenes, designs and searches together: each becomes a control of its page."""
STRANGE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, those that turn the direction of writing, and halves of characters."""
Found = Iterator[tuple[Place, str]]


def problems_of(source: Source, known: Collection[str] | None = None) -> list[Problem]:
    """Everything in a lesson that does not fit; `known` are the ids of the other lessons, by default the library's."""
    lesson = source.lesson
    if (page := _page(lesson)) is None:
        named = t("there is no page {name}; there are {names}", name=lesson.concept, names=", ".join(dict(CONCEPTS)))
        return [source.problem(("concept",), named)]
    known = {one.id for one in COURSE.lessons()} if known is None else known
    found = [*_movable(lesson), *_faults(lesson), *_seen(lesson, page), *_named(lesson, known)]
    return [source.problem(place, message) for place, message in (found or _played(lesson))]


def harmless(source: Source) -> list[Problem]:
    """What would keep somebody waiting, or for ever: formulas that need themselves, or too many others, and too many controls; and
    characters that are none or turn the others round. To be asked first.
    """
    lesson, sizes = source.lesson, {}
    strange = [place for place, text in _texts((), lesson.model_dump()) if STRANGE.search(text)]
    if strange:
        return [source.problem(place, t("holds a character that cannot be shown")) for place in strange[:1]]
    if len(_paths(lesson)) > MOST_CONTROLS:
        return [source.problem(("controls",), t("a lesson moves at most {most} fields", most=MOST_CONTROLS))]
    found = [(("values", name, "formula"), reason) for name in lesson.values if (reason := _size(lesson, name, sizes, ())[1])]
    return [source.problem(place, message) for place, message in found[:1]]


def _size(lesson: Lesson, name: str, sizes: dict[str, int], above: tuple[str, ...]) -> tuple[int, str]:
    """How many numbers a value is made of, and what is wrong with that."""
    value = lesson.values.get(name)
    if name in above:
        return 0, t("the formula needs itself")
    if value is None or value.formula is None:
        return 1, ""
    if name not in sizes:
        try:
            tree = parsed(value.formula).tree
        except BadExpression:
            return 1, ""  # that is told where expressions are looked at
        total = 1
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                size, reason = _size(lesson, node.id, sizes, (*above, name))
                total += size
                if reason:
                    return total, reason
        sizes[name] = total
    if sizes[name] > MOST_TERMS:
        return sizes[name], t("the formula is made of more than {most} numbers, its formulas’ formulas included", most=MOST_TERMS)
    return sizes[name], ""


def _texts(place: Place, part: Any) -> Iterator[tuple[Place, str]]:
    """Every text of the file, names included, with its place."""
    if isinstance(part, str):
        yield place, part
    pairs = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, one in pairs:
        if isinstance(name, str):
            yield place, name
        yield from _texts((*place, name), one)


def _page(lesson: Lesson) -> Any:
    try:
        return page_of(lesson.concept)
    except KeyError:
        return None


def _moved(lesson: Lesson) -> Iterator[tuple[Place, Values]]:
    """What a learner may move, and what moves in scenes: places, and the values that the paths get there (None: none yet)."""
    for level, paths in enumerate(lesson.controls):
        for at, path in enumerate(paths):
            yield ("controls", level, at), {path: None}
    for name, scene in lesson.scenes.items():
        for at, event in enumerate(scene.events):
            yield ("scenes", name, "events", at, "set"), event.set or {}
    for place, step in placed_steps(lesson):
        if step.compare:
            yield (*place, "compare", "control"), {step.compare.control: None} if step.compare.control else {}
            yield (*place, "compare", "example"), step.compare.example
        if step.sketch:
            for point in step.sketch.points:
                yield (*place, "sketch", "points"), {step.sketch.control: point}
        if step.part:
            for path, offered in step.part.choices.items():
                for value in offered if path not in (SHARE, SERVER) else ():
                    yield (*place, "part", "choices"), {path: value}
        if step.goal:
            for kind in ("solutions", "mistakes"):
                for at, design in enumerate(getattr(step.goal, kind)):
                    yield (*place, "goal", kind, at, "set"), design.set
            for path, values in step.goal.search.items():
                for value in values:
                    yield (*place, "goal", "search"), {path: value}


def _paths(lesson: Lesson) -> set[str]:
    """The paths of all that moves, each once."""
    return {path for _, values in _moved(lesson) for path in values}


def _movable(lesson: Lesson) -> Found:
    """Whether everything that is to be moved can be a control."""
    told, paths = set(), _paths(lesson)
    for place, values in _moved(lesson):
        for path in values:
            if path not in told and (reason := _no_control(path)):
                told.add(path)
                yield place if place[0] == "controls" else (*place, path), reason
    for place, step in placed_steps(lesson):
        for at, path in enumerate(step.goal.free if step.goal else ()):
            under = any(one.startswith(f"{path}.") for one in paths)
            if not under and (reason := _no_control(path)):
                yield (*place, "goal", "free", at), reason


def _no_control(path: str) -> str:
    """Why there can be no control of this field; "" if there can."""
    try:
        control(path, path, path)
    except (KeyError, IndexError, TypeError, ValueError, StopIteration):
        return t("{path} cannot be moved on a page; give a field with a range, choices or a switch", path=path)
    return ""


def _faults(lesson: Lesson) -> Found:
    for name, scene in lesson.scenes.items():
        for at, event in enumerate(scene.events):
            kind = event.fault and (event.fault.get("kind"), event.fault.get("tier"))
            if kind and kind not in KINDS.values() and kind[0] not in ("recover", "pop_recovery"):
                names = ", ".join(sorted(" ".join(filter(None, pair)) for pair in KINDS.values()))
                yield (
                    ("scenes", name, "events", at, "fault"),
                    t("a page cannot break that; it can break: {names}", names=names),
                )


def _seen(lesson: Lesson, page: Any) -> Found:
    """Whether what steps show, and ask to be read, is there to be seen."""
    charts = [chart.name for chart in page.charts]
    series = {name for chart in page.charts for trace in chart.figure.get("data", ()) for name in _series(trace)}
    for place, step in placed_steps(lesson):
        if step.show:
            for at, name in enumerate(step.show.numbers):
                if name not in NUMBERS:
                    yield (*place, "show", "numbers", at), t("no page has this number; there are {names}", names=", ".join(NUMBERS))
            if step.show.chart is not None and step.show.chart not in charts:
                yield (*place, "show", "chart"), t("the page has no such chart; it has {names}", names=", ".join(charts))
        if step.own_run and (reason := _hidden(step.own_run.metric, step.own_run.of, series, charts)):
            yield (*place, "own_run", "of" if step.own_run.of else "metric"), reason


def _series(trace: dict[str, Any]) -> list[str]:
    meta = trace.get("meta", {})
    return [meta[name] for name in ("series", "x", "y") if meta.get(name)]


def _hidden(metric: str, of: str | None, series: set[str], charts: list[str]) -> str:
    """Why a learner cannot read a metric off the page; "" if they can."""
    if not of:
        names = [*NUMBERS, *sorted(series - set(NUMBERS))]
        return (
            ""
            if SAME.get(metric, metric) in names
            else t("nobody can see that on this page; there are {names}", names=", ".join(names))
        )
    tier = of.partition(".")[0]
    if tier == "region":
        return (
            ""
            if MAP in charts and metric in OF_REGION
            else t("only a page with a map shows regions: {names}", names=", ".join(OF_REGION))
        )
    if tier == "cohort":
        return t("no page shows cohorts; take a number of the whole system")
    return "" if metric in BOXES else t("a box says nothing of that; it says {names}", names=", ".join(BOXES))


def _named(lesson: Lesson, known: Collection[str]) -> Found:
    titles = {term.title for term in TERMS}
    for at, term in enumerate(lesson.glossary):
        if term not in titles:
            yield ("glossary", at), _missing_term(term, titles)
    for at, name in enumerate(lesson.prerequisites):
        if name not in known:
            yield (
                ("prerequisites", at),
                t("there is no lesson {name}; there are {names}", name=name, names=", ".join(sorted(known))),
            )
        elif name == lesson.id:
            yield ("prerequisites", at), t("a lesson cannot come before itself")


def _missing_term(term: str, titles: set[str]) -> str:
    near = sorted(one for one in titles if one.lower() in term.lower() or term.lower() in one.lower())
    if near:
        return t("there is no term {term} in the glossary; did you mean {names}?", term=repr(term), names=", ".join(near))
    return t("there is no term {term} in the glossary; the page Glossary has all of them", term=repr(term))


def _played(lesson: Lesson) -> Found:
    """Whether the page plays what the lesson says, to the last digit; only once all names are right."""
    try:
        stage = stage_of(lesson)
    except (BadRun, BadValue) as problem:
        yield ("system",), str(problem)
        return
    controls = {one.path: one for one in stage.controls}
    for place, values in _moved(lesson):
        for path, value in values.items():
            if value is not None and path in controls and (reason := _other(controls[path], value)):
                yield (*place, path), reason
    for name in stage.scenes:
        for at, move in enumerate(moves_of(scene_of(lesson, name).events)):
            try:
                read_change(move, controls, frozenset(stage.faults))
            except BadAsk as problem:
                yield ("scenes", name, "events", at), str(problem)


def _other(one: Any, value: Any) -> str:
    """What a control would make of a value, if that is another one."""
    try:
        clean = one.clean(value)
    except BadValue as problem:
        return str(problem)
    same = sorted(clean) == sorted(value) if isinstance(clean, list) else clean == value  # some of the choices, in any order
    return "" if same else t("the page would play {clean}, not {value}", clean=clean, value=value)
