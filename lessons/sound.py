"""Sound: whether all that a lesson names is there, before anything is simulated at length.

Names of scenes, values, steps, objectives and misconceptions, paths of fields, expressions and placeholders, lengths of texts,
minutes of plans, and the budget of every run. Each problem is told with its line. What is true is `proving`'s.
"""

from collections.abc import Iterable, Iterator

from engine.system.paths import field_at
from lessons.checks import SERVER, SHARE
from lessons.entries import Values
from lessons.expressions import BadExpression, parsed
from lessons.format import MAX_WORDS, Lesson, Step
from lessons.goals import COST, SEEDS, designed, is_free
from lessons.misconceptions import bank
from lessons.parts import followed, usual
from lessons.prose import TYPED_NUMBER, texts_of, words_of
from lessons.reading import Place, Problem, Source
from lessons.running import BadRun, changed, check_run, nothing_to_break, run_of, system_of
from lessons.showing import names_in

JUDGED = ("choice", "number", "own_run", "compare", "sketch", "goal", "part")
OF_ANSWER = {
    "number": {"measured", "answer"}, "own_run": {"measured", "answer"}, "sketch": {"measured", "answer"},
    "compare": {"before", "after"}, "goal": {"budget", "best"}, "part": {"measured", "answer"},
}  # fmt: skip
"""Placeholders that belong to an answer, by what is asked."""
Found = Iterator[tuple[Place, str]]


def problems_of(source: Source) -> list[Problem]:
    """Everything in a lesson that does not fit together; none if all does."""
    lesson = source.lesson
    parts = (_names(lesson), _values(lesson), _scenes(lesson), _steps(lesson), _texts(lesson), _notes(lesson))
    found = [pair for part in parts for pair in part]
    return [source.problem(place, message) for place, message in (found or _runs(lesson))]


def placed_steps(lesson: Lesson) -> list[tuple[Place, Step]]:
    """The steps with their places in the file."""
    return [((group, at), step) for group in ("recall", "steps", "exit") for at, step in enumerate(getattr(lesson, group))]


def met_misconceptions(step: Step) -> set[str]:
    """The misconceptions that a step meets, in its options and wrong answers too."""
    held = [*(step.choice.options if step.choice else ()), *(step.goal.mistakes if step.goal else ())]
    held += step.part.mistakes if step.part else []
    held += [wrong for name in ("number", "own_run", "sketch") for wrong in getattr(getattr(step, name), "wrong", ())]
    return {*step.misconceptions, *(one.misconception for one in held if one.misconception)}


def _names(lesson: Lesson) -> Found:
    ids = [step.id for step in lesson.all_steps]
    for place, step in placed_steps(lesson):
        if ids.count(step.id) > 1:
            yield (*place, "id"), f"two steps are called {step.id}"
    for at, name in enumerate(lesson.misconceptions):
        if name not in bank():
            yield ("misconceptions", at), f"{name} is not in the bank of misconceptions"
        elif not any(name in met_misconceptions(step) for step in lesson.all_steps):
            yield ("misconceptions", at), f"no step meets {name}: give it to an option, to a wrong answer, or to a step"
    checked = {name for step in lesson.all_steps if step.check_kind in JUDGED for name in step.objectives}
    for at, objective in enumerate(lesson.objectives):
        if objective.id not in checked:
            yield ("objectives", at), f"no step with an answer that can be judged names {objective.id} among its objectives"
    if len(lesson.recall) != 2:
        yield ("recall",), "a lesson opens with two questions from earlier ones"


def _values(lesson: Lesson) -> Found:
    steps = {step.id for step in lesson.all_steps}
    for name, value in lesson.values.items():
        place = ("values", name)
        if value.formula is not None:
            yield from _expression((*place, "formula"), value.formula, lesson.values)
            if _circular(lesson, name):
                yield (*place, "formula"), "the formula needs itself"
        elif value.scene not in {"start", *lesson.scenes}:
            yield (*place, "scene"), f"there is no scene {value.scene}"
        if value.mine is not None and value.mine not in steps:
            yield (*place, "mine"), f"there is no step {value.mine}"


def _circular(lesson: Lesson, name: str) -> bool:
    """Whether a formula needs itself, by way of others too."""
    seen, ahead = set(), [name]
    while ahead:
        for other in _needed(lesson, ahead.pop()) - seen:
            if other == name:
                return True
            seen.add(other)
            ahead.append(other)
    return False


def _needed(lesson: Lesson, name: str) -> set[str]:
    value = lesson.values.get(name)
    try:
        return set(parsed(value.formula).names) if value and value.formula else set()
    except BadExpression:
        return set()


