"""Look inside: both engines on the same requests, theory beside a run, the SimPy code, and the model's own description."""

from dashboard.inside import answer, remembering, system_choices
from dashboard.island import asked, island
from dashboard.listing import TIERS
from dashboard.model_text import sections
from dashboard.words import t
from engine import VERSION

island("look_inside", {
    "version": VERSION,
    "tiers": [[name, t(title)] for name, title in TIERS.items()],
    "systems": [[name, t(title)] for name, title in system_choices()],
    "remembering": remembering(),
    **answer(asked("look_inside")),
})  # fmt: skip
island("model", {"sections": sections()})
