"""Facts: the values of a lesson by their names, measured when they are asked for.

A value stands on the lesson's own run, or on the learner's where it is `mine` and they have one that has come so far. Nothing is
judged here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lessons.expressions import parsed
from lessons.format import Lesson, Value
from lessons.running import Run, Stretch, measured, run_of

SHORTEST_S = 2.0
"""Of a learner's run that ended in the middle of a stretch, so much must be there to measure."""


@dataclass(frozen=True)
class Own:
    """What a learner sent with an answer: their run up to `until_s`, and the settings of the page and of a pinned design."""

    run: Run
    scene: str
    until_s: float
    values: dict
    """{path: value} of what they have differently from the scene's system."""
    pinned: dict | None = None
    """The same of the pinned design."""


@dataclass
class Facts(Mapping[str, float | None]):
    """The values of a lesson. `own` holds the learner's runs by the step that they answered with them; `seed` replaces the scenes'
    own, for proofs; `more` are names that only this answer has.
    """

    lesson: Lesson
    own: Mapping[str, Own] = field(default_factory=dict)
    seed: int | None = None
    more: dict[str, float | None] = field(default_factory=dict)
    _known: dict[str, float | None] = field(default_factory=dict, repr=False)
    """What was measured or computed already."""

    def __getitem__(self, name: str) -> float | None:
        if name in self.more:
            return self.more[name]
        if name not in self._known:
            value = self.lesson.values[name]
            self._known[name] = self._measured(value) if value.formula is None else parsed(value.formula).number(self)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter({*self.lesson.values, *self.more})

    def __len__(self) -> int:
        return len({*self.lesson.values, *self.more})

    def is_own(self, name: str) -> bool:
        """Whether a value comes from the learner's own run, by itself or through its formula."""
        value = self.lesson.values.get(name)
        if value is None:
            return name in self.more
        if value.formula is not None:
            return any(self.is_own(other) for other in parsed(value.formula).names)
        return self._stretch_of_own(value) is not None

    def _measured(self, value: Value) -> float | None:
        of = value.of or ""
        if (mine := self._stretch_of_own(value)) is not None:
            run, to_s = mine
            return measured(run, Stretch(value.metric, of, value.from_s, to_s))
        run = run_of(self.lesson, value.scene, value.set, seed=self.seed)
        return measured(run, Stretch(value.metric, of, value.from_s, value.to_s))

    def _stretch_of_own(self, value: Value) -> tuple[Run, float] | None:
        own = self.own.get(value.mine or "")
        if own is None or own.scene != value.scene or own.until_s < value.from_s + SHORTEST_S:
            return None
        return own.run, min(value.to_s, own.until_s)
