"""Charts: what each one shows, as Plotly descriptions without data.

The browser fills in the data of the trace's `meta.series` and keeps the figure in place with Plotly.react. Colours are names of the
palette ("blue", "ink"); the browser puts in those of the theme. Knows nothing of the engine.
"""

from dataclasses import asdict, dataclass
from typing import Any

from dashboard.words import mark, t

LAST_S = 60
"""Simulated time that a chart of the past shows."""


@dataclass(frozen=True)
class Chart:
    """One chart: its title, what its axis is in, and the figure."""

    name: str
    title: str
    note: str
    kind: str
    """ "time": lines over the last minute; "nodes": one bar a server or database node; "knee": latency against utilisation;
    "capacity": requests/s against vCPUs; "map": latency by region."""
    figure: dict[str, Any]
    unit: str = ""
    least_top: float = 1.0
    """The vertical axis never ends below this, so that noise in a quiet system does not fill the picture."""
    most_top: float | None = None
    """Nor ever above this."""
    scale: float = 1.0
    """What the series is multiplied by (100 for percent)."""
    tier: str = ""
    """Of "nodes": which."""
    wide: bool = False


AXIS = {"gridcolor": "line", "zeroline": False, "fixedrange": True, "tickfont": {"color": "ink2", "size": 11}, "ticks": ""}
PAST = {"range": [-LAST_S, 0], "tickvals": [-60, -40, -20, 0], "ticktext": ["−60 s", "−40", "−20", mark("now")]}


def _layout(**more: Any) -> dict[str, Any]:
    return {
        "margin": {"l": 42, "r": 78, "t": 8, "b": 28},
        "paper_bgcolor": "none", "plot_bgcolor": "none", "showlegend": False, "hovermode": "x unified", "dragmode": False,
        "font": {"family": "Inter, sans-serif", "size": 12, "color": "ink"},
        "hoverlabel": {"bgcolor": "card", "bordercolor": "line", "font": {"color": "ink"}},
        "xaxis": AXIS | PAST | {"showgrid": False, "ticklabelstandoff": 5},
        "yaxis": AXIS | {"rangemode": "tozero", "nticks": 5, "ticklabelstandoff": 6, "tickformat": ","},
        "annotations": [], "shapes": [],
    } | more  # fmt: skip


def _line(series: str, label: str, color: str, width: float, **more: Any) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": label, "meta": {"series": series, "label": label},
        "line": {"color": color, "width": width, "shape": "linear"}, "connectgaps": False,
    } | more  # fmt: skip


def _area(cause: str, label: str, color: str, pattern: str) -> dict[str, Any]:
    fill = f"{color} area"
    look = {"shape": pattern, "size": 7, "solidity": 0.3, "fgcolor": "card", "bgcolor": fill, "fillmode": "replace"}
    return _line(f"errors.{cause}", label, color, 1.2, stackgroup="causes", fillcolor=fill, fillpattern=look)


LATENCY = Chart(
    "latency", "Latency", "ms, last minute", "time", unit="ms", least_top=40,
    figure={
        "data": [
            _line("latency_p50_ms", "p50", "blue soft", 1.6),
            _line("latency_p99_ms", "p99", "blue soft", 1.6, fill="tonexty", fillcolor="blue wash"),
            _line("latency_p95_ms", "p95", "blue", 2.6),
        ],
        "layout": _layout(),
    },
)  # fmt: skip

BARS = _layout(
    hovermode=False,
    margin={"l": 66, "r": 108, "t": 2, "b": 2},
    xaxis={"visible": False, "fixedrange": True, "range": [0, 1]},
    yaxis=AXIS | {"autorange": "reversed", "showgrid": False, "ticklabelstandoff": 8, "tickfont": {"color": "ink"}},
)

LOAD = Chart(
    "load", "Load per server", "requests/s, busy", "nodes", unit="/s", least_top=10, tier="servers",
    figure={
        "data": [{
            "type": "bar", "orientation": "h", "meta": {"series": "taken"}, "hoverinfo": "none", "width": 0.56,
            "marker": {"color": "green", "cornerradius": 3, "pattern": {"fillmode": "overlay", "size": 6, "solidity": 0.42}},
        }],
        "layout": BARS,
    },
)  # fmt: skip

