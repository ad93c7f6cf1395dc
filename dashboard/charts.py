"""Charts: what each one shows, as Plotly descriptions without data.

The browser fills in the data of the trace's `meta.series` and keeps the figure in place with Plotly.react. Colours are names of the
palette ("blue", "ink"); the browser puts in those of the theme. Knows nothing of the engine.
"""

from dataclasses import dataclass
from typing import Any

LAST_S = 60
"""Simulated time that a chart of the past shows."""


@dataclass(frozen=True)
class Chart:
    """One chart: its title, what its axis is in, and the figure."""

    name: str
    title: str
    note: str
    kind: str
    """ "time": lines over the last minute; "nodes": one bar a server."""
    figure: dict[str, Any]
    unit: str = ""
    least_top: float = 1.0
    """The vertical axis never ends below this, so that noise in a quiet system does not fill the picture."""
    scale: float = 1.0
    """What the series is multiplied by (100 for percent)."""
    wide: bool = False


AXIS = {"gridcolor": "line", "zeroline": False, "fixedrange": True, "tickfont": {"color": "ink2", "size": 11}, "ticks": ""}
PAST = {"range": [-LAST_S, 0], "tickvals": [-60, -40, -20, 0], "ticktext": ["−60 s", "−40", "−20", "now"]}


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

LOAD = Chart(
    "load", "Load per server", "requests/s, busy", "nodes", unit="/s", least_top=10,
    figure={
        "data": [{
            "type": "bar", "orientation": "h", "meta": {"series": "taken"}, "hoverinfo": "none", "width": 0.56,
            "marker": {"color": "green", "cornerradius": 3, "pattern": {"fillmode": "overlay", "size": 6, "solidity": 0.42}},
        }],
        "layout": _layout(
            hovermode=False,
            margin={"l": 66, "r": 108, "t": 2, "b": 2},
            xaxis={"visible": False, "fixedrange": True, "range": [0, 1]},
            yaxis=AXIS | {"autorange": "reversed", "showgrid": False, "ticklabelstandoff": 8, "tickfont": {"color": "ink"}},
        ),
    },
)  # fmt: skip

CAUSES = (("timeout", "timed out", "red", ""), ("refused", "refused", "red", "/"), ("failed", "failed", "red", "x"))
"""Trouble has one colour; what tells the causes apart is the pattern and the label."""

ERRORS = Chart(
    "errors", "Errors by cause", "% of requests, last minute", "time", unit="%", least_top=2, scale=100,
    figure={
        "data": [_area(*cause) for cause in (*CAUSES, ("unavailable", "unavailable", "ink2", "."))],
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
