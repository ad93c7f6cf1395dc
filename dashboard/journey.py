"""The frame round every page: the style of Streamlit's own parts, and the journey through the concepts at the left."""

from html import escape
from pathlib import Path

import streamlit as st

CONCEPTS = (
    ("web_app", "A web app under load"),
    ("vertical_scaling", "Vertical scaling"),
    ("horizontal_scaling", "Horizontal scaling"),
    ("load_balancing", "Load balancing"),
    ("replication", "Replication"),
    ("caching", "Caching"),
    ("cdn", "CDN"),
    ("overload", "Overload and retries"),
    ("challenge", "100k+ challenge"),
)
STYLE = Path(__file__).parent / "static" / "frame.css"


def frame(pages: dict[str, st.Page], chosen: st.Page) -> None:
    """Draw what all pages share. Concepts without a page stand there as what they are: still to come."""
    st.html(STYLE)
    with st.sidebar:
        st.html(
            '<p class="brand">Scale it up</p>'
            f'<nav aria-label="Journey"><ol class="journey">{_items(pages, chosen)}</ol></nav>'
            '<p class="coming">Pages in grey are still to come.</p>'
        )


def _items(pages: dict[str, st.Page], chosen: st.Page) -> str:
    items = []
    for name, title in CONCEPTS:
        here = pages.get(name) is chosen
        state = "here" if here else "live" if name in pages else "later"
        current = ' aria-current="page"' if here else ""
        items.append(f'<li class="{state}"{current}><span class="dot"></span><span>{escape(title)}</span></li>')
    return "".join(items)
