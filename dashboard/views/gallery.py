"""Gallery: named situations to open with one click and play with."""

from dashboard import places
from dashboard.island import island
from dashboard.journey import CONCEPTS
from dashboard.situations import SITUATIONS, href
from dashboard.words import t

TITLES = dict(CONCEPTS)
ORDER = list(TITLES)

island("gallery", {
    "situations": [
        {
            "name": one.name, "tier": one.tier, "title": t(one.title), "sentence": t(one.sentence), "href": href(one),
            "view": one.page, "page": t(TITLES[one.page]), "live": places.exists(one.page),
        }
        for one in sorted(SITUATIONS, key=lambda one: ORDER.index(one.page))
    ],
})  # fmt: skip
