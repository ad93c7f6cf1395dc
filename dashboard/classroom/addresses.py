"""Addresses: under which addresses the devices of a class may reach this app, and by which of them one has.

On a laptop these are the addresses of its own networks; where the app is hosted, or behind a proxy, it is the one under which it
was asked. Asks nobody elsewhere. Knows no room.
"""

import socket
from collections import OrderedDict
from ipaddress import IPv4Address, ip_address

import psutil
from starlette.requests import Request
from streamlit import config

from dashboard.hosted import hosted
from dashboard.source import is_local, through_a_proxy

VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "tun", "tap", "utun", "zt", "tailscale", "wg")
"""Begins of names of networks that no phone in the room is in; on Windows they are named in words:"""
VIRTUAL_WORDS = ("vethernet", "virtualbox", "vmware", "wsl")
MOST_SEEN = 32
MOST_CHARS = 200
ANSWERS_S = 1.0
SEEN: OrderedDict[str, None] = OrderedDict()
"""Addresses of this app by which another device came since it was started; whose that was is not kept."""


def own(request: Request) -> str:
    """The address under which the app was asked."""
    return str(request.base_url)


def addresses(request: Request) -> list[str]:
    """All addresses that a class may try, the likeliest first."""
    here, bound = own(request), str(config.get_option("server.address") or "")
    if hosted() or through_a_proxy(request.scope) or not _everywhere(bound):
        return [here]
    port = f":{request.url.port}" if request.url.port else ""
    path = request.base_url.path
    found = [f"{request.url.scheme}://{one}{port}{path}" for one in local()]
    if not _loopback(request.url.hostname or "") and here not in found:
        found.insert(0, here)  # a name that whoever asked knows this machine by
    return found or [here]


def local() -> list[str]:
    """The IPv4 addresses of this machine's networks; phones rarely reach an IPv6 address that is typed or scanned."""
    try:
        networks, states = psutil.net_if_addrs(), psutil.net_if_stats()
    except OSError:
        return []
    found = [
        (_rank(name, address), str(address))
        for name, all_of in networks.items()
        if name in states and states[name].isup
        for address in (IPv4Address(one.address) for one in all_of if one.family == socket.AF_INET)
        if not address.is_loopback
    ]
    return [text for _, text in sorted(found, key=lambda pair: pair[0])]


def answers(address: str) -> bool:
    """Whether something listens there, as this machine sees it."""
    host, port = _place(address)
    try:
        with socket.create_connection((host, port), ANSWERS_S):
            return True
    except OSError:
        return False


def note(request: Request) -> None:
    """Remember by which address another device came."""
    here = own(request)
    if here in SEEN or len(here) > MOST_CHARS or is_local(request.scope) or (request.client and request.client.host in local()):
        return
    SEEN[here] = None
    while len(SEEN) > MOST_SEEN:
        SEEN.popitem(last=False)


def told(address: str, here: str) -> dict[str, object]:
    """An address as it goes over the wire; `here`: the one under which it was asked, which answers, or nobody would have asked.

    No other is tried but this machine's own, so that nobody can have the server knock at doors of their choice.
    """
    only_here = _loopback(_place(address)[0])
    return {"address": address, "only_here": only_here, "answers": address == here or answers(address), "seen": address in SEEN}


def _place(address: str) -> tuple[str, int]:
    scheme, _, rest = address.partition("://")
    host, _, port = rest.partition("/")[0].rpartition(":")
    if host and port.isdecimal():
        return host.strip("[]"), int(port)
    return rest.partition("/")[0].strip("[]"), 443 if scheme == "https" else 80


def _everywhere(bound: str) -> bool:
    """Whether the server listens on all networks of the machine."""
    return bound in ("", "0.0.0.0", "::")


def _rank(name: str, address: IPv4Address) -> int:
    low = name.lower()
    if low.startswith(VIRTUAL) or any(word in low for word in VIRTUAL_WORDS):
        return 2
    return 1 if address.is_link_local or not address.is_private else 0


def _loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
