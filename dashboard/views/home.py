"""Home: what this is, the road from one user to 100,000 requests a second, where one has been, and where to go on."""

import streamlit as st

from dashboard import places
from dashboard.glossary import TERMS
from dashboard.island import island
from dashboard.journey import CONCEPTS
from dashboard.lesson.beside import SHELF
from dashboard.lost import MAX_NAMED, MISSING
from dashboard.milestones import MILESTONES, USERS, figures, rate
from dashboard.situations import SITUATIONS
from dashboard.words import t

TITLES = dict(CONCEPTS)

island("home", {
    "stops": [
        {
            "view": stop.name, "path": places.path(stop.name), "live": places.exists(stop.name), "title": t(TITLES[stop.name]),
            "bottleneck": t(stop.bottleneck), "question": t(stop.question),
        }
        for stop in MILESTONES
    ],
    "marks": [{"users": users, "rate": figures(rate(users))} for users in USERS],
    "situations": sum(places.exists(situation.page) for situation in SITUATIONS),
    "terms": len(TERMS),
    "lessons": [{"id": one.id, "number": one.number, "title": one.title} for one in SHELF.playable()],
    "missing": st.query_params.get(MISSING, "")[:MAX_NAMED],
})  # fmt: skip
