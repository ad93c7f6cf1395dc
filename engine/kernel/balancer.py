"""The balancer: eight ways to choose a server, and what it believes about their health."""

from engine.jit import inlined, jitable
from engine.kernel.agenda import set_due
from engine.kernel.state import CHECK, NOBODY_NS
from engine.workload import draws
from engine.workload.counter import scatter, unit
from engine.workload.tables import CLIENT_SALT, KEY_SALT

(
    ROUND_ROBIN,
    WEIGHTED_ROUND_ROBIN,
    RANDOM,
    LEAST_CONNECTIONS,
    POWER_OF_TWO,
    LEAST_LATENCY,
    CLIENT_HASH,
    CONSISTENT_HASH,
) = range(8)
LATENCY_WEIGHT = 0.3


@inlined
def choose_server(w, slot):
    """A server in rotation; -1 if nobody is believed healthy."""
    run, par, a = w.run[0], w.par[0], w.slots[slot]
    count = run.rotation_count
    if count == 0:
        return -1
    algorithm = par.algorithm
    if algorithm == ROUND_ROBIN:
        return w.rotation[after_last(w)]
    if algorithm == LEAST_CONNECTIONS:
        return least_connections(w)
    if algorithm == POWER_OF_TWO:
        return power_of_two(w, a.request, a.attempt)
    if algorithm == RANDOM:
        return w.rotation[int(unit(w.keys[draws.PICK], a.request, a.attempt) * count)]
    if algorithm == WEIGHTED_ROUND_ROBIN:
        return weighted_round_robin(w)
    if algorithm == LEAST_LATENCY:
        return least_latency(w)
    if algorithm == CLIENT_HASH:
        return w.rotation[scatter(a.user, CLIENT_SALT) % count]
    return consistent_hash(w, a.key)


@inlined
def after_last(w):
    """Place in the rotation of the first server after the one chosen last."""
    run = w.run[0]
    last = run.last
    if last < 0 or last >= w.rotation[run.rotation_count - 1]:
        return 0
    place = w.servers[last].place + 1
    if 0 < place < run.rotation_count and w.rotation[place - 1] == last:
        return place
    place = 0
    while w.rotation[place] <= last:
        place += 1
    return place


@jitable
def weighted_round_robin(w):
    """Smooth weighted round robin, as nginx does it: all gain their weight, the highest pays the sum."""
    run = w.run[0]
    best = w.rotation[0]
    for place in range(run.rotation_count):
        index = w.rotation[place]
        server = w.servers[index]
        server.credit += server.weight
        if server.credit > w.servers[best].credit:
            best = index
    w.servers[best].credit -= run.rotation_weight
    return best


@jitable
def least_connections(w):
    """Fewest attempts in flight for its weight; among equals the next in rotation."""
    run = w.run[0]
    place = after_last(w)
    best = w.rotation[place]
    best_in_flight, best_weight = w.servers[best].in_flight, w.servers[best].weight
    for _ in range(run.rotation_count - 1):
        if best_in_flight == 0:
            break
        place += 1
        if place == run.rotation_count:
            place = 0
        index = w.rotation[place]
        server = w.servers[index]
        if server.in_flight * best_weight < best_in_flight * server.weight:
            best, best_in_flight, best_weight = index, server.in_flight, server.weight
    return best


@jitable
def power_of_two(w, request, attempt):
    """Two different servers at random; the one with fewer in flight for its weight, the first if equal."""
    count = w.run[0].rotation_count
    first = int(unit(w.keys[draws.PICK], request, attempt) * count)
    if count == 1:
        return w.rotation[0]
    second = int(unit(w.keys[draws.SECOND_PICK], request, attempt) * (count - 1))
    if second >= first:
        second += 1
    one, other = w.servers[w.rotation[first]], w.servers[w.rotation[second]]
    if other.in_flight * one.weight < one.in_flight * other.weight:
        return w.rotation[second]
    return w.rotation[first]


