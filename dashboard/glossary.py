"""The glossary: every term of the course in at most two sentences, and the page where it can be seen.

`explains` names what a term stands for in the engine: fields of the system, metrics, stages, outcomes, algorithms, faults. A test
holds it complete, so that nothing on screen goes unexplained. Knows nothing of how it is shown.
"""

import re
from dataclasses import dataclass

from dashboard.words import mark


@dataclass(frozen=True)
class Term:
    """One term. `title` and `text` are marked for translation; `page` is where it is to be seen."""

    page: str
    title: str
    explains: str
    text: str

    @property
    def anchor(self) -> str:
        """What stands after the # in a link to it: from the English title, so that links hold in every language."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


TERMS = (
    Term("web_app", mark("Arrival rate"), "traffic.rate offered_rate traffic.pattern traffic.ramp_to traffic.ramp_start_s "
         "traffic.ramp_s traffic.steps",
         mark("Requests that arrive in a second, whatever becomes of them. It is what the people want, not what the system "
              "does.")),
    Term("web_app", mark("Users and requests"), "traffic.users",
         mark("100,000 users who do 20 things a day ask 23 times a second on average, and 69 times at three times the mean. So "
              "a number of users says nothing without what they do and when.")),
    Term("web_app", mark("Ada"), "",
         mark("Whoever sends the request that the picture follows; a ring marks it, and a line beneath tells how long it took. One "
              "person asks seldom, so she is mostly another user.")),
    Term("web_app", mark("Daily pattern"), "traffic.daily_peak_factor traffic.day_s daily",
         mark("The arrival rate of a day: low at night, high in the evening. A system must be built for the peak, and pays for "
              "it at night.")),
    Term("overload", mark("Traffic spike"), "traffic.spike_factor traffic.spike_start_s traffic.spike_s traffic_spike",
         mark("The arrival rate is many times its usual value for a while. What it leaves behind, queues and retries, can last "
              "longer than the spike.")),
    Term("load_balancing", mark("Burstiness"), "traffic.interarrival_cv traffic.burst_rate traffic.burst_s traffic.calm_s bursts",
         mark("How unevenly requests come: 0 is like clockwork, 1 is chance, more is in bursts. The same mean rate makes "
              "longer queues if it comes in bursts.")),
    Term("load_balancing", mark("Recording"), "traffic.recording traffic.recording_speed recorded",
         mark("Traffic that was measured somewhere and is played here. Its shape is used; its mean becomes the arrival rate.")),
    Term("overload", mark("Open and closed loop"), "traffic.loop traffic.think_time_s",
         mark("In an open loop people come whatever happens; in a closed loop each asks again only after an answer. A test "
              "with a closed loop hides how bad it gets, because a slow system slows its own load down.")),
    Term("overload", mark("Request and attempt"), "attempts_per_request",
         mark("A request is what a person wants, an attempt is one try at it. With retries one request can be many attempts, "
              "and the system feels every one.")),
    Term("cdn", mark("Static file"), "traffic.static_ratio",
         mark("A picture, a style sheet, a script: the same for everybody, and it needs no database. It is what a CDN can "
              "answer in the system's place.")),
    Term("replication", mark("Write"), "traffic.write_ratio",
         mark("A request that changes data. Reads can be spread over copies; a write must reach every one of them.")),
    Term("caching", mark("Item and popularity"), "traffic.items traffic.popularity",
         mark("Items are what people read and write, and a few are asked for far more than others. The higher the popularity "
              "exponent, the more the first few take.")),
    Term("overload", mark("Cohort"), "traffic.cohorts",
         mark("A part of the people with a policy of its own, such as an old app that tries again too often. What becomes of "
              "each part is counted separately.")),
    Term("replication", mark("Functions"), "traffic.functions",
         mark("What the product consists of: users, posts, media. With federation each has a database of its own.")),
    Term("web_app", mark("Client"), "",
         mark("The program that asks for a person: a browser or an app. It waits, gives up and tries again, and so makes load "
              "of its own.")),
    Term("overload", mark("Timeout"), "client.timeout_ms timeout",
         mark("How long a client waits for one attempt before it leaves. The work that it began usually goes on, for nobody.")),
    Term("overload", mark("Retry"), "client.retries retry_wait failed_attempts",
         mark("Trying again after an attempt that did not succeed. It helps against single failures and makes an overload "
              "worse.")),
    Term("overload", mark("Backoff"), "client.backoff client.backoff_ms client.backoff_cap_ms none fixed exponential "
         "exponential_jitter",
         mark("The pause before a retry; doubling it each time takes pressure off. A random part (jitter) keeps all clients "
              "from coming back at the same moment.")),
    Term("overload", mark("Retry budget"), "client.retry_budget",
         mark("How many retries all clients together may make for every request sent. It lets single failures be mended and "
              "ends a retry storm.")),
    Term("overload", mark("Retry storm"), "",
         mark("Retries are load, load makes more attempts fail, and failed attempts are retried. It goes on after its cause "
              "has ended.")),
    Term("overload", mark("Metastable failure"), "",
         mark("A system stays down although what brought it down is gone, because the failure feeds itself. It ends only when "
              "the load is taken away.")),
    Term("horizontal_scaling", mark("Server"), "servers.count dispatched",
         mark("A machine that answers requests. Several of them share the load and stand in for each other.")),
    Term("vertical_scaling", mark("vCPU"), "servers.vcpus servers.cpu_ms server_cpu",
         mark("A virtual processor: each one computes for one request at a time. CPU time per request divided by vCPUs bounds "
              "what a server can answer.")),
    Term("vertical_scaling", mark("Memory"), "servers.memory_gb servers.memory_mb_per_request",
         mark("Every request on a server holds some, also while it waits. When it is full the server refuses; more of it makes "
              "nothing faster.")),
    Term("web_app", mark("Worker"), "servers.workers",
         mark("A place for one request in progress; it is held from admission until the answer. A slow database can use up all "
              "workers while the CPU idles.")),
    Term("web_app", mark("Service time"), "servers.service_distribution servers.service_cv deterministic lognormal pareto "
         "hyperexponential",
         mark("How long the work itself takes, without any waiting. The more it varies, the longer the queue at the same load.")),
    Term("web_app", mark("Discipline"), "servers.discipline processor_sharing",
         mark("Who is served next: first come first served, or all at once on equal parts. Sharing helps short work that "
              "stands behind long work.")),
    Term("web_app", mark("Queue"), "server_queue queue_length_mean",
         mark("Those who have come and are not served yet. It grows without end when more arrives than can be served.")),
    Term("overload", mark("Queue limit"), "servers.queue_limit database.queue_limit",
         mark("How many may wait; one more is refused. A longer queue serves nobody more, it only makes everybody wait longer.")),
    Term("web_app", mark("Utilisation"), "server_utilisation database_utilisation",
         mark("The share of the time in which something is busy. From 80 % on waiting grows steeply, because there is little "
              "slack left to catch up in.")),
    Term("web_app", mark("The knee"), "",
         mark("The load at which latency begins to rise steeply. It lies well before 100 %.")),
    Term("web_app", mark("Waiting time"), "",
         mark("The time in a queue before work begins. It is what grows under load; the service time stays as it is.")),
    Term("web_app", mark("Response time"), "",
         mark("The time at one tier: waiting and service together. Latency is the sum over all tiers and the way between them.")),
    Term("web_app", mark("Latency"), "latency_mean_ms",
         mark("What the client sees, from its first try to its last answer. It is the sum of the stages, to the nanosecond.")),
    Term("web_app", mark("Percentile"), "latency_p50_ms latency_p95_ms latency_p99_ms latency_p999_ms",
         mark("p95 is the latency that 95 of 100 requests do not exceed. The mean hides the slow ones; a page that makes many "
              "requests meets them nearly always.")),
    Term("load_balancing", mark("Tail"), "",
         mark("The slowest few requests, beyond p95 or p99. What makes them slow is mostly one queue.")),
    Term("look_inside", mark("Stage"), "database_service network cdn balancer",
         mark("A part of a latency: network, balancer, server queue, CPU, cache, database. The stages of a request sum to its "
              "latency exactly.")),
    Term("web_app", mark("In flight"), "",
         mark("Requests that were sent and are not over yet. By Little's law their number is arrival rate × latency.")),
    Term("web_app", mark("Little's law"), "",
         mark("The mean number of requests in the system is the arrival rate times the mean latency. It holds for every system "
              "that is stable, whatever its distributions.")),
    Term("web_app", mark("Offered load"), "",
         mark("Arrival rate × service time: how many workers would be busy if none ever waited, in erlangs. If it exceeds what "
              "there is, the queue grows for ever.")),
    Term("web_app", mark("Throughput"), "throughput",
         mark("Attempts that the servers complete in a second. It counts answers for clients who have left.")),
    Term("overload", mark("Goodput"), "goodput ok",
         mark("Requests that are answered in time, in a second. Under overload it can fall to nothing while throughput stays "
              "high.")),
    Term("web_app", mark("Error rate"), "error_rate",
         mark("The share of the requests that end without an answer, by cause: timed out, refused, failed or unavailable. It "
              "is counted over requests, not attempts.")),
    Term("overload", mark("Timed out"), "",
         mark("The client left before its answer came. Its work may still be going on.")),
    Term("overload", mark("Refused"), "refused",
         mark("Turned away at once, because a queue, the memory or a limit was full. It is cheap for the system and quick for "
              "the client.")),
    Term("load_balancing", mark("Failed"), "failed",
         mark("What it was being served by died, or answered with an error. A retry may well succeed elsewhere.")),
    Term("load_balancing", mark("Unavailable"), "unavailable unavailable_s",
         mark("The balancer believed no server healthy, so there was nobody to send it to. It is measured in seconds too.")),
    Term("vertical_scaling", mark("Vertical scaling"), "",
         mark("A bigger machine instead of more of them. Simple, and it ends at the biggest machine there is.")),
    Term("vertical_scaling", mark("Contention"), "servers.contention",
         mark("The share of the work that only one can do at a time, such as holding a lock. It bounds what more vCPUs can "
              "bring.")),
    Term("vertical_scaling", mark("Coherency"), "servers.coherency",
         mark("What it costs that every vCPU agrees with every other. It grows with the square of their number, so from some "
              "size on more vCPUs do less.")),
    Term("vertical_scaling", mark("Universal Scalability Law"), "",
         mark("How throughput grows with size under contention and coherency (Gunther). It rises, peaks, and falls.")),
    Term("horizontal_scaling", mark("Horizontal scaling"), "",
         mark("More machines instead of a bigger one. It goes on nearly in proportion until something behind them is full.")),
    Term("horizontal_scaling", mark("Bottleneck"), "",
         mark("What is full first; nothing else decides the throughput. Removing it makes the next one visible.")),
    Term("horizontal_scaling", mark("Zone"), "network.zones",
         mark("A part of a region with its own power and network. Zones fail independently, so servers are spread over them.")),
    Term("horizontal_scaling", mark("Redundancy"), "crash recover",
         mark("More than is needed, so that one may fail. It helps only if what is left can bear the whole load.")),
    Term("horizontal_scaling", mark("Single point of failure"), "database.colocated",
         mark("The one thing that takes everything down with it. Behind many servers it is often the balancer, the primary or "
              "the zone.")),
    Term("horizontal_scaling", mark("Boot time"), "servers.boot_s",
         mark("How long a new server takes until it answers. It is the hole in every plan to add servers when they are needed.")),
    Term("load_balancing", mark("Autoscaler"), "autoscaler.enabled autoscaler.min autoscaler.max "
         "autoscaler.target_utilisation autoscaler.interval_s autoscaler.metric_window_s autoscaler.tolerance",
         mark("Adds and removes servers so that utilisation stays near a target. It looks back over a window and its servers "
              "boot, so it is always late.")),
    Term("load_balancing", mark("Cooldown"), "autoscaler.scale_up_cooldown_s autoscaler.scale_down_cooldown_s",
         mark("How long the autoscaler waits for a wish to last before it acts. Without it the number of servers swings.")),
    Term("load_balancing", mark("Load balancer"), "balancer.overhead_ms balancer.max_rate",
         mark("Decides which server gets the next request. It can itself be full, and it can fail.")),
    Term("load_balancing", mark("Round robin"), "balancer.algorithm round_robin",
         mark("Each server in turn. Counts are equal; work is not, if the servers or the requests differ.")),
    Term("load_balancing", mark("Weighted round robin"), "servers.weights weighted_round_robin",
         mark("In turn, but larger servers come up more often. The weights must be kept right by somebody.")),
    Term("load_balancing", mark("Random"), "random",
         mark("Any server, by chance. It needs to know nothing, and is less even than taking turns.")),
    Term("load_balancing", mark("Least connections"), "least_connections",
         mark("The server with the fewest requests in flight. A server that fails fast looks idle to it, and attracts "
              "everybody.")),
    Term("load_balancing", mark("Two choices"), "power_of_two",
         mark("Two servers by chance, then the one with fewer in flight. Nearly as good as looking at all of them, and without "
              "the herd.")),
    Term("load_balancing", mark("Least latency"), "least_latency",
         mark("The server whose answers were fastest lately. Errors are fast answers too.")),
    Term("load_balancing", mark("Client hash"), "client_hash",
         mark("Always the same server for the same person. With few people some servers get far more than others.")),
    Term("load_balancing", mark("Consistent hashing"), "balancer.virtual_nodes consistent_hash cache.placement database.sharding",
         mark("Items and nodes stand on a ring; an item belongs to the next node on it. When a node comes or goes only its "
              "neighbours' items move.")),
    Term("load_balancing", mark("Bounded loads"), "balancer.hash_bound",
         mark("Consistent hashing in which a server that has too much passes the next request on. It keeps a hot item from "
              "filling one server.")),
    Term("caching", mark("Modulo placement"), "modulo cache_keys_moved",
         mark("An item's number divided by the number of nodes: the remainder says where it is. With one node more nearly "
              "every item is somewhere else.")),
    Term("load_balancing", mark("Load imbalance"), "load_imbalance jain_fairness",
         mark("The busiest server's requests divided by the mean; 1 is even. Jain's fairness says the same between 0 and 1.")),
    Term("load_balancing", mark("Slow server"), "servers.speeds slow",
         mark("A machine that works at a part of its speed: a backup, a noisy neighbour. It passes its health checks.")),
    Term("load_balancing", mark("Health check"), "balancer.health_check_interval_s balancer.unhealthy_after balancer.healthy_after",
         mark("A question to every server, again and again; a few failures in a row take it out. Until then requests go on "
              "failing there.")),
    Term("load_balancing", mark("Failing fast"), "fail_fast",
         mark("A server that answers at once with an error, while its health checks pass. Balancers that prefer quick servers "
              "send it more and more.")),
    Term("overload", mark("Load shedding"), "servers.shed_above",
         mark("Refusing what could not be answered in time anyway. Those who are let in get their answers.")),
    Term("overload", mark("Dropping expired work"), "servers.drop_expired",
         mark("Work whose client has left is not done. It is what keeps goodput up under overload.")),
    Term("overload", mark("Circuit breaker"), "database.breaker",
         mark("After some failures in a row a server stops asking the database and fails at once. Later it lets one call try "
              "whether it has recovered.")),
    Term("web_app", mark("Database"), "database.connections database.read_ms database.write_ms database.service_distribution "
         "database.service_cv database_queue",
         mark("Where the data lives; each connection runs one query at a time. It is the tier that more servers do not help.")),
    Term("replication", mark("Primary"), "database.replication",
         mark("The database node that takes all writes of its group. When it dies nobody can write until a replica is "
              "promoted.")),
    Term("replication", mark("Replica"), "database.replicas database.apply_cost",
         mark("A copy that follows the primary and answers reads. It applies every write too, so replicas do not make writes "
              "scale.")),
    Term("replication", mark("Replica lag"), "database.lag_ms database.lag_distribution replication_lag_p95_ms cut_replication",
         mark("The time from a committed write until a replica shows it. It grows by itself when the replica is busy.")),
    Term("replication", mark("Stale read"), "stale_read_ratio stale",
         mark("A read that shows what was true before a write that is already committed. Replicas, caches and CDNs all give "
              "them.")),
    Term("replication", mark("Read your writes"), "database.read_from read_your_writes_violations replicas_read_your_writes",
         mark("A person sees at least what they have written themselves. Reads that a replica cannot answer so far go to the "
              "primary.")),
    Term("replication", mark("Synchronous replication"), "semi_sync sync async commit_wait",
         mark("A write is acknowledged only when replicas have it: one received (semi-sync) or all applied (sync). Nothing is "
              "lost in a failover, and every write waits.")),
    Term("replication", mark("Failover"), "database.failover_s write_unavailable_s",
         mark("A replica becomes the new primary after the old one died. Writes fail until then.")),
    Term("replication", mark("Lost write"), "lost_writes",
         mark("A write that was acknowledged and is gone after a failover, because no replica had received it. With "
              "asynchronous replication some are always at risk.")),
    Term("replication", mark("Shard"), "database.shards database.cross_shard_ratio",
         mark("A part of the items with a primary of its own, so that writes scale too. Reads that need several shards wait "
              "for the slowest.")),
    Term("replication", mark("Resharding"), "database.copy_ms keys_moved keys_moving",
         mark("Splitting the items anew while the system runs. What changes its shard is copied, which costs both databases "
              "work, and is waited for while it is under way.")),
    Term("replication", mark("Hot shard"), "",
         mark("The shard that holds what everybody asks for. More shards do not help it, because one item cannot be split.")),
    Term("replication", mark("Federation"), "database.federated database.cross_function_ratio",
         mark("Each function of the product has a database of its own. A read that needs two functions asks both.")),
    Term("caching", mark("Cache"), "cache.enabled cache.lookup_ms cache",
         mark("Keeps answers so that the database is asked less. A miss pays for the look-up and for the database.")),
    Term("caching", mark("Hit ratio"), "cache_hit_ratio",
         mark("Look-ups that find their item, divided by all. At 90 % the database sees a tenth; at 80 % it sees twice that.")),
    Term("caching", mark("Cache capacity"), "cache.capacity_items",
         mark("How many items a cache node can hold. Popular ones come first, so the first thousand bring more than the next.")),
    Term("caching", mark("Eviction"), "cache.eviction cdn.eviction lru lfu fifo",
         mark("Which item makes room for a new one: used longest ago (LRU), least often (LFU), filled longest ago (FIFO) or "
              "any. It matters only when the cache is full.")),
    Term("caching", mark("Time to live"), "cache.ttl_s cache.ttl_from cache.ttl_jitter",
         mark("How long a copy is used before it is fetched anew. Longer means more hits and older answers.")),
    Term("caching", mark("Invalidation"), "cache.on_write invalidate update leave",
         mark("What a write does to the copy in the cache: removes it, replaces it, or leaves the old one. Leaving it means "
              "stale reads until it expires.")),
    Term("caching", mark("Stampede"), "",
         mark("A popular copy expires and everybody who misses it asks the database at once. The database slows down, and more "
              "people miss meanwhile.")),
    Term("caching", mark("Coalescing"), "cache.coalescing cdn.coalescing coalesced_wait",
         mark("One miss fetches for all who wait for the same item. It turns a stampede into one query.")),
    Term("caching", mark("Stale while revalidate"), "cache.stale_while_revalidate_s",
         mark("An expired copy is still served for a while, and fetched anew in the background. Nobody waits, and some get an "
              "old answer.")),
    Term("caching", mark("Cold cache"), "cache.start_warm flush_cache",
         mark("A cache that holds nothing yet. Until it is warm, the database gets everything.")),
    Term("caching", mark("Distributed cache"), "cache.nodes lose_cache_node",
         mark("Several cache nodes that share the items. One that is lost takes its share with it, and the database gets it "
              "back.")),
    Term("cdn", mark("CDN"), "cdn.enabled cdn.hit_ms cdn.cache_dynamic cdn_hit_ratio",
         mark("A content delivery network: copies of files near the people. It does not speed up what is personal or changes.")),
    Term("cdn", mark("Point of presence"), "cdn.pops cdn.capacity_items cdn.ttl_s pop_outage pop_recovery",
         mark("A place of the CDN in some region, with its own copies. When it fails, people are sent to the next nearest.")),
    Term("cdn", mark("Origin"), "network.origin_region",
         mark("Where balancer, servers and databases stand. What no point of presence can answer comes from there.")),
    Term("cdn", mark("Offload"), "cdn_offload",
         mark("The share of attempts that the CDN answers without asking the origin. It is load that the servers never see.")),
    Term("cdn", mark("Round trip"), "traffic.regions network.rtt_ms network.jitter_cv",
         mark("The time to somewhere and back. Between continents it is over 100 ms, and no server can make it shorter.")),
    Term("challenge", mark("Cost"), "cost_per_hour cost_per_month cost_per_million_ok prices",
         mark("What the system would cost by a dated list of prices. What counts is the price of a million requests that were "
              "answered in time.")),
    Term("look_inside", mark("Warm-up"), "",
         mark("The first part of a run, which begins empty and is left out of its numbers. Otherwise the empty queues would "
              "flatter the system.")),
    Term("look_inside", mark("Window"), "",
         mark("The stretch of time that a number speaks of. A short one shows noise, a long one hides what just changed.")),
    Term("look_inside", mark("Trial"), "",
         mark("The same system run once more with other chance. Several trials tell what is chance and what is the system.")),
    Term("look_inside", mark("Seed"), "",
         mark("The number that fixes all chance of a run. The same system, seed and version give the same bytes on every "
              "machine.")),
    Term("look_inside", mark("Confidence interval"), "",
         mark("The range that holds the true value in 95 of 100 such runs. Two designs whose intervals overlap may be equally "
              "good.")),
)  # fmt: skip
