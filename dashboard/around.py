"""The pages around the journey: which there are, and their links below it."""

import streamlit as st

from dashboard.words import marked, t

AROUND = marked({
    "home": "Home", "lessons": "Lessons", "teach": "Teach a class", "gallery": "Gallery", "glossary": "Glossary",
    "look_inside": "Look inside", "write_lesson": "Write a lesson", "settings": "Settings", "privacy": "Privacy",
})  # fmt: skip
APART = marked({"wall": "Wall"})
"""Pages to which no link leads here: one comes to them from a room."""


def pages() -> dict[str, st.Page]:
    """The pages by name; home is where the app opens."""
    return {
        name: st.Page(f"views/{name}.py", title=t(title), url_path=name.replace("_", "-"), default=name == "home")
        for name, title in (AROUND | APART).items()
    }


def links(every: dict[str, st.Page]) -> None:
    """Their links, at the left below the journey."""
    with st.sidebar, st.container(key="around"):
        for name, title in AROUND.items():
            st.page_link(every[name], label=t(title))
