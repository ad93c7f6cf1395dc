"""A kernel that can do nothing but round robin over servers of some workers: what the complete one costs is held against it.

It draws as the engine draws and logs what the scenario needs, so the difference is the price of everything that is switched off.
"""

import numba
import numpy as np

from engine.workload import draws


@numba.njit
def round_robin(keys, requests, mean_gap_ns, mean_cpu_ns, servers, workers):
    """Instants in ns of requests 0, 1, … at M/M/c behind round robin: arrived, worker_at, ended; and the server of each."""
    arrived = np.empty(requests, np.int64)
    worker_at = np.empty(requests, np.int64)
    ended = np.empty(requests, np.int64)
    server_of = np.empty(requests, np.int64)
    demand = np.empty(requests, np.int64)
    following = np.full(requests, -1)
    first = np.full(servers, -1)
    last = np.full(servers, -1)
    free = np.full(servers, workers)
    due = np.empty(servers * workers + 1, np.int64)
    whose = np.empty(servers * workers + 1, np.int64)
    busy = 0
    now = 0
    request = 0
    arrives = _gap(keys, 0, mean_gap_ns)
    while request < requests or busy:
        if busy and (request == requests or due[0] <= arrives):
            now, done = due[0], whose[0]
            busy = _pop(due, whose, busy)
            ended[done] = now
            server = server_of[done]
            waiting = first[server]
            if waiting < 0:
                free[server] += 1
                continue
            first[server] = following[waiting]
            started = waiting
        else:
            now = arrives
            server = request % servers
            arrived[request] = now
            server_of[request] = server
            demand[request] = draws.to_ns(draws.demand(keys, draws.CPU, request, 0, draws.EXPONENTIAL, 0.0, 0.0), mean_cpu_ns)
            started = request
            if free[server]:
                free[server] -= 1
            else:
                if first[server] < 0:
                    first[server] = request
                else:
                    following[last[server]] = request
                last[server] = request
                started = -1
            request += 1
            arrives = now + _gap(keys, request, mean_gap_ns)
        if started >= 0:
            worker_at[started] = now
            busy = _push(due, whose, busy, now + demand[started], started)
    return arrived, worker_at, ended, server_of


@numba.njit
def _gap(keys, request, mean_gap_ns):
    return draws.to_ns(draws.demand(keys, draws.GAP, request, 0, draws.EXPONENTIAL, 0.0, 0.0), mean_gap_ns)


@numba.njit
def _push(due, whose, size, at, request):
    hole = size
    while hole > 0 and due[(hole - 1) >> 1] > at:
        due[hole], whose[hole] = due[(hole - 1) >> 1], whose[(hole - 1) >> 1]
        hole = (hole - 1) >> 1
    due[hole], whose[hole] = at, request
    return size + 1


@numba.njit
def _pop(due, whose, size):
    size -= 1
    at, request = due[size], whose[size]
    hole = 0
    while True:
        child = 2 * hole + 1
        if child + 1 < size and due[child + 1] < due[child]:
            child += 1
        if child >= size or due[child] >= at:
            break
        due[hole], whose[hole] = due[child], whose[child]
        hole = child
    due[hole], whose[hole] = at, request
    return size
