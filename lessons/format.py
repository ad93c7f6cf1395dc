"""The format of a lesson file: every field, what it means and what it may hold. With `checks.py` and `notes.py` it is
the format's only description.

A lesson is one YAML file, `lessons/<id>/<language>/lesson.yaml`. Prose is plain text: an empty line begins a new paragraph, and
{name} is filled in when it is shown, so that no number is typed by hand:

    {name}                  a measurement of `values`, without its unit (a share of unit "%" comes in percent)
    {system.traffic.rate}   a field of the lesson's system, by its path
    {answer.step}           what the learner answered in that step, in words
    {measured}              in the explanation and replies of `number`, `own_run`, `sketch` and `part`: what the simulator says
    {answer}                there: what the learner said
    {before} {after}        in those of `compare`: the metric of the pinned run, and of the run that differs in one control
    {budget}                in the steps of a goal: what an hour may cost, with its sign ($1.44)
    {best}                  there: what an hour of the cheapest known design costs

Expressions (`when`, `formula`) are arithmetic and comparisons over the names of `values`: + - * / ( ) < <= > >= == and or not,
min, max, abs. Paths are those of the engine's system ("servers.speeds.2"). Knows what is well-formed; nothing of what is true.
"""

import re
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from lessons.checks import Choice, Compare, Goal, Number, OwnRun, Part, Sketch, Writing
from lessons.entries import Entry, Expression, Line, Misconception, Name, Path, Prose, Values
from lessons.notes import Reading, Teacher

MAX_WORDS = 60
"""Words of one text on screen."""
MAX_NUMBERS = 3
"""Numbers that a step shows."""
KINDS = ("recall", "text", "explore", "predict", "experiment", "observe", "explain", "discuss", "challenge", "exit")


class Event(Entry):
    """Something that happens to a scene: either controls are `set`, or there is a `fault` as the engine takes it."""

    at_s: float = Field(ge=0, le=3_600)
    set: Values | None = None
    fault: dict[str, Any] | None = None
    """{kind: slow, tier: servers, index: 2, factor: 0.5}; the index counts from 0."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.set is None) == (self.fault is None):
            raise ValueError("an event has either `set` or `fault`")
        return self


class Scene(Entry):
    """What the page plays: the lesson's system with these values, and what happens to it when."""

    system: Values = Field(default_factory=dict)
    events: list[Event] = Field(default_factory=list, max_length=30)
    keeps: bool = False
    """Whether the learner's own settings stay when this scene begins; without, it begins as it is written here. What `system`
    names is always as it is written here."""
    seed: int = Field(1, ge=0, le=2**31 - 1)


