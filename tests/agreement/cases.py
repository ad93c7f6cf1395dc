"""Cases by number: even ones run at once, odd ones in slices with changes and faults in between. What a case comes to, in words."""

from tests.agreement.compare import Engine, as_json, compiled, difference, reference
from tests.agreement.minimise import minimised
from tests.agreement.systems import Plan, random_plan


def plan_of(number: int) -> Plan:
    """The plan of a case."""
    return random_plan(number // 2, sliced=number % 2 == 1)


def report(number: int, *, one: Engine = reference, other: Engine = compiled, smallest: bool = False) -> str:
    """Where two engines differ on a case, with its plan as JSON, if wanted the smallest that still differs; "" where they agree."""
    plan = plan_of(number)
    found = difference(plan, one, other)
    if not found:
        return ""
    if smallest:
        plan = minimised(plan, lambda candidate: bool(difference(candidate, one, other)))
        found = difference(plan, one, other)
    return f"case {number} (python -m tests.agreement --from {number} --systems 1): {found}\n{as_json(plan)}"


def report_or_error(number: int, *, smallest: bool) -> str:
    """The same, with an error told as a difference: one broken case must not hide the others."""
    try:
        return report(number, smallest=smallest)
    except Exception as error:
        return f"case {number}: {type(error).__name__}: {error}"
