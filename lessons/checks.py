"""Checks: what a step may ask for, and how the answer is judged; the part of the format of a lesson file that is about answers.

See `format.py` for expressions and placeholders. Knows what is well-formed; nothing of what is true.
"""

from math import prod
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from lessons.entries import Entry, Expression, Line, Misconception, Name, Path, Prose, Values

SHARE = "cohort.share"
"""How much of the traffic a member's part is, beside the others';"""
SERVER = "server.speed"
"""how fast the server is that a member owns."""
OF_CLIENT = ("client.timeout_ms", "client.retries", "client.backoff", "client.backoff_ms", SHARE)
MOST_POLICIES = 300
"""Different policies of a part: each may become a cohort of the system."""


class Option(Entry):
    """An answer to choose. Exactly one of a choice's options is right: whose `when` holds, or the one that says `right`."""

    text: Line
    when: Expression | None = None
    """When it is what the simulator shows, over `values`."""
    right: bool | None = None
    """Only for what no simulation can answer."""
    misconception: Misconception | None = None
    reply: Prose | None = None
    """What is said to whoever chose it, after the answer is locked."""


class Choice(Entry):
    """One of two to five options."""

    options: list[Option] = Field(min_length=2, max_length=5)

    @model_validator(mode="after")
    def _decided(self) -> Self:
        measured = [option.when is not None for option in self.options]
        if any(measured) and not all(measured):
            raise ValueError("options: either every option says `when` it is right, or one says that it is `right`")
        if not any(measured) and sum(bool(option.right) for option in self.options) != 1:
            raise ValueError("options: exactly one must be `right`")
        if all(measured) and any(option.right is not None for option in self.options):
            raise ValueError("options: `right` is for what no simulation answers; these have a `when`")
        return self


class Wrong(Entry):
    """An interesting wrong answer and what it deserves. `when` may also use answer and measured (a sketch: d1 … for the drawn
    points, s1 … for the simulated ones)."""

    when: Expression
    misconception: Misconception | None = None
    reply: Prose


class Number(Entry):
    """A number to work out: right within so much of a value (0.1: ten percent)."""

    value: Name
    unit: str = Field(max_length=20)
    within: float = Field(gt=0, le=1)
    wrong: list[Wrong] = Field(default_factory=list, max_length=6)


class OwnRun(Entry):
    """A number to read off the learner's own run, as it stood in the last ten seconds before they answered."""

    metric: str = Field(max_length=60)
    of: str | None = Field(None, max_length=60)
    unit: str = Field(max_length=20)
    within: float = Field(0.1, gt=0, le=1)
    from_s: float = Field(0.0, ge=0, le=3_600)
    """Before so much simulated time has passed there is nothing to read yet; the learner is told so."""
    wrong: list[Wrong] = Field(default_factory=list, max_length=6)


class Compare(Entry):
    """Two runs of the learner's own that differ in exactly one control: a pinned design, and what it became."""

    control: Path | None = None
    """Which control must differ; any if empty."""
    metric: str = Field(max_length=60)
    unit: str = Field("", max_length=20)
    better: Literal["lower", "higher"] | None = None
    """Which way the metric must go; any if empty."""
    from_s: float = Field(5.0, ge=0, le=3_600)
    to_s: float = Field(30.0, gt=0, le=3_600)
    """The stretch of both runs, of this step's scene, that is compared."""
    example: Values
    """A change of one control that does, for the proof."""


class Sketch(Entry):
    """A curve to draw: a metric against a control."""

    control: Path
    points: list[float] = Field(min_length=4, max_length=9)
    """Values of the control, rising."""
    label: Line
    """What the horizontal axis says, with its unit."""
    metric: str = Field(max_length=60)
    formula: Expression | None = None
    """What is drawn if it is not the metric itself: over `y` (the metric), `x` (the control's value) and other values."""
    measure: Line
    """What the vertical axis says, with its unit."""
    most: float = Field(gt=0)
    """Where the vertical axis ends."""
    scene: Name = "start"
    from_s: float = Field(5.0, ge=0, le=3_600)
    to_s: float = Field(60.0, gt=0, le=3_600)
    within: float = Field(0.15, gt=0, le=0.5)
    """Right if it is no further than this from the simulated curve on average, in parts of the axis."""
    wrong: list[Wrong] = Field(default_factory=list, max_length=6)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if any(b <= a for a, b in zip(self.points, self.points[1:])):
            raise ValueError("points: must rise")
        return self


