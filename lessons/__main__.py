"""`python -m lessons`: check, show, search and print lessons, for whoever writes one."""

import argparse
import sys
import time
from pathlib import Path

from lessons import searching
from lessons.facts import Facts
from lessons.goals import words_of_money
from lessons.judging import right_option
from lessons.library import ENGLISH, OWN
from lessons.printing import key, worksheet
from lessons.prose import reading_grade, sentence_lengths, texts_of
from lessons.proving import prove
from lessons.reading import BadLesson, Source, load, read
from lessons.running import BadRun
from lessons.showing import paragraphs, shown


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns 0, or 1 if something is to be mended."""
    parser = argparse.ArgumentParser(prog="python -m lessons", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, told in (
        ("check", "validate and prove lessons, and say what to mend"),
        ("show", "print a lesson with all its numbers filled in"),
        ("search", "search for the cheapest designs, which the budgets are made of"),
        ("print", "write the worksheet and its key as pages to print"),
    ):
        command = commands.add_parser(name, help=told)
        command.add_argument("paths", nargs="*", type=Path, help="folders or files of lessons; none: all lessons of the course")
    asked = parser.parse_args(arguments)
    paths = asked.paths or sorted(path.parent.parent for path in OWN.glob(f"*/{ENGLISH}/lesson.yaml"))
    return max([_COMMANDS[asked.command](path) for path in paths], default=1)


def _opened(path: Path) -> Source | None:
    """The lesson at a path, a folder or a file; says what is wrong with it and returns None if it is none."""
    try:
        return load(path.resolve()) if path.is_dir() else read(path.read_bytes(), path.name)
    except OSError as problem:
        print(f"{path}: {problem.strerror}")
    except BadLesson as problem:
        print(problem)
    return None


def _check(path: Path) -> int:
    source, begun = _opened(path), time.perf_counter()
    if source is None:
        return 1
    problems = prove(source)
    for problem in problems:
        print(problem)
    texts = [text for _, text in texts_of(source.lesson)]
    lengths = [length for text in texts for length in sentence_lengths(text)]
    print(f"{source.lesson.id}: reading grade {reading_grade(texts):.1f}, {sum(lengths) / len(lengths):.1f} words a sentence")
    seconds = time.perf_counter() - begun
    print(f"{source.lesson.id}: {f'{len(problems)} to mend' if problems else 'proven'} ({seconds:.1f} s)", flush=True)
    return int(bool(problems))


def _show(path: Path) -> int:
    if (source := _opened(path)) is None:
        return 1
    lesson = source.lesson
    facts = Facts(lesson)
    print(f"{lesson.number} · {lesson.title}\n")
    for step in lesson.all_steps:
        scene = lesson.scene_at(step.id)
        print(f"[{step.id} · {step.kind}{f' · {step.only}' if step.only else ''} · plays {scene}]")
        said = words_of_money(lesson, step) if step.goal else {}
        print("\n".join(paragraphs(step.prompt, facts, scene, said)))
        if step.choice:
            right = right_option(step.choice, facts)
            for place, option in enumerate(step.choice.options):
                print(f"  {'✓' if place == right else '·'} {option.text}  {option.misconception or ''}")
                print(*(f"      {line}" for line in paragraphs(option.reply, facts, scene)), sep="\n")
        if step.explanation:
            print("  →", *paragraphs(step.explanation, facts, scene, said))
        print()
    for name, value in lesson.values.items():
        try:
            print(f"{name} = {shown(facts[name], value.unit, value.figures)} {value.unit}")
        except BadRun as problem:
            print(f"{name}: {problem}")
    return 0


def _search(path: Path) -> int:
    if (source := _opened(path)) is None:
        return 1
    try:
        searching.search(source, path.resolve().parent)
    except BadRun as problem:
        print(f"{source.lesson.id}: {problem}")
        return 1
    return 0


def _print(path: Path) -> int:
    if (source := _opened(path)) is None:
        return 1
    for name, page in (("worksheet", worksheet(source.lesson)), ("key", key(source.lesson))):
        target = Path(f"{source.lesson.id}-{name}.html")
        target.write_text(page, encoding="utf-8")
        print(target)
    return 0


_COMMANDS = {"check": _check, "show": _show, "search": _search, "print": _print}

if __name__ == "__main__":
    sys.exit(main())
