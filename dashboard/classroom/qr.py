"""QR: a text as a QR code, an SVG of dark squares on white whatever the theme, so that every camera reads it. Knows no room."""

from functools import lru_cache
from io import BytesIO

import segno

QUIET = 4
"""Empty modules round the code (ISO/IEC 18004, section 9.1): cameras need them."""


@lru_cache(maxsize=200)
def qr_svg(text: str, title: str) -> bytes:
    """The code of a text; `title` is its text alternative. Its size is whatever it is shown in."""
    drawn = BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(drawn, kind="svg", border=QUIET, dark="#000", light="#fff", omitsize=True, title=title, desc=text)
    return drawn.getvalue()
