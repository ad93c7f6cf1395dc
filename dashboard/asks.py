"""Asks: what the browser sends for a slice of a run, taken as the text of a stranger.

An ask is {id, seed, changes: [[t_s, {path: value}], [t_s, {"inject": fault}]], from_s, length_s, pace, pin}, complete in itself, so
that asking again gives the same bytes. `pin` is [t_s, {path: value}], what the pinned design has and the page has not, or None.
{id, seed, experiment: {path: value}} wants a whole run at once instead. Everything in it is checked and clamped here; nothing here
runs a simulation.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

from dashboard.controls import BadValue, Control
from dashboard.faults import BadFault, read_fault
from dashboard.words import figure, t

MAX_CHANGES = 400
"""Changes of one run; the browser thins them to four a second and starts a new run at the bound."""
MAX_RUN_S = 4 * 3_600.0
"""Simulated length of one live run."""
MAX_LENGTH_S = 60.0
"""Simulated time that one ask may cover."""
MAX_SEED = 2**31 - 1
PACES = (0.01, 100.0)
"""Simulated seconds in one of the viewer's: how many requests the picture needs of a simulated second."""
RECORDING = "traffic.recording"
"""The path that switches the traffic to a recording by its token, or back (None)."""


class BadAsk(ValueError):
    """An ask that cannot be answered; the message is shown to the person. `lost` names what is no longer here, if that is why."""

    lost = ""


class LostRecording(BadAsk):
    """The recording that a run plays was uploaded to a process that has forgotten it."""

    lost = "recording"


@dataclass(frozen=True)
class Change:
    """One change of a run: at a time, values for controls or a fault. `text` is its canonical form."""

    t_ms: int
    text: str

    @property
    def values(self) -> dict[str, Any]:
        """What the change holds: {path: value} or {"inject": fault}."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Ask:
    """A clean ask; as a value it is the key of its answer."""

    seed: int
    changes: tuple[Change, ...]
    from_ms: int
    length_ms: int
    pace: float = 1.0
    pin: Change | None = None
    """The pinned design: the values in which it differs from the page's own, in force from its time on; None before that time."""


def read_ask(raw: Any, controls: dict[str, Control], faults: frozenset[str]) -> tuple[str, Ask]:
    """The id and the clean ask of what the browser sent. Raises BadAsk with what is wrong."""
    if not isinstance(raw, dict):
        raise BadAsk(t("An ask is an object with id, seed, changes, from_s and length_s."))
    ask_id = str(raw.get("id", ""))[:40]
    seed = read_seed(raw)
    changes = raw.get("changes", [])
    if not isinstance(changes, list) or len(changes) > MAX_CHANGES:
        raise BadAsk(t("changes: give a list of at most {most} changes.", most=MAX_CHANGES))
    clean = [read_change(change, controls, faults) for change in changes]
    if any(later.t_ms < earlier.t_ms for earlier, later in zip(clean, clean[1:])):
        raise BadAsk(t("changes: the times must not fall."))
    from_ms = _milliseconds(raw.get("from_s", 0), "from_s", 0, MAX_RUN_S)
    length_ms = _milliseconds(raw.get("length_s", 2), "length_s", 0.05, MAX_LENGTH_S)
    pace = _milliseconds(raw.get("pace", 1), "pace", *PACES) / 1_000
    until = from_ms + length_ms
    pin = None if raw.get("pin") is None else read_change(raw["pin"], controls, frozenset(), 0)
    pin = pin if pin and pin.t_ms < until else None
    return ask_id, Ask(seed, tuple(change for change in clean if change.t_ms < until), from_ms, length_ms, pace, pin)


def read_experiment(raw: dict[str, Any], controls: dict[str, Control], name: str = "experiment") -> tuple[int, Change]:
    """Seed and values of an ask {id, seed, <name>: {path: value}} for a whole run at once. Raises BadAsk."""
    change = read_change([0, raw[name]], controls, frozenset())
    return read_seed(raw), change


def read_change(raw: Any, controls: dict[str, Control], faults: frozenset[str], least: int = 1) -> Change:
    """A change of a run, checked and clamped, with at least so many values. Raises BadAsk."""
    if not (isinstance(raw, list) and len(raw) == 2 and isinstance(raw[1], dict) and least <= len(raw[1]) <= len(controls) + 1):
        raise BadAsk(t("A change is a pair of its time in seconds and an object of values."))
    t_ms = _milliseconds(raw[0], t("the time of a change"), 0, MAX_RUN_S)
    if "inject" in raw[1]:
        return Change(t_ms, canonical({"inject": _fault(raw[1]["inject"], faults)}))
    values = {}
    for path, value in raw[1].items():
        if path == RECORDING:
            values[path] = _token(value)
        elif path in controls:
            try:
                values[path] = controls[path].clean(value)
            except BadValue as problem:
                raise BadAsk(str(problem)) from None
        else:
            raise BadAsk(t("{path} is not a control of this page.", path=f"{path!r:.60}"))
    return Change(t_ms, canonical(values))


def _fault(raw: Any, faults: frozenset[str]) -> dict[str, Any]:
    """A fault that the page offers."""
    try:
        return read_fault(raw, faults)
    except BadFault as problem:
        raise BadAsk(str(problem)) from None


def read_seed(raw: dict[str, Any]) -> int:
    """The seed of a run. Raises BadAsk."""
    seed = raw.get("seed", 1)
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise BadAsk(t("seed: give a whole number from 0 to {most}.", most=figure(MAX_SEED)))
    return seed


def _token(raw: Any) -> str | None:
    if raw is None or (isinstance(raw, str) and len(raw) <= 64 and raw.isalnum()):
        return raw
    raise BadAsk(t("A recording is named by the token that its upload returned."))


def _milliseconds(raw: Any, name: str, low: float, high: float) -> int:
    """Seconds from outside as whole milliseconds, clamped."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise BadAsk(t("{name}: give a number of seconds.", name=name))
    return round(min(max(float(raw), low), high) * 1_000)


def canonical(values: dict[str, Any]) -> str:
    """One text for equal values, whatever their order."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"))
