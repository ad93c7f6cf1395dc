"""Theory beside measurement: what a formula gives for a system, what was measured, and how far they are apart.

Where no formula fits, it says which assumption fails, and what the formula gives for a simpler system that it does fit. Knows the
engine's predictions; no formula and nothing of drawing.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dashboard.asks import Change
from dashboard.experiment import run
from dashboard.experiment.figures import rounded
from dashboard.memo import MEMO, Memo
from dashboard.runs import Recordings, changed
from dashboard.simpler import patient, unlimited, without
from dashboard.words import figure, language, mark, t
from engine.system import System
from engine.theory.prediction import Prediction
from engine.theory.predictions import predictions
from engine.workload.tables import round_trip_ms

NEAR_RATIO = 0.03
"""Outside its interval by less than this a theory is called near: of twenty intervals one misses by chance."""

NOTHING = 1e-9
"""What is smaller than this is 0."""


SIMPLER: tuple[tuple[str, Callable[[System], System]], ...] = (
    (mark("nobody gives up or tries again"), patient),
    (mark("no queue has an end"), unlimited),
    (mark("all servers are alike"), without("servers", speeds=[], weights=[])),
)
"""Simplifications, in the order in which they are tried, each on top of those before."""


UNMET = SIMPLER[:2]
"""Simplifications that change nothing in a run without an error: no attempt met a timeout or the end of a queue."""
AS_WITHOUT = mark("No timeout or limit was met.")

SLOW_CHAIN, SLOW_CACHE = 4, 100_000
"""The chain of so many servers, and a bounded cache of more items, take seconds to solve: they are left out."""


def answer(start: System, seed: int, values: Change, recordings: Recordings, memo: Memo = MEMO) -> list[dict[str, Any]]:
    """Theory beside the experiment of the same values, which is run if it is not remembered."""
    measured = run.answer(start, seed, values, recordings, memo)
    system = changed(start, values, recordings)[0]
    key = ("theory", system.model_dump_json(), seed, language())
    told = memo.computed(key, lambda: {"rows": described(system, measured["numbers"]), "engine": measured["engine"]})
    return told["rows"]


def described(system: System, measured: dict[str, list[float | None]]) -> list[dict[str, Any]]:
    """One entry a metric that a formula speaks of: {metric, formula, source, theory, measured, verdict, words}.

    `measured` and the entry of that name are [value, low, high]; `verdict` is "inside", "near", "apart", "simpler" (the theory is
    that of a simpler system, as `words` say) or "none".
    """
    with_all = {one.metric: one for one in soon(system)}
    if measured.get("error_rate", [None])[0] == 0:
        for _, without in UNMET:
            system = without(system)
    simpler, silent = _of_simpler(system)
    rows = []
    for own in soon(system):
        numbers = measured.get(own.metric, [None, None, None])
        fitting, given = (own, "") if own.value is not None else simpler.get(own.metric, (own, ""))
        verdict, words = _verdict(own, fitting, given, *numbers)
        if fitting.value is None and silent.get(own.metric, own.failing) != own.failing:
            words = t("{reason} And without that: {other}", reason=t(own.failing), other=t(silent[own.metric]))
        if own.value is not None and with_all[own.metric].value is None:
            words = f"{words} {t(AS_WITHOUT)}"
        rows.append({
            "metric": own.metric, "formula": fitting.formula, "source": fitting.source, "theory": rounded(fitting.value),
            "measured": numbers, "verdict": verdict, "words": words,
        })  # fmt: skip
    return rows


def values(system: System) -> tuple[dict[str, float], dict[str, float]]:
    """What the formulas that fit give, by metric; and for other metrics what they give for a simpler system."""
    fitting = {one.metric: one.value for one in soon(system) if one.value is not None}
    simpler = {metric: one.value for metric, (one, _) in _of_simpler(system)[0].items() if metric not in fitting}
    return fitting, simpler


def soon(system: System) -> list[Prediction]:
    """What the formulas say that answer at once; the others say that they would take seconds."""
    asked, instead = system, {}
    if system.balancer.algorithm in ("least_connections", "power_of_two") and system.servers.count == SLOW_CHAIN:
        # No formula is known for this algorithm, and it is told apart by its name: no chain is solved.
        asked = without("balancer", algorithm="least_latency")(asked)
        instead["least latency"] = t(
            "The chain of {number} servers takes seconds to solve; here it is solved for 2 or 3.", number=SLOW_CHAIN
        )
    cache = system.cache
    if cache.enabled and cache.capacity_items is not None and SLOW_CACHE < system.traffic.items > cache.capacity_items:
        asked = without("cache", eviction="fifo")(asked)
        instead["Che's LRU"] = t(
            "The formula is solved for up to {number} items, because more take seconds.", number=figure(SLOW_CACHE)
        )
    return [
        replace(one, failing=instead[one.formula]) if one.value is None and one.formula in instead else one
        for one in predictions(asked, round_trip_ms)
    ]


def _of_simpler(system: System) -> tuple[dict[str, tuple[Prediction, str]], dict[str, str]]:
    """For each metric the first simpler system that a formula fits, as its prediction and what was left out; and for the others
    which assumption fails in the simplest one.
    """
    silent: dict[str, str] = {}
    found: dict[str, tuple[Prediction, str]] = {}
    left_out: list[str] = []
    for words, simplified in SIMPLER:
        changed = simplified(system)
        if changed == system:
            continue
        system = changed
        left_out.append(t(words))
        for one in soon(system):
            if one.value is not None:
                found.setdefault(one.metric, (one, t(", and ").join(left_out)))
            silent[one.metric] = one.failing
    return found, silent


def _verdict(
    own: Prediction, fitting: Prediction, given: str, measured: float | None, low: float | None, high: float | None
) -> tuple[str, str]:
    if fitting.value is None:
        return "none", t(own.failing)
    if given:
        return "simpler", t("{reason} The number is that of a system in which {given}.", reason=t(own.failing), given=given)
    if measured is None:
        return "none", t("Nothing was measured.")
    if max(abs(measured), abs(fitting.value)) < NOTHING:
        return "inside", t("Both are 0.")
    if low is not None and low <= fitting.value <= high:
        return "inside", t("Inside the interval.")
    off = abs(measured - fitting.value) / max(abs(fitting.value), 1e-12)
    apart = t("{number} % apart.", number=figure(100 * off, 1, grouped=False))
    if low is None:
        return "near" if off <= NEAR_RATIO else "apart", f"{apart} {t('The measurement has no interval.')}"
    if fitting.approximate:
        return "near" if off <= NEAR_RATIO else "apart", f"{apart} {t(fitting.approximate)}"
    if off <= NEAR_RATIO:
        return "near", f"{apart} {t('One interval in twenty misses by chance.')}"
    return "apart", apart
