"""Privacy: what is stored of anybody, for how long, where and by whom, who sees it, and how it is deleted."""

from dashboard import places, privacy
from dashboard.island import island
from dashboard.stored import tables

island("privacy", {
    "settings": places.path("settings"), "short": privacy.short(), "sections": privacy.sections(), "tables": tables(),
})  # fmt: skip
