"""Makes a plan on which two engines differ as small as it can be while they still differ.

Steps are left out, fields go back to their defaults or to what they were before the change, as long as any difference remains.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from engine import System
from tests.agreement.compare import as_json
from tests.agreement.systems import Plan, Scale

Tree = dict[str, Any]


def from_json(text: str) -> Plan:
    """The plan that `as_json` wrote."""
    tree = json.loads(text)

    def action(value: Any) -> Any:
        return System.model_validate(value["system"]) if value and "system" in value else value

    scale = Scale(tree["requests"], tree["rate"], grid=False)
    steps = tuple((time_ns, action(value)) for time_ns, value in tree["steps"])
    return Plan(System.model_validate(tree["system"]), tree["seed"], scale, steps)


def minimised(plan: Plan, differs: Callable[[Plan], bool], most_trials: int = 2_000) -> Plan:
    """The smallest plan found that still differs."""
    tree, trials, smaller = json.loads(as_json(plan)), 0, True
    while smaller:
        smaller = False
        for candidate in _candidates(tree):
            trials += 1
            if trials > most_trials:
                return from_json(json.dumps(tree))
            try:
                if differs(from_json(json.dumps(candidate))):
                    tree, smaller = candidate, True
                    break
            except ValueError:  # no valid system, such as a fault on a node that is no longer there
                continue
    return from_json(json.dumps(tree))


def _candidates(tree: Tree) -> Iterator[Tree]:
    """Plans a little smaller than this one, the largest strides first."""
    if tree["requests"] > 1:
        for requests in (tree["requests"] // 2, tree["requests"] - 1):
            yield tree | {"requests": requests, "rate": tree["rate"] * requests / tree["requests"]}
    for place in range(len(tree["steps"])):
        yield tree | {"steps": tree["steps"][:place] + tree["steps"][place + 1 :]}
    yield from ({**tree, "system": system} for system in _without(tree["system"]))
    before = tree["system"]
    for place, (time_ns, action) in enumerate(tree["steps"]):
        if action and "system" in action:
            for system in [*_like(action["system"], before), *_without(action["system"])]:
                yield tree | {"steps": [*tree["steps"][:place], (time_ns, {"system": system}), *tree["steps"][place + 1 :]]}
            before = action["system"]


def _without(part: Any) -> Iterator[Any]:
    """The same part with one thing left out."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield {other: kept for other, kept in part.items() if other != name}
            yield from (part | {name: smaller} for smaller in _without(value))
    elif isinstance(part, list):
        for place, value in enumerate(part):
            yield part[:place] + part[place + 1 :]
            yield from (part[:place] + [smaller] + part[place + 1 :] for smaller in _without(value))


def _like(part: Tree, before: Tree) -> Iterator[Tree]:
    """The same part with one thing as it was before."""
    for name in dict.fromkeys([*part, *before]):
        if part.get(name) != before.get(name):
            rest = {other: value for other, value in part.items() if other != name}
            yield rest | ({name: before[name]} if name in before else {})
            if isinstance(part.get(name), dict) and isinstance(before.get(name), dict):
                yield from (part | {name: smaller} for smaller in _like(part[name], before[name]))
