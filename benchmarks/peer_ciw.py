"""What Ciw can express of the benchmark's path, as its documentation shows: a network of nodes, a router of one's own.

A customer of Ciw is at one node at a time and leaves a queue, but not a service, when patience ends. So it cannot hold a
worker while a database works, nor let a client leave whose request is being worked on: the whole path is out of its reach.
"""

import ciw

from benchmarks.replay import Path, Replay, Told

CANNOT = "cannot hold a worker during the query, nor leave a request that is in service"


class InTurn(ciw.routing.NodeRouting):
    """Sends each customer to the next of the nodes 2, 3, …: round robin."""

    def __init__(self, servers: int):
        self.servers = servers
        self.sent = 0

    def next_node(self, ind):
        node = self.simulation.nodes[2 + self.sent % self.servers]
        self.sent += 1
        return node


def run(replay: Replay, path: Path) -> Told:
    """Latencies of all requests, for servers behind a balancer (or one server), without cache, database and timeouts."""
    if path.database or path.timeout_s:
        raise ValueError(f"Ciw {CANNOT}")
    gaps_s = [after - before for before, after in zip([0.0, *replay.arrived_s], replay.arrived_s)]
    arrivals = ciw.dists.Sequential([*gaps_s, float("inf")])
    if path.servers == 1:
        network = ciw.create_network(
            arrival_distributions=[arrivals],
            service_distributions=[ciw.dists.Sequential(replay.cpu_s)],
            number_of_servers=[path.workers],
        )
    else:
        leave = [ciw.routing.Leave() for _ in range(path.servers)]
        network = ciw.create_network(
            arrival_distributions=[arrivals, *[None] * path.servers],
            service_distributions=[
                ciw.dists.Deterministic(0.0),
                *(ciw.dists.Sequential(replay.cpu_s[server :: path.servers]) for server in range(path.servers)),
            ],
            number_of_servers=[float("inf"), *[path.workers] * path.servers],
            routing=ciw.routing.NetworkRouting(routers=[InTurn(path.servers), *leave]),
        )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(len(replay.arrived_s), method="Finish")
    records = [record for record in simulation.get_all_records() if record.node > 1 or path.servers == 1]
    return Told([record.exit_date - record.arrival_date for record in records])
