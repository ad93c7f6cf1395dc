"""Checking: a draft filled in and proven, in a process of its own: `python -m dashboard.lesson.checking < lesson.yaml`.

Whatever a stranger's file makes of it, the app goes on: the process can be stopped at any time, ends when the app does, and gives
way to others. It says how far it is in lines of JSON: {"done", "all"}, {"lesson"}, {"problems": [[line, field, message]]},
{"failed"}. Knows neither pages nor learners.
"""

import json
import os
import sys
import threading
import time
from typing import Any

from dashboard.lesson.filled import filled
from engine.kernel import compiled
from lessons.format import Lesson
from lessons.proving import SEEDS, prove
from lessons.reading import BadLesson, read
from lessons.running import BadRun, Run, measured, requests_of, run_of

TELL_S = 0.25
NICE = 5
"""How much the process gives way to the app."""
SKETCHES = 5
"""Seeds on which a sketch is proven;"""
JUDGES = 5
"""further runs of a solution, on the judge's seeds."""


def measurements(lesson: Lesson) -> int:
    """So many measurements its proof takes, roughly: what is taken twice is made once."""
    seeds = len(SEEDS)
    count = (seeds + 1) * sum(value.metric is not None for value in lesson.values.values())
    for step in lesson.all_steps:
        if step.compare:
            count += 2 * seeds
        if step.sketch:
            count += (SKETCHES + 1) * len(step.sketch.points)
        if part := step.part:
            count += seeds * (1 + len(part.solutions) + len(part.mistakes))
        if goal := step.goal:
            metrics = len(goal.conditions) + (goal.room is not None)
            count += metrics * (seeds * (1 + len(goal.solutions) + len(goal.mistakes)) + JUDGES * len(goal.solutions))
    return count


def requests_needed(lesson: Lesson) -> float:
    """About how many requests its values and curves need, each run once. Raises BadRun."""
    runs: dict[Run, float] = {}
    for value in lesson.values.values():
        if value.metric is not None:
            run = run_of(lesson, value.scene, value.set)
            runs[run] = max(value.to_s, runs.get(run, 0.0))
    for step in lesson.all_steps:
        if sketch := step.sketch:
            for x in sketch.points:
                run = run_of(lesson, sketch.scene, {sketch.control: x})
                runs[run] = max(sketch.to_s, runs.get(run, 0.0))
    return sum(requests_of(run, until_s) for run, until_s in runs.items())


def main() -> None:
    """Check the file on the standard input."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    try:
        source = read(sys.stdin.buffer.read(), "lesson.yaml")
    except BadLesson as problem:
        _tell({"failed": str(problem)})
        return
    compiled.build()
    total = measurements(source.lesson)
    threading.Thread(target=_report, args=(total, os.getppid()), daemon=True).start()
    try:
        _tell({"lesson": filled(source.lesson)})
        problems = prove(source)
    except BadRun as problem:
        _tell({"failed": str(problem)})
        return
    _tell({"done": total, "all": total})
    _tell({"problems": [[problem.line, problem.field, problem.message] for problem in problems]})


def _report(total: int, parent: int) -> None:
    """Say how far the work is, and end it with the process that wanted it."""
    while True:
        time.sleep(TELL_S)
        if os.getppid() != parent:
            os._exit(1)
        _tell({"done": min(measured.cache_info().misses, total), "all": total})


_lock = threading.Lock()


def _tell(what: dict[str, Any]) -> None:
    with _lock:
        print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
