"""Names: what a person typed as a nickname, made plain, and how it looks to the eye. Knows no room."""

import unicodedata

from dashboard.store.models import SHOWN
from dashboard.words import t

MOST_VISIBLE = 24
MOST_MARKS = 2
"""Marks on one character: more of them would climb over the lines above."""
INVISIBLE = {
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0, 0x16FE4, 0x1D159,
}  # fmt: skip
"""Letters, marks and signs that show nothing, besides what Unicode calls controls and formats."""
CAPITALS = str.maketrans(dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx")))
"""Greek capitals look like Latin ones whose small letters are others."""
ALIKE = str.maketrans(
    {
        # Cyrillic, Greek and Armenian letters that cannot be told from Latin ones, and figures that stand for letters.
        **dict(zip("авекмнорстухіјѕԁһԛԝґѵӏ", "abekmhopctyxijsdhqwrvl")),
        **dict(zip("αβεηικμνορτυχγωϲ", "abenikuvoptuxyωc")),
        **dict(zip("օսոցհ", "oungh")),
        **dict(zip("ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡ", "abcdeghijklmnoprstuvwyzag")),
        **dict(zip("0135", "oles")),
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "|": "l", "!": "l", "$": "s", "@": "a",
    }
)  # fmt: skip


class BadName(ValueError):
    """A name that cannot be shown; the message says what to do."""


def plain(text: object) -> str:
    """The name as it is shown: 1 to 24 visible characters. Raises BadName."""
    if not isinstance(text, str) or len(text) > 200:
        raise BadName(t("Type a name of 1 to {most} characters.", most=MOST_VISIBLE))
    kept: list[str] = []
    marks = 0
    for sign in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(sign)
        if kind.startswith("Z") or sign in "\t\n\r":
            sign, marks = " ", 0
        elif kind.startswith("C") or ord(sign) in INVISIBLE or 0xFE00 <= ord(sign) <= 0xFE0F or 0xE0000 <= ord(sign) <= 0xE0FFF:
            continue  # controls, directions, joiners, half characters: nothing that an eye sees
        elif kind.startswith("M"):
            marks += 1
            if marks > MOST_MARKS or not kept or kept[-1] == " ":
                continue
        else:
            marks = 0
        kept.append(sign)
    name = " ".join(unicodedata.normalize("NFC", "".join(kept)).split())
    visible = sum(not unicodedata.category(sign).startswith("M") for sign in name)
    if not any(unicodedata.category(sign)[0] in "LNS" for sign in name):
        raise BadName(t("Type a name of 1 to {most} characters.", most=MOST_VISIBLE))
    if visible > MOST_VISIBLE or len(name) > SHOWN:
        raise BadName(t("This name is too long: use at most {most} characters.", most=MOST_VISIBLE))
    return name


def look(name: str) -> str:
    """What the eye takes a name for: case, accents, spaces and letters of other scripts that look alike make no difference."""
    latin = unicodedata.normalize("NFKD", name).translate(CAPITALS)
    folded = unicodedata.normalize("NFKD", latin.casefold())
    bare = "".join(sign for sign in folded if not _is_accent(sign))
    read = unicodedata.normalize("NFC", bare).translate(ALIKE)
    letters = "".join(sign for sign in read if unicodedata.category(sign)[0] in "LNSM")
    return letters.replace("rn", "m").replace("vv", "w").replace("i", "l")[:SHOWN]


def _is_accent(sign: str) -> bool:
    """Whether the mark stands above, below, through or around a letter; others are vowels, in the scripts of India for example."""
    return unicodedata.category(sign) == "Me" or unicodedata.combining(sign) in (1, *range(200, 256))
