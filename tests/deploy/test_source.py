"""Where a request comes from: a stranger cannot pretend to be another, and a proxy's word counts only where it was declared."""

import pytest

from dashboard.source import LOCAL, PROXY, UNKNOWN, Declared, is_local, source_of
from tests.dashboard.asgi import finished

PUPIL, OTHER, NGINX, OUTER = "203.0.113.7", "198.51.100.9", "172.18.0.5", "192.0.2.1"


def scope(peer: str | None, *named: str, kind: str = "http") -> dict:
    headers = [(b"x-forwarded-for", name.encode()) for name in named]
    return {"type": kind, "client": (peer, 1234) if peer else None, "headers": headers, "scheme": "http"}


@pytest.fixture
def declared(monkeypatch):
    return lambda text: monkeypatch.setenv(PROXY, text)


@pytest.mark.parametrize(
    ("proxies", "peer", "named", "source"),
    [
        ("", PUPIL, [], PUPIL),
        ("", PUPIL, [OTHER], PUPIL),  # what a stranger writes is not believed,
        ("", PUPIL, [f"{OTHER}, {PUPIL}"], LOCAL),  # nor what the server took from a program on this machine
        ("", OTHER, [f"{OTHER}:99"], LOCAL),
        ("127.0.0.1", PUPIL, [OTHER], PUPIL),  # past the proxy
        (NGINX, NGINX, [PUPIL], PUPIL),
        (NGINX, NGINX, [], NGINX),
        (NGINX, NGINX, [f"{OTHER}, {PUPIL}"], PUPIL),  # the pupil wrote the first, the proxy added the second
        (NGINX, NGINX, [OTHER, PUPIL], PUPIL),  # the same as two headers
        ("172.18.0.0/16", NGINX, [PUPIL], PUPIL),
        (f"{NGINX},{OUTER}", NGINX, [f"{OTHER}, {PUPIL}, {OUTER}"], PUPIL),  # two proxies, one behind the other
        ("127.0.0.1", PUPIL, [PUPIL], PUPIL),  # the server had already taken the loopback proxy's word
        (f"127.0.0.1,{OUTER}", OUTER, [f"{PUPIL}, {OUTER}"], PUPIL),
        (NGINX, NGINX, [f"{PUPIL}:51234"], PUPIL),
        (NGINX, NGINX, ["no address"], UNKNOWN),
        (NGINX, f"::ffff:{NGINX}", [PUPIL], PUPIL),
        ("", f"::ffff:{PUPIL}", [], PUPIL),
        ("", "2001:db8:1:2:3:4:5:6", [], "2001:db8:1::/56"),
        (NGINX, NGINX, ["[2001:db8:1:2ff::9]:443"], "2001:db8:1:200::/56"),
        ("", None, [], UNKNOWN),
    ],
)
def test_the_source_is_whom_the_last_proxy_of_ours_saw(declared, proxies, peer, named, source):
    declared(proxies)
    assert source_of(scope(peer, *named)) == source


def test_whoever_writes_more_names_does_not_become_more_sources(declared):
    declared(NGINX)
    assert {source_of(scope(NGINX, f"10.0.0.{number}, {PUPIL}")) for number in range(50)} == {PUPIL}


def test_whoever_has_a_connection_of_ipv6_is_one_source_from_each_of_its_networks(declared):
    declared(NGINX)
    assert len({source_of(scope(NGINX, f"2001:db8:0:{number:x}::5")) for number in range(257)}) == 2, "the 257th is a neighbour's"


@pytest.mark.parametrize(
    ("peer", "named", "local"), [(LOCAL, [], True), ("::1", [], True), (LOCAL, [PUPIL], False), (PUPIL, [], False)]
)
def test_local_is_what_comes_from_this_machine_and_through_nobody(peer, named, local):
    assert is_local(scope(peer, *named)) is local


@pytest.mark.parametrize(
    ("proxies", "named", "kind", "scheme"),
    [
        ("", [PUPIL], "http", "http"),
        (NGINX, [PUPIL], "http", "https"),
        (NGINX, [PUPIL], "websocket", "wss"),
        (NGINX, [], "http", "http"),
    ],
)
def test_what_a_declared_proxy_passes_on_came_over_tls(declared, proxies, named, kind, scheme):
    declared(proxies)
    seen = []

    async def app(given, _receive, _send):
        seen.append(given["scheme"])

    finished(Declared(app)(scope(NGINX, *named, kind=kind), None, None))
    assert seen == [scheme]
