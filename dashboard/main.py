"""Navigation only: which pages there are, and the journey that leads through them."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dashboard import around  # noqa: E402
from dashboard.journey import CONCEPTS, frame  # noqa: E402
from dashboard.words import t  # noqa: E402

st.set_page_config(
    page_title=t("Scale it up"), page_icon=str(ROOT / "dashboard/static/icon.svg"), layout="wide", initial_sidebar_state="auto"
)
pages = {name: st.Page(f"views/{name}.py", title=t(title), url_path=name.replace("_", "-")) for name, title in CONCEPTS}
pages |= around.pages()
chosen = st.navigation(list(pages.values()), position="hidden")
frame(pages, chosen)
around.links(pages)
chosen.run()
