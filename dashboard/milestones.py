"""Milestones: the road from one user to 100,000+ requests a second, as bottlenecks in the order in which one meets them.

Knows the concepts' names and the arithmetic of load; nothing of how the road is drawn.
"""

from dataclasses import dataclass

from dashboard.words import mark

ACTIONS_A_DAY = 20
PEAK = 3
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Milestone:
    """One stop: the concept whose page it is, the bottleneck that one meets there, and the question it asks."""

    name: str
    bottleneck: str
    question: str


MILESTONES = (
    Milestone("web_app", mark("The first queue"), mark("Nothing is full yet. Why do people wait?")),
    Milestone("vertical_scaling", mark("The biggest machine"), mark("Twice the machine: is it twice as fast?")),
    Milestone("horizontal_scaling", mark("One machine too few"), mark("Ten more servers. What are they all waiting for?")),
    Milestone("load_balancing", mark("The slowest server"), mark("Who gets the next request, and who feels it?")),
    Milestone("replication", mark("The one database"), mark("Copies of the data: who may read them, and who writes?")),
    Milestone("caching", mark("The same question again"), mark("Why ask the database what it has just answered?")),
    Milestone("cdn", mark("Distance"), mark("What can stand near everybody, and what cannot?")),
    Milestone("overload", mark("Impatience"), mark("The site is slow, so people try again. What then?")),
    Milestone("challenge", mark("All of them at once"), mark("100,000 requests a second, on a budget. Can you?")),
)
USERS = (1, 1_000, 100_000, 1_000_000, 144_000_000)
"""Numbers of users that stand along the road, each with its requests a second."""


def rate(users: float) -> float:
    """Requests a second at the peak of so many users: 20 actions a day each, and a peak of three times the mean."""
    return users * ACTIONS_A_DAY * PEAK / SECONDS_A_DAY


def figures(value: float) -> str:
    """A rate as people read it: two figures below ten, whole above."""
    if value >= 10_000:
        return f"{round(value, -3):,.0f}"
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.1g}" if value < 1 else f"{value:.1f}"
