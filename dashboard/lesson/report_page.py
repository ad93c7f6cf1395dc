"""The report on a learner's design as one page of HTML that stands on its own: no script, nothing fetched, made to be printed.

Knows how a report looks; measures nothing. Everything that is not markup of this module is escaped.
"""

from collections.abc import Iterable
from html import escape

from dashboard.lesson.metrics import amount, label, money
from dashboard.lesson.report import BUSY, Best, Limit, Reading, Report
from dashboard.words import figure, language, mark, plural, t
from engine.system import System
from lessons.checks import Condition
from lessons.goals import Outcome

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
:root{color-scheme:light}
body{font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#1c2128;background:#fff}
body{max-width:820px;margin:32px auto;padding:0 20px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:16px;margin:26px 0 6px}p{margin:4px 0 8px}.quiet{color:#59626f}
table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:4px 8px;border-bottom:1px solid #e3e1da;font-weight:400;vertical-align:top}
th:first-child,td:first-child{text-align:left}thead th{color:#59626f}tr.bad td{background:#fbeeec}tfoot td{font-weight:600}
svg{max-width:100%;height:auto;display:block}.verdict{font-weight:600}a{color:#2563d0;word-break:break-all}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}table,svg{break-inside:avoid}}
"""
COLOURS = {
    "users": "#59626f",
    "cdn": "#0f7f9e",
    "balancer": "#59626f",
    "servers": "#0a7d61",
    "cache": "#965e00",
    "database": "#8e3fb8",
}
"""As on the pages: a tier has one colour everywhere."""
TIERS = {
    "servers": mark("Servers"), "database": mark("Database"), "cache": mark("Cache"), "balancer": mark("Load balancer"),
    "traffic": mark("Bytes to the users"), "cdn": mark("CDN"),
}  # fmt: skip
BOX, GAP, HEIGHT = 140, 28, 150
"""Of the picture: width of a box, what lies between two, and its height."""
MOST_DRAWN = 12
"""Machines of a tier that are drawn one by one; of more there is the number."""
WIDTH = 160
"""Of the longest bar of the bill."""


class Markup(str):
    """Text that is markup already."""


def page_of(report: Report, date: str) -> str:
    """The whole page; `date` is when it was made, as it is to be read."""
    title = t("Report on a design: {goal}", goal=report.goal)
    head = _tag("head", _void("meta", charset="utf-8"), _policy(), _tag("title", title), _tag("style", Markup(STYLE)))
    body = _tag(
        "body",
        _tag("h1", title),
        _tag("p", f"{report.lesson} · {date}", cls="quiet"),
        picture(report.system, report.busy),
        *_promise(report),
        *_bill(report),
        *_limit(report.limit, report.system.traffic.rate),
        *_best(report.best, report.cost_per_hour, report.passed),
        *_link(report),
        _tag("p", _made(report), cls="quiet"),
    )
    return f"<!doctype html>\n{_tag('html', head, body, lang=language().replace('_', '-'))}"


def picture(system: System, busy: dict[str, float]) -> Markup:
    """The design as a picture: its tiers from the users to the data, how many machines each has, and how busy they are."""
    boxes = _boxes(system, busy)
    width = len(boxes) * (BOX + GAP) - GAP + 2
    drawn: list[str] = []
    for place, (tier, title, lines, count) in enumerate(boxes):
        x = 1 + place * (BOX + GAP)
        if place:
            drawn.append(_void("line", x1=x - GAP, y1=HEIGHT / 2, x2=x, y2=HEIGHT / 2, stroke="#8b8f98", stroke_width=2))
        drawn.append(_box(x, COLOURS[tier], title, lines, count))
    said = "; ".join(", ".join(filter(None, [title, *lines])) for _, title, lines, _ in boxes)
    return _tag("svg", _tag("title", said), *drawn, viewBox=f"0 0 {width} {HEIGHT}", width=width, height=HEIGHT, role="img")


def _boxes(system: System, busy: dict[str, float]) -> list[tuple[str, str, list[str], int]]:
    """Tier, title, lines and the number of machines of each box, from the users to the data."""
    servers, data, traffic = system.servers, system.database, system.traffic
    count = system.database_groups * (1 + data.replicas)
    boxes = [("users", t("Users"), [t("{rate} requests/s", rate=figure(traffic.rate, 0 if traffic.rate >= 100 else 1))], 0)]
    if system.cdn.enabled:
        boxes.append(("cdn", t("CDN"), [plural("{number} place", "{number} places", len(system.cdn.pops))], len(system.cdn.pops)))
    if servers.count > 1 or system.autoscaler.enabled:
        boxes.append(("balancer", t("Load balancer"), [], 0))
    lines = [t("{count} × {vcpus} vCPU", count=figure(servers.count), vcpus=servers.vcpus), _busy(busy.get("servers"))]
    boxes.append(("servers", t("Servers"), lines, servers.count))
    if system.cache.enabled:
        held = min(system.cache.capacity_items or traffic.items, traffic.items)
        lines = [plural("{number} node", "{number} nodes", system.cache.nodes), t("{items} items each", items=figure(held))]
        boxes.append(("cache", t("Cache"), lines, system.cache.nodes))
    lines = [
        t("on the first server") if data.colocated else plural("{number} shard", "{number} shards", system.database_groups),
        plural("{number} replica each", "{number} replicas each", data.replicas) if data.replicas else "",
        _busy(busy.get("database")),
    ]
    return [*boxes, ("database", t("Database"), lines, count)]


def _busy(ratio: float | None) -> str:
    return "" if ratio is None else t("{ratio} % busy", ratio=figure(100 * ratio))


def _box(x: float, colour: str, title: str, lines: list[str], count: int) -> Markup:
    parts = [
        _void("rect", x=x, y=1, width=BOX, height=HEIGHT - 2, rx=8, fill="#fff", stroke=colour, stroke_width=2),
        _text(x + 10, 22, title, fill=colour, font_weight=600, font_size=13),
    ]
    parts += [_text(x + 10, 42 + 17 * at, line, fill="#1c2128", font_size=12) for at, line in enumerate(filter(None, lines))]
    if 0 < count <= MOST_DRAWN:
        parts += [
            _void("rect", x=x + 10 + 18 * (at % 6), y=HEIGHT - 50 + 20 * (at // 6), width=14, height=14, rx=3, fill=colour)
            for at in range(count)
        ]
    elif count:
        parts.append(_void("rect", x=x + 10, y=HEIGHT - 36, width=22, height=22, rx=4, fill=colour))
        parts.append(_text(x + 40, HEIGHT - 19, f"× {figure(count)}", fill=colour, font_weight=600, font_size=15))
    return _tag("g", *parts)


def _text(x: float, y: float, words: str, **look: object) -> Markup:
    return _tag("text", words, x=x, y=y, font_family="system-ui, sans-serif", **look)


def _promise(report: Report) -> list[Markup]:
    verdict = t("The design keeps the promise.") if report.passed else t("The design does not keep the promise.")
    rows = [
        [label(one.metric), limit_said(one), amount(one.metric, one.found), _interval(one), t("kept") if one.met else t("not kept")]
        for one in report.outcomes
    ]
    head = ["", t("promised"), t("measured"), t("95 % interval"), ""]
    measured = t(
        "Measured from second {start} to second {end} of {runs} runs with requests that the learner did not see.",
        start=f"{report.from_s:g}", end=f"{report.to_s:g}", runs=len(report.seeds),
    )  # fmt: skip
    return [
        _tag("h2", t("What was promised, and what was measured")),
        _tag("p", verdict, cls="verdict"),
        _table(head, rows, bad={at for at, one in enumerate(report.outcomes) if not one.met}),
        _tag("p", measured, cls="quiet"),
    ]


def limit_said(condition: Condition | Outcome) -> str:
    """A condition's limit in words."""
    if condition.at_most is not None:
        return t("at most {limit}", limit=amount(condition.metric, condition.at_most))
    return t("at least {limit}", limit=amount(condition.metric, condition.at_least))


def _interval(one: Outcome) -> str:
    if one.found is None:
        return t("nobody was served")
    return f"{amount(one.metric, max(one.low, 0.0))} – {amount(one.metric, one.high)}"


def _bill(report: Report) -> list[Markup]:
    total = report.cost_per_hour
    rows = [
        [t(TIERS[tier]), money(cost), _share(cost, total), _bar(tier, cost, max(report.bill.values()))]
        for tier, cost in report.bill.items()
    ]
    return [
        _tag("h2", t("The bill for an hour")),
        _table(["", t("an hour"), t("share"), ""], rows, foot=[t("Together"), money(total), "", ""]),
    ]


def _share(cost: float, total: float) -> str:
    return f"{figure(100 * cost / total, 1)} %" if total else ""


def _bar(tier: str, cost: float, largest: float) -> Markup:
    length = round(WIDTH * cost / largest, 1)
    bar = _void("rect", width=length, height=10, rx=2, fill=COLOURS.get(tier, "#2563d0"))
    return _tag("svg", bar, viewBox=f"0 0 {WIDTH} 10", width=WIDTH, height=10, aria_hidden="true")


def _limit(limit: Limit, rate: float) -> list[Markup]:
    metrics = [metric for metric in limit.readings[0].metrics if metric not in BUSY.values()]
    head = [t("requests/s"), *map(label, metrics), t("servers busy"), t("database busy"), t("breaks")]
    rows = [_reading(one, metrics) for one in limit.readings]
    return [
        _tag("h2", t("What would break first")),
        _tag("p", broken_said(limit, rate)),
        _table(head, rows, bad={at for at, one in enumerate(limit.readings) if one.broken}),
    ]


def _reading(one: Reading, metrics: Iterable[str]) -> list[str]:
    busy = [f"{figure(100 * one.busy[tier])} %" for tier in ("servers", "database")]
    return [figure(one.rate), *(amount(metric, one.metrics[metric]) for metric in metrics), *busy, _name(one.broken)]


def _name(broken: str) -> str:
    """A condition or a tier in words; "" for nothing."""
    return t(TIERS[broken]) if broken in TIERS else label(broken) if broken else ""


def broken_said(limit: Limit, rate: float) -> str:
    """In words what breaks first, and at how many requests a second."""
    if limit.breaks is None:
        return t("Nothing broke up to {rate} requests/s, the highest rate that was tried.", rate=figure(limit.readings[-1].rate))
    full = figure(100 * limit.breaks.busy[limit.tier]) if limit.tier else ""
    where = {
        "servers": t("The servers are at their limit then: {busy} % busy.", busy=full),
        "database": t("The busiest database node is at its limit then: {busy} % busy.", busy=full),
    }.get(limit.tier, t("No tier is full then: look at what the requests wait for."))
    if limit.holds is None:
        first = t(
            "Even at {rate} requests/s something breaks: {what}.", rate=figure(limit.breaks.rate), what=_name(limit.breaks.broken)
        )
        return f"{first} {where}"
    words = {"holds": figure(limit.holds), "rate": figure(limit.breaks.rate), "what": _name(limit.breaks.broken)}
    first = t("All is well up to {holds} requests/s; at {rate} something breaks: {what}.", **words)
    more = 100 * (limit.holds / rate - 1)
    room = (
        t("That is {more} % above the rate of the goal.", more=figure(more, 1)) if limit.holds >= rate
        else t("That is below the rate of the goal, {rate} requests/s.", rate=figure(rate))
    )  # fmt: skip
    return f"{first} {room} {where}"


def _best(best: Best | None, cost: float, passed: bool) -> list[Markup]:
    """How far from the best known design; what it does otherwise only for one who has found a way of their own."""
    if best is None:
        return []
    away = 100 * (cost / best.cost_per_hour - 1)
    words = {"best": money(best.cost_per_hour), "mine": money(cost), "away": figure(abs(away), 1)}
    said = (
        t("The cheapest design that a search has found costs {best} an hour, yours {mine}: {away} % more.", **words) if away >= 0
        else t("The cheapest design that a search has found costs {best} an hour, yours {mine}: {away} % less.", **words)
    )  # fmt: skip
    rows = [[one.label, one.mine, one.best] for one in best.differences]
    if not passed:
        otherwise = _tag("p", t("What it does differently is told here once your design keeps the promise."))
    elif rows:
        otherwise = _table(["", t("yours"), t("best known")], rows)
    else:
        otherwise = _tag("p", t("It is the same design."))
    searched = t(
        "The search of {date} tried {tried} of {count} designs.",
        date=best.date, tried=figure(best.tried_count), count=figure(best.designs_count),
    )  # fmt: skip
    return [
        _tag("h2", t("Beside the best known design")),
        _tag("p", said),
        otherwise,
        _tag("p", searched, cls="quiet"),
    ]


def _link(report: Report) -> list[Markup]:
    found = [_tag("h2", t("To open it again")), _tag("p", _tag("a", report.address, href=report.address))]
    if report.unsaid:
        found.append(_tag("p", t("The link does not say: {fields}.", fields=", ".join(report.unsaid)), cls="quiet"))
    return found


def _made(report: Report) -> str:
    return t(
        "Computed by the simulator, version {version}, on the seeds {seeds}; list prices last read on {date}.",
        version=report.version, seeds=", ".join(map(str, report.seeds)), date=report.prices_date,
    )  # fmt: skip


def _policy() -> Markup:
    return Markup(f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">')


def _table(head: list[str], rows: list[list[str]], bad: Iterable[int] = (), foot: list[str] | None = None) -> Markup:
    body = [_tag("tr", *(_tag("td", cell) for cell in row), **({"cls": "bad"} if at in bad else {})) for at, row in enumerate(rows)]
    parts = [_tag("thead", _tag("tr", *(_tag("th", cell) for cell in head))), _tag("tbody", *body)]
    if foot:
        parts.append(_tag("tfoot", _tag("tr", *(_tag("td", cell) for cell in foot))))
    return _tag("table", *parts)


def _tag(name: str, *children: str, **attributes: object) -> Markup:
    """An element; children that are no markup are escaped, and so is every attribute."""
    inner = "".join(child if isinstance(child, Markup) else escape(str(child)) for child in children)
    return Markup(f"<{name}{_attributes(attributes)}>{inner}</{name}>")


def _void(name: str, **attributes: object) -> Markup:
    return Markup(f"<{name}{_attributes(attributes)}/>")


def _attributes(attributes: dict[str, object]) -> str:
    named = {"class" if name == "cls" else name.replace("_", "-"): value for name, value in attributes.items()}
    return "".join(f' {name}="{escape(str(value))}"' for name, value in named.items())
