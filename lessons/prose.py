"""Prose: how long and how hard the texts of a lesson are.

Reading level by Flesch and Kincaid (Kincaid et al. 1975, Derivation of new readability formulas, Research Branch Report 8-75): the
school year in which a text is read with ease. Syllables are counted by groups of vowels, which suffices for English on average.
"""

import re
from collections.abc import Iterator

from lessons.format import Lesson, Step
from lessons.showing import ABSENT, PLACEHOLDER

WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d[\d.,:]*")
SENTENCE = re.compile(r"[.!?:;]+(?:[\s\"”’)]|$)")
VOWELS = re.compile(r"[aeiouy]+")
TYPED_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*\s?(?:%|ms\b|s\b|seconds?\b|requests?/s|/s\b|GB\b|MB\b|times\b|×)")
"""A number with a unit, which should be a placeholder."""


def texts_of(lesson: Lesson) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text that a learner reads on screen, with its place in the file."""
    for group in ("recall", "steps", "exit"):
        for at, step in enumerate(getattr(lesson, group)):
            for place, text in _of_step(step):
                yield (group, at, *place), text


def _of_step(step: Step) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("prompt",), step.prompt
    if step.explanation:
        yield ("explanation",), step.explanation
    for at, hint in enumerate(step.hints):
        yield ("hints", at, "text"), hint.text
    for at, option in enumerate(step.choice.options if step.choice else ()):
        yield ("choice", "options", at, "text"), option.text
        if option.reply:
            yield ("choice", "options", at, "reply"), option.reply
    for name in ("number", "own_run", "sketch"):
        for at, wrong in enumerate(getattr(getattr(step, name), "wrong", ())):
            yield (name, "wrong", at, "reply"), wrong.reply
    for at, mistake in enumerate(step.goal.mistakes if step.goal else ()):
        if mistake.reply:
            yield ("goal", "mistakes", at, "reply"), mistake.reply
    for at, mistake in enumerate(step.part.mistakes if step.part else ()):
        if mistake.reply:
            yield ("part", "mistakes", at, "reply"), mistake.reply
    if step.writing:
        yield ("writing", "model"), step.writing.model


def words_of(text: str) -> list[str]:
    """The words of a text; a placeholder is one."""
    return WORD.findall(PLACEHOLDER.sub("seven", text))


def sentence_lengths(text: str) -> list[int]:
    """Words of each sentence."""
    parts = SENTENCE.split(PLACEHOLDER.sub("seven", text).replace(ABSENT, " "))
    return [count for part in parts if (count := len(WORD.findall(part)))]


def reading_grade(texts: list[str]) -> float:
    """The Flesch–Kincaid grade level of texts together; 0 for none."""
    words = [word for text in texts for word in words_of(text)]
    sentences = sum(len(sentence_lengths(text)) for text in texts)
    if not words or not sentences:
        return 0.0
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    plain = word.lower()
    groups = len(VOWELS.findall(plain))
    silent = plain.endswith("e") and not plain.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)
