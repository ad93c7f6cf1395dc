"""Wall: what a class sees of its room on a projector. The browser asks the room itself; nothing of it is known here."""

import streamlit as st

from dashboard.island import island

island("wall", {"room": st.query_params.get("room", "")})
