"""Islands: parts of a page that a module of `static/pages` draws from plain data.

An island's links lead to other pages of the app without loading everything anew. Knows nothing of what is drawn.
"""

import json
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from dashboard import files
from dashboard.places import VIEWS

MAX_QUERY = 8_000
"""Longest query that a link within the app may carry, in characters."""


@cache
def _component(view: str):
    """The component of one view, registered once. Its code is a static file, so that it is not sent with every data."""
    addresses = json.dumps([files.address(f"pages/{name}.js") for name in ("island", view)])
    loader = f"""
const parts = Promise.all({addresses}.map((address) => import(new URL(address, document.baseURI).href)));
export default function (component) {{
  let left = false; let leave = null;
  parts.then(([island, view]) => {{ if (!left) leave = island.mount(component, view); }});
  return () => {{ left = true; leave?.(); }};
}}"""
    return st.components.v2.component(f"island_{view}", js=loader, isolate_styles=False)


def asked(view: str) -> Any:
    """What the island has asked for, as the text of a stranger; None before it has asked for anything."""
    return (st.session_state.get(f"island-{view}") or {}).get("ask")


def island(view: str, data: dict[str, Any]) -> None:
    """Draw the island; where a link of it was followed, go there."""
    result = _component(view)(
        key=f"island-{view}", data=data, on_ask_change=lambda: None, on_go_change=lambda: None, default={"ask": None}
    )
    target = destination(result.go)
    if target:
        st.switch_page(target[0], query_params=target[1])


def destination(raw: Any) -> tuple[str, dict[str, str]] | None:
    """The page file and the query of a link that was followed; None for what is not a page of ours."""
    if not isinstance(raw, dict) or not isinstance(raw.get("view"), str):
        return None
    name, query = raw["view"], raw.get("query", "")
    if not (name.isidentifier() and (VIEWS / f"{name}.py").is_file()) or not isinstance(query, str) or len(query) > MAX_QUERY:
        return None
    return f"views/{name}.py", dict(parse_qsl(query))
