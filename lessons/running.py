"""Running: the runs that lessons speak of, and what is measured in them.

A run is a system, a seed and what is moved or broken when; a measurement is a metric of a stretch of it. Both are values: the same
run gives the same measurement, which is remembered. Knows the engine, and of a lesson only its scenes.
"""

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from engine import Simulation, System
from engine.kernel import compiled
from engine.live import as_fault
from engine.result import Result
from engine.run import mean_rate
from engine.system.paths import field_at, with_values
from engine.system.shown import said
from lessons.entries import Values
from lessons.format import Event, Lesson, Scene
from lessons.parts import expanded

MOST_REQUESTS = 800_000
"""Requests of one run of a lesson: it is answered while somebody waits."""
MOST_OWN_REQUESTS = 5_000_000
"""Of a learner's own, who may have let it play for long before they read something off it."""
PLAIN_REQUESTS = 20_000
"""Of a run in plain Python, while the kernel is not compiled yet."""
MOST_REPLAYED_REQUESTS = 1_000_000
"""Of a run that others look at beside theirs."""
MOST_MOVES = 450
WINDOW_REQUESTS = 200
"""Requests that the page's trailing window holds at least, as far as ten seconds reach."""
LAST_S = 10.0
HALF_A_SECOND = 0.5
MOST_HELD_BYTES = 120_000_000
"""Of the simulations that are kept, so that the next stretch of the same run goes on from where they are; a large one is not."""
_SIMULATIONS: dict["Run", tuple[Simulation, int]] = {}
"""With the bytes that each holds. Whoever uses one takes it out, so that nobody else has it meanwhile."""
_LOCK = threading.Lock()
MOST_WINDOWS = 20
TABLES = {"region": "regions", "cohort": "cohorts"}


class BadRun(ValueError):
    """A run that cannot be made; the message says why."""


class NotReady(BadRun):
    """The kernel is still being compiled: later it can."""


@dataclass(frozen=True)
class Run:
    """A run as a value. `moves` is canonical JSON of [[time in s, {path: value} or {"inject": fault}], …]."""

    system: str
    seed: int
    moves: str = "[]"

    @staticmethod
    def of(system: System, seed: int, moves: Iterable[Any] = ()) -> "Run":
        """The run of a system with these moves, in order of time."""
        listed = sorted(([float(at_s), change] for at_s, change in moves), key=lambda move: move[0])
        if len(listed) > MOST_MOVES:
            raise BadRun(said("a run has at most {most} moves, not {count}", most=MOST_MOVES, count=len(listed)))
        return Run(system.model_dump_json(), seed, json.dumps(listed, sort_keys=True))


@dataclass(frozen=True)
class Stretch:
    """A metric of a stretch of a run; `of` names a node, region or cohort, "" the whole system."""

    metric: str
    of: str
    from_s: float
    to_s: float


@lru_cache(maxsize=5_000)
def measured(run: Run, stretch: Stretch) -> float | None:
    """What the metric was in that stretch; None where there is nothing to measure. Raises BadRun."""
    return _read(_stretch(run, stretch.from_s, stretch.to_s), stretch.metric, stretch.of)


def read_lately(run: Run, metric: str, of: str, until_s: float) -> tuple[float | None, float | None, float | None]:
    """What a page shows of a metric at a time: now, and the least and most of the ten seconds before it. Raises BadRun."""
    window_s = min(LAST_S, max(1.0, WINDOW_REQUESTS / max(mean_rate(_system(run.system)), 0.01)))
    begin_s = max(0.0, until_s - LAST_S - window_s)
    result = _advanced(run, begin_s, until_s, HALF_A_SECOND, MOST_OWN_REQUESTS)
    rows = round(window_s / HALF_A_SECOND)
    ends = range(len(result.readings) - 1, min(rows, len(result.readings) - 1) - 1, -1)
    read = [_read(replace(result, readings=result.readings[max(0, end - rows) : end + 1]), metric, of) for end in ends]
    known = [value for value in read if value is not None]
    return read[0], min(known, default=None), max(known, default=None)


