"""What the formulas of `engine.theory` give for each external case, under the names of the case's published values."""

import math

import numpy as np

from engine.theory.balancing import power_of_d_response_s, power_of_two_response_s, smooth_weighted_sequence, smoothed
from engine.theory.caches import (
    cold_hit_ratio,
    fifo_exact_hit_ratio,
    fifo_mean_field_hit_ratio,
    lfu_limit_hit_ratio,
    lru_che_hit_ratio,
    lru_exact_hit_ratio,
    stampede,
    ttl_fill_hit_ratio,
    ttl_use_hit_ratio,
    zipf,
)  # fmt: skip
from engine.theory.chains import chain_response_s
from engine.theory.data import (
    failover_losses,
    k_staleness_ratio,
    replica_capacity,
    shard_loads,
    stale_read_ratio,
    write_amplification,
)  # fmt: skip
from engine.theory.hashing import (
    bounded_load_cap,
    haproxy_slots,
    ring_largest_share,
    ring_moved_ratio,
    ring_share_cv,
    ring_share_percentile,
)
from engine.theory.impatience import deadline_ok_ratio, erlang_a, ghost_work, mmc_patience
from engine.theory.networks import (
    batch_response_s,
    breakdowns,
    cold_start_response_s,
    fan_out_slow_ratio,
    fluid_backlog,
    fluid_drain_s,
    hedged_tail,
    jackson,
    ramp_in_system,
    redundant_response_s,
    slowest_of,
    tandem_percentile,
)  # fmt: skip
from engine.theory.renewal import every, gap_transform, gm1_response_percentile, gm_root, gmc, periodic_response_s
from engine.theory.retries import attempts_per_request, backoff_schedule_s, retrial_queue, retrying_queue, stacked_attempts
from engine.theory.scalability import (
    amdahl_limit,
    little_in_system,
    usl_fit,
    usl_fit_transformed,
    usl_peak_size,
    usl_speedup,
    utilisation_law,
)  # fmt: skip
from engine.theory.service import bounded_pareto, mdc, mg1, mg1_waiting_deviation_s, mm1_shared_deviation_s, moments
from engine.theory.stations import (
    erlang_b,
    mm1,
    mmc,
    mmc_response_percentile,
    mmc_waiting_percentile,
    mmck,
    mmck_states,
)  # fmt: skip

WITHOUT_FORM = {
    ("D21", "T_FCFS_about"): "known by simulation only",
    ("D22", "JIQ"): "join the idle queue is not an algorithm of the model",
}

ORIGIN_2000 = ([1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64], [20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310])
SDM91 = ([1, 18, 36, 72, 108, 144, 216], [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2])
R_TEST = ([1, 2, 4, 6, 8, 10], [1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557])


def whole_station(rate, service_s, workers=1):
    station = mmc(rate, service_s, workers)
    assert station.in_system == little_in_system(rate, station.response_s)
    return {
        "rho": utilisation_law(rate, service_s, workers), "P_wait": station.wait_ratio, "Wq": station.waiting_s,
        "T": station.response_s, "L": station.in_system, "Lq": station.queue_length,
    }  # fmt: skip


def bounded(rate, service_s, workers, places):
    station = mmck(rate, service_s, workers, places)
    return {
        "P_block": station.blocked_ratio, "throughput": station.throughput, "L": station.in_system,
        "T_accepted": station.response_s, "util": station.utilisation,
    }  # fmt: skip


def renewal(transform, rate, service_s):
    station = gmc(transform, rate, service_s)
    return {
        "sigma": gm_root(transform, 1 / service_s), "Wq": station.waiting_s, "T": station.response_s,
        "T_p99": gm1_response_percentile(transform, service_s, 99),
    }  # fmt: skip


def round_robin(count, load):
    values = renewal(every(count, gap_transform(count * load, 1)), load, 1)
    return {name: values[name] for name in ("sigma", "T", "T_p99")} | {"ratio_to_random": values["T"] / mm1(load, 1).response_s}


