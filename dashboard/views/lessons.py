"""Lessons: all of them as one path, how far the learner is on it, and what is wrong with files that are no lessons."""

from dashboard import places
from dashboard.island import island
from dashboard.journey import CONCEPTS
from dashboard.lesson.beside import SHELF
from dashboard.lesson.cards import card
from dashboard.words import t

TITLES = dict(CONCEPTS)

island("lessons", {
    "lessons": [card(one) for one in SHELF.playable()],
    "broken": SHELF.problems(),
    "pages": {name: {"title": t(title), "live": places.exists(name)} for name, title in TITLES.items()},
})  # fmt: skip
