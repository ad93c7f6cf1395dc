"""Write a lesson: load a lesson file, see what is wrong with it or how it reads, prove it, preview it and print it."""

from dashboard.island import island
from dashboard.lesson.beside import SHELF
from dashboard.lesson.manual import example, manual
from lessons.reading import MAX_BYTES

island("write_lesson", {
    "manual": manual(),
    "example": example(),
    "lessons": [{"id": one.id, "number": one.number, "title": one.title} for one in SHELF.playable()],
    "most": MAX_BYTES,
})  # fmt: skip