def weighted_round_robin():
    fast, slow = periodic_response_s(5.6, 0.2, [1, 2, 2, 1, 1]), periodic_response_s(5.6, 1, [7])
    return {"T": (5 * fast + 2 * slow) / 7, "T_weighted_random": (5 * mm1(4, 0.2).response_s + 2 * mm1(0.8, 1).response_s) / 7}


def nginx():
    def letters(weights, length):
        return "".join("abc"[pick] for pick in smooth_weighted_sequence(weights, length)[0])

    state = smooth_weighted_sequence((5, 1, 1), 7)[1]
    return {"w511": letters((5, 1, 1), 7), "w311": letters((3, 1, 1), 5), "w123": letters((1, 2, 3), 6), "state_511": state}


def supermarket(load):
    return {
        "d1": power_of_d_response_s(load, 1, 1), "d2_inf": power_of_d_response_s(load, 1, 2),
        "d3_inf": power_of_d_response_s(load, 1, 3), "d2_N100_with": power_of_two_response_s(load, 1, 100, replacement=True),
        "d2_N100_without": power_of_two_response_s(load, 1, 100),
    }  # fmt: skip


def policies():
    return {
        "MM4": mmc(2.8, 1, 4).response_s, "JSQ": chain_response_s(0.7, 1, 4), "P2C": chain_response_s(0.7, 1, 4, 1, "power_of_two"),
        "RR": round_robin(4, 0.7)["T"], "random": mm1(0.7, 1).response_s,
    }  # fmt: skip


def patience(rate, service_s, workers, patience_s):
    result = mmc_patience(rate, service_s, workers, patience_s)
    return {"P_drop": result.left_ratio, "Wq_all": result.waiting_s, "P_wait": result.wait_ratio}


def call_centre():
    result = erlang_a(48 / 60, 60, 50, 120)
    without = mmc(48 / 60, 60, 50).waiting_s
    return {"P_abandon": result.left_ratio, "Wq_sec": result.waiting_s, "util": result.utilisation, "ErlangC_Wq_sec": without}


def deadline():
    ok = deadline_ok_ratio(0.8, 1, 3)
    return {"P_ok": ok, "goodput": 0.8 * ok, "util": utilisation_law(0.8 * ok, 1)}


def ghosts(rate):
    result = ghost_work(rate, 1, 20, 8)
    return {
        "goodput": result.goodput, "wasted": result.wasted_rate, "P_block": result.blocked_ratio,
        "P_late_given_accepted": result.late_ratio, "P_success": result.ok_ratio,
    }  # fmt: skip


def retrial():
    result = retrial_queue(0.6, 1, 2)
    return {"orbit": result["pausing"], "P_busy": result["utilisation"], "attempts_per_request": result["attempts"]}


def retrying():
    result = retrying_queue(1.2, 1, 3, 0.8, 2)
    return {"P_success": result["ok_ratio"], "attempts_per_request": result["attempts"]}


def jackson_network():
    stations = jackson((1, 0.5, 0), [[0, 0.6, 0.2], [0, 0, 0.5], [0.1, 0, 0]], (1 / 3, 1, 1 / 2), (1, 2, 1))
    present = [station.in_system for station in stations]
    return {"lam": [station.throughput for station in stations], "L": present, "T": sum(present) / 1.5}


def tandem():
    total = mm1(1, 1 / 2).response_s + mm1(1, 1 / 3).response_s
    return {"T": total, "T_p95": tandem_percentile(1, (1 / 2, 1 / 3), 95), "T_p99": tandem_percentile(1, (1 / 2, 1 / 3), 99)}


def lognormal():
    service = moments("lognormal", 1, 2)
    station = mg1(0.7, service)
    return {"Wq": station.waiting_s, "T": station.response_s, "sd_Wq": mg1_waiting_deviation_s(0.7, service)}


def heavy_tail():
    service = bounded_pareto(1.5, 1, 1000)
    rate = 0.6 / service.first
    return {"ES": service.first, "ES2": service.second, "lam": rate, "Wq": mg1(rate, service).waiting_s}


