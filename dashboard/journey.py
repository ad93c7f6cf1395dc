"""The frame round every page: the style of Streamlit's own parts, and the journey through the concepts at the left."""

from html import escape
from pathlib import Path

import streamlit as st

from dashboard.words import marked, t

CONCEPTS = marked((
    ("web_app", "A web app under load"),
    ("vertical_scaling", "Vertical scaling"),
    ("horizontal_scaling", "Horizontal scaling"),
    ("load_balancing", "Load balancing"),
    ("replication", "Replication"),
    ("caching", "Caching"),
    ("cdn", "CDN"),
    ("overload", "Overload and retries"),
    ("challenge", "100k+ challenge"),
))  # fmt: skip
STYLE = Path(__file__).parent / "static" / "frame.css"


def frame(pages: dict[str, st.Page], chosen: st.Page) -> None:
    """Draw what all pages share: the style, and the journey as links; where one is stands there as such."""
    st.html(STYLE)
    with st.sidebar:
        st.html(f'<p class="brand">{escape(t("Scale it up"))}</p>')
        with st.container(key="journey"):
            for name, title in CONCEPTS:
                if pages[name] is chosen:
                    st.html(f'<p class="here" aria-current="page">{escape(t(title))}</p>')
                else:
                    st.page_link(pages[name], label=t(title))
