"""Printing: the worksheet of a lesson and its key, as pages of their own to print.

Made from the lesson file; the key's numbers are measured. Plain HTML without scripts, every text escaped. Knows nothing of the app.
"""

from html import escape

from lessons.facts import Facts
from lessons.format import Lesson, Step
from lessons.goals import as_words, conditions_of, words_of_money
from lessons.judging import right_option, simulated
from lessons.showing import paragraphs, plain, rounded, shown

STYLE = """
@page { margin: 18mm; }
body { font: 11pt/1.45 system-ui, sans-serif; color: #111; max-width: 170mm; margin: 0 auto; padding: 8mm; }
h1 { font-size: 18pt; margin: 0 0 2mm; }
h2 { font-size: 12pt; margin: 7mm 0 1mm; break-after: avoid; }
section { break-inside: avoid; }
p { margin: 1.5mm 0; }
ul { list-style: none; padding: 0; margin: 2mm 0; }
li { margin: 1.5mm 0; }
.box { display: inline-block; width: 3.6mm; height: 3.6mm; border: .3mm solid #111; margin-right: 3mm; vertical-align: -.4mm; }
.box.on { background: #111; }
.line { border-bottom: .2mm solid #888; height: 8mm; }
.small { color: #555; font-size: 9.5pt; }
table { border-collapse: collapse; width: 100%; }
td { border: .2mm solid #888; padding: 1.5mm 2.5mm; }
td:last-child { width: 45mm; }
svg { width: 100%; height: auto; }
"""
WIDE, HIGH, LEFT, BELOW = 640, 260, 60, 40
"""Of drawn axes."""


def worksheet(lesson: Lesson) -> str:
    """The sheet for learners: questions, room for answers, empty axes; no answer."""
    return _page(lesson, lesson.title, [_intro(lesson), *_questions(lesson, None), *_measured(lesson, None), *_axes(lesson)])


def key(lesson: Lesson) -> str:
    """The sheet with the answers, as the simulator gives them. Raises BadRun."""
    facts = Facts(lesson)
    return _page(lesson, f"{lesson.title}: key", [*_questions(lesson, facts), *_measured(lesson, facts)])


def _page(lesson: Lesson, title: str, parts: list[str]) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    foot = f'<p class="small">{escape(", ".join(lesson.authors))} · {escape(lesson.licence)} · version {lesson.version}</p>'
    body = f"<h1>{lesson.number} · {escape(title)}</h1>" + "".join(parts) + foot
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def _intro(lesson: Lesson) -> str:
    goals = "".join(f"<li>{escape(objective.text)}</li>" for objective in lesson.objectives)
    text = _prose(lesson.teacher.worksheet.intro, Facts(lesson))
    return f'<p>Name <span class="line">{"&nbsp;" * 60}</span></p>{text}<h2>Afterwards you can</h2><ul>{goals}</ul>'


def _questions(lesson: Lesson, facts: Facts | None) -> list[str]:
    asked = [step for step in lesson.all_steps if step.check is not None]
    return [_question(lesson, step, number, facts) for number, step in enumerate(asked, 1)]


def _question(lesson: Lesson, step: Step, number: int, facts: Facts | None) -> str:
    seen = facts or Facts(lesson)
    scene = lesson.scene_at(step.id)
    title = f"{number} · {step.title or step.kind.capitalize()}"
    said = words_of_money(lesson, step) if step.goal else {}
    body = _prose(step.prompt, seen, scene, facts is None, said)
    if step.choice:
        body += _options(step, facts)
    elif step.number:
        answer = "" if facts is None else as_words(facts[step.number.value], step.number.unit)
        body += _answer(answer, step.number.unit)
    elif step.sketch:
        body += _sketched(step, facts)
    elif step.goal:
        conditions = "".join(f"<li>{escape(_condition(one))}</li>" for one in conditions_of(lesson, step))
        solutions = "".join(f"<li>{escape(design.name)}: {escape(_design(design.set))}</li>" for design in step.goal.solutions)
        body += f"<ul>{conditions}</ul>" + (f"<p>Designs that pass:</p><ul>{solutions}</ul>" if facts else _lines(3))
    elif step.part:
        body += _part(step, facts is not None)
    elif step.writing:
        body += _lines(4 * max(1, len(step.writing.parts))) if facts is None else _prose(step.writing.model, seen, scene)
    else:
        body += _answer("read from one's own run" if facts else "", "")
    if facts is not None and step.explanation and not (step.own_run or step.compare or step.part):
        body += _prose(step.explanation, seen, scene, said=said)
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _options(step: Step, facts: Facts | None) -> str:
    right = None if facts is None else right_option(step.choice, facts)
    lines = ""
    for place, option in enumerate(step.choice.options):
        belief = f' <span class="small">{option.misconception}</span>' if facts and option.misconception else ""
        lines += f'<li><span class="box{" on" if place == right else ""}"></span>{escape(option.text)}{belief}</li>'
    return f"<ul>{lines}</ul>"