def pareto():
    service = moments("pareto", 1.4, math.sqrt(1 / (3.5 * 1.5)))
    return {"lam": 0.7 / service.first, "Wq": mg1(0.7 / service.first, service).waiting_s}


def fetch_delay(coalescing):
    result = stampede(4, 2, 0.5, coalescing)
    return {
        "hit": result["hit_ratio"], "delayed": result["delayed_ratio"], "origin_rate": result["fetch_rate"],
        "origin_fetches_per_miss_episode": result["fetches_per_miss"],
    }  # fmt: skip


def evictions():
    shares = zipf(100, 0.8)
    return {
        "LRU_exact": lru_exact_hit_ratio(shares, 10), "LRU_Che": lru_che_hit_ratio(shares, 10),
        "FIFO_exact": fifo_exact_hit_ratio(shares, 10), "FIFO_meanfield": fifo_mean_field_hit_ratio(shares, 10),
        "LFU_limit": lfu_limit_hit_ratio(shares, 10),
    }  # fmt: skip


def tiny_caches():
    shares = zipf(6, 0.8)
    three = np.array([0.5, 0.3, 0.2])
    return {
        "n6C3": lru_exact_hit_ratio(shares, 3),
        "n3C2": lru_exact_hit_ratio(three, 2),
        "fifo_n6C3": fifo_exact_hit_ratio(shares, 3),
    }


def amplified_writes():
    result = write_amplification(100, 0.2, 0.01, 0.01, 0.005, 2)
    return {
        "T_write": result["write_s"], "T_read": result["read_s"], "lag": result["lag_s"],
        "rho_primary": result["primary_utilisation"], "rho_replica": result["replica_utilisation"],
    }  # fmt: skip


def failover():
    lost, available = failover_losses(50, 0.2, 1000, 30)
    return {"lost_writes_mean": lost, "write_availability": available}


def shards():
    loads = shard_loads(800, zipf(1000, 0.8), 8, 1 / 160)
    return {"rho": loads.tolist(), "T_hottest": mm1(160 * loads[0], 1 / 160).response_s}


def crashes():
    result = breakdowns(0.5, 1, 50, 10)
    return {"availability": result["availability"], "L": result["in_system"], "T": result["response_s"]}


def ray_tracer():
    sizes, throughputs = ORIGIN_2000
    contention, coherency = usl_fit_transformed(sizes, throughputs)
    squares = usl_fit(sizes, throughputs, at_one=20)
    return {
        "sigma_gunther_fit": contention, "kappa_gunther_fit": coherency, "p_peak": usl_peak_size(contention, coherency),
        "sigma_nls": squares[0], "kappa_nls": squares[1],
        "curve_at_8_32_64": [20 * usl_speedup(size, contention, coherency) for size in (8, 32, 64)],
    }  # fmt: skip


def file_server():
    contention, coherency, at_one = usl_fit(*SDM91)
    return {
        "alpha": contention, "beta": coherency, "gamma": at_one,
        "N_peak": usl_peak_size(contention, coherency), "X_limit": at_one * amdahl_limit(contention),
        "pred": [at_one * usl_speedup(size, contention, coherency) for size in SDM91[0]],
    }  # fmt: skip


def ring():
    return {
        "CV_n10_v1": ring_share_cv(10, 1), "CV_n10_v100": ring_share_cv(10, 100), "CV_n10_v160": ring_share_cv(10, 160),
        "Emax_over_mean_n10_v1": ring_largest_share(10), "keys_moved_on_add_n10": ring_moved_ratio(10),
        "share99_v100": [ring_share_percentile(100, 0.5), ring_share_percentile(100, 99.5)],
    }  # fmt: skip


def catalogue():
    return 1000 * zipf(1000, 0.8)


