"""Write a lesson: load a lesson file, see what is wrong with it or what it says, prove, preview and print it; and how to write one."""

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
