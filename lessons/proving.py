"""Proving: whether a lesson is true, by running everything that it claims on many seeds.

Of every prediction that exactly one option is what the simulator shows; of every number, comparison and sketch that it has a key
that no wrong answer shares; of every goal that the start fails, the solutions pass, the mistakes fail where they say, a dead system
fails, and the budget excludes buying everything. Each with a margin: what is claimed must be three standard deviations from its
contrary, so that one run in a thousand goes astray at most. Knows nothing of form: that is `sound`'s.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from statistics import fmean, stdev

from lessons.entries import Values
from lessons.expressions import parsed
from lessons.facts import Facts
from lessons.format import Lesson, Step
from lessons.goals import COST, budget_of, conditions_of, designed, judged, measured_design, planned_cost, system_under
from lessons.judging import compared, distance, simulated, together
from lessons.parts import usual
from lessons.reading import Place, Problem, Source
from lessons.running import BadRun, system_of
from lessons.sound import placed_steps, problems_of

SEEDS = tuple(range(101, 121))
"""Twenty: where all of them agree, with 95 % confidence at least 86 % of all seeds do (0.86 ** 20 = 0.05); margins say the rest."""
MARGIN = 3.0
"""Standard deviations between what is claimed and its contrary."""
LEAST_MARGIN = 1.0
"""Between a mistake and the limit at which it fails: the judge takes the mean of several runs."""
MOST_DESIGNS = 5_000
Found = Iterator[tuple[Place, str]]


def prove(source: Source, seeds: Iterable[int] = SEEDS) -> list[Problem]:
    """Everything in a lesson that is not sound or not true; none if all is."""
    if problems := problems_of(source):
        return problems
    lesson, seeds = source.lesson, tuple(seeds)
    found = [*_values(lesson, seeds)]
    for place, step in placed_steps(lesson):
        kind = step.check_kind
        try:
            found += [((*place, kind, *more), message) for more, message in _PROOFS.get(kind, _nothing)(lesson, step, seeds)]
        except BadRun as problem:
            found.append(((*place, kind), str(problem)))
    return [source.problem(place, message) for place, message in found]


def _nothing(lesson: Lesson, step: Step, seeds: tuple[int, ...]) -> Found:
    yield from ()


def _values(lesson: Lesson, seeds: tuple[int, ...]) -> Found:
    """Whether all can be measured; seed by seed, and stretch after stretch of a run, so that a run is made once."""
    order = sorted(
        lesson.values, key=lambda name: (lesson.values[name].scene, str(lesson.values[name].set), lesson.values[name].from_s)
    )
    missing = dict.fromkeys(order, 0)
    impossible: dict[str, str] = {}
    for seed in seeds:
        facts = Facts(lesson, seed=seed)
        for name in order:
            try:
                missing[name] += facts[name] is None
            except BadRun as problem:
                impossible[name] = str(problem)
    for name in order:
        if name in impossible:
            yield ("values", name), impossible[name]
        elif missing[name]:
            yield ("values", name), f"cannot be measured on {missing[name]} of {len(seeds)} seeds"


def _choice(lesson: Lesson, step: Step, seeds: tuple[int, ...]) -> Found:
    options = step.choice.options
    if options[0].when is None:
        return
    whens = [parsed(option.when) for option in options]
    right: dict[int, list[int]] = {}
    for seed in seeds:
        facts = Facts(lesson, seed=seed)
        held = [place for place, when in enumerate(whens) if when.holds(facts)]
        if len(held) != 1:
            shown = {name: facts[name] for when in whens for name in when.names}
            yield ("options",), f"on seed {seed} {len(held)} options hold instead of one: {_told(shown)}"
            return
        right.setdefault(held[0], []).append(seed)
    if len(right) > 1:
        counts = ", ".join(f"option {place} on {len(held)}" for place, held in sorted(right.items()))
        yield ("options",), f"the seeds disagree: {counts}"
    for place, when in enumerate(whens):
        for difference in when.margins():
            yield from _clear(
                ("options", place, "when"), difference.text, [difference.number(Facts(lesson, seed=s)) for s in seeds]
            )


def _clear(place: Place, text: str, differences: list[float | None], least: float = MARGIN) -> Found:
    """Whether differences are all well on one side of 0."""
    known = [value for value in differences if value is not None]
    if len(known) < len(differences):
        yield place, f"{text} cannot be measured on {len(differences) - len(known)} of {len(differences)} seeds"
        return
    mean, spread = fmean(known), stdev(known)
    if mean == 0 or abs(mean) < least * spread:
        yield place, f"too close: {text} is {mean:.4g} with a standard deviation of {spread:.3g} over {len(known)} seeds"


def _number(lesson: Lesson, step: Step, seeds: tuple[int, ...]) -> Found:
    number = step.number
    keys = [Facts(lesson, seed=seed)[number.value] for seed in seeds]
    for at, wrong in enumerate(number.wrong):
        for seed, key in zip(seeds, keys):
            if key is not None and parsed(wrong.when).holds(Facts(lesson, seed=seed, more={"answer": key, "measured": key})):
                yield ("wrong", at, "when"), f"holds of the right answer, {key:.4g}, on seed {seed}"
                break


def _compare(lesson: Lesson, step: Step, seeds: tuple[int, ...]) -> Found:
    compare, scene = step.compare, lesson.scene_at(step.id)
    if compare.control and [compare.control] != list(compare.example):
        yield ("example",), f"must change {compare.control}"
        return
    pairs = [compared(lesson, compare, scene, {}, compare.example, seed) for seed in seeds]
    if any(value is None for pair in pairs for value in pair):
        yield ("metric",), "cannot be measured in both runs on every seed"
        return
    differences = [after - before for before, after in pairs]
    wanted = {"lower": -1, "higher": 1, None: 0}[compare.better]
    if wanted and fmean(differences) * wanted <= 0:
        yield ("better",), f"the example moves {compare.metric} by {fmean(differences):.4g}, the other way"
    yield from _clear(("example",), f"the difference of {compare.metric}", differences)


def _sketch(lesson: Lesson, step: Step, seeds: tuple[int, ...]) -> Found:
    sketch = step.sketch
    curves = [simulated(sketch, Facts(lesson, seed=seed)) for seed in seeds[:: max(1, len(seeds) // 5)]]
    mean = [fmean([y for y in column if y is not None] or [sketch.most]) for column in zip(*curves)]
    for curve in curves:
        if (off := distance(sketch, mean, curve)) > sketch.within / 2:
            yield ("within",), f"the simulated curve itself moves by {off:.2f} of the axis from seed to seed"
            break
    flat, straight = [mean[-1]] * len(mean), _straight(sketch.points, mean)
    ends = [min(y, sketch.most) for y in mean]
    for name, drawn in (("flat", flat), ("straight", straight)):
        # A line that is the curve itself is right; one that is merely near it must not be.
        if sketch.within / 3 < distance(sketch, drawn, ends) <= sketch.within:
            yield (
                ("within",),
                f"a {name} line would be right, too: the curve is too little curved on this axis, or `within` too wide",
            )
    for at, wrong in enumerate(sketch.wrong):
        more = {f"{name}{place}": y for place, y in enumerate(ends, 1) for name in "ds"}
        if parsed(wrong.when).holds(Facts(lesson, more=more)):
            yield ("wrong", at, "when"), "holds of the simulated curve itself"


def _straight(points: list[float], curve: list[float]) -> list[float]:
    rise = (curve[-1] - curve[0]) / (points[-1] - points[0])
    return [curve[0] + rise * (x - points[0]) for x in points]


def _goal(lesson: Lesson, step: Step, seeds: tuple[int, ...]) -> Found:
    goal = step.goal
    if goal.room and budget_of(lesson, step) is None:
        yield ("room",), f"there is no cheapest design yet: run `python -m lessons search {lesson.id}` first"
        return
    yield from _fails(lesson, step, {}, None, ("scene",), "the start", seeds)
    for at, solution in enumerate(goal.solutions):
        yield from _passes(lesson, step, solution.set, ("solutions", at), seeds)
    for at, mistake in enumerate(goal.mistakes):
        yield from _fails(lesson, step, mistake.set, mistake.fails, ("mistakes", at), mistake.name, seeds)
    if _passed(
        lesson, [measured_design(lesson, step, designed(lesson, step, goal.solutions[0].set), seeds[0], _death(lesson, step))], step
    ):
        yield ("conditions",), "a system whose servers are all down passes"
    if goal.search:
        dearest = max(designs_of(goal.search), key=lambda design: _cost(lesson, step, design))
        if goal.room:
            yield from _fails(lesson, step, dearest, COST, ("search",), "buying everything", seeds[:3])


def _part(lesson: Lesson, step: Step, seeds: tuple[int, ...]) -> Found:
    """Whether the class as it is fails, most of it doing right passes, and a mistake fails; each by a margin on all seeds."""
    part = step.part
    designs = [(("condition",), "the class as it is", None, -1)]
    designs += [(("solutions", at), one.name, one.set, 1) for at, one in enumerate(part.solutions)]
    designs += [(("mistakes", at), one.name, one.set, -1) for at, one in enumerate(part.mistakes)]
    before = usual(part, system_of(lesson, lesson.scene_at(step.id), {}))
    for place, name, values, side in designs:
        found = [together(lesson, step, None if values is None else before | values, seed) for seed in seeds]
        if any(value is None for value in found):
            yield place, f"{name}: {part.condition.metric} cannot be measured on every seed"
            continue
        room = [side * part.condition.leaves(value) for value in found]
        if min(room) < 0 or fmean(room) < MARGIN * stdev(room):
            told = f"{part.condition.metric} is {fmean(found):.4g} ± {stdev(found):.3g}, {_limit(part.condition)}"
            yield place, f"{name} does not clearly {'hold' if side > 0 else 'fail'}: {told}"


def _death(lesson: Lesson, step: Step) -> list[list]:
    """All servers crash at once."""
    count = system_under(lesson, step, designed(lesson, step, step.goal.solutions[0].set)).servers.count
    crashes = [[0.0, {"inject": {"kind": "crash", "tier": "servers", "index": index}}] for index in range(min(count, 400))]
    return [[0.0, {"autoscaler.enabled": False}], *crashes]


def _passes(lesson: Lesson, step: Step, values: Values, place: Place, seeds: tuple[int, ...]) -> Found:
    runs = [measured_design(lesson, step, designed(lesson, step, values), seed) for seed in seeds]
    for condition in conditions_of(lesson, step):
        found = [run[condition.metric] for run in runs]
        if any(value is None for value in found):
            yield place, f"{condition.metric} cannot be measured on every seed"
            continue
        room = [condition.leaves(value) for value in found]
        if fmean(room) < 0 or min(room) < 0 == fmean(room):
            yield place, f"fails: {condition.metric} is {fmean(found):.4g}, {_limit(condition)}"
        elif fmean(room) < MARGIN * stdev(room):
            yield place, f"passes too closely: {condition.metric} is {fmean(found):.4g} ± {stdev(found):.3g}, {_limit(condition)}"
    if not all(outcome.met for outcome in judged(lesson, step, designed(lesson, step, values))):
        yield place, "fails on the judge's seeds"


def _fails(lesson: Lesson, step: Step, values: Values, at: str | None, place: Place, name: str, seeds: tuple[int, ...]) -> Found:
    """Whether a design fails; at the condition on this metric, if one is named."""
    runs = [measured_design(lesson, step, designed(lesson, step, values), seed) for seed in seeds]
    beyond = {}
    for condition in conditions_of(lesson, step):
        found = [run[condition.metric] for run in runs]
        if any(value is None for value in found):
            beyond[condition.metric] = True
            continue
        over = [-condition.leaves(value) for value in found]
        beyond[condition.metric] = fmean(over) > 0 and fmean(over) >= LEAST_MARGIN * stdev(over)
    if at is not None and not beyond[at]:
        yield place, f"{name} does not clearly fail at {at}: {_told(runs[0])}"
    elif not any(beyond.values()):
        yield place, f"{name} does not clearly fail: {_told(runs[0])}"


def _passed(lesson: Lesson, runs: list[dict], step: Step) -> bool:
    conditions = conditions_of(lesson, step)
    return all(run[one.metric] is not None and one.leaves(run[one.metric]) >= 0 for run in runs for one in conditions)


def _limit(condition) -> str:
    return f"at most {condition.at_most:g}" if condition.at_most is not None else f"at least {condition.at_least:g}"


def designs_of(search: dict[str, list]) -> list[Values]:
    """Every combination of what a search tries. Raises BadRun for too many."""
    count = 1
    for values in search.values():
        count *= len(values)
    if count > MOST_DESIGNS:
        raise BadRun(f"the search would try {count:,} designs; at most {MOST_DESIGNS:,} are allowed")
    return [dict(zip(search, values)) for values in product(*search.values())]


def _cost(lesson: Lesson, step: Step, design: Values) -> float:
    """What an hour of a design costs when all goes well; 0 for one that cannot be built."""
    try:
        return planned_cost(lesson, step, designed(lesson, step, design))
    except BadRun:
        return 0.0


def _told(values: dict[str, float | None]) -> str:
    return ", ".join(f"{name} {value:.4g}" if value is not None else f"{name} nothing" for name, value in values.items())


_PROOFS = {"choice": _choice, "number": _number, "compare": _compare, "sketch": _sketch, "goal": _goal, "part": _part}