@jitable
def least_latency(w):
    """Lowest average latency times (in flight + 1); a server not measured yet comes first."""
    run = w.run[0]
    place = after_last(w)
    best, best_score = -1, 0.0
    for _ in range(run.rotation_count):
        index = w.rotation[place]
        server = w.servers[index]
        score = max(server.latency, 0.0) * (server.in_flight + 1)
        if best < 0 or score < best_score:
            best, best_score = index, score
        place += 1
        if place == run.rotation_count:
            place = 0
    return best


@jitable
def consistent_hash(w, key):
    """The first point on the ring from the key's hash on whose server is in rotation and, with a bound, has room."""
    points = len(w.points)
    hashed = scatter(key, KEY_SALT)
    low, high = 0, points
    while low < high:
        middle = (low + high) // 2
        if w.points[middle] < hashed:
            low = middle + 1
        else:
            high = middle
    fallback = -1
    for step in range(points):
        place = low + step
        if place >= points:
            place -= points
        index = w.owners[place]
        if w.servers[index].takes_part and w.servers[index].believed_healthy:
            if has_room(w, index):
                return index
            if fallback < 0:
                fallback = index
    return fallback if fallback >= 0 else w.rotation[0]


@jitable
def has_room(w, index):
    """Bounded loads, allotted as HAProxy does it: in all the bound times what is in flight with this attempt."""
    run, par = w.run[0], w.par[0]
    if par.hash_bound_percent < 0:
        return True
    server = w.servers[index]
    in_flight = 1
    for place in range(run.rotation_count):
        in_flight += w.servers[w.rotation[place]].in_flight
    places = (in_flight * par.hash_bound_percent + 99) // 100
    before = server.weight_before
    own = (before + server.weight) * places // run.rotation_weight - before * places // run.rotation_weight
    return server.in_flight < max(own, 1)


@inlined
def note_answer(w, slot, answered):
    """An attempt has left its server; what took how long is remembered unless the work was dropped."""
    a = w.slots[slot]
    if a.server < 0:
        return
    server = w.servers[a.server]
    server.in_flight -= 1
    if answered:
        taken = (a.left - a.dispatched) * 1.0
        if server.latency < 0.0:
            server.latency = taken
        else:
            server.latency = LATENCY_WEIGHT * taken + (1.0 - LATENCY_WEIGHT) * server.latency


@jitable
def update_rotation(w):
    """The servers that take part and are believed healthy, in order."""
    run = w.run[0]
    settle_nobody(w)
    count, weight = 0, 0
    for index in range(len(w.servers)):
        server = w.servers[index]
        if server.takes_part and server.believed_healthy:
            w.rotation[count] = index
            server.place = count
            server.weight_before = weight
            weight += server.weight
            count += 1
    run.rotation_count = count
    run.rotation_weight = weight


@jitable
def settle_nobody(w):
    """Count the time in which nobody was believed healthy."""
    run = w.run[0]
    if run.rotation_count == 0:
        w.counts[NOBODY_NS] += run.now - run.nobody_since
    run.nobody_since = run.now


@jitable
def schedule_checks(w):
    run = w.run[0]
    run.seq += 1
    set_due(w, CHECK, run.now + w.par[0].check_interval_ns, run.seq)


@jitable
def check_health(w):
    """All servers are checked together: enough failed checks in a row take one out, enough passed ones bring it back."""
    par = w.par[0]
    changed = False
    for index in range(len(w.servers)):
        server = w.servers[index]
        if not server.takes_part:
            continue
        believed = server.believed_healthy
        if server.is_up and (server.fail_ratio == 0.0 or server.passes_checks):
            server.passed_checks += 1
            server.failed_checks = 0
            if server.passed_checks >= par.healthy_after:
                server.believed_healthy = 1
        else:
            server.failed_checks += 1
            server.passed_checks = 0
            if server.failed_checks >= par.unhealthy_after:
                server.believed_healthy = 0
        changed = changed or server.believed_healthy != believed
    if changed:
        update_rotation(w)
    schedule_checks(w)
