"""What one server carries by its size: the Universal Scalability Law in requests per second.

Knows the system's description and the law; not how a system is simulated.
"""

import math

from engine.system import System
from engine.theory.scalability import usl_speedup


def server_capacity(system: System, vcpus: int) -> float:
    """Requests/s that one server computes if it has so many vCPUs and always has work; infinite if computing takes no time.

    Its size in the system is of no account; with fewer workers than vCPUs the others idle. Gunther (2007), equation 4.1.
    """
    servers = system.servers
    if servers.cpu_ms == 0:
        return math.inf
    at_work_ratio = min(vcpus, servers.workers) / vcpus
    return at_work_ratio * usl_speedup(vcpus, servers.contention, servers.coherency) * 1000 / servers.cpu_ms
