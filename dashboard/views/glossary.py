"""Glossary: every term of the course, searched while typing, each with the page where it can be seen."""

from dashboard import places
from dashboard.glossary import TERMS
from dashboard.island import island
from dashboard.journey import CONCEPTS
from dashboard.words import mark, t

TITLES = dict(CONCEPTS) | {"look_inside": mark("Look inside")}

island("glossary", {
    "terms": sorted(
        (
            {
                "anchor": term.anchor, "title": t(term.title), "text": t(term.text), "view": term.page,
                "path": places.path(term.page), "live": places.exists(term.page), "page": t(TITLES[term.page]),
            }
            for term in TERMS
        ),
        key=lambda term: term["title"].lower(),
    ),
})  # fmt: skip