def _expression(place: Place, text: str, names: Iterable[str]) -> Found:
    try:
        unknown = parsed(text).names - set(names)
    except BadExpression as problem:
        yield place, str(problem)
        return
    if unknown:
        yield place, f"there is no value {', '.join(sorted(unknown))}"


def _scenes(lesson: Lesson) -> Found:
    yield from _paths(("system",), lesson.system)
    for name, scene in lesson.scenes.items():
        yield from _paths(("scenes", name, "system"), scene.system)
        if scene.seed in SEEDS:
            yield ("scenes", name, "seed"), "is one of the judge's seeds; take another"
        if any(b.at_s < a.at_s for a, b in zip(scene.events, scene.events[1:])):
            yield ("scenes", name, "events"), "the times must not fall"
    for level, paths in enumerate(lesson.controls):
        for at, path in enumerate(paths):
            yield from _path(("controls", level, at), path)


def _path(place: Place, path: str) -> Found:
    try:
        field_at(path)
    except (KeyError, IndexError, TypeError):
        yield place, f"the system has no field {path}"


def _paths(place: Place, values: Iterable[str]) -> Found:
    for path in values:
        yield from _path((*place, path), path)


def _steps(lesson: Lesson) -> Found:
    objectives, scenes = {one.id for one in lesson.objectives}, {"start", *lesson.scenes}
    for place, step in placed_steps(lesson):
        for at, name in enumerate(step.objectives):
            if name not in objectives:
                yield (*place, "objectives", at), f"there is no objective {name}"
        if step.scene is not None and step.scene not in scenes:
            yield (*place, "scene"), f"there is no scene {step.scene}"
        if (step.level or 0) > len(lesson.controls):
            yield (*place, "level"), f"there are {len(lesson.controls)} levels of controls"
        for name in met_misconceptions(step) - set(lesson.misconceptions):
            if name not in bank():
                yield place, f"{name} is not in the bank of misconceptions"
        yield from _check((*place, step.check_kind), lesson, step, scenes)


def _check(place: Place, lesson: Lesson, step: Step, scenes: set[str]) -> Found:
    if step.choice:
        for at, option in enumerate(step.choice.options):
            if option.when is not None:
                yield from _expression((*place, "options", at, "when"), option.when, lesson.values)
    if step.number and step.number.value not in lesson.values:
        yield (*place, "value"), f"there is no value {step.number.value}"
    more = {"answer", "measured"}
    if step.sketch:
        more = {f"{name}{at}" for name in "ds" for at in range(1, len(step.sketch.points) + 1)}
        yield from _path((*place, "control"), step.sketch.control)
        if step.sketch.scene not in scenes:
            yield (*place, "scene"), f"there is no scene {step.sketch.scene}"
        if step.sketch.formula:
            yield from _expression((*place, "formula"), step.sketch.formula, {"x", "y", *lesson.values})
    for at, wrong in enumerate(getattr(step.check, "wrong", ())):
        yield from _expression((*place, "wrong", at, "when"), wrong.when, {*more, *lesson.values})
    if step.compare:
        if len(step.compare.example) != 1:
            yield (*place, "example"), "names exactly one control"
        yield from _paths((*place, "example"), step.compare.example)
    if step.goal:
        yield from _goal(place, lesson, step, scenes)
    if step.part:
        yield from _part(place, step)


def _goal(place: Place, lesson: Lesson, step: Step, scenes: set[str]) -> Found:
    goal = step.goal
    if goal.scene not in scenes:
        yield (*place, "scene"), f"there is no scene {goal.scene}"
    metrics = {condition.metric for condition in goal.conditions} | ({COST} if goal.room else set())
    for kind in ("solutions", "mistakes"):
        for at, design in enumerate(getattr(goal, kind)):
            for path in design.set:
                yield from _path((*place, kind, at, "set", path), path)
                if not is_free(lesson, step, path):
                    yield (*place, kind, at, "set", path), "is not `free`"
            if kind == "mistakes" and design.fails not in metrics:
                yield (*place, kind, at, "fails"), f"is none of the conditions {', '.join(sorted(metrics))}"
    for path in goal.search:
        if not is_free(lesson, step, path):
            yield (*place, "search", path), "is not `free`"
    if goal.room and not goal.search:
        yield (*place, "search"), "a goal with a budget says what the search for the cheapest design tries"


def _part(place: Place, step: Step) -> Found:
    part = step.part
    for path in part.choices:
        if path not in (SHARE, SERVER):
            yield from _path((*place, "choices", path), path)
    for kind in ("solutions", "mistakes"):
        for at, policy in enumerate(getattr(part, kind)):
            for path, value in policy.set.items():
                if value not in part.choices.get(path, ()):
                    yield (*place, kind, at, "set", path), "is none of the `choices`"