def replayed(run: Run, until_s: float, window_s: float) -> Result:
    """The whole run up to a time, read so often. Raises BadRun."""
    return _advanced(run, 0.0, until_s, window_s, MOST_REPLAYED_REQUESTS)


def scene_of(lesson: Lesson, name: str) -> Scene:
    """A scene by its name; "start" need not be written."""
    return lesson.scenes.get(name) or Scene()


def system_of(lesson: Lesson, name: str, own: Values | None = None) -> System:
    """The system of a scene: the lesson's, then the learner's own settings where the scene keeps them, then the scene's.

    Without settings of a learner a scene that keeps them stands on the first solution of every goal before it. Raises BadRun.
    """
    scene = scene_of(lesson, name)
    kept = (solved_before(lesson, name) if own is None else own) if scene.keeps else {}
    return changed(System(), lesson.system | kept | scene.system)


def solved_before(lesson: Lesson, name: str) -> Values:
    """What the first solutions of the goals before a scene's first step have set."""
    kept: Values = {}
    for step in lesson.all_steps:
        if step.scene == name:
            break
        if step.goal:
            kept |= step.goal.solutions[0].set
    return kept


def changed(system: System, values: Values) -> System:
    """The system with these values. Raises BadRun in the words of the engine."""
    if not values:
        return system
    try:
        return with_values(system, expanded(_typed(values), system.client))
    except (AttributeError, KeyError, IndexError, TypeError) as problem:
        raise BadRun(f"there is no such field of a system: {problem}") from None
    except ValueError as problem:
        errors = getattr(problem, "errors", None)
        message = errors()[0]["msg"].removeprefix("Value error, ") if errors else str(problem)
        raise BadRun(f"{', '.join(values)}: {message}"[:300]) from None


def moves_of(events: Iterable[Event]) -> list[Any]:
    """What happens in a scene, in the form of a run's moves."""
    return [[event.at_s, _typed(event.set) if event.set is not None else {"inject": event.fault}] for event in events]


def run_of(lesson: Lesson, name: str, values: Values | None = None, own: Values | None = None, seed: int | None = None) -> Run:
    """A scene's run with these values besides, on its own seed or another. Raises BadRun."""
    return _run(lesson, name, json.dumps(values or {}), json.dumps(own), seed)


@lru_cache(maxsize=2_000)
def _run(lesson: Lesson, name: str, values: str, own: str, seed: int | None) -> Run:
    scene = scene_of(lesson, name)
    system = changed(system_of(lesson, name, json.loads(own)), json.loads(values))
    return Run.of(system, scene.seed if seed is None else seed, moves_of(scene.events))


def check_run(run: Run, until_s: float, most_requests: int = MOST_REQUESTS) -> None:
    """Whether a run can be made at all, and within the budget. Raises BadRun."""
    requests = requests_of(run, until_s)
    if requests > most_requests:
        raise BadRun(
            said(
                "the run would have some {count} requests; at most {most} are allowed: make it shorter",
                count=round(requests),
                most=most_requests,
            )
        )
    if requests > PLAIN_REQUESTS and compiled.choose("auto")[0] == "plain":
        raise NotReady(said("the simulator is still being compiled; try again in a minute"))


def requests_of(run: Run, until_s: float) -> float:
    """About how many requests a run has until a time. Raises BadRun for one that cannot be made."""
    return _requests(_history(run), until_s)


@lru_cache(maxsize=100)
def _stretch(run: Run, from_s: float, to_s: float) -> Result:
    """A slice of a run, read in between because the number of machines may change; a reading takes 35 kB."""
    length_s = to_s - from_s
    return _advanced(run, from_s, to_s, min(length_s, max(1.0, length_s / MOST_WINDOWS)))


