"""A long, narrow, lossy line between two network namespaces of this machine, for the benchmarks that need a bad network.

Each end is an interface of its own (`tun`), whose rate and queue are kept by the kernel (`tc`, tbf); between them a process holds
every packet for a while and loses some, because many kernels come without netem. Needs root. A namespace has no name, so nothing of
it is left when whoever made it ends, however it ends. Knows nothing of what is sent.
"""

import ctypes
import fcntl
import json
import os
import random
import select
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shutil import which
from typing import NamedTuple

RATE, DELAY_S, LOSS, QUEUE = "20mbit", 0.2, 0.02, "100ms"
"""Of each direction. A queue that holds as much as the line sends in so long is that of a good router."""
BURST = "8kb"
CONTROL = "/proc/sys/net/ipv4/tcp_congestion_control"
CONTROLS = ("cubic", "reno")
"""Congestion control of both ends: what phones and most servers have, or where the kernel keeps that from a namespace its elder.
Both take every loss for a full line.
"""
APP, CLASS = "10.77.0.1", "10.77.0.2"
NEWNET, SETIFF, TUN = 0x40000000, 0x400454CA, 0x1001  # linux/sched.h, linux/if_tun.h: IFF_TUN | IFF_NO_PI
MOST_BYTES = 2_048
"""Of a packet; the interfaces' are 1,500."""
_LIBC = ctypes.CDLL(None, use_errno=True)


class Ends(NamedTuple):
    """Namespaces at both ends, and the process between them."""

    app: int
    people: int
    between: subprocess.Popen[str]

    def told(self) -> dict[str, float]:
        """What went through so far: packets, bytes, how many were lost on the way, and the most that one was late (s)."""
        self.between.stdin.write("\n")
        self.between.stdin.flush()
        return json.loads(self.between.stdout.readline())


def missing() -> str:
    """What this machine lacks for it, in words; empty where it lacks nothing."""
    if sys.platform != "linux" or not Path("/dev/net/tun").exists():
        return "A Linux with /dev/net/tun is needed."
    if os.geteuid() != 0:
        return "Only root may make network namespaces: run it with sudo."
    if not (which("ip") and which("tc")):
        return "ip and tc are needed: install iproute2."
    return ""


@contextmanager
def link(rate: str = RATE, delay_s: float = DELAY_S, loss: float = LOSS) -> Iterator[Ends]:
    """Two namespaces with such a line between them: what one sends from APP or from CLASS arrives at the other, or not."""
    with ExitStack() as opened:
        app, people = (opened.enter_context(_closing(_namespace())) for _ in range(2))
        lines = [
            opened.enter_context(_closing(_interface(place, here, there, rate)))
            for place, here, there in ((app, APP, CLASS), (people, CLASS, APP))
        ]
        command = [sys.executable, "-m", "benchmarks.link", *map(str, (*lines, delay_s, loss))]
        between = subprocess.Popen(
            command, pass_fds=lines, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            between.stdout.readline()  # it is there
            yield Ends(app, people, between)
        finally:
            between.stdin.close()
            between.wait(10)


@contextmanager
def inside(namespace: int) -> Iterator[None]:
    """This thread, and processes that it starts, are in the namespace: the sockets that they make are there for good."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _call("setns", namespace, NEWNET)
        yield
    finally:
        _call("setns", home, NEWNET)
        os.close(home)


@contextmanager
def _closing(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _namespace() -> int:
    """A new network namespace, which is there for as long as somebody is in it or holds it open."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _call("unshare", NEWNET)
        made = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        _careful()
        _run("ip", "link", "set", "lo", "up")
        return made
    finally:
        _call("setns", home, NEWNET)
        os.close(home)


def control() -> str:
    """The congestion control of this thread's namespace."""
    return Path(CONTROL).read_text().strip()


def _careful() -> None:
    for name in CONTROLS:
        with suppress(OSError):
            Path(CONTROL).write_text(name)
            return


def _interface(namespace: int, here: str, there: str, rate: str) -> int:
    """The end of a line in a namespace: whatever it sends there is read from what this returns, at such a rate."""
    with inside(namespace):
        line = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(line, SETIFF, struct.pack("16sH22x", b"far", TUN))
        _run("tc", "qdisc", "add", "dev", "far", "root", "tbf", "rate", rate, "burst", BURST, "latency", QUEUE)
        _run("ip", "address", "add", here, "peer", there, "dev", "far")
        _run("ip", "link", "set", "far", "up")
    return line


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")


def _call(name: str, *arguments: int) -> None:
    if getattr(_LIBC, name)(*arguments):
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


class _Way:
    """One direction: reads packets, loses some, and writes the others when each has been on its way for long enough."""

    def __init__(self, source: int, target: int, delay_s: float, loss: float) -> None:
        self.source, self.target, self.delay_s, self.loss = source, target, delay_s, loss
        self.under_way: deque[tuple[float, bytes]] = deque()
        self.packets, self.bytes, self.lost, self.late_s = 0, 0, 0, 0.0

    def take(self) -> None:
        """All that was sent by now."""
        while True:
            try:
                packet = os.read(self.source, MOST_BYTES)
            except BlockingIOError:
                return
            self.packets += 1
            self.bytes += len(packet)
            if random.random() < self.loss:
                self.lost += 1
            else:
                self.under_way.append((time.perf_counter() + self.delay_s, packet))

    def give(self) -> None:
        """All that is due."""
        while self.under_way and (late_s := time.perf_counter() - self.under_way[0][0]) >= 0:
            self.late_s = max(self.late_s, late_s)
            try:
                os.write(self.target, self.under_way.popleft()[1])
            except OSError:
                self.lost += 1


def _between(one: int, other: int, delay_s: float, loss: float) -> None:
    """Carry packets until nobody listens any more; a line that comes in asks what went through."""
    ways = [_Way(one, other, delay_s, loss), _Way(other, one, delay_s, loss)]
    os.nice(-10)  # late packets would be a slower line than was asked for
    print(flush=True)
    while True:
        due = [way.under_way[0][0] for way in ways if way.under_way]
        wait = max(0.0, min(due) - time.perf_counter()) if due else None
        ready, _, _ = select.select([one, other, sys.stdin], [], [], wait)
        for way in ways:
            if way.source in ready:
                way.take()
            way.give()
        if sys.stdin in ready:
            if not os.read(sys.stdin.fileno(), 100):
                return
            told = {name: sum(getattr(way, name) for way in ways) for name in ("packets", "bytes", "lost")}
            print(json.dumps(told | {"late_s": max(way.late_s for way in ways)}), flush=True)


if __name__ == "__main__":
    _between(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
