"""Settings: theme, motion and language, kept in this browser."""

from dashboard import places
from dashboard.island import island
from dashboard.words import NAMES

island("settings", {
    "paths": [places.path(name) for name in places.every()], "languages": list(NAMES.items()), "privacy": places.path("privacy"),
})  # fmt: skip
