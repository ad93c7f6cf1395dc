"""Navigation only: which pages there are, and the journey that leads through them."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dashboard.journey import frame  # noqa: E402

st.set_page_config(
    page_title="Scale it up", page_icon=str(ROOT / "dashboard/static/icon.svg"), layout="wide", initial_sidebar_state="auto"
)
pages = {
    "home": st.Page("views/home.py", title="Home", default=True),
    "load_balancing": st.Page("views/load_balancing.py", title="Load balancing", url_path="load-balancing"),
    "gallery": st.Page("views/gallery.py", title="Gallery", url_path="gallery"),
    "glossary": st.Page("views/glossary.py", title="Glossary", url_path="glossary"),
    "look_inside": st.Page("views/look_inside.py", title="Look inside", url_path="look-inside"),
    "settings": st.Page("views/settings.py", title="Settings", url_path="settings"),
}
chosen = st.navigation(list(pages.values()), position="hidden")
frame(pages, chosen)
chosen.run()