def _texts(lesson: Lesson) -> Found:
    steps = {step.id for step in lesson.all_steps}
    for place, text in texts_of(lesson):
        if (count := len(words_of(text))) > MAX_WORDS:
            yield place, f"has {count} words; at most {MAX_WORDS} are allowed"
        if found := TYPED_NUMBER.search(text):
            yield place, f"{found[0]!r} is typed by hand; take a {{value}} or a field of the {{system.…}}"
        step = getattr(lesson, place[0])[place[1]]
        answers = OF_ANSWER.get(step.check_kind, set()) if step.check_kind == "goal" or place[2] != "prompt" else set()
        for name in names_in(text):
            yield from _placeholder(place, name, lesson, steps, answers)


def _placeholder(place: Place, name: str, lesson: Lesson, steps: set[str], answers: set[str]) -> Found:
    if name.startswith("answer."):
        if name.removeprefix("answer.") not in steps:
            yield place, f"{{{name}}}: there is no such step"
    elif name.startswith("system."):
        yield from _path(place, name.removeprefix("system."))
    elif name not in lesson.values and name not in answers:
        yield place, f"{{{name}}} is no value of this lesson"


def _notes(lesson: Lesson) -> Found:
    steps, teacher = {step.id for step in lesson.all_steps}, lesson.teacher
    for at, plan in enumerate(teacher.plans):
        place = ("teacher", "plans", at)
        for name in [*plan.steps, *plan.skip]:
            if name not in steps:
                yield place, f"there is no step {name}"
        if abs(sum(plan.steps.values()) - plan.minutes) > 0.5:
            yield place, f"the steps take {sum(plan.steps.values()):g} minutes, not {plan.minutes}"
    for at, push in enumerate(teacher.push):
        if push.scene not in {"start", *lesson.scenes}:
            yield ("teacher", "push", at), f"there is no scene {push.scene}"
    for at, name in enumerate(teacher.worksheet.measure):
        if name not in lesson.values:
            yield ("teacher", "worksheet", "measure", at), f"there is no value {name}"
    for name in names_in(teacher.worksheet.intro):
        yield from _placeholder(("teacher", "worksheet", "intro"), name, lesson, steps, set())


def _runs(lesson: Lesson) -> Found:
    """Whether every system can be made and every run stays within its budget; only once all names are right."""
    for place, scene, values, until_s in _every_run(lesson):
        try:
            check_run(run_of(lesson, scene, values), until_s)
        except BadRun as problem:
            yield place, str(problem)
            return
    yield from _faults(lesson)
    yield from _parts(lesson)


def _parts(lesson: Lesson) -> Found:
    """Whether every choice of a part is one that the engine takes, and among them what the scene itself has."""
    for place, step in placed_steps(lesson):
        if (part := step.part) is None:
            continue
        system = system_of(lesson, lesson.scene_at(step.id), {})
        if system.traffic.cohorts:
            yield (*place, "part"), "its scene must have no cohorts of its own"
        for path, value in usual(part, system).items():
            if value not in part.choices[path]:
                yield (*place, "part", "choices", path), f"{value} is missing, which is what the scene has"
            for choice in part.choices[path]:
                try:
                    changed(system, followed(part, system, usual(part, system) | {path: choice}))
                except (BadRun, TypeError, ValueError) as problem:
                    yield (*place, "part", "choices", path), f"{choice!r} cannot be taken: {problem}"[:300]


def _faults(lesson: Lesson) -> Found:
    """Whether what breaks in a scene is there to be broken."""
    for name, scene in lesson.scenes.items():
        system = system_of(lesson, name)
        for at, event in enumerate(scene.events):
            if event.set is not None:
                system = changed(system, event.set)
            elif reason := nothing_to_break(system, event.fault):
                yield ("scenes", name, "events", at), reason


def _every_run(lesson: Lesson) -> Iterator[tuple[Place, str, Values, float]]:
    """Place in the file, scene, values besides, and length of every run that the lesson needs."""
    for name in ("start", *lesson.scenes):
        yield ("scenes", name), name, {}, 1.0
    for name, value in lesson.values.items():
        if value.metric is not None:
            yield ("values", name), value.scene, value.set, value.to_s
    for place, step in placed_steps(lesson):
        if goal := step.goal:
            for kind in ("solutions", "mistakes"):
                for at, design in enumerate(getattr(goal, kind)):
                    yield (*place, "goal", kind, at), goal.scene, designed(lesson, step, design.set), goal.to_s
        if sketch := step.sketch:
            for x in sketch.points:
                yield (*place, "sketch", "points"), sketch.scene, {sketch.control: x}, sketch.to_s
        if compare := step.compare:
            yield (*place, "compare"), lesson.scene_at(step.id), compare.example, compare.to_s
        if part := step.part:
            yield (*place, "part"), lesson.scene_at(step.id), {}, part.to_s
