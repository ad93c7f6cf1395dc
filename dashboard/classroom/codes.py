"""Codes: random texts that let somebody in, how they are written for people, and read again. Knows no room.

A token or a secret is for machines; a code is for people to type: 31 symbols that cannot be taken for one another.
"""

import hashlib
import re
import secrets
from typing import Any

SYMBOLS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, no 1, I and L."""
CODE = 8
RESUME = 12
RECOVERY = 20
TOKEN_BYTES = 16
SECRET_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
SECRET = re.compile(r"[0-9a-f]{64}")


def new_token() -> str:
    """The random part of a room's address: 128 bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_secret() -> str:
    """What gives a browser rights in a room: 256 bits."""
    return secrets.token_hex(SECRET_BYTES)


def new_code(length: int) -> str:
    """So many symbols at random."""
    return "".join(secrets.choice(SYMBOLS) for _ in range(length))


def written(code: str) -> str:
    """A code in groups of four, as people read it out."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def read(text: object, length: int) -> str | None:
    """The code that somebody typed, in capitals and without what stands between; None for what cannot be one."""
    if not isinstance(text, str) or len(text) > 3 * length:
        return None
    code = "".join(sign for sign in text.upper() if sign not in " -–—_.\u00a0")
    return code if len(code) == length and set(code) <= set(SYMBOLS) else None


def hashed(secret: str) -> str:
    """What is stored of a secret. It is long and random, so one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def shuffled(items: list[Any]) -> list[Any]:
    """The items in an order that nobody can foresee."""
    return secrets.SystemRandom().sample(items, len(items))