def _part(step: Step, tells: bool) -> str:
    """What a member decides, with a box before each value; on the key what ends well."""
    rows = ""
    for path, offered in step.part.choices.items():
        boxes = "".join(f'<span class="box"></span>{escape(str(value).replace("_", " "))} &nbsp; ' for value in offered)
        rows += f"<li>{escape(path.rpartition('.')[2].replace('_', ' '))}: {boxes}</li>"
    good = "".join(f"<li>{escape(one.name)}: {escape(_design(one.set))}</li>" for one in step.part.solutions)
    return f"<ul>{rows}</ul>" + (f"<p>Enough if most of the class does it:</p><ul>{good}</ul>" if tells else "")


def _sketched(step: Step, facts: Facts | None) -> str:
    sketch = step.sketch
    if facts is None:
        return _empty(sketch.label, sketch.measure, [plain(x) for x in sketch.points], sketch.most)
    cells = zip(sketch.points, simulated(sketch, facts))
    rows = "".join(f"<tr><td>{plain(x)}</td><td>{'–' if y is None else plain(rounded(y))}</td></tr>" for x, y in cells)
    return f"<table><tr><td>{escape(sketch.label)}</td><td>{escape(sketch.measure)}</td></tr>{rows}</table>"


def _measured(lesson: Lesson, facts: Facts | None) -> list[str]:
    names = lesson.teacher.worksheet.measure
    if not names:
        return []
    rows = ""
    for name in names:
        value = lesson.values[name]
        told = "" if facts is None else shown(facts[name], value.unit, value.figures)
        rows += f"<tr><td>{escape(name.replace('_', ' '))}</td><td>{told} {escape(value.unit)}</td></tr>"
    return [f"<section><h2>Measure</h2><table>{rows}</table></section>"]


def _axes(lesson: Lesson) -> list[str]:
    drawn = lesson.teacher.worksheet.axes
    return [f"<section><h2>{escape(axes.title)}</h2>{_empty(axes.x, axes.y)}</section>" for axes in drawn]


def _empty(label: str, measure: str, ticks: list[str] | None = None, most: float | None = None) -> str:
    """Empty axes to draw on."""
    right, bottom = WIDE - 20, HIGH - BELOW
    marks = ""
    for place, tick in enumerate(ticks or []):
        x = LEFT + (right - LEFT) * place / (len(ticks) - 1)
        marks += f'<path d="M{x:.0f} {bottom}v-{HIGH - BELOW - 14}" stroke="#ddd"/>'
        marks += f'<text x="{x:.0f}" y="{bottom + 14}" text-anchor="middle" font-size="11">{escape(tick)}</text>'
    if most is not None:
        marks += f'<text x="{LEFT - 6}" y="18" text-anchor="end" font-size="11">{escape(plain(most))}</text>'
    frame = f'<path d="M{LEFT} 10V{bottom}H{right}" fill="none" stroke="#111"/>'
    texts = f'<text x="{right}" y="{HIGH - 6}" text-anchor="end" font-size="12">{escape(label)}</text>'
    texts += f'<text x="{LEFT + 8}" y="14" font-size="12">{escape(measure)}</text>'
    return f'<svg viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="Empty axes">{marks}{frame}{texts}</svg>'


def _prose(text: str, facts: Facts, scene: str = "start", blank: bool = False, said: dict[str, str] | None = None) -> str:
    """Paragraphs; on a sheet without answers a number of a run is a gap to fill in."""
    gaps = dict.fromkeys(facts.lesson.values, "……") if blank else {}
    return "".join(f"<p>{escape(part)}</p>" for part in paragraphs(text, facts, scene, gaps | (said or {})))


def _answer(told: str, unit: str) -> str:
    return f"<p><strong>{escape(told)}</strong></p>" if told else f'<p><span class="line">{"&nbsp;" * 30}</span> {escape(unit)}</p>'


def _lines(count: int) -> str:
    return '<div class="line"></div>' * count


def _condition(condition) -> str:
    sign, limit = ("at most", condition.at_most) if condition.at_most is not None else ("at least", condition.at_least)
    share = condition.metric.endswith("_ratio") or condition.metric.startswith("error")
    return f"{condition.metric.replace('_', ' ')} {sign} {plain(limit * 100) + ' %' if share else plain(limit)}"


def _design(values: dict) -> str:
    return ", ".join(f"{path} = {value}" for path, value in values.items())