DATABASES = Chart(
    "databases", "Load per database node", "queries/s, busy", "nodes", unit="/s", least_top=10, tier="database",
    figure=LOAD.figure | {"data": [LOAD.figure["data"][0] | {"marker": LOAD.figure["data"][0]["marker"] | {"color": "violet"}}]},
)  # fmt: skip

CAUSES = (
    ("timeout", mark("timed out"), "red", ""), ("refused", mark("refused"), "red", "/"), ("failed", mark("failed"), "red", "x"),
)  # fmt: skip
"""Trouble has one colour; what tells the causes apart is the pattern and the label."""

ERRORS = Chart(
    "errors", "Errors by cause", "% of requests, last minute", "time", unit="%", least_top=2, scale=100,
    figure={
        "data": [_area(*cause) for cause in (*CAUSES, ("unavailable", mark("unavailable"), "ink2", "."))],
        "layout": _layout(margin={"l": 42, "r": 100, "t": 8, "b": 28}),
    },
)  # fmt: skip

ANSWERED = Chart(
    "answered", "Asked and answered", "requests/s, last minute", "time", unit="/s", least_top=10,
    figure={
        "data": [
            _line("offered_rate", "asked", "ink2", 1.6, line={"color": "ink2", "width": 1.6, "dash": "dot"}),
            _line("goodput", "answered", "green", 2.4),
        ],
        "layout": _layout(margin={"l": 48, "r": 108, "t": 8, "b": 28}),
    },
)  # fmt: skip

WORK = Chart(
    "work", "Work and answers", "a second, last minute", "time", unit="/s", least_top=10,
    figure={
        "data": [
            _line("attempt_rate", "attempts", "red", 1.6, line={"color": "red", "width": 1.6, "dash": "dash"}),
            _line("offered_rate", "asked", "ink2", 1.6, line={"color": "ink2", "width": 1.6, "dash": "dot"}),
            _line("goodput", "answered", "green", 2.4),
        ],
        "layout": _layout(margin={"l": 48, "r": 112, "t": 8, "b": 28}),
    },
)  # fmt: skip

RETRIES = Chart(
    "retries", "Attempts per request", "last minute", "time", unit="", least_top=2,
    figure={"data": [_line("attempts_per_request", "attempts", "red", 2.4)],
        "layout": _layout(margin={"l": 42, "r": 100, "t": 8, "b": 28}),
    },
)  # fmt: skip

BUSY = Chart(
    "busy", "Utilisation by tier", "% busy, last minute", "time", unit="%", least_top=100, most_top=100, scale=100,
    figure={
        "data": [
            _line("server_utilisation", "servers", "green", 2.4),
            _line("database_utilisation", "database", "violet", 2.4, line={"color": "violet", "width": 2.4, "dash": "dash"}),
        ],
        "layout": _layout(margin={"l": 42, "r": 112, "t": 8, "b": 28}),
    },
)  # fmt: skip

HITS = Chart(
    "hits", "Hit ratio", "% of look-ups, last minute", "time", unit="%", least_top=100, most_top=100, scale=100,
    figure={
        "data": [_line("cache_hit_ratio", "cache", "amber", 2.4), _line("cdn_hit_ratio", "CDN", "cyan", 2.4)],
        "layout": _layout(margin={"l": 42, "r": 96, "t": 8, "b": 28}),
    },
)  # fmt: skip

OFFLOAD = Chart(
    "offload", "Kept off the origin", "% of attempts, last minute", "time", unit="%", least_top=100, most_top=100,
    scale=100,
    figure={
        "data": [_line("cdn_hit_ratio", "hits", "cyan", 1.6), _line("cdn_offload", "kept off", "cyan", 2.4)],
        "layout": _layout(margin={"l": 42, "r": 104, "t": 8, "b": 28}),
    },
)  # fmt: skip

LAG = Chart(
    "lag", "Replication lag", "ms, p95 of writes, last minute", "time", unit="ms", least_top=50,
    figure={
        "data": [_line("replication_lag_p95_ms", "lag", "violet", 2.4)],
        "layout": _layout(margin={"l": 48, "r": 84, "t": 8, "b": 28}),
    },
)  # fmt: skip