def _advanced(run: Run, from_s: float, to_s: float, window_s: float, most_requests: int = MOST_REQUESTS) -> Result:
    """A slice of a run. Raises BadRun."""
    check_run(run, to_s, most_requests)
    with _LOCK:
        simulation, _ = _SIMULATIONS.pop(run, (None, 0))
    simulation = simulation or Simulation(_system(run.system), run.seed, history=_history(run)[1:], snapshot_bytes=0)
    if simulation.now_s != from_s:
        simulation.seek(from_s)
    result = simulation.advance(to_s - from_s, window_s=min(window_s, to_s - from_s))
    with _LOCK:
        _SIMULATIONS[run] = simulation, simulation.held_bytes
        held = sum(size for _, size in _SIMULATIONS.values())
        while held > MOST_HELD_BYTES:
            held -= _SIMULATIONS.pop(next(iter(_SIMULATIONS)))[1]
    if result.stopped:
        raise BadRun(f"the run ended early: {result.stopped}")
    return result


@lru_cache(maxsize=60)  # one with as many moves as there may be holds 2 MB
def _history(run: Run) -> list[tuple[float, Any]]:
    """The system at the begin, and then every system and fault at its time."""
    now = _system(run.system)
    history: list[tuple[float, Any]] = [(0.0, now)]
    for at_s, change in json.loads(run.moves):
        if (fault := change.get("inject")) is None:
            now = changed(now, change)
            history.append((at_s, now))
        elif not now.without(broken := _fault(fault)):  # as on the page: what is not there cannot break
            history.append((at_s, broken))
    return history


def _requests(history: list[tuple[float, Any]], until_s: float) -> float:
    """About how many requests come until a time."""
    count, now = 0.0, history[0][1]
    for (at_s, change), (next_s, _) in zip(history, [*history[1:], (until_s, None)]):
        if isinstance(change, System):
            now = change
        elif change.kind == "traffic_spike":
            count += mean_rate(now) * (change.factor - 1) * max(0.0, min(change.for_s, until_s - at_s))
        count += mean_rate(now) * max(0.0, min(next_s, until_s) - at_s)
    return count


@lru_cache(maxsize=200)
def _system(text: str) -> System:
    return System.model_validate_json(text)


def _fault(raw: Any) -> Any:
    """A fault as the engine takes it. Raises BadRun."""
    try:
        return as_fault(raw)
    except ValueError as problem:
        raise BadRun(f"this is no fault of the engine: {str(raw)[:100]} ({str(problem).splitlines()[-2].strip()[:120]})") from None


def nothing_to_break(system: System, raw: Any) -> str:
    """Why a fault has nothing to break in a system; "" if it has. Raises BadRun for what is no fault."""
    return str(system.without(_fault(raw)) or "")


def _read(result: Result, metric: str, of: str) -> float | None:
    if not of:
        summary = result.summary()
        if metric not in summary:
            raise BadRun(f"there is no metric {metric[:40]!r}; there are {', '.join(summary)}")
        return summary[metric]
    tier, _, name = of.partition(".")
    table = getattr(result, TABLES.get(tier, "nodes"))
    rows = table[table["name"] == name] if tier in TABLES else table[(table["tier"] == tier) & (table["index"].astype(str) == name)]
    if metric not in table or rows.empty:
        raise BadRun(f"there is no {metric[:40]!r} of {of[:40]!r}; there are {', '.join(map(str, table.columns))}")
    value = rows.iloc[0][metric]
    return None if value != value else float(value)


def _typed(values: Values) -> Values:
    """Whole numbers where a file says 2000 and the engine's field is a decimal one, and the other way round, are the same."""
    return {path: _as_field(path, value) for path, value in values.items()}


def _as_field(path: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return int(value) if _number_of(path) is int and value == int(value) else value if _number_of(path) is int else float(value)


@lru_cache(maxsize=1_000)
def _number_of(path: str) -> type:
    """Whether the field at a path takes whole numbers or decimals."""
    try:
        return int if int in field_at(path)[1] else float
    except KeyError:
        return float  # what is wrong with the path is said where it is used