class Condition(Entry):
    """One condition of a goal: a metric with a limit. The whole 95 % interval over the judge's runs must keep to it."""

    metric: str = Field(max_length=60)
    at_most: float | None = None
    at_least: float | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("a condition has either `at_most` or `at_least`")
        return self

    def leaves(self, value: float) -> float:
        """How far a value is within the limit; below 0 it is beyond it."""
        return self.at_most - value if self.at_most is not None else value - self.at_least


class Design(Entry):
    """A named design: what it has differently from the scene of its goal."""

    name: Line
    set: Values


class Mistake(Design):
    """A tempting design that fails, at the condition on this metric ("cost_per_hour" for the budget)."""

    fails: str = Field(max_length=60)
    reply: Prose | None = None
    """What is said when the learner's design changes the same settings in the same direction, and fails at the same condition."""
    misconception: Misconception | None = None


class Goal(Entry):
    """A design to build, judged by running it on seeds that the learner did not see."""

    scene: Name = "start"
    free: list[Path] = Field(min_length=1, max_length=40)
    """What the learner may change; everything else is the scene's, whatever they moved."""
    conditions: list[Condition] = Field(min_length=1, max_length=6)
    room: float | None = Field(None, ge=1.0, le=5.0)
    """The budget: so many times what the cheapest known design costs an hour; none if empty."""
    from_s: float = Field(5.0, ge=0, le=3_600)
    to_s: float = Field(60.0, gt=0, le=3_600)
    solutions: list[Design] = Field(min_length=1, max_length=6)
    """Designs that pass: at least two different ways where there are two."""
    mistakes: list[Mistake] = Field(min_length=1, max_length=8)
    search: dict[Path, list[Any]] = Field(default_factory=dict)
    """What the search for the cheapest design tries; the dearest combination is what "buying everything" means."""


class Policy(Design):
    """A tempting choice of a part that does not help."""

    reply: Prose | None = None
    """What is said to whoever chose these values."""
    misconception: Misconception | None = None


class Part(Entry):
    """One part of a system that a class makes together: every member owns a client's policy, or a server.

    An answer is judged as if most of the class did the same; in a room the teacher plays what the members really chose.
    """

    choices: dict[Path, list[Any]] = Field(min_length=1, max_length=5)
    """What a member decides: of a client its fields and "cohort.share", of a server "server.speed"; two to eight values of each."""
    members: int = Field(24, ge=2, le=300)
    """Of the simulated class,"""
    stay: int = Field(0, ge=0, le=299)
    """of whom so many stay as the scene has them, whatever the learner chooses."""
    at_s: float = Field(ge=0, le=3_600)
    """When the class changes,"""
    condition: Condition
    """what then must hold,"""
    from_s: float = Field(ge=0, le=3_600)
    to_s: float = Field(gt=0, le=3_600)
    """and in which stretch."""
    unit: str = Field("", max_length=20)
    """Of {measured}."""
    solutions: list[Design] = Field(min_length=1, max_length=6)
    mistakes: list[Policy] = Field(default_factory=list, max_length=6)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if set(self.choices) != {SERVER} and set(self.choices) - set(OF_CLIENT):
            raise ValueError(f"choices: either {SERVER} alone, or some of {', '.join(OF_CLIENT)}")
        for path, offered in self.choices.items():
            if not 2 <= len(offered) <= 8 or len({repr(one) for one in offered}) < len(offered):
                raise ValueError(f"choices: {path} needs two to eight different values")
        if prod(map(len, self.choices.values())) > MOST_POLICIES:
            raise ValueError(f"choices: there are more than {MOST_POLICIES} different policies")
        if self.stay >= self.members:
            raise ValueError("stay: somebody in the class must be able to change")
        if not self.at_s <= self.from_s < self.to_s:
            raise ValueError("at_s, from_s, to_s: first the class changes, then it is measured")
        return self


class Writing(Entry):
    """Free text, which no machine marks: a model answer to hold one's own against, and three levels to judge it by."""

    model: Prose
    rubric: list[Line] = Field(min_length=3, max_length=3)
    """Weak, sound, strong."""
    parts: list[Line] = Field(default_factory=list, max_length=3)
    """Headings of what is to be written (claim, evidence, reasoning); one field if empty."""