class Value(Entry):
    """A measurement that prose and answer keys use by its name: a metric of a stretch of a run, or a formula over others."""

    scene: Name = "start"
    """`start` is the lesson's system with nothing happening to it."""
    set: Values = Field(default_factory=dict)
    """Controls that differ from the scene's."""
    metric: str | None = Field(None, max_length=60)
    """A name of the engine's summary (latency_p95_ms), or with `of` a column of the table of nodes, regions or cohorts."""
    of: str | None = Field(None, max_length=60)
    """`servers.2`, `database.0`, `cache.1`, `cdn.3` (from 0), `region.europe_west`, `cohort.readers`."""
    from_s: float = Field(0.0, ge=0, le=3_600)
    to_s: float = Field(30.0, gt=0, le=3_600)
    mine: Name | None = None
    """A step whose answer carries the learner's own run: then the run is theirs, as far as they have come there, and the scene's
    run stands in for it where they skipped the step."""
    formula: Expression | None = None
    """Instead of all this: arithmetic over other values."""
    unit: str = Field("", max_length=12)
    """What stands behind it on worksheets; "%" multiplies by 100."""
    figures: int = Field(3, ge=1, le=6)
    """Figures that are shown."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.metric is None) == (self.formula is None):
            raise ValueError("a value has either a `metric` or a `formula`")
        if self.to_s <= self.from_s:
            raise ValueError("to_s: must be later than from_s")
        return self


class Hint(Entry):
    """A hint that can be asked for after so many attempts, or so many minutes on the step."""

    after_attempts: int | None = Field(None, ge=1, le=20)
    after_minutes: float | None = Field(None, ge=0.5, le=30)
    text: Prose

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.after_attempts is None and self.after_minutes is None:
            raise ValueError("a hint says after how many attempts or minutes it can be asked for")
        return self


class Show(Entry):
    """What a step shows of the page besides picture and controls; the rest is folded."""

    numbers: list[Name] = Field(default_factory=list, max_length=MAX_NUMBERS)
    """Metrics of the page's strip (latency_p50_ms, latency_p95_ms, latency_p99_ms, errors, goodput, and the page's own)."""
    chart: Name | None = None


class Step(Entry):
    """One thing on screen. At most one of `choice` … `writing` is what the learner answers."""

    id: Name
    kind: Literal[KINDS]  # type: ignore[valid-type]
    title: Line | None = None
    only: Literal["example", "explore"] | None = None
    """Which level of support has this step: worked example first, or explore first; both if empty."""
    objectives: list[Name] = Field(default_factory=list, max_length=4)
    """Which objectives its answer checks."""
    misconceptions: list[Misconception] = Field(default_factory=list, max_length=6)
    """Which beliefs this step meets, besides those of its options."""
    prompt: Prose
    scene: Name | None = None
    """Which scene begins with this step; the one before goes on if empty."""
    level: int | None = Field(None, ge=0, le=6)
    """How many levels of `controls` are in sight from this step on."""
    show: Show | None = None
    """From this step on."""
    choice: Choice | None = None
    number: Number | None = None
    own_run: OwnRun | None = None
    compare: Compare | None = None
    sketch: Sketch | None = None
    goal: Goal | None = None
    part: Part | None = None
    writing: Writing | None = None
    confidence: bool | None = None
    """Whether the learner says how sure they are; predictions always do."""
    hints: list[Hint] = Field(default_factory=list, max_length=4)
    explanation: Prose | None = None
    """Shown once the step is answered."""

    @property
    def check(self) -> Entry | None:
        """What is answered, or None."""
        return next((part for name in CHECKS if (part := getattr(self, name)) is not None), None)

    @property
    def check_kind(self) -> str:
        """The name of what is answered; "" for nothing."""
        return next((name for name in CHECKS if getattr(self, name) is not None), "")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        answered = [name for name in CHECKS if getattr(self, name) is not None]
        if len(answered) > 1:
            raise ValueError(f"a step asks for one answer, not for {' and '.join(answered)}")
        if self.kind in ("predict", "recall", "challenge") and not answered:
            raise ValueError(f"a step of kind {self.kind} needs something to answer")
        if self.kind == "predict" and self.check_kind not in ("choice", "number", "sketch"):
            raise ValueError("a prediction is a choice, a number or a sketch")
        return self


CHECKS = ("choice", "number", "own_run", "compare", "sketch", "goal", "part", "writing")


class Objective(Entry):
    """What the learner can do afterwards, in an observable verb; each is checked by a step."""

    id: Name
    text: Line


class Lesson(Entry):
    """A lesson."""

    id: Name
    """Stable, never reused; the name of its folder."""
    version: int = Field(ge=1, le=10_000)
    number: int = Field(ge=1, le=999)
    """Its place in the course."""
    title: Line
    concept: Name
    """The page beside which it is played (load_balancing)."""
    level: Literal["introductory", "intermediate", "advanced"]
    minutes: int = Field(ge=5, le=180)
    prerequisites: list[Name] = Field(default_factory=list, max_length=12)
    objectives: list[Objective] = Field(min_length=1, max_length=6)
    misconceptions: list[Misconception] = Field(default_factory=list, max_length=8)
    glossary: list[Line] = Field(default_factory=list, max_length=20)
    """Terms of the course's glossary, by their titles."""
    system: Values = Field(default_factory=dict)
    """What the lesson's system has differently from the engine's defaults."""
    controls: list[list[Path]] = Field(min_length=1, max_length=6)
    """Levels of controls: each step says how many are in sight."""
    scenes: dict[Name, Scene] = Field(default_factory=dict, max_length=20)
    values: dict[Name, Value] = Field(default_factory=dict, max_length=80)
    recall: list[Step] = Field(default_factory=list, max_length=2)
    """Two questions from earlier lessons."""
    steps: list[Step] = Field(min_length=1, max_length=30)
    exit: list[Step] = Field(min_length=1, max_length=3)
    """The exit ticket."""
    teacher: Teacher
    further_reading: list[Reading] = Field(default_factory=list, max_length=10)
    authors: list[Line] = Field(min_length=1, max_length=10)
    licence: Line

    @cached_property
    def text(self) -> str:
        """All of it as JSON."""
        return self.model_dump_json()

    def __hash__(self) -> int:
        """So that what is made of a lesson can be remembered by it."""
        return hash(self.text)

    def under(self, lesson_id: str) -> Self:
        """The same lesson by another id."""
        copied = self.model_copy(update={"id": lesson_id})
        copied.__dict__.pop("text", None)  # pydantic copies what was worked out, too
        return copied

    @property
    def all_steps(self) -> list[Step]:
        """Recall, steps and exit ticket, in the order in which they are played."""
        return [*self.recall, *self.steps, *self.exit]

    def steps_for(self, support: str) -> list[Step]:
        """The steps of one level of support ("example" or "explore")."""
        return [step for step in self.all_steps if step.only in (None, support)]

    def step(self, step_id: str) -> Step:
        """A step by its id. Raises KeyError."""
        return {step.id: step for step in self.all_steps}[step_id]

    def scene_at(self, step_id: str, support: str | None = None) -> str:
        """The scene that plays in a step: the last one that a step up to it begins (of one level of support, if it is given)."""
        name = "start"
        for step in self.steps_for(support) if support else self.all_steps:
            name = step.scene or name
            if step.id == step_id:
                break
        return name


PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
"""A name in braces, in prose."""
