"""Source: where a request comes from, and whether it came over TLS.

A name that a request gives for its sender (X-Forwarded-For) is believed only of a proxy that was declared; of everybody else it is
what a stranger wrote. Knows nothing of what is done with the source.
"""

import os
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

PROXY = "SCALE_IT_UP_PROXY"
"""Addresses and networks, separated by commas, of the proxies in front of this process; each of them speaks TLS to the outside."""
UNKNOWN = "unknown"
LOCAL = "127.0.0.1"
HOME_BITS = 56
"""Whoever has one IPv6 address has all that begin with the same bits: a connection gets 256 networks of /64 or more. A school that
divides them among its classrooms is then one source, as it is behind its one IPv4 address, for which every limit is made."""

Network = IPv4Network | IPv6Network


def proxies() -> tuple[Network, ...]:
    """The declared proxies. Raises ValueError."""
    return networks_of(os.environ.get(PROXY, ""))


@lru_cache(maxsize=8)
def networks_of(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def source_of(scope: dict[str, Any]) -> str:
    """The address that a request comes from; of IPv6 the network. One source may be a whole school."""
    peer = (scope.get("client") or ("",))[0]
    named = [*_forwarded(scope)]
    known = proxies()
    if not known:
        # The server believes a program on this machine; so an address that the header holds too says no more than that.
        return LOCAL if peer in named else _told(peer)
    if not _within(peer, known):
        return _told(peer)
    # Every proxy adds whom it saw at the end: what stands before the first that is none of ours, anybody may have written.
    return _told(next((one for one in reversed(named) if not _within(one, known)), peer))


def through_a_proxy(scope: dict[str, Any]) -> bool:
    """Whether the request says that it was passed on."""
    return any(
        name in (b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"forwarded", b"via") for name, _ in scope["headers"]
    )


def is_local(scope: dict[str, Any]) -> bool:
    """Whether the request comes from this very machine, and from no proxy on it."""
    peer = _address((scope.get("client") or ("",))[0])
    return peer is not None and peer.is_loopback and not through_a_proxy(scope)


class Declared:
    """ASGI middleware: what came through a declared proxy came over TLS, so the scheme is that of the outside."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass everything on, with the scheme."""
        if scope["type"] in ("http", "websocket") and proxies() and through_a_proxy(scope):
            scope = scope | {"scheme": "https" if scope["type"] == "http" else "wss"}
        await self.app(scope, receive, send)


def is_address(text: str) -> bool:
    """Whether a text is an internet address, with or without a port."""
    return _address(_bare(text)) is not None


def _forwarded(scope: dict[str, Any]) -> Iterator[str]:
    for name, value in scope["headers"]:
        if name == b"x-forwarded-for":
            yield from (_bare(part.strip()) for part in value.decode("latin-1").split(","))


def _bare(text: str) -> str:
    """Without a port, which some proxies add."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host, _, port = text.rpartition(":")
    return host if port.isdecimal() and ":" not in host and host else text


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _within(text: str, networks: tuple[Network, ...]) -> bool:
    found = _address(text)
    return found is not None and any(found in network for network in networks)


def _told(text: str) -> str:
    found = _address(text)
    if found is None:
        return UNKNOWN
    return str(ip_network((found, HOME_BITS), strict=False)) if found.version == 6 else str(found)