FORMS = {
    "A1": lambda: whole_station(0.5, 1),
    "A2": lambda: whole_station(0.8, 1),
    "A3": lambda: whole_station(0.95, 1),
    "A4": lambda: whole_station(5, 1 / 8),
    "A5": lambda: whole_station(0.2, 10, 3),
    "A6": lambda: whole_station(0.2, 10, 4),
    "A7": lambda: whole_station(5, 1 / 10, 2),
    "A8": lambda: whole_station(7.2, 1, 8),
    "A9": lambda: whole_station(15.2, 1, 16),
    "A10": lambda: {f"T_p{percent}": mmc_response_percentile(0.8, 1, 1, percent) for percent in (50, 90, 95, 99)},
    "A11": lambda: {f"Wq_p{percent}": mmc_waiting_percentile(7.2, 1, 8, percent) for percent in (90, 99)}
    | {f"T_p{percent}": mmc_response_percentile(7.2, 1, 8, percent) for percent in (50, 99)},
    "A12": lambda: bounded(0.9, 1, 1, 10),
    "A13": lambda: bounded(1.5, 1, 1, 5),
    "A14": lambda: bounded(8, 1 / 4, 5, 12),
    "A15": lambda: bounded(2, 1, 2, 6),
    "A16": lambda: {"B_15_12": erlang_b(12, 15), "B_10_4461": erlang_b(4.461, 10), "B_100_8406": erlang_b(84.06, 100)},
    "A17": lambda: {"Wq": mdc(0.8, 1, 1).waiting_s},
    "A18": lambda: {"Wq": mdc(3.6, 1, 4).waiting_s},
    "A19": lambda: {"Wq": mdc(1.4, 1, 2).waiting_s},
    "A20": lognormal,
    "A21": heavy_tail,
    "A22": pareto,
    "A24": lambda: {"T": mm1(0.8, 1).response_s, "Var_T": mm1_shared_deviation_s(0.8, 1) ** 2, "L": mm1(0.8, 1).in_system},
    "A25": lambda: {f"p{count}": value for count, value in enumerate(mmck_states(10, 1 / 12, 3, 60)[:6])},
    "A27": lambda: renewal(gap_transform(1, 0), 1, 0.8),
    "A28": lambda: renewal(gap_transform(1, 0.5), 1, 0.8),
    "B1": jackson_network,
    "B2": tandem,
    "B3": lambda: {"T": batch_response_s(0.15, 4, 1), "L": little_in_system(0.6, batch_response_s(0.15, 4, 1))},
    "B5": lambda: {f"EN({time_s})": ramp_in_system(2, 5, 1 / 0.8, time_s) for time_s in (1, 3, 10)},
    "B7": lambda: {"backlog_at_30s": fluid_backlog(120, 100, 30), "drain_time_at_lam_80": fluid_drain_s(600, 80, 100)},
    "C1": call_centre,
    "C2": lambda: patience(5, 1 / 2, 1, 6),
    "C3": lambda: patience(0.9, 1, 1, 2),
    "C4": lambda: patience(9, 1, 10, 0.5),
    "C5": deadline,
    "C7": lambda: ghosts(0.9),
    "C8": lambda: ghosts(1.2),
    "C10": retrial,
    "C12": retrying,
    "C13": lambda: {
        "attempts": attempts_per_request(0.5, 3), "all_fail": attempts_per_request(1, 3), "stack": stacked_attempts(3, 5),
    },
    "C15": lambda: {"a": backoff_schedule_s(0.1, 4), "b": backoff_schedule_s(1, 5, 5)},
    "D1": lambda: {"T": mm1(0.9, 1).response_s},
    "D2": lambda: round_robin(2, 0.8),
    "D3": lambda: round_robin(4, 0.8),
    "D4": lambda: round_robin(8, 0.8),
    "D5": lambda: round_robin(10, 0.9),
    "D6": lambda: round_robin(3, 0.95),
    "D8": weighted_round_robin,
    "D9": nginx,
    "D10": lambda: supermarket(0.5),
    "D11": lambda: supermarket(0.7),
    "D12": lambda: supermarket(0.8),
    "D13": lambda: supermarket(0.9),
    "D14": lambda: supermarket(0.95),
    "D15": lambda: supermarket(0.99),
    "D16": lambda: {
        f"N{count}_rho{load}": chain_response_s(load, 1, count)
        for count, load in ((2, 0.5), (2, 0.8), (2, 0.9), (3, 0.8), (4, 0.7))
    },
    "D20": lambda: {"T": chain_response_s(1.7, 1, 2, 2)},
    "D21": lambda: {"T_PS_near": chain_response_s(0.8, 1, 2)},
    "D22": policies,
    "D27": ring,
    "D28": lambda: {
        "cap_100_10_025": bounded_load_cap(100, 10, 0.25), "cap_10_3_0": bounded_load_cap(10, 3, 0),
        "cap_1000_7_01": bounded_load_cap(1000, 7, 0.1),
    },
    "D29": lambda: {
        "9 @150 w=1,1,1,1": haproxy_slots(9, 150, [1] * 4), "0 @125 w=1,1,1": haproxy_slots(0, 125, [1] * 3),
        "20 @150 w=3,2,1": haproxy_slots(20, 150, [3, 2, 1]), "99 @125 w=1x7": haproxy_slots(99, 125, [1] * 7),
    },
    "D30": lambda: {"v": smoothed([100, 200, 50, 50], 0.3)},
    "E1": lambda: {"insertion": ttl_fill_hit_ratio(np.array([2]), 1), "sliding": ttl_use_hit_ratio(np.array([2]), 0.7)},
    "E2": lambda: {"insertion": ttl_fill_hit_ratio(catalogue(), 5), "sliding": ttl_use_hit_ratio(catalogue(), 5)},
    "E4": lambda: fetch_delay(True),
    "E5": lambda: fetch_delay(False),
    "E6": evictions,
    "E8": lambda: {f"C{size}": lru_che_hit_ratio(zipf(10_000, 0.8), size) for size in (100, 500, 1000, 5000)},
    "E9": tiny_caches,
    "E10": lambda: {"hit": cold_hit_ratio(zipf(2000, 0.8), 5000)},
    "F1": lambda: {f"k{versions}": 1 - k_staleness_ratio(3, 1, 1, versions) for versions in (1, 2, 3, 5, 10)},
    "F3": lambda: {"P_stale": stale_read_ratio(0.8, 0.5)},
    "F4": lambda: {"P_stale": stale_read_ratio(50 * zipf(1000, 0.8), 0.2, zipf(1000, 0.8))},
    "F6": amplified_writes,
    "F7": lambda: {f"R{count}": replica_capacity(0.1, 0.004, 0.008, 0.006, count)[0] for count in (1, 2, 4, 8)},
    "F8": failover,
    "F9": shards,
    "G1": crashes,
    "G3": lambda: {"T": cold_start_response_s(0.5, 1, 3, 18)},
    "G4": lambda: {"T": cold_start_response_s(0.5, 1, 3, 9)},
    "G5": ray_tracer,
    "G6": file_server,
    "G7": lambda: {"peak": usl_peak_size(0.001, 1e-5), "fit": list(usl_fit(*R_TEST)), "amdahl_05_inf": amdahl_limit(0.05)},
    "H1": lambda: {f"n{calls}": fan_out_slow_ratio(0.01, calls) for calls in (1, 10, 100)}
    | {"p1e4_n2000": fan_out_slow_ratio(1e-4, 2000)},
    "H2": lambda: {
        "P_T_gt_delay": hedged_tail(1, math.log(20), math.log(20)),
        "P_T_gt_delay_plus_1": hedged_tail(1, math.log(20), math.log(20) + 1),
        "extra_load": hedged_tail(1, math.log(20), math.log(20)),
    },
    "H3": lambda: {"n10": slowest_of(10), "n100": slowest_of(100)},
    "H5": lambda: {"T": redundant_response_s(0.6, 1, 5)},
}  # fmt: skip
