"""The benchmark's path in salabim, as its manual shows: a Component per request, `request` and `hold`, in the form with `yield`.

Knows nothing of the engine. Tracing is off, and so are the resources' monitors, which the manual leaves on.
"""

from collections import OrderedDict
from itertools import cycle

import salabim

from benchmarks.replay import Path, Replay, Told


def run(replay: Replay, path: Path) -> Told:
    """Latencies of all requests that were answered in time."""
    salabim.yieldless(False)
    env = salabim.Environment(trace=False)
    servers = cycle([salabim.Resource(capacity=path.workers, monitor=False) for _ in range(path.servers)])
    replicas = [salabim.Resource(capacity=path.connections, monitor=False) for _ in range(path.replicas)]
    cache: OrderedDict[int, float] = OrderedDict()
    latencies: list[float] = []

    class Work(salabim.Component):
        def setup(self, request, client):
            self.request_number = request
            self.client = client
            self.sent_s = env.now()

        def process(self):
            request = self.request_number
            server = next(servers)
            yield self.request(server)
            yield self.hold(replay.cpu_s[request])
            if replicas:
                yield self.hold(path.lookup_s)
                key = replay.key[request]
                if cache.get(key, 0.0) > env.now():
                    cache.move_to_end(key)
                else:
                    replica = replicas[replay.replica[request]]
                    yield self.request(replica)
                    yield self.hold(replay.database_s[request])
                    self.release(replica)
                    cache[key] = env.now() + path.ttl_s
                    cache.move_to_end(key)
                    if len(cache) > path.capacity_items:
                        cache.popitem(last=False)
            self.release(server)
            if self.client is None:
                latencies.append(env.now() - self.sent_s)
            elif self.client.isscheduled():
                latencies.append(env.now() - self.sent_s)
                self.client.activate()

    class Client(salabim.Component):
        def setup(self, request):
            self.request_number = request

        def process(self):
            Work(request=self.request_number, client=self, suppress_trace=True, mode="")
            yield self.hold(path.timeout_s)

    class Source(salabim.Component):
        def process(self):
            for request, arrived_s in enumerate(replay.arrived_s):
                yield self.hold(till=arrived_s)
                if path.timeout_s is None:
                    Work(request=request, client=None)
                else:
                    Client(request=request)

    Source()
    env.run()
    return Told(latencies)