STALE = Chart(
    "stale", "Stale reads", "% of database reads, last minute", "time", unit="%", least_top=1, scale=100,
    figure={
        "data": [_line("stale_read_ratio", "stale", "violet", 2.4)],
        "layout": _layout(margin={"l": 42, "r": 84, "t": 8, "b": 28}),
    },
)  # fmt: skip

SERVING = Chart(
    "serving", "Servers", "wanted and serving, last minute", "time", unit="", least_top=6,
    figure={
        "data": [
            _line("wanted", "wanted", "ink2", 1.6, line={"color": "ink2", "width": 1.6, "dash": "dot", "shape": "vh"}),
            _line("serving", "serving", "green", 2.4, line={"color": "green", "width": 2.4, "shape": "vh"}),
        ],
        "layout": _layout(margin={"l": 42, "r": 96, "t": 8, "b": 28}),
    },
)  # fmt: skip

MONEY = Chart(
    "money", "Cost per million good requests", "$, last minute", "time", unit="$", least_top=1,
    figure={
        "data": [_line("cost_per_million_ok", "cost", "ink", 2.4)],
        "layout": _layout(margin={"l": 42, "r": 84, "t": 8, "b": 28}),
    },
)  # fmt: skip

KNEE = Chart(
    "knee", "Latency against utilisation", "mean ms", "knee", unit="ms", least_top=60,
    figure={
        "data": [
            _line("", "expected", "ink2", 1.4, hoverinfo="none"),
            {
                "type": "scatter", "mode": "markers", "hoverinfo": "none",
                "meta": {"x": "server_utilisation", "y": "latency_mean_ms"},
                "marker": {"color": "blue soft", "size": 5, "opacity": 0.55},
            },
            {"type": "scatter", "mode": "markers", "hoverinfo": "none", "marker": {"color": "blue", "size": 11}},
        ],
        "layout": _layout(
            hovermode=False,
            margin={"l": 48, "r": 46, "t": 8, "b": 28},
            xaxis=AXIS | {
                "range": [0, 1.03], "tickvals": [0, 0.25, 0.5, 0.75, 1], "ticktext": ["0 %", "25", "50", "75", mark("100 % busy")],
                "ticklabelstandoff": 5,
            },
        ),
    },
)  # fmt: skip

CAPACITY = Chart(
    "capacity", "What a machine carries", "requests/s by its vCPUs", "capacity", unit="/s", least_top=10, wide=True,
    figure={
        "data": [
            _line("", "ideal", "ink2", 1.4, line={"color": "ink2", "width": 1.4, "dash": "dash"}, hoverinfo="none"),
            _line("", "pinned", "ink2", 1.6, line={"color": "ink2", "width": 1.6, "dash": "dot"}, hoverinfo="none"),
            _line("", "carries", "green", 2.6, hoverinfo="none"),
            {
                "type": "scatter", "mode": "markers", "hoverinfo": "none",
                "marker": {"color": "blue soft", "size": 5, "opacity": 0.55},
            },
            {
                "type": "scatter", "mode": "markers", "hoverinfo": "none", "cliponaxis": False,
                "marker": {"color": "card", "size": 17, "line": {"color": "green", "width": 3}},
            },
            {
                "type": "scatter", "mode": "markers", "hoverinfo": "none", "cliponaxis": False,
                "marker": {"color": "blue", "size": 10},
            },
        ],
        "layout": _layout(
            hovermode=False,
            margin={"l": 52, "r": 116, "t": 8, "b": 28},
            xaxis=AXIS | {"showgrid": False, "ticklabelstandoff": 5},
        ),
    },
)  # fmt: skip

MAP = Chart("map", "Latency by region", "mean ms of the last moments", "map", unit="ms", figure={}, wide=True)


def told(chart: Chart) -> dict[str, Any]:
    """What the browser gets of a chart: its texts in the viewer's language."""
    out = asdict(chart) | {"title": t(chart.title), "note": t(chart.note)}
    for trace in out["figure"].get("data", []):
        if "name" in trace:
            trace["name"] = trace["meta"]["label"] = t(trace["name"])
    axis = out["figure"].get("layout", {}).get("xaxis", {})
    if "ticktext" in axis:
        axis["ticktext"] = [t(words) for words in axis["ticktext"]]
    return out
